"""A kill at each named step of planning and posting loses and repeats nothing (docs/trust.md, Fault table C1; Figures R2).

Each start of the bot recovers from the kill before it, and is killed itself at the next step.
"""

import asyncio
import re
import signal
import subprocess
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.calendar import is_working_day
from bot.services import scheduled_run
from simulator.client import Workspace, readable
from tests.support.dying import STEPS
from tests.support.offices import Office, logged_words
from tests.support.processes import KEY, PATIENCE, Bot, Slack
from tests.support.settling import settled

pytestmark = pytest.mark.unmeasured

FIRST = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DUE_AFTER = 5


def working_mornings(number: int) -> list[datetime]:
    """09:00 of so many working days."""
    found: list[datetime] = []
    day = FIRST
    while len(found) < number:
        if is_working_day(day.date(), bank_holidays()):
            found.append(day)
        day += timedelta(days=1)
    return found


async def prepared(url: str, mornings: list[datetime]) -> list[str]:
    """A database in which one answer becomes due on each of the mornings but the first five; the references."""
    office = Office(url)
    office.now = FIRST
    await office.open()
    await office.does("system", scheduled_run.tick)
    refs = []
    for morning in mornings[:-DUE_AFTER]:
        office.now = morning
        refs.append((await office.does("U0DANA", logged_words, "ward asks Ealing")).ref)
    office.close()
    return refs


def killed(bot: Bot, step: str) -> None:
    """Wait until it was killed: it came to its step."""
    assert bot.process is not None
    try:
        assert bot.process.wait(PATIENCE) == -signal.SIGKILL, bot.raw[-5:]
    except subprocess.TimeoutExpired:
        bot.kill()
        raise AssertionError(f"the bot never came to: {step}") from None


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_c1_r2_a_kill_at_every_step_of_planning_and_posting_loses_and_repeats_nothing(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'oob.db'}" if database == "sqlite" else request.getfixturevalue("fresh_postgresql").migrated()
    mornings = working_mornings(len(STEPS) + 1 + DUE_AFTER)
    refs = await prepared(url, mornings)
    with Slack() as slack:
        async with Workspace(slack.address) as workspace:
            for step, morning in zip([*STEPS, None], mornings[DUE_AFTER:], strict=True):
                await workspace.travels(morning - timedelta(minutes=15), wait=False)
                bot = Bot(slack, url, OOB_KEYS=KEY, OOB_CLOCK="workspace")
                if step is not None:
                    await asyncio.to_thread(killed, bot.start(until="listening", dying=step), step)
                    continue
                with bot:
                    await settled(url, morning)
            told = Counter(
                found
                for words in await direct(workspace)
                for found in re.findall(r"\*(INQ-\d+-\d+)\* · Answer to an inquiry", words)
            )
    assert told == Counter(refs)
    assert len(STEPS) >= 12


async def direct(workspace: Workspace) -> list[str]:
    return [readable(message) for message in (await workspace.person("U0DANA").sees())["direct"]]
