"""§6: open or close? Which cases await a decision (R8), which drift (R12). Nothing here decides; it lists for people who do.

Every trigger has the moment from which it asks; a decision made after that moment has answered it.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.rules.calendar import LONDON
from bot.rules.ruleset import RuleSet

SECTION = "§6"


class Why(StrEnum):
    """Why a case awaits a decision, in the order in which reasons are named (domain.md §5, R8 a to h)."""

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

    `threshold_due` and `review_due` are the due days of R1 and R2 while these are open.
    """

    model_config = ConfigDict(frozen=True)

    last_activity: date
    next_expected_contact: date | None = None
    next_decision_on: date | None = None
    decided_at: datetime | None = None
    proposed_at: datetime | None = None
    awaiting_family_at: datetime | None = None
    reopened_at: datetime | None = None
    moved_in_at: datetime | None = None
    recommended_at: datetime | None = None
    threshold_due: date | None = None
    review_due: date | None = None
    urgent_unanswered: bool = False
    action_overdue: bool = False


def awaits_decision(facts: Standstill, rules: RuleSet, today: date) -> tuple[Why, ...]:
    """Why an open case awaits a decision today; empty when it does not. It is never closed by this, or by time."""
    asked = {
        Why.PROPOSED: facts.proposed_at,
        Why.DORMANT: _from(_dormant_since(facts, rules, today), today),
        Why.DATE_REACHED: _from(facts.next_decision_on, today),
        Why.THRESHOLD: _from(facts.threshold_due, today),
        Why.AWAITING_FAMILY: facts.awaiting_family_at,
        Why.TO_RATIFY: facts.reopened_at,
        Why.MOVED_IN: facts.moved_in_at,
        Why.RECOMMEND_CLOSE: facts.recommended_at,
    }
    answered = facts.decided_at
    return tuple(why for why, moment in asked.items() if moment is not None and (answered is None or answered <= moment))


def drifts(facts: Standstill, rules: RuleSet, today: date) -> bool:
    """R12: still for `drift_days` *and* something is past its date. A case that is only dormant never drifts (A16)."""
    still = rules.drift_days > 0 and today >= facts.last_activity + timedelta(days=rules.drift_days)
    return still and _something_is_late(facts, today)


def _dormant_since(facts: Standstill, rules: RuleSet, today: date) -> date | None:
    """R8 b: the day from which the case counts as dormant, None when it does not: dormancy is normal in this work (G34)."""
    if not rules.dormant_days or _something_is_late(facts, today):
        return None
    window = timedelta(days=rules.dormant_days)
    expected = facts.next_expected_contact
    if expected is not None and today <= expected <= today + window:
        return None
    if facts.next_decision_on is not None and today < facts.next_decision_on and _kept_since(facts):
        return None
    return facts.last_activity + window


def _kept_since(facts: Standstill) -> bool:
    """Whether it was kept open after it went still: that silences dormancy until the next decision's day."""
    return facts.decided_at is not None and facts.decided_at.astimezone(LONDON).date() >= facts.last_activity


def _something_is_late(facts: Standstill, today: date) -> bool:
    """The conditions of R12: the threshold or a review is over, an urgent case was not answered, an action is past its date."""
    over = any(due is not None and today > due for due in (facts.threshold_due, facts.review_due))
    return over or facts.urgent_unanswered or facts.action_overdue


def _from(day: date | None, today: date) -> datetime | None:
    """The beginning of `day` in London once it has come, None before."""
    return datetime.combine(day, time.min, LONDON) if day is not None and day <= today else None
