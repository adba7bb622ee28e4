"""Counts for digests and reports: referrals by the day received, inquiries by the day asked (docs/domain.md §5.6)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BindParameter, and_, bindparam, func, or_, select

from bot.domain.cases.codes import COUNTED
from bot.domain.cases.referral import is_re_referral
from bot.domain.inquiries.inquiry import InquiryStatus
from storage.cases.tables import EpisodeRow, ReferralRow
from storage.db.engine import Tx
from storage.db.statements import Query
from storage.db.tables import InquiryRow, PersonRow
from storage.reminders.tables import ObligationRow
from storage.responsibility import led_by

_COUNTED = sorted(each.value for each in COUNTED)
_TOGETHER = 1_000
_EPISODE = and_(
    EpisodeRow.workspace_id == ReferralRow.workspace_id,
    EpisodeRow.case_ref == ReferralRow.case_ref,
    EpisodeRow.number == ReferralRow.episode,
)
_FIRST: BindParameter[date] = bindparam("first")
_LAST: BindParameter[date] = bindparam("last")
_MANAGER: BindParameter[str] = bindparam("manager_id")
_REFERRALS = Query(
    ReferralRow,
    select(
        ReferralRow.case_ref,
        ReferralRow.number,
        ReferralRow.received_on,
        ReferralRow.source_code,
        ReferralRow.channel,
        ReferralRow.form,
        ReferralRow.previous_referral_on,
    )
    .join(EpisodeRow, _EPISODE)
    .where(ReferralRow.status.in_(_COUNTED))
    .order_by(ReferralRow.received_on, ReferralRow.case_ref),
    first=ReferralRow.received_on >= _FIRST,
    last=ReferralRow.received_on <= _LAST,
    manager_id=led_by(EpisodeRow, EpisodeRow.named_manager_id, _MANAGER),
)
_OPENED = Query(
    EpisodeRow,
    select(EpisodeRow.case_ref, EpisodeRow.number).where(EpisodeRow.void.is_(False)),
    first=EpisodeRow.opened_on >= _FIRST,
    last=EpisodeRow.opened_on <= _LAST,
    manager_id=led_by(EpisodeRow, EpisodeRow.named_manager_id, _MANAGER),
)
_FIRST_NUMBERS = Query(
    EpisodeRow,
    select(EpisodeRow.case_ref, func.min(EpisodeRow.number)).where(EpisodeRow.void.is_(False)).group_by(EpisodeRow.case_ref),
    refs=EpisodeRow.case_ref.in_(bindparam("refs", expanding=True)),
)
_CLOSED = Query(
    EpisodeRow,
    select(func.count()).select_from(EpisodeRow).where(EpisodeRow.void.is_(False)),
    first=EpisodeRow.closed_on >= _FIRST,
    last=EpisodeRow.closed_on <= _LAST,
    manager_id=led_by(EpisodeRow, EpisodeRow.named_manager_id, _MANAGER),
)
_INQUIRIES = Query(
    InquiryRow,
    select(func.count())
    .select_from(InquiryRow)
    .join(PersonRow, and_(PersonRow.workspace_id == InquiryRow.workspace_id, PersonRow.user_id == InquiryRow.logged_by))
    .where(InquiryRow.status != InquiryStatus.VOID),
    first=InquiryRow.asked_on >= _FIRST,
    last=InquiryRow.asked_on <= _LAST,
    manager_id=PersonRow.manager_id == _MANAGER,
)


@dataclass(frozen=True)
class Counted:
    """A referral that counts, and whether it is a re-referral."""

    source_code: str
    channel: str
    form: str
    re_referral: bool


def referrals(tx: Tx, first: date, last: date, manager_id: str | None = None) -> list[Counted]:
    """The referrals received in a period, of a manager's team or of all; void and reclassified ones do not count (I19)."""
    rows = _REFERRALS.run(tx, first=first, last=last, manager_id=manager_id).all()
    earlier = _received(tx, sorted({row.case_ref for row in rows}))
    return [
        Counted(
            source_code=row.source_code,
            channel=row.channel,
            form=row.form,
            re_referral=is_re_referral(
                row.received_on,
                [day for number, day in earlier[row.case_ref] if number != row.number],
                row.previous_referral_on,
            ),
        )
        for row in rows
    ]


def week(tx: Tx, first: date, last: date, manager_id: str) -> dict[str, int]:
    """The counts of a digest: inquiries of those who report to `manager_id`, and the cases whose manager that is.

    `opened` are the first episodes of cases, `reopened` the later ones; each counts once, on the day it was opened.
    """
    counted = referrals(tx, first, last, manager_id)
    opened = _numbers_opened(tx, first, last, manager_id)
    return {
        "inquiries": _inquiries(tx, first, last, manager_id),
        "referrals": len(counted),
        "re_referrals": sum(each.re_referral for each in counted),
        "opened": sum(not again for again in opened),
        "closed": _closed(tx, first, last, manager_id),
        "reopened": sum(opened),
    }


def first_referral(tx: Tx) -> date | None:
    """The day of the earliest referral on file: what reports give as the start of their coverage."""
    query = tx.select(ReferralRow, func.min(ReferralRow.received_on))
    return tx.conn.execute(query).scalar()


def kept_to(tx: Tx, first: date, last: date) -> dict[str, tuple[int, int]]:
    """Rule → (how often met in time, how often asked) among what was due in a period.

    What ended before it was met, what was waived and what is still to come is left out.
    """
    query = tx.select(
        ObligationRow, ObligationRow.rule, ObligationRow.status, ObligationRow.due_on, ObligationRow.ended_on
    ).where(
        ObligationRow.due_on >= first,
        ObligationRow.due_on <= last,
        or_(ObligationRow.status == "met", and_(ObligationRow.status == "open", ObligationRow.due_on < tx.today)),
    )
    found: dict[str, list[bool]] = defaultdict(list)
    for rule, status, due_on, ended_on in tx.conn.execute(query):
        found[rule].append(status == "met" and (ended_on is None or due_on is None or ended_on <= due_on))
    return {rule: (sum(met), len(met)) for rule, met in sorted(found.items())}


def _received(tx: Tx, case_refs: list[str]) -> dict[str, list[tuple[int, date]]]:
    """Case → number and day of each of its referrals that count."""
    found: dict[str, list[tuple[int, date]]] = defaultdict(list)
    for begin in range(0, len(case_refs), _TOGETHER):
        query = tx.select(ReferralRow, ReferralRow.case_ref, ReferralRow.number, ReferralRow.received_on).where(
            ReferralRow.case_ref.in_(case_refs[begin : begin + _TOGETHER]),
            ReferralRow.status.in_(_COUNTED),
        )
        for case_ref, number, day in tx.conn.execute(query):
            found[case_ref].append((number, day))
    return found


def _numbers_opened(tx: Tx, first: date, last: date, manager_id: str) -> list[bool]:
    """For each episode opened in a period, whether the case had been open before."""
    rows = _OPENED.run(tx, first=first, last=last, manager_id=manager_id).all()
    if not rows:
        return []
    firsts = {row[0]: row[1] for row in _FIRST_NUMBERS.run(tx, refs=[row.case_ref for row in rows])}
    return [row.number > firsts[row.case_ref] for row in rows]


def _closed(tx: Tx, first: date, last: date, manager_id: str) -> int:
    return int(_CLOSED.run(tx, first=first, last=last, manager_id=manager_id).scalar_one())


def _inquiries(tx: Tx, first: date, last: date, manager_id: str) -> int:
    return int(_INQUIRIES.run(tx, first=first, last=last, manager_id=manager_id).scalar_one())
