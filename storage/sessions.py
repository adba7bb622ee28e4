"""Supervision sessions in and out of their table (§6)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, RowMapping, and_, func, insert, select, update

from bot.rules.supervision import Session, SessionStatus
from storage.case_tables import AssignmentRow
from storage.clock_tables import SessionRow
from storage.engine import Tx


def add(tx: Tx, session: Session) -> None:
    """Insert a new session."""
    values = session.model_dump() | {"items": list(session.items)}
    tx.conn.execute(insert(SessionRow).values(workspace_id=tx.workspace_id, **values))


def current(tx: Tx, worker_id: str, manager_id: str | None = None) -> Session | None:
    """The newest session of a worker, with that manager or with any, that is not finalised."""
    under_way = SessionRow.status != SessionStatus.FINALISED.value
    return _newest(tx, worker_id, under_way if manager_id is None else and_(under_way, SessionRow.manager_id == manager_id))


def last_finalised(tx: Tx, worker_id: str) -> Session | None:
    """The newest session of a worker that was finalised."""
    return _newest(tx, worker_id, SessionRow.status == SessionStatus.FINALISED.value)


def get(tx: Tx, ref: str) -> Session | None:
    """One session."""
    query = select(SessionRow.__table__).where(SessionRow.workspace_id == tx.workspace_id, SessionRow.ref == ref)
    row = tx.conn.execute(query).mappings().one_or_none()
    return None if row is None else _model(row)


def change(tx: Tx, ref: str, **values: object) -> None:
    """Change fields of a session."""
    same = (SessionRow.workspace_id == tx.workspace_id, SessionRow.ref == ref)
    tx.conn.execute(update(SessionRow).where(*same).values(**values))


def first_allocated(tx: Tx, worker_id: str) -> date | None:
    """Since when a worker has held a case, ever."""
    query = select(func.min(AssignmentRow.from_on)).where(
        AssignmentRow.workspace_id == tx.workspace_id, AssignmentRow.worker_id == worker_id
    )
    return tx.conn.execute(query).scalar()


def _newest(tx: Tx, worker_id: str, status: ColumnElement[bool]) -> Session | None:
    mine = (SessionRow.workspace_id == tx.workspace_id, SessionRow.worker_id == worker_id)
    query = select(SessionRow.__table__).where(*mine, status)
    row = tx.conn.execute(query.order_by(SessionRow.held_on.desc(), SessionRow.ref.desc()).limit(1)).mappings().one_or_none()
    return None if row is None else _model(row)


def _model(row: RowMapping) -> Session:
    return Session.model_validate({name: row[name] for name in Session.model_fields})
