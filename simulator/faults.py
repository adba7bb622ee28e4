"""Misbehaviour on request: what the next calls of a method do instead of working."""

from __future__ import annotations

import asyncio
import json
import random
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
        self.pace = 0.0
        """Seconds between two messages into one conversation; who is faster gets 429 (Slack: one a second)."""
        self._chances: list[tuple[float, Json]] = []
        self._dice = random.Random(1)  # noqa: S311 - misfortune, not a secret
        self._posted: dict[str, float] = {}

    def set(self, body: Json) -> None:
        """`token`, `repeats`, `pace`, `chances`, or a `fault` for the next calls of a `method`; `calm` ends them all."""
        if "calm" in body:
            self._waiting, self._chances, self.token, self.repeats, self.pace = {}, [], None, 0, 0.0
        elif "token" in body:
            self.token = body["token"]
        elif "repeats" in body:
            self.repeats = int(body["repeats"])
        elif "pace" in body:
            self.pace = float(body["pace"])
        elif "chances" in body:
            self.by_chance(int(body.get("seed", 1)), body["chances"])
        else:
            self.add(body["method"], body["fault"], int(body.get("times", 1)))

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

    def by_chance(self, seed: int, chances: list[Json]) -> None:
        """From now on posts fail by chance: each of `chances` has its `share` of them and a `fault`."""
        self._dice = random.Random(seed)  # noqa: S311 - misfortune, not a secret
        self._chances = [(float(each["share"]), each["fault"]) for each in chances]

    def misfortune(self) -> Json | None:
        """The fault that a post meets by chance, if it meets one."""
        thrown = self._dice.random() if self._chances else 1.0
        for share, fault in self._chances:
            thrown -= share
            if thrown < 0:
                return fault
        return None

    def too_soon(self, channel: str) -> bool:
        """Whether a post into this conversation comes too soon after the one before; where it does not, it is noted."""
        now = time.monotonic()
        if now - self._posted.get(channel, -self.pace) < self.pace:
            return True
        self._posted[channel] = now
        return False

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
