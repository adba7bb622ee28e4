"""Inputs that forms share: menus of codes, lines, paragraphs, days, ticks, authorities and people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    ExternalDataSelectElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
    UserSelectElement,
)

from bot.domain.shared import authorities
from bot.domain.shared.calendar import LONDON, say_date
from bot.domain.shared.code import Code
from bot.domain.shared.text import NOTE_LIMIT
from handlers.ui.blocks import field, option, sentence

_OPTIONS = 100
NO_NAMES = "No names, dates of birth, addresses or NHS numbers."
LEVEL_WORDS = {
    "1": "1: no additional needs",
    "2": "2: early help",
    "3": "3: complex needs, section 17",
    "4": "4: acute, section 47",
}
"""The London continuum of need (docs/domain.md §2.8)."""


def menu(choices: Mapping[str, str], chosen: str | None = None, *, action_id: str = "value") -> StaticSelectElement:
    """One of several values, each with its words; of more than a hundred the last, which are the latest (Slack's limit)."""
    options = {value: option(value, sentence(words)) for value, words in list(choices.items())[-_OPTIONS:]}
    return StaticSelectElement(
        action_id=action_id, options=list(options.values()), initial_option=options.get(chosen) if chosen else None
    )


def codes(kind: Iterable[Code], chosen: Code | None = None, *, action_id: str = "value") -> StaticSelectElement:
    """One of a list of codes."""
    return menu({code.value: code.words for code in kind}, chosen.value if chosen else None, action_id=action_id)


def line(value: str | None = None, limit: int = 80) -> PlainTextInputElement:
    """One line."""
    return PlainTextInputElement(action_id="value", max_length=limit, initial_value=value)


def paragraph(value: str | None = None) -> PlainTextInputElement:
    """Some lines; `NOTE_LIMIT` characters."""
    return PlainTextInputElement(action_id="value", multiline=True, max_length=NOTE_LIMIT, initial_value=value)


def ticks(choices: Mapping[str, str], ticked: Sequence[str] = ()) -> CheckboxesElement:
    """Boxes, each by itself; at most ten."""
    options = {value: option(value, sentence(words)) for value, words in choices.items()}
    chosen: list[Option] = [options[value] for value in ticked if value in options]
    return CheckboxesElement(action_id="value", options=list(options.values()), initial_options=chosen or None)


def authority(code: str | None = None) -> ExternalDataSelectElement:
    """An authority: the menu asks the bot while somebody types."""
    return ExternalDataSelectElement(
        action_id="authority",
        placeholder=PlainTextObject(text="Type a borough or county"),
        initial_option=option(code, authorities.name_of(code)) if code else None,
        min_query_length=0,
    )


def person(user_id: str | None = None) -> UserSelectElement:
    """A member of staff."""
    return UserSelectElement(action_id="value", initial_user=user_id)


def day(block_id: str, label: str, value: date, today: date, *, hint: str = "") -> Block:
    """A day that has happened, today unless known better; the weekday is said beside it."""
    when = f"today, {say_date(today)}" if value == today else say_date(value)
    said = f"{when}; or yesterday, last Friday, 7 Dec, 7/12/2026."
    return field(block_id, label, line("today" if value == today else say_date(value), 40), hint=f"{said} {hint}".strip())


def moment(block_id: str, label: str, now: datetime) -> Block:
    """A day with its time, now unless said otherwise."""
    local = now.astimezone(LONDON)
    said = f"today, {say_date(local.date())}; or yesterday 14:30, 7 Dec 09:15."
    return field(block_id, label, line(f"today {local:%H:%M}", 40), hint=said)


def later(block_id: str, label: str, value: date | None, *, hint: str) -> Block:
    """A day still to come, left empty when there is none."""
    return field(block_id, label, line(say_date(value) if value else None, 40), hint=hint, optional=True)


def reason(label: str = "Why?", value: str | None = None, *, optional: bool = False, block_id: str = "reason") -> Block:
    """A reason in somebody's own words."""
    return field(block_id, label, paragraph(value), hint=NO_NAMES, optional=optional)
