"""Building blocks of every message and view: escaping, dates, lines, Slack's limits (docs/slack-platform.md)."""

from __future__ import annotations

import copy
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    HeaderBlock,
    InputBlock,
    InputInteractiveElement,
    MarkdownTextObject,
    Option,
    PlainTextObject,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextPreformattedElement,
    SectionBlock,
)
from slack_sdk.models.views import View

from handlers.ui.button_state import ButtonState

SECTION_LIMIT = 3_000
MESSAGE_BLOCKS = 50
_COPIED_AT_ONCE = 2_900
_TOKEN = re.compile(r"<(?:[@#!]([^<>|]*)(?:\|([^<>]*))?|([^<>|]*)(?:\|[^<>]*)?)>")


@dataclass(frozen=True)
class Message:
    """What is posted or answered. `text` is what a lock screen and a screen reader get: never anything a person typed."""

    text: str
    blocks: tuple[Block, ...]

    @classmethod
    def plain(cls, sentence: str) -> Message:
        """A sentence of ours and nothing else."""
        return cls(sentence, (section(sentence),))

    def to_json(self) -> dict[str, Any]:
        """As Slack takes it; the builders' own checks of limits run here."""
        return {"text": self.text, "blocks": [as_json(block) for block in self.blocks[:MESSAGE_BLOCKS]]}


def as_json(model: Any) -> Any:  # noqa: ANN401 - a model of slack_sdk, or what stands in one
    """`model.to_dict()` with its checks, faster: what to check is looked up once a class, not for each object."""
    if isinstance(model, str | bool | dict):
        return model
    if isinstance(model, list | tuple):
        return [as_json(each) for each in model]
    if not isinstance(model, JsonObject):
        return model
    if type(model).to_dict is not JsonObject.to_dict or isinstance(model, RichTextElement | RichTextBlock):
        return model.to_dict()
    checks, names = _shape_of(model)
    for check in checks:
        getattr(model, check)()
    values = [(name, getattr(model, name, None)) for name in names]
    return {name: as_json(value) for name, value in values if value is not None and value not in ([], (), {}, "")}


_shapes: dict[type, tuple[tuple[str, ...], tuple[str, ...]]] = {}


def _shape_of(model: JsonObject) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of a model's own checks of Slack's limits, and of what Slack is told, which are the same for all of its class."""
    kind = type(model)
    if kind not in _shapes:
        checks = tuple(name for name in dir(kind) if hasattr(getattr(kind, name), "validator"))
        _shapes[kind] = checks, tuple(sorted(model.attributes))
    return _shapes[kind]


def unescape(text: str) -> str:
    """What a person typed in a command, from what Slack's escaping made of it: `<@U1|ana>` is `@ana` again."""
    return html.unescape(_TOKEN.sub(_plain_token, text))


def _plain_token(found: re.Match[str]) -> str:
    if found[3] is not None:
        return found[3].removeprefix("mailto:").removeprefix("tel:")
    sign = "#" if found[0][1] == "#" else "@"
    return f"{sign}{found[2] or found[1]}"


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis where something was left out."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def section(mrkdwn: str) -> SectionBlock:
    """A paragraph of ours."""
    return SectionBlock(text=MarkdownTextObject(text=clip(mrkdwn, SECTION_LIMIT), verbatim=True))


def words_of_people(text: str, limit: int = SECTION_LIMIT) -> SectionBlock:
    """A paragraph that people typed, as plain text: Slack formats nothing in it."""
    return SectionBlock(text=PlainTextObject(text=clip(text, limit), emoji=False))


def header(text: str) -> HeaderBlock:
    """A heading."""
    return HeaderBlock(text=PlainTextObject(text=clip(text, 150), emoji=False))


def small(mrkdwn: str) -> ContextBlock:
    """A line in small print."""
    return ContextBlock(elements=[MarkdownTextObject(text=clip(mrkdwn, SECTION_LIMIT), verbatim=True)])


