"""Days, times and spans as people type them: "y'day", "Mon 30th", "27/11", "in 2 weeks", "away Mon-Wed" (docs/domain.md §7.2).

Looking back, a weekday is the last one of its name; looking ahead (`from_`), the coming one. What is no day is refused, never
guessed. `bot.domain.reading.lines` finds the day within a line of free text. Pure.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from bot.domain.shared.calendar import DAYS, LONDON, MONTH, MONTHS, add_months, london_day
from bot.domain.shared.errors import Refusal

LONGEST = 120
"""Characters of something that is a day as a whole; longer words are none."""
WEEKDAY = r"(?:mon|tues?|wed(?:s|nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?(?!['\u2019]s)\b"
RELATIVE = (
    r"(?:today|this (?:morning|afternoon|am|pm)|earlier today|tonight|yesterday|y['\u2019]?day|yest(?:erday)?|last night"
    r"|tomorrow|tmrw|tmw|tomoz|(?:the )?day before yest(?:erday)?|(?:the )?day after tomorrow)\b"
)
_OFFSETS = {
    **dict.fromkeys(("today", "tonight", "earlier today"), 0),
    **dict.fromkeys((f"this {part}" for part in ("morning", "afternoon", "am", "pm")), 0),
    **dict.fromkeys(("yesterday", "yday", "yest", "last night"), -1),
    **dict.fromkeys(("tomorrow", "tmrw", "tmw", "tomoz"), 1),
    **dict.fromkeys(("day before yesterday", "day before yest"), -2),
    "day after tomorrow": 2,
}
_COUNTED = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
COUNT = r"(?:\d{1,3}|a|one|two|three|four|five|six)"
_AGO = re.compile(rf"({COUNT}) (day|week|wk|month|mth)s? ago")
_HENCE = re.compile(
    rf"(?:in )?(?:({COUNT}) (day|week|wk|month|mth|year)s?(?: time)?|(\d{{1,2}})/(12|52|7)(?!\S))(?: from (?P<start>.+))?"
)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMERIC = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})")
_PAIR = re.compile(r"(\d{1,2})(?:/|\.(?=0[1-9]$|1[0-2]$))(\d{1,2})")
_WEEKDAY = re.compile(rf"(?:(last|this|next|coming|on) )?({WEEKDAY})(?: (last week))?")
_NUMBERED = re.compile(rf"(?:({WEEKDAY}),? )?(?:the )?(\d{{1,2}})(?:st|nd|rd|th)")
_WEEK_ON = re.compile(rf"(?:(?:a )?week on (?P<on>{WEEKDAY})|(?P<week>{WEEKDAY}) week)")
_NAMED = re.compile(rf"(?:([a-z]{{3,9}})\.?,? )?(\d{{1,2}})(?:st|nd|rd|th)? ?(?:of )?({MONTH}),?(?: (\d{{4}}|\d{{2}}))?")
_MONTH_FIRST = re.compile(rf"({MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?")
_MONTH_ONLY = re.compile(rf"(?:(?:the )?end of )?({MONTH})(?: (\d{{4}}))?")
_DASHED = re.compile(r"(?<=\d)-(?=[a-z])|(?<=[a-z])-(?=\d)")
"""`20-Nov-2026`, as spreadsheets write it."""
_TIMED = re.compile(
    r"(?P<day>.*?)[\s,@]*(?:\bat\s+)?(?:\b(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)|(?<=\s)(?P<h>[01]?\d"
    r"|2[0-3])\.(?P<m>[0-5]\d)"
    r"|\b(?P<clock>1[0-2]|0?[1-9])(?:[:.](?P<past>[0-5]\d))?\s*(?P<half>[ap])\.?m\.?|(?<=\s)(?P<long>[01]\d"
    r"|2[0-3])(?P<lm>[0-5]\d)"
    r"|\b(?P<noon>noon|midday))"
)
_CENTURY, _TWO_DIGITS = 2000, 100
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_WEEK = 7


def read_day(text: str, today: date, *, from_: date | None = None) -> date:
    """Return the day that `text` is, as a whole.

    `7/12/2026`, `7/12`, `7 Dec 2026`, `Mon 30th`, `2026-12-07`, `y'day`, `last Friday`, `2 days ago`. With `from_`, a day to
    come, on or after it: `Friday` and `next Friday` are the coming one, `in 2 weeks`, `a week on Monday`.

    Refused: `date_unreadable`; `weekday_wrong` for a weekday that is not the day's.
    """
    words = _folded(text)
    try:
        for form, read in _FORMS:
            if found := form.fullmatch(words):
                return read(found, today, from_)
    except (ValueError, OverflowError):
        pass
    raise unreadable(text)


def may_mean_months(text: str) -> bool:
    """Return whether a day to come may be a number of months or weeks as well: `3/12` is 3 December, and three months."""
    found = _PAIR.fullmatch(text.strip())
    return found is not None and int(found[2]) in (7, 12) and int(found[1]) < int(found[2])


def unreadable(text: str) -> Refusal:
    """Return the refusal of something that is no day; it says how many days a month has where that is the trouble."""
    short = _PAIR.fullmatch(text.strip()) or re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-]\d{2,4}", text.strip())
    if short and 1 <= int(short[2]) <= len(MONTHS) and int(short[1]) > monthrange(_CENTURY, int(short[2]))[1]:
        name, days = _MONTH_NAMES[int(short[2]) - 1], monthrange(_CENTURY, int(short[2]))[1]
        return Refusal("date_unreadable", f"{name} has {days} days. Please give the day as 7 Dec 2026 or 7/12/2026.")
    return Refusal("date_unreadable", "I could not read that as a date. Please write it as 7 Dec 2026 or 7/12/2026.")


def read_moment(text: str, now: datetime, *, from_: date | None = None) -> tuple[date, datetime | None]:
    """Return a day and, where it is said, its time in London: `today 14:20`, `14:20`, `7 Dec 9.15`, `2.30pm`, `Mon noon`.

    With `from_`, a weekday is the coming one; today counts while its hour is ahead. Refused as `read_day`.
    """
    today = london_day(now)
    timed = _TIMED.fullmatch(text.strip().lower()) if len(text) <= LONGEST else None
    if timed is None:
        return read_day(text, today, from_=from_), None
    day = read_day(timed["day"], today, from_=from_) if timed["day"].strip() else today
    moment = datetime.combine(day, _time(timed), LONDON)
    if from_ is not None and day == today and moment <= now and re.fullmatch(WEEKDAY, timed["day"].strip()):
        day += timedelta(days=_WEEK)
        moment = datetime.combine(day, _time(timed), LONDON)
    return day, moment


def read_month_or_day(text: str, today: date) -> date:
    """Return a day to come, or the last day of a month such as `Mar 2027`, `end of Jan` (§6: "once or twice a year")."""
    if (found := _MONTH_ONLY.fullmatch(_folded(text))) is not None:
        month = _month(found[1])
        if found[2]:
            return _last_of(_full_year(found[2], text), month)
        this = _last_of(today.year, month)
        return this if this >= today else _last_of(today.year + 1, month)
    return read_day(text, today, from_=today)


def read_past_month(text: str, today: date) -> date | None:
    """Return the first day of a month's name, with its year or the last one of that name; None for anything else."""
    found = re.fullmatch(rf"({MONTH})(?: (\d{{4}}))?", _folded(text))
    if found is None:
        return None
    month = _month(found[1])
    year = _full_year(found[2], text) if found[2] else today.year - (month > today.month)
    return date(year, month, 1)


