"""References: how things are named, and what a person means by one (domain.md §5)."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from bot.rules import privacy
from bot.rules.refusal import Refusal


class RefKind(StrEnum):
    """What a reference names."""

    INQUIRY = "inquiry"
    FEEDBACK = "feedback"
    CASE = "case"
    REFERRAL = "referral"
    ICS = "ics"


class Ref(NamedTuple):
    """A reference as it is stored, and what it names."""

    kind: RefKind
    text: str


_OURS = {"INQ": RefKind.INQUIRY, "FB": RefKind.FEEDBACK, "OOB": RefKind.CASE, "R": RefKind.REFERRAL}
_OWN = re.compile(r"(INQ|FB|OOB|R)-(\d{4})-(\d{4,})")
_ICS = re.compile(r"(?=[A-Z-]*\d)[A-Z0-9-]{3,20}")
OWN_IN_TEXT = re.compile(r"\b(?:INQ|FB|OOB|R)-\d{4}-\d{4,}\b", re.IGNORECASE)
"""One of our references inside other words."""


def read(word: str, *, field: str | None = None) -> Ref:
    """The reference that `word` is: one of ours, else an ICS reference (3 to 20 letters, digits, dashes, with a digit).

    Refused: `ref_unreadable`; `identifier` when it is an NHS number, which is no reference.
    """
    text = word.strip().upper().replace("\u2013", "-").removeprefix("ICS:").removeprefix("ICS ").strip()
    privacy.guard(text, field=field)
    if own := _OWN.fullmatch(text):
        return Ref(_OURS[own[1]], text)
    if _ICS.fullmatch(text):
        return Ref(RefKind.ICS, text)
    raise Refusal(
        "ref_unreadable",
        "I could not read that reference. Please give one such as INQ-2026-0001 or FB-2026-0001, or the ICS reference.",
        field=field,
    )


def all_of(words: str, *kinds: RefKind) -> list[str]:
    """Every reference of these kinds in `words`, each once, in order."""
    found = (match.upper() for match in OWN_IN_TEXT.findall(words))
    return list(dict.fromkeys(ref for ref in found if _OURS[ref.split("-")[0]] in kinds))
