"""The time of the pretend workspace: who moves it waits until an app that follows has seen it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

_ANSWER_AFTER = 20.0
_FOLLOW_WITHIN = 10.0


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
