"""What a line of text says by itself: enough to log it at once, with the rest to be filled in later."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from bot.domain.cases.codes import ActivityKind
from bot.domain.feedback.feedback import FeedbackFacts, Mode, Target
from bot.domain.inquiries.inquiry import AskedBy, InquiryFacts
from bot.domain.shared import authorities, calendar
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import Ref

_ASKERS: tuple[tuple[AskedBy, re.Pattern[str]], ...] = (
    (AskedBy.CCDS, re.compile(r"\b(?:ccds|cheyne)\b", re.IGNORECASE)),
    (
        AskedBy.WARD_STAFF,
        re.compile(r"\b(?:ward|nurses?|midwi(?:fe|ves)|matron|consultant|registrar|a&e|nicu|picu)\b", re.IGNORECASE),
    ),
    (AskedBy.SCHOOL, re.compile(r"\b(?:school|teachers?|senco)\b", re.IGNORECASE)),
    (AskedBy.POLICE, re.compile(r"\bpolice\b", re.IGNORECASE)),
    (AskedBy.OTHER, re.compile(r"\b(?:gp|health visitor|hv)\b", re.IGNORECASE)),
)


def inquiry(text: str, today: date) -> InquiryFacts:
    """What a line of text says by itself: who asked and which authority, when exactly one of each is named.

    The rest stays missing, to be filled in; the home authority is taken to be the one asked, as in the modal.
    """
    askers = [role for role, pattern in _ASKERS if pattern.search(text)]
    places = authorities.mentioned(text)
    place = places[0] if len(places) == 1 else None
    return InquiryFacts(
        asked_by_role=askers[0] if len(askers) == 1 else None,
        asked_on=today,
        authority_asked=place,
        home_authority=place,
        note=text,
    )


_MEETING = re.compile(r"\b(?:mdt|multi-?\s?disciplinary|psychosocial|ward round|discharge planning|meeting)\b", re.IGNORECASE)
_REFERRER = re.compile(r"\b(?:referrer|referring\s+(?:professional|doctor|nurse|consultant|team))\b", re.IGNORECASE)
_PROFESSIONS = (
    *("consultant paediatrician", "consultant", "paediatrician", "registrar", "ward sister", "charge nurse", "staff nurse"),
    *("specialist nurse", "school nurse", "community nurse", "safeguarding nurse", "midwife", "matron", "nurse", "ward manager"),
    *("health visitor", "GP", "psychologist", "psychiatrist", "physiotherapist", "occupational therapist", "dietitian"),
    *("speech and language therapist", "play specialist", "social worker", "teacher", "SENCO", "named doctor", "doctor"),
)
_PROFESSION = re.compile(rf"\b(?:{'|'.join(re.escape(words) for words in _PROFESSIONS)})\b", re.IGNORECASE)
_BY_MAIL = re.compile(r"\b(?:e-?mailed|by e-?mail)\b", re.IGNORECASE)
_BY_LETTER = re.compile(r"\b(?:wrote to|letter)\b", re.IGNORECASE)
_DAY = re.compile(
    r"(?:on\s+)?(today|yesterday|tomorrow|(?:last\s+)?(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"last\s+(?:mon|tues?|weds?|thu(?:rs)?|fri|sat|sun)|tues|weds|thurs|\d{1,2}/\d{1,2}(?![/\d])|\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
    r"|(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\s+)?\d{1,2}(?:st|nd|rd|th)?\s+"
    rf"{calendar.MONTH}(?:\s+\d{{4}})?)(?!\w)[\s,:;-]*",
    re.IGNORECASE,
)


def feedback(about: Ref, text: str, today: date) -> FeedbackFacts:
    """Feedback from a line: a day at its beginning, the meeting, referrer or profession it names, and how it was given.

    What it does not say is today, to an individual professional whose role is missing, and verbally (§7).
    """
    given_on, words = _day_first(text, today)
    profession = _PROFESSION.search(words)
    target = Target.INDIVIDUAL_PROFESSIONAL
    if _REFERRER.search(words):
        target = Target.REFERRER
    elif _MEETING.search(words):
        target = Target.MDT_MEETING
    mode = Mode.EMAIL if _BY_MAIL.search(words) else Mode.LETTER_COPY if _BY_LETTER.search(words) else Mode.VERBAL
    return FeedbackFacts(
        about=about.text,
        target=target,
        target_role=profession.group() if profession else None,
        given_on=given_on,
        mode=mode,
        summary=words or None,
    )


def _day_first(text: str, today: date, *, strict: bool = False) -> tuple[date, str]:
    """The day with which `text` begins, and the rest of it; today when it begins with none.

    `strict`: what looks like a day and is none is refused, `date_unreadable`.
    """
    if found := _DAY.match(text):
        try:
            return calendar.parse_date(found[1], today), text[found.end() :]
        except Refusal as refusal:
            if strict or refusal.code == "weekday_wrong":
                raise
    return today, text


class Done(NamedTuple):
    """Work on a case as a line tells it; the words stay as its note."""

    kind: ActivityKind
    occurred_on: date
    seen_child: bool | None
    seen_alone: bool | None
    note: str | None


_WORK: tuple[tuple[ActivityKind, re.Pattern[str]], ...] = (
    (
        ActivityKind.VISIT,
        re.compile(r"\b(?:visit(?:ed|s)?|saw|seen|met (?:the )?(?:child|family|mother|father|parents?))\b", re.IGNORECASE),
    ),
    (
        ActivityKind.BENEFITS_APPLICATION,
        re.compile(r"\b(?:benefits?|dla|disability living allowance|carer'?s allowance)\b", re.IGNORECASE),
    ),
    (ActivityKind.ARRANGE_SERVICES, re.compile(r"\b(?:arranged?|arranging|set up)\b", re.IGNORECASE)),
    (ActivityKind.MEETING, re.compile(r"\b(?:meeting|mdt|conference|ward round)\b", re.IGNORECASE)),
    (ActivityKind.LETTER, re.compile(r"\b(?:letter|wrote)\b", re.IGNORECASE)),
    (
        ActivityKind.CONTACT_FAMILY,
        re.compile(r"\b(?:mother|father|mum|dad|parents?|family|carers?|grandmother|grandfather|aunt|uncle)\b", re.IGNORECASE),
    ),
    (ActivityKind.CONTACT_PROFESSIONAL, re.compile(rf"{_PROFESSION.pattern}|\b(?:ward|school|gp)\b", re.IGNORECASE)),
)
_NOT_SEEN = re.compile(r"\b(?:not|never) (?:see|seen|saw)\b|n't (?:see|seen)\b|\bno access\b", re.IGNORECASE)
_CHILD_SEEN = re.compile(
    r"\b(?:saw|seen|met) (?:the )?(?:child|baby|boy|girl|young person)\b|\b(?:child|baby|boy|girl) (?:was )?seen\b", re.IGNORECASE
)
_ALONE = re.compile(r"\b(?:seen|saw)\b[^.;]*\b(?:alone|on (?:his|her|their) own)\b", re.IGNORECASE)


def contact(text: str, today: date) -> Done:
    """Work from a line: a day, what kind it was, whether the child was seen. Other work when it does not say.

    Refused: `date_unreadable`, `weekday_wrong` for a first word that looks like a day and is none.
    """
    occurred_on, words = _day_first(text, today, strict=True)
    found = _DAY.search(words) if words == text else None
    if found is not None:
        occurred_on, _ = _day_first(found.group(), today)
    kind = next((kind for kind, pattern in _WORK if pattern.search(words)), ActivityKind.OTHER)
    refused = bool(_NOT_SEEN.search(words))
    alone = bool(_ALONE.search(words)) and not refused
    seen = alone or (bool(_CHILD_SEEN.search(words)) and not refused)
    return Done(kind, occurred_on, True if seen else False if refused else None, True if alone else None, words or None)


_AHEAD = re.compile(
    r"\b(?:will|going to|plan(?:s|ned|ning)?(?: to)?|due to|next (?:week|month|mon|tue|wed|thu|fri)\w*|tomorrow|to be seen"
    r"|appointment (?:on|for))\b",
    re.IGNORECASE,
)


def is_ahead(text: str) -> bool:
    """Whether a line reads as work still to come, which is not logged as done."""
    return bool(_AHEAD.search(text))
