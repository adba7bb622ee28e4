"""Filling in a form: the state that Slack sends for what a person typed, picked and ticked."""

from __future__ import annotations

from simulator.world import Json


class NotPossible(Exception):  # noqa: N818 - what a person hears, not a fault
    """A person cannot do that: there is no such button, no open modal, a required input is empty."""


def elements(holder: Json, action_id: str) -> list[Json]:
    """The elements of a message or view with that action id."""
    return [
        element | {"block_id": block.get("block_id", "")}
        for block in holder.get("blocks", [])
        for element in [
            *block.get("elements", []),
            *([block["accessory"]] if "accessory" in block else []),
            *([block["element"] | {"dispatches": True}] if block.get("dispatch_action") else []),
        ]
        if element.get("action_id") == action_id
    ]


def words_of(option: Json) -> tuple[str, str]:
    """The value of an option and its words."""
    return option["value"], option["text"]["text"]


def state_of(view: Json, values: Json) -> tuple[Json, list[str]]:
    """The state that Slack would send, and the labels of required inputs that are empty."""
    state: Json = {}
    empty = []
    inputs = [block for block in view["blocks"] if block.get("type") == "input"]
    unknown = set(values) - {block["block_id"] for block in inputs}
    if unknown:
        raise NotPossible(f"no input {', '.join(sorted(unknown))}")
    for block in inputs:
        element = block["element"]
        filled, given = _filled(element, values, block["block_id"])
        if not given and not block.get("optional"):
            empty.append(block["label"]["text"])
        state[block["block_id"]] = {element["action_id"]: filled | {"type": element["type"]}}
    return state, empty


def _filled(element: Json, values: Json, block_id: str) -> tuple[Json, bool]:
    kind = element["type"]
    typed = values.get(block_id)
    untouched = block_id not in values
    if kind == "plain_text_input":
        value = element.get("initial_value") if untouched else typed
        return {"value": value or None}, bool(value)
    if kind == "datepicker":
        value = element.get("initial_date") if untouched else typed
        return {"selected_date": value}, bool(value)
    if kind == "users_select":
        value = element.get("initial_user") if untouched else typed
        return {"selected_user": value}, bool(value)
    if kind == "checkboxes":
        chosen = element.get("initial_options") or [] if untouched else [_option(element, value) for value in typed or []]
        return {"selected_options": chosen}, bool(chosen)
    option = element.get("initial_option") if untouched else _option(element, typed) if typed else None
    return {"selected_option": option}, option is not None


def _option(element: Json, value: str) -> Json:
    if element["type"] == "external_select":
        return {"value": value, "text": {"type": "plain_text", "text": value}}
    for option in element.get("options", []):
        if value in words_of(option):
            return dict(option)
    raise NotPossible(f"{value!r} is not offered")
