"""The periods of reports as people write them: a month, a week, a year, or from a day to a day (docs/domain.md §7.2). Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from bot.domain.audits import sampling
from bot.domain.reading.days import LONGEST, read_day, read_past_month, split_span
from bot.domain.shared.calendar import add_months
from bot.domain.shared.errors import Refusal

_MONTH_DIGITS = re.compile(r"(\d{4})-(\d{2})")
_YEAR = re.compile(r"(?:in |year )?((?:19|20)\d{2})")
_THIS = {
    "": "month",
    **dict.fromkeys(("month", "this month", "this mth"), "month"),
    **dict.fromkeys(("week", "this week", "this wk"), "week"),
}
_LAST = {
    **dict.fromkeys(("last month", "last mth", "previous month"), "month"),
    **dict.fromkeys(("last week", "last wk", "previous week"), "week"),
}
_SINCE = re.compile(r"(?:since|from) (?P<first>(?:(?! to | until | till ).)+)")
_WEEK_OF = re.compile(r"(?:w/?c|week (?:commencing|beginning|of)) (?P<day>.+)")


def named(words: str, today: date) -> tuple[date, date]:
    """Return the first and the last day of a period.

    `December 2026`, `Nov`, `last month`, `2026-W50`, `w/c 9 Nov`, `1/11-30/11`, `sept-nov`, `since 16 Nov`, `2025`, `yesterday`;
    this month for nothing. Refused: `period_unreadable`, `period_reversed`.
    """
    said = " ".join(words.split()).casefold() if len(words) <= LONGEST else "?"
    if said in ("year", "this year"):
        return _year(today.year)
    if said == "last year":
        return _year(today.year - 1)
    if (unit := _THIS.get(said) or _LAST.get(said)) is not None:
        return _unit(unit, today, ago=said in _LAST)
    try:
        return _read(said, today)
    except Refusal as refusal:
        if refusal.code == "period_reversed" or "has" in refusal.sentence.split(".")[0].split():
            raise Refusal("period_unreadable" if refusal.code != "period_reversed" else refusal.code, refusal.sentence) from None
        raise Refusal(
            "period_unreadable",
            "I could not read that as a period. Please give a month, a week or two days, such as December 2026, last week or "
            "1 Nov to 30 Nov 2026.",
        ) from None


def _read(said: str, today: date) -> tuple[date, date]:
    if found := _MONTH_DIGITS.fullmatch(said):
        if 1 <= int(found[2]) <= 12 and int(found[1]) in sampling.YEARS:  # noqa: PLR2004 - months
            return _month_of(date(int(found[1]), int(found[2]), 1))
        raise Refusal("period_unreadable", "There is no such month.")
    if (whole := _whole(said, today)) is not None:
        return whole
    if re.fullmatch(r"[a-z]{3,9} \d{2}", said):
        raise Refusal("period_unreadable", "That can be a day or a month of a year.")
    if found := _WEEK_OF.fullmatch(said):
        day = _past(found["day"], today)
        return _unit("week", day, ago=False)
    if found := _SINCE.fullmatch(said):
        return _past(found["first"], today), today
    if (both := split_span(said)) is not None and not _is_day(said, today):
        return _between(both, today)
    day = _past(said, today)
    return day, day


def _whole(said: str, today: date) -> tuple[date, date] | None:
    """A year, a month or an ISO week by its name."""
    if found := _YEAR.fullmatch(said):
        return _year(int(found[1]))
    if (month := read_past_month(said.removeprefix("in "), today)) is not None:
        return _month_of(month)
    if re.match(r"\d{4}-?w\d|w\d", said):
        return sampling.week_named(said.upper())
    return None


def _between(both: tuple[str, str], today: date) -> tuple[date, date]:
    months = [read_past_month(each, today) for each in both]
    if months[0] is not None and months[1] is not None:
        first = months[0] if months[0] <= months[1] else add_months(months[0], -12)
        return first, _month_of(months[1])[1]
    last = _past(both[1], today)
    first = read_day(both[0], last)
    if first > last:
        raise Refusal("period_reversed", "The first day is later than the last. Please give the earlier day first.")
    return first, last


def _past(words: str, today: date) -> date:
    """A day of a report lies behind us: without a year it is the last one of that name."""
    day = read_day(words, today)
    without_year = not re.search(r"\d{4}|\d[./-]\d{1,2}[./-]\d", words)
    return add_months(day, -12) if day > today and without_year else day


def _is_day(words: str, today: date) -> bool:
    try:
        read_day(words, today)
    except Refusal:
        return False
    return True


def _unit(unit: str, day: date, *, ago: bool) -> tuple[date, date]:
    if unit == "month":
        return _month_of(add_months(day.replace(day=1), -1 if ago else 0))
    monday = day - timedelta(days=day.weekday() + (7 if ago else 0))
    return monday, monday + sampling.TO_SUNDAY


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _month_of(day: date) -> tuple[date, date]:
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
