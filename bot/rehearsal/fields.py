"""The fields of an event, taken one by one; what nobody took is said at the end."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from bot.domain.shared.calendar import london_day
from bot.domain.shared.errors import Refusal
from bot.rehearsal.story import Event, moment
from bot.rehearsal.story import day as read_day

C = TypeVar("C", bound=StrEnum)
_MONTH_LENGTH = 7
_LARGEST = 1_000_000
_LONGEST_TEXT = 3000


class Fields:
    """Takes the fields of one event by name; a value that no form would take is refused, a date that is none is a slip."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self._left = dict(event.fields)

    def inner(self, fields: dict[str, Any]) -> Fields:
        """The fields of something inside this event."""
        return Fields(replace(self.event, fields=fields))

    @property
    def today(self) -> date:
        """The London day of the event."""
        return london_day(self.event.moment)

    @property
    def unused(self) -> list[str]:
        """Names of fields that meant nothing to this event."""
        return sorted(self._left)

    def has(self, name: str) -> bool:
        """Whether the event has that field, and not as null."""
        return self._left.get(name) is not None

    def take(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - whatever the story says
        """A field as it stands."""
        value = self._left.pop(name, None)
        return default if value is None else value

    def text(self, name: str, default: str | None = None) -> str | None:
        """A field as text."""
        value = self.take(name)
        if value is not None and len(str(value)) > _LONGEST_TEXT:
            raise Refusal("too_long", f"Please give {name} in up to {_LONGEST_TEXT} characters.", field=name)
        return default if value is None else str(value)

    def needed(self, name: str) -> str:
        """A field that has to be there. Refused: `missing`."""
        value = self.text(name)
        if value is None:
            raise Refusal("missing", f"{name} has to be chosen.", field=name)
        return value

    def listed(self, name: str) -> list[Any]:
        """A list, empty when the field is not there. Refused: `value_unknown`."""
        value = self.take(name, [])
        if not isinstance(value, list):
            raise Refusal("value_unknown", f"{name} is a list.", field=name)
        return value

    def whole(self, name: str, default: int | None = None) -> int | None:
        """A whole number. Refused: `not_a_number`."""
        value = self.take(name, default)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST):
            return value
        raise Refusal("not_a_number", f"{name} is a whole number.", field=name)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """`true` or `false`. Refused: `value_unknown`."""
        value = self.take(name, default)
        if isinstance(value, bool):
            return value
        raise Refusal("value_unknown", f"{name} is true or false.", field=name)

    def day(self, name: str, default: date | None = None) -> date | None:
        """A day; None only when there is no default."""
        value = self.take(name)
        return default if value is None else read_day(value, f"event {self.event.number}, {name}")

    def on(self, *names: str) -> date:
        """The first of these days that is given, else the event's."""
        given = [self.day(name) for name in names]
        return next((each for each in given if each is not None), self.today)

    def moment(self, name: str) -> datetime | None:
        """A time in London; a date alone is nine o'clock, on the event's own day the event's moment."""
        value = self.take(name)
        if value is None:
            return None
        found = moment(value, f"event {self.event.number}, {name}")
        return self.event.moment if str(value) == str(self.today) else found

    def month_or_day(self, name: str) -> date | None:
        """A day, or the last day of a month such as 2027-03 (§6: people are seen "once or twice a year")."""
        value = self.take(name)
        if value is None:
            return None
        text = str(value)
        if len(text) == _MONTH_LENGTH:
            first = read_day(f"{text}-01", f"event {self.event.number}, {name}")
            return first.replace(day=monthrange(first.year, first.month)[1])
        return read_day(text, f"event {self.event.number}, {name}")

    def choice(self, name: str, kind: type[C], default: C | None = None, code: str = "value_unknown") -> C:
        """One of a list's values. Refused: `code`, and `missing` when there is neither a value nor a default."""
        value = self.take(name)
        if value is None:
            if default is None:
                raise Refusal("missing", f"{name} has to be chosen.", field=name)
            return default
        try:
            return kind(str(value))
        except ValueError:
            raise Refusal(code, f"{name} is one of {', '.join(kind)}.", field=name) from None

    def maybe(self, name: str, kind: type[C]) -> C | None:
        """One of a list's values, or None when the field is not there."""
        return self.choice(name, kind) if self.has(name) else None
