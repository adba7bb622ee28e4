"""What the shared Directory should hold: rows written with their cause, for `bot.runtime.shared_directory`.

Without `OOB_SHARED_DIRECTORY` the rows wait: should a folder be named later, everything that is to be stored is filed then.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func

from storage.db.engine import Tx, insert_into
from storage.db.tables import RegisterRow

LEASE = timedelta(seconds=60)


def owe(tx: Tx, ref: str) -> None:
    """The entry of `ref` is to be written, corrected or taken away."""
    statement = insert_into(tx, RegisterRow).values(workspace_id=tx.workspace_id, ref=ref, due_at=tx.now, tries=0)
    due = {"due_at": tx.now, "tries": 0}
    tx.conn.execute(statement.on_conflict_do_update(index_elements=[RegisterRow.workspace_id, RegisterRow.ref], set_=due))


def owe_if_there(tx: Tx, ref: str) -> None:
    """The entry of `ref`, if the Directory ever held one, is to be corrected or taken away."""
    _set(tx, ref, due_at=tx.now, tries=0)


def is_due(tx: Tx) -> bool:
    """Whether an entry is due."""
    due = tx.select(RegisterRow, RegisterRow.ref).where(RegisterRow.due_at <= tx.now)
    return tx.conn.execute(due.limit(1)).first() is not None


def claim(tx: Tx) -> tuple[str, int] | None:
    """Lease the entry that has been due longest: (reference, tries so far); None when none is."""
    due = tx.select(RegisterRow, RegisterRow.ref, RegisterRow.tries).where(RegisterRow.due_at <= tx.now)
    row = tx.conn.execute(due.order_by(RegisterRow.due_at).limit(1).with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return None
    _set(tx, row.ref, due_at=tx.now + LEASE, tries=row.tries + 1)
    return row.ref, row.tries


def done(tx: Tx, ref: str) -> None:
    """The Directory is as it should be."""
    _set(tx, ref, due_at=None, problem=None)


def put_off(tx: Tx, ref: str, until: datetime, problem: str) -> None:
    """Try again at `until`."""
    _set(tx, ref, due_at=until, problem=problem)


def waiting(tx: Tx) -> tuple[int, str | None]:
    """How many entries are still to be written, and the last problem with one of them."""
    number, problem = tx.conn.execute(
        tx.select(RegisterRow, func.count(), func.max(RegisterRow.problem)).where(RegisterRow.due_at.is_not(None))
    ).one()
    return number, problem


def _set(tx: Tx, ref: str, **values: object) -> None:
    tx.update(RegisterRow, RegisterRow.ref == ref, **values)