def read_span(text: str, today: date) -> tuple[date, date | None]:
    """Return the first and the last day of an absence; None where it is open at its end.

    `Friday`, `Monday to Friday`, `7-11 Dec`, `until Mon`, `from 14 Dec`, `next week`, `back Mon`, `thurs and fri`, `for 2
    weeks from Monday`. Refused: `date_unreadable`, `weekday_wrong`, and nothing is dropped in silence.
    """
    if len(text) > LONGEST:
        raise unreadable("")
    words = _SMALL_TALK.sub("", _folded(text)).strip(" ,.:;")
    if words in ("", "until further notice", "ufn", "further notice"):
        return today, None
    if found := _BACK.fullmatch(words):
        return today, read_day(found[1], today, from_=today) - timedelta(days=1)
    if (length := _of_a_length(words, today)) is not None:
        return length
    if found := _UNTIL.fullmatch(words):
        return today, read_day(found[1], today, from_=today)
    if found := _FROM.fullmatch(words):
        return read_day(found[1], today, from_=today), None
    return _between(words, today)


def _of_a_length(words: str, today: date) -> tuple[date, date] | None:
    """`next week`, `for 2 weeks from Monday`."""
    if words in ("next week", "next wk", "all next week"):
        monday = today + timedelta(days=_WEEK - today.weekday())
        return monday, monday + timedelta(days=_WEEK - 1)
    if found := _FOR.fullmatch(words):
        begins = read_day(found["start"], today, from_=today) if found["start"] else today
        return begins, _later(begins, _number(found["number"]), found["unit"]) - timedelta(days=1)
    return None


