"""What the jobs of one transaction have in common, so that many cost little more than one (docs/decisions/0017-speed.md).

Rows that are only added wait here and are inserted together, a statement a table: before anything else is asked of the
connection, and before the commit. Building a statement costs more than running it, so those of the busiest paths are built once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Insert, Select, Table, bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.auditlog import Chain
from storage.columns import Base, table_of
from storage.tables import CounterRow
from storage.vault import Vault

R = TypeVar("R")
_Key = tuple[object, ...]


class Batch:
    """An open transaction on `conn`: the audit log's chain, rows still to be inserted, and what was read once for all jobs."""

    def __init__(self, conn: Connection, vault: Vault) -> None:
        self._conn = conn
        self.vault = vault
        self.chain = Chain(conn, vault)
        self._rows: dict[Table, dict[_Key, dict[str, Any]]] = {}
        self._read: dict[_Key, Any] = {}
        self._counted: dict[tuple[str, str], int] = {}

    @property
    def conn(self) -> Connection:
        """The connection, with everything inserted that was waiting to be."""
        if self._rows:
            self._insert()
        return self._conn

    def insert(self, kind: type[Base], row: dict[str, Any]) -> None:
        """Add a row whose key is new. That it is not is found when rows are inserted, and fails the transaction."""
        table = table_of(kind)
        self._rows.setdefault(table, {})[tuple(row[name] for name in _key_of(table))] = row

    def find(self, kind: type[Base], *key: object) -> Mapping[str, Any] | None:
        """One row by its key, whether it is in the table or still waiting to be; columns that were not given then are absent."""
        table = table_of(kind)
        waiting = self._rows.get(table, {}).get(key)
        if waiting is not None:
            return waiting
        return self._conn.execute(_one(table), dict(zip(_key_of(table), key, strict=True))).mappings().one_or_none()

    def once(self, name: _Key, read: Callable[[], R]) -> R:
        """What `read()` gave when it was first asked for by that name in this transaction, until it is forgotten."""
        if name not in self._read:
            self._read[name] = read()
        return self._read[name]  # type: ignore[no-any-return]  # what read gave

    def forget(self, kind: str) -> None:
        """What was read by names that begin with `kind` has changed."""
        self._read = {name: value for name, value in self._read.items() if name[0] != kind}

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
        for table, rows in waiting.items():
            alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
            for row in rows.values():
                alike.setdefault(tuple(row), []).append(row)
            for several in alike.values():
                self._conn.execute(_add(table), several)


@cache
def _key_of(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key)


@cache
def _one(table: Table) -> Select[Any]:
    return select(table).where(*(column == bindparam(column.name) for column in table.primary_key))


@cache
def _add(table: Table) -> Insert:
    return insert(table)


@cache
def _counters(dialect: str) -> postgresql.Insert | sqlite.Insert:
    new = postgresql.insert(table_of(CounterRow)) if dialect == "postgresql" else sqlite.insert(table_of(CounterRow))
    return new.on_conflict_do_update(index_elements=["workspace_id", "series"], set_={"last": new.excluded.last})
