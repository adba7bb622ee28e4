"""The shared Directory: a real folder that goes away and comes back, and a bot that keeps it in step (§2, G12)."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.domain.inquiries.inquiry import InquiryFacts
from bot.runtime.shared_directory import SharedDirectoryWriter, put
from bot.services.inquiries import lifecycle
from simulator.client import Person, Workspace, readable
from storage.inquiries import shared_directory
from tests.support.offices import Office, actor
from tests.support.patience import patience
from tests.support.people import name_team
from tests.support.processes import PATIENTLY, Bot, Slack

WHOLE: dict[str, Any] = {
    "asked_by_role": "ccds",
    "authority_asked": "E09000009",
    "also": ["store_in_directory"],
    "note": "marigold",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "share"
    made.mkdir()
    return made


@pytest.fixture
async def filing(slack: Slack, tmp_path: Path, folder: Path) -> AsyncIterator[Bot]:
    environment = {"OOB_RATE_PER_MINUTE": "1000", "OOB_SHARED_DIRECTORY": str(folder)}
    with Bot(slack, f"sqlite:///{tmp_path / 'oob.db'}", **environment, **PATIENTLY) as bot:
        await name_team(slack.address, bot)
        yield bot


@pytest.fixture
def dana(workspace: Workspace, filing: Bot) -> Person:  # noqa: ARG001 - she needs it
    return workspace.person("U0DANA")


async def log(dana: Person, **values: Any) -> str:
    await dana.types("inquiry")
    seen = await dana.submits(**(WHOLE | values))
    await dana.closes()
    found = re.search(r"INQ-\d{4}-\d{4}", readable(seen.modal or {}))
    assert found, seen.errors
    return found[0]


async def until(state: Callable[[], bool]) -> None:
    async with patience("the state of the shared Directory"):
        while not state():
            await asyncio.sleep(0.05)


def file_of(folder: Path, ref: str) -> Path:
    return folder / ref.split("-")[1] / f"{ref}.txt"


async def test_g12_an_entry_is_filed_corrected_and_taken_away(dana: Person, folder: Path) -> None:
    ref = await log(dana)
    file = file_of(folder, ref)
    await until(file.exists)
    assert "Answer:          awaiting an answer" in file.read_text()
    assert "marigold" not in file.read_text()
    await dana.types(f"answer {ref}")
    answered = await dana.submits(result="known_open")
    assert "Shared Directory: filed" in readable(answered.modal or {})
    await dana.closes()
    await until(lambda: "known, case open" in file.read_text())
    await dana.types(f"inquiries {ref}")
    await dana.presses("inquiry.open")
    await dana.submits(also=["store_in_directory", "restricted"])
    await dana.closes()
    await until(lambda: not file.exists())
    assert [path.name for path in folder.rglob("*") if path.is_file()] == []


async def test_what_is_taken_back_is_taken_out_of_the_folder(dana: Person, folder: Path) -> None:
    ref = await log(dana)
    await until(file_of(folder, ref).exists)
    assert "was taken back" in (await dana.types(f"undo {ref}")).text
    await until(lambda: not file_of(folder, ref).exists())


async def test_a_share_that_is_away_is_waited_for_and_shown(
    dana: Person, folder: Path, filing: Bot, workspace: Workspace
) -> None:
    away = folder.with_name("away")
    folder.rename(away)
    ref = await log(dana)
    await asyncio.to_thread(filing.said, "not_filed")
    assert "To be stored in the shared Directory" in (await dana.types("")).text
    status = (await workspace.person("U0SAM").types("admin status")).text
    assert "shared Directory: No such file or directory" in status
    assert "1 to be written" in status
    away.rename(folder)
    await until(file_of(folder, ref).exists)
    while "To be stored" in (seen := (await dana.types("")).text):  # written first, noted next
        await asyncio.sleep(0.05)
    assert "Answer from Ealing" in seen


async def test_a_restricted_inquiry_is_never_filed_and_its_author_is_told(dana: Person, folder: Path) -> None:
    await dana.types("inquiry")
    seen = await dana.submits(**(WHOLE | {"also": ["store_in_directory", "restricted"]}))
    assert "restricted, so I do not file it there" in readable(seen.modal or {})
    await dana.closes()
    other = await log(dana)
    await until(file_of(folder, other).exists)
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1


class DeadShare(type(Path())):  # type: ignore[misc]  # the platform's class of paths
    """A folder whose file system does not answer until somebody wakes it."""

    awake = threading.Event()

    def is_dir(self, **_: Any) -> bool:
        self.awake.wait()
        return True


async def test_a_share_that_hangs_holds_up_nobody_and_nothing_is_written_past_it(office: Office, folder: Path) -> None:
    facts = InquiryFacts(asked_on=date(2026, 12, 7), store_in_directory=True)
    ref = (await office.does("U0DANA", lifecycle.log_inquiry, facts, actor("U0DANA"))).inquiry.ref
    DeadShare.awake.clear()
    ctx = office.ctx("system")  # a part of the process, in no hurry
    directory_writer = SharedDirectoryWriter(ctx, DeadShare(folder), patience=0.1)
    working = asyncio.create_task(directory_writer.run())
    await until_problem(office)
    office.later(minutes=1)
    hidden = facts.model_copy(update={"restricted": True})
    await office.does("U0DANA", lifecycle.change_inquiry, ref, 1, hidden, actor("U0DANA"))
    DeadShare.awake.set()
    async with patience("every entry to be written"):
        while (await office.ctx("system").read(shared_directory.waiting))[0]:  # a leased entry waits, too
            await asyncio.sleep(0.02)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    assert [path.name for path in folder.rglob("*") if path.is_file()] == []


async def until_problem(office: Office) -> None:
    async with patience("the share to be called slow"):
        while (await office.ctx("system").read(shared_directory.waiting))[1] != "it takes too long":
            await asyncio.sleep(0.02)


def test_nobody_ever_reads_half_an_entry(folder: Path) -> None:
    put(folder, "INQ-2026-0001", "old")
    (folder / "2026").chmod(0o700)
    file = file_of(folder, "INQ-2026-0001")
    with pytest.raises(UnicodeEncodeError):
        put(folder, "INQ-2026-0001", "half \ud800")
    assert file.read_text() == "old"
    assert [path.name for path in (folder / "2026").iterdir()] == ["INQ-2026-0001.txt"]
    put(folder, "INQ-2026-0001", None)
    put(folder, "INQ-2026-0001", None)
    assert list((folder / "2026").iterdir()) == []
    with pytest.raises(FileNotFoundError):
        put(folder / "nowhere", "INQ-2026-0001", "x")
