"""The two clocks of the guidelines: three months of short-term work (§4, R1) and the six-monthly review (§3, R2)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cases.codes import AssessmentKind, Purpose, RecordingRoute, ReviewOutcome
from bot.domain.cases.episode import Assessment, Episode
from bot.domain.cases.records import Review
from bot.domain.obligations import review
from bot.domain.obligations import threshold as obligations_threshold
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.calendar import add_months, is_working_day
from bot.domain.shared.obligation import Obligation, ObligationStatus, ReminderStage, To, back, forward
from bot.domain.shared.rule import Rule
from bot.domain.shared.ruleset import FIRST, RuleSet, Version, in_force

HOLIDAYS = bank_holidays()
OPENED = date(2026, 9, 3)


def core(completed: date | None, started: date = OPENED, **more: Any) -> Assessment:
    known: dict[str, Any] = {
        "kind": AssessmentKind.CORE,
        "purpose": Purpose.OTHER,
        "started_on": started,
        "completed_on": completed,
    }
    return Assessment(**(known | more))


def episode(opened: date = OPENED, routes: tuple[RecordingRoute, ...] = (RecordingRoute.SHORT_TERM,), **more: Any) -> Episode:
    known: dict[str, Any] = {"number": 1, "opened_on": opened, "clock_start": opened, "routes": routes}
    return Episode(**(known | more))


def held_on(*days: date) -> tuple[Review, ...]:
    outcome, moment = ReviewOutcome.CONTINUE, datetime(2027, 1, 1, tzinfo=UTC)
    return tuple(
        Review(episode=1, assessment=1, held_on=day, authorised_by="M", outcome=outcome, recorded_at=moment) for day in days
    )


def threshold(of: Episode, *versions: Version, waived_on: date | None = None) -> Obligation:
    found = obligations_threshold.threshold("OOB-2026-0001/1", of, versions, HOLIDAYS, waived_on)
    assert found is not None
    return found


def reviews(*episodes: Episode, versions: tuple[Version, ...] = ()) -> Obligation:
    found = review.due_review("OOB-2026-0001/1", episodes, versions, HOLIDAYS)
    assert found is not None
    return found


def sent(obligation: Obligation) -> list[tuple[str, date, str]]:
    return [(sending.stage.value, sending.send_on, sending.to.value) for sending in obligation.sendings]


def test_g27_three_months_are_calendar_months_and_never_ninety_days() -> None:
    found = threshold(episode())
    assert found.due == date(2026, 12, 3)
    assert sent(found) == [
        ("advance", date(2026, 11, 19), "worker"),
        ("due", date(2026, 12, 3), "worker"),
        ("over", date(2026, 12, 4), "both"),
    ]
    assert [found.state(date(2026, 12, day)) for day in (2, 3, 4)] == ["ahead", "due", "over"]
    assert (found.section, found.since, found.version) == ("§4", OPENED, 1)


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        (date(2026, 11, 29), date(2027, 2, 28)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2027, 11, 29), date(2028, 2, 29)),
        (date(2027, 11, 30), date(2028, 2, 29)),
        (date(2026, 8, 31), date(2026, 11, 30)),
        (date(2028, 2, 29), date(2028, 5, 29)),
    ],
)
def test_g27_the_threshold_is_clamped_to_the_end_of_a_month(opened: date, due: date) -> None:
    assert threshold(episode(opened)).due == due


def test_messages_before_a_weekend_or_holiday_come_early_and_those_after_come_late() -> None:
    found = threshold(episode(date(2026, 9, 27)))  # due Sun 27 Dec 2026, after Christmas and before the bank holiday of the 28th
    assert sent(found) == [
        ("advance", date(2026, 12, 11), "worker"),
        ("due", date(2026, 12, 24), "worker"),
        ("over", date(2026, 12, 29), "both"),
    ]
    assert found.state(date(2026, 12, 28)) == "over"


def test_g27_a_core_assessment_completed_in_this_episode_meets_it_and_one_started_does_not() -> None:
    met = threshold(episode(assessments=(core(date(2026, 11, 20)),)))
    assert (met.standing, met.ended_on) == (ObligationStatus.MET, date(2026, 11, 20))
    assert threshold(episode(assessments=(core(None),))).standing is ObligationStatus.OPEN
    other = core(date(2026, 11, 20), kind=AssessmentKind.INITIAL)
    assert threshold(episode(assessments=(other,))).standing is ObligationStatus.OPEN


@pytest.mark.parametrize(
    ("change", "standing", "ended_on"),
    [
        ({"closed_on": date(2026, 12, 3)}, ObligationStatus.STOPPED, date(2026, 12, 3)),
        ({"closed_on": date(2026, 12, 3), "assessments": (core(date(2026, 12, 3)),)}, ObligationStatus.MET, date(2026, 12, 3)),
        (
            {"closed_on": date(2026, 11, 3), "assessments": (core(date(2026, 12, 3)),)},
            ObligationStatus.STOPPED,
            date(2026, 11, 3),
        ),
        ({"void": True}, ObligationStatus.VOID, None),
    ],
)
def test_r1_ends_with_what_comes_first(change: dict[str, Any], standing: ObligationStatus, ended_on: date | None) -> None:
    found = threshold(episode(**change))
    assert (found.standing, found.ended_on) == (standing, ended_on)


def test_r1_may_be_waived() -> None:
    found = threshold(episode(), waived_on=date(2026, 11, 1))
    assert (found.standing, found.ended_on) == (ObligationStatus.WAIVED, date(2026, 11, 1))


def test_r1_a_core_assessment_under_way_on_the_assessment_route_is_not_met_and_is_not_chased() -> None:
    routes = (RecordingRoute.SHORT_TERM, RecordingRoute.ASSESSMENT)
    under_way = threshold(episode(routes=routes, assessments=(core(None),)))
    assert (under_way.standing, under_way.sendings) == (ObligationStatus.OPEN, ())
    assert threshold(episode(routes=routes)).sendings != ()
    abandoned = core(None, abandoned_on=date(2026, 10, 1))
    assert threshold(episode(routes=routes, assessments=(abandoned,))).sendings != ()


def test_g19_the_assessment_route_has_no_threshold_and_zero_months_switch_it_off() -> None:
    assert obligations_threshold.threshold("x", episode(routes=(RecordingRoute.ASSESSMENT,)), (), HOLIDAYS) is None
    off = Version(number=2, effective_from=OPENED, rules=RuleSet(threshold_months=0))
    assert obligations_threshold.threshold("x", episode(), (off,), HOLIDAYS) is None
    quiet = Version(number=2, effective_from=OPENED, rules=RuleSet(threshold_advance_days=0))
    assert [stage for stage, _, _ in sent(threshold(episode(), quiet))] == ["due", "over"]


def test_r1_a_clock_goes_on_after_28_days_and_starts_anew_after_29() -> None:
    closed = date(2026, 10, 1)
    assert obligations_threshold.continues(closed, closed + timedelta(days=28), RuleSet())
    assert not obligations_threshold.continues(closed, closed + timedelta(days=29), RuleSet())


def test_g3_an_amendment_touches_only_clocks_that_start_from_then_on() -> None:
    amended = Version(number=2, effective_from=date(2026, 10, 1), rules=RuleSet(threshold_months=2, review_months=3))
    assert threshold(episode(), amended).due == date(2026, 12, 3)
    later = threshold(episode(date(2026, 10, 1)), amended)
    assert (later.due, later.version) == (date(2026, 12, 1), 2)
    before, after = (
        reviews(episode(assessments=(core(day),)), versions=(amended,)) for day in (date(2026, 9, 30), date(2026, 10, 1))
    )
    assert (before.due, after.due) == (date(2027, 3, 30), date(2027, 1, 1))


def test_g3_of_two_versions_from_one_day_the_later_one_holds() -> None:
    two = (Version(number=2, effective_from=OPENED, rules=RuleSet()), Version(number=3, effective_from=OPENED, rules=RuleSet()))
    assert in_force(two, OPENED).number == 3
    assert in_force(two, OPENED - timedelta(days=1)) == FIRST


def test_g17_a_core_assessment_is_reviewed_six_months_later() -> None:
    found = reviews(episode(assessments=(core(date(2026, 11, 20)),)))
    assert found.due == date(2027, 5, 20)
    assert sent(found) == [
        ("advance", date(2027, 4, 22), "worker"),
        ("early", date(2027, 5, 13), "worker"),
        ("due", date(2027, 5, 20), "worker"),
        ("over", date(2027, 5, 21), "both"),
    ]
    assert found.section == "§3"


def test_r2_the_next_review_is_counted_from_the_day_the_last_one_was_held() -> None:
    done = core(date(2026, 11, 20))
    for held, due in (((date(2027, 5, 3),), date(2027, 11, 3)), ((date(2027, 6, 30), date(2026, 12, 1)), date(2027, 12, 30))):
        assert reviews(episode(assessments=(done,), reviews=held_on(*held))).due == due
    again = core(date(2027, 8, 31))
    assert reviews(episode(assessments=(done, again), reviews=held_on(date(2027, 5, 3)))).due == date(2028, 2, 29)


def test_r2_nothing_is_reviewed_without_a_core_or_when_it_was_only_a_referral_to_another_borough() -> None:
    referring = core(date(2026, 11, 20), purpose=Purpose.REFER_TO_OTHER_BOROUGH)
    assert review.due_review("x", (episode(),), (), HOLIDAYS) is None
    assert review.due_review("x", (episode(assessments=(referring,)),), (), HOLIDAYS) is None
    assert reviews(episode(assessments=(referring,), long_term=True)).due == date(2027, 5, 20)
    off = Version(number=2, effective_from=OPENED, rules=RuleSet(review_months=0))
    assert review.due_review("x", (episode(assessments=(core(date(2026, 11, 20)),)),), (off,), HOLIDAYS) is None


@pytest.mark.parametrize(
    ("reopened", "due"),
    [
        (date(2027, 5, 19), date(2027, 5, 20)),
        (date(2027, 5, 20), date(2027, 6, 17)),
        (date(2027, 9, 1), date(2027, 9, 29)),
    ],
)
def test_r2_a_review_that_fell_due_while_closed_is_due_four_weeks_after_the_reopening(reopened: date, due: date) -> None:
    first = episode(assessments=(core(date(2026, 11, 20)),), closed_on=date(2027, 1, 15))
    assert reviews(first, episode(reopened, number=2)).due == due


def test_r2_closing_stops_it_and_a_manager_may_switch_it_off() -> None:
    done = (core(date(2026, 11, 20)),)
    closed = reviews(episode(assessments=done, closed_on=date(2027, 1, 15)))
    assert (closed.standing, closed.ended_on) == (ObligationStatus.STOPPED, date(2027, 1, 15))
    assert reviews(episode(assessments=done, review_off_on=date(2027, 1, 4))).standing is ObligationStatus.STOPPED
    assert reviews(episode(assessments=done, void=True)).standing is ObligationStatus.VOID


@given(st.dates(date(2016, 1, 1), date(2039, 1, 1)))
def test_no_message_comes_on_a_day_off_or_out_of_order_and_none_about_the_future_comes_late(opened: date) -> None:
    for found in (threshold(episode(opened)), reviews(episode(opened, assessments=(core(opened, opened),)))):
        assert found.due is not None
        days = [sending.send_on for sending in found.sendings]
        assert days == sorted(days)
        assert all(is_working_day(day, HOLIDAYS) for day in days)
        stages = {sending.stage: sending for sending in found.sendings}
        assert stages[ReminderStage.DUE].send_on <= found.due < stages[ReminderStage.OVER].send_on
        assert stages[ReminderStage.OVER].to is To.BOTH


@given(st.dates(date(2016, 1, 1), date(2039, 1, 1)), st.integers(0, 400))
def test_a_state_never_goes_backwards(opened: date, days: int) -> None:
    found, order = threshold(episode(opened)), ["ahead", "due", "over"]
    today = opened + timedelta(days=days)
    assert order.index(found.state(today)) <= order.index(found.state(today + timedelta(days=1)))
    assert (found.state(today) == "over") is (today > add_months(opened, 3))


@given(st.dates(date(2016, 1, 1), date(2039, 1, 1)))
def test_back_and_forward_are_the_nearest_working_days(day: date) -> None:
    before, after = back(day, HOLIDAYS), forward(day, HOLIDAYS)
    assert before <= day <= after
    if is_working_day(day, HOLIDAYS):
        assert before == day == after
    between = (date.fromordinal(n) for n in range(before.toordinal() + 1, after.toordinal()))
    assert not any(is_working_day(each, HOLIDAYS) for each in between)


def test_what_has_no_date_in_the_guidelines_is_never_over() -> None:
    undated = Obligation(rule=Rule.SHARING, section="§3", subject="x", since=OPENED, due=None, version=1)
    assert undated.state(date(2099, 1, 1)) == "ahead"
