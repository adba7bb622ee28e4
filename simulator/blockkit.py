"""Slack's limits on blocks, views and messages, as strict as Slack (docs.slack.dev, Block Kit reference)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

_BLOCKS_IN_MESSAGE, _BLOCKS_IN_VIEW = 50, 100
_TEXT_LIMITS = {"section": 3_000, "header": 150, "context": 3_000}
_IN_MODAL_ONLY = {"number_input", "email_text_input", "file_input"}
_SELECTS = {"static_select", "external_select", "users_select", "conversations_select", "channels_select"}


def message_problems(message: Json) -> list[str]:
    """What Slack would refuse of a message's blocks and text."""
    blocks = message.get("blocks") or []
    found = list(_block_list(blocks, _BLOCKS_IN_MESSAGE, modal=False))
    if blocks and not message.get("text"):
        found.append("a message with blocks needs `text` for notifications and screen readers")
    if len(message.get("text") or "") > 40_000:
        found.append("msg_too_long")
    return found


def view_problems(view: Json) -> list[str]:
    """What Slack would refuse of a view."""
    found = list(_block_list(view.get("blocks") or [], _BLOCKS_IN_VIEW, modal=True))
    if view.get("type") not in ("modal", "home"):
        found.append("type must be modal or home")
    if view.get("type") == "modal":
        title = view.get("title", {}).get("text", "")
        if not 1 <= len(title) <= 24:
            found.append("title must have 1 to 24 characters")
        parts = ("submit", "close")
        found += [f"{part} has more than 24 characters" for part in parts if len(view.get(part, {}).get("text", "")) > 24]
        if any(block.get("type") == "input" for block in view.get("blocks", [])) and not view.get("submit"):
            found.append("a modal with inputs needs submit")
    if len(view.get("private_metadata") or "") > 3_000:
        found.append("private_metadata has more than 3000 characters")
    if len(view.get("callback_id") or "") > 255:
        found.append("callback_id has more than 255 characters")
    return found


def _block_list(blocks: list[Json], limit: int, *, modal: bool) -> Iterator[str]:
    if len(blocks) > limit:
        yield f"more than {limit} blocks"
    ids = [block["block_id"] for block in blocks if block.get("block_id")]
    if len(ids) != len(set(ids)):
        yield "block_id is not unique"
    for block in blocks:
        yield from _block(block, modal=modal)


def _block(block: Json, *, modal: bool) -> Iterator[str]:
    kind = block.get("type", "")
    if len(block.get("block_id") or "") > 255:
        yield "block_id has more than 255 characters"
    if kind in ("section", "header"):
        text = (block.get("text") or {}).get("text", "")
        if not block.get("fields") and not 1 <= len(text) <= _TEXT_LIMITS[kind]:
            yield f"{kind} text must have 1 to {_TEXT_LIMITS[kind]} characters"
        if len(block.get("fields") or []) > 10 or any(len(item["text"]) > 2_000 for item in block.get("fields") or []):
            yield "section fields: at most 10 of 2000 characters"
        if block.get("accessory"):
            yield from _element(block["accessory"], modal=modal)
    elif kind == "context":
        if not 1 <= len(block.get("elements") or []) <= 10:
            yield "context takes 1 to 10 elements"
        for item in block.get("elements") or []:
            if not 1 <= len(item.get("text", "x")) <= _TEXT_LIMITS[kind]:
                yield "context text must have 1 to 3000 characters"
    elif kind == "actions":
        if not 1 <= len(block.get("elements") or []) <= 25:
            yield "actions takes 1 to 25 elements"
        yield from (problem for element in block.get("elements") or [] for problem in _element(element, modal=modal))
    elif kind == "input":
        if not 1 <= len((block.get("label") or {}).get("text", "")) <= 2_000:
            yield "input needs a label of at most 2000 characters"
        if len((block.get("hint") or {}).get("text", "")) > 2_000:
            yield "hint has more than 2000 characters"
        yield from _element(block.get("element") or {}, modal=modal)
    elif kind not in ("divider", "image", "rich_text"):
        yield f"unsupported block type {kind!r}"


def _element(element: Json, *, modal: bool) -> Iterator[str]:
    kind = element.get("type", "")
    if not 1 <= len(element.get("action_id") or "") <= 255:
        yield f"{kind} needs an action_id of at most 255 characters"
    if kind in _IN_MODAL_ONLY and not modal:
        yield f"{kind} works in modals only"
    if len((element.get("placeholder") or {}).get("text", "")) > 150:
        yield "placeholder has more than 150 characters"
    if kind == "button":
        if not 1 <= len((element.get("text") or {}).get("text", "")) <= 75:
            yield "button text must have 1 to 75 characters"
        if len(element.get("value") or "") > 2_000:
            yield "button value has more than 2000 characters"
        if len(element.get("accessibility_label") or "") > 75:
            yield "accessibility_label has more than 75 characters"
        if element.get("style") not in (None, "primary", "danger"):
            yield "button style must be primary or danger"
        yield from _confirm(element.get("confirm"))
    elif kind in ("static_select", "checkboxes", "radio_buttons", "overflow"):
        limit = 100 if kind == "static_select" else 10 if kind != "overflow" else 5
        if not element.get("option_groups"):
            yield from option_problems(element.get("options") or [], limit)
    elif kind == "plain_text_input":
        if (element.get("max_length") or 0) > 3_000:
            yield "max_length is more than 3000"
        if len(element.get("initial_value") or "") > (element.get("max_length") or 3_000):
            yield "initial_value is longer than max_length"
    elif kind not in _SELECTS | {"datepicker", "timepicker", "multi_static_select", "rich_text_input"} | _IN_MODAL_ONLY:
        yield f"unsupported element type {kind!r}"


def _confirm(confirm: Json | None) -> Iterator[str]:
    if confirm is not None:
        for part, limit in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
            if not 1 <= len((confirm.get(part) or {}).get("text", "")) <= limit:
                yield f"confirm {part} must have 1 to {limit} characters"


def option_problems(options: list[Json], limit: int = 100, *, least: int = 1) -> Iterator[str]:
    """What Slack would refuse of a list of options."""
    if not least <= len(options) <= limit:
        yield f"options must have {least} to {limit} entries"
    for option in options:
        if not 1 <= len(option.get("text", {}).get("text", "")) <= 75:
            yield "option text must have 1 to 75 characters"
        if not 1 <= len(option.get("value") or "") <= 150:
            yield "option value must have 1 to 150 characters"
