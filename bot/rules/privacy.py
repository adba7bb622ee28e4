"""The privacy guard: identifiers that may not enter a free-text field (domain.md §4, I21).

It recognises NHS numbers by their check digit (weights 10 to 2, modulus 11; NHS Data Dictionary), UK postcodes, e-mail
addresses, telephone numbers and dates of birth. It refuses; it never stores, logs or repeats what it found. Names cannot
be told from other words with certainty, so a name-like pair is only warned about.
"""

from __future__ import annotations

import re
import unicodedata

from bot.rules.refusal import Refusal

_DIGITS = 10
_GROUPS = re.compile(r"\d+(?:[\s\-.,_·()]{1,3}\d+)*")
_AREA = (
    "AB|AL|B|BA|BB|BD|BF|BH|BL|BN|BR|BS|BT|BX|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|E|EC|EH|EN|EX|FK|FY"
    "|G|GIR|GL|GU|GY|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|L|LA|LD|LE|LL|LN|LS|LU|M|ME|MK|ML|N|NE|NG|NN|NP|NR"
    "|NW|OL|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|S|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|W|WA|WC"
    "|WD|WF|WN|WR|WS|WV|YO|ZE"
)
_POSTCODE = re.compile(rf"(?<![A-Z0-9])(?:{_AREA})\d[A-Z\d]?[\s\-.]{{0,3}}\d[ABD-HJLNP-UW-Z]{{2}}(?![A-Z0-9])", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+'-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\d/])(?:(?:\+|00)\s?44[\s().\-]{0,3}(?:\(0\))?[\s().\-]{0,2}|\(?0(?=[1-9]))(?:\d[\s().\-]{0,2}){9,10}(?!\d)"
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?[\s./\-]+(?:of\s+)?(?:\d{{1,2}}|{_MONTH})[\s./,\-]+\d{{2,4}}|\d{{4}}-\d{{1,2}}-\d{{1,2}})"
_BIRTH = re.compile(
    rf"\b(?:d\.?\s?o\.?\s?b\.?|date\s+of\s+birth|born(?:\s+on)?|birth\s?da(?:y|te))(?![a-z])[\s:=\-]*(?:is|was|the|on)?\s*{_DATE}"
    rf"|{_DATE}\s*\(?\s*(?:d\.?o\.?b\b|date of birth)",
    re.IGNORECASE,
)
_WARD_FLOOR = re.compile(r"[A-Z]+\d+[A-Z]?\s\d(?:st|nd|rd|th)")
"""`ward B12 3rd floor`: shaped like a postcode of Birmingham, and told from one by its small letters."""
_NAME_PAIR = re.compile(r"(?<![.!?:]\s)(?<!^)\b([A-Z][a-z]{2,}(?:['-][A-Z][a-z]+)?)\s+([A-Z][a-z]{2,}(?:['-][A-Z][a-z]+)?)\b")

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


def _holds_nhs_number(groups: list[str]) -> bool:
    """Whether neighbouring groups of digits make up one: `943 476 5919`, whatever other numbers stand beside it."""
    return any(
        is_nhs_number("".join(groups[first:last]))
        for first in range(len(groups))
        for last in range(first + 1, min(first + _DIGITS, len(groups)) + 1)
    )


def found_in(text: str) -> str | None:
    """The kind of identifier in `text`: a key of the guard's sentences, or None. Full-width and other digits count, too."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain)
    plain = re.sub("[\u200b-\u200d\u2060\u00ad]", "", plain)
    plain = re.sub("[\u2010-\u2015\u2212]", "-", plain)
    for kind, pattern in (("date_of_birth", _BIRTH), ("email", _EMAIL), ("phone", _PHONE)):
        if pattern.search(plain):
            return kind
    if any(_holds_nhs_number(re.findall(r"\d+", match.group())) for match in _GROUPS.finditer(plain)):
        return "nhs_number"
    codes = (match.group() for match in _POSTCODE.finditer(plain))
    return "postcode" if any(not _WARD_FLOOR.fullmatch(code) for code in codes) else None


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
    """Whether two capitalised words stand together inside a sentence: worth a warning, never a refusal."""
    return bool(_NAME_PAIR.search(text or ""))
