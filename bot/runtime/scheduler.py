"""The heartbeat: APScheduler asks, the database answers (docs/decisions/0007-heartbeat.md). It decides no dates."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.domain.shared.calendar import LONDON

BEAT_SECONDS = 10.0
OFFICE_HOURS = "8-17"
_FOREVER = None
_JUMPED = timedelta(seconds=30)
_log = structlog.get_logger("oob.scheduler")

Job = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Jobs:
    """What the heart does.

    `beat` every ten seconds, `plan` every ten minutes in office hours, `check_token` every minute, `housekeeping` every hour.
    """

    beat: Job
    plan: Job
    check_token: Job
    housekeeping: Job


class Scheduler:
    """A scheduler with a memory store, and a watch over the machine's clock.

    The scheduler waits by the clock: when that goes back by a day, its jobs would rest for a day. So a short wait that does not
    depend on the clock notices a jump, sets every job anew, and plans.
    """

    def __init__(self, jobs: Jobs, clock: Callable[[], datetime], seconds: float = BEAT_SECONDS) -> None:
        self._jobs = jobs
        self._clock = clock
        self._seconds = seconds
        self._scheduler = AsyncIOScheduler(
            timezone=LONDON, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": _FOREVER}
        )

    def start(self) -> None:
        """Begin; everything is done once at the start."""
        self._set()
        self._scheduler.start()

    def stop(self) -> None:
        """Begin nothing any more."""
        self._scheduler.shutdown(wait=False)

    async def watch(self) -> None:
        """Notice when the clock jumps, until cancelled."""
        while True:
            wall, steady = self._clock(), time.monotonic()
            await asyncio.sleep(self._seconds)
            ahead = self._clock() - wall - timedelta(seconds=time.monotonic() - steady)
            if abs(ahead) > _JUMPED:
                _log.warning("clock_jumped", by_seconds=round(ahead.total_seconds()))
                self._scheduler.remove_all_jobs()
                self._set()

    def _set(self) -> None:
        add = self._scheduler.add_job
        add(self._jobs.beat, "interval", seconds=self._seconds, id="beat")
        add(self._jobs.plan, "cron", day_of_week="mon-fri", hour=OFFICE_HOURS, minute="*/10", id="plan")
        add(self._jobs.check_token, "interval", seconds=60, id="token")
        add(self._jobs.housekeeping, "cron", minute=30, id="housekeeping")
        for name, job in (("beat", self._jobs.beat), ("plan", self._jobs.plan), ("housekeeping", self._jobs.housekeeping)):
            add(job, id=f"{name} now")
