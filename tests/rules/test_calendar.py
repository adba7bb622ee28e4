from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules import calendar
from bot.rules.refusal import Refusal

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
    ],
)
def test_british_forms_are_read(typed: str, meant: date) -> None:
    today = date(2027, 11, 22) if typed == "29 feb" else TODAY
    assert calendar.parse_date(typed, today) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("1 Aug", date(2027, 8, 1)), ("22 Nov", TODAY), ("21 Nov", date(2027, 11, 21)), ("29 Feb", date(2028, 2, 29))],
)
def test_an_absence_without_a_year_is_the_next_one(typed: str, meant: date) -> None:
    assert calendar.parse_date(typed, TODAY, from_=TODAY) == meant


@pytest.mark.parametrize("typed", ["", "soon", "31/2/2026", "32 Dec 2026", "12/13/2026", "7 Foo 2026", "2026-13-01", "30 feb"])
def test_what_is_no_date_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        calendar.parse_date(typed, TODAY)
    assert refused.value.code == "date_unreadable"
    assert "7 Dec 2026" in refused.value.sentence


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_day_that_is_said_can_be_read_again(day: date) -> None:
    assert calendar.parse_date(calendar.say_date(day), TODAY) == day


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
