"""The weekly digest to a manager and the worker's Monday list (docs/domain.md §3.3). Pure."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.domain.obligations.caseload import CaseLine
from bot.domain.shared.calendar import is_working_day
from bot.domain.shared.obligation import Obligation
from bot.domain.shared.rule import FACTS, Rule
from bot.domain.supervision.agenda import NEAR, Asked

LISTS = ("threshold", "reviews", "decisions", "drift", "debt", "short_term_ending")
"""The lists, in their order; all of them are always there, also empty: "0 cases" is an answer (A16)."""
COUNTS = ("inquiries", "referrals", "re_referrals", "opened", "closed", "reopened")
"""Recording that is owed from the first day: the guidelines give no date."""
_ENDING_WITHIN = timedelta(days=28)


@dataclass(frozen=True)
class Digest:
    """What a manager reads on the first working day of a week: counts of the week before, lists of references today.

    `sessions`: workers whose supervision is overdue (R13); `inquiries`: answers that are due (R3); `referrers`: cases whose
    referrer was not told in time (R16). `before`: the same counts of the week before that one; `asked` and `lines` say more of
    what the lists name.
    """

    week: str
    counts: dict[str, int]
    lists: dict[str, list[str]]
    sessions: list[str] = field(default_factory=list)
    inquiries: list[str] = field(default_factory=list)
    referrers: list[str] = field(default_factory=list)
    before: dict[str, int] = field(default_factory=dict)
    asked: tuple[Asked, ...] = ()
    lines: tuple[CaseLine, ...] = ()


def first_working_day(day: date, holidays: Container[date]) -> date | None:
    """The first working day of a day's ISO week: Monday, or the day after a bank holiday. None in a week without any."""
    monday = day - timedelta(days=day.weekday())
    return next((each for each in (monday + timedelta(days=n) for n in range(7)) if is_working_day(each, holidays)), None)


def week_before(day: date) -> tuple[date, date]:
    """Monday and Sunday of the ISO week before a day's: the one whose counts a digest gives."""
    monday = day - timedelta(days=day.weekday())
    return monday - timedelta(days=7), monday - timedelta(days=1)


def lists(
    lines: Sequence[CaseLine], asked: Sequence[Asked], short: Sequence[CaseLine], last_day: date | None, today: date
) -> dict[str, list[str]]:
    """The lists of a team today. `short`: its one-off and short-term cases, listed from 28 days before their last day (R14)."""
    ending = short if last_day is not None and today >= last_day - _ENDING_WITHIN else ()
    found: dict[str, list[str]] = {
        "threshold": [each.ref for each in asked if each.obligation.rule == Rule.THRESHOLD and _near(each.obligation, today)],
        "reviews": [each.ref for each in asked if each.obligation.rule == Rule.REVIEW and _near(each.obligation, today)],
        "decisions": [line.ref for line in lines if line.why(today)],
        "drift": [line.ref for line in lines if line.drifts(today)],
        "debt": [each.ref for each in asked if is_debt(each.obligation, today)],
        "short_term_ending": [line.ref for line in ending],
    }
    return {name: sorted(set(found[name])) for name in LISTS}


def awaited_inquiries(asked: Sequence[Asked], today: date) -> list[str]:
    """Inquiries whose answer is due: they stay in the digest after their one message (R3)."""
    due = [
        each.ref
        for each in asked
        if each.obligation.rule == Rule.INQUIRY_ANSWER and each.obligation.due and each.obligation.due <= today
    ]
    return sorted(set(due))


def untold_referrers(asked: Sequence[Asked], today: date) -> list[str]:
    """Cases whose referrer was not told in time what became of the referral (R16)."""
    return sorted(
        {each.ref for each in asked if each.obligation.rule == Rule.REFERRER_FEEDBACK and each.obligation.state(today) == "over"}
    )


def is_debt(obligation: Obligation, today: date) -> bool:
    """Whether an open obligation is recording debt: R5 to R7 from day 0, R9 from its day, R4 once its day is over."""
    if FACTS[obligation.rule].follow_through:
        return True
    if obligation.rule == Rule.CLOSING_RECORDS:
        return obligation.due is not None and obligation.due <= today
    return obligation.rule == Rule.FEEDBACK_ON_ICS and obligation.state(today) == "over"


def _near(obligation: Obligation, today: date) -> bool:
    return obligation.due is not None and obligation.due <= today + NEAR