def split_span(words: str) -> tuple[str, str] | None:
    """Return both ends of `7-11 Dec`, `mon to fri`, `1/11 - 30/11`; None for no span. A month said once counts twice."""
    found = _TO.fullmatch(words) or _DASH.fullmatch(words)
    if found is None:
        return None
    first, last = found["first"].strip(), found["last"].strip()
    if re.fullmatch(r"\d{1,2}(?:st|nd|rd|th)?", first):
        rest = re.sub(r"^\d{1,2}(?:st|nd|rd|th)?", "", last)
        first = f"{first}{rest}"
    return first, last


def _between(words: str, today: date) -> tuple[date, date | None]:
    both = split_span(words) or split_span(re.sub(r"\band\b|&", "to", words))
    if both is None or _is_day(words, today):
        day = read_day(words, today, from_=today)
        return day, day
    first = read_day(both[0], today, from_=today)
    return first, read_day(both[1], today, from_=first)


def _is_day(words: str, today: date) -> bool:
    try:
        read_day(words, today, from_=today)
    except Refusal:
        return False
    return True


_DASHES = "-\u2010-\u2015\u2212"
_TO = re.compile(r"(?:from )?(?P<first>\S.*?) (?:to|until|till|til|through|thru) (?P<last>.*\S)")
_DASH = re.compile(rf"(?:from )?(?P<first>\S.*?) ?[{_DASHES}]{{1,2}} ?(?P<last>.*\S)")
_SMALL_TALK = re.compile(
    r"^(?:is |will be )?(?:away|off|out|leave|annual leave|a/?l|on leave|study leave|mat(?:ernity)? leave|holiday"
    r"|training)\b[,:]? ?"
    r"|\b(?:half term|sick|poorly|on training|inclusive|inc)\b"
)
_BACK = re.compile(r"(?:and )?back (?:on )?(.+)")
_FOR = re.compile(rf"for (?P<number>{COUNT}) (?P<unit>day|week|wk|month|mth)s?(?: from (?P<start>.+))?")
_UNTIL = re.compile(r"(?:until|till|til|to|up to) (?:the )?(.+)")
_FROM = re.compile(r"(?:from|as of|starting) ((?:(?! to | until | till | til ).)+)")


def _folded(text: str) -> str:
    """In small letters, with single spaces and plain apostrophes; nothing for what is too long to be a day."""
    if len(text) > LONGEST:
        return ""
    plain = " ".join(text.strip().strip(",;:").lower().replace("\u2019", "'").split())
    return _DASHED.sub(" ", plain)


def _time(timed: re.Match[str]) -> time:
    if timed["noon"]:
        return time(12)
    if timed["clock"]:
        return time(int(timed["clock"]) % 12 + (12 if timed["half"] == "p" else 0), int(timed["past"] or 0))
    return time(int(timed["hour"] or timed["h"] or timed["long"]), int(timed["minute"] or timed["m"] or timed["lm"]))


def _number(word: str) -> int:
    return _COUNTED[word] if word in _COUNTED else int(word)


def _later(day: date, number: int, unit: str) -> date:
    if unit[0] == "d" or unit == "7":
        return day + timedelta(days=number)
    if unit[0] == "w" or unit == "52":
        return day + timedelta(days=_WEEK * number)
    return add_months(day, number * (12 if unit[0] == "y" else 1))


def _month(name: str) -> int:
    return [each.lower() for each in MONTHS].index(name[:3].lower()) + 1


def _last_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _full_year(digits: str, text: str = "") -> int:
    """The year that two or four digits mean; refused for one that nobody in this work means."""
    year = int(digits)
    year += _CENTURY if year < _TWO_DIGITS and len(digits) < len("2026") else 0
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise unreadable(text)
    return year


def _on_weekday(day: date, word: str | None) -> date:
    """`day`, unless somebody wrote the name of another weekday before it: then one of the two is a slip."""
    named = (word or "")[:3].capitalize()
    if named in DAYS and named != DAYS[day.weekday()]:
        raise Refusal("weekday_wrong", f"{day.day} {MONTHS[day.month - 1]} {day.year} is a {day:%A}. Please check the date.")
    return day


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


