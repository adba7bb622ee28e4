"""The numbers of references: each series counts on, and no number is given twice (I23)."""

from __future__ import annotations

from storage.engine import Tx, insert_into
from storage.tables import CounterRow


def next_ref(tx: Tx, prefix: str) -> str:
    """The next `PREFIX-YYYY-NNNN` of the year; not even an undo frees a number."""
    series = f"{prefix}-{tx.today.year}"
    statement = insert_into(tx, CounterRow).values(workspace_id=tx.workspace_id, series=series, last=1)
    counted = statement.on_conflict_do_update(
        index_elements=[CounterRow.workspace_id, CounterRow.series], set_={"last": CounterRow.last + 1}
    ).returning(CounterRow.last)
    return f"{series}-{tx.conn.execute(counted).scalar_one():04d}"
