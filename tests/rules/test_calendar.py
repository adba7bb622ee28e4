from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.reading import days
from bot.domain.shared import calendar
from bot.domain.shared.bank_holidays import bank_holidays, last_known_day
from bot.domain.shared.errors import Refusal

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("today", TODAY),
        ("Yesterday", date(2026, 11, 21)),
        ("tomorrow", date(2026, 11, 23)),
        ("7/12/2026", date(2026, 12, 7)),
        ("7.12.26", date(2026, 12, 7)),
        ("2026-12-07", date(2026, 12, 7)),
        ("Mon 7th December", date(2026, 12, 7)),
        ("7 dec", date(2026, 12, 7)),
        ("2 Jan", date(2027, 1, 2)),
        ("24 Dec 25", date(2025, 12, 24)),
        ("29 feb", date(2028, 2, 29)),
        ("1st of May 2027", date(2027, 5, 1)),
        ("20/11", date(2026, 11, 20)),
        ("Sunday", TODAY),
        ("fri", date(2026, 11, 20)),
        ("last Sunday", date(2026, 11, 15)),
        ("last thursday", date(2026, 11, 19)),
    ],
)
def test_british_forms_are_read(typed: str, meant: date) -> None:
    today = date(2027, 11, 22) if typed == "29 feb" else TODAY
    assert days.read_day(typed, today) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("1 Aug", date(2027, 8, 1)), ("22 Nov", TODAY), ("21 Nov", date(2027, 11, 21)), ("29 Feb", date(2028, 2, 29))],
)
def test_an_absence_without_a_year_is_the_next_one(typed: str, meant: date) -> None:
    assert days.read_day(typed, TODAY, from_=TODAY) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "7 Dec 9999",
        "2 decisions 26",
        "3 marked 26",
        "31/2/2026",
        "32 Dec 2026",
        "12/13/2026",
        "7 Foo 2026",
        "2026-13-01",
        "30 feb",
    ],
)
def test_what_is_no_date_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        days.read_day(typed, TODAY)
    assert refused.value.code == "date_unreadable"
    assert "7 Dec 2026" in refused.value.sentence


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_day_that_is_said_can_be_read_again(day: date) -> None:
    assert days.read_day(calendar.say_date(day), TODAY) == day


def test_days_are_said_in_one_way() -> None:
    assert calendar.say_date(date(2027, 2, 2)) == "Tue 2 Feb 2027"
    assert calendar.say_moment(datetime(2026, 7, 1, 13, 5, tzinfo=UTC)) == "Wed 1 Jul 2026, 14:05"


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 10, 24, 22, 59, tzinfo=UTC), date(2026, 10, 24)),
        (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2027, 3, 27, 23, 59, tzinfo=UTC), date(2027, 3, 27)),
        (datetime(2027, 3, 28, 23, 0, tzinfo=UTC), date(2027, 3, 29)),
    ],
)
def test_c7_today_is_londons_day_around_both_clock_changes(moment: datetime, day: date) -> None:
    assert calendar.london_day(moment) == day


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 11, 29), 3, date(2027, 2, 28)),
        (date(2026, 9, 3), 3, date(2026, 12, 3)),
        (date(2026, 11, 20), 6, date(2027, 5, 20)),
        (date(2026, 1, 31), -2, date(2025, 11, 30)),
        (date(2026, 12, 1), -12, date(2025, 12, 1)),
    ],
)
def test_months_clamp_to_the_end_of_a_month(day: date, months: int, then: date) -> None:
    assert calendar.add_months(day, months) == then


@given(st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.integers(0, 120), st.integers(0, 120))
def test_more_months_are_never_earlier_and_the_day_is_kept_where_it_can_be(day: date, one: int, more: int) -> None:
    later = calendar.add_months(day, one)
    assert calendar.add_months(day, one + more) >= later
    assert later.day == day.day or (later.day < day.day and (later + (later - later.replace(day=later.day - 1))).day == 1)


@pytest.mark.parametrize(
    ("day", "number", "then"),
    [
        (date(2026, 12, 18), 1, date(2026, 12, 21)),
        (date(2026, 12, 24), 1, date(2026, 12, 29)),
        (date(2026, 12, 7), 5, date(2026, 12, 14)),
        (date(2026, 12, 5), 1, date(2026, 12, 7)),
        (date(2027, 3, 25), 1, date(2027, 3, 30)),
        (date(2026, 12, 7), 0, date(2026, 12, 7)),
    ],
)
def test_working_days_after_a_day_do_not_count_it_nor_weekends_nor_bank_holidays(day: date, number: int, then: date) -> None:
    assert calendar.working_days_after(day, number, bank_holidays()) == then


@given(st.dates(date(2026, 1, 1), date(2028, 12, 1)), st.integers(1, 40))
def test_a_number_of_working_days_lies_in_between(day: date, number: int) -> None:
    then = calendar.working_days_after(day, number, bank_holidays())
    between = (date.fromordinal(n) for n in range(day.toordinal() + 1, then.toordinal() + 1))
    assert sum(calendar.is_working_day(each, bank_holidays()) for each in between) == number
    assert calendar.is_working_day(then, bank_holidays())


def test_the_bank_holidays_are_those_of_the_design() -> None:
    of_2026 = [(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)]
    weekdays = [(day.month, day.day) for day in sorted(bank_holidays()) if day.year == 2026 and day.weekday() < 5]
    assert weekdays == of_2026
    assert last_known_day() > date(2030, 1, 1)


@pytest.mark.parametrize(
    ("typed", "says"), [("Tue 7 Dec 2026", "Monday"), ("sunday 7 dec", "Monday"), ("Fri 29 Feb 2028", "Tuesday")]
)
def test_a_weekday_that_is_not_the_days_is_asked_about(typed: str, says: str) -> None:
    with pytest.raises(Refusal) as refused:
        days.read_day(typed, TODAY)
    assert (refused.value.code, says in refused.value.sentence) == ("weekday_wrong", True)


def test_a_word_before_the_day_that_is_no_weekday_changes_nothing() -> None:
    assert days.read_day("the 7 Dec 2026", TODAY) == date(2026, 12, 7)
