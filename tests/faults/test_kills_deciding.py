"""A kill at each step of deciding and of finalising loses nothing and does nothing twice (C1; §6), on both databases.

One case goes through all of it: each start of the bot is killed at the next step, while somebody presses what they pressed
before, as people do who had no answer.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.domain.cases.codes import DecisionKind
from bot.domain.people import Person, Role
from bot.domain.supervision.session import SessionStatus
from bot.services import people, scheduled_run
from bot.services.cases import referrals
from bot.services.supervision import decisions
from bot.services.supervision import sessions as supervision_sessions
from simulator.client import CannotDo, Seen, Workspace
from simulator.client import Person as Somebody
from storage.cases import cases
from storage.db import audit_log
from storage.db.engine import Tx
from storage.notifications.tables import OutboxRow
from storage.supervision import sessions
from tests.faults.test_kills import killed
from tests.support.dying import DECIDING
from tests.support.holding import DANA, MO, opened
from tests.support.offices import MORNING, Office
from tests.support.patience import patience
from tests.support.processes import KEY, Bot, Slack
from tests.support.settling import settled

pytestmark = pytest.mark.unmeasured

Press = Callable[[], Awaitable[object]]


async def prepared(url: str) -> tuple[str, str, str]:
    """Two cases that await a decision and a session that is under way: the case to close, the one to carry, the session."""
    office = Office(url)
    await office.open()
    await office.does("U0SAM", people.name_person, Person(user_id="U0MO", role=Role.TEAM_MANAGER))
    await office.does("system", scheduled_run.tick)
    refs = [(await opened(office, referrals.NewCase(f"ICS-{number}"))).ref for number in (1, 2)]
    for ref in refs:
        await office.does("U0DANA", decisions.propose, ref, DecisionKind.CLOSE, None, DANA)
    session = await office.does("U0MO", supervision_sessions.begin, "U0DANA", MO)
    office.close()
    return refs[0], refs[1], session.ref


async def newest(somebody: Somebody, action_id: str) -> Seen:
    """Press it once the message with it is there."""
    async with patience("a button to press"):
        while True:
            with contextlib.suppress(CannotDo):
                return await somebody.presses(action_id)
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_c1_a_kill_at_every_step_of_deciding_and_finalising_has_one_effect_in_the_end(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'oob.db'}" if database == "sqlite" else request.getfixturevalue("fresh_postgresql").migrated()
    closing, carried, session = await prepared(url)
    with Slack() as slack:
        async with Workspace(slack.address) as workspace:
            await workspace.travels(MORNING + timedelta(minutes=5), wait=False)
            mo, dana = workspace.person("U0MO"), workspace.person("U0DANA")
            with Bot(slack, url, OOB_KEYS=KEY, OOB_CLOCK="workspace"):
                await mo.types(f"case {closing}")
                await mo.presses("case.close")
            await all_killed(slack, url, mo, dana)
            with Bot(slack, url, OOB_KEYS=KEY, OOB_CLOCK="workspace"):
                seen = await mo.submits()
                assert "Supervision SUP-" in seen.text or "finalised that session" in str(seen.errors), seen.raw
                await settled(url)
    await everything_once(url, closing, carried, session)


async def all_killed(slack: Slack, url: str, mo: Somebody, dana: Somebody) -> None:
    """Each step in its turn, with what is pressed until it is answered."""

    async def first_word() -> object:
        return await mo.submits(rc_code="RC7", rationale="work completed", unmet=["known"])

    async def second_word() -> object:
        return await newest(dana, "case.confirm")

    async def finalising() -> object:
        if "modal" not in (seen := await mo.sees()) or "finalise" not in str(seen.get("modal")):
            with contextlib.suppress(CannotDo):
                await mo.closes()
            await mo.types("agenda @dana")
            await mo.presses("supervision.finish")
        return await mo.submits()

    presses = [first_word] * 5 + [second_word] * 4 + [finalising] * 5
    for step, press in zip(DECIDING, presses, strict=True):
        bot = Bot(slack, url, OOB_KEYS=KEY, OOB_CLOCK="workspace")
        bot.start(dying=step)
        pressing = asyncio.ensure_future(press())
        await asyncio.to_thread(killed, bot, step)
        pressing.cancel()  # Slack would say that the app did not answer
        with contextlib.suppress(asyncio.CancelledError, CannotDo):
            await pressing


def sent(tx: Tx) -> list[tuple[str, str]]:
    """The letters of supervision that were brought, each once."""
    kinds = ("decided", "decision_waits", "minute", "session_begun")
    query = select(OutboxRow.kind, OutboxRow.recipient).where(OutboxRow.kind.in_(kinds), OutboxRow.slack_ts != "")
    return sorted((kind, who) for kind, who in tx.conn.execute(query))


async def everything_once(url: str, closing: str, carried: str, session_ref: str) -> None:
    office = Office(url)
    case = await office.does("system", cases.get, closing)
    other = await office.does("system", cases.get, carried)
    session = await office.does("system", sessions.get, session_ref)
    assert case is not None
    assert other is not None
    assert session is not None
    assert [each.effective_at is not None for each in case.episodes[0].decisions] == [True]
    assert case.episodes[0].closed_on == office.now.date()
    assert other.episodes[0].closed_on is None
    assert session.status is SessionStatus.FINALISED
    assert session.minute is not None
    assert [each.ref for each in session.minute.decided] == [closing]
    assert [(each.ref, each.times) for each in session.minute.carried] == [(carried, 1)]
    letters = await office.does("system", sent)
    assert letters == [("decided", "U0MO"), ("decision_waits", "U0DANA"), ("minute", "U0DANA"), ("session_begun", "U0DANA")]
    with office.writing.connect() as conn:
        assert [verdict.problem for verdict in audit_log.verify(conn, office.vault)] == [None]
    office.close()
