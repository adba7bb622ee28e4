"""Letters of the running bot arrive once (docs/trust.md, Fault table A1 to A6); every fault by itself is in `test_delivery`."""

import asyncio
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from simulator.client import Person, Workspace
from tests.support.patience import patience
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


async def letters(newcomer: Person) -> list[dict[str, Any]]:
    async with patience("a direct message"):
        while not (found := (await newcomer.sees())["direct"]):
            await asyncio.sleep(0.05)
    return list(found)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"status": 429, "headers": {"Retry-After": "1"}}, id="A1 wait 1"),
        pytest.param({"drop": True}, id="A4 dropped after handling"),
        pytest.param({"cut": True}, id="A5 cut"),
    ],
)
async def test_a_letter_arrives_once(workspace: Workspace, newcomer: Person, letter_writer: Bot, fault: dict[str, Any]) -> None:
    mark = len(letter_writer.log)
    await workspace.fault(method="chat.postMessage", fault=fault)
    await name(workspace, newcomer)
    found = await letters(newcomer)
    await asyncio.to_thread(letter_writer.said, "sent", mark)
    assert len(found) == len((await newcomer.sees())["direct"]) == 1
    assert "on the list" in found[0]["text"]


async def test_a6_a_revoked_token_is_said_and_the_letter_goes_when_it_is_back(
    workspace: Workspace, newcomer: Person, letter_writer: Bot
) -> None:
    await workspace.fault(method="chat.postMessage", fault={"error": "token_revoked"}, times=2)
    mark = len(letter_writer.log)
    await name(workspace, newcomer)
    await asyncio.to_thread(letter_writer.said, "not_sent", mark)
    async with aiohttp.ClientSession() as session, patience("the status to name the token"):
        while True:
            async with session.get(letter_writer.address + "/readyz") as answer:
                if answer.status == 503:
                    assert "token" in (await answer.json())["waiting_for"]
                    break
            await asyncio.sleep(0.05)
    assert len(await letters(newcomer)) == 1
