"""Reading the audit log: who did what with what, the newest first (domain.md §4 feature 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from storage.engine import Tx
from storage.tables import LogRow, WorkspaceRow


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
    conditions: list[ColumnElement[bool]] = [LogRow.workspace_id == tx.workspace_id]
    if about is not None:
        conditions.append(_names(about))
    if actor is not None:
        conditions.append(LogRow.actor == actor)
    query = select(LogRow.__table__).where(*conditions).order_by(LogRow.seq.desc()).limit(size + 1).offset(page * size)
    return [_entry(row) for row in tx.conn.execute(query).mappings()]


def about(tx: Tx, refs: list[str]) -> list[LogEntry]:
    """Every entry that names one of `refs`, the oldest first: changes, and who looked."""
    if not refs:
        return []
    query = select(LogRow.__table__).where(LogRow.workspace_id == tx.workspace_id, or_(*(_names(ref) for ref in refs)))
    return [_entry(row) for row in tx.conn.execute(query.order_by(LogRow.seq)).mappings()]


def head(tx: Tx) -> tuple[int, str]:
    """How many entries there are, and the beginning of the newest one's hash, by which a shortened log shows."""
    query = select(WorkspaceRow.log_seq, WorkspaceRow.log_hash).where(WorkspaceRow.workspace_id == tx.workspace_id)
    seq, head_hash = tx.conn.execute(query).one()
    return seq, head_hash.hex()[:16]


def _names(ref: str) -> ColumnElement[bool]:
    """The entry's subject is `ref`, or a list that has it: `INQ-2026-0001,INQ-2026-0002`."""
    listed = func.replace(LogRow.subject, ",", " ")
    return or_(LogRow.subject == ref, (" " + listed + " ").contains(f" {ref} ", autoescape=True))


def _entry(row: Any) -> LogEntry:  # noqa: ANN401 - a row's mapping
    return LogEntry(row["seq"], row["at"], row["actor"], row["action"], row["subject"], row["details"])
