"""The database locked, the disk full, Slack away, a stop in the middle: a true sentence each, and service by itself again."""

import asyncio
import contextlib
import re
import resource
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from simulator.client import Person, Seen, Workspace, readable
from tests.support.patience import patience
from tests.support.people import TEAM, name_team
from tests.support.processes import Bot, Slack


@pytest.fixture
async def own_bot(slack: Slack, tmp_path: Path) -> AsyncIterator[Bot]:
    """A bot of the test's own, on SQLite, with the usual team."""
    with Bot(slack, f"sqlite:///{tmp_path / 'oob.db'}", OOB_RATE_PER_MINUTE="1000") as bot:
        await name_team(slack.address, bot)
        yield bot


@pytest.fixture(params=["sqlite", "postgresql"])
async def bot_on_either(request: pytest.FixtureRequest, slack: Slack, tmp_path: Path) -> AsyncIterator[Bot]:
    """The same on each database."""
    if request.param == "sqlite":
        bot = Bot(slack, f"sqlite:///{tmp_path / 'oob.db'}", OOB_RATE_PER_MINUTE="1000")
    else:
        bot = Bot.on_server(slack, request.getfixturevalue("fresh_postgresql").migrated(), OOB_RATE_PER_MINUTE="1000")
    with bot:
        await name_team(slack.address, bot)
        yield bot


@pytest.fixture
def worker(workspace: Workspace, own_bot: Bot) -> Person:  # noqa: ARG001 - she needs it
    return workspace.person("U0DANA")


@pytest.fixture
def stopping() -> Iterator[contextlib.ExitStack]:
    """What is to be stopped, however the test ends."""
    with contextlib.ExitStack() as stack:
        yield stack


async def eventually(ask: Callable[[], Awaitable[Seen]], words: str) -> Seen:
    async with patience("the words to be answered"):
        while words not in (seen := await ask()).text:
            await asyncio.sleep(0.05)
    return seen


