"""The privacy guard: identifiers that may not enter a free-text field (domain.md §4, I21).

It recognises NHS numbers by their check digit (weights 10 to 2, modulus 11; NHS Data Dictionary), UK postcodes, e-mail
addresses, telephone numbers and dates of birth, in the spellings in which people write them. It refuses; it never stores,
logs or repeats what it found. Names cannot be told from other words with certainty, so a name-like pair is only warned about.
"""

from __future__ import annotations

import re
import unicodedata

from bot.rules import authorities
from bot.rules.refusal import Refusal

_DIGITS = 10

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_ORDINAL = r"(?:st|nd|rd|th)?"
_NUMERIC_DATE = r"(?:\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2})"
_WORD_DATE = (
    rf"(?:\d{{1,2}}{_ORDINAL}[\s.,-]*(?:of\s+)?{_MONTH}[\s.,-]*\d{{2,4}}|{_MONTH}[\s.]+\d{{1,2}}{_ORDINAL}[\s,]+\d{{2,4}})"
)
_DATE = rf"(?:{_NUMERIC_DATE}|{_WORD_DATE}|\d{{8}}|\d{{6}})(?!\d)"
_BIRTH = r"(?:\bd[\s./]{0,2}o[\s./]{0,2}b\b\.?|\bdate[\s-]+of[\s-]+birth|\bbirth\s?da(?:y|te)|\bb-?day|\bborn|\(\s?b\b\.?|\bb\.)"
_DATE_OF_BIRTH = re.compile(
    rf"{_BIRTH}[^a-z0-9]{{0,6}}(?:(?:is|was|on|the|of)[^a-z0-9]{{1,3}}){{0,2}}{_DATE}"
    rf"|{_DATE}[^a-z0-9]{{0,4}}(?:(?:is|was|as|her|his|their|the)\s+){{0,2}}(?:d[\s./]?o[\s./]?b\b|date\s+of\s+birth|birthday)"
)
_WHEN = re.compile(
    rf"(?<![\d./-])(?:{_NUMERIC_DATE})(?![\d/])(?:[\s,t]+\d{{1,2}}[:.]\d{{2}}(?!\d))?|(?<![\d:.])\d{{1,2}}:\d{{2}}(?![\d:])"
)
"""Dates and times of day; taken out before numbers are looked at, so that `07.12.2026 10:30` is no telephone number."""

_DOMAIN = r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}"
_EMAIL = re.compile(
    rf"[\w.+-]{{1,64}}(?:@\s?|\s@\s|\s?[(\[]\s?(?:at|@)\s?[)\]]\s?){_DOMAIN}\b"
    r"|[\w.+-]{1,64}\sat\s[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|uk|eu|info|ie)\b"
)
_GAP = r"[\s().\-/]{0,3}"
_PHONE = re.compile(
    rf"(?<!\d)(?:(?:\+|00){_GAP}44{_GAP}(?:0{_GAP})?|\(?0(?=[1-9]|\)))(?:{_GAP}\d){{9,10}}(?!\d)"
    rf"|(?<!\d)7\d{{3}}\s\d{{6}}(?!\d)|(?<!\d)7\d{{3}}\s\d{{3}}\s\d{{3}}(?!\d)"
    rf"|\+(?:{_GAP}\d){{8,15}}"
)
_GROUPS = re.compile(r"\d+(?:[\s\-./,:;_·()|]{1,4}\d+)*")
_AREA = (
    "ab|al|b|ba|bb|bd|bf|bh|bl|bn|br|bs|bt|bx|ca|cb|cf|ch|cm|co|cr|ct|cv|cw|da|dd|de|dg|dh|dl|dn|dt|dy|e|ec|eh|en|ex|fk|fy"
    "|g|gir|gl|gu|gy|ha|hd|hg|hp|hr|hs|hu|hx|ig|im|ip|iv|je|ka|kt|kw|ky|l|la|ld|le|ll|ln|ls|lu|m|me|mk|ml|n|ne|ng|nn|np|nr"
    "|nw|ol|ox|pa|pe|ph|pl|po|pr|rg|rh|rm|s|sa|se|sg|sk|sl|sm|sn|so|sp|sr|ss|st|sw|sy|ta|td|tf|tn|tq|tr|ts|tw|ub|w|wa|wc"
    "|wd|wf|wn|wr|ws|wv|yo|ze"
)
_POSTCODE = re.compile(
    rf"(?<![A-Z0-9])(?:{_AREA})\d[A-Z\d]?[\s\-.,/()]{{0,3}}(\d[ABD-HJLNP-UW-Z]{{2}})(?![A-Z0-9])", re.IGNORECASE
)
_AGE = re.compile(r"\d(?:yr|hr)")
_ORDINAL_WORD = re.compile(r"(?:1st|2nd|3rd|[04-9]th)")
_BEFORE_ORDINAL = re.compile(r"(?:\b(?:ward|bed|bay|room|clinic|level|section|block|theatre|sec|plan|list)\s+)$", re.IGNORECASE)
_AFTER_ORDINAL = re.compile(
    r"\s+(?:floor|visit|review|time|child|baby|twin|admission|appointment|attempt|birthday|call|day|week|month|year|assessment"
    r"|referral|session|scan|sibling|opinion|cycle|dose|meeting|letter|contact|inquiry|enquiry|request|of)s?\b",
    re.IGNORECASE,
)
"""What stands around `s17 1st visit` or `ward B12 3rd floor` in everyday notes, and tells them from `near b33 8th`."""
_SPELT_OUT = re.compile(r"(?<!\w)(?:\w\s{1,2}){4,}\w(?!\w)")
_DOT = re.compile(r"\s*[(\[]?\bdot\b[)\]]?\s*")
_JOINERS = re.compile(r"[_~*]|(?<=\d)\+(?=\d)")
"""What stands between groups of digits in the place of a space."""
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


