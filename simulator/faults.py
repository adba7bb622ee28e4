"""Misbehaviour on request: what the next calls of a method do instead of working."""

from __future__ import annotations

import asyncio
import json
import time

from aiohttp import web

from simulator.world import Json


class Faults:
    """Faults waiting for their calls, and whether Slack is away as a whole."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Json]] = {}
        self._away_until = 0.0
        self.token: str | None = None
        """Slack's word for the bot token while it is refused: `token_revoked`, `account_inactive`…"""
        self.repeats = 0
        """How often each payload is brought to the app once more, as Slack does when an answer came late."""

    def add(self, method: str, fault: Json, times: int) -> None:
        """What the next `times` calls of `method` do.

        Instead of handling the call: `error`, `status` with `body` and `headers`, `seconds` of hanging before. After handling it:
        `after` seconds of hanging, `drop` of the connection, `cut` JSON, an `empty` answer, `html` with status 200.
        """
        self._waiting.setdefault(method, []).extend([fault] * times)

    def take(self, method: str) -> Json | None:
        """The fault of this call, if one is due."""
        waiting = self._waiting.get(method)
        return waiting.pop(0) if waiting else None

    def go_away(self, seconds: float) -> None:
        """Answer nothing for a while."""
        self._away_until = time.monotonic() + seconds

    @property
    def away(self) -> bool:
        """Whether Slack answers nothing just now."""
        return time.monotonic() < self._away_until


async def spoiled(request: web.Request, answer: Json, fault: Json, headers: dict[str, str]) -> web.StreamResponse:
    """The answer of a call that was handled, as a fault lets it through."""
    if (seconds := float(fault.get("after", 0))) > 0:
        await asyncio.sleep(seconds)
    if fault.get("drop"):
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    if fault.get("html"):
        return web.Response(text="<html>Slack is having trouble</html>", content_type="text/html")
    if fault.get("cut") or fault.get("empty"):
        text = json.dumps(answer)
        return web.Response(text=text[: len(text) // 2] if fault.get("cut") else "", content_type="application/json")
    return web.json_response(answer, headers=headers)
