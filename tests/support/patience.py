"""Waiting for a state of another process: as long as it takes, within a limit that only a hanging process reaches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LIMIT = 180.0
"""Seconds. A quiet machine needs one or two; one that runs three other suites has been seen to need thirty."""


@asynccontextmanager
async def patience(what: str, limit: float = LIMIT) -> AsyncIterator[None]:
    """Let the block look again and again; say what it waited for when it took too long."""
    try:
        async with asyncio.timeout(limit):
            yield
    except TimeoutError:
        raise AssertionError(f"waited {limit:.0f} s for {what}") from None
