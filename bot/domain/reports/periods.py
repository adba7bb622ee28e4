"""The periods of reports as people write them: a month, a week, or from a day to a day. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from bot.domain.audits import sampling
from bot.domain.shared.calendar import parse_date, parse_month_or_day
from bot.domain.shared.errors import Refusal

_BETWEEN = re.compile(r"\s+(?:to|until|till|-|\u2013)\s+", re.IGNORECASE)
_MONTH_WORDS = re.compile(r"[A-Za-z]{3,9} \d{4}")
_MONTH_DIGITS = re.compile(r"(\d{4})-(\d{2})")


def named(words: str, today: date) -> tuple[date, date]:
    """The first and the last day of `December 2026`, `2026-W50`, `1 Nov to 30 Nov 2026`, `week`, `year`; this month for nothing.

    Refused: `period_unreadable`, `period_reversed`.
    """
    said = " ".join(words.split())
    if said.casefold() in ("", "month", "this month"):
        return _month_of(today)
    if said.casefold() in ("week", "this week"):
        monday = today - timedelta(days=today.weekday())
        return monday, monday + sampling.TO_SUNDAY
    if said.casefold() in ("year", "this year"):
        return today.replace(month=1, day=1), today.replace(month=12, day=31)
    try:
        return _read(said, today)
    except Refusal as refusal:
        if refusal.code == "period_reversed":
            raise
        raise Refusal(
            "period_unreadable",
            "Please give a month, a week or two days, such as December 2026, 2026-W50 or 1 Nov to 30 Nov 2026.",
        ) from None


def _read(said: str, today: date) -> tuple[date, date]:
    if found := _MONTH_DIGITS.fullmatch(said):
        if 1 <= int(found[2]) <= 12 and int(found[1]) in sampling.YEARS:  # noqa: PLR2004 - months
            return _month_of(date(int(found[1]), int(found[2]), 1))
    elif _MONTH_WORDS.fullmatch(said) and int(said[-4:]) in sampling.YEARS:
        return _month_of(parse_month_or_day(said, today))
    elif len(both := _BETWEEN.split(said)) == 2:  # noqa: PLR2004 - from and to
        last = parse_date(both[1], today)
        first = parse_date(both[0], last)
        if first > last:
            raise Refusal("period_reversed", "The first day is later than the last.")
        return first, last
    return sampling.week_named(said)


def _month_of(day: date) -> tuple[date, date]:
    return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
