"""A small team at work in a database, with any number of other teams' cases beside it, on which no list's cost may depend."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    String,
    case,
    cast,
    event,
    func,
    insert,
    literal,
    literal_column,
    null,
    select,
)

from bot.core.context import TxContext
from bot.domain.cases.activation import ReferralFacts
from bot.domain.cases.codes import ActivityKind, Channel, RecordingRoute, ReferralForm
from bot.domain.people import Actor, Person, Role
from bot.services import people, scheduled_run
from bot.services.cases.referrals import NewCase, refer
from bot.services.cases.work import Contact, contact
from bot.services.digests import digests
from bot.services.reminders import lists
from storage import migrations
from storage.cases.tables import CaseRow, EpisodeRow, ReferralRow
from storage.crypto.key_ring import KeyRing
from storage.crypto.vault import Vault
from storage.db import workspaces
from storage.db.batch import Batch
from storage.db.columns import table_of
from storage.db.engine import Tx, make_engine
from storage.reminders.tables import CaseloadRow, LedgerRow, ObligationRow

HOME, NOW = "T0SIM", datetime(2026, 12, 7, 8, 30, tzinfo=UTC)
WORKER = Actor(workspace_id=HOME, user_id="W", roles=frozenset({Role.SOCIAL_WORKER}))
LISTS: dict[str, Callable[[Tx], object]] = {
    "agenda": lambda tx: lists.agenda_of(tx, "W"),
    "due": lambda tx: lists.due_of(tx, Person(user_id="W", role=Role.SOCIAL_WORKER)),
    "digest": lambda tx: digests.digest_for(tx, "M"),
    "decision list": lists.decision_list,
    "worklist": lambda tx: digests.worklist_for(tx, "W"),
    "sweep with nothing due": scheduled_run.owes,
}
_COPIED: tuple[type[Any], ...] = (CaseRow, EpisodeRow, ReferralRow, ObligationRow, CaseloadRow, LedgerRow)


class Crowd:
    """The database at `url`, empty before, with the team and `beside` cases of others."""

    def __init__(self, url: str, beside: int) -> None:
        self.engine = make_engine(url)
        self.vault = Vault(KeyRing([bytes(range(32))]))
        migrations.upgrade(self.engine)
        self.do(_people, at=NOW - timedelta(days=120))
        for number, days in enumerate((100, 93, 40, 20, 3)):
            self.do(_case, number, by="W", at=NOW - timedelta(days=days))
        self.do(scheduled_run.tick, at=NOW - timedelta(days=7))
        self.do(_others, beside)
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("ANALYZE" if conn.dialect.name == "sqlite" else "VACUUM ANALYZE")

    def do(self, fn: Callable[..., Any], *args: object, by: str = "system", at: datetime = NOW) -> Any:
        """`fn(tx, *args)`, committed."""
        with self.engine.connect() as conn, conn.begin():
            tx = self._tx(conn, by, at)
            result = fn(tx, *args)
            tx.batch.flush()
        return result

    def steps(self, fn: Callable[[Tx], object]) -> tuple[object, int]:
        """What it lists, and how many steps SQLite's virtual machine took."""
        taken = 0

        def step() -> int:
            nonlocal taken
            taken += 1
            return 0

        with self.engine.connect() as conn, conn.begin():
            driver: Any = conn.connection.driver_connection
            driver.set_progress_handler(step, 1)
            try:
                listed = fn(self._tx(conn))
            finally:
                driver.set_progress_handler(None, 1)
        return listed, taken

    def buffers(self, fn: Callable[[Tx], object]) -> tuple[object, int]:
        """What it lists, and how many pages PostgreSQL looked at, in all of its queries."""
        looked_at = 0

        def explain(conn: Connection, _cursor: Any, statement: str, parameters: Any, *_: object) -> None:
            nonlocal looked_at
            if not statement.startswith("SELECT"):
                return
            beside = conn.connection.cursor()
            beside.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters)
            told: Any = beside.fetchone()
            plan = told[0][0]["Plan"]
            looked_at += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]

        with self.engine.connect() as conn, conn.begin():
            event.listen(conn, "before_cursor_execute", explain)
            listed = fn(self._tx(conn))
        return listed, looked_at

    def _tx(self, conn: Connection, by: str = "system", at: datetime = NOW) -> Tx:
        return Tx(Batch(conn, self.vault), TxContext(HOME, by, at, 60))


def _people(tx: Tx) -> None:
    workspaces.register(tx)
    for name, role, manager in (("M", Role.TEAM_MANAGER, None), ("W", Role.SOCIAL_WORKER, "M")):
        people.name_person(tx, Person(user_id=name, role=role, manager_id=manager))


def _case(tx: Tx, number: int) -> None:
    facts = ReferralFacts(
        received_on=tx.today,
        activated_on=tx.today,
        channel=Channel.WARD_STAFF,
        form=ReferralForm.VERBAL,
        source_code="3F",
        threshold_level=3,
        home_authority="E09000009",
        need_to_see_family=True,
        significant_activity=True,
        route=RecordingRoute.SHORT_TERM,
        opened_on=tx.today,
    )
    new = refer(tx, facts, NewCase(f"ICS-{number}"), WORKER)
    contact(tx, new.ref, Contact(ActivityKind.VISIT, tx.today), WORKER)


def _others(tx: Tx, number: int) -> None:
    """Copies of this team's rows under other names and other people, ended, open, due and sent; made by the database itself."""
    for kind in _COPIED:
        table = table_of(kind)
        numbers = _numbers(number)
        first = select(table).limit(1).subquery()
        changed = _changed(tx, kind, literal_column("n.n"))
        chosen = [changed.get(column.name, first.c[column.name]) for column in table.columns]
        rows = select(*(value.label(column.name) for value, column in zip(chosen, table.columns, strict=True)))
        rows = rows.select_from(first.join(numbers, literal(value=True)))
        tx.conn.execute(insert(table).from_select([column.name for column in table.columns], rows))


def _numbers(number: int) -> CTE:
    counted = select(literal(0).label("n")).cte("n", recursive=True)
    return counted.union_all(select(counted.c.n + 1).where(counted.c.n < number - 1))


def _changed(tx: Tx, kind: type[Any], n: ColumnElement[int]) -> dict[str, ColumnElement[Any]]:
    ref = literal("OOB-2020-") + cast(n + 1_000_000, String)
    day = _day(tx, n)
    changed: dict[str, ColumnElement[Any]] = {
        "ref": literal("R-2020-") + cast(n + 1_000_000, String) if kind is ReferralRow else ref,
        "case_ref": ref,
        "ics_ref": literal("OLD-") + cast(n, String),
        "worker_id": literal("W") + cast(n % 500, String),
        "recipient": literal("W") + cast(n % 500, String),
        "manager_id": literal("M") + cast(n % 50, String),
        "subject": ref + literal("#1"),
        "received_on": day,
        "opened_on": day,
        "due_on": day,
    }
    if kind is CaseloadRow:
        changed["look_from"] = literal(date(2099, 1, 1))
    if kind is ObligationRow:
        changed |= {"send_on": null(), "status": case((n % 3 > 0, "open"), else_="met")}
    return changed


def _day(tx: Tx, n: ColumnElement[int]) -> ColumnElement[Any]:
    """Some day of eight years."""
    if tx.conn.dialect.name == "sqlite":
        return func.date("2018-01-01", literal("+") + cast(n % 3000, String) + literal(" days"))
    return literal(date(2018, 1, 1)) + n % 3000
