"""The scheduler runs by itself, plans at its start, and notices a jump of the clock (docs/trust.md, Fault table C6)."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.runtime.scheduler import Jobs, Scheduler
from tests.support.patience import patience


class Beats:
    """What was done, and a clock that the test can move."""

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()
        self.ahead = timedelta()

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def job(self, name: str) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            self.done[name] += 1

        return work

    def heart(self) -> Scheduler:
        names = ("beat", "plan", "check_token", "housekeeping")
        return Scheduler(Jobs(*(self.job(name) for name in names)), self.clock, seconds=0.05)

    async def until(self, name: str, number: int) -> None:
        async with patience("the job to be done"):
            while self.done[name] < number:
                await asyncio.sleep(0.01)


async def test_everything_is_done_at_the_start_and_the_beat_goes_on() -> None:
    beats = Beats()
    heart = beats.heart()
    heart.start()
    await beats.until("plan", 1)
    await beats.until("housekeeping", 1)
    await beats.until("beat", 4)
    heart.stop()
    assert beats.done["plan"] == 1


@pytest.mark.parametrize(
    "jump",
    [timedelta(hours=1), timedelta(hours=-1), timedelta(days=-1), timedelta(days=365)],
    ids=["1 h", "-1 h", "-1 day", "1 year"],
)
async def test_c6_a_jump_of_the_machines_clock_is_followed_by_planning(jump: timedelta) -> None:
    beats = Beats()
    heart = beats.heart()
    heart.start()
    watching = asyncio.create_task(heart.watch())
    await beats.until("plan", 1)
    await beats.until("beat", 2)
    beats.ahead = jump
    await beats.until("plan", 2)
    at_the_jump = beats.done["beat"]
    await beats.until("beat", at_the_jump + 2)
    watching.cancel()
    heart.stop()
    assert beats.done["plan"] >= 2
    assert beats.done["housekeeping"] >= 2
    assert beats.done["beat"] > at_the_jump


async def test_a_clock_that_is_set_by_a_few_seconds_is_no_jump() -> None:
    beats = Beats()
    heart = beats.heart()
    heart.start()
    watching = asyncio.create_task(heart.watch())
    await beats.until("plan", 1)
    beats.ahead = timedelta(seconds=20)
    await beats.until("beat", beats.done["beat"] + 5)
    watching.cancel()
    heart.stop()
    assert beats.done["plan"] == 1
