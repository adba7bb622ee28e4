"""What happened in a manager's team in a week, beside the counts, found through the cases changed since (docs/domain.md §3.3)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from bot.domain.cases.codes import SharingStatus
from bot.domain.inquiries.inquiry import InquiryStatus
from bot.domain.shared.calendar import midnight
from bot.domain.shared.rule import Rule
from storage.cases.tables import (
    ActivityRow,
    AssignmentRow,
    CaseRow,
    EpisodeRow,
    ReferralRow,
    ReviewRow,
    SharingRow,
    WaiverRow,
)
from storage.db.engine import Tx
from storage.db.tables import FeedbackRow, InquiryRow, PersonRow
from storage.reminders.tables import ObligationRow
from storage.responsibility import led_by, manager_of

_LATE_AT_MOST = timedelta(days=366)
"""How far back an entry recorded in a week may lie to be found as late-recorded."""


@dataclass(frozen=True)
class Late:
    """An entry recorded in the week about something of an earlier one."""

    ref: str
    what: str
    on: date


@dataclass(frozen=True)
class Week:
    """What happened in a week.

    `exempted`: cases; `waived`: (case, rule); `reassigned`: (case, to whom, when); `misses`: urgent cases whose first response
    came late or is still awaited.
    """

    exempted: tuple[str, ...] = ()
    waived: tuple[tuple[str, str], ...] = ()
    reassigned: tuple[tuple[str, str, date], ...] = ()
    late: tuple[Late, ...] = ()
    misses: tuple[str, ...] = ()

    @property
    def refs(self) -> set[str]:
        """Everything that it names."""
        named = {*self.exempted, *self.misses, *(ref for ref, _ in self.waived), *(each.ref for each in self.late)}
        return named | {ref for ref, _, _ in self.reassigned}

    def without(self, hidden: Collection[str]) -> Week:
        """The week without what somebody may not see."""
        return Week(
            exempted=tuple(ref for ref in self.exempted if ref not in hidden),
            waived=tuple(each for each in self.waived if each[0] not in hidden),
            reassigned=tuple(each for each in self.reassigned if each[0] not in hidden),
            late=tuple(each for each in self.late if each.ref not in hidden),
            misses=tuple(ref for ref in self.misses if ref not in hidden),
        )


def of_team(tx: Tx, manager_id: str, first: date, last: date) -> Week:
    """The week from `first` to `last`, both counted, of the cases whose manager that is and the people who report to them."""
    start, end = midnight(first), midnight(last + timedelta(days=1))
    refs = _changed(tx, manager_id, start)
    sharings = _of(tx, refs, SharingRow, SharingRow.status == SharingStatus.EXEMPT, SharingRow.on.between(first, last))
    waivers = _of(tx, refs, WaiverRow, WaiverRow.on.between(first, last))
    hands = _of(tx, refs, AssignmentRow, AssignmentRow.reason.is_not(None), AssignmentRow.from_on.between(first, last))
    return Week(
        exempted=tuple(dict.fromkeys(each["case_ref"] for each in sharings)),
        waived=tuple(dict.fromkeys((each["case_ref"], each["rule"]) for each in waivers)),
        reassigned=tuple((each["case_ref"], each["worker_id"], each["from_on"]) for each in hands),
        late=tuple(sorted(_late(tx, manager_id, refs, (first, start, end)), key=lambda late: (late.on, late.ref))),
        misses=_misses(tx, manager_id, first),
    )


def _changed(tx: Tx, manager_id: str, since: datetime) -> list[str]:
    """Cases changed since then whose latest episode has this manager: another team's are not theirs to read about."""
    same = and_(EpisodeRow.workspace_id == CaseRow.workspace_id, EpisodeRow.case_ref == CaseRow.ref)
    columns = (CaseRow.ref, EpisodeRow.worker_id, EpisodeRow.named_manager_id, EpisodeRow.manager_id)
    query = select(*columns).join(EpisodeRow, same)
    query = query.where(tx.own(CaseRow), CaseRow.changed_at >= since, EpisodeRow.void.is_(False))
    latest = {row.ref: row for row in tx.conn.execute(query.order_by(CaseRow.ref, EpisodeRow.number))}
    return [
        ref for ref, row in latest.items() if manager_of(tx, row.worker_id, row.named_manager_id, row.manager_id) == manager_id
    ]


def _of(tx: Tx, refs: list[str], table: type[Any], *conditions: ColumnElement[bool]) -> list[Any]:
    """Records of these cases."""
    query = tx.select(table).where(table.case_ref.in_(refs), *conditions).order_by(table.case_ref, table.number)
    return list(tx.conn.execute(query).mappings())


def _late(tx: Tx, manager_id: str, refs: list[str], week: tuple[date, datetime, datetime]) -> list[Late]:
    first, start, end = week
    found: list[Late] = []
    kinds: tuple[tuple[type[Any], Any, str], ...] = (
        (ActivityRow, ActivityRow.occurred_on, "a contact"),
        (ReferralRow, ReferralRow.received_on, "a referral"),
        (ReviewRow, ReviewRow.held_on, "a review"),
    )
    for table, day, what in kinds:
        rows = _of(tx, refs, table, table.recorded_at >= start, table.recorded_at < end, day < first)
        found += [Late(row["case_ref"], what, row[day.key]) for row in rows]
    for entry, day, what in ((FeedbackRow, FeedbackRow.given_on, "feedback"), (InquiryRow, InquiryRow.asked_on, "an inquiry")):
        gone = entry.void.is_(False) if entry is FeedbackRow else InquiryRow.status != InquiryStatus.VOID
        author = and_(PersonRow.workspace_id == entry.workspace_id, PersonRow.user_id == entry.logged_by)
        query = (
            select(entry.ref, day)
            .join(PersonRow, author)
            .where(
                tx.own(entry),
                *(day < first, day >= first - _LATE_AT_MOST, entry.logged_at >= start, entry.logged_at < end),
                *(gone, PersonRow.manager_id == manager_id),
            )
        )
        found += [Late(ref, what, on) for ref, on in tx.conn.execute(query)]
    return found


def _misses(tx: Tx, manager_id: str, first: date) -> tuple[str, ...]:
    """Urgent cases of the team (R11): open and past the day, or answered after it in this week."""
    mine = (led_by(ObligationRow, ObligationRow.manager_id, manager_id), ObligationRow.rule == Rule.FIRST_RESPONSE)
    late_now = and_(ObligationRow.status == "open", ObligationRow.due_on < tx.today)
    came_late = and_(
        ObligationRow.status == "met", ObligationRow.ended_on > ObligationRow.due_on, ObligationRow.ended_on >= first
    )
    query = tx.select(ObligationRow, ObligationRow.ref).where(*mine, late_now | came_late).order_by(ObligationRow.ref)
    return tuple(tx.conn.execute(query).scalars())
