"""What the jobs of one transaction have in common: rows that wait, rows that were read, numbers that are counted."""

from __future__ import annotations

import pytest
from sqlalchemy import func, insert, select, update

from bot.domain.people import Person, Role
from bot.domain.shared.errors import Refusal
from storage import people
from storage.db import numbers
from storage.db.batch import looked_up
from storage.db.engine import Tx
from storage.db.tables import DraftRow, PersonRow
from tests.support.offices import Office


def draft(tx: Tx, name: str) -> None:
    tx.insert(DraftRow, draft_id=name, owner="U0DANA", at=tx.now, body=b"words")


def body_of(tx: Tx, name: str) -> object:
    found = tx.find(DraftRow, name)
    return found["body"] if found else None


async def test_a_row_that_waits_is_found_by_its_key_and_by_whoever_uses_the_connection(office: Office) -> None:
    def work(tx: Tx) -> tuple[object, int]:
        draft(tx, "one")
        draft(tx, "two")
        found = tx.find(DraftRow, "one")
        return found and found["owner"], tx.conn.execute(select(func.count()).select_from(DraftRow)).scalar_one()

    assert await office.does("U0DANA", work) == ("U0DANA", 2)
    assert await office.does("U0DANA", body_of, "two") == b"words"
    assert await office.does("U0DANA", body_of, "three") is None


async def test_what_was_read_is_forgotten_when_somebody_uses_the_connection(office: Office) -> None:
    def work(tx: Tx) -> tuple[Role, Role]:
        before = people.get(tx, "U0DANA")
        tx.conn.execute(update(PersonRow).where(PersonRow.user_id == "U0DANA").values(role=Role.VIEWER))
        after = people.get(tx, "U0DANA")
        assert before
        assert after
        return before.role, after.role

    assert await office.does("U0SAM", work) == (Role.SOCIAL_WORKER, Role.VIEWER)


async def test_people_who_are_read_together_are_those_on_file_and_nobody_else(office: Office) -> None:
    def work(tx: Tx) -> list[Person | None]:
        people.get_together(tx, ["U0DANA", "U0NOBODY", "U0MO"])
        return [people.get(tx, each) for each in ("U0DANA", "U0NOBODY", "U0MO")]

    dana, nobody, mo = await office.does("U0SAM", work)
    assert (dana and dana.role, nobody, mo and mo.role) == (Role.SOCIAL_WORKER, None, Role.TEAM_MANAGER)


async def test_i23_numbers_go_on_over_transactions_and_over_a_transaction_that_failed(office: Office) -> None:
    def fails(tx: Tx) -> None:
        numbers.next_refs(tx, "X", 5)
        raise LookupError

    assert await office.does("U0DANA", numbers.next_refs, "X", 2) == ["X-2026-0001", "X-2026-0002"]
    with pytest.raises(LookupError):
        await office.does("U0DANA", fails)
    assert await office.does("U0DANA", numbers.next_ref, "X") == "X-2026-0003"


async def test_a_key_that_exists_fails_the_transaction_and_leaves_nothing(office: Office) -> None:
    await office.does("U0DANA", draft, "one")

    def again(tx: Tx) -> None:
        draft(tx, "other")
        draft(tx, "one")

    with pytest.raises(Refusal):
        await office.does("U0DANA", again)
    assert await office.does("U0DANA", body_of, "other") is None


async def test_two_rows_with_one_key_fail_at_once_and_a_row_that_may_be_there_stays_as_it_is(office: Office) -> None:
    def twice(tx: Tx) -> None:
        draft(tx, "one")
        draft(tx, "one")

    with pytest.raises(LookupError):
        await office.does("U0DANA", twice)
    await office.does("U0DANA", draft, "one")

    def if_new(tx: Tx) -> None:
        for words in (b"first", b"second"):
            tx.insert_if_new(DraftRow, draft_id="two", owner="U0DANA", at=tx.now, body=words)
        tx.insert_if_new(DraftRow, draft_id="one", owner="U0ELI", at=tx.now, body=b"other words")

    await office.does("U0DANA", if_new)
    assert await office.does("U0DANA", body_of, "one") == b"words"
    assert await office.does("U0DANA", body_of, "two") == b"first"


async def test_what_was_read_before_the_workspace_was_locked_is_read_again(office: Office) -> None:
    def work(tx: Tx) -> list[object]:
        before = tx.find(DraftRow, "late")
        with office.ledger._reading.connect() as other:
            assert other.execute(select(func.count()).select_from(DraftRow)).scalar_one() == 0
        tx.batch._conn.execute(
            insert(DraftRow).values(workspace_id=tx.workspace_id, draft_id="late", owner="x", at=tx.now, body=b"")
        )
        remembered = tx.find(DraftRow, "late")
        tx.chain.lock(tx.workspace_id)
        found = tx.find(DraftRow, "late")
        return [before, remembered, found and found["owner"]]

    assert await office.does("U0DANA", work) == [None, None, "x"]


def test_a_function_that_does_not_say_what_it_looks_up_looks_up_nothing_beforehand() -> None:
    assert looked_up(draft, None, "one") == []
