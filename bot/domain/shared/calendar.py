"""Dates as this team writes, says and counts them: Europe/London, British order (docs/domain.md §5.4)."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Container
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.shared.errors import Refusal

LONDON = ZoneInfo("Europe/London")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
"""A month's name or its usual abbreviation, for patterns in small letters: no "decisions", no "separate"."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_RELATIVE = {"today": 0, "yesterday": -1, "tomorrow": 1}
_RELATIVE_WORD = re.compile("|".join(_RELATIVE))
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMERIC = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{2}|\d{4})")
_NO_YEAR = re.compile(r"(\d{1,2})/(\d{1,2})")
_WEEKDAY = re.compile(r"(last\s+)?(mon|tues?|wed(?:s|nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?")
_WORDS = re.compile(
    rf"(?:([a-z]{{3,9}})\.?,?\s+)?(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({MONTH}),?(?:\s+(\d{{4}}|\d{{2}}))?", re.IGNORECASE
)
_TIMED = re.compile(
    r"(?P<day>.*?)[\s,]*(?:\bat\s+)?(?:\b(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)|(?<=\s)(?P<h>[01]?\d|2[0-3])\.(?P<m>[0-5]\d)"
    r"|\b(?P<clock>1[0-2]|0?[1-9])(?:[:.](?P<past>[0-5]\d))?\s*(?P<half>[ap])\.?m\.?)"
)
_MONTH_ONLY = re.compile(rf"({MONTH})\s+(\d{{4}})", re.IGNORECASE)
_DASHED = re.compile(r"(?<=\d)-(?=[a-z])|(?<=[a-z])-(?=\d)")
"""`20-Nov-2026`, as spreadsheets write it."""
_SATURDAY = 5
_CENTURY = 2000
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_TWO_DIGITS = 100


def london_day(moment: datetime) -> date:
    """The calendar day in London at an aware `moment`; "today" everywhere in this bot."""
    return moment.astimezone(LONDON).date()


def midnight(day: date) -> datetime:
    """The moment at which a day begins in London."""
    return datetime.combine(day, time.min, LONDON)


