"""The heartbeat: APScheduler asks, the database answers (docs/decisions/0007-heartbeat.md). It decides no dates."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.rules.calendar import LONDON

BEAT_SECONDS = 10
_FOREVER = None


Job = Callable[[], Awaitable[None]]


def heartbeat(beat: Job, check_token: Job, housekeeping: Job) -> AsyncIOScheduler:
    """A started scheduler: `beat` every ten seconds, `check_token` every minute, `housekeeping` at start and every hour.

    Memory store, coalescing, no misfire limit: what was missed is done once, late.
    """
    scheduler = AsyncIOScheduler(
        timezone=LONDON, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": _FOREVER}
    )
    scheduler.add_job(beat, "interval", seconds=BEAT_SECONDS, id="beat")
    scheduler.add_job(beat, id="beat at start")
    scheduler.add_job(check_token, "interval", seconds=60, id="token")
    scheduler.add_job(housekeeping, "cron", minute=30, id="housekeeping")
    scheduler.add_job(housekeeping, id="housekeeping at start")
    scheduler.start()
    return scheduler
