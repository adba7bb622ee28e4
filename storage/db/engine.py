"""Engines for SQLite and PostgreSQL, and the open transaction that queries and services are given."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, create_engine, delete, event, func, inspect, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.sql.dml import ReturningInsert

from bot.core.context import TxContext
from bot.domain.shared import calendar
from storage.crypto.vault import Vault
from storage.db.audit_log import Chain
from storage.db.batch import Batch, insert_of
from storage.db.columns import Base, table_of

_PATIENT_SECONDS = 30
_BUSY_MS = 250
"""How long SQLite itself waits for a lock; the writer tries again for as long as somebody still waits for the answer."""


def make_engine(url: str, *, readonly: bool = False, patient: bool = False) -> Engine:
    """An engine for `url` (`sqlite:///…` or `postgresql://…`). A read-only one refuses writes on both databases.

    A patient one waits half a minute for SQLite's lock: for commands beside a running bot, where no person waits.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return _postgresql(parsed, readonly=readonly)
    return _sqlite(parsed, readonly=readonly, wait=_PATIENT_SECONDS if patient else _BUSY_MS / 1000)


def _postgresql(url: URL, *, readonly: bool) -> Engine:
    options = "-c lock_timeout=60s -c statement_timeout=60s -c idle_in_transaction_session_timeout=120s"
    if readonly:
        options += " -c default_transaction_read_only=on -c default_transaction_isolation=repeatable\\ read"
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=4,
        max_overflow=4,
        pool_timeout=5,
        pool_pre_ping=readonly,  # the writer tries again by itself; a reader should not meet a dead connection
        connect_args={"connect_timeout": 5, "options": options, "tcp_user_timeout": 10_000, "keepalives_idle": 20},
    )


def _sqlite(url: URL, *, readonly: bool, wait: float) -> Engine:
    """WAL mode with `synchronous=FULL`: what was acknowledged survives a power cut.

    Transactions are begun by us, because the driver would begin late; a writer's IMMEDIATE, so that none fails half-way
    for a lock.
    """
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, pool_size=4, max_overflow=4, pool_timeout=5, connect_args={"isolation_level": None, "timeout": wait}
    )
    begin = "BEGIN" if readonly else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        if not readonly:
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        if readonly:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def empty_log(url: str) -> None:
    """Move SQLite's write-ahead log into the database and empty it, so that what was erased is not left in it.

    Nothing for a database server. When somebody is reading it stays for the next time.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        connection = sqlite3.connect(parsed.database, timeout=_BUSY_MS / 1000)
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()


class Tx:
    """A transaction (storage.db.batch) for one job of one person: what services and queries are given. It cannot commit."""

    __slots__ = ("about", "batch", "changed", "context")

    def __init__(self, batch: Batch, context: TxContext) -> None:
        self.batch = batch
        self.context = context
        self.changed = False
        self.about: str | None = None

    @property
    def conn(self) -> Connection:
        """The connection, on which everything stands that this transaction has done."""
        return self.batch.conn

    @property
    def vault(self) -> Vault:
        """Whatever needs a key."""
        return self.batch.vault

    @property
    def chain(self) -> Chain:
        """The audit log, to which `log` appends."""
        return self.batch.chain

    @property
    def workspace_id(self) -> str:
        """The workspace that every row read or written belongs to."""
        return self.context.workspace_id

    @property
    def actor_id(self) -> str:
        """Who does this, by Slack user id; `system` for the bot itself."""
        return self.context.actor_id

    @property
    def now(self) -> datetime:
        """The moment of the request, in UTC."""
        return self.context.now

    @property
    def today(self) -> date:
        """The day of the request in London."""
        return calendar.london_day(self.context.now)

    def insert(self, kind: type[Base], **values: Any) -> None:  # noqa: ANN401 - columns
        """Add a row of this workspace whose key is new."""
        self.batch.insert(kind, {"workspace_id": self.workspace_id, **values})

    def insert_if_new(self, kind: type[Base], **values: Any) -> None:  # noqa: ANN401 - columns
        """Add a row of this workspace unless its key is there."""
        self.batch.insert(kind, {"workspace_id": self.workspace_id, **values}, if_new=True)

    def find(self, kind: type[Base], *key: object) -> Mapping[str, Any] | None:
        """One row of this workspace by the rest of its key."""
        return self.batch.find(kind, self.workspace_id, *key)

    def select(self, kind: type[Base], *columns: Any) -> Select[Any]:  # noqa: ANN401 - whatever SQLAlchemy selects
        """Return a SELECT of this workspace's rows of a table: of these columns, or of all of them."""
        return select(*(columns or (table_of(kind),))).select_from(kind).where(self.own(kind))

    def update(self, kind: type[Base], *where: ColumnElement[bool], **values: Any) -> int:  # noqa: ANN401 - columns
        """Change this workspace's rows for which the conditions hold; how many there were."""
        return self.conn.execute(update(kind).where(self.own(kind), *where).values(**values)).rowcount

    def delete(self, kind: type[Base], *where: ColumnElement[bool]) -> int:
        """Delete this workspace's rows for which the conditions hold; how many there were."""
        return self.conn.execute(delete(kind).where(self.own(kind), *where)).rowcount

    def count(self, kind: type[Base], *where: ColumnElement[bool]) -> int:
        """Return how many of this workspace's rows the conditions hold for."""
        return int(self.conn.execute(self.select(kind, func.count()).where(*where)).scalar_one())

    def own(self, kind: type[Base]) -> ColumnElement[bool]:
        """Return the condition that a row belongs to this workspace, for queries that start elsewhere."""
        return table_of(kind).c.workspace_id == self.workspace_id

    def log(self, action: str, subject: str, **details: object) -> None:
        """Append an entry to the audit log (I20). Details are codes, dates and references; free text never enters the log."""
        self.changed = True
        self.about = self.about or subject[:64]
        self.chain.append(self.context, action, subject, details)


def insert_into(tx: Tx, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`, which both databases spell alike."""
    return insert_of(tx.conn.dialect.name, table_of(table))


def insert_once(tx: Tx, table: type[Base], values: dict[str, Any]) -> bool:
    """Insert a row unless its key exists; whether it was inserted."""
    return tx.conn.execute(_insert_once(tx.conn.dialect.name, table), values).first() is not None


@cache
def _insert_once(dialect: str, table: type[Base]) -> ReturningInsert[Any]:
    return insert_of(dialect, table_of(table)).on_conflict_do_nothing().returning(inspect(table).primary_key[0])
