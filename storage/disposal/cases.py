"""How long cases stay (R15): which are due for disposal, which a hold covers, and deleting all of one."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import and_, exists, func, or_, select

from bot.domain.shared.calendar import LONDON, london_day
from storage.audits.tables import AuditItemRow
from storage.cases.tables import CaseRow, EpisodeRow, OfCase
from storage.db.engine import Tx
from storage.reminders.obligations import IS_OPEN
from storage.reminders.tables import CarriedRow, CaseloadRow, ObligationRow
from storage.settings import team

_RECORDS: list[Any] = OfCase.__subclasses__()


def settled_before(tx: Tx, day: date, limit: int) -> list[tuple[str, date]]:
    """(reference, last closed on) of cases that closed before `day`, on which nothing is asked and that nothing holds.

    Nor an audit in whose sample they are.
    """
    of_case = (EpisodeRow.workspace_id == CaseRow.workspace_id, EpisodeRow.case_ref == CaseRow.ref, EpisodeRow.void.is_(False))
    running = exists().where(*of_case, EpisodeRow.closed_on.is_(None))
    asked = exists().where(ObligationRow.workspace_id == CaseRow.workspace_id, ObligationRow.ref == CaseRow.ref, IS_OPEN)
    closed_on = select(func.max(EpisodeRow.closed_on)).where(*of_case).correlate(CaseRow).scalar_subquery()
    audited = exists().where(
        AuditItemRow.workspace_id == CaseRow.workspace_id,
        AuditItemRow.case_ref == CaseRow.ref,
        ~team.not_held(tx, AuditItemRow.audit),
    )
    midnight = datetime.combine(day, time.min, LONDON)
    query = tx.select(CaseRow, CaseRow.ref, closed_on.label("closed_on"), CaseRow.created_at).where(
        or_(closed_on < day, and_(closed_on.is_(None), CaseRow.changed_at < midnight)),  # void ones were never closed
        ~running,
        ~asked,
        ~audited,
        team.not_held(tx, CaseRow.ref, CaseRow.ics_ref),
    )
    rows = tx.conn.execute(query.order_by("closed_on", CaseRow.ref).limit(limit))
    return [(ref, closed or london_day(created)) for ref, closed, created in rows]


def number_under(tx: Tx, subject: str) -> int:
    """How many cases a hold on `subject` covers."""
    return tx.count(CaseRow, *team.under(subject, CaseRow.ref == subject, CaseRow.ics_ref == subject))


def remove(tx: Tx, ref: str) -> None:
    """Delete a case that is disposed of, with all its records and what was asked of it."""
    tables: list[Any] = [*_RECORDS, CarriedRow, CaseloadRow]
    for table in tables:
        tx.delete(table, table.case_ref == ref)
    tx.delete(ObligationRow, ObligationRow.ref == ref)
    tx.delete(CaseRow, CaseRow.ref == ref)
