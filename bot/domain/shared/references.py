"""References: how things are named, and what a person means by one (docs/domain.md §5)."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from bot.domain.shared import privacy
from bot.domain.shared.errors import Refusal


class RefKind(StrEnum):
    """What a reference names."""

    INQUIRY = "inquiry"
    FEEDBACK = "feedback"
    CASE = "case"
    REFERRAL = "referral"
    ICS = "ics"
    AUDIT = "audit"


class Ref(NamedTuple):
    """A reference as it is stored, and what it names."""

    kind: RefKind
    text: str


_OURS = {"INQ": RefKind.INQUIRY, "FB": RefKind.FEEDBACK, "OOB": RefKind.CASE, "R": RefKind.REFERRAL, "AUD": RefKind.AUDIT}
_OWN = re.compile(r"(INQ|FB|OOB|AUD|R)[-_/ ]+(\d{4}|\d{2})[-_/ ]+(\d{1,9})")
_LONGEST = 40
_TWO_DIGITS = 2
_NO_REFERENCE = re.compile(r"[A-Z]{5,}|\d{4}-\d{1,2}-\d{1,2}$|\d{1,2}-\d{1,2}-(?:\d{2}|\d{4})$")
"""A name or a date that stands where a reference was forgotten: `OKAFOR-2019`, `2019-04-03`."""
_ALMOST_OURS = re.compile(r"(?:INQ|FB|OOB|AUD)-|R-20")
"""What is a slip in one of our own references rather than somebody else's."""
_ICS = re.compile(r"(?=[A-Z-]*\d)[A-Z0-9-]{3,20}")
_OWN_IN_TEXT = re.compile(r"\b(INQ|FB|OOB|AUD|R)-(\d{4}|\d{2})-(\d{1,9})\b", re.IGNORECASE)
_SOMEBODYS = re.compile(r"(?!P)[A-Z]{2,4}-(?:19|20)\d{2}-\d{3,}")
"""Looks like one of ours and is none: `XYZ-2026-0001`."""
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_BRACKETS = "()[]{}<>\"'\u2018\u2019\u201c\u201d"


def is_case(ref: str) -> bool:
    """Return whether a stored reference names a case."""
    return ref.startswith("OOB-")


def is_inquiry(ref: str) -> bool:
    """Return whether a stored reference names an inquiry."""
    return ref.startswith("INQ-")


def is_feedback(ref: str) -> bool:
    """Return whether a stored reference names feedback."""
    return ref.startswith("FB-")


ICS_REFERENCE = re.compile(r"[A-Z0-9-]{3,20}")
"""The reference of a case on ICS, where somebody is asked for nothing else (docs/domain.md §5.1 Case.ics_ref)."""


def read(word: str, *, field: str | None = None) -> Ref:
    """The reference that `word` is: one of ours, else an ICS reference.

    That has 3 to 20 letters, digits and dashes, with a digit, and is no date and no word of five letters or more.

    Refused: `ref_unreadable`; `identifier` when it is an NHS number, which is no reference.
    """
    text = plain(word).strip().strip(_BRACKETS).rstrip(".,;:!?")[:_LONGEST].upper().strip(_BRACKETS)
    text = text.removeprefix("ICS:").removeprefix("ICS ").strip()
    privacy.guard(text, field=field)
    if own := _OWN.fullmatch(text):
        return Ref(_OURS[own[1]], _whole(own))
    if (
        _ICS.fullmatch(text)
        and not any(each.match(text) for each in (_ALMOST_OURS, _SOMEBODYS))
        and not _NO_REFERENCE.search(text)
    ):
        return Ref(RefKind.ICS, text)
    raise Refusal(
        "ref_unreadable",
        "I could not read that reference. Please give one such as OOB-2026-0001 or INQ-2026-0001, or the ICS reference.",
        field=field,
    )


def all_of(words: str, *kinds: RefKind) -> list[str]:
    """Every reference of these kinds in `words`, each once, in order."""
    found = (_whole(own) for own in _OWN_IN_TEXT.finditer(tidy(words).upper()) if _OURS[own[1]] in kinds)
    return list(dict.fromkeys(found))


def without(words: str) -> str:
    """The words without the first of our references in them."""
    return re.sub(r"\s+", " ", _OWN_IN_TEXT.sub(" ", tidy(words), count=1)).strip(" :,;")


def plain(words: str) -> str:
    """Return the words with ordinary dashes and without invisible characters, as Word and e-mail put them in."""
    return words.translate(_DASHES | _INVISIBLE)


def tidy(words: str) -> str:
    """Return the words with our references in plain characters; nothing else in them is changed."""
    if words.isascii():
        return words
    return re.sub(r"\S+", lambda word: made if _OWN_IN_TEXT.search(made := plain(word[0])) else word[0], words)


def _whole(own: re.Match[str]) -> str:
    """A reference in full: `INQ-26-1` is `INQ-2026-0001`."""
    year = own[2] if len(own[2]) > _TWO_DIGITS else f"20{own[2]}"
    return f"{own[1]}-{year}-{int(own[3]):04d}"
