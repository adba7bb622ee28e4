from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cases.codes import RecordingRoute
from bot.domain.cases.episode import Episode
from bot.domain.obligations import first_response
from bot.domain.obligations import threshold as obligations_threshold
from bot.domain.reminders.stages import ReminderPlan, SentSoFar, at_once, may_snooze, next_day, plan
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.calendar import is_working_day
from bot.domain.shared.obligation import Obligation, ObligationStatus, ReminderStage, Sending, To

HOLIDAYS = bank_holidays()
OPENED = date(2026, 9, 3)  # due Thu 3 Dec 2026


def threshold(opened: date = OPENED) -> Obligation:
    episode = Episode(number=1, opened_on=opened, clock_start=opened, routes=(RecordingRoute.SHORT_TERM,))
    found = obligations_threshold.threshold("E1", episode, (), HOLIDAYS)
    assert found is not None
    return found


def lived(obligation: Obligation, first: date, last: date, off: tuple[date, ...] = ()) -> list[tuple[date, ReminderStage, To]]:
    """Every message of every working morning from `first` to `last`, when the bot was not off."""
    sent: dict[tuple[ReminderStage, To], date] = {}
    superseded: frozenset[ReminderStage] = frozenset()
    weekly, found, today = None, [], first
    while today <= last:
        ledger = SentSoFar(sent, superseded, weekly)
        planned = ReminderPlan() if today in off else plan(obligation, ledger, today, HOLIDAYS)
        assert (next_day(obligation, ledger, HOLIDAYS) or date.max) <= today or not planned.sendings
        superseded |= frozenset(planned.superseded)
        for sending in planned.sendings:
            found.append((today, sending.stage, sending.to))
            if sending.stage is ReminderStage.WEEKLY:
                weekly = today
            else:
                sent[sending.stage, sending.to] = today
        today += timedelta(days=1)
    return found


def test_g27_the_messages_of_an_ordinary_threshold() -> None:
    assert lived(threshold(), OPENED, date(2026, 12, 31)) == [
        (date(2026, 11, 19), ReminderStage.ADVANCE, To.WORKER),
        (date(2026, 12, 3), ReminderStage.DUE, To.WORKER),
        (date(2026, 12, 4), ReminderStage.OVER, To.WORKER),
        (date(2026, 12, 4), ReminderStage.OVER, To.MANAGER),
        (date(2026, 12, 7), ReminderStage.WEEKLY, To.WORKER),
        (date(2026, 12, 14), ReminderStage.WEEKLY, To.WORKER),
        (date(2026, 12, 21), ReminderStage.WEEKLY, To.WORKER),
        (date(2026, 12, 29), ReminderStage.WEEKLY, To.WORKER),  # Monday the 28th is a bank holiday
    ]


def test_what_was_backdated_past_its_date_is_said_once_as_over() -> None:
    found = plan(threshold(), SentSoFar(), date(2027, 2, 2), HOLIDAYS)
    day = date(2027, 2, 2)
    both = (Sending(ReminderStage.OVER, day, To.WORKER), Sending(ReminderStage.OVER, day, To.MANAGER))
    assert found == ReminderPlan(both, (ReminderStage.ADVANCE, ReminderStage.DUE))


def test_c8_after_a_downtime_only_the_latest_stage_is_said_and_missed_mondays_are_one_message() -> None:
    days = [OPENED + timedelta(days=n) for n in range(200)]
    away = tuple(day for day in days if date(2026, 11, 18) <= day <= date(2026, 12, 3))
    assert lived(threshold(), OPENED, date(2026, 12, 4), away) == [
        (date(2026, 12, 4), ReminderStage.OVER, To.WORKER),
        (date(2026, 12, 4), ReminderStage.OVER, To.MANAGER),
    ]
    away = tuple(day for day in days if date(2026, 12, 5) <= day <= date(2026, 12, 22))
    after = lived(threshold(), OPENED, date(2026, 12, 24), away)[4:]
    assert after == [(date(2026, 12, 23), ReminderStage.WEEKLY, To.WORKER)]


def test_an_over_of_a_monday_is_followed_by_the_next_mondays_weekly() -> None:
    over_on_monday = threshold(date(2026, 9, 6))  # due Sun 6 Dec, over on Mon 7 Dec
    assert [
        day
        for day, stage, to in lived(over_on_monday, OPENED, date(2026, 12, 21))
        if stage in (ReminderStage.OVER, ReminderStage.WEEKLY) and to is To.WORKER
    ] == [
        date(2026, 12, 7),
        date(2026, 12, 14),
        date(2026, 12, 21),
    ]


@pytest.mark.parametrize(
    "standing", [ObligationStatus.MET, ObligationStatus.STOPPED, ObligationStatus.WAIVED, ObligationStatus.VOID]
)
def test_what_has_ended_is_not_chased(standing: ObligationStatus) -> None:
    ended = threshold().model_copy(update={"standing": standing})
    assert plan(ended, SentSoFar(), date(2026, 12, 4), HOLIDAYS) == ReminderPlan()


