"""Letters arrive once, whatever Slack does with them (trust.md A1 to A9, C1)."""

import asyncio
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from simulator.client import Person, Workspace, readable
from tests.support.people import name_team
from tests.support.processes import Bot, Slack


@pytest.fixture(scope="module")
def letter_writer(slack: Slack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """A bot that this module's faults are played on."""
    with Bot(slack, f"sqlite:///{tmp_path_factory.mktemp('bot') / 'oob.db'}", OOB_RATE_PER_MINUTE="1000") as bot:
        asyncio.run(name_team(slack.address, bot))
        yield bot


@pytest.fixture
async def newcomer(workspace: Workspace, letter_writer: Bot, request: pytest.FixtureRequest) -> Person:  # noqa: ARG001
    """Somebody who is about to be given a role."""
    number = abs(hash(request.node.name)) % 10**8
    return await workspace.add_user(id=f"U0N{number}", name=f"n{number}")


async def name(workspace: Workspace, newcomer: Person) -> None:
    seen = await workspace.person("U0SAM").types(f"admin roles @n{newcomer.id[3:]} viewer")
    assert "Saved" in seen.text, seen.text


async def letters(newcomer: Person, seconds: float = 25) -> list[dict[str, Any]]:
    async with asyncio.timeout(seconds):
        while not (found := (await newcomer.sees())["direct"]):
            await asyncio.sleep(0.05)
    return list(found)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(
            {"status": 429, "headers": {"Retry-After": "1"}, "body": '{"ok":false,"error":"ratelimited"}'}, id="A1 wait 1"
        ),
        pytest.param({"status": 429, "headers": {"Retry-After": "soon"}, "body": "slow down"}, id="A1 wait soon"),
        pytest.param({"status": 503, "body": "<html>"}, id="A2 html"),
        pytest.param({"drop": True}, id="A4 dropped after handling"),
        pytest.param({"status": 200, "body": '{"ok": tru'}, id="A5 cut"),
        pytest.param({"status": 200, "body": ""}, id="A5 empty"),
        pytest.param({"error": "internal_error"}, id="A11 internal_error"),
        pytest.param({"error": "invalid_blocks"}, id="A9 invalid_blocks"),
        pytest.param({"error": "something_new"}, id="A11 unheard of"),
    ],
)
async def test_a_letter_arrives_once(workspace: Workspace, newcomer: Person, letter_writer: Bot, fault: dict[str, Any]) -> None:
    mark = len(letter_writer.log)
    await workspace.fault(method="chat.postMessage", fault=fault)
    await name(workspace, newcomer)
    seconds = 45 if fault.get("headers", {}).get("Retry-After") == "soon" else 25
    found = await letters(newcomer, seconds)
    await asyncio.to_thread(letter_writer.said, "sent", mark)
    assert len(found) == len((await newcomer.sees())["direct"]) == 1
    assert "on the list" in found[0]["text"]


async def test_a9_blocks_that_slack_refuses_are_sent_as_plain_text(workspace: Workspace, newcomer: Person) -> None:
    await workspace.fault(method="chat.postMessage", fault={"error": "invalid_blocks"})
    await name(workspace, newcomer)
    assert readable((await letters(newcomer))[0]) == "OOB: you are on the list."


async def test_a7_a_person_who_cannot_be_written_to_is_given_up(
    workspace: Workspace, newcomer: Person, letter_writer: Bot
) -> None:
    mark = len(letter_writer.log)
    await workspace.fault(method="conversations.open", fault={"error": "user_disabled"})
    await name(workspace, newcomer)
    failed = await asyncio.to_thread(letter_writer.said, "not_sent", mark)
    assert failed["fate"] == "destination"
    assert (await newcomer.sees())["direct"] == []


async def test_a6_a_revoked_token_is_said_and_the_letter_goes_when_it_is_back(
    workspace: Workspace, newcomer: Person, letter_writer: Bot
) -> None:
    await workspace.fault(method="chat.postMessage", fault={"error": "token_revoked"}, times=2)
    mark = len(letter_writer.log)
    await name(workspace, newcomer)
    await asyncio.to_thread(letter_writer.said, "not_sent", mark)
    async with aiohttp.ClientSession() as session, asyncio.timeout(30):
        while True:
            async with session.get(letter_writer.address + "/readyz") as answer:
                if answer.status == 503:
                    assert "token" in (await answer.json())["waiting_for"]
                    break
            await asyncio.sleep(0.05)
    assert len(await letters(newcomer, 60)) == 1
