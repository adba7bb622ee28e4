"""Backups made while people work, restored elsewhere; keys changed under the running bot (docs/trust.md, Fault table D8, G)."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulator.client import Person, Workspace
from storage.crypto import key_ring
from tests.support.people import name_team
from tests.support.processes import PATIENTLY, Bot, Slack, oob

OLD, NEW = key_ring.new_key(), key_ring.new_key()


@pytest.fixture
async def keeper(slack: Slack, tmp_path: Path) -> AsyncIterator[Bot]:
    with Bot(slack, f"sqlite:///{tmp_path / 'oob.db'}", OOB_KEYS=OLD, OOB_RATE_PER_MINUTE="1000", **PATIENTLY) as bot:
        await name_team(slack.address, bot)
        yield bot


@pytest.fixture
def dana(workspace: Workspace, keeper: Bot) -> Person:  # noqa: ARG001 - she needs it
    return workspace.person("U0DANA")


async def test_d8_a_backup_taken_during_writes_restores_on_an_empty_machine(
    dana: Person, keeper: Bot, slack: Slack, tmp_path: Path
) -> None:
    url, elsewhere = keeper.environment["OOB_DATABASE_URL"], f"sqlite:///{tmp_path / 'other' / 'oob.db'}"
    copy = tmp_path / "copy"
    before = [await dana.types(f"inquiry before {n}") for n in range(5)]
    writing = asyncio.create_task(asyncio.wait([asyncio.create_task(dana.types(f"inquiry during {n}")) for n in range(60)]))
    made = await asyncio.to_thread(oob, "backup", str(copy), OOB_DATABASE_URL=url)
    await writing
    assert made.returncode == 0, made.stderr
    assert copy.stat().st_mode & 0o077 == 0
    again = oob("backup", str(copy), OOB_DATABASE_URL=url)
    assert (again.returncode, "is there already" in again.stderr) == (2, True)
    for change, why in (({"OOB_KEYS": NEW}, "Nothing was changed"), ({}, "is not there")):
        refused = oob("restore", str(copy), OOB_DATABASE_URL=elsewhere, **change)
        assert (refused.returncode, why in refused.stderr) == (2, True), refused.stderr
        assert not (tmp_path / "other" / "oob.db").exists()
    restored = oob("restore", str(copy), OOB_DATABASE_URL=elsewhere, OOB_KEYS=OLD)
    assert restored.returncode == 0, restored.stderr
    assert "the audit log holds" in restored.stdout
    assert oob("restore", str(copy), OOB_DATABASE_URL=elsewhere, OOB_KEYS=OLD).returncode == 2
    keeper.stop()
    with Bot(slack, elsewhere, OOB_KEYS=OLD, **PATIENTLY) as other:
        assert other.process is not None
        assert f"{len(before)} inquiries" in (await dana.types("inquiries before")).text


@pytest.mark.parametrize(
    ("content", "why"), [(b"nonsense" * 400, "cannot be used"), (b"", "is not a backup"), (None, "There is no backup")]
)
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes | None, why: str) -> None:
    if content is not None:
        (tmp_path / "copy").write_bytes(content)
    refused = oob("restore", str(tmp_path / "copy"), OOB_DATABASE_URL=f"sqlite:///{tmp_path / 'oob.db'}", OOB_KEYS=OLD)
    assert refused.returncode == 2
    assert why in refused.stderr
    assert not (tmp_path / "oob.db").exists()


def test_a_database_server_is_backed_up_by_its_own_tools() -> None:
    refused = oob("backup", "x", OOB_DATABASE_URL="postgresql://localhost/x", OOB_KEYS=OLD)
    assert refused.returncode == 2
    assert "pg_dump" in refused.stderr


async def test_g_a_key_is_changed_while_people_work_and_old_texts_stay_readable(dana: Person, keeper: Bot) -> None:
    url = keeper.environment["OOB_DATABASE_URL"]
    await dana.types("inquiry under the old key")
    keeper.stop()
    keeper.environment["OOB_KEYS"] = f"{NEW},{OLD}"
    keeper.start()
    await dana.types("inquiry under the new key")
    ring = {"OOB_DATABASE_URL": url, "OOB_KEYS": f"{NEW},{OLD}"}
    counts = [line.split()[-3] for line in oob("keys", "status", **ring).stdout.splitlines()]
    assert counts == ["1", "1"]
    rotated = await asyncio.to_thread(oob, "keys", "rotate", **ring)
    assert rotated.stdout.startswith("1 data keys"), rotated.stdout + rotated.stderr
    assert oob("keys", "rotate", **ring).stdout.startswith("0 data keys")
    assert "2 inquiries" in (await dana.types("inquiries under the key")).text
    assert oob("verify", **ring).returncode == 0
    assert "Nothing was changed" in oob("verify", **(ring | {"OOB_KEYS": NEW})).stderr
