"""Dates as this team writes, says and counts them: Europe/London, British order (docs/domain.md §5.4)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Container
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.shared.errors import Refusal

LONDON = ZoneInfo("Europe/London")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
"""A month's name or its usual abbreviation, for patterns in small letters: no "decisions", no "separate"."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SATURDAY = 5


def london_day(moment: datetime) -> date:
    """The calendar day in London at an aware `moment`; "today" everywhere in this bot."""
    return moment.astimezone(LONDON).date()


def midnight(day: date) -> datetime:
    """The moment at which a day begins in London."""
    return datetime.combine(day, time.min, LONDON)


def say_date(day: date) -> str:
    """`Tue 2 Feb 2027`: the one way in which a day is shown to people."""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


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


def week_of(day: date) -> str:
    """The ISO week of a day: `2026-W48`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"
