"""P4, P5: what lists and sweeps cost among a thousand cases and a million, and how fast a morning is planned; P7 beside it."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import update

from benchmarks import auditing
from benchmarks.verdicts import Verdict, at_least, at_most
from bot.domain.people import Person, Role
from bot.services import scheduled_run
from storage import people
from storage.db.columns import table_of
from storage.db.engine import Tx
from storage.notifications import conversations
from storage.notifications.tables import DestinationRow
from storage.reminders import obligations
from tests.support.crowds import LISTS, NOW, Crowd
from tests.support.offices import logged_words

FEW, SOME, MANY = 1_000, 100_000, 1_000_000
ROUNDS, TIMES = 5, 30
REMINDERS, PEOPLE = 5_000, 500
TUESDAY = NOW + timedelta(days=1)


def measure(fresh_postgresql: Callable[[], str]) -> Iterator[Verdict]:
    """The same small team in four databases."""
    with tempfile.TemporaryDirectory(prefix="oob-bench-") as folder:
        few, many = (Crowd(f"sqlite:///{folder}/{number}.db", number) for number in (FEW, MANY))
        yield from _lists("SQLite", few, many)
        yield from _steps(few, many)
        yield from _sweeps("SQLite", many)
        yield from auditing.measure("SQLite", many, MANY)
    few, some, many = (Crowd(fresh_postgresql(), number) for number in (FEW, SOME, MANY))
    yield from _lists("PostgreSQL", few, many)
    yield from _buffers(few, some, many)
    yield from _sweeps("PostgreSQL", many)
    yield from auditing.measure("PostgreSQL", many, MANY)


def _lists(kind: str, few: Crowd, many: Crowd) -> Iterator[Verdict]:
    for name in ("agenda", "due", "digest"):
        ratios = [_seconds(many, LISTS[name]) / _seconds(few, LISTS[name]) for _ in range(ROUNDS)]
        yield at_most("P4", f"{name}, {kind}, time among {MANY:,} against {FEW:,} cases", ratios, 1.5)


def _steps(few: Crowd, many: Crowd) -> Iterator[Verdict]:
    for name, listing in LISTS.items():
        (listed, steps), (listed_too, steps_too) = few.steps(listing), many.steps(listing)
        same = steps == steps_too and listed == listed_too
        yield Verdict("P4", f"{name}, SQLite, VM steps", "equal, same rows", f"{steps:,} and {steps_too:,}", same)


def _buffers(few: Crowd, some: Crowd, many: Crowd) -> Iterator[Verdict]:
    """Among few cases an index is a page or two deep, among many three or four: each look-up costs a page or two more."""
    for name, listing in LISTS.items():
        (listed, pages), (_, pages_some), (listed_too, pages_many) = (each.buffers(listing) for each in (few, some, many))
        told = f"{pages:,}, {pages_some:,} and {pages_many:,}"
        near = abs(pages_many / pages - 1) <= 0.05 and listed == listed_too  # noqa: PLR2004 - the goal's
        yield Verdict("P4", f"{name}, PostgreSQL, pages among {FEW:,}, {SOME:,}, {MANY:,}", "within 5%, same rows", told, near)


def _sweeps(kind: str, many: Crowd) -> Iterator[Verdict]:
    many.do(scheduled_run.tick, at=NOW)
    many.do(_delivered, at=NOW)
    milliseconds = [_seconds(many, _nothing_due, NOW + timedelta(hours=1)) * 1000 for _ in range(ROUNDS)]
    yield at_most("P5", f"sweep with nothing due, {kind}, {MANY:,} cases", milliseconds, 1, "ms")
    many.do(_asked, at=TUESDAY - timedelta(days=7))
    began = time.perf_counter()
    letters = many.do(scheduled_run.tick, at=TUESDAY)
    rate = REMINDERS / (time.perf_counter() - began)
    if left := many.do(_left, at=TUESDAY):
        raise AssertionError(f"{left} were not planned")
    told = f"planning a morning of {REMINDERS:,} reminders in {letters:,} letters, {kind}"
    yield at_least("P5", told, [rate], 5_000, "reminders/s")


def _delivered(tx: Tx) -> None:
    """As if the post room had sent everything."""
    tx.conn.execute(update(table_of(DestinationRow)).values(waiting=False))


def _seconds(crowd: Crowd, listing: Callable[[Tx], object], at: datetime = NOW) -> float:
    """The median time of one, within one transaction."""

    def several(tx: Tx) -> list[float]:
        taken = []
        for _ in range(TIMES):
            began = time.perf_counter()
            listing(tx)
            taken.append(time.perf_counter() - began)
        return taken

    return float(statistics.median(crowd.do(several, at=at)))


def _nothing_due(tx: Tx) -> None:
    """What the heart and the post room ask at every beat."""
    if scheduled_run.owes(tx) or conversations.ready(tx):
        raise AssertionError("something is due")


def _asked(tx: Tx) -> None:
    """So many inquiries by several hundred people, whose answers are expected a week later."""
    for number in range(PEOPLE):
        people.put(tx, Person(user_id=f"W{number}", role=Role.SOCIAL_WORKER, manager_id="M"))
    for number in range(REMINDERS):
        author = Tx(tx.batch, replace(tx.context, actor_id=f"W{number % PEOPLE}"))
        logged_words(author, f"ward asks Ealing, bed {number}")


def _left(tx: Tx) -> int:
    return len(obligations.to_send(tx, tx.today))
