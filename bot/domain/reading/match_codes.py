"""Match codes: how the same family is found again without keeping who they are (docs/domain.md §4 feature 1).

What is typed here is turned into a text of one spelling, of which only a keyed hash is stored
(`storage.inquiries.match_codes`); the words themselves are neither stored nor logged.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from bot.domain.reading.days import read_day
from bot.domain.shared.errors import Refusal

_FAMILY = re.compile(
    r"(?P<name>[^\d,;]*?[^\W\d_])[\s,;]+(?:(?:born|dob|d\.o\.b\.?)[\s,:]+)?(?P<day>\d{1,2}.*|\d{4}-\d{1,2}-\d{1,2})",
    re.IGNORECASE | re.DOTALL,
)
_YEAR = re.compile(r"(?:\d{4}|[./-]\d{2})$|^\d{4}-")
_SHORTEST_NUMBER = 5
_COUNTING = "12345678901234567890"
_NOBODY = frozenset(
    ("unknown", "notknown", "nk", "none", "na", "test", "nobody", "baby", "anon", "anonymous", "xx", "xxx", "tbc")
)
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})")
_LONG_AGO = date(1900, 12, 31)
_PLACEHOLDER = "That is a placeholder, which would match unrelated families. Please leave it empty. Nothing was saved."


def family(typed: str | None, today: date) -> str | None:
    """`family|okafor|2019-04-03` for "Okafor 3/4/2019"; None for nothing. Refused: `match_unreadable`."""
    if typed is None:
        return None
    found = _FAMILY.fullmatch(typed.strip())
    name = _letters(found["name"]) if found else ""
    if not found or not name or not _YEAR.search(found["day"].strip()):
        raise Refusal("match_unreadable", _HOW, field="match_family")
    try:
        born = read_day(found["day"], today)
    except Refusal:
        raise Refusal("match_unreadable", _HOW, field="match_family") from None
    if born > today:
        raise Refusal("match_unreadable", _HOW, field="match_family")
    if name in _NOBODY or born <= _LONG_AGO:
        raise Refusal("match_unreadable", _PLACEHOLDER, field="match_family")
    return f"family|{name}|{born.isoformat()}"


def number(typed: str | None) -> str | None:
    """`number|9434765919` for "943 476 5919"; None for nothing. Refused: `match_unreadable`."""
    if typed is None:
        return None
    plain = re.sub(r"[\s./-]", "", unicodedata.normalize("NFKC", typed)).upper()
    if len(plain) < _SHORTEST_NUMBER or not plain.isalnum() or not any(c.isdigit() for c in plain):
        raise Refusal(
            "match_unreadable",
            "Please give a hospital or NHS number, such as 943 476 5919, or leave it empty.",
            field="match_number",
        )
    if _DATE.fullmatch(typed.strip()):
        raise Refusal(
            "match_unreadable", "That is a date. A hospital or NHS number goes here. Nothing was saved.", field="match_number"
        )
    digits = plain if plain.isdigit() else ""
    if digits and (len(set(digits)) == 1 or digits in _COUNTING or digits in _COUNTING[::-1]):
        raise Refusal("match_unreadable", _PLACEHOLDER, field="match_number")
    return f"number|{plain}"


_HOW = "Please give the family surname and the child's date of birth with its year, such as Okafor 3/4/2019, or leave it empty."


def _letters(name: str) -> str:
    """The letters of a name alone, without case, accents, hyphens or spaces: "O'Neill-Śmith" and "oneill smith" are one."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in folded if c.isalpha())
