"""The numbers of references: each series counts on, and no number is given twice (I23)."""

from __future__ import annotations

from storage.engine import Tx, insert_into
from storage.tables import CounterRow


def next_ref(tx: Tx, prefix: str) -> str:
    """The next `PREFIX-YYYY-NNNN` of the year; not even an undo frees a number."""
    return next_refs(tx, prefix, 1)[0]


def next_refs(tx: Tx, prefix: str, count: int) -> list[str]:
    """The next several, in order."""
    series = f"{prefix}-{tx.today.year}"
    statement = insert_into(tx, CounterRow).values(workspace_id=tx.workspace_id, series=series, last=count)
    counted = statement.on_conflict_do_update(
        index_elements=[CounterRow.workspace_id, CounterRow.series], set_={"last": CounterRow.last + count}
    ).returning(CounterRow.last)
    last = tx.conn.execute(counted).scalar_one()
    return [f"{series}-{number:04d}" for number in range(last - count + 1, last + 1)]
