from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.obligations.awaiting_decision import Standstill, Why, awaits_decision, drifts, look_from
from bot.domain.shared.calendar import LONDON

LAST = date(2026, 12, 14)


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=LONDON)


def facts(**more: Any) -> Standstill:
    return Standstill(**({"last_activity": LAST} | more))


def why(today: date, **more: Any) -> list[str]:
    return [each.value for each in awaits_decision(facts(**more), today)]


def test_g34_g36_a_case_is_dormant_after_28_days_and_does_not_drift() -> None:
    assert why(date(2027, 1, 10)) == []
    assert why(date(2027, 1, 11)) == ["dormant"]
    assert not drifts(facts(), date(2027, 1, 11))


def test_keeping_it_open_silences_dormancy_until_the_day_agreed_and_then_asks_again() -> None:
    kept: dict[str, Any] = {"decided_at": at(date(2027, 1, 12)), "kept": True, "next_decision_on": date(2027, 3, 15)}
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
        {"action_due": date(2027, 1, 10)},
    ],
)
def test_a16_what_is_late_and_still_drifts_and_is_not_called_dormant(late: dict[str, Any]) -> None:
    today = date(2027, 1, 12)
    assert "dormant" not in why(today, **late)
    assert drifts(facts(**late), today)
    assert not drifts(facts(**late), date(2027, 1, 10))
    assert not drifts(facts(**late, drift_days=0), today)


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
    assert awaits_decision(facts(**{field: raised}), LAST) == (reason,)
    assert awaits_decision(facts(**{field: raised}, decided_at=at(LAST, 11)), LAST) == ()
    assert awaits_decision(facts(**{field: raised}, decided_at=at(LAST, 9)), LAST) == (reason,)


def test_reasons_are_named_in_one_order() -> None:
    today = date(2027, 2, 1)
    several: dict[str, Any] = {"recommended_at": at(LAST), "proposed_at": at(LAST), "awaiting_family_at": at(LAST)}
    assert why(today, **several) == ["proposed", "dormant", "awaiting_family", "recommend_close"]


def test_new_activity_clears_dormancy_only() -> None:
    today = date(2027, 2, 1)
    assert why(today, proposed_at=at(LAST)) == ["proposed", "dormant"]
    assert why(today, proposed_at=at(LAST), last_activity=today) == ["proposed"]


def test_zero_days_switch_dormancy_off() -> None:
    assert why(date(2029, 1, 1), dormant_days=0) == []


@given(st.integers(0, 800), st.booleans())
def test_a_case_is_never_both_dormant_and_drifting(days: int, late: bool) -> None:
    today, known = LAST + timedelta(days=days), facts(action_due=LAST if late else None)
    assert not (Why.DORMANT in awaits_decision(known, today) and drifts(known, today))


def test_where_closing_is_agreed_nothing_is_asked_any_more() -> None:
    assert why(date(2027, 2, 1), agreed=True, threshold_due=LAST) == []


def test_keeping_it_open_silences_dormancy_whatever_happens_meanwhile() -> None:
    kept: dict[str, Any] = {"decided_at": at(LAST), "kept": True, "next_decision_on": date(2027, 4, 1)}
    assert why(date(2027, 3, 31), last_activity=date(2027, 1, 4), **kept) == []
    assert why(date(2027, 3, 31), last_activity=date(2027, 1, 4), **(kept | {"kept": False})) == ["dormant"]


MOMENTS = st.none() | st.integers(-40, 60).map(lambda days: at(LAST + timedelta(days=days)))
DAYS = st.none() | st.integers(-40, 400).map(lambda days: LAST + timedelta(days=days))
ANYTHING = st.builds(
    Standstill,
    last_activity=st.just(LAST),
    next_expected_contact=DAYS,
    next_decision_on=DAYS,
    decided_at=MOMENTS,
    kept=st.booleans(),
    proposed_at=MOMENTS,
    awaiting_family_at=MOMENTS,
    reopened_at=MOMENTS,
    moved_in_at=MOMENTS,
    recommended_at=MOMENTS,
    threshold_due=DAYS,
    review_due=DAYS,
    urgent_unanswered=st.booleans(),
    action_due=DAYS,
    dormant_days=st.sampled_from([0, 28]),
    drift_days=st.sampled_from([0, 28]),
)


@given(ANYTHING, st.integers(0, 500))
def test_lists_look_at_a_case_no_later_than_it_belongs_on_one(known: Standstill, days: int) -> None:
    """`look_from` is what the index finds: too early costs a row, too late would hide a case."""
    today = LAST + timedelta(days=days)
    raised = [moment for moment in (known.proposed_at, known.awaiting_family_at, known.reopened_at) if moment]
    raised += [moment for moment in (known.moved_in_at, known.recommended_at) if moment]
    if any(moment.date() > today for moment in raised):
        return  # nobody has raised what is still to be raised
    if awaits_decision(known, today) or drifts(known, today):
        first = look_from(known)
        assert first is not None
        assert first <= today