def _read_relative(found: re.Match[str], today: date, _from: date | None) -> date:
    word = found[0].removeprefix("the ").replace("'", "")
    return today + timedelta(days=_OFFSETS[word])


def _read_weekday(found: re.Match[str], today: date, from_: date | None) -> date:
    which, name, last_week = found[1], found[2][:3].capitalize(), found[3]
    if last_week:
        return today - timedelta(days=today.weekday() + _WEEK - DAYS.index(name))
    if from_ is not None and which != "last":
        start = from_ + timedelta(days=1 if which == "next" else 0)
        return start + timedelta(days=(DAYS.index(name) - start.weekday()) % _WEEK)
    if which in ("next", "coming"):
        raise unreadable(found[0])
    until = today - timedelta(days=1 if which == "last" else 0)
    return until - timedelta(days=(until.weekday() - DAYS.index(name)) % _WEEK)


def _read_numbered(found: re.Match[str], today: date, from_: date | None) -> date:
    """`Mon 30th`, `the 24th`: the last day of that number, or the coming one."""
    start = from_ or today
    months = (add_months(start.replace(day=1), step if from_ is not None else -step) for step in range(13))
    for first in months:
        try:
            day = first.replace(day=int(found[2]))
        except ValueError:
            continue
        if day >= from_ if from_ is not None else day <= today:
            return _on_weekday(day, found[1])
    raise unreadable(found[0])


def _read_week_on(found: re.Match[str], _today: date, from_: date | None) -> date:
    if from_ is None:
        raise unreadable(found[0])
    name = (found["on"] or found["week"])[:3].capitalize()
    return from_ + timedelta(days=(DAYS.index(name) - from_.weekday()) % _WEEK + _WEEK)


def _read_hence(found: re.Match[str], today: date, from_: date | None) -> date:
    if from_ is None:
        raise unreadable(found[0])
    start = read_day(found["start"], today, from_=from_) if found["start"] else today
    return _later(start, _number(found[1] or found[3]), found[2] or found[4])


def _read_named(found: re.Match[str], today: date, from_: date | None) -> date:
    """`Mon 7th December 2026`, or without the year."""
    month = _month(found[3])
    if found[4]:
        return _on_weekday(date(_full_year(found[4]), month, int(found[2])), found[1])
    return _on_weekday(_without_year(int(found[2]), month, today, from_), found[1])


def _read_month_first(found: re.Match[str], today: date, from_: date | None) -> date:
    if found[3]:
        return date(_full_year(found[3]), _month(found[1]), int(found[2]))
    return _without_year(int(found[2]), _month(found[1]), today, from_)


def _read_dated(form: re.Pattern[str], order: Callable[[re.Match[str]], date]) -> tuple[re.Pattern[str], _Reader]:
    """A date in digits, perhaps with its weekday before it: `Sat 12/12/26`."""
    whole = re.compile(rf"(?:(?P<name>{WEEKDAY}),? )?{form.pattern}")
    return whole, lambda found, _today, _from: _on_weekday(order(form.search(found[0]) or found), found["name"])


_Reader = Callable[[re.Match[str], date, "date | None"], date]
_PAIRED = re.compile(rf"(?:(?P<name>{WEEKDAY}),? )?{_PAIR.pattern}")
_FORMS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (re.compile(RELATIVE), _read_relative),
    _read_dated(_ISO, lambda found: date(_full_year(found[1]), int(found[2]), int(found[3]))),
    _read_dated(_NUMERIC, lambda found: date(_full_year(found[3]), int(found[2]), int(found[1]))),
    (_PAIRED, lambda found, today, from_: _on_weekday(_without_year(int(found[2]), int(found[3]), today, from_), found["name"])),
    (_WEEKDAY, _read_weekday),
    (_NUMBERED, _read_numbered),
    (re.compile(rf"({WEEKDAY}),? (\d{{1,2}})"), _read_numbered),
    (_WEEK_ON, _read_week_on),
    (_AGO, lambda found, today, _: _later(today, -_number(found[1]), found[2])),
    (_HENCE, _read_hence),
    (_MONTH_FIRST, _read_month_first),
    (_NAMED, _read_named),
)
_MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
)
