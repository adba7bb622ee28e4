"""The corners of the reader: days that do not exist, words that mean nothing, names too short to be near anything."""

from datetime import date

import pytest

from bot.domain import free_text
from bot.domain.reading import days
from bot.domain.reading.ages import read_age
from bot.domain.reports import periods
from bot.domain.shared import authorities, references
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


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("on 27.11 met with the consultant", date(2026, 11, 27)),
        ("9.10 rang mum", TODAY),
        ("on 3.10 mg, rang mum", TODAY),
        ("on 2.10pm slot, rang mum", TODAY),
        ("weight 7.12 kg, saw her", TODAY),
    ],
)
def test_a_dotted_pair_is_a_day_after_on_and_else_a_time_or_a_dose(line: str, right: date) -> None:
    assert free_text.contact(line, TODAY).occurred_on == right


@pytest.mark.parametrize(("typed", "years"), [("two and a half", 2), ("ten months", 0), ("four years", 4), ("13 and a half", 13)])
def test_an_age_in_words(typed: str, years: int) -> None:
    assert read_age(typed) == years


@pytest.mark.parametrize("typed", ["fb 2026 0004", "FB_2026_4", "fb/26/4"])
def test_a_reference_with_other_signs_between(typed: str) -> None:
    assert references.read(typed).text == "FB-2026-0004"
