"""Notifications wait while the database fails, and go once when it is back (docs/trust.md, Fault table C4, C5, D1, D2, D9)."""

import asyncio
from collections import Counter
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from bot.domain.notifications import RoleGiven
from bot.domain.shared.errors import Unavailable
from bot.services import scheduled_run
from storage.db.engine import Tx, make_engine
from storage.notifications import outbox
from tests.support.offices import Office, letters_waiting
from tests.support.post import Post, posting
from tests.support.processes import Slack


@pytest.mark.parametrize("replicas", [2, 3])
async def test_c4_several_post_rooms_send_everything_once(fresh_postgresql: Any, posts_slack: Slack, replicas: int) -> None:
    url = fresh_postgresql.migrated()
    offices = [Office(url) for _ in range(replicas)]
    await offices[0].open()
    async with posting(offices[0], posts_slack) as post:
        people = [f"U0C{replicas}N{number:02d}" for number in range(40)]
        for person in people:
            await post.workspace.add_user(id=person, name=person.lower())
        rooms = [post.another(office) for office in offices]
        await post.workspace.fault(
            seed=7, chances=[{"share": 0.1, "fault": {"drop": True}}, {"share": 0.05, "fault": {"error": "internal_error"}}]
        )
        for _ in range(3):
            for person in people:
                await post.owe(person)
            for _ in range(8):
                for office in offices:
                    office.now = offices[0].now
                offices[0].later(seconds=10)
                await asyncio.gather(*(room.deliver() for room in rooms))
        await post.workspace.fault(chances=[])
        told = {person: await post.has(person) for person in people}
        assert await post.waiting() == 0
    for person, messages in told.items():
        keys = Counter(message["metadata"]["event_payload"]["key"] for message in messages)
        assert set(keys.values()) == {1}, person
        assert sum(3 if "2 things more" in m["text"] else 2 if "one thing more" in m["text"] else 1 for m in messages) == 3
    for office in offices:
        office.close()


async def test_c4_two_replicas_plan_one_morning(fresh_postgresql: Any) -> None:
    url = fresh_postgresql.migrated()
    one, two = Office(url), Office(url)
    await one.open()
    await one.does("system", scheduled_run.tick)
    for office in (one, two):
        office.later(days=7)
    await asyncio.gather(*(office.does("system", scheduled_run.tick) for office in (one, two) * 5))
    with one.writing.connect() as conn:
        kinds = Counter(conn.execute(text("SELECT kind FROM outbox")).scalars())
    assert kinds["digest"] == 1
    one.close()
    two.close()


async def test_c5_when_every_connection_is_taken_letters_wait_and_then_go(post: Post) -> None:
    before = len(await post.has("U0DANA"))
    await post.owe()
    with ExitStack() as taken:
        for _ in range(8):
            taken.enter_context(post.office.ledger._reading.connect())
        with pytest.raises(Unavailable):
            await post.ctx.read(letters_waiting)
        await post.deliver(2)
        assert len(await post.has("U0DANA")) == before
    await post.deliver(2)
    assert len(await post.has("U0DANA")) == before + 1


async def test_d1_letters_wait_for_a_locked_database_and_go_once(post: Post) -> None:
    before = len(await post.has("U0DANA"))
    await post.owe()
    other = make_engine(post.office.url, patient=True)
    with other.connect() as conn, conn.begin():
        if "postgresql" in post.office.url:
            conn.execute(text("LOCK TABLE destinations IN ACCESS EXCLUSIVE MODE"))
        sending = asyncio.create_task(post.room.deliver())
        await asyncio.wait([sending], timeout=2)
        assert not sending.done()
        assert len(await post.has("U0DANA")) == before
    await sending
    other.dispose()
    assert len(await post.has("U0DANA")) == before + 1
    assert await post.waiting() == 0


async def test_d2_connections_that_the_server_ends_are_replaced(fresh_postgresql: Any, posts_slack: Slack) -> None:
    office = Office(fresh_postgresql.migrated())
    await office.open()
    async with posting(office, posts_slack) as post:
        before = len(await post.has("U0DANA"))
        await post.owe()
        with psycopg.connect(office.url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        await post.deliver(2, times=3)
        assert len(await post.has("U0DANA")) == before + 1
    office.close()


async def test_d9_a_deadlock_is_rolled_back_and_the_work_done_once(fresh_postgresql: Any) -> None:
    office = Office(fresh_postgresql.migrated())
    await office.open()
    first, second = (
        "SELECT 1 FROM people WHERE user_id = 'U0DANA' FOR UPDATE",
        "SELECT 1 FROM people WHERE user_id = 'U0ELI' FOR UPDATE",
    )
    held, runs = asyncio.Event(), 0
    loop = asyncio.get_running_loop()

    def crosses(tx: Tx) -> int:
        nonlocal runs
        runs += 1
        tx.conn.execute(text(first))
        loop.call_soon_threadsafe(held.set)
        tx.conn.execute(text(second))
        return runs

    async with await psycopg.AsyncConnection.connect(office.url) as other:
        await other.execute("SET deadlock_timeout = '10s'")  # so that it is the bot's transaction that is ended
        await other.execute(second)
        working = asyncio.create_task(office.does("U0DANA", crosses))
        await held.wait()
        await other.execute(first)
        await other.commit()
    assert await working == 2
    office.close()


async def test_d9_a_serialization_failure_is_rolled_back_and_the_work_done_once(fresh_postgresql: Any) -> None:
    office = Office(fresh_postgresql.migrated())
    await office.open()
    runs = 0

    def fails_once(tx: Tx) -> int:
        nonlocal runs
        runs += 1
        tx.log("test", "x")
        if runs == 1:
            tx.conn.execute(text("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'serialization_failure'; END $$"))
        return runs

    assert await office.does("U0DANA", fails_once) == 2
    office.close()


async def test_d9_sqlites_busy_is_waited_for_and_the_work_done_once(tmp_path: Any) -> None:
    office = Office(f"sqlite:///{tmp_path / 'oob.db'}")
    await office.open()
    other = make_engine(office.url)
    with other.connect() as conn, conn.begin():
        working = asyncio.create_task(office.does("U0DANA", outbox.queue, "U0DANA", RoleGiven("viewer", "busy")))
        await asyncio.wait([working], timeout=1)
        assert not working.done()
    assert await working is True
    other.dispose()
    office.close()
