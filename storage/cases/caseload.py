"""Open cases as lists see them: one row each, written with its cause (R8, R12, R14; §6)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, select

from bot.domain.obligations.caseload import CaseLine
from storage.db.engine import Tx, insert_into
from storage.db.statements import Query
from storage.reminders.tables import CarriedRow, CaseloadRow
from storage.responsibility import led_by, manager_of, team_of

_LINES = Query(
    CaseloadRow,
    select(CaseloadRow.line, CaseloadRow.manager_id).order_by(CaseloadRow.case_ref),
    worker_id=CaseloadRow.worker_id == bindparam("worker_id"),
    manager_id=CaseloadRow.manager_id == bindparam("manager_id"),
    unnamed=CaseloadRow.manager_id.is_(None),
    workers=CaseloadRow.worker_id.in_(bindparam("workers", expanding=True)),
    look_from=CaseloadRow.look_from <= bindparam("look_from"),
    opened_after=CaseloadRow.opened_at > bindparam("opened_after"),
    short_route=CaseloadRow.short_route.is_(True),
    refs=CaseloadRow.case_ref.in_(bindparam("refs", expanding=True)),
)
_CLOSING = Query(
    CaseloadRow,
    select(CaseloadRow.case_ref).order_by(CaseloadRow.closes_on, CaseloadRow.case_ref),
    today=CaseloadRow.closes_on <= bindparam("today"),
)


def put(tx: Tx, line: CaseLine, look_from: date | None, closes_on: date | None) -> None:
    """Write the row of an open case."""
    values = row_of(tx, line, look_from, closes_on)
    statement = insert_into(tx, CaseloadRow).values(values)
    key = ("workspace_id", "case_ref")
    changed = {name: value for name, value in values.items() if name not in key}
    tx.conn.execute(
        statement.on_conflict_do_update(index_elements=[CaseloadRow.workspace_id, CaseloadRow.case_ref], set_=changed)
    )


def row_of(tx: Tx, line: CaseLine, look_from: date | None, closes_on: date | None) -> dict[str, Any]:
    """The row of an open case."""
    return {
        "workspace_id": tx.workspace_id,
        "case_ref": line.ref,
        "worker_id": line.worker_id,
        "manager_id": line.named_manager_id,
        "opened_at": line.opened_at,
        "short_route": line.short_route,
        "closes_on": closes_on,
        "look_from": look_from,
        "line": line.model_dump(mode="json"),
    }


def remove(tx: Tx, ref: str) -> None:
    """The case is closed: it stands on no list."""
    tx.delete(CaseloadRow, CaseloadRow.case_ref == ref)
    decided(tx, ref)


def to_look_at(tx: Tx, today: date, *, worker_id: str | None = None, manager_id: str | None = None) -> list[CaseLine]:
    """Cases of a worker, a manager's team or everybody that may await a decision, drift or have a line on the agenda today."""
    return _lines(tx, worker_id=worker_id, manager_id=manager_id, look_from=today)


def named(tx: Tx, refs: Collection[str]) -> list[CaseLine]:
    """Those of these cases that are open."""
    return _lines(tx, refs=sorted(refs)) if refs else []


def new_since(tx: Tx, worker_id: str, moment: datetime) -> list[CaseLine]:
    """Cases of a worker that were opened after `moment`."""
    return _lines(tx, worker_id=worker_id, opened_after=moment)


def on_short_routes(tx: Tx, *, worker_id: str | None = None, manager_id: str | None = None) -> list[CaseLine]:
    """One-off and short-term cases of a worker, or of a manager's team (R14)."""
    return _lines(tx, worker_id=worker_id, manager_id=manager_id, short_route=True)


def closing_by(tx: Tx, today: date) -> list[str]:
    """Cases whose agreed closing takes effect by today."""
    return list(_CLOSING.run(tx, today=today).scalars())


def numbers(tx: Tx, manager_id: str | None = None) -> dict[str, int]:
    """Worker → how many open cases they hold, of all or of those whose manager that is."""
    query = tx.select(CaseloadRow, CaseloadRow.worker_id, func.count())
    if manager_id is not None:
        query = query.where(led_by(CaseloadRow, CaseloadRow.manager_id, manager_id))
    query = query.group_by(CaseloadRow.worker_id).order_by(CaseloadRow.worker_id)
    return {row[0]: row[1] for row in tx.conn.execute(query)}


def held_by(tx: Tx, worker_id: str, limit: int) -> list[CaseLine]:
    """Open cases that somebody holds, the latest opened first."""
    query = tx.select(CaseloadRow, CaseloadRow.line, CaseloadRow.manager_id).where(CaseloadRow.worker_id == worker_id)
    rows = tx.conn.execute(query.order_by(CaseloadRow.opened_at.desc(), CaseloadRow.case_ref.desc()).limit(limit))
    return [_line(tx, line, named) for line, named in rows]


def of_worker(tx: Tx, worker_id: str) -> list[CaseLine]:
    """Every open case of a worker, by its reference."""
    return _lines(tx, worker_id=worker_id)


def carried(tx: Tx, worker_id: str) -> dict[str, int]:
    """Case of a worker → how many sessions left it undecided."""
    theirs = (CaseloadRow.workspace_id == CarriedRow.workspace_id, CaseloadRow.case_ref == CarriedRow.case_ref)
    query = select(CarriedRow.case_ref, CarriedRow.times).join(CaseloadRow, and_(*theirs))
    rows = tx.conn.execute(query.where(tx.own(CaseloadRow), CaseloadRow.worker_id == worker_id))
    return {row[0]: row[1] for row in rows}


def carry(tx: Tx, ref: str) -> int:
    """A session ended without a decision about it; how many have by now."""
    statement = insert_into(tx, CarriedRow).values(workspace_id=tx.workspace_id, case_ref=ref, times=1)
    key = [CarriedRow.workspace_id, CarriedRow.case_ref]
    again = statement.on_conflict_do_update(index_elements=key, set_={"times": CarriedRow.times + 1})
    return tx.conn.execute(again.returning(CarriedRow.times)).scalar_one()


def decided(tx: Tx, ref: str) -> None:
    """A decision was made, or the case closed: counting begins anew."""
    tx.delete(CarriedRow, CarriedRow.case_ref == ref)


def _lines(tx: Tx, *, manager_id: str | None = None, **values: object) -> list[CaseLine]:
    """Of a manager: the lines of those who report to them, and those that were named theirs."""
    if manager_id is None:
        return [_line(tx, line, named) for line, named in _LINES.run(tx, **values)]
    team = team_of(tx, manager_id)
    whose: list[dict[str, object]] = [{"manager_id": manager_id}, *([{"unnamed": True, "workers": team}] if team else [])]
    found = [_line(tx, line, named) for each in whose for line, named in _LINES.run(tx, **values, **each)]
    return sorted(found, key=lambda line: line.ref)


def _line(tx: Tx, line: Any, named: str | None) -> CaseLine:  # noqa: ANN401 - JSON
    """A line with the manager of today: what it held when it was written may be another one."""
    read = CaseLine.model_validate(line)
    return read.model_copy(update={"manager_id": manager_of(tx, read.worker_id, named), "named_manager_id": named})
