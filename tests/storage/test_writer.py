import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.core.context import Undecided
from bot.domain import free_text
from bot.domain.inquiries.inquiry import Inquiry
from bot.domain.inquiries.search import InquiryQuery
from bot.domain.shared.errors import Refusal, Unavailable
from bot.services import undo
from bot.services.inquiries import lifecycle, search
from handlers.core.responses import Answer
from storage.db import audit_log
from storage.db.engine import Tx, make_engine
from storage.inquiries.inquiries import find
from storage.requests import idempotency
from tests.support.offices import Office, actor, logged_words


def count(tx: Tx) -> int:
    return find(tx, InquiryQuery(), 0, 1, actor("U0MO")).total


def log_and(then: Callable[[], None]) -> Callable[[Tx, str], str]:
    def work(tx: Tx, words: str) -> str:
        ref = logged_words(tx, words).ref
        then()
        return ref

    return work


def explode() -> None:
    raise ValueError("a bug")


def answer_with(**body: object) -> Answer:
    return Answer("message", body)


async def test_work_queued_together_is_numbered_without_gaps(office: Office) -> None:
    logged = await asyncio.gather(*(office.does("U0DANA", logged_words, f"ward {n}") for n in range(50)))
    assert sorted(found.ref for found in logged) == [f"INQ-2026-{n:04d}" for n in range(1, 51)]


async def test_one_failure_in_a_group_costs_the_others_nothing(office: Office) -> None:
    good = [office.does("U0DANA", logged_words, f"ward {n}") for n in range(5)]
    bad = office.does("U0DANA", log_and(explode), "bad")
    refused = office.does("U0DANA", undo.undo, "INQ-2020-0001", actor("U0DANA"))
    results = await asyncio.gather(bad, *good, refused, return_exceptions=True)
    assert isinstance(results[0], ValueError)
    assert isinstance(results[-1], Refusal)
    assert await office.ctx("U0DANA").read(count) == 5


async def test_b1_the_same_key_a_hundred_times_has_one_effect_and_one_answer(office: Office) -> None:
    def answer(tx: Tx, words: str) -> Answer:
        return answer_with(ref=lifecycle.log_inquiry(tx, free_text.inquiry(words, tx.today), actor("U0DANA")).inquiry.ref)

    once = [office.does("U0DANA", idempotency.once, "key", Answer, answer, "ward asks") for _ in range(100)]
    assert {found.body["ref"] for found in await asyncio.gather(*once)} == {"INQ-2026-0001"}
    assert await office.ctx("U0DANA").read(count) == 1


async def test_an_answer_without_an_effect_is_not_kept(office: Office) -> None:
    given = iter(range(10))
    answers = [
        await office.does("U0DANA", idempotency.once, "key", Answer, lambda _tx: answer_with(n=next(given))) for _ in range(2)
    ]
    assert [found.body for found in answers] == [{"n": 0}, {"n": 1}]


async def test_d1_a_caller_who_has_no_more_time_withdraws_what_has_not_begun(office: Office) -> None:
    """The writer is busy with somebody else's work for longer than the caller can wait."""
    begun, finish = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(_tx: Tx) -> str:
        loop.call_soon_threadsafe(begun.set)
        asyncio.run_coroutine_threadsafe(finish.wait(), loop).result(20)
        return "done"

    first = asyncio.create_task(office.ctx("U0MO", hurried=True).write(slow))
    await begun.wait()
    with pytest.raises(Unavailable) as refused:
        await office.ctx("U0DANA", hurried=True).write(logged_words, "ward")
    assert refused.value.sentence.startswith("Not saved")
    with pytest.raises(Undecided) as undecided:
        await first
    finish.set()
    assert await undecided.value.outcome == "done"
    assert await office.ctx("U0DANA").read(count) == 0


