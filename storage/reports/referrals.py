"""Referrals as an audit and reports see them: counted by day, and the rows of a period. It costs what the period has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select

from bot.domain.cases.codes import COUNTED, ActivityKind, ReferralStatus
from bot.domain.inquiries.inquiry import InquiryStatus, Outcome
from storage.cases.tables import ActivityRow, AssessmentRow, AssignmentRow, CaseRow, DecisionRow, EpisodeRow, ReferralRow
from storage.db.engine import Tx
from storage.db.tables import InquiryRow

_COUNTED = sorted(each.value for each in COUNTED)


@dataclass(frozen=True)
class Referred:
    """A referral, without a word that anybody typed. `routes`: of its episode, in their order."""

    ref: str
    case_ref: str
    received_on: date
    received_at: datetime | None
    source_code: str
    channel: str
    form: str
    threshold_level: int
    age_years: int | None
    urgent: bool
    first_response_at: datetime | None
    from_inquiry: str | None
    restricted: bool
    routes: tuple[str, ...]
    episode: int
    status: str


@dataclass(frozen=True)
class InquiryCounted:
    """An inquiry, without a word that anybody typed."""

    ref: str
    asked_on: date
    threshold_level: int | None
    age_years: int | None
    outcome: Outcome
    restricted: bool


def by_day(tx: Tx, first: date, last: date) -> dict[date, int]:
    """Day → how many referrals that count were received."""
    query = select(ReferralRow.received_on, func.count()).where(*_received(tx, first, last), ReferralRow.status.in_(_COUNTED))
    return {row[0]: row[1] for row in tx.conn.execute(query.group_by(ReferralRow.received_on))}


def received(tx: Tx, first: date, last: date, *, every: bool = False) -> list[Referred]:
    """The referrals that count and were received in a period, by their references; `every`: also what was taken back.

    Sorted here: asked for an order, SQLite walks every reference instead of the days that are asked.
    """
    query = _referred().where(*_received(tx, first, last))
    return _found(tx, query if every else query.where(ReferralRow.status.in_(_COUNTED)))


def named(tx: Tx, refs: Collection[str]) -> list[Referred]:
    """These referrals, whenever they were received and whatever became of them; without those that are not on file any more."""
    return _found(tx, _referred().where(tx.own(ReferralRow), ReferralRow.ref.in_(sorted(refs))))


def taken_back(tx: Tx, first: date, last: date) -> dict[str, int]:
    """Status → how many referrals of a period are void, or were reclassified as contacts (A14): they count nowhere else."""
    ended = [ReferralStatus.VOID.value, ReferralStatus.RECLASSIFIED_CONTACT.value]
    query = select(ReferralRow.status, func.count()).where(*_received(tx, first, last), ReferralRow.status.in_(ended))
    found = {row[0]: row[1] for row in tx.conn.execute(query.group_by(ReferralRow.status))}
    return {each: found.get(each, 0) for each in ended}


def assessed(tx: Tx, first: date, last: date) -> list[tuple[str, str]]:
    """(referral, kind) of the completed assessments in the episodes that referrals of a period opened (A20)."""
    same = and_(
        AssessmentRow.workspace_id == ReferralRow.workspace_id,
        AssessmentRow.case_ref == ReferralRow.case_ref,
        AssessmentRow.episode == ReferralRow.episode,
    )
    query = select(ReferralRow.ref, AssessmentRow.kind).join(AssessmentRow, same)
    query = query.where(*_received(tx, first, last), ReferralRow.status.in_(_COUNTED), AssessmentRow.completed_on.is_not(None))
    return sorted((ref, kind) for ref, kind in tx.conn.execute(query))


def asked(tx: Tx, first: date, last: date) -> list[InquiryCounted]:
    """The inquiries of a period, but for void ones, by their references (A10, A18, A19)."""
    names = list(InquiryCounted.__dataclass_fields__)
    query = tx.select(InquiryRow, *(getattr(InquiryRow, name) for name in names)).where(
        InquiryRow.asked_on >= first,
        InquiryRow.asked_on <= last,
        InquiryRow.status != InquiryStatus.VOID,
    )
    return sorted((InquiryCounted(**row) for row in tx.conn.execute(query).mappings()), key=lambda each: each.ref)


def worked_on_by(tx: Tx, user_id: str, case_refs: Collection[str]) -> set[str]:
    """Those of these cases that somebody has held, managed, activated, decided, authorised or recorded work on (A2)."""
    found: set[str] = set()
    parts: tuple[tuple[type[Any], Any], ...] = (
        (AssignmentRow, AssignmentRow.worker_id == user_id),
        (EpisodeRow, or_(EpisodeRow.worker_id == user_id, EpisodeRow.manager_id == user_id)),
        (ReferralRow, ReferralRow.activated_by == user_id),
        (ActivityRow, ActivityRow.recorded_by == user_id),
        (DecisionRow, or_(DecisionRow.worker_by == user_id, DecisionRow.manager_by == user_id)),
        (AssessmentRow, AssessmentRow.authorised_by == user_id),
    )
    for table, whose in parts:
        query = tx.select(table, table.case_ref).where(table.case_ref.in_(sorted(case_refs)), whose)
        found |= set(tx.conn.execute(query.distinct()).scalars())
    return found


def work_done(tx: Tx, case_refs: Collection[str]) -> dict[str, tuple[int, int]]:
    """Case → how many visits, and how many other contacts and pieces of work, are recorded on it (A9)."""
    visit = ActivityRow.kind == ActivityKind.VISIT.value
    other = ActivityRow.kind.not_in([ActivityKind.VISIT.value, ActivityKind.ATTEMPTED.value])
    query = select(ActivityRow.case_ref, func.count(case((visit, 1))), func.count(case((other, 1)))).where(
        tx.own(ActivityRow), ActivityRow.case_ref.in_(sorted(case_refs))
    )
    return {row[0]: (row[1], row[2]) for row in tx.conn.execute(query.group_by(ActivityRow.case_ref))}


def _received(tx: Tx, first: date, last: date) -> tuple[Any, ...]:
    return (tx.own(ReferralRow), ReferralRow.received_on >= first, ReferralRow.received_on <= last)


def _referred() -> Select[Any]:
    of_case = and_(CaseRow.workspace_id == ReferralRow.workspace_id, CaseRow.ref == ReferralRow.case_ref)
    episode = and_(
        EpisodeRow.workspace_id == ReferralRow.workspace_id,
        EpisodeRow.case_ref == ReferralRow.case_ref,
        EpisodeRow.number == ReferralRow.episode,
    )
    columns = [getattr(ReferralRow, name) for name in _NAMES]
    return select(*columns, CaseRow.restricted, EpisodeRow.routes).join(CaseRow, of_case).join(EpisodeRow, episode)


def _found(tx: Tx, query: Select[Any]) -> list[Referred]:
    rows = tx.conn.execute(query).mappings()
    found = (
        Referred(**{name: row[name] for name in _NAMES}, restricted=row["restricted"], routes=tuple(row["routes"]))
        for row in rows
    )
    return sorted(found, key=lambda each: each.ref)


_NAMES = tuple(name for name in Referred.__dataclass_fields__ if name not in ("restricted", "routes"))
