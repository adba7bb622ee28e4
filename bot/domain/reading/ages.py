"""Ages as people write them: completed years from years, months, weeks or days (docs/domain.md §7.2). Pure."""

from __future__ import annotations

import re
from fractions import Fraction

from bot.domain.shared.errors import Refusal

OLDEST = 25
"""Years: young people who leave care are looked after until then."""
UNBORN = None
"""What an age before birth is stored as."""
_NUMBERS = dict(
    zip(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen".split(),  # noqa: SIM905 - a list of seventeen strings reads worse
        range(1, 18),
        strict=True,
    )
)
_IN_A_YEAR = {"y": 1, "m": 12, "w": 52, "d": 365}
_CLINICAL = {"12": "m", "52": "w", "7": "d"}
_UNBORN = re.compile(r"unborn\b.*|in utero|not born yet", re.IGNORECASE)
_BABY = re.compile(
    r"(?:newborn|neonate|new born|at birth|(?:<|under|less than)\s*(?:1|one)(?:\s*(?:y|yr|year)s?)?)", re.IGNORECASE
)
_FRACTION = re.compile(r"(?P<number>\d{1,3})\s*/\s*(?P<of>12|52|7)(?:\s*(?:old|of age))?")
_HALVES = str.maketrans({"½": " 1/2", "¼": " 1/4", "¾": " 3/4"})
_YEARS = re.compile(r"(?P<whole>\d{1,3})(?:\.(?P<tenths>\d)|\s+(?P<part>[123])/(?P<of>[24]))?\s*(?:y(?:ea)?rs?|y/?o|y)?")
_PART = re.compile(
    r"(?P<number>\d{1,4})\s*-?\s*(?P<unit>y(?:ea)?rs?|y|m(?:on)?ths?|m(?:o)?s?|w(?:ee)?ks?|w|days?|d)", re.IGNORECASE
)
_TAIL = re.compile(r"\s*[-,]?\s*(?:old|of age|o)$")


def read_age(typed: str) -> int | None:
    """Return completed years, 0 to 25; None for a child who is not born yet.

    `4`, `8 yrs`, `18 months` (1), `30/12` (2), `6 weeks`, `10/7`, `3y4m`, `13½`, `<1`, `unborn`, `four`.

    Refused: `age_unreadable`.
    """
    words = " ".join(typed.translate(_HALVES).casefold().split()).rstrip(".")
    if _UNBORN.fullmatch(words):
        return UNBORN
    years = _years(_TAIL.sub("", re.sub(r"y/?o\b", "y", words)))
    if years is None or years >= OLDEST + 1:
        raise Refusal(
            "age_unreadable",
            "I could not read that as an age. Please write it as 7, 18 months, 6 weeks or unborn.",
            field="age_years",
        )
    return int(years)


def _years(words: str) -> Fraction | None:
    if _BABY.fullmatch(words):
        return Fraction(0)
    words = re.sub(r" and (?:a )?half\b", " 1/2", words)
    first, _, rest = words.partition(" ")
    if first in _NUMBERS:
        words = f"{_NUMBERS[first]} {rest}".strip()
    if found := _FRACTION.fullmatch(words):
        return Fraction(int(found["number"]), _IN_A_YEAR[_CLINICAL[found["of"]]])
    if found := _YEARS.fullmatch(words):
        return Fraction(int(found["whole"]))
    parts = list(_PART.finditer(words))
    between = _PART.sub("", words).replace("and", "").strip(" ,+&")
    if not parts or between or len({each["unit"][0] for each in parts}) != len(parts):
        return None
    return sum((Fraction(int(each["number"]), _IN_A_YEAR[each["unit"][0].lower()]) for each in parts), Fraction(0))
