"""The time of the pretend workspace: who moves it waits until an app that follows has seen it."""

from __future__ import annotations

import asyncio
from calendar import monthrange
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from holidays import country_holidays

_ANSWER_AFTER = 20.0
_FOLLOW_WITHIN = 10.0
_LONDON = ZoneInfo("Europe/London")
_MORNING = time(8, 30)
_FREE = country_holidays("GB", subdiv="ENG")


def ahead(to: str, now: datetime) -> datetime:
    """The moment that people mean: `working_day` and `monday` are the next ones at 08:30 in London, `month` is a month on.

    Anything else is a day, `2027-02-02`, at 08:30. Raises `ValueError` for what is none.
    """
    today = now.astimezone(_LONDON).date()
    if to == "month":
        year, month = divmod(today.year * 12 + today.month, 12)
        day = today.replace(year=year, month=month + 1, day=min(today.day, monthrange(year, month + 1)[1]))
        return datetime.combine(day, now.astimezone(_LONDON).time(), _LONDON).astimezone(UTC)
    if to in ("working_day", "monday"):
        day = today + timedelta(days=1)
        while (to == "monday" and day.weekday()) or (to == "working_day" and (day.weekday() > 4 or day in _FREE)):
            day += timedelta(days=1)
    else:
        day = datetime.fromisoformat(to).date()
    return datetime.combine(day, _MORNING, _LONDON).astimezone(UTC)


class Clock:
    """How far the workspace's time is from the machine's, and which version of that an app has seen."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._version = 0
        self._followed = -1
        self._changed = asyncio.Condition()

    def now(self) -> datetime:
        """The workspace's time, aware, in UTC."""
        return datetime.now(UTC) + self._ahead

    async def travel(self, moment: datetime, *, wait: bool = True) -> bool:
        """Move the workspace's time; whether an app that follows has seen it (at once when none does, or unless `wait`)."""
        async with self._changed:
            self._ahead = moment - datetime.now(UTC)
            self._version += 1
            self._changed.notify_all()
            if self._followed < 0 or not wait:
                return True
            try:
                async with asyncio.timeout(_FOLLOW_WITHIN):
                    await self._changed.wait_for(lambda: self._followed >= self._version)
            except TimeoutError:
                return False
            return True

    async def follow(self, seen: int) -> dict[str, float | int]:
        """What an app is told that has seen a version: the next one, or the same after a while."""
        async with self._changed:
            self._followed = max(self._followed, seen)
            self._changed.notify_all()
            try:
                async with asyncio.timeout(_ANSWER_AFTER):
                    await self._changed.wait_for(lambda: self._version != seen)
            except TimeoutError:
                pass
            return {"version": self._version, "ahead": self._ahead.total_seconds()}
