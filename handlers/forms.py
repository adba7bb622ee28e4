"""What was filled in: the state of a submitted modal, by block id, whatever types Slack or somebody else put there."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from bot.rules import text
from bot.rules.refusal import Refusal
from handlers.entry import JsonObject

C = TypeVar("C", bound=StrEnum)
_DIGITS = 4


class Form:
    """A submitted view's values. A value of another type than the input gives counts as not filled in."""

    def __init__(self, view: JsonObject) -> None:
        self._values = _object(_object(view.get("state")).get("values"))

    def chosen(self, block: str, action: str = "value") -> str | None:
        """The value of the option that was chosen in a menu."""
        return _word(_object(self._input(block, action).get("selected_option")).get("value"))

    def code(self, block: str, codes: type[C]) -> C | None:
        """The code that was chosen in a menu; None for none, or for one that nobody offered."""
        chosen = self.chosen(block)
        return codes(chosen) if chosen in set(codes) else None

    def ticked(self, block: str) -> set[str]:
        """The values of the boxes that were ticked."""
        options = self._input(block).get("selected_options")
        values = (_word(_object(option).get("value")) for option in (options if isinstance(options, list) else []))
        return {value for value in values if value}

    def day(self, block: str) -> str:
        """The day that was picked, as `2026-12-07`; empty when none was."""
        return _word(self._input(block).get("selected_date")) or ""

    def person(self, block: str) -> str | None:
        """The user id that was picked."""
        return _word(self._input(block).get("selected_user"))

    def typed(self, block: str) -> str | None:
        """The words that were typed, cleaned; None when nothing is left of them. Refused: `too_long`."""
        return text.note(_word(self._input(block).get("value")), field=block)

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


def _object(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
