"""Reminders and digests as people meet them: the messages of the real bot, and what can be pressed in them."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from simulator.client import Person, Workspace, readable
from tests.support.cases import refers, told
from tests.support.patience import patience
from tests.support.people import name_team
from tests.support.processes import PATIENTLY, Bot, Slack


@pytest.fixture
def own_slack() -> Iterator[Slack]:
    with Slack(patient=True) as started:
        yield started


@pytest.fixture
async def november(own_slack: Slack, tmp_path: Path) -> AsyncIterator[tuple[Workspace, Bot]]:
    """A workspace in which it is Mon 2 Nov 2026, 09:00, and a bot that follows its time."""
    async with Workspace(own_slack.address) as workspace:
        await workspace.travels(datetime(2026, 11, 2, 9, 0, tzinfo=UTC))
        with Bot(
            own_slack, f"sqlite:///{tmp_path / 'oob.db'}", OOB_RATE_PER_MINUTE="1000", OOB_CLOCK="workspace", **PATIENTLY
        ) as bot:
            await name_team(own_slack.address, bot)
            yield workspace, bot


async def renewed(person: Person, ts: str, words: str) -> str:
    async with patience("the message or the status to say so"):
        while True:
            message = next(each for each in (await person.sees())["direct"] if each["ts"] == ts)
            if words in readable(message):
                return readable(message)
            await asyncio.sleep(0.02)


async def test_an_urgent_case_is_said_at_once_and_its_reminder_can_be_acted_on(november: tuple[Workspace, Bot]) -> None:
    workspace, _ = november
    dana, mo = workspace.person("U0DANA"), workspace.person("U0MO")
    ref = await refers(dana, also=["urgent"])
    assert ref in readable(await told(mo, ":rotating_light:"))
    await workspace.travels(datetime(2026, 11, 4, 8, 30, tzinfo=UTC))
    breach = await told(dana, "Overdue")
    assert "First response to an urgent case (audit): *over since Tue 3 Nov 2026*" in readable(breach)
    assert breach["text"] == "OOB: 1 thing needs you."
    assert [each["text"] for each in (await dana.sees())["direct"]].count("OOB: 1 thing needs you.") == 1
    assert "audit" in (await dana.chooses("reminder.more", "Why is it asked?", ts=breach["ts"])).text
    assert f"*{ref}*" in (await dana.chooses("reminder.more", "Open the case", ts=breach["ts"])).text
    await dana.chooses("reminder.more", "Not mine", ts=breach["ts"])
    mine = await told(mo, "is not theirs")
    await dana.presses("reminder.done", ts=breach["ts"])
    assert "is recorded" in (await dana.submits(on="2 Nov 10:30")).text
    assert f"✓ *{ref}*" in await renewed(dana, breach["ts"], "✓")
    await mo.presses("case.reassign", ts=mine["ts"])
    assert "holds it from today" in (await mo.submits(to="U0ELI")).text
    assert "settled" in await renewed(mo, mine["ts"], "settled")


async def test_a_threshold_is_put_off_and_what_cannot_be_put_off_says_so(november: tuple[Workspace, Bot]) -> None:
    workspace, _ = november
    dana = workspace.person("U0DANA")
    ref = await refers(dana)
    await workspace.travels(datetime(2027, 1, 19, 8, 30, tzinfo=UTC))
    await told(dana, "*Coming*")
    opened = await dana.presses("reminder.snooze")
    assert "three-month threshold (§4)" in opened.text
    await dana.closes()
    await workspace.travels(datetime(2027, 2, 2, 8, 30, tzinfo=UTC))
    due = await told(dana, "*today*, Tue 2 Feb 2027")
    await dana.presses("reminder.snooze", ts=due["ts"])
    put_off = await dana.submits(until="2027-02-08", reason="the family is away until then")
    assert f"*{ref}*, three-month threshold (§4): you are not reminded of it before *Mon 8 Feb 2027*" in put_off.text
    await dana.closes()
    before = len((await dana.sees())["direct"])
    await workspace.travels(datetime(2027, 2, 3, 8, 30, tzinfo=UTC))
    assert "over since Tue 2 Feb 2027" in readable(await told(workspace.person("U0MO"), "over since Tue 2 Feb 2027"))
    assert len((await dana.sees())["direct"]) == before
    await workspace.travels(datetime(2027, 2, 8, 8, 30, tzinfo=UTC))
    await told(dana, "*Overdue*")


async def test_the_digest_of_a_week_comes_once_and_its_cases_go_on_the_agenda(november: tuple[Workspace, Bot]) -> None:
    workspace, bot = november
    dana, mo = workspace.person("U0DANA"), workspace.person("U0MO")
    ref = await refers(dana)
    await dana.types(f"feedback {ref} MDT told of the plan")
    await dana.types("inquiry Ward asks Ealing about bay 3")
    await workspace.travels(datetime(2026, 11, 9, 8, 30, tzinfo=UTC))
    digest = await told(mo, "with the week before in brackets")
    words = readable(digest)
    assert "*Mon 2 Nov 2026 to Sun 8 Nov 2026*" in words
    assert "Inquiries (§2): *1* (0)" in words
    assert "Referrals (§2): *1* (0)" in words
    assert "past its date (audit): 0 cases*" in words
    assert f"• *{ref}* · Ealing · <@U0DANA>: feedback to be recorded on ICS (§7)" in words
    assert "head `" in words
    listed = await mo.presses("digest.list", ts=digest["ts"])
    assert ref in listed.text
    put = await mo.chooses("digest.agenda", ref, ts=digest["ts"])
    assert "is on the next agenda" in put.text
    assert "is on the next agenda already: <@U0MO>" in (await mo.chooses("digest.agenda", ref, ts=digest["ts"])).text
    assert "put it on the agenda on Mon 9 Nov 2026" in (await dana.types(f"case {ref}")).text
    assert "Your list for the week" in readable(await told(dana, "Your list for the week"))
    assert "Inquiries (§2): *1* (0)" in (await mo.types("digest preview")).text
    assert "is for: senior manager, team manager" in (await dana.types("digest")).text
    await asyncio.to_thread(bot.kill)
    await asyncio.to_thread(bot.start)
    await workspace.travels(datetime(2026, 11, 10, 8, 30, tzinfo=UTC))
    await asyncio.to_thread(bot.said, "clock_moved")
    assert len([each for each in (await mo.sees())["direct"] if "week before" in readable(each)]) == 1


async def test_status_readyz_and_metrics_say_how_delivery_goes(november: tuple[Workspace, Bot]) -> None:
    workspace, bot = november
    sam = workspace.person("U0SAM")
    await workspace.fault(method="chat.postMessage", fault={"status": 429, "headers": {"Retry-After": "600"}})
    await workspace.add_user(id="U0LATE", name="late")
    await sam.types("admin roles @late viewer")
    await asyncio.to_thread(bot.said, "not_sent")
    async with patience("the message or the status to say so"):  # it is said a moment before it is noted
        while "could not be sent: ratelimited" not in (status := (await sam.types("admin status")).text):
            await asyncio.sleep(0.05)
    assert re.search(r"\*Direct messages\*: [1-9]\d* to be sent; the oldest since", status)
    assert "*Last check*: Mon 2 Nov 2026" in status
    async with aiohttp.ClientSession() as session, patience("something to be sent"):
        while not (told := await delivery(session, bot)).get("waiting"):
            await asyncio.sleep(0.1)
        async with session.get(bot.address + "/metrics") as answer:
            metrics = await answer.text()
    assert told["failed"] == 0
    assert {"lag_seconds", "last_beat", "last_planned"} <= set(told)
    assert f"oob_outbox_waiting {told['waiting']}.0" in metrics
    assert "oob_outbox_failed 0.0" in metrics
    assert 'oob_letters_total{fate="sent",kind="role_given"}' in metrics


async def delivery(session: aiohttp.ClientSession, bot: Bot) -> dict[str, Any]:
    async with session.get(bot.address + "/readyz") as answer:
        return dict((await answer.json())["delivery"])
