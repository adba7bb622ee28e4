"""Finding cases: by the reference of ICS, by family, by what changed or waits; references only (docs/decisions/0012-cases.md)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import or_

from storage.cases.tables import ActionRow, CaseRow, DecisionRow
from storage.db.engine import Tx


def by_ics_ref(tx: Tx, ics_ref: str) -> str | None:
    """The reference of the case with this ICS reference."""
    query = tx.select(CaseRow, CaseRow.ref).where(CaseRow.ics_ref == ics_ref)
    return tx.conn.execute(query).scalar()


def ics_refs(tx: Tx, refs: Collection[str]) -> dict[str, str]:
    """Case → its reference on ICS."""
    query = tx.select(CaseRow, CaseRow.ref, CaseRow.ics_ref).where(CaseRow.ref.in_(sorted(refs)))
    return {row[0]: row[1] for row in tx.conn.execute(query)}


def every_ics_ref(tx: Tx) -> set[str]:
    """The ICS references of all cases."""
    return set(tx.conn.execute(tx.select(CaseRow, CaseRow.ics_ref)).scalars())


def every_ref(tx: Tx) -> list[str]:
    """The references of all cases, in order."""
    query = tx.select(CaseRow, CaseRow.ref)
    return list(tx.conn.execute(query.order_by(CaseRow.ref)).scalars())


def restricted_among(tx: Tx, refs: list[str]) -> set[str]:
    """Which of these references are restricted cases."""
    query = tx.select(CaseRow, CaseRow.ref).where(CaseRow.ref.in_(refs))
    return set(tx.conn.execute(query.where(CaseRow.restricted.is_(True))).scalars())


def changed_since(tx: Tx, moment: datetime) -> list[str]:
    """The references of cases that were changed since then."""
    query = tx.select(CaseRow, CaseRow.ref).where(CaseRow.changed_at >= moment)
    return list(tx.conn.execute(query.order_by(CaseRow.ref)).scalars())


def pending_in(tx: Tx, session: str) -> list[str]:
    """The cases about which one of the two confirmed a decision in a session and the other did not."""
    row = DecisionRow
    half = or_(row.worker_at.is_(None), row.manager_at.is_(None))
    query = tx.select(row, row.case_ref).where(row.session == session, row.lapsed_on.is_(None), half)
    return list(tx.conn.execute(query.order_by(row.case_ref)).scalars())


def touched_in(tx: Tx, session: str) -> list[str]:
    """The cases about which something was decided or agreed in a session."""
    found: set[str] = set()
    for row in (DecisionRow, ActionRow):
        query = tx.select(row, row.case_ref).where(row.session == session)
        found |= set(tx.conn.execute(query).scalars())
    return sorted(found)


def done_in(tx: Tx, session: str) -> list[tuple[str, str, date]]:
    """(case, who, when) of what was agreed in a session and is done."""
    row = ActionRow
    query = tx.select(row, row.case_ref, row.worker_id, row.done_on).where(row.session == session)
    rows = tx.conn.execute(query.where(row.done_on.is_not(None)).order_by(row.done_on, row.case_ref))
    return [(ref, worker_id, done_on) for ref, worker_id, done_on in rows if done_on is not None]


def family(tx: Tx, group: str) -> list[str]:
    """The references of the cases of a family."""
    query = tx.select(CaseRow, CaseRow.ref).where(CaseRow.family_group == group)
    return list(tx.conn.execute(query.order_by(CaseRow.ref)).scalars())
