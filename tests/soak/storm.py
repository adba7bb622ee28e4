"""The scenarios: a sweep at Slack's pace, mornings with kills and faults, and coming back after a month."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulator.client import Workspace
from tests.soak.team import Plan, Team, Weather, working_days
from tests.support.processes import KEY, Bot, Slack
from tests.support.settling import settled

__all__ = ["Plan", "Weather", "come_back", "storm", "sweep"]
_LEASE = timedelta(seconds=31)
_A_SECOND = 1.0


@dataclass(frozen=True)
class Found:
    """What a scenario came to."""

    sentence: str
    well: bool


class Replicas:
    """Bots on one database, that can be killed and begun again."""

    def __init__(self, slack: Slack, team: Team) -> None:
        self._slack = slack
        self._url = team.url
        self.alive: list[Bot] = []
        self.kills = 0

    async def start(self, number: int) -> None:
        """Have so many at work."""
        chosen = {"OOB_KEYS": KEY, "OOB_CLOCK": "workspace", "OOB_RATE_PER_MINUTE": "100000"}
        more = [Bot(self._slack, self._url, **chosen) for _ in range(number - len(self.alive))]
        await asyncio.gather(*(asyncio.to_thread(bot.start) for bot in more))
        self.alive += more

    async def kill(self, dice: random.Random) -> None:
        """Kill one by SIGKILL."""
        bot = self.alive.pop(dice.randrange(len(self.alive)))
        await asyncio.to_thread(bot.kill)
        self.kills += 1

    async def stop(self) -> None:
        """End them all, in good order."""
        await asyncio.gather(*(asyncio.to_thread(bot.stop) for bot in self.alive))
        self.alive = []


@asynccontextmanager
async def at_work(team: Team) -> AsyncIterator[tuple[Workspace, Replicas]]:
    """The team in a pretend Slack of its own, the day before its first morning, and replicas that the scenario starts."""
    await team.prepare()
    with Slack() as slack:
        async with Workspace(slack.address) as workspace:
            await team.arrive(workspace)
            # A bot that starts on the machine's own day would say everything then, and again on its day.
            await workspace.travels(min(team.refs) - timedelta(days=1), wait=False)
            replicas = Replicas(slack, team)
            try:
                yield workspace, replicas
            finally:
                await replicas.stop()


async def sweep(team: Team) -> Found:
    """P8: every reminder of a morning at the pace that Slack allows, a message a second into a conversation."""
    async with at_work(team) as (workspace, replicas):
        await replicas.start(1)
        await settled(team.url)
        await asyncio.sleep(_A_SECOND)  # the bot's clock travels, Slack's pace does not: the greetings are a second old before
        await workspace.fault(pace=_A_SECOND)
        calls = len(await workspace.calls("chat.postMessage"))
        (morning,) = team.refs
        began = time.monotonic()
        await workspace.travels(morning)
        await settled(team.url, morning)
        took = time.monotonic() - began
        posts = (await workspace.calls("chat.postMessage"))[calls:]
        told = await team.told(workspace)
    slow_downs = sum(call["error"] == "ratelimited" for call in posts)
    missing, twice = losses(team, told)
    sent = f"{len(told):,} reminders in {len(posts) - slow_downs:,} messages in {took:.1f} s, {slow_downs} answers 429"
    return Found(f"{sent}, {missing} lost, {twice} repeated", not (slow_downs or missing or twice))


async def storm(team: Team) -> Found:
    """R2, R3: mornings with kills and failing posts; afterwards each reminder is there once."""
    plan, dice, weather = team.plan, random.Random(1), team.plan.weather
    async with at_work(team) as (workspace, replicas):
        failing = {"share": weather.failing, "fault": {"error": "internal_error"}}
        await workspace.fault(chances=[{"share": weather.dropped, "fault": {"drop": True}}, failing], seed=1)
        began, played = time.monotonic(), 0
        for morning in sorted(team.refs):
            await one_morning(workspace, replicas, team, morning, dice)
            played += 1
            if plan.minutes is not None and time.monotonic() - began > plan.minutes * 60:
                break
        await replicas.stop()
        told = await team.told(workspace)
    due = sorted(team.refs)[:played]
    missing, twice = losses(team, told, due)
    of = sum(len(team.refs[morning]) for morning in due)
    kills = f"{replicas.kills} SIGKILLs, {plan.replicas} replica{'s' * (plan.replicas > 1)}"
    chance = f", {weather.dropped:.0%} posted and dropped, {weather.failing:.0%} failing" if weather.dropped else ""
    return Found(f"{of:,} reminders, {kills}{chance}: {missing} lost, {twice} repeated", not (missing or twice))


async def one_morning(workspace: Workspace, replicas: Replicas, team: Team, morning: datetime, dice: random.Random) -> None:
    """It becomes morning under replicas that are killed one after another; then one of them is left to finish in peace."""
    plan = team.plan
    await replicas.start(plan.replicas)
    await workspace.travels(morning, wait=False)
    for _ in range(plan.kills):
        await asyncio.sleep(dice.uniform(0.02, 0.4))
        await replicas.kill(dice)
        await replicas.start(plan.replicas)
    if plan.kills:
        await replicas.stop()
        await workspace.travels(morning + _LEASE, wait=False)
        await replicas.start(1)
    await settled(team.url, morning)


async def come_back(team: Team) -> Found:
    """R9: what a month of mornings owes is one message a person."""
    async with at_work(team) as (workspace, replicas):
        first = min(team.refs)
        await replicas.start(1)
        await settled(team.url)
        await replicas.stop()
        before = await team.messages(workspace)
        back = next(working_days(first + timedelta(days=30)))
        await workspace.travels(back, wait=False)
        await replicas.start(1)
        await settled(team.url, back)
        after = await team.messages(workspace)
    more = [late - early for late, early in zip(after, before, strict=True)]
    most, least = max(more), min(more)
    return Found(f"{len(after)} people, at most {most} message each, at least {least}", (most, least) == (1, 1))


def losses(team: Team, told: Counter[str], mornings: list[datetime] | None = None) -> tuple[int, int]:
    """How many reminders never came, and how many came more than once."""
    due = [ref for morning in (mornings if mornings is not None else sorted(team.refs)) for ref in team.refs[morning]]
    return sum(told[ref] == 0 for ref in due), sum(told[ref] > 1 for ref in due)
