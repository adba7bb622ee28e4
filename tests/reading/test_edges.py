"""The corners of the reader: days that do not exist, words that mean nothing, names too short to be near anything."""

from datetime import date

import pytest

from bot.domain.reading import days
from bot.domain.reports import periods
from bot.domain.shared import authorities
from bot.domain.shared.errors import Refusal
from tests.reading.reading import TODAY


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("29 Feb", date(2028, 2, 29)),
        ("Dec 24 2026", date(2026, 12, 24)),
        ("in 2 weeks", date(2026, 12, 16)),
        ("a week on Friday", date(2026, 12, 11)),
        ("Mon 14th", date(2026, 12, 14)),
        ("the 31st", date(2026, 12, 31)),
    ],
)
def test_a_day_ahead(words: str, right: date) -> None:
    assert days.read_day(words, TODAY, from_=TODAY) == right


@pytest.mark.parametrize(
    "words", ["x" * 300, "in 2 weeks", "a week on Friday", "next Friday", "Mon 32nd", "the 32nd", "29 Feb 2027", "40 Dec"]
)
def test_what_is_no_day_behind_us_is_refused(words: str) -> None:
    with pytest.raises(Refusal, match="date_unreadable"):
        days.read_day(words, TODAY)


@pytest.mark.parametrize("words", ["Monday to whenever", "whenever-soon"])
def test_a_span_of_no_days_is_refused(words: str) -> None:
    with pytest.raises(Refusal, match="date_unreadable"):
        days.read_span(words, TODAY)


def test_a_date_with_a_dash_is_one_day_and_not_a_span() -> None:
    assert days.read_span("24-12-2026", TODAY) == (date(2026, 12, 24), date(2026, 12, 24))
    assert periods.named("24-11-2026", TODAY) == (date(2026, 11, 24), date(2026, 11, 24))


def test_years_of_a_period_by_their_words() -> None:
    assert periods.named("this year", TODAY) == (date(2026, 1, 1), date(2026, 12, 31))
    assert periods.named("last year", TODAY) == (date(2025, 1, 1), date(2025, 12, 31))


def test_a_word_of_one_letter_is_near_no_authority() -> None:
    assert authorities.nearest("x") == []
