"""What the jobs of one transaction have in common, so that many cost little more than one (docs/decisions/0017-speed.md).

Rows that are only added wait here and are inserted together, a statement a table: before anything else is asked of the
connection, and before the commit. Building a statement costs more than running it, so those of the busiest paths are built once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Insert, Row, Select, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.crypto.vault import Vault
from storage.db.audit_log import Chain
from storage.db.columns import Base, table_of
from storage.db.tables import CounterRow

F = TypeVar("F", bound=Callable[..., Any])
_Key = tuple[object, ...]
Wanted = tuple[type[Base], tuple[str, object]]
"""A row that will be looked up: of which table, in which workspace, and by which name."""
_LOOKS_UP = "looks_up"


def looks_up(what: Callable[..., list[Wanted]]) -> Callable[[F], F]:
    """Mark a function of a transaction: `what`, with the same arguments, says which rows it will find first.

    They are read together with those of every other job of the moment. A row that is not named is found when it is asked for.
    """

    def mark(fn: F) -> F:
        setattr(fn, _LOOKS_UP, what)
        return fn

    return mark


def looked_up(fn: Callable[..., Any], *args: object) -> list[Wanted]:
    """What a function, with these arguments, says that it will look up; nothing where it does not say."""
    what = getattr(fn, _LOOKS_UP, None)
    return what(*args) if what is not None else []


class Batch:
    """An open transaction on `conn`: the audit log's chain, rows still to be inserted, and what was read for all jobs at once.

    What was read is remembered until somebody uses the connection itself, who may change it.
    """

    def __init__(self, conn: Connection, vault: Vault) -> None:
        self._conn = conn
        self.vault = vault
        self._rows: dict[tuple[Table, bool], dict[_Key, dict[str, Any]]] = {}
        self._read: dict[_Key, Any] = {}
        self.chain = Chain(conn, vault, self._read.clear)  # what was read before the lock may be another replica's by now
        self._counted: dict[tuple[str, str], int] = {}

    @property
    def conn(self) -> Connection:
        """The connection, with everything inserted that was waiting to be."""
        if self._rows:
            self._insert()
        self._read.clear()
        return self._conn

    def insert(self, kind: type[Base], row: dict[str, Any], *, if_new: bool = False) -> None:
        """Add a row whose key is new. That it is not fails the transaction, at once or when rows are inserted.

        `if_new`: a row that is there already stays as it is.
        """
        table = table_of(kind)
        waiting, key = self._rows.setdefault((table, if_new), {}), tuple([row[name] for name in _key_of(table)])
        if key in waiting and not if_new:
            raise LookupError(f"two rows of {table.name} with one key")
        waiting.setdefault(key, row)

    def find(self, kind: type[Base], *key: object) -> Mapping[str, Any] | None:
        """One row by its key, whether it is in the table or still waiting to be; columns that were not given then are absent."""
        table = table_of(kind)
        waiting = self._rows.get((table, False), {}).get(key)
        if waiting is not None:
            return waiting
        if (table, key) not in self._read:
            named = dict(zip(_key_of(table), key, strict=True))
            self._read[table, key] = self._conn.execute(_one(table), named).mappings().one_or_none()
        return self._read[table, key]  # type: ignore[no-any-return]  # a row

    def find_together(self, wanted: Iterable[Wanted]) -> None:
        """Read rows by a statement a table; `find` has them then."""
        sorted_out: dict[tuple[Table, str], list[object]] = {}
        for kind, (home, name) in wanted:
            sorted_out.setdefault((table_of(kind), home), []).append(name)
        for (table, home), names in sorted_out.items():
            first, last = _key_of(table)
            rows = self._conn.execute(_several(table), {first: home, last: names}).mappings()
            found = {row[last]: row for row in rows}
            self._read |= {(table, (home, name)): found.get(name) for name in names}

    def read_once(self, name: str, query: Select[Any], values: dict[str, Any]) -> Sequence[Row[Any]]:
        """The rows of a query that asks nothing of what still waits to be inserted, read once for the same `values`."""
        known = (name, *values.values())
        if known not in self._read:
            self._read[known] = self._conn.execute(query, values).all()
        return self._read[known]  # type: ignore[no-any-return]  # rows

    def count(self, workspace_id: str, series: str, by: int) -> int:
        """Let a series count on by so many; the last number. The workspace is ours until the commit."""
        name = (workspace_id, series)
        if name not in self._counted:
            self.chain.lock(workspace_id)
            row = self.find(CounterRow, *name)
            self._counted[name] = row["last"] if row else 0
        self._counted[name] += by
        return self._counted[name]

    def flush(self) -> None:
        """Write everything that was put off; to be called once, before the commit."""
        self._insert()
        if self._counted:
            rows = [{"workspace_id": home, "series": series, "last": last} for (home, series), last in self._counted.items()]
            self._conn.execute(_counters(self._conn.dialect.name), rows)
            self._counted = {}
        self.chain.flush()

    def _insert(self) -> None:
        waiting, self._rows = self._rows, {}
        for (table, if_new), rows in waiting.items():
            alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
            for row in rows.values():
                alike.setdefault(tuple(row), []).append(row)
            for several in alike.values():
                self._conn.execute(_add(self._conn.dialect.name, table, if_new=if_new), several)


@cache
def _key_of(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key)


@cache
def _one(table: Table) -> Select[Any]:
    return select(table).where(*(column == bindparam(column.name) for column in table.primary_key))


@cache
def _several(table: Table) -> Select[Any]:
    home, name = table.primary_key
    return select(table).where(home == bindparam(home.name), name.in_(bindparam(name.name, expanding=True)))


@cache
def insert_of(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT, which both databases spell alike."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _add(dialect: str, table: Table, *, if_new: bool) -> Insert:
    new = insert_of(dialect, table)
    return new.on_conflict_do_nothing() if if_new else new


@cache
def _counters(dialect: str) -> postgresql.Insert | sqlite.Insert:
    new = insert_of(dialect, table_of(CounterRow))
    return new.on_conflict_do_update(index_elements=["workspace_id", "series"], set_={"last": new.excluded.last})
