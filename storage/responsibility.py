"""Whose a case is: its worker's manager of today, unless a manager was named for this case alone (docs/domain.md §7.1).

Nothing is copied: `manager_id` of an obligation or an open case is set only where a manager was named.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from storage import people
from storage.db.engine import Tx
from storage.db.tables import PersonRow


def manager_of(tx: Tx, worker_id: str, named: str | None, former: str | None = None) -> str | None:
    """Return the manager of a worker's case; None where neither is on the list.

    `former`: who it was when it was last written, for a worker who has left.
    """
    if named is not None:
        return named
    worker = people.get(tx, worker_id)
    return former if worker is None else worker.manager_id


def team_of(tx: Tx, manager_id: str) -> list[str]:
    """Return the user ids of those who report to a manager today."""
    return [each.user_id for each in people.everyone(tx) if each.manager_id == manager_id]


def led_by(row: Any, named: Any, manager_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a table with workers, a column, a value
    """Return the condition that a row's manager is this one, for queries that are bound by days. `named`: its column."""
    team = select(PersonRow.user_id).where(PersonRow.workspace_id == row.workspace_id, PersonRow.manager_id == manager_id)
    return or_(named == manager_id, and_(named.is_(None), row.worker_id.in_(team)))
