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
_OWN = re.compile(r"(INQ|FB|OOB|AUD|R)-(\d{4}|\d{2})-(\d{1,9})")
_LONGEST = 40
_TWO_DIGITS = 2
_NO_REFERENCE = re.compile(r"[A-Z]{5,}|\d{4}-\d{1,2}-\d{1,2}$|\d{1,2}-\d{1,2}-(?:\d{2}|\d{4})$")
"""A name or a date that stands where a reference was forgotten: `OKAFOR-2019`, `2019-04-03`."""
_ALMOST_OURS = re.compile(r"(?:INQ|FB|OOB|AUD)-|R-20")
"""What is a slip in one of our own references rather than somebody else's."""
_ICS = re.compile(r"(?=[A-Z-]*\d)[A-Z0-9-]{3,20}")
_OWN_IN_TEXT = re.compile(r"\b(INQ|FB|OOB|AUD|R)-(\d{4}|\d{2})-(\d{1,9})\b", re.IGNORECASE)


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
    text = (
        word.strip().rstrip(".,;:!?)")[:_LONGEST].upper().replace("\u2013", "-").removeprefix("ICS:").removeprefix("ICS ").strip()
    )
    privacy.guard(text, field=field)
    if own := _OWN.fullmatch(text):
        return Ref(_OURS[own[1]], _whole(own))
    if _ICS.fullmatch(text) and not _ALMOST_OURS.match(text) and not _NO_REFERENCE.search(text):
        return Ref(RefKind.ICS, text)
    raise Refusal(
        "ref_unreadable",
        "I could not read that reference. Please give one such as OOB-2026-0001 or INQ-2026-0001, or the ICS reference.",
        field=field,
    )


def all_of(words: str, *kinds: RefKind) -> list[str]:
    """Every reference of these kinds in `words`, each once, in order."""
    found = (_whole(own) for own in _OWN_IN_TEXT.finditer(words.upper()) if _OURS[own[1]] in kinds)
    return list(dict.fromkeys(found))


def without(words: str) -> str:
    """The words without the first of our references in them."""
    return re.sub(r"\s+", " ", _OWN_IN_TEXT.sub(" ", words, count=1)).strip(" :,;")


def _whole(own: re.Match[str]) -> str:
    """A reference in full: `INQ-26-1` is `INQ-2026-0001`."""
    year = own[2] if len(own[2]) > _TWO_DIGITS else f"20{own[2]}"
    return f"{own[1]}-{year}-{int(own[3]):04d}"