def say_date(day: date) -> str:
    """`Tue 2 Feb 2027`: the one way in which a day is shown to people."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def say_moment(moment: datetime) -> str:
    """`Tue 2 Feb 2027, 14:05`, London time."""
    local = moment.astimezone(LONDON)
    return f"{say_date(local.date())}, {local:%H:%M}"


def iso_minute(moment: datetime) -> str:
    """`2027-02-02T14:05`, London time: for programs and for names, where people are given `say_moment`."""
    return f"{moment.astimezone(LONDON):%Y-%m-%dT%H:%M}"


def add_months(day: date, months: int) -> date:
    """The same day `months` later (or earlier), or the last day of that month: 31 Aug + 6 is 28 or 29 Feb.

    Count from the original day, never from a result: two steps of one month differ from one step of two (docs/domain.md §5.4).
    """
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def is_working_day(day: date, holidays: Container[date]) -> bool:
    """Monday to Friday and no bank holiday; the holidays are passed in (bot.domain.shared.bank_holidays)."""
    return day.weekday() < _SATURDAY and day not in holidays


def working_days_after(day: date, number: int, holidays: Container[date]) -> date:
    """The `number`th working day after `day`, which is not counted itself: the first one after is 1 (docs/domain.md §5.4)."""
    while number > 0:
        day += timedelta(days=1)
        number -= is_working_day(day, holidays)
    return day


def happened(field: str, day: date | None, today: date) -> None:
    """Refuse a day still to come for something that has happened: `future_date` (I6)."""
    if day is not None and day > today:
        raise Refusal("future_date", f"{say_date(day)} is still to come. Please give the day it happened.", field=field)


def parse_date(text: str, today: date, *, from_: date | None = None) -> date:
    """A day from British forms: `7/12/2026`, `7/12`, `7 Dec 2026`, `Mon 7th December`, `2026-12-07`, `today`, `last Friday`.

    A day without a year is the one nearest to `today`, or the next one on or after `from_`. Anything else is refused with
    the code `date_unreadable`; a weekday that is not the day's, with `weekday_wrong`.
    """
    words = _DASHED.sub(" ", text.strip().lower())
    try:
        for form, read in _FORMS:
            if found := form.fullmatch(words):
                return read(found, today, from_)
    except (ValueError, OverflowError):
        pass
    raise Refusal("date_unreadable", "I could not read that as a date. Please write it as 7 Dec 2026 or 7/12/2026.")


def parse_moment(text: str, now: datetime, *, from_: date | None = None) -> tuple[date, datetime | None]:
    """A day and, where it is said, its time in London: `today 14:20`, `14:20`, `7 Dec 9.15`, `2.30pm`, `yesterday`.

    `from_` and what is refused are as in `parse_date`.
    """
    today = london_day(now)
    timed = _TIMED.fullmatch(text.strip().lower())
    if timed is None:
        return parse_date(text, today, from_=from_), None
    day = parse_date(timed["day"], today, from_=from_) if timed["day"] else today
    return day, datetime.combine(day, _time(timed), LONDON)


def _time(timed: re.Match[str]) -> time:
    if timed["clock"]:
        return time(int(timed["clock"]) % 12 + (12 if timed["half"] == "p" else 0), int(timed["past"] or 0))
    return time(int(timed["hour"] or timed["h"]), int(timed["minute"] or timed["m"]))


def parse_month_or_day(text: str, today: date) -> date:
    """A day still to come, or the last day of a month such as `Mar 2027` (§6: people are seen "once or twice a year")."""
    if found := _MONTH_ONLY.fullmatch(text.strip()):
        month = [name.lower() for name in _MONTHS].index(found[1][:3].lower()) + 1
        return date(int(found[2]), month, monthrange(int(found[2]), month)[1])
    return parse_date(text, today, from_=today)


def _on_weekday(day: date, word: str | None) -> date:
    """`day`, unless somebody wrote the name of another weekday before it: then one of the two is a slip."""
    named = (word or "")[:3].capitalize()
    if named in _DAYS and named != _DAYS[day.weekday()]:
        raise Refusal("weekday_wrong", f"{day.day} {_MONTHS[day.month - 1]} {day.year} is a {day:%A}. Please check the date.")
    return day


def _full_year(digits: str) -> int:
    """The year that two or four digits mean; `ValueError` for one that nobody in this work means."""
    year = int(digits)
    year += _CENTURY if year < _TWO_DIGITS else 0
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(year)
    return year


def _latest(weekday: str, until: date) -> date:
    """The latest day of that name up to `until`: "Friday", said on a Friday, is today."""
    return until - timedelta(days=(until.weekday() - _DAYS.index(weekday.capitalize())) % 7)


def _without_year(day: int, month: int, today: date, from_: date | None) -> date:
    candidates = []
    for year in range(today.year - 4, today.year + 9):
        try:
            candidates.append(date(year, month, day))
        except ValueError:  # 29 February exists in one year of four
            continue
    if from_ is not None:
        return min(candidate for candidate in candidates if candidate >= from_)
    return min(candidates, key=lambda candidate: abs(candidate - today))


def _read_words(found: re.Match[str], today: date, from_: date | None) -> date:
    """`Mon 7th December 2026`, or without the year."""
    month = [name.lower() for name in _MONTHS].index(found[3][:3].lower()) + 1
    if found[4]:
        return _on_weekday(date(_full_year(found[4]), month, int(found[2])), found[1])
    return _on_weekday(_without_year(int(found[2]), month, today, from_), found[1])


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date, date | None], date]], ...] = (
    (_RELATIVE_WORD, lambda found, today, _: today + timedelta(days=_RELATIVE[found[0]])),
    (_ISO, lambda found, _today, _: date(_full_year(found[1]), int(found[2]), int(found[3]))),
    (_NUMERIC, lambda found, _today, _: date(_full_year(found[3]), int(found[2]), int(found[1]))),
    (_NO_YEAR, lambda found, today, from_: _without_year(int(found[1]), int(found[2]), today, from_)),
    (_WEEKDAY, lambda found, today, _: _latest(found[2][:3], today - timedelta(days=1 if found[1] else 0))),
    (_WORDS, _read_words),
)


def week_of(day: date) -> str:
    """The ISO week of a day: `2026-W48`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"
