"""Files arrive once, whatever Slack does with them (docs/trust.md, Fault table A2 to A6), and are not kept afterwards."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from simulator.client import Person, Workspace
from tests.support.patience import patience
from tests.support.people import name_team
from tests.support.processes import Bot, Slack


async def files_of(person: Person) -> list[dict[str, Any]]:
    return [file for message in (await person.sees())["direct"] for file in message.get("files", [])]


async def asks_for_the_list(workspace: Workspace, person: Person, method: str, fault: dict[str, Any]) -> int:
    """Have `person` ask for a list of two while Slack is to misbehave; how many files they had before."""
    for number in range(2):
        await person.types(f"inquiry ward asks {number}")
    before = len(await files_of(person))
    await workspace.fault(method=method, fault=fault)
    await person.types("inquiries")
    await person.presses("inquiries.export")
    return before


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        pytest.param("files.getUploadURLExternal", {"status": 503, "body": "<html>"}, id="A2 no address"),
        pytest.param("files.completeUploadExternal", {"status": 429, "headers": {"Retry-After": "1"}}, id="A1 slow down"),
        pytest.param("files.completeUploadExternal", {"drop": True}, id="A4 dropped after handling"),
        pytest.param("files.completeUploadExternal", {"status": 200, "body": ""}, id="A5 empty"),
        pytest.param("files.completeUploadExternal", {"error": "internal_error"}, id="A11 internal_error"),
    ],
)
async def test_a_file_arrives_once_and_is_forgotten_then(
    slack: Slack, workspace: Workspace, tmp_path: Path, method: str, fault: dict[str, Any]
) -> None:
    with Bot(slack, f"sqlite:///{tmp_path / 'oob.db'}", OOB_RATE_PER_MINUTE="1000") as bot:
        await name_team(slack.address, bot)
        eli = workspace.person("U0ELI")
        before = await asks_for_the_list(workspace, eli, method, fault)
        async with patience("the file to arrive"):
            while len(await files_of(eli)) == before:
                await asyncio.sleep(0.05)
        await asyncio.to_thread(bot.said, "not_sent")
        mark = next(n for n, line in enumerate(bot.log) if line.get("event") == "not_sent")
        await asyncio.to_thread(bot.said, "sent", mark)
        assert len(await files_of(eli)) == before + 1
    database = sqlite3.connect(tmp_path / "oob.db")
    assert database.execute("SELECT count(*) FROM documents").fetchone() == (0,)
    database.close()


async def test_f4_a_file_is_not_brought_to_somebody_who_was_taken_off_the_list_meanwhile(
    slack: Slack, workspace: Workspace, tmp_path: Path
) -> None:
    with Bot(slack, f"sqlite:///{tmp_path / 'oob.db'}", OOB_RATE_PER_MINUTE="1000") as bot:
        await name_team(slack.address, bot)
        eli = workspace.person("U0ELI")
        later = {"status": 429, "headers": {"Retry-After": "2"}}
        before = await asks_for_the_list(workspace, eli, "files.getUploadURLExternal", later)
        await asyncio.to_thread(bot.said, "not_sent")
        assert "access has ended" in (await workspace.person("U0SAM").types("admin roles @eli remove")).text
        await asyncio.to_thread(bot.said, "lost")
        async with patience("the message that the file could not be delivered"):
            while "could not be delivered" not in str((await eli.sees())["direct"][-1]):
                await asyncio.sleep(0.05)
        assert len(await files_of(eli)) == before
    database = sqlite3.connect(tmp_path / "oob.db")
    assert database.execute("SELECT count(*) FROM documents").fetchone() == (0,)
    database.close()
