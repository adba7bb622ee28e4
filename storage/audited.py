"""Referrals as an audit and reports see them: counted by day, and the rows of a period. It costs what the period has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select

from bot.rules.codes import COUNTED, ReferralStatus
from bot.rules.inquiry import Status
from storage.case_tables import AssessmentRow, CaseRow, EpisodeRow, ReferralRow
from storage.engine import Tx
from storage.tables import InquiryRow

_COUNTED = sorted(each.value for each in COUNTED)


@dataclass(frozen=True)
class Referred:
    """A referral that counts, without a word that anybody typed. `routes`: of its episode, in their order."""

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


def by_day(tx: Tx, first: date, last: date) -> dict[date, int]:
    """Day → how many referrals that count were received."""
    query = select(ReferralRow.received_on, func.count()).where(*_received(tx, first, last), ReferralRow.status.in_(_COUNTED))
    return {row[0]: row[1] for row in tx.conn.execute(query.group_by(ReferralRow.received_on))}


def received(tx: Tx, first: date, last: date) -> list[Referred]:
    """The referrals that count and were received in a period, by their references.

    Sorted here: asked for an order, SQLite walks every reference instead of the days that are asked.
    """
    case = and_(CaseRow.workspace_id == ReferralRow.workspace_id, CaseRow.ref == ReferralRow.case_ref)
    episode = and_(
        EpisodeRow.workspace_id == ReferralRow.workspace_id,
        EpisodeRow.case_ref == ReferralRow.case_ref,
        EpisodeRow.number == ReferralRow.episode,
    )
    names = [name for name in Referred.__dataclass_fields__ if name not in ("restricted", "routes")]
    columns = [getattr(ReferralRow, name) for name in names]
    query = select(*columns, CaseRow.restricted, EpisodeRow.routes).join(CaseRow, case).join(EpisodeRow, episode)
    query = query.where(*_received(tx, first, last), ReferralRow.status.in_(_COUNTED))
    rows = tx.conn.execute(query).mappings()
    found = (
        Referred(**{name: row[name] for name in names}, restricted=row["restricted"], routes=tuple(row["routes"])) for row in rows
    )
    return sorted(found, key=lambda each: each.ref)


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


def asked(tx: Tx, first: date, last: date) -> list[tuple[int | None, int | None, str]]:
    """(level of need, age, outcome) of the inquiries of a period (A10, A18, A19)."""
    query = select(InquiryRow.threshold_level, InquiryRow.age_years, InquiryRow.outcome).where(
        InquiryRow.workspace_id == tx.workspace_id,
        InquiryRow.asked_on >= first,
        InquiryRow.asked_on <= last,
        InquiryRow.status != Status.VOID,
    )
    return [(level, age, str(outcome)) for level, age, outcome in tx.conn.execute(query)]


def _received(tx: Tx, first: date, last: date) -> tuple[Any, ...]:
    return (ReferralRow.workspace_id == tx.workspace_id, ReferralRow.received_on >= first, ReferralRow.received_on <= last)
