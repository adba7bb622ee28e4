"""What people were found to type, and how it was meant (docs/domain.md §7.2); one row each, and the guide's own examples."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.csv_exchange import reader
from bot.csv_exchange.reader import UnreadableFile
from bot.domain import free_text
from bot.domain.cases.codes import ActivityKind
from bot.domain.inquiries.inquiry import Result
from bot.domain.reading import days, match_codes
from bot.domain.reading.ages import read_age
from bot.domain.reports import periods
from bot.domain.shared import authorities, references
from bot.domain.shared.calendar import LONDON, say_date
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import Ref, RefKind
from tests.reading.reading import TODAY

CASE = Ref(RefKind.CASE, "OOB-2026-0001")
FOLDER = Path(__file__).parent


@pytest.mark.parametrize(
    "words",
    [
        "home visit cancelled",
        "visited, nobody in",
        "mum DNA appointment",
        "rang mum, no answer",
        "called round, no reply",
        "dad refused to see me",
    ],
)
def test_what_did_not_take_place_is_an_attempt_and_asked_about_first(words: str) -> None:
    read = free_text.contact(words, TODAY)
    assert (read.kind, read.ask, read.seen_child) == (ActivityKind.ATTEMPTED, free_text.Ask.ATTEMPTED, None)


@pytest.mark.parametrize(
    "words",
    [
        "saw the baby, 3/12 old",
        "pain 5/10 today",
        "helpline is open 24/7",
        "3 may need an interpreter",
        "1/2 hour call",
        "2/52 post op, met mum",
        "saw dad about Friday's operation",
        "rang mum re appointment on 14/12",
    ],
)
def test_clinical_shorthand_and_days_of_other_things_leave_it_at_today(words: str) -> None:
    read = free_text.contact(words, TODAY)
    assert (read.occurred_on, read.ask) == (TODAY, None)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("told MDT yesterday that the family is known", 1),
        ("told the sister last Tuesday", date(2026, 12, 1)),
        ("2/12 course explained to the ward sister", 2),
        ("emailed the GP on Monday", date(2026, 11, 30)),
    ],
)
def test_feedback_is_of_the_day_that_is_said(words: str, day: int | date) -> None:
    given = free_text.read_feedback(CASE, words, TODAY).facts.given_on
    assert given == (day if isinstance(day, date) else date(2026, 12, day))


def test_an_inquiry_says_urgent_and_offers_both_authorities() -> None:
    read = free_text.read_inquiry("urgent: A&E ask if known to Ealing or Hounslow", TODAY)
    assert read.facts.urgent
    assert read.facts.authority_asked is None
    assert {authorities.name_of(code) for code in read.places} == {"Ealing", "Hounslow"}


def test_an_inquiry_that_holds_the_answer_is_answered() -> None:
    facts = free_text.inquiry("rang yesterday, Ealing say not known", TODAY)
    assert (facts.result, facts.asked_on, facts.answered_on) == (Result.NOT_KNOWN, date(2026, 12, 1), date(2026, 12, 1))


def test_our_own_authority_says_nothing_about_the_home_authority() -> None:
    facts = free_text.read_inquiry("asked Kensington and Chelsea", TODAY, own="E09000020").facts
    assert (facts.authority_asked, facts.home_authority) == ("E09000020", None)


@pytest.mark.parametrize(
    ("words", "now", "day"),
    [
        ("Friday", TODAY, "2026-12-04"),
        ("next Tuesday", TODAY, "2026-12-08"),
        ("Wednesday", TODAY, "2026-12-02"),
        ("next Wednesday", TODAY, "2026-12-09"),
        ("Friday", date(2026, 12, 7), "2026-12-11"),
    ],
)
def test_looking_ahead_a_weekday_is_the_coming_one(words: str, now: date, day: str) -> None:
    assert str(days.read_day(words, now, from_=now)) == day


def test_a_weekday_with_a_time_counts_today_while_its_hour_is_ahead() -> None:
    now = datetime(2026, 12, 1, 10, tzinfo=LONDON)
    assert days.read_moment("Tuesday 10:30", now, from_=now.date())[0] == date(2026, 12, 1)
    assert days.read_moment("Tuesday 09:30", now, from_=now.date())[0] == date(2026, 12, 8)


@pytest.mark.parametrize("words", ["next spring", "when she is better", "Monday ish", "7 to 11", "x" * 500])
def test_an_absence_that_is_not_understood_is_refused_and_not_dropped(words: str) -> None:
    with pytest.raises(Refusal):
        days.read_span(words, TODAY)


@pytest.mark.parametrize(
    ("said", "years"), [("18 months", 1), ("6 weeks", 0), ("9/12", 0), ("10m", 0), ("30/12", 2), ("2 years 3 months", 2)]
)
def test_an_age_is_in_completed_years(said: str, years: int) -> None:
    assert read_age(said) == years


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Hull", "Kingston upon Hull, City of"),
        ("Durham", "County Durham"),
        ("LB Ealing", "Ealing"),
        ("Wirral MBC", "Wirral"),
        ("Durham County Council", "County Durham"),
        ("RBWM", "Windsor and Maidenhead"),
        ("Hull, City of", "Kingston upon Hull, City of"),
        ("Newcastle", "Newcastle upon Tyne"),
        ("Ealing LA", "Ealing"),
    ],
)
def test_a_council_is_known_by_its_everyday_name(name: str, meant: str) -> None:
    assert authorities.name_of(authorities.read(name)) == meant


def test_a_slip_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(Refusal) as caught:
        authorities.read("Hackny")
    assert "Did you mean Hackney?" in caught.value.sentence


@pytest.mark.parametrize("dash", "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\uff0d")
@pytest.mark.parametrize("hidden", ["", "\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"])
def test_a_reference_is_read_with_any_dash_and_any_invisible_character(dash: str, hidden: str) -> None:
    typed = f"{hidden}INQ{dash}{hidden}2026{dash}0001{hidden}"
    assert references.read(typed).text == "INQ-2026-0001"
    assert references.all_of(f"please undo {typed} now", RefKind.INQUIRY) == ["INQ-2026-0001"]
    assert references.without(f"{typed} a word \u2013 kept") == "a word \u2013 kept"


@pytest.mark.parametrize("number", ["999 999 9999", "0000000000", "1111111111", "1234567890", "12.1.2020"])
def test_a_placeholder_is_no_number(number: str) -> None:
    with pytest.raises(Refusal, match="match_unreadable"):
        match_codes.number(number)


@pytest.mark.parametrize("family", ["Unknown 1/1/1900", "NK 3/4/2019", "Okafor 1/1/1900", "unborn"])
def test_a_placeholder_is_no_family(family: str) -> None:
    with pytest.raises(Refusal, match="match_unreadable"):
        match_codes.family(family, TODAY)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("November", "2026-11-01", "2026-11-30"),
        ("last month", "2026-11-01", "2026-11-30"),
        ("1/11-30/11", "2026-11-01", "2026-11-30"),
        ("last week", "2026-11-23", "2026-11-29"),
        ("3\u20137 Aug", "2026-08-03", "2026-08-07"),
    ],
)
def test_a_period_is_read_as_people_write_it(said: str, first: str, last: str) -> None:
    assert [str(day) for day in periods.named(said, TODAY)] == [first, last]


def test_a_day_that_a_month_does_not_have_is_said_with_the_months_length() -> None:
    with pytest.raises(Refusal, match="date_unreadable") as caught:
        days.read_day("31/11", TODAY)
    assert caught.value.sentence.startswith("November has 30 days.")


def rows(name: str) -> list[dict[str, object]]:
    read = reader.read((FOLDER / name).read_bytes(), {}, {}, TODAY)
    assert read.problems == ()
    return [dict(row.values) for row in read.rows]


def test_a_file_with_ages_in_months_weeks_and_fractions_is_read() -> None:
    assert [row["age_years"] for row in rows("age_months_min.csv")] == [1, 0, 0, 0]


def test_a_file_with_words_for_nothing_is_read_as_empty() -> None:
    row = rows("null_words.csv")[0]
    assert (row["closed_on"], row["rc_code"], row["last_activity_on"]) == (None, None, None)


def test_a_moment_with_its_zone_is_the_day_in_london() -> None:
    assert {str(row["received_on"]) for row in rows("utc_midnight.csv")} == {"2026-09-03"}


@pytest.mark.parametrize("name", ["utf16.csv"])
def test_a_file_in_utf_16_is_read(name: str) -> None:
    assert [row["ics_ref"] for row in rows(name)] == ["P1001"]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_file_with_other_delimiters_is_read(delimiter: str) -> None:
    body = (FOLDER / "null_words.csv").read_text().replace(",", delimiter).encode()
    assert len(reader.read(body, {}, {}, TODAY).rows) == 1


@pytest.mark.parametrize(
    ("body", "what"), [(b"PK\x03\x04...", "Excel"), (b"%PDF-1.7", "PDF"), (b"\xd0\xcf\x11\xe0\xa1", "Excel"), (b"{}", "JSON")]
)
def test_a_file_that_is_no_csv_says_what_it_is(body: bytes, what: str) -> None:
    with pytest.raises(UnreadableFile, match=what):
        reader.read(body, {}, {}, TODAY)


def test_an_authority_of_the_file_can_be_named() -> None:
    body = (FOLDER / "null_words.csv").read_text().replace("Ealing", "West Dept").encode()
    assert "--authority NAME=CODE" in reader.read(body, {}, {}, TODAY).problems[0].sentence
    assert reader.read(body, {}, {}, TODAY, {"West Dept": "Ealing"}).rows[0].values["home_authority"] == "E09000009"


GUIDE = (Path(__file__).parents[2] / "docs/guide/typing.md").read_text(encoding="utf-8")
ROWS = [
    (typed, meant)
    for cell, meant in re.findall(r"^\| (.*`.*) \| (.+) \|$", GUIDE, re.MULTILINE)
    for typed in re.findall(r"`([^`]+)`", cell)
]


@pytest.mark.parametrize(("typed", "meant"), ROWS)
def test_the_guide_is_read_as_it_says(typed: str, meant: str) -> None:
    if typed.startswith("away"):
        first, last = days.read_span(typed, TODAY)
        assert meant in (f"{say_date(first)} to {last and say_date(last)}", f"from {say_date(first)}")
    elif meant.isdigit():
        assert read_age(typed) == int(meant)
    elif typed[:3] == "INQ":
        assert references.read(typed).text == meant
    elif re.search(r"\d{4}$", meant):
        ahead = len(typed.split()) < 5 and "," not in typed and days_ahead(typed)
        assert (
            say_date(days.read_day(typed, TODAY, from_=TODAY) if ahead else free_text.contact(typed, TODAY).occurred_on) == meant
        )
    else:
        assert authorities.name_of(authorities.read(typed)) == meant


def days_ahead(typed: str) -> bool:
    return typed.lower() in ("friday", "next friday", "in 2 weeks", "a week on monday")
