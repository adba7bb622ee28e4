import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.crypto.key_ring import KeyRing
from storage.crypto.vault import Vault
from storage.db import audit_log
from tests.support.offices import Office, logged_words

DROP = {
    "sqlite": ["DROP TRIGGER audit_log_refuses_UPDATE", "DROP TRIGGER audit_log_refuses_DELETE"],
    "postgresql": ["DROP TRIGGER audit_log_refuses_change ON audit_log"],
}


async def some_entries(office: Office) -> int:
    for number in range(5):
        await office.does("U0DANA", logged_words, f"ward asks {number}")
    return verdict(office).entries


def verdict(office: Office, vault: Vault | None = None) -> audit_log.LogVerdict:
    with office.writing.connect() as conn:
        (only,) = audit_log.verify(conn, vault or office.vault)
    return only


def tamper(office: Office, *statements: str) -> None:
    with office.writing.begin() as conn:
        for statement in [*DROP[conn.dialect.name], *statements]:
            conn.execute(text(statement))


async def test_i20_every_write_has_an_entry_and_the_chain_holds(office: Office) -> None:
    before = verdict(office).entries
    assert await some_entries(office) == before + 5
    assert verdict(office).problem is None


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET actor = 'U0EVIL'", "DELETE FROM audit_log"])
async def test_the_database_itself_refuses_to_change_the_log(office: Office, statement: str) -> None:
    await some_entries(office)
    with pytest.raises(DBAPIError, match="append-only"), office.writing.begin() as conn:
        conn.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE audit_log SET actor = 'U0EVIL' WHERE seq = 7", "entry 7 was changed"),
        ("UPDATE audit_log SET subject = 'INQ-2026-9999' WHERE seq = 7", "entry 7 was changed"),
        ("DELETE FROM audit_log WHERE seq = 7", "entry 7 is not there"),
        ("DELETE FROM audit_log WHERE seq = 1", "entry 1 is not there"),
        ("DELETE FROM audit_log WHERE seq > 7", "the end was cut off"),
        ("UPDATE audit_log SET key_id = '00000000' WHERE seq = 7", "made with the key 00000000"),
        ("UPDATE workspaces SET log_seq = log_seq - 1", "the end was cut off"),
    ],
)
async def test_s7_a_log_that_was_edited_or_cut_is_found(office: Office, statement: str, problem: str) -> None:
    await some_entries(office)
    tamper(office, statement)
    assert problem in (verdict(office).problem or "")


async def test_s7_two_entries_that_changed_places_are_found(office: Office) -> None:
    await some_entries(office)
    tamper(
        office,
        "UPDATE audit_log SET seq = 1000 WHERE seq = 7",
        "UPDATE audit_log SET seq = 7 WHERE seq = 8",
        "UPDATE audit_log SET seq = 8 WHERE seq = 1000",
    )
    assert "entry 7 was changed" in (verdict(office).problem or "")


async def test_who_has_the_database_but_not_the_key_cannot_check_or_forge(office: Office) -> None:
    await some_entries(office)
    assert "not among the keys given" in (verdict(office, Vault(KeyRing([b"x" * 32]))).problem or "")
