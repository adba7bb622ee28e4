"""The clocks that count working days: urgent (R11), closing records (R9), the referrer (R16), and supervision (R13)."""

from datetime import date, datetime, timedelta

import pytest

from bot.domain.cases import referral
from bot.domain.obligations import closing_records, first_response
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.calendar import LONDON
from bot.domain.shared.obligation import ObligationStatus, ReminderStage, Sending, To
from bot.domain.shared.ruleset import RuleSet, Version
from bot.domain.supervision import session

HOLIDAYS = bank_holidays()
MON = date(2026, 12, 7)
OFF = Version(
    number=2,
    effective_from=date(2020, 1, 1),
    rules=RuleSet(urgent_working_days=0, closing_records_working_days=0, referrer_working_days=0),
)


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("received", "due", "missed"),
    [
        (at(MON, 10), date(2026, 12, 8), date(2026, 12, 9)),
        (at(date(2026, 12, 4), 17), date(2026, 12, 7), date(2026, 12, 8)),
        (at(date(2026, 12, 5), 11), date(2026, 12, 8), date(2026, 12, 9)),
        (at(date(2026, 12, 24), 9), date(2026, 12, 29), date(2026, 12, 30)),
        (at(date(2026, 12, 10), 9), date(2026, 12, 11), date(2026, 12, 14)),
        (datetime(2026, 6, 30, 23, 30, tzinfo=LONDON), date(2026, 7, 1), date(2026, 7, 2)),
    ],
)
def test_a17_r11_an_urgent_case_is_answered_by_the_end_of_the_next_working_day(
    received: datetime, due: date, missed: date
) -> None:
    found = first_response.response("E1", received, (), HOLIDAYS)
    assert found is not None
    assert found.due == due
    assert found.sendings == (
        Sending(ReminderStage.ADVANCE, received.date(), To.MANAGER),
        Sending(ReminderStage.OVER, missed, To.BOTH),
    )


@pytest.mark.parametrize(
    ("answered", "in_time"), [(at(date(2026, 12, 8), 23), True), (at(date(2026, 12, 9), 0), False), (None, False)]
)
def test_a17_an_answer_on_the_due_day_is_in_time_and_after_midnight_is_not(answered: datetime | None, in_time: bool) -> None:
    found = first_response.response("E1", at(MON, 10), (), HOLIDAYS, answered)
    assert found is not None
    assert found.standing is (ObligationStatus.MET if answered else ObligationStatus.OPEN)
    assert first_response.in_time(found) is in_time


def test_g39_r9_the_records_of_a_closing_are_due_after_fifteen_working_days() -> None:
    found = closing_records.records("E1", MON, (), HOLIDAYS)
    assert found is not None
    assert (found.due, found.sendings) == (date(2026, 12, 30), (Sending(ReminderStage.DUE, date(2026, 12, 30), To.WORKER),))
    done = closing_records.records("E1", MON, (), HOLIDAYS, MON)
    assert done is not None
    assert (done.standing, done.ended_on) == (ObligationStatus.MET, MON)


def test_g41_r16_the_referrer_is_told_within_five_working_days_unless_there_is_none_to_tell() -> None:
    found = referral.feedback_due("E1", MON, "3F", (), HOLIDAYS)
    assert found is not None
    assert (found.due, found.sendings, found.standing) == (date(2026, 12, 14), (), ObligationStatus.OPEN)
    told = referral.feedback_due("E1", MON, "3F", (), HOLIDAYS, MON)
    assert told is not None
    assert told.standing is ObligationStatus.MET
    assert [referral.feedback_due("E1", MON, code, (), HOLIDAYS) for code in ("1A", "1C", "9")] == [None] * 3


def test_zero_days_switch_each_of_them_off() -> None:
    assert first_response.response("E1", at(MON, 10), (OFF,), HOLIDAYS) is None
    assert closing_records.records("E1", MON, (OFF,), HOLIDAYS) is None
    assert referral.feedback_due("E1", MON, "3F", (OFF,), HOLIDAYS) is None
    assert session.session_due(MON, None, RuleSet(session_days=0)) is None


def test_r13_the_next_session_is_due_four_weeks_after_the_last_and_a_fortnight_for_the_newly_qualified() -> None:
    assert session.session_due(MON, None, RuleSet()) == MON + timedelta(days=28)
    assert session.session_due(MON, None, RuleSet(), nqsw=True) == MON + timedelta(days=14)
    assert session.session_due(None, MON, RuleSet()) == MON + timedelta(days=28)
    assert session.session_due(None, None, RuleSet()) is None
