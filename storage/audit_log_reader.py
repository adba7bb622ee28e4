"""Reading the audit log: who did what with what, the newest first (docs/domain.md §4 feature 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select

from storage.db.engine import Tx
from storage.db.tables import LogRow, LogSubjectRow, WorkspaceRow


@dataclass(frozen=True)
class LogEntry:
    """One entry: its number, when, who, what was done, with what, and codes about it."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    details: dict[str, Any]


def newest(tx: Tx, *, about: str | None = None, actor: str | None = None, page: int = 0, size: int) -> list[LogEntry]:
    """A page of entries: all of them, those about a reference, or those of a person; one more than `size` if there are more."""
    query = tx.select(LogRow)
    if about is not None:
        query = query.where(LogRow.seq.in_(_naming(tx, [about])))
    if actor is not None:
        query = query.where(LogRow.actor == actor)
    query = query.order_by(LogRow.seq.desc()).limit(size + 1).offset(page * size)
    return [_entry(row) for row in tx.conn.execute(query).mappings()]


def about(tx: Tx, refs: list[str]) -> list[LogEntry]:
    """Every entry that names one of `refs`, the oldest first: changes, and who looked."""
    query = tx.select(LogRow).where(LogRow.seq.in_(_naming(tx, refs)))
    return [_entry(row) for row in tx.conn.execute(query.order_by(LogRow.seq)).mappings()]


def head(tx: Tx) -> tuple[int, str]:
    """How many entries there are, and the beginning of the newest one's hash, by which a shortened log shows."""
    query = tx.select(WorkspaceRow, WorkspaceRow.log_seq, WorkspaceRow.log_hash)
    seq, head_hash = tx.conn.execute(query).one()
    return seq, head_hash.hex()[:16]


def _naming(tx: Tx, refs: list[str]) -> Select[int]:
    """The numbers of the entries that name one of `refs`, in their subject or in their details."""
    return tx.select(LogSubjectRow, LogSubjectRow.seq).where(LogSubjectRow.name.in_(refs))


def _entry(row: Any) -> LogEntry:  # noqa: ANN401 - a row's mapping
    return LogEntry(row["seq"], row["at"], row["actor"], row["action"], row["subject"], row["details"])
