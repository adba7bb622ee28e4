"""Misbehaviour on request: what the next calls of a method do instead of working."""

from __future__ import annotations

import time

from simulator.world import Json


class Faults:
    """Faults waiting for their calls, and whether Slack is away as a whole."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Json]] = {}
        self._away_until = 0.0

    def add(self, method: str, fault: Json, times: int) -> None:
        """The next `times` calls of `method`: `error`, `status` and `body`, `seconds` of hanging, or `drop` after handling."""
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
