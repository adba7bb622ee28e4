"""What was filled in: the state of a submitted modal, by block id, whatever types Slack or somebody else put there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from bot.domain.reading import days
from bot.domain.reading.ages import read_age
from bot.domain.shared import text
from bot.domain.shared.errors import Refusal
from handlers.core.interaction import JsonObject

C = TypeVar("C", bound=StrEnum)
_DIGITS = 4
_LONGEST_NUMBER = 9


class FormState:
    """A submitted view's values. A value of another type than the input gives counts as not filled in."""

    def __init__(self, view: JsonObject) -> None:
        """Read the state of `view`."""
        self._values = _object(_object(view.get("state")).get("values"))

    def chosen(self, block: str, action: str = "value") -> str | None:
        """The value of the option that was chosen in a menu."""
        return _word(_object(self._input(block, action).get("selected_option")).get("value"))

    def code(self, block: str, codes: type[C]) -> C | None:
        """The code that was chosen in a menu; None for none, or for one that nobody offered."""
        chosen = self.chosen(block)
        return codes(chosen) if chosen in set(codes) else None

    def asked(self, block: str) -> bool:
        """Whether the form has such an input."""
        return block in self._values

    def ticked(self, block: str) -> set[str]:
        """The values of the boxes that were ticked."""
        options = self._input(block).get("selected_options")
        values = (_word(_object(option).get("value")) for option in (options if isinstance(options, list) else []))
        return {value for value in values if value}

    def day(self, block: str) -> str:
        """The day that was picked, as `2026-12-07`; empty when none was."""
        return _word(self._input(block).get("selected_date")) or ""

    def typed_day(self, block: str, today: date, *, ahead: bool = False) -> date | None:
        """The day that was typed in a British form, None for nothing; `ahead`: one still to come, also a month as a whole.

        Refused: `date_unreadable`, `weekday_wrong`.
        """
        typed = self.typed(block)
        if typed is None:
            return None
        with under(block):
            return days.read_month_or_day(typed, today) if ahead else days.read_day(typed, today)

    def day_or_today(self, block: str, today: date) -> date:
        """The day that was typed, the present day for nothing. Refused as `typed_day`."""
        return self.typed_day(block, today) or today

    def moment(self, block: str, now: datetime) -> tuple[date, datetime | None]:
        """The day that was typed, with its time where there was one; the present day for nothing. Refused as `typed_day`."""
        try:
            return days.read_moment(self.typed(block) or "today", now)
        except Refusal as refusal:
            how = "I could not read that. Please write the day and the time as today 14:30 or 7 Dec 14:30."
            raise Refusal(refusal.code, how if refusal.code == "date_unreadable" else refusal.sentence, field=block) from None

    def person(self, block: str) -> str | None:
        """The user id that was picked."""
        return _word(self._input(block).get("selected_user"))

    def needed(self, block: str, codes: type[C]) -> C:
        """The code that was chosen in a menu. Refused: `missing`."""
        found = self.code(block, codes)
        if found is None:
            raise Refusal("missing", "Please choose one of these.", field=block)
        return found

    def typed(self, block: str) -> str | None:
        """The words that were typed, cleaned; None when nothing is left of them. Refused: `too_long`."""
        return text.note(_word(self._input(block).get("value")), field=block)

    def whole(self, block: str) -> int | None:
        """The whole number that a menu's choice stands for, None for nothing."""
        chosen = self.chosen(block) or ""
        return int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) <= _LONGEST_NUMBER else None

    def age(self, block: str) -> int | None:
        """The age that was typed, in completed years; None for nothing and for the unborn. Refused: `age_unreadable`."""
        typed = self.typed(block)
        if typed is None:
            return None
        with under(block):
            return read_age(typed)

    def number(self, block: str) -> int | None:
        """The whole number that was typed, None for nothing. Refused: `not_a_number`."""
        typed = self.typed(block)
        if typed is None:
            return None
        if not (typed.isascii() and typed.isdigit() and len(typed) <= _DIGITS):
            raise Refusal("not_a_number", "Please give a whole number, such as 4, or leave it empty.", field=block)
        return int(typed)

    def _input(self, block: str, action: str = "value") -> JsonObject:
        return _object(_object(self._values.get(block)).get(action))


@contextlib.contextmanager
def under(block: str) -> Iterator[None]:
    """What is refused about a value is said under its input."""
    try:
        yield
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.sentence, field=block) from None


def refill(view: JsonObject, values: JsonObject) -> JsonObject:
    """The view with its inputs filled in as `values`, a submitted view's, have them: what people typed is not lost."""
    blocks = [_refilled(block, values) if block.get("type") == "input" else block for block in view.get("blocks", [])]
    return view | {"blocks": blocks}


def _refilled(block: JsonObject, values: JsonObject) -> JsonObject:
    element = block["element"]
    given = _object(_object(values.get(block.get("block_id", ""))).get(element["action_id"]))
    initial = next(((initial, given.get(name)) for name, initial in _INITIAL.items() if name in given), None)
    if initial is None:
        return block
    filled = {name: value for name, value in element.items() if name not in _INITIAL.values()}
    return block | {"element": filled | ({initial[0]: initial[1]} if initial[1] else {})}


_INITIAL = {
    "value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_user": "initial_user",
    "selected_date": "initial_date",
}
"""What Slack calls a value in a submitted form, and in a form that is shown."""


def _object(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
