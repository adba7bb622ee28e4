"""The audit log: gapless, chained by HMAC, appended in the transaction of what it records (docs/trust.md, Privacy).

Each entry's hash covers the one before it, under a key derived from the master key: an entry that was edited, moved or cut
out is found by `verify`, and who has the database alone cannot forge a new chain.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.core.context import TxContext
from storage.crypto.vault import Vault, VaultError
from storage.db.columns import table_of
from storage.db.tables import LogRow, LogSubjectRow, WorkspaceRow

GENESIS = b"\x00" * 32
_WORKSPACE = table_of(WorkspaceRow).c
_LOCK = select(_WORKSPACE.log_seq, _WORKSPACE.log_hash).where(_WORKSPACE.workspace_id == bindparam("workspace")).with_for_update()
_ENTRIES, _NAMES = insert(table_of(LogRow)), insert(table_of(LogSubjectRow))
_HEAD = (
    update(table_of(WorkspaceRow))
    .where(_WORKSPACE.workspace_id == bindparam("workspace"))
    .values(log_seq=bindparam("seq"), log_hash=bindparam("hash"))
)
"""Built once: every transaction of a writer needs them."""


@dataclass
class _Head:
    seq: int
    hash: bytes


class Chain:
    """The log as one transaction sees it: heads locked when first needed, entries written together by `flush`."""

    def __init__(self, conn: Connection, vault: Vault, on_lock: Callable[[], None] = lambda: None) -> None:
        self._conn = conn
        self._vault = vault
        self._on_lock = on_lock
        self._heads: dict[str, _Head] = {}
        self._rows: list[dict[str, Any]] = []
        self._names: list[dict[str, Any]] = []

    def lock(self, workspace_id: str) -> None:
        """Make this transaction the workspace's only writer until it ends (PostgreSQL; SQLite has one writer anyway)."""
        if workspace_id not in self._heads:
            self._on_lock()
            seq, head_hash = self._conn.execute(_LOCK, {"workspace": workspace_id}).one()
            self._heads[workspace_id] = _Head(seq, head_hash)

    def append(self, context: TxContext, action: str, subject: str, details: dict[str, object]) -> None:
        """Add an entry behind the workspace's last."""
        self.lock(context.workspace_id)
        head = self._heads[context.workspace_id]
        row: dict[str, Any] = {
            "workspace_id": context.workspace_id,
            "seq": head.seq + 1,
            "at": context.now,
            "actor": context.actor_id,
            "action": action,
            "subject": subject,
            "details": details,
            "key_id": self._vault.key_id,
        }
        row["hash"] = _hash(self._vault, head.hash, row)
        self._heads[context.workspace_id] = _Head(head.seq + 1, row["hash"])
        self._rows.append(row)
        names = {name[:64] for name in (*subject.split(","), *_named(details))}
        self._names += [{"workspace_id": context.workspace_id, "name": name, "seq": head.seq + 1} for name in names]

    def flush(self) -> None:
        """Write entries and heads; to be called once, before the commit."""
        if not self._rows:
            return
        self._conn.execute(_ENTRIES, self._rows)
        self._conn.execute(_NAMES, self._names)
        for workspace_id in {row["workspace_id"] for row in self._rows}:
            head = self._heads[workspace_id]
            self._conn.execute(_HEAD, {"workspace": workspace_id, "seq": head.seq, "hash": head.hash})


@dataclass(frozen=True)
class LogVerdict:
    """What `verify` found for one workspace: how many entries hold, and the first thing that is wrong."""

    workspace_id: str
    entries: int
    problem: str | None


def verify(conn: Connection, vault: Vault) -> Iterator[LogVerdict]:
    """Check every workspace's chain from its first entry to its head."""
    for workspace_id, head_seq, head_hash in conn.execute(
        select(WorkspaceRow.workspace_id, WorkspaceRow.log_seq, WorkspaceRow.log_hash).order_by(WorkspaceRow.workspace_id)
    ):
        seq, last = 0, GENESIS
        problem = None
        for row in conn.execute(
            select(LogRow.__table__).where(LogRow.workspace_id == workspace_id).order_by(LogRow.seq)
        ).mappings():
            seq += 1
            problem = _problem(vault, dict(row), seq, last)
            if problem:
                break
            last = row["hash"]
        if problem is None and (seq != head_seq or last != head_hash):
            problem = f"the log ends with entry {seq}, but {head_seq} were written: the end was cut off or its head was changed"
        yield LogVerdict(workspace_id, seq if problem is None else seq - 1, problem)


def _named(details: dict[str, object]) -> Iterator[str]:
    """The references that an entry's details name: `about`, `refs` and `records`."""
    for key in ("about", "refs", "records"):
        value = details.get(key)
        yield from [value] if isinstance(value, str) else value if isinstance(value, list) else []


def _problem(vault: Vault, row: dict[str, Any], seq: int, before: bytes) -> str | None:
    if row["seq"] != seq:
        return f"entry {seq} is not there (the next one is {row['seq']})"
    try:
        expected = _hash(vault, before, row)
    except VaultError:
        return f"entry {seq} was made with the key {row['key_id']}, which is not among the keys given"
    return None if expected == row["hash"] else f"entry {seq} was changed, moved or follows one that was"


def _hash(vault: Vault, before: bytes, row: dict[str, Any]) -> bytes:
    at: datetime = row["at"]
    text = json.dumps(
        [
            before.hex(),
            row["workspace_id"],
            row["seq"],
            at.astimezone(UTC).isoformat(timespec="microseconds"),
            row["actor"],
            row["action"],
            row["subject"],
            row["details"],
        ],
        sort_keys=True,
        ensure_ascii=True,
    )
    return vault.digest(row["workspace_id"], "audit", text, row["key_id"])
