"""§6: open or close? Which cases await a decision (R8), which drift (R12). Nothing here decides; it lists for people who do.

Every trigger has the moment from which it asks; a decision made after that moment has answered it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.domain.shared.calendar import london_day, midnight


class Why(StrEnum):
    """Why a case awaits a decision, in the order in which reasons are named (docs/domain.md §5.5, R8 a to h)."""

    PROPOSED = "proposed"
    DORMANT = "dormant"
    DATE_REACHED = "date_reached"
    THRESHOLD = "threshold"
    AWAITING_FAMILY = "awaiting_family"
    TO_RATIFY = "to_ratify"
    MOVED_IN = "moved_in"
    RECOMMEND_CLOSE = "recommend_close"


class Standstill(BaseModel):
    """What is known of an open episode for R8 and R12. Days are London days, moments are aware; None where it did not happen.

    `threshold_due` and `review_due` are the due days of R1 and R2 while these are open, `action_due` that of the oldest action
    that is not done. `kept`: the latest decision was to keep it open. The numbers of days are those of the rules in force.
    """

    model_config = ConfigDict(frozen=True)

    last_activity: date
    next_expected_contact: date | None = None
    next_decision_on: date | None = None
    decided_at: datetime | None = None
    kept: bool = False
    agreed: bool = False
    proposed_at: datetime | None = None
    awaiting_family_at: datetime | None = None
    reopened_at: datetime | None = None
    moved_in_at: datetime | None = None
    recommended_at: datetime | None = None
    threshold_due: date | None = None
    review_due: date | None = None
    urgent_unanswered: bool = False
    action_due: date | None = None
    dormant_days: int = 28
    drift_days: int = 28


def awaits_decision(facts: Standstill, today: date) -> tuple[Why, ...]:
    """Why an open case awaits a decision today; empty when it does not. It is never closed by this, or by time.

    Where closing is agreed for a day to come nothing is asked any more.
    """
    if facts.agreed:
        return ()
    asked = {
        Why.PROPOSED: facts.proposed_at,
        Why.DORMANT: _from(_dormant_since(facts, today), today),
        Why.DATE_REACHED: _from(facts.next_decision_on, today),
        Why.THRESHOLD: _from(facts.threshold_due, today),
        Why.AWAITING_FAMILY: facts.awaiting_family_at,
        Why.TO_RATIFY: facts.reopened_at,
        Why.MOVED_IN: facts.moved_in_at,
        Why.RECOMMEND_CLOSE: facts.recommended_at,
    }
    return tuple(why for why, moment in asked.items() if _unanswered(facts, moment))


def drifts(facts: Standstill, today: date) -> bool:
    """R12: still for `drift_days` *and* something is past its date. A case that is only dormant never drifts (A16)."""
    still = facts.drift_days > 0 and today >= facts.last_activity + timedelta(days=facts.drift_days)
    return still and _something_is_late(facts, today)


def look_from(facts: Standstill) -> date | None:
    """The first day on which it may await a decision or drift, None when nothing in sight asks for that: what lists look for.

    It may be too early, never too late: a contact that is expected, for one, is left out of account.
    """
    moments = (facts.proposed_at, facts.awaiting_family_at, facts.reopened_at, facts.moved_in_at, facts.recommended_at)
    days = [london_day(moment) for moment in moments if moment is not None and _unanswered(facts, moment)]
    days += [
        day for day in (facts.next_decision_on, facts.threshold_due) if day is not None and _unanswered(facts, midnight(day))
    ]
    if facts.dormant_days:
        days.append(facts.last_activity + timedelta(days=facts.dormant_days))
    late = [day for day in (facts.threshold_due, facts.review_due, facts.action_due) if day is not None]
    if facts.drift_days and (late or facts.urgent_unanswered):
        begins = min(late) if late and not facts.urgent_unanswered else facts.last_activity
        days.append(max(begins, facts.last_activity + timedelta(days=facts.drift_days)))
    return min(days, default=None)


def _unanswered(facts: Standstill, moment: datetime | None) -> bool:
    """Whether something asked since `moment` and no decision is newer."""
    return moment is not None and (facts.decided_at is None or facts.decided_at <= moment)


def _dormant_since(facts: Standstill, today: date) -> date | None:
    """R8 b: the day from which the case counts as dormant, None when it does not: dormancy is normal in this work (G34)."""
    if not facts.dormant_days or _something_is_late(facts, today):
        return None
    window = timedelta(days=facts.dormant_days)
    expected = facts.next_expected_contact
    if expected is not None and today <= expected <= today + window:
        return None
    if facts.kept and facts.next_decision_on is not None and today < facts.next_decision_on:
        return None
    since = facts.last_activity + window
    if expected is not None and since <= expected < today:
        return expected + timedelta(days=1)  # it was waited for, and did not come
    return since


def _something_is_late(facts: Standstill, today: date) -> bool:
    """The conditions of R12: the threshold or a review is over, an urgent case was not answered, an action is past its date."""
    over = any(due is not None and today > due for due in (facts.threshold_due, facts.review_due, facts.action_due))
    return over or facts.urgent_unanswered


def _from(day: date | None, today: date) -> datetime | None:
    """The beginning of `day` in London once it has come, None before."""
    return midnight(day) if day is not None and day <= today else None
