"""Ten thousand workspaces on one database: the cost of a morning and of an idle poll (docs/decisions/0018-many-workspaces.md).

`python -m benchmarks.nation` fills a database with workspaces of a small team each, lets it become morning in all of them, and
lets some planners do the work beside one another, each with its share of the workspaces.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, select

from bot.core.context import TxContext
from bot.domain.people import Person, Role
from bot.services import scheduled_run
from storage import migrations, people
from storage.crypto.key_ring import KeyRing
from storage.crypto.vault import Vault
from storage.db import workspaces
from storage.db.batch import Batch
from storage.db.engine import Tx, make_engine
from storage.notifications.tables import OutboxRow
from tests.support.offices import logged_words
from tests.support.servers import fresh_database

MONDAY = datetime(2026, 12, 7, 8, 30, tzinfo=UTC)
WORKERS, EACH = 3, 2
_VAULT = Vault(KeyRing([bytes(range(32))]))


@contextmanager
def transaction(engine: Engine, workspace_id: str, at: datetime) -> Iterator[Tx]:
    """A transaction of one workspace, committed."""
    with engine.connect() as conn, conn.begin():
        tx = Tx(Batch(conn, _VAULT), TxContext(workspace_id, "system", at, 60))
        yield tx
        tx.batch.flush()


def fill(url: str, names: Sequence[str]) -> None:
    """Workspaces with a manager and some workers, whose inquiries' answers are expected on Monday."""
    engine = make_engine(url, patient=True)
    asked = MONDAY - timedelta(days=7)
    for name in names:
        with transaction(engine, name, asked) as tx:
            workspaces.register(tx)
            people.put(tx, Person(user_id="M", role=Role.TEAM_MANAGER))
            for worker in range(WORKERS):
                people.put(tx, Person(user_id=f"W{worker}", role=Role.SOCIAL_WORKER, manager_id="M"))
                author = Tx(tx.batch, TxContext(name, f"W{worker}", asked, 60))
                for number in range(EACH):
                    logged_words(author, f"ward asks Ealing, bed {number}")
            scheduled_run.tick(tx)
    engine.dispose()


def morning(url: str, names: Sequence[str]) -> int:
    """Plan Monday morning in each; how many letters."""
    return _each(url, names, MONDAY, scheduled_run.tick)


def beat(url: str, names: Sequence[str]) -> int:
    """Ask each whether anything is due, as the heart does; how many would do something."""
    return _each(url, names, MONDAY + timedelta(minutes=10), scheduled_run.owes)


def _each(url: str, names: Sequence[str], at: datetime, fn: Callable[[Tx], Any]) -> int:
    engine = make_engine(url, patient=True)
    found = 0
    for name in names:
        with transaction(engine, name, at) as tx:
            found += int(fn(tx))
    engine.dispose()
    return found


def main() -> None:
    """Read the arguments, fill, and let it become morning."""
    parser = argparse.ArgumentParser(prog="nation", description="Reminders of many workspaces against the planner.")
    parser.add_argument("--workspaces", type=int, default=10_000)
    parser.add_argument("--planners", type=int, default=2, help="processes beside one another")
    parser.add_argument("--sqlite", action="store_true", help="a file instead of a PostgreSQL server")
    chosen = parser.parse_args()
    names = [f"T{number:06d}" for number in range(chosen.workspaces)]
    shares = [names[share :: chosen.planners] for share in range(chosen.planners)]
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/nation.db" if chosen.sqlite else fresh_database(stack)
        engine = make_engine(url)
        migrations.upgrade(engine)
        planners = stack.enter_context(ProcessPoolExecutor(chosen.planners))

        def together(what: Callable[[str, Sequence[str]], Any]) -> tuple[float, list[Any]]:
            began = time.perf_counter()
            done = list(planners.map(what, [url] * len(shares), shares))
            return time.perf_counter() - began, done

        took, _ = together(fill)
        sys.stdout.write(f"{len(names):,} workspaces filled in {took:.0f} s\n")
        took, letters = together(morning)
        with engine.connect() as conn:
            owed = conn.execute(select(func.count()).select_from(OutboxRow)).scalar_one()
        reminders = len(names) * WORKERS * EACH
        sys.stdout.write(
            f"morning, {chosen.planners} planners: {took:.1f} s, {len(names) / took:,.0f} workspaces/s, "
            f"{reminders:,} reminders in {sum(letters):,} letters ({owed:,} in the outbox)\n"
        )
        took, due = together(beat)
        sys.stdout.write(
            f"idle beat of all: {took:.1f} s, {took / len(names) * 1000:.2f} ms each; {sum(due)} had something to do\n"
        )


if __name__ == "__main__":
    main()
