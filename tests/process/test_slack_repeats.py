"""Slack repeats, delays, uses two sockets, or breaks one (docs/trust.md, Fault table B2, B3, B8)."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.client import Person, Workspace
from tests.support.cases import fresh, refers
from tests.support.patience import patience
from tests.support.people import name_team
from tests.support.processes import Bot, Slack


async def number_found(person: Person, word: str) -> int:
    found = re.search(r"(\d+) inquir", (await person.types(f"inquiries {word}")).text)
    return int(found[1]) if found else 0


async def test_b2_what_slack_brings_again_with_its_retry_headers_is_answered_and_done_once(
    workspace: Workspace, dana: Person
) -> None:
    word = fresh()
    await workspace.fault(repeats=3)
    try:
        seen = await dana.types(f"inquiry ward asks Ealing about {word}")
        home = await dana.opens_home()
    finally:
        await workspace.fault(repeats=0)
    assert "is logged" in seen.text
    assert home.error is None
    assert await number_found(dana, word) == 1


async def test_b3_a_form_that_arrives_after_a_later_one_changes_nothing_and_says_so(workspace: Workspace, dana: Person) -> None:
    ref = await refers(dana)
    forms = []
    for _ in range(2):
        await dana.types(f"case {ref}")
        opened = await dana.chooses("case.more", "Details")
        assert opened.modal is not None
        forms.append(opened.modal)
        await dana.closes()
    await dana.types(f"case {ref}")
    await dana.chooses("case.more", "Details")
    later = await dana.submits(next_expected_contact="Mar 2027")
    assert "Contact is expected" in later.text
    await dana.closes()
    payload: dict[str, Any] = later.raw["payload"]
    state = {
        **payload["view"]["state"]["values"],
        "next_expected_contact": {"value": {"type": "plain_text_input", "value": "Apr 2027"}},
    }
    for form in forms:
        late = await workspace.deliver("interactive", payload | {"view": form | {"state": {"values": state}}})
        assert "Somebody changed" in str(late["answer"]), late
    assert "31 Mar 2027" in (await dana.types(f"case {ref}")).text


@pytest.fixture
def own_slack() -> Iterator[Slack]:
    """A pretend Slack to which only the test's own bots are connected."""
    with Slack() as started:
        yield started


@pytest.fixture
async def own_workspace(own_slack: Slack) -> AsyncIterator[Workspace]:
    async with Workspace(own_slack.address) as client:
        yield client


async def test_b8_two_replicas_with_a_socket_each_do_everything_once(
    own_slack: Slack, own_workspace: Workspace, fresh_postgresql: Any
) -> None:
    url, word = fresh_postgresql.migrated(), fresh()
    with Bot.on_server(own_slack, url, OOB_RATE_PER_MINUTE="1000") as one:
        await name_team(own_slack.address, one)
        with Bot(own_slack, url, **{name: one.environment[name] for name in ("OOB_KEYS", "OOB_RATE_PER_MINUTE")}):
            assert (await own_workspace.about())["sockets"] == 2
            dana = own_workspace.person("U0DANA")
            typed = await asyncio.gather(*(dana.types(f"inquiry ward {number} asks about {word}") for number in range(10)))
            assert len({match[0] for seen in typed if (match := re.search(r"INQ-\d+-\d+", seen.text))}) == 10
            await own_workspace.fault(cut=True)
            async with patience("the sockets to connect again"):
                while (await own_workspace.about())["sockets"] < 2:
                    await asyncio.sleep(0.05)
            assert await number_found(dana, word) == 10


async def test_b8_a_socket_that_breaks_in_the_middle_of_an_answer_loses_nothing_and_repeats_nothing(
    own_slack: Slack, own_workspace: Workspace, tmp_path: Path
) -> None:
    word = fresh()
    with Bot(own_slack, f"sqlite:///{tmp_path / 'oob.db'}") as bot:
        await name_team(own_slack.address, bot)
        dana = own_workspace.person("U0DANA")
        lock = sqlite3.connect(tmp_path / "oob.db", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        typing = asyncio.create_task(dana.types(f"inquiry ward asks about {word}"))
        await asyncio.wait([typing], timeout=0.5)
        await own_workspace.fault(cut=True)
        lock.execute("ROLLBACK")
        lock.close()
        assert (await typing).error is not None
        async with patience("the sockets to connect again"):
            while (await own_workspace.about())["sockets"] < 1 or not (
                again := await dana.types(f"inquiry ward asks about {word}")
            ).text:
                await asyncio.sleep(0.05)
        assert "less than a minute ago" in again.text or "is logged" in again.text, again.text
        assert await number_found(dana, word) == 1
