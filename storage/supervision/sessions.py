"""Supervision sessions in and out of their table (§6)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import RowMapping, String, bindparam, cast, func, insert, select

from bot.domain.supervision.session import Session, SessionStatus
from storage.cases.tables import AssignmentRow
from storage.db.engine import Tx
from storage.db.statements import Query
from storage.reminders.tables import SessionRow

_CHOSEN = {
    "ref": SessionRow.ref == bindparam("ref"),
    "worker_id": SessionRow.worker_id == bindparam("worker_id"),
    "worker_ids": SessionRow.worker_id.in_(bindparam("worker_ids", expanding=True)),
    "manager_id": SessionRow.manager_id == bindparam("manager_id"),
    "status": SessionRow.status == bindparam("status"),
    "first": SessionRow.held_on >= bindparam("first"),
    "last": SessionRow.held_on <= bindparam("last"),
    "before": SessionRow.held_on < bindparam("before"),
    "not_on_ics": SessionRow.ics_recorded_on.is_(None),
    "minuted": SessionRow.minute.is_not(None),
    "naming": cast(SessionRow.items, String).contains(bindparam("naming"))
    | cast(SessionRow.minute, String).contains(bindparam("naming")),
}
_ALL = Query(SessionRow, select(SessionRow.__table__).order_by(SessionRow.held_on, SessionRow.ref), **_CHOSEN)
_NEWEST = Query(
    SessionRow, select(SessionRow.__table__).order_by(SessionRow.held_on.desc(), SessionRow.ref.desc()).limit(1), **_CHOSEN
)
_FIRST_ALLOCATED = Query(
    AssignmentRow, select(func.min(AssignmentRow.from_on)), worker_id=AssignmentRow.worker_id == bindparam("worker_id")
)


def add(tx: Tx, session: Session) -> None:
    """Insert a new session."""
    values = session.model_dump() | {"items": list(session.items)}
    tx.conn.execute(insert(SessionRow).values(workspace_id=tx.workspace_id, **values))


def get(tx: Tx, ref: str) -> Session | None:
    """One session."""
    return next(iter(_found(tx, ref=ref)), None)


def current(tx: Tx, worker_id: str, manager_id: str | None = None) -> Session | None:
    """The newest session of a worker that is under way, with that manager or with any."""
    return _newest(tx, worker_id=worker_id, manager_id=manager_id, status=SessionStatus.IN_SESSION.value)


def under_way(tx: Tx, worker_ids: Collection[str]) -> list[Session]:
    """The sessions of these workers that are under way, the newest first."""
    return _found(tx, worker_ids=sorted(worker_ids), status=SessionStatus.IN_SESSION.value)[::-1]


def last_finalised(tx: Tx, worker_id: str) -> Session | None:
    """The newest session of a worker that was finalised."""
    return _newest(tx, worker_id=worker_id, status=SessionStatus.FINALISED.value)


def booked(tx: Tx, worker_id: str, manager_id: str | None = None) -> Session | None:
    """The session booked for a worker, with that manager or with any: the first still to come, else the last that passed."""
    found = _found(tx, worker_id=worker_id, manager_id=manager_id, status=SessionStatus.DRAFT.value)
    to_come = [each for each in found if each.held_on >= tx.today]
    return to_come[0] if to_come else next(reversed(found), None)


def booked_between(tx: Tx, first: date, last: date) -> list[Session]:
    """Sessions that are booked for one of these days, the earliest first."""
    return _found(tx, status=SessionStatus.DRAFT.value, first=first, last=last)


def unfinished(tx: Tx, manager_id: str) -> list[Session]:
    """Sessions of a manager that began before today and were not finalised, the earliest first."""
    return _found(tx, manager_id=manager_id, status=SessionStatus.IN_SESSION.value, before=tx.today)


def not_on_ics(tx: Tx, manager_id: str) -> list[Session]:
    """Finalised sessions of a manager whose minutes are not yet on ICS, the earliest first."""
    return _found(tx, manager_id=manager_id, status=SessionStatus.FINALISED.value, not_on_ics=True, minuted=True)


def naming(tx: Tx, ref: str) -> list[Session]:
    """Sessions that name a case, in what they began with or in their minutes."""
    return _found(tx, naming=ref)


def change(tx: Tx, ref: str, *, was: Collection[SessionStatus] = tuple(SessionStatus), **values: Any) -> bool:  # noqa: ANN401
    """Change fields of a session that still has one of these states; whether it had."""
    states = SessionRow.status.in_([each.value for each in was])
    return tx.update(SessionRow, SessionRow.ref == ref, states, **values) == 1


def remove(tx: Tx, ref: str) -> bool:
    """Delete a session that is not finalised; whether it was there."""
    ended = SessionRow.status == SessionStatus.FINALISED.value
    return tx.delete(SessionRow, SessionRow.ref == ref, ~ended) == 1


def first_allocated(tx: Tx, worker_id: str) -> date | None:
    """Since when a worker has held a case, ever."""
    return _FIRST_ALLOCATED.run(tx, worker_id=worker_id).scalar()


def _newest(tx: Tx, **which: object) -> Session | None:
    row = _NEWEST.run(tx, **which).mappings().one_or_none()
    return None if row is None else _model(row)


def _found(tx: Tx, **which: object) -> list[Session]:
    return [_model(row) for row in _ALL.run(tx, **which).mappings()]


def _model(row: RowMapping) -> Session:
    return Session.model_validate({name: row[name] for name in Session.model_fields})