def said_of(kind: str) -> str:
    """The kind of identifier in words: "an NHS number"."""
    return _SENTENCES[kind]


def found_in(text: str) -> str | None:
    """The kind of identifier in `text`: a key of the guard's sentences, or None. Other scripts' digits count, too."""
    plain = _plain(text)
    lower = plain.lower()
    if _EMAIL.search(lower) or _EMAIL.search(_DOT.sub(".", lower)):
        return "email"
    plain = _JOINERS.sub(" ", plain)
    if _DATE_OF_BIRTH.search(plain.lower()):
        return "date_of_birth"
    spelt = " ".join(re.sub(r"\s", "", found.group()) for found in _SPELT_OUT.finditer(plain))
    for words in (plain, spelt):
        if (kind := _number_in(words)) is not None:
            return kind
    return None


def _number_in(plain: str) -> str | None:
    """The kind of identifier among the numbers of a text that was made plain."""
    numbers = _WHEN.sub(" # ", plain.lower())
    if _PHONE.search(numbers):
        return "phone"
    if any(_holds_nhs_number(re.findall(r"\d+", match.group())) for match in _GROUPS.finditer(numbers)):
        return "nhs_number"
    if any(_is_postcode(match) for match in _POSTCODE.finditer(plain)):
        return "postcode"
    return None


def _is_postcode(found: re.Match[str]) -> bool:
    """Whether it is one, or only reads like one: `W2 4hr obs`, `ward B12 3rd floor`, `s17 1st visit`."""
    if _AGE.fullmatch(found[1]):
        return False
    if not _ORDINAL_WORD.fullmatch(found[1]):
        return True
    before = found.string[: found.start()]
    section = found.string[found.start()] in "sS" and found.string[found.start() + 1].isdigit()
    return not (section or _BEFORE_ORDINAL.search(before) or _AFTER_ORDINAL.match(found.string, found.end()))


def guard(text: str | None, *, field: str | None = None) -> None:
    """Refuse `text` with the code `identifier` when it holds one. The sentence names the kind, never what was typed."""
    kind = found_in(text or "")
    if kind is not None:
        raise Refusal(
            "identifier",
            f"Not saved: the text looks as if it holds {_SENTENCES[kind]}. OOB keeps no identifiers of children or families. "
            "Please leave it out and use the ICS reference; nothing you typed was kept.",
            field=field,
        )


def name_like(text: str | None) -> bool:
    """Whether two capitalised words stand together that are no place or service: worth a warning, never a refusal."""
    pairs = _NAME_PAIR.finditer(text or "")
    return any(not _INSTITUTIONS & {pair[1], pair[2]} and not authorities.mentioned(pair.group()) for pair in pairs)


def _plain(text: str) -> str:
    """The same words without what hides them: one width, ASCII digits and dashes, no invisible marks, no quotation marks."""
    folded = unicodedata.normalize("NFKC", text)
    folded = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded)
    folded = "".join(c for c in folded if unicodedata.category(c) not in ("Cf", "Mn"))
    folded = re.sub("[\u2010-\u2015\u2212]", "-", folded)
    return re.sub("[\"'`\u2018\u2019\u201c\u201d]", "", folded)


def _holds_nhs_number(groups: list[str]) -> bool:
    """Whether neighbouring groups of digits make up one: `943 476 5919`, whatever other numbers stand beside it."""
    return any(
        is_nhs_number("".join(groups[first:last]))
        for first in range(len(groups))
        for last in range(first + 1, min(first + _DIGITS, len(groups)) + 1)
    )
