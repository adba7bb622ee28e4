"""What a command costs, counted without a clock: statements on the way to its answer, however many come at once (P1, P2)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from handlers.core.gate import Gate
from handlers.core.interaction import read_command
from handlers.core.routing import Call
from handlers.router import route_of
from tests.support.offices import Office
from tests.support.patience import patience


@contextmanager
def counted(office: Office) -> Iterator[Counter[str]]:
    """The statements of the writer, by their first word."""
    seen: Counter[str] = Counter()

    def count(_conn: Any, _cursor: Any, statement: str, _parameters: Any, _context: Any, _many: bool) -> None:
        seen[statement.split(maxsplit=1)[0]] += 1

    event.listen(office.writing, "before_cursor_execute", count)
    yield seen
    event.remove(office.writing, "before_cursor_execute", count)


async def says(office: Office, user: str, words: str, number: int) -> str:
    """A command from the gate to its answer."""
    body = {"command": "/oob", "text": words, "team_id": "T0SIM", "user_id": user, "trigger_id": f"{number}.{words}"}
    entry = read_command(body)
    route, ctx = route_of(entry.kind, entry.name), office.ctx(user)
    actor = await Gate(1000).admit(entry, ctx, route.roles, route.purpose)
    return str((await route.handler(Call(entry, ctx, actor, entry.words))).body)


async def held_up(office: Office, during: Callable[[], Any]) -> None:
    """Let work gather behind a transaction that is under way, so that it is done together."""
    gate, there = asyncio.Event(), asyncio.get_running_loop()
    began = asyncio.Event()

    def wait(_tx: object) -> None:
        there.call_soon_threadsafe(began.set)
        asyncio.run_coroutine_threadsafe(gate.wait(), there).result()

    first = asyncio.create_task(office.does("system", wait))
    await began.wait()
    waiting = [asyncio.create_task(each) for each in during()]
    async with patience("the jobs to queue up"):
        while len(office.ledger._queue) < len(waiting):
            await asyncio.sleep(0.01)
    gate.set()
    await asyncio.gather(first, *waiting)


async def test_p2_a_logged_inquiry_takes_five_reads_and_eight_writes(office: Office) -> None:
    await says(office, "U0DANA", "inquiry ward asks Ealing, bed 0", 0)
    with counted(office) as seen:
        assert "is logged" in await says(office, "U0DANA", "inquiry ward asks Ealing, bed 1", 1)
    begun = seen.pop("BEGIN", 0)
    assert begun <= 1
    assert seen == {"SELECT": 5, "INSERT": 7, "UPDATE": 1}


async def test_p1_twenty_inquiries_at_once_take_no_more_statements_than_one(office: Office) -> None:
    with counted(office) as alone:
        await says(office, "U0DANA", "inquiry ward asks Ealing, bed 0", 0)
    with counted(office) as together:
        await held_up(office, lambda: [says(office, "U0DANA", f"inquiry ward asks Ealing, bed {n}", n) for n in range(1, 21)])
    writes = ("INSERT", "UPDATE")
    assert sum(together[each] for each in writes) == sum(alone[each] for each in writes)
    assert together["SELECT"] <= alone["SELECT"]


async def test_the_same_command_twice_at_once_is_logged_once_and_answered_the_same(office: Office) -> None:
    answers: list[str] = []

    async def say() -> None:
        answers.append(await says(office, "U0DANA", "inquiry ward asks Ealing, bed 7", 7))

    await held_up(office, lambda: [say() for _ in range(3)])
    assert len(set(answers)) == 1
    assert "INQ-2026-0001* is logged" in answers[0]
    assert "INQ-2026-0002" in await says(office, "U0ELI", "inquiry ward asks Ealing, bed 8", 8)


async def test_the_same_words_by_two_people_at_once_are_two_inquiries_and_by_one_are_asked_about(office: Office) -> None:
    people = ("U0DANA", "U0ELI", "U0DANA")
    found: list[str] = []

    async def say(user: str, number: int) -> None:
        found.append(await says(office, user, "inquiry ward asks Ealing", number))

    await held_up(office, lambda: [say(user, number) for number, user in enumerate(people)])
    assert sum("is logged" in each for each in found) == 2
    assert sum("less than a minute ago" in each for each in found) == 1