async def test_d1_a_database_locked_for_ten_seconds(worker: Person, own_bot: Bot) -> None:
    path = own_bot.environment["OOB_DATABASE_URL"].removeprefix("sqlite:///")
    lock = sqlite3.connect(path, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    locked_at = time.monotonic()
    answers: list[Seen] = []
    while time.monotonic() - locked_at < 10:
        seen = await worker.types(f"inquiry during the lock {len(answers)}")
        answers.append(seen)
        assert seen.error is None
        assert seen.text.startswith("Not saved: the database does not answer"), seen.text
        assert seen.ms <= 2700
    lock.execute("ROLLBACK")
    lock.close()
    assert len(answers) >= 3
    await eventually(lambda: worker.types("inquiry after the lock"), "as *INQ-")
    assert "No inquiry was found" in (await worker.types("inquiries during")).text


async def test_d1_reading_goes_on_while_the_database_is_locked_for_writing(worker: Person, own_bot: Bot) -> None:
    assert "is logged" in (await worker.types("inquiry before the lock")).text
    path = own_bot.environment["OOB_DATABASE_URL"].removeprefix("sqlite:///")
    lock = sqlite3.connect(path, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    assert "1 inquiry waits" in (await worker.types("")).text
    lock.execute("ROLLBACK")
    lock.close()


async def test_d4_a_disk_that_takes_no_more(worker: Person, own_bot: Bot) -> None:
    """The kernel refuses every byte, as a full disk does; the log may begin anew in its file, so none of that is free either."""
    assert own_bot.process is not None
    _, hard = resource.prlimit(own_bot.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(own_bot.process.pid, resource.RLIMIT_FSIZE, (0, hard))
    refused = await worker.types("inquiry on a full disk")
    assert refused.text.startswith("Not saved: "), refused.text
    assert "disk" in refused.text
    assert "No inquiry was found" in (await worker.types("inquiries full")).text
    resource.prlimit(own_bot.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
    assert "INQ-2026-0001" in (await eventually(lambda: worker.types("inquiry with room again"), "is logged")).text


async def test_a3_slack_away_for_a_minute_and_back(worker: Person, own_bot: Bot, workspace: Workspace) -> None:
    assert "is logged" in (await worker.types("inquiry before")).text
    seen_before = len(own_bot.log)
    await workspace.fault(away=60)
    assert (await worker.types("inquiry while away")).error == "dispatch_failed"
    own_bot.said("socket_lost", seen_before)
    assert own_bot.process is not None
    assert own_bot.process.poll() is None
    back = await eventually(lambda: worker.types("inquiry when back"), "INQ-2026-0002")
    assert back.error is None
    assert "No inquiry was found" in (await worker.types("inquiries while")).text


async def test_b8_a_cut_socket_and_a_disconnect_frame_are_followed_by_a_new_one(
    worker: Person, own_bot: Bot, workspace: Workspace
) -> None:
    for fault in ({"disconnect": "refresh_requested"}, {"cut": True}):
        await workspace.fault(**fault)
        await eventually(lambda: worker.types(""), "waiting for you")
    assert own_bot.process is not None
    assert own_bot.process.poll() is None


async def test_a12_slack_away_at_the_start_is_waited_for(slack: Slack, workspace: Workspace, tmp_path: Path) -> None:
    await workspace.fault(away=60)
    bot = Bot(slack, f"sqlite:///{tmp_path / 'oob.db'}")
    try:
        await asyncio.to_thread(bot.start, until="slack_unavailable")
        assert "ready" not in [line["event"] for line in bot.log]
        await workspace.fault(away=0)
        await asyncio.to_thread(bot.said, "socket_connected")
    finally:
        await workspace.fault(away=0)
        assert bot.stop() == 0


async def letters_sent(bot: Bot) -> None:
    """The team's own letters have gone: whoever brings them asks Slack about people, too."""
    async with patience("the team's greetings to be sent"):
        while len([line for line in bot.log if line["event"] == "sent"]) < 1 + len(TEAM):
            await asyncio.sleep(0.02)


async def test_a3_slack_that_hangs_when_asked_who_somebody_is(worker: Person, own_bot: Bot, workspace: Workspace) -> None:
    stranger = await workspace.add_user(id="U0HANGS", name="hangs")
    await letters_sent(own_bot)
    await workspace.fault(method="users.info", fault={"seconds": 6})
    seen = await stranger.types("inquiry while Slack hangs")
    assert "I could not check with Slack who you are" in seen.text
    assert seen.ms < 2700
    assert "is logged" in (await worker.types("inquiry meanwhile")).text


async def test_c3_sigterm_finishes_what_is_under_way_and_ends_within_ten_seconds(
    workspace: Workspace, bot_on_either: Bot
) -> None:
    own_bot, worker = bot_on_either, workspace.person("U0DANA")
    typing = [asyncio.create_task(worker.types(f"inquiry at the end {n}")) for n in range(20)]
    await asyncio.wait(typing, return_when=asyncio.FIRST_COMPLETED)
    begun = time.monotonic()
    code = await asyncio.to_thread(own_bot.stop)
    assert code == 0
    assert time.monotonic() - begun < 10
    told = [match[0] for seen in await asyncio.gather(*typing) if (match := re.search(r"INQ-\d+-\d+", seen.text))]
    assert told, "nothing was under way"
    assert own_bot.said("stopped")["everything_written"] is True
    own_bot.start()
    for ref in told:
        assert "1 inquiry" in (await worker.types(f"inquiries {ref}")).text


async def test_c1_a_kill_while_a_letter_is_being_posted_loses_and_repeats_nothing(
    slack: Slack, workspace: Workspace, tmp_path: Path, stopping: contextlib.ExitStack
) -> None:
    """Slack has handled the post; the bot dies before it hears of it."""
    bot = Bot(slack, f"sqlite:///{tmp_path / 'oob.db'}").start()
    stopping.callback(bot.stop)
    await name_team(slack.address, bot)
    await letters_sent(bot)  # or one of them meets the fault
    person = await workspace.add_user(id="U0KILLED", name="killed")
    await workspace.fault(method="chat.postMessage", fault={"seconds": 3})
    assert "Saved" in (await workspace.person("U0SAM").types("admin roles @killed viewer")).text
    async with patience("the message to be on its way"):
        while not [call for call in await workspace.calls("conversations.open") if call["args"].get("users") == "U0KILLED"]:
            await asyncio.sleep(0.02)
    await asyncio.to_thread(bot.kill)
    async with patience("the message to be on its way"):
        while not (await person.sees())["direct"]:
            await asyncio.sleep(0.02)
    await asyncio.to_thread(bot.start)

    await asyncio.to_thread(bot.said, "sent")
    assert len((await person.sees())["direct"]) == 1


async def test_a_slow_commit_is_i_do_not_know_yet_and_then_the_truth(
    slack: Slack, workspace: Workspace, fresh_postgresql: Any
) -> None:
    url = fresh_postgresql.migrated()
    with Bot.on_server(slack, url) as bot:
        await name_team(slack.address, bot)
        dana = workspace.person("U0DANA")
        with psycopg.connect(url, autocommit=False) as other:
            other.execute("LOCK TABLE inquiries IN ACCESS EXCLUSIVE MODE")
            typed, opened = asyncio.create_task(dana.types("inquiry ward asks Ealing")), dana.types("help")
            assert "I do not know yet" in (await typed).text
            assert "/oob inquiry" in (await opened).text
            other.rollback()
        async with patience("the message to be on its way"):
            while not re.search(r"INQ-\d+-\d+\* is logged", readable((await dana.sees())["ephemerals"][-1])):
                await asyncio.sleep(0.02)
        assert "1 inquiry" in (await dana.types("inquiries Ealing")).text
