"""The time of a pretend Slack: where a rehearsed workspace says what day it is, the bot follows (never a real one's).

It keeps the distance to the machine's clock and asks again whenever the workspace has moved on in time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urljoin

import aiohttp
import structlog

from bot.core.context import system_clock
from bot.core.settings import Settings

_ASK_AGAIN_SECONDS = 1.0
_PATIENCE = aiohttp.ClientTimeout(total=60)
_log = structlog.get_logger("oob.clock")


class FollowedClock:
    """A clock as far from the machine's as the workspace says; `moved` is called when that changes."""

    def __init__(self, settings: Settings) -> None:
        self._address = urljoin(settings.slack_api_url, "../sim/clock")
        self._ahead = timedelta()
        self._seen = -1

    def __call__(self) -> datetime:
        """The moment, aware, in UTC."""
        return system_clock() + self._ahead

    async def first(self, session: aiohttp.ClientSession) -> None:
        """Ask for the first time, however long the workspace is away."""
        while not await self._ask(session):  # noqa: ASYNC110 - another process answers, there is no event to wait for
            await asyncio.sleep(_ASK_AGAIN_SECONDS)

    async def run(self, session: aiohttp.ClientSession, moved: Callable[[], None]) -> None:
        """Follow until cancelled: each question is answered when the time has moved on, or after a while."""
        while True:
            before = self._seen
            if not await self._ask(session):
                await asyncio.sleep(_ASK_AGAIN_SECONDS)
            elif self._seen != before:
                _log.info("clock_moved", now=self().isoformat(timespec="seconds"))
                moved()

    async def _ask(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(self._address, params={"seen": str(self._seen)}, timeout=_PATIENCE) as answer:
                told = await answer.json()
            self._ahead = timedelta(seconds=float(told["ahead"]))
            self._seen = int(told["version"])
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError):
            return False
        return True