async def test_d1_callers_who_come_and_go_during_a_lock_each_hear_and_the_last_is_served(tmp_path: Path) -> None:
    office = Office(f"sqlite:///{tmp_path / 'oob.db'}")
    await office.open()
    lock = sqlite3.connect(tmp_path / "oob.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    callers = []
    for number in range(5):
        callers.append(asyncio.create_task(office.ctx("U0DANA", hurried=True).write(logged_words, f"ward {number}")))
        await asyncio.wait(callers, timeout=0.5)
    first = await asyncio.gather(callers[0], return_exceptions=True)
    assert isinstance(first[0], Unavailable)
    lock.execute("ROLLBACK")
    lock.close()
    later = await asyncio.gather(*callers[1:], return_exceptions=True)
    served = [result for result in later if isinstance(result, Inquiry)]
    assert len(served) + sum(isinstance(result, Unavailable) for result in later) == 4
    assert served
    assert await office.ctx("U0DANA").read(count) == len(served)
    office.close()


async def test_a_stopped_writer_says_not_saved(office: Office) -> None:
    assert office.ledger.close(5)
    with pytest.raises(Unavailable, match="stopping"):
        await office.does("U0DANA", logged_words, "ward")


async def test_g_text_stands_nowhere_in_the_database_in_clear(office: Office) -> None:
    await office.does("U0DANA", logged_words, "canary-7f3a on the ward")
    with office.writing.connect() as conn:
        tables = ["inquiries", "audit_log", "replays", "outbox", "drafts"]
        rows = [str(row) for table in tables for row in conn.execute(text(f"SELECT * FROM {table}"))]
    assert rows
    assert not [row for row in rows if "canary" in row]


async def test_housekeeping_deletes_answers_after_a_day_and_drafts_after_an_hour(office: Office) -> None:
    await office.does("U0DANA", idempotency.once, "key", Answer, lambda tx: answer_with(ref=logged_words(tx, "ward").ref))
    await office.does("U0DANA", search.keep_search, "twins")
    assert await office.does("U0SAM", idempotency.sweep) == 0
    office.later(hours=25)
    assert await office.does("U0SAM", idempotency.sweep) == 3


async def log_many(office: Office) -> None:
    for number in range(200):
        await office.does("U0DANA", logged_words, f"ward {number} " + "x" * 2000)


async def test_d4_a_full_disk_is_told_and_nothing_is_half_written(tmp_path: Path) -> None:
    office = Office(f"sqlite:///{tmp_path / 'oob.db'}")
    await office.open()
    with office.writing.connect() as conn:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar()
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Unavailable) as refused:
        await log_many(office)
    assert refused.value.code == "disk_full"
    kept = await office.ctx("U0DANA").read(count)
    with office.writing.connect() as conn:
        conn.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert (await office.does("U0DANA", logged_words, "room again")).ref == f"INQ-2026-{kept + 1:04d}"
    office.close()


def end_backend(url: str, pid: int) -> None:
    engine = make_engine(url)
    with engine.connect() as other:
        other.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 5000)")
    engine.dispose()


@pytest.mark.parametrize("leaves_a_trace", [False, True])
async def test_d2_a_connection_that_dies_in_the_middle_is_replaced_and_the_work_done_once(
    fresh_postgresql: Any, leaves_a_trace: bool
) -> None:
    """The server ends the connection under the transaction: before its COMMIT, or so that COMMIT itself is what fails."""
    office = Office(fresh_postgresql.migrated())
    await office.open()
    runs = []

    def dies_once(tx: Tx) -> int:
        runs.append(1)
        pid = tx.conn.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        if leaves_a_trace:
            tx.log("test", "x")
        if len(runs) == 1:
            end_backend(office.url, pid)
        return len(runs)

    assert await office.does("U0DANA", dies_once) == 2
    office.close()


async def test_b4_two_writers_on_one_database_number_without_gaps_or_doubles(fresh_postgresql: Any) -> None:
    url = fresh_postgresql.migrated()
    one, two = Office(url), Office(url)
    await one.open()
    logged = await asyncio.gather(*((one, two)[n % 2].does("U0DANA", logged_words, f"ward {n}") for n in range(100)))
    assert sorted(found.ref for found in logged) == [f"INQ-2026-{n:04d}" for n in range(1, 101)]
    with one.writing.connect() as conn:
        assert [verdict.problem for verdict in audit_log.verify(conn, one.vault)] == [None]
    one.close()
    two.close()
