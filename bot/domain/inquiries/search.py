"""What somebody looks for among the inquiries, from the words they typed: a reference, an authority, days, words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.reading.days import read_day
from bot.domain.shared import authorities, references
from bot.domain.shared.calendar import MONTH, add_months, say_date
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import RefKind

_COLLEAGUE = re.compile(r"(?:\b(?:by|from)\s+)?<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
"""A colleague as Slack writes them into a command: "<@U0ELI|eli>"."""
_QUOTES = "\"'“”‘’ ,."  # noqa: RUF001 - typographic quotes are what phones type
_DAY = (
    rf"(?:today|yesterday|\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}(?:\s+\d{{4}}\b)?)"
)
_TO = r"\s*(?:\bto\b|\buntil\b|\btill\b|\band\b|-|–)\s*"  # noqa: RUF001 - people type the long dash
_BETWEEN = re.compile(rf"\b(?:from\s+|between\s+)?({_DAY}){_TO}({_DAY})(?!\w)", re.IGNORECASE)
_SINCE = re.compile(rf"\b(since|from|after)\s+({_DAY})(?!\w)", re.IGNORECASE)
_UNTIL = re.compile(rf"\b(until|till|before|up to)\s+({_DAY})(?!\w)", re.IGNORECASE)
_ON = re.compile(rf"(?<!\w)(?:on\s+)?({_DAY})(?!\w)", re.IGNORECASE)
_ICS = re.compile(r"(?=[A-Z-]*\d)[A-Z0-9-]{3,20}", re.IGNORECASE)
_SPAN = re.compile(r"\b(this|last)\s+(week|month|year)\b", re.IGNORECASE)
_NOT_A_DAYS = r"(?<!\d )(?<!st )(?<!nd )(?<!rd )(?<!th )(?<!of )"
_WHOLE_MONTH = re.compile(rf"{_NOT_A_DAYS}\b(?:in\s+({MONTH})(?:\s+(\d{{4}}))?|({MONTH})\s+(\d{{4}}))\b", re.IGNORECASE)


@dataclass(frozen=True)
class InquiryQuery:
    """What is looked for. Days are those on which it was asked, both ends included; nothing at all means everything."""

    ref: str | None = None
    ics_ref: str | None = None
    authority: str | None = None
    logged_by: str | None = None
    words: str | None = None
    first: date | None = None
    last: date | None = None

    @property
    def days(self) -> str:
        """The days in words: "from Tue 1 Dec 2026 to Mon 7 Dec 2026"; empty when there are none."""
        if self.first and self.first == self.last:
            return f"on {say_date(self.first)}"
        ends = (f"from {say_date(self.first)}" if self.first else "", f"to {say_date(self.last)}" if self.last else "")
        return " ".join(end for end in ends if end)


def wanted(typed: str, today: date) -> InquiryQuery:
    """What `typed` asks for. Words that are neither a reference, days nor an authority are looked for in the texts.

    Refused: `date_unreadable`, `weekday_wrong`, `dates_reversed`.
    """
    words = typed.strip(_QUOTES)
    if named := references.all_of(words, RefKind.INQUIRY):
        return InquiryQuery(ref=named[0])
    colleague = _COLLEAGUE.search(words)
    first, last, rest = _days(_COLLEAGUE.sub(" ", words), today)
    if first and last and last < first:
        raise Refusal("dates_reversed", f"{say_date(last)} is before {say_date(first)}. Please give the earlier day first.")
    rest = re.sub(r"\s+", " ", rest).strip(_QUOTES)
    place = authorities.named(rest) if rest else None
    return InquiryQuery(
        authority=place,
        logged_by=colleague[1] if colleague else None,
        words=rest if rest and place is None else None,
        first=first,
        last=last,
    )


def as_ics(sought: InquiryQuery) -> InquiryQuery | None:
    """The same search for an ICS reference, where its words may be one; None where they cannot."""
    if sought.words is None or not _ICS.fullmatch(sought.words):
        return None
    return replace(sought, words=None, ics_ref=sought.words.upper())


def _days(words: str, today: date) -> tuple[date | None, date | None, str]:
    """The first and the last day that `words` name, and the words without them."""
    for phrase, read in _PHRASES:
        if found := phrase.search(words):
            return *read(found, today), f"{words[: found.start()]} {words[found.end() :]}"
    return None, None, words


def _month(found: re.Match[str], today: date) -> tuple[date, date]:
    """A whole month: "in December", "December 2025"."""
    first = _past(f"1 {found[1] or found[3]} {found[2] or found[4] or ''}".strip(), today)
    return first, add_months(first, 1) - timedelta(days=1)


def _day(found: re.Match[str], today: date) -> tuple[date, date]:
    day = _past(found[1], today)
    return day, day


def _past(words: str, today: date) -> date:
    """A day to look for: what was logged lies behind us, so a day without a year is the last one of that name."""
    day = read_day(words, today)
    return day if day <= today or re.search(r"\d{4}|\d[./-]\d{1,2}[./-]\d", words) else add_months(day, -12)


def _span(found: re.Match[str], today: date) -> tuple[date, date]:
    """This or the last week (from Monday), month or year, whole."""
    which, unit = found[1].lower(), found[2].lower()
    if unit == "week":
        first = today - timedelta(days=today.weekday() + (7 if which == "last" else 0))
        return first, first + timedelta(days=6)
    first, months = (today.replace(day=1), 1) if unit == "month" else (today.replace(month=1, day=1), 12)
    first = add_months(first, -months) if which == "last" else first
    return first, add_months(first, months) - timedelta(days=1)


def _unless(word: str, excluding: str) -> timedelta:
    """A day where `word` excludes the one it names: "after 1 Dec" begins with the second, "since 1 Dec" with the first."""
    return timedelta(days=word.lower() == excluding)


_PHRASES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], tuple[date | None, date | None]]], ...] = (
    (_BETWEEN, lambda found, today: (_past(found[1], today), _past(found[2], today))),
    (_SINCE, lambda found, today: (_past(found[2], today) + _unless(found[1], "after"), None)),
    (_UNTIL, lambda found, today: (None, _past(found[2], today) - _unless(found[1], "before"))),
    (_SPAN, _span),
    (_WHOLE_MONTH, _month),
    (_ON, _day),
)
"""What is tried in turn: a longer phrase before the shorter one inside it."""
