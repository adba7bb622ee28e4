"""The numbers of references: each series counts on, and no number is given twice (I23)."""

from __future__ import annotations

from storage.db.engine import Tx


def next_ref(tx: Tx, prefix: str) -> str:
    """The next `PREFIX-YYYY-NNNN` of the year; not even an undo frees a number."""
    return next_refs(tx, prefix, 1)[0]


def next_refs(tx: Tx, prefix: str, count: int) -> list[str]:
    """The next several, in order."""
    series = f"{prefix}-{tx.today.year}"
    last = tx.batch.count(tx.workspace_id, series, count)
    return [f"{series}-{number:04d}" for number in range(last - count + 1, last + 1)]
