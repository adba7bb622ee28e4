"""Supervision sessions in and out of their table (§6)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, String, cast, delete, func, insert, select, update

from bot.rules.supervision import Session, SessionStatus
from storage.case_tables import AssignmentRow
from storage.clock_tables import SessionRow
from storage.engine import Tx


def add(tx: Tx, session: Session) -> None:
    """Insert a new session."""
    values = session.model_dump() | {"items": list(session.items)}
    tx.conn.execute(insert(SessionRow).values(workspace_id=tx.workspace_id, **values))


def get(tx: Tx, ref: str) -> Session | None:
    """One session."""
    return next(iter(_found(tx, SessionRow.ref == ref)), None)


def current(tx: Tx, worker_id: str, manager_id: str | None = None) -> Session | None:
    """The newest session of a worker that is under way, with that manager or with any."""
    whose = [SessionRow.worker_id == worker_id, *_held_by(manager_id)]
    return _newest(tx, *whose, SessionRow.status == SessionStatus.IN_SESSION.value)


def under_way(tx: Tx, worker_ids: Collection[str]) -> list[Session]:
    """The sessions of these workers that are under way, the newest first."""
    mine = (SessionRow.worker_id.in_(sorted(worker_ids)), SessionRow.status == SessionStatus.IN_SESSION.value)
    return _found(tx, *mine)[::-1]


def last_finalised(tx: Tx, worker_id: str) -> Session | None:
    """The newest session of a worker that was finalised."""
    return _newest(tx, SessionRow.worker_id == worker_id, SessionRow.status == SessionStatus.FINALISED.value)


def booked(tx: Tx, worker_id: str, manager_id: str | None = None) -> Session | None:
    """The session booked for a worker, with that manager or with any: the first still to come, else the last that passed."""
    whose = [SessionRow.worker_id == worker_id, *_held_by(manager_id)]
    found = _found(tx, *whose, SessionRow.status == SessionStatus.DRAFT.value)
    to_come = [each for each in found if each.held_on >= tx.today]
    return to_come[0] if to_come else next(reversed(found), None)


def booked_between(tx: Tx, first: date, last: date) -> list[Session]:
    """Sessions that are booked for one of these days, the earliest first."""
    return _found(tx, SessionRow.status == SessionStatus.DRAFT.value, SessionRow.held_on.between(first, last))


def unfinished(tx: Tx, manager_id: str) -> list[Session]:
    """Sessions of a manager that began before today and were not finalised, the earliest first."""
    begun = (SessionRow.status == SessionStatus.IN_SESSION.value, SessionRow.held_on < tx.today)
    return _found(tx, SessionRow.manager_id == manager_id, *begun)


def not_on_ics(tx: Tx, manager_id: str) -> list[Session]:
    """Finalised sessions of a manager whose minutes are not yet on ICS, the earliest first."""
    done = (SessionRow.status == SessionStatus.FINALISED.value, SessionRow.ics_recorded_on.is_(None))
    return _found(tx, SessionRow.manager_id == manager_id, *done, SessionRow.minute.is_not(None))


def naming(tx: Tx, ref: str) -> list[Session]:
    """Sessions that name a case, in what they began with or in their minutes."""
    named = [cast(column, String).contains(ref) for column in (SessionRow.items, SessionRow.minute)]
    return _found(tx, named[0] | named[1])


def change(tx: Tx, ref: str, *, was: Collection[SessionStatus] = tuple(SessionStatus), **values: Any) -> bool:  # noqa: ANN401
    """Change fields of a session that still has one of these states; whether it had."""
    states = SessionRow.status.in_([each.value for each in was])
    same = (SessionRow.workspace_id == tx.workspace_id, SessionRow.ref == ref, states)
    return tx.conn.execute(update(SessionRow).where(*same).values(**values)).rowcount == 1


def remove(tx: Tx, ref: str) -> bool:
    """Delete a session that is not finalised; whether it was there."""
    ended = SessionRow.status == SessionStatus.FINALISED.value
    same = (SessionRow.workspace_id == tx.workspace_id, SessionRow.ref == ref, ~ended)
    return tx.conn.execute(delete(SessionRow).where(*same)).rowcount == 1


def first_allocated(tx: Tx, worker_id: str) -> date | None:
    """Since when a worker has held a case, ever."""
    query = select(func.min(AssignmentRow.from_on)).where(
        AssignmentRow.workspace_id == tx.workspace_id, AssignmentRow.worker_id == worker_id
    )
    return tx.conn.execute(query).scalar()


def _held_by(manager_id: str | None) -> list[ColumnElement[bool]]:
    return [] if manager_id is None else [SessionRow.manager_id == manager_id]


def _newest(tx: Tx, *which: ColumnElement[bool]) -> Session | None:
    query = _those(tx, *which).order_by(SessionRow.held_on.desc(), SessionRow.ref.desc()).limit(1)
    row = tx.conn.execute(query).mappings().one_or_none()
    return None if row is None else _model(row)


def _found(tx: Tx, *which: ColumnElement[bool]) -> list[Session]:
    rows = tx.conn.execute(_those(tx, *which).order_by(SessionRow.held_on, SessionRow.ref)).mappings()
    return [_model(row) for row in rows]


def _those(tx: Tx, *which: ColumnElement[bool]) -> Select[Any]:
    return select(SessionRow.__table__).where(SessionRow.workspace_id == tx.workspace_id, *which)


def _model(row: RowMapping) -> Session:
    return Session.model_validate({name: row[name] for name in Session.model_fields})