def button(
    label: str, action_id: str, memory: ButtonState, *, style: str | None = None, spoken: str | None = None
) -> ButtonElement:
    """A button; `spoken` is what a screen reader says where the label alone would not do."""
    made = ButtonElement(text=PlainTextObject(text=label, emoji=False), action_id=action_id, value=memory.pack(), style=style)
    made.accessibility_label = clip(spoken or label, 75)
    return made


def buttons(block_id: str, *elements: ButtonElement) -> ActionsBlock:
    """A row of buttons."""
    return ActionsBlock(block_id=block_id, elements=list(elements))


def button_rows(block_id: str, elements: Sequence[ButtonElement]) -> list[Block]:
    """Several buttons, three in a row: more do not stand beside each other on a phone."""
    return [buttons(f"{block_id}.{start}", *elements[start : start + 3]) for start in range(0, len(elements), 3)]


def paragraphs(lines: Sequence[str], at_once: int = 10) -> list[Block]:
    """Lines as paragraphs of some at a time: Slack limits how much stands in one."""
    return [section("\n".join(lines[start : start + at_once])) for start in range(0, len(lines), at_once)]


def turning(name: str, about: str, page: int, last: int, spoken: str) -> list[Block]:
    """The buttons to the page before and to the next one, `NAME.before` and `NAME.more`, as far as there are any."""
    to = [("Before", "before", page - 1)] * (page > 0) + [("More", "more", page + 1)] * (page < last)
    row = [
        button(label, f"{name}.{way}", ButtonState(id=about, n=number), spoken=f"{label}: {spoken}") for label, way, number in to
    ]
    return [buttons("pages", *row)] if row else []


def field(
    block_id: str, label: str, element: InputInteractiveElement, *, hint: str | None = None, optional: bool = False
) -> Block:
    """An input of a form."""
    return InputBlock(
        block_id=block_id,
        label=PlainTextObject(text=label),
        element=element,
        hint=PlainTextObject(text=hint) if hint else None,
        optional=optional,
    )


def modal(*, callback_id: str, memory: ButtonState, title: str, blocks: Sequence[Block], submit: str | None = "Save") -> View:
    """A form that opens over Slack."""
    return View(
        type="modal",
        callback_id=callback_id,
        private_metadata=memory.pack(),
        title=PlainTextObject(text=clip(title, 24)),
        submit=PlainTextObject(text=submit) if submit else None,
        close=PlainTextObject(text="Cancel" if submit else "Close"),
        blocks=list(blocks),
    )


def copyable(text: str) -> list[Block]:
    """Text to be copied into another program as it stands, whole: Slack formats nothing in it. It is parted between lines."""
    parts: list[str] = [""]
    for line in text.splitlines(keepends=True):
        if len(parts[-1]) + len(line) > _COPIED_AT_ONCE and parts[-1]:
            parts.append("")
        parts[-1] += line
    cut = [part[start : start + _COPIED_AT_ONCE] for part in parts for start in range(0, len(part), _COPIED_AT_ONCE)]
    texts = (RichTextElementParts.Text(text=part.removesuffix("\n") or " ") for part in cut)
    return [RichTextBlock(elements=[RichTextPreformattedElement(elements=[text])]) for text in texts]


def option(value: str, text: str) -> Option:
    """A choice of a menu."""
    return Option(value=value, text=PlainTextObject(text=clip(text, 75)))


def sentence(words: str) -> str:
    """With a capital first letter."""
    return words[:1].upper() + words[1:]


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def unique(blocks: Sequence[Block]) -> list[Block]:
    """Blocks of several builders in one message: a second one of the same id gets another."""
    seen: set[str] = set()
    found = []
    for block in blocks:
        one = copy.copy(block)
        if one.block_id in seen:
            one.block_id = f"{one.block_id}.{len(seen)}"
        if one.block_id:
            seen.add(one.block_id)
        found.append(one)
    return found


def as_view(message: dict[str, Any]) -> dict[str, Any]:
    """A message as a modal with nothing to fill in, for what is answered inside a modal."""
    return {
        "type": "modal",
        "callback_id": "answer",
        "title": {"type": "plain_text", "text": "OOB"},
        "close": {"type": "plain_text", "text": "Done"},
        "blocks": message["blocks"],
    }
