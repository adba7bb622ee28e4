"""The privacy guard: identifiers that may not enter a free-text field (docs/domain.md §4, I21).

It recognises NHS numbers by their check digit (weights 10 to 2, modulus 11; NHS Data Dictionary), UK postcodes, e-mail
addresses, telephone numbers and dates of birth, in the spellings in which people write them. It refuses; it never stores,
logs or repeats what it found. Names cannot be told from other words with certainty, so a name-like pair is only warned about.
The patterns are in `bot.domain.shared.identifiers`; tests/safety holds a corpus of what is caught and what is let through.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bot.domain.shared import authorities
from bot.domain.shared import identifiers as patterns
from bot.domain.shared.errors import Refusal

_DIGITS = 10
_QUOTES = re.compile("[\"'`\u2018\u2019\u201c\u201d]")
_WIDEST = 3
"""Characters that one character may become by folding: `⑴` is `(1)`; there are some that become eighteen."""
_FEWEST = {"date_of_birth": 3, "phone": 8, "postcode": 2}
"""Digits without which a text cannot hold one: most texts need not be looked at for it. An NHS number has more than a phone's."""
_NHS_GROUPS = [3, 3, 4]

_NAME_PAIR = re.compile(r"(?<![.!?:]\s)(?<!^)\b([A-Z][a-z]{2,}(?:['-][A-Z][a-z]+)?)\s+([A-Z][a-z]{2,}(?:['-][A-Z][a-z]+)?)\b")
_INSTITUTIONS = {"Hospital", "Ward", "Council", "Borough", "Service", "Services", "Trust", "School", "Clinic", "Centre", "Team"}
_INSTITUTIONS |= {"Unit", "Department", "Court", "House", "London"}

_SENTENCES = {
    "nhs_number": "an NHS number",
    "postcode": "a UK postcode",
    "email": "an e-mail address",
    "phone": "a telephone number",
    "date_of_birth": "a date of birth",
}


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits are a valid NHS number; ten equal digits, which pass the arithmetic, are not."""
    if len(digits) != _DIGITS or len(set(digits)) == 1:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(_DIGITS, 1, -1), strict=False))
    return (11 - total % 11) % 11 == int(digits[-1])


def found_in(text: str) -> str | None:
    """The first kind of identifier in `text`: a key of the guard's sentences, or None."""
    return next(_kinds(text), None)


def all_said(text: str) -> str:
    """Every kind of identifier in `text`, in words: "an NHS number and a UK postcode"; empty for none."""
    said = [_SENTENCES[kind] for kind in dict.fromkeys(_kinds(text))]
    return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


def _kinds(text: str) -> Iterator[str]:
    """The kinds of identifiers in `text`. Other scripts' digits count, too."""
    if not text:
        return
    plain = re.sub(r"\s", " ", _plain(text))
    lower = re.sub(r" +", " ", plain.lower())
    if any(patterns.EMAIL.search(spelling) for spelling in {lower, patterns.DOT.sub(".", lower)}):
        yield "email"
    plain = patterns.OUR_REFERENCE.sub(" # ", patterns.JOINERS.sub(" ", plain))
    digits = len(re.findall(r"\d", plain))
    if digits >= _FEWEST["date_of_birth"] and patterns.DATE_OF_BIRTH.search(re.sub(r" +", " ", plain.lower())):
        yield "date_of_birth"
    spelt = " ".join(found.group().replace(" ", "") for found in patterns.SPELT_OUT.finditer(plain))
    for words in (plain, spelt):
        yield from _numbers_in(words, digits)


def guard(text: str | None, *, field: str | None = None) -> None:
    """Refuse `text` with the code `identifier` when it holds one. The sentence names the kind, never what was typed."""
    if said := all_said(text or ""):
        raise Refusal(
            "identifier",
            f"Not saved: the text looks as if it holds {said}. OOB keeps no identifiers of children or families. "
            "Please leave it out and use the ICS reference; nothing you typed was kept.",
            field=field,
        )


def name_like(text: str | None) -> bool:
    """Whether two capitalised words stand together that are no place or service: worth a warning, never a refusal."""
    pairs = _NAME_PAIR.finditer(text or "")
    return any(not _INSTITUTIONS & {pair[1], pair[2]} and not authorities.mentioned(pair.group()) for pair in pairs)


def _plain(text: str) -> str:
    """The same words without what hides them: one width, ASCII digits and dashes, no invisible marks, no quotation marks."""
    if text.isascii():  # nothing is hidden in it
        return _QUOTES.sub("", text)
    folded = "".join(wide if len(wide := unicodedata.normalize("NFKC", c)) <= _WIDEST else c for c in text)
    folded = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded)
    folded = "".join(c for c in folded if unicodedata.category(c) not in ("Cf", "Mn"))
    folded = re.sub("[\u2010-\u2015\u2212]", "-", folded)
    return _QUOTES.sub("", folded)


def _numbers_in(plain: str, digits: int) -> Iterator[str]:
    """The kinds of identifiers among the numbers of a text that was made plain and has so many digits."""
    numbers = patterns.WHEN.sub(" # ", plain.lower()) if digits >= _FEWEST["phone"] else ""
    if any(_is_phone(found) for found in patterns.PHONE.finditer(numbers)):
        yield "phone"
    if any(_holds_nhs_number(found.group()) for found in patterns.GROUPS.finditer(numbers)):
        yield "nhs_number"
    if digits < _FEWEST["postcode"]:
        return
    if patterns.SPACED_POSTCODE.search(plain) or any(_is_postcode(found) for found in patterns.POSTCODE.finditer(plain)):
        yield "postcode"


def _is_phone(found: re.Match[str]) -> bool:
    """Whether it is one, or a reference of ten digits that says so: `ICS 0771234567`."""
    digits = re.sub(r"\D", "", found.group())
    mobile = digits.startswith("07") and len(digits) > _DIGITS
    return mobile or patterns.REFERENCE_BEFORE.search(found.string[: found.start()]) is None


def _holds_nhs_number(run: str) -> bool:
    """Whether neighbouring groups of digits make up one: `943 476 5919`, whatever other numbers stand beside it.

    Commas part numbers, as in `8, 9, 10 Dec`; across them only the usual grouping counts.
    """
    groups = re.findall(r"\d+", run)
    threes = (groups[first : first + 3] for first in range(len(groups) - 2))
    if any([len(group) for group in three] == _NHS_GROUPS and is_nhs_number("".join(three)) for three in threes):
        return True
    return any(
        is_nhs_number("".join(part[first:last]))
        for part in (re.findall(r"\d+", piece) for piece in re.split("[,;]", run))
        for first in range(len(part))
        for last in range(first + 1, min(first + _DIGITS, len(part)) + 1)
    )


def _is_postcode(found: re.Match[str]) -> bool:
    """Whether it is one, or only reads like one: `W2 4hr obs`, `N1 4th visit`, `ward b12 3rd floor`."""
    if patterns.AGE.fullmatch(found[1]):
        return False
    if not patterns.ORDINAL.fullmatch(found[1]):
        return True
    outward, before = found.group()[: -len(found[1])], found.string[: found.start()]
    if any(letter.isupper() for letter in outward):
        return not patterns.WORD_AFTER.match(found.string, found.end())
    section = outward[0] == "s" and outward[1].isdigit()
    return not (section or patterns.BEFORE_ORDINAL.search(before) or patterns.AFTER_ORDINAL.match(found.string, found.end()))
