"""Waiting until the bots on a database have nothing left to send."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime

from sqlalchemy import text

from storage.db.engine import make_engine

_HANGS = 180
"""Seconds without any change after which the bots are taken to hang."""


async def settled(url: str, morning: datetime | None = None) -> None:
    """Wait until that morning was planned and nothing is owed to anybody."""
    planned = text("SELECT count(*) FROM runs WHERE kind = 'morning' AND day = :day")
    day = None if morning is None else morning.date() if "postgresql" in url else morning.date().isoformat()
    engine = make_engine(url, readonly=True)
    try:
        quiet, before, changed = 0, None, time.monotonic()
        while quiet < 5:
            await asyncio.sleep(0.1)
            with engine.connect() as conn:
                waiting = conn.execute(text("SELECT count(*) FROM outbox WHERE next_at IS NOT NULL")).scalar_one()
                ahead = day is not None and not conn.execute(planned, {"day": day}).scalar_one()
            quiet = 0 if waiting or ahead else quiet + 1
            if (waiting, ahead) != before:
                before, changed = (waiting, ahead), time.monotonic()
            assert time.monotonic() - changed < _HANGS, f"{waiting} messages wait, planning {'to come' if ahead else 'done'}"
    finally:
        engine.dispose()
