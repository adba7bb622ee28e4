"""S7: an audit log that was edited, reordered or cut is found, every time."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, text

from storage.db import audit_log
from tests.support.offices import Office, logged_words

TRIES = 1_000
ENTRIES = 25


@pytest.fixture
def unlocked(office: Office) -> Office:
    """A database whose triggers somebody has removed: the chain is what is left."""
    return office


def remove_triggers(conn: Connection) -> None:
    if conn.dialect.name == "postgresql":
        conn.execute(text("ALTER TABLE audit_log DISABLE TRIGGER ALL"))
    else:
        for verb in ("update", "delete"):
            conn.execute(text(f"DROP TRIGGER audit_log_refuses_{verb}"))


def tamper(conn: Connection, chance: random.Random, entries: int) -> str:
    """One thing that somebody with the database could do."""
    seq, other = chance.sample(range(1, entries + 1), 2)
    edits: list[tuple[str, tuple[str, dict[str, Any]]]] = [
        (f"edit {column}", (f"UPDATE audit_log SET {column} = :v WHERE seq = :s", {"s": seq, "v": value}))
        for column, value in (("actor", "U0EVIL"), ("action", "nothing"), ("subject", "INQ-1999-0001"), ("details", '{"x": 1}'))
    ]
    edits.append(("edit hash", ("UPDATE audit_log SET hash = :v WHERE seq = :s", {"s": seq, "v": chance.randbytes(32)})))
    edits.append(("edit time", ("UPDATE audit_log SET at = '2001-01-01 00:00:00+00' WHERE seq = :s", {"s": seq})))
    edits.append(("remove", ("DELETE FROM audit_log WHERE seq = :s", {"s": seq})))
    edits.append(("cut the end", ("DELETE FROM audit_log WHERE seq >= :s", {"s": seq})))
    edits.append(("cut the beginning", ("DELETE FROM audit_log WHERE seq <= :s", {"s": seq})))
    edits.append(("cut and hide", ("UPDATE workspaces SET log_seq = :s - 1", {"s": seq})))
    name, (statement, values) = chance.choice(edits)
    if chance.random() < 0.2:
        for then in (f"UPDATE audit_log SET seq = -1 WHERE seq = {seq}", f"UPDATE audit_log SET seq = {seq} WHERE seq = {other}"):
            conn.execute(text(then))
        conn.execute(text(f"UPDATE audit_log SET seq = {other} WHERE seq = -1"))
        return "swap"
    conn.execute(text(statement), values)
    if name == "cut and hide":
        conn.execute(text("DELETE FROM audit_log WHERE seq >= :s"), {"s": seq})
    return name


async def test_s7_a_thousand_changes_of_the_log_are_found(unlocked: Office, figure: Callable[..., None]) -> None:
    for number in range(ENTRIES):
        await unlocked.does("U0DANA", logged_words, f"ward {number}")
    chance = random.Random(7)
    overlooked, seen = [], set()
    with unlocked.writing.connect() as conn:
        with conn.begin():
            remove_triggers(conn)
            (honest,) = audit_log.verify(conn, unlocked.vault)
        assert honest.problem is None
        for _ in range(TRIES):
            with conn.begin() as transaction:
                name = tamper(conn, chance, honest.entries)
                (verdict,) = audit_log.verify(conn, unlocked.vault)
                transaction.rollback()
            seen.add(name)
            if verdict.problem is None:
                overlooked.append(name)
    figure("S7", f"changes of the log overlooked ({unlocked.writing.dialect.name})", len(overlooked), TRIES)
    assert overlooked == []
    assert len(seen) == 11