def test_a_snooze_holds_back_the_worker_and_not_the_manager_and_the_worker_hears_when_it_ends() -> None:
    due, over = date(2026, 12, 3), date(2026, 12, 4)
    snoozed = SentSoFar({(ReminderStage.ADVANCE, To.WORKER): date(2026, 11, 19)}, snoozed_until=date(2026, 12, 8))
    assert plan(threshold(), snoozed, due, HOLIDAYS) == ReminderPlan()
    assert plan(threshold(), snoozed, over, HOLIDAYS) == ReminderPlan(
        (Sending(ReminderStage.OVER, over, To.MANAGER),), (ReminderStage.DUE,)
    )
    awake = replace(snoozed, snoozed_until=due)
    assert plan(threshold(), awake, due, HOLIDAYS).sendings == (Sending(ReminderStage.DUE, due, To.WORKER),)
    told = replace(
        snoozed, sent=snoozed.sent | {(ReminderStage.OVER, To.MANAGER): over}, superseded=frozenset({ReminderStage.DUE})
    )
    assert plan(threshold(), told, date(2026, 12, 7), HOLIDAYS) == ReminderPlan()
    assert next_day(threshold(), told, HOLIDAYS) == date(2026, 12, 8)
    assert plan(threshold(), told, date(2026, 12, 8), HOLIDAYS).sendings == (
        Sending(ReminderStage.OVER, date(2026, 12, 8), To.WORKER),
    )


def test_a_snooze_holds_back_the_weekly_message_too() -> None:
    over = date(2026, 12, 4)
    told = SentSoFar(
        {(ReminderStage.OVER, To.WORKER): over, (ReminderStage.OVER, To.MANAGER): over},
        frozenset({ReminderStage.ADVANCE, ReminderStage.DUE}),
    )
    monday = date(2026, 12, 7)
    assert plan(threshold(), told, monday, HOLIDAYS).sendings == (Sending(ReminderStage.WEEKLY, monday, To.WORKER),)
    snoozed = replace(told, snoozed_until=date(2026, 12, 9))
    assert plan(threshold(), snoozed, monday, HOLIDAYS) == ReminderPlan()
    assert next_day(threshold(), snoozed, HOLIDAYS) == date(2026, 12, 9)


@pytest.mark.parametrize(("days", "may"), [(0, False), (1, True), (7, True), (8, False), (-1, False)])
def test_a_snooze_is_seven_days_at_most(days: int, may: bool) -> None:
    assert may_snooze(OPENED + timedelta(days=days), OPENED) is may


@given(st.dates(date(2016, 1, 1), date(2036, 1, 1)), st.sets(st.integers(70, 160), max_size=40))
def test_never_on_a_day_off_never_before_its_day_never_twice_and_in_order(opened: date, away: set[int]) -> None:
    obligation = threshold(opened)
    off = tuple(opened + timedelta(days=day) for day in away)
    found = lived(obligation, opened, opened + timedelta(days=160), off)
    send_on = {sending.stage: sending.send_on for sending in obligation.sendings}
    stages = [stage for _, stage, to in found if stage is not ReminderStage.WEEKLY and to is To.WORKER]
    assert len(stages) == len(set(stages))
    assert stages == [stage for stage in (ReminderStage.ADVANCE, ReminderStage.DUE, ReminderStage.OVER) if stage in stages]
    assert all(is_working_day(day, HOLIDAYS) for day, _, _ in found)
    assert all(day >= send_on[stage] for day, stage, _ in found if stage is not ReminderStage.WEEKLY)
    weekly = [day for day, stage, _ in found if stage is ReminderStage.WEEKLY]
    assert len({day.isocalendar()[:2] for day in weekly}) == len(weekly)


def test_r11_an_urgent_case_is_said_at_once_to_the_manager_also_at_night_and_only_once() -> None:
    sunday = datetime(2026, 12, 6, 22, 0, tzinfo=UTC)
    asked = first_response.response("E1", sunday, (), HOLIDAYS)
    assert asked is not None
    assert at_once(asked, SentSoFar(), sunday.date()).sendings == (Sending(ReminderStage.ADVANCE, sunday.date(), To.MANAGER),)
    assert at_once(asked, SentSoFar({(ReminderStage.ADVANCE, To.MANAGER): sunday.date()}), sunday.date()) == ReminderPlan()
    assert at_once(threshold(), SentSoFar(), date(2026, 11, 19)) == ReminderPlan()
    answered = asked.model_copy(update={"standing": ObligationStatus.MET})
    assert at_once(answered, SentSoFar(), sunday.date()) == ReminderPlan()
    assert next_day(answered, SentSoFar(), HOLIDAYS) is None
