"""The day of which a line of free text tells (docs/domain.md §7.2): at its beginning, after "on", or a day word anywhere.

Clinical shorthand is no day ("3/12 old", "5/10 pain", "24/7"), nor is what the words are about ("re Friday's meeting"). A day
that was found and not used is offered. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from bot.domain.reading.days import COUNT, RELATIVE, WEEKDAY, read_day
from bot.domain.shared.calendar import MONTH, say_date
from bot.domain.shared.errors import Refusal

READ = 400
"""Characters of a line in which days are looked for: nobody says further on when it was."""
_LATELY = timedelta(days=60)
"""How far back a bare `4/7` may lie to be a day and not four days."""
_VERB_AFTER_MAY = (
    r"(?!\s+(?:not|also|still|well|be|have|need|want|come|go|move|get|take|require|benefit|ask|help|visit|see|apply"
    r"|start|stop|lose|know"
    r"|say|struggle|return|leave|stay|try|call|ring|attend|change|add|make|give|become|want)\b)"
)
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)"
_EXPRESSION = re.compile(
    rf"(?P<on>\bon\s+(?:the\s+)?)?(?:"
    rf"(?P<full>\b\d{{4}}-\d{{1,2}}-\d{{1,2}}\b|(?:\b{WEEKDAY}[,.]?\s+)?(?<![\d/])\d{{1,2}}[./-]\d{{1,2}}[./-](?:\d{{4}}"
    rf"|\d{{2}})(?![\d/]))"
    rf"|(?P<named>(?:\b{WEEKDAY}[,.]?\s+)?(?<![\d/])\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}(?:,?\s+\d{{4}})?(?!\w)"
    rf"|\b{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+20\d\d)?(?![\w:/.]))"
    rf"|(?P<pair>(?:\b{WEEKDAY}[,.]?\s+)?(?<![\d/.])\b\d{{1,2}}/\d{{1,2}}(?![\d/])"
    rf"|(?<=on )\d{{1,2}}\.(?:0[1-9]|1[0-2])(?![\d.]|\s*(?:[ap]m|m[gl]|kg)\b))"
    rf"|(?P<numbered>\b{WEEKDAY}[,.]?\s+(?:the\s+)?{_ORDINAL}\b|(?<=on )(?:the\s+)?{_ORDINAL}\b(?!\s*(?:floor|ward"
    rf"|birthday|occasion|attempt|level|day|visit|of|admission|flr|night|line|cycle|call|try)))"
    rf"|(?P<word>\b{RELATIVE}|\b{COUNT}\s+(?:day|week|wk)s?\s+ago\b|\b(?:last\s+|this\s+"
    rf"|next\s+)?{WEEKDAY}(?:\s+last\s+(?:week|wk)\b)?)"
    rf")",
    re.IGNORECASE,
)
_HINT = re.compile(
    r"\d[./-]\d|\d(?:st|nd|rd|th)\b|\b(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|yest|y['\u2019]?day"
    r"|today|tonight|tomo|tmrw|tmw|last night|this [amp]|earlier today|day before|day after|ago)",
    re.IGNORECASE,
)
"""Something that may be a day: most lines have nothing of the kind, and are not looked through."""
_TODAY = re.compile(r"\b(?:today|this (?:morning|afternoon|am|pm)|earlier today)\b", re.IGNORECASE)
_ABOUT = re.compile(
    r"\b(?:re|regarding|about|that|because|cos|to remind|reminding|reminded|why|whether|if|who|which|as (?:she|he|they"
    r"|mum|dad|we))\b",
    re.IGNORECASE,
)
"""What follows tells of something else than when it was done."""
_NOT_WHEN = re.compile(
    r"(?:\b(?:for|by|until|till|til|due|planned|booked|scheduled|before|since|from|re|of|about|was|is|next|every|each"
    r"|born|dob|edd)"
    r"(?:\s+(?:the|next))?\s*)$",
    re.IGNORECASE,
)
_CLINICAL = re.compile(
    r"\s*(?:of\s+)?(?:old|y/?o|course|post|pain|ago|hx|since|gest|prem|bab(?:y|ies)|infant|twins?|girl|boy|child|male"
    r"|female|hours?|hrs?|hrly"
    r"|tab(?:let)?s?|dose|days?|wee?ks?|mo?n?ths?|way|term|care[rs]?\b|cover|obs|support|o2|oxygen|vent|nurs|abx"
    r"|antibiotic|ivab|steroid"
    r"|fever|temp|cough|d&v|vomit|vom|admission|adm\b|stay|f/?u|follow|review|prognosis|unwell|poorly|history|on ward"
    r"|in hosp|in pain"
    r"|supervision|1:1|line|helpline|contact order|wait|delay|trial|supply|later|apart|early|late\b|overdue|check"
    r"|immunisation|imms|vacc"
    r"|gcs|apgar|severity|score|points?|stars?|at rest|on movement|siblings?|kids|children|parents|brothers|sisters|sats|feeds?)",
    re.IGNORECASE,
)
_LONGEST_MONTH = 31
_DENOMINATORS = {7, 10, 12, 24, 52}
_SHORT = re.compile(r"(?:sat|sun)$", re.IGNORECASE)
_AS_A_DAY = re.compile(r"\s*(?:$|[,;:.\u2013\u2014-]|am\b|pm\b|eve\b|evening|morning|afternoon|night|at \d)", re.IGNORECASE)
_LEAD = re.compile(r"[\s,:;.\u2013\u2014-]*")


class Found(NamedTuple):
    """A day in a line: where it stands, what kind of expression it is, and the day."""

    start: int
    end: int
    kind: str
    after_on: bool
    day: date


class LineDay(NamedTuple):
    """When it was, the words without a day at their beginning, whether the line says so, and days that were not used.

    `doubtful`: it begins with what may be a day still to come or a number of months: "3/12 seen on the ward", or with what looks
    like a day and is none: then `problem` says so ("November has 30 days").
    """

    day: date
    words: str
    said: bool
    offered: tuple[date, ...] = ()
    doubtful: bool = False
    problem: str | None = None


def line_day(text: str, today: date, not_when: re.Pattern[str] | None = None) -> LineDay:
    """Return the day of which a line tells; today when it does not say, or says so.

    `not_when`: words before a day that make it another thing's ("admitted" last night).
    """
    if not _HINT.search(text[:READ]):
        return LineDay(today, text, said=False)
    try:
        begins = _begins(text, today)
    except Refusal as refusal:
        return LineDay(today, text, said=False, doubtful=True, problem=refusal.sentence)
    head = text[:READ]
    cut = _ABOUT.search(head, begins.end if begins else 0)
    within = cut.start() if cut else len(head)
    later = [each for each in _all(head, today) if begins is None or each.start >= begins.end]
    usable = [each for each in later if each.end <= within and each.day <= today and _tells_when(head, each, today, not_when)]
    others = tuple(
        dict.fromkeys(
            each.day
            for each in later
            if each.day <= today and (each.kind != "pair" or (each.after_on and _plausible(head, each, today)))
        )
    )
    if _TODAY.search(head) and (begins is None or begins.kind == "word"):
        return LineDay(today, _rest(text, begins if begins and begins.day == today else None), said=True)
    if begins is not None:
        return LineDay(begins.day, _rest(text, begins), said=True, offered=tuple(day for day in others if day != begins.day))
    if usable:
        used = usable[0].day
        return LineDay(used, text, said=True, offered=tuple(day for day in others if day != used))
    return LineDay(today, text, said=False, offered=tuple(day for day in others if day != today), doubtful=_doubtful(text, today))


def _begins(text: str, today: date) -> Found | None:
    """The day at the very beginning of a line."""
    found = _EXPRESSION.match(text)
    if found is None:
        return None
    one = _read(text, found, today)
    if one is not None and one.day > today and one.kind != "pair":
        raise Refusal("future_date", f"{say_date(one.day)} is still to come.")
    if one is None or one.day > today:
        return None
    if one.kind == "pair" and not _plausible(text, one, today):
        return None
    return one


def _doubtful(text: str, today: date) -> bool:
    """Whether a line begins with a pair of numbers that is no clinical shorthand, and no day lately."""
    found = _EXPRESSION.match(text)
    one = _read(text, found, today, quiet=True) if found is not None and found["pair"] else None
    return one is not None and one.day > today and not _CLINICAL.match(text, one.end)


def _all(text: str, today: date) -> Iterator[Found]:
    for found in _EXPRESSION.finditer(text):
        if (one := _read(text, found, today, quiet=True)) is not None:
            yield one


def _read(text: str, found: re.Match[str], today: date, *, quiet: bool = False) -> Found | None:
    """What an expression means, None for what only looks like a day."""
    kind = str(found.lastgroup)
    said = found[kind]
    short = _SHORT.search(said) and not (found["on"] or re.match(r"(?:last|this)\s", said, re.IGNORECASE))
    if short and not _AS_A_DAY.match(text, found.end()):
        return None
    if (
        kind == "named"
        and re.search(r"\bmay$", said, re.IGNORECASE)
        and not re.match(_VERB_AFTER_MAY, text[found.end() :], re.IGNORECASE)
    ):
        return None
    try:
        day = read_day(said, today)
    except Refusal as refusal:
        wrong = refusal.code == "weekday_wrong" or (kind in ("pair", "full", "named") and not _CLINICAL.match(text, found.end()))
        if wrong and not quiet and (kind != "pair" or _meant_as_day(said)):
            raise
        return None
    return Found(found.start(), found.end(), kind, bool(found["on"]), day)


def _meant_as_day(said: str) -> bool:
    """Whether `31/11` or `14/13` was meant as a day: not `15/60`."""
    return all(int(part) <= _LONGEST_MONTH for part in re.split("[/.]", said.rsplit(maxsplit=1)[-1]))


def _plausible(text: str, found: Found, today: date) -> bool:
    """Whether `25/11` at a beginning is a day: not what a doctor writes, not far back, not still to come."""
    denominator = int(re.split("[/.]", text[: found.end].rstrip())[-1])
    if denominator in _DENOMINATORS or denominator <= 2:  # noqa: PLR2004 - 1/2 hour
        if _CLINICAL.match(text, found.end):
            return False
        return today - _LATELY <= found.day <= today
    return not _CLINICAL.match(text, found.end) or found.day >= today - _LATELY


def _tells_when(text: str, found: Found, today: date, not_when: re.Pattern[str] | None) -> bool:
    """Whether a day within a line says when it was done."""
    if found.kind == "pair" and not (found.after_on and _plausible(text, found, today)):
        return False
    before = text[: found.start]
    if not found.after_on and _NOT_WHEN.search(before):
        return False
    clause = re.split(r"[,.;:?\u2013\u2014]", before)[-1]
    return not (not_when is not None and not_when.search(clause))


def _rest(text: str, begins: Found | None) -> str:
    if begins is None:
        return text
    rest = text[begins.end :]
    return rest[_LEAD.match(rest).end() :]  # type: ignore[union-attr]  # it matches nothing, too
