from datetime import date

import pytest

from bot.domain.inquiries.search import Wanted, as_ics, wanted
from bot.domain.shared.errors import Refusal

TODAY = date(2026, 12, 7)


def dec(day: int, year: int = 2026) -> date:
    return date(year, 12, day)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", Wanted()),
        ("“ inq-2026-0001 ”", Wanted(ref="INQ-2026-0001")),
        ("Ealing council", Wanted(authority="E09000009")),
        ("twins bay", Wanted(words="twins bay")),
        ("bay 3", Wanted(words="bay 3")),
        ("Ealing since 1 Dec", Wanted(authority="E09000009", first=dec(1))),
        ("until 3 Dec 2026", Wanted(last=dec(3))),
        ("twins from 1/12/2026 to 3/12/2026", Wanted(words="twins", first=dec(1), last=dec(3))),
        ("1 Dec - 3 Dec K&C", Wanted(authority="E09000020", first=dec(1), last=dec(3))),
        ("on 3 Dec", Wanted(first=dec(3), last=dec(3))),
        ("yesterday", Wanted(first=dec(6), last=dec(6))),
        ("this week", Wanted(first=dec(7), last=dec(13))),
        ("last week Ealing", Wanted(authority="E09000009", first=date(2026, 11, 30), last=dec(6))),
        ("this month", Wanted(first=dec(1), last=dec(31))),
        ("last month", Wanted(first=date(2026, 11, 1), last=date(2026, 11, 30))),
        ("last year", Wanted(first=date(2025, 1, 1), last=date(2025, 12, 31))),
        ("in december", Wanted(first=dec(1), last=dec(31))),
        ("since 20 Dec", Wanted(first=dec(20, 2025))),
        ("28 Dec to 3 Dec", Wanted(first=dec(28, 2025), last=dec(3))),
        ("since 20/12/2026", Wanted(first=dec(20))),
        ("inq-26-1", Wanted(ref="INQ-2026-0001")),
        ("December 2025", Wanted(first=dec(1, 2025), last=dec(31, 2025))),
        ("3 December 2025", Wanted(first=dec(3, 2025), last=dec(3, 2025))),
        ("3rd of December", Wanted(first=dec(3), last=dec(3))),
        ("may", Wanted(words="may")),
        ("in Marylebone", Wanted(words="in Marylebone")),
        ("child in separate ward", Wanted(words="child in separate ward")),
        ("sepsis 2026", Wanted(words="sepsis 2026")),
        ("after 1 Dec", Wanted(first=dec(2))),
        ("before 3 Dec", Wanted(last=dec(2))),
    ],
)
def test_what_is_looked_for_is_read_from_the_words(typed: str, meant: Wanted) -> None:
    assert wanted(typed, TODAY) == meant


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("3 Dec to 1 Dec", "dates_reversed"),
        ("since 32 Dec", "date_unreadable"),
        ("December 9999", "date_unreadable"),
        ("31/31/2026", "date_unreadable"),
    ],
)
def test_days_that_cannot_be_are_refused(typed: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        wanted(typed, TODAY)
    assert refused.value.code == code


def test_one_word_with_a_digit_may_be_an_ics_reference() -> None:
    assert as_ics(wanted("abc1234 since 1 Dec", TODAY)) == Wanted(ics_ref="ABC1234", first=dec(1))
    assert as_ics(wanted("twins", TODAY)) is None
    assert as_ics(wanted("bay 3", TODAY)) is None
    assert as_ics(wanted("Ealing", TODAY)) is None


def test_the_days_are_said_in_words() -> None:
    assert Wanted().days == ""
    assert Wanted(first=dec(1)).days == "from Tue 1 Dec 2026"
    assert Wanted(first=dec(1), last=dec(3)).days == "from Tue 1 Dec 2026 to Thu 3 Dec 2026"
    assert Wanted(first=dec(3), last=dec(3)).days == "on Thu 3 Dec 2026"
