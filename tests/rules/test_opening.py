from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.calendar import LONDON
from bot.rules.opening import Standstill, Why, awaits_decision, drifts
from bot.rules.ruleset import RuleSet

LAST = date(2026, 12, 14)
RULES = RuleSet()


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=LONDON)


def facts(**more: Any) -> Standstill:
    return Standstill(**({"last_activity": LAST} | more))


def why(today: date, rules: RuleSet = RULES, **more: Any) -> list[str]:
    return [each.value for each in awaits_decision(facts(**more), rules, today)]


def test_g34_g36_a_case_is_dormant_after_28_days_and_does_not_drift() -> None:
    assert why(date(2027, 1, 10)) == []
    assert why(date(2027, 1, 11)) == ["dormant"]
    assert not drifts(facts(), RULES, date(2027, 1, 11))


def test_keeping_it_open_silences_dormancy_until_the_day_agreed_and_then_asks_again() -> None:
    kept: dict[str, Any] = {"decided_at": at(date(2027, 1, 12)), "next_decision_on": date(2027, 3, 15)}
    assert why(date(2027, 3, 14), **kept) == []
    assert why(date(2027, 3, 15), **kept) == ["date_reached"]


def test_a_contact_that_is_expected_soon_is_no_dormancy() -> None:
    today = date(2027, 1, 20)
    for expected, dormant in ((today, False), (today + timedelta(days=28), False), (today + timedelta(days=29), True)):
        assert (why(today, next_expected_contact=expected) == ["dormant"]) is dormant
    assert why(today, next_expected_contact=today - timedelta(days=1)) == ["dormant"]


@pytest.mark.parametrize(
    "late",
    [
        {"threshold_due": date(2027, 1, 10), "decided_at": at(date(2027, 1, 11))},
        {"review_due": date(2027, 1, 10)},
        {"urgent_unanswered": True},
        {"action_overdue": True},
    ],
)
def test_a16_what_is_late_and_still_drifts_and_is_not_called_dormant(late: dict[str, Any]) -> None:
    today = date(2027, 1, 12)
    assert "dormant" not in why(today, **late)
    assert drifts(facts(**late), RULES, today)
    assert not drifts(facts(**late), RULES, date(2027, 1, 10))
    assert not drifts(facts(**late), RuleSet(drift_days=0), today)


def test_r8_the_threshold_asks_from_its_day_and_a_decision_of_that_day_answers_it() -> None:
    due = date(2026, 12, 20)
    assert why(due - timedelta(days=1), threshold_due=due) == []
    assert why(due, threshold_due=due) == ["threshold"]
    assert why(due, threshold_due=due, decided_at=at(due)) == []
    assert why(due, threshold_due=due, decided_at=at(due - timedelta(days=1))) == ["threshold"]


@pytest.mark.parametrize(
    ("field", "reason"),
    [
        ("proposed_at", Why.PROPOSED),
        ("awaiting_family_at", Why.AWAITING_FAMILY),
        ("reopened_at", Why.TO_RATIFY),
        ("moved_in_at", Why.MOVED_IN),
        ("recommended_at", Why.RECOMMEND_CLOSE),
    ],
)
def test_r8_what_people_raise_asks_until_a_decision_is_newer(field: str, reason: Why) -> None:
    raised = at(LAST, 10)
    assert awaits_decision(facts(**{field: raised}), RULES, LAST) == (reason,)
    assert awaits_decision(facts(**{field: raised}, decided_at=at(LAST, 11)), RULES, LAST) == ()
    assert awaits_decision(facts(**{field: raised}, decided_at=at(LAST, 9)), RULES, LAST) == (reason,)


def test_reasons_are_named_in_one_order() -> None:
    today = date(2027, 2, 1)
    several: dict[str, Any] = {"recommended_at": at(LAST), "proposed_at": at(LAST), "awaiting_family_at": at(LAST)}
    assert why(today, **several) == ["proposed", "dormant", "awaiting_family", "recommend_close"]


def test_new_activity_clears_dormancy_only() -> None:
    today = date(2027, 2, 1)
    assert why(today, proposed_at=at(LAST)) == ["proposed", "dormant"]
    assert why(today, proposed_at=at(LAST), last_activity=today) == ["proposed"]


def test_zero_days_switch_dormancy_off() -> None:
    assert why(date(2029, 1, 1), RuleSet(dormant_days=0)) == []


@given(st.integers(0, 800), st.booleans())
def test_a_case_is_never_both_dormant_and_drifting(days: int, late: bool) -> None:
    today, known = LAST + timedelta(days=days), facts(action_overdue=late)
    assert not (Why.DORMANT in awaits_decision(known, RULES, today) and drifts(known, RULES, today))
