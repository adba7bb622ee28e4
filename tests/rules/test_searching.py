from datetime import date

import pytest

from bot.domain.inquiries.search import InquiryQuery, as_ics, wanted
from bot.domain.shared.errors import Refusal

TODAY = date(2026, 12, 7)


def dec(day: int, year: int = 2026) -> date:
    return date(year, 12, day)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", InquiryQuery()),
        ("“ inq-2026-0001 ”", InquiryQuery(ref="INQ-2026-0001")),
        ("Ealing council", InquiryQuery(authority="E09000009")),
        ("twins bay", InquiryQuery(words="twins bay")),
        ("bay 3", InquiryQuery(words="bay 3")),
        ("Ealing since 1 Dec", InquiryQuery(authority="E09000009", first=dec(1))),
        ("until 3 Dec 2026", InquiryQuery(last=dec(3))),
        ("twins from 1/12/2026 to 3/12/2026", InquiryQuery(words="twins", first=dec(1), last=dec(3))),
        ("1 Dec - 3 Dec K&C", InquiryQuery(authority="E09000020", first=dec(1), last=dec(3))),
        ("on 3 Dec", InquiryQuery(first=dec(3), last=dec(3))),
        ("yesterday", InquiryQuery(first=dec(6), last=dec(6))),
        ("this week", InquiryQuery(first=dec(7), last=dec(13))),
        ("last week Ealing", InquiryQuery(authority="E09000009", first=date(2026, 11, 30), last=dec(6))),
        ("this month", InquiryQuery(first=dec(1), last=dec(31))),
        ("last month", InquiryQuery(first=date(2026, 11, 1), last=date(2026, 11, 30))),
        ("last year", InquiryQuery(first=date(2025, 1, 1), last=date(2025, 12, 31))),
        ("in december", InquiryQuery(first=dec(1), last=dec(31))),
        ("since 20 Dec", InquiryQuery(first=dec(20, 2025))),
        ("28 Dec to 3 Dec", InquiryQuery(first=dec(28, 2025), last=dec(3))),
        ("since 20/12/2026", InquiryQuery(first=dec(20))),
        ("inq-26-1", InquiryQuery(ref="INQ-2026-0001")),
        ("December 2025", InquiryQuery(first=dec(1, 2025), last=dec(31, 2025))),
        ("3 December 2025", InquiryQuery(first=dec(3, 2025), last=dec(3, 2025))),
        ("3rd of December", InquiryQuery(first=dec(3), last=dec(3))),
        ("may", InquiryQuery(words="may")),
        ("in Marylebone", InquiryQuery(words="in Marylebone")),
        ("child in separate ward", InquiryQuery(words="child in separate ward")),
        ("sepsis 2026", InquiryQuery(words="sepsis 2026")),
        ("after 1 Dec", InquiryQuery(first=dec(2))),
        ("before 3 Dec", InquiryQuery(last=dec(2))),
    ],
)
def test_what_is_looked_for_is_read_from_the_words(typed: str, meant: InquiryQuery) -> None:
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
    assert as_ics(wanted("abc1234 since 1 Dec", TODAY)) == InquiryQuery(ics_ref="ABC1234", first=dec(1))
    assert as_ics(wanted("twins", TODAY)) is None
    assert as_ics(wanted("bay 3", TODAY)) is None
    assert as_ics(wanted("Ealing", TODAY)) is None


def test_the_days_are_said_in_words() -> None:
    assert InquiryQuery().days == ""
    assert InquiryQuery(first=dec(1)).days == "from Tue 1 Dec 2026"
    assert InquiryQuery(first=dec(1), last=dec(3)).days == "from Tue 1 Dec 2026 to Thu 3 Dec 2026"
    assert InquiryQuery(first=dec(3), last=dec(3)).days == "on Thu 3 Dec 2026"
