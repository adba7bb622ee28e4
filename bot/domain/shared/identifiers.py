"""How identifiers are written: the patterns of the privacy guard. Texts are plain and have single spaces when they are tried.

Every repetition is bounded, so that no text of a person's length takes long (tests/rules/test_privacy.py measures it).
"""

from __future__ import annotations

import re

from bot.domain.shared.calendar import MONTH

_ORDINAL = r"(?:st|nd|rd|th)?"
_DAY, _MONTH_NUMBER, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:\d{4}|\d{2})"
_NUMERIC_DATE = (
    rf"(?:\d{{1,2}} ?[./|-] ?\d{{1,2}} ?[./|-] ?{_YEAR}"
    r"|\d{4}[ ./|-]\d{1,2}[ ./|-]\d{1,2}"
    rf"|{_DAY} {_MONTH_NUMBER} {_YEAR})"
)
_WORD_DATE = (
    rf"(?:\d{{1,2}}{_ORDINAL}[ .,/-]{{0,3}}(?:of )?{MONTH}[ .,/-]{{0,3}}{_YEAR}"
    rf"|{MONTH}[ .]{{1,2}}\d{{1,2}}{_ORDINAL}[ ,]{{1,2}}{_YEAR}"
    rf"|{MONTH} \d{{4}})"
)
_DATE = rf"(?:{_NUMERIC_DATE}|{_WORD_DATE}|\d{{8}}|\d{{6}})(?!\d)"
_ABBREVIATED = r"\bd[ ./]{0,2}o[ ./]{0,2}b\b\.?|\bd ?of ?b\b|\bdate[ -]+of[ -]+birth|\bbirth ?da(?:y|te)|\bb-?day|\( ?b\b\.?"
_BORN = r"\b(?:new|still)?born"
_BARE_B = r"(?<!ward )(?<!plan )(?<!bed )(?<!bay )(?<!room )(?<!block )(?<!group )(?<!hep )(?<!unit )(?<!level )\bb\b\.?"
_FEW_WORDS = r"(?: ?[:=(.,)-]{0,2} ?(?!\d)[a-z]{1,8}\b\.?){0,3}"
_SOME_WORDS = r"(?: (?:[a-z]{1,12}|\d{1,2}(?= weeks| wks)|st\.?)){0,6}"
DATE_OF_BIRTH = re.compile(
    rf"(?:{_ABBREVIATED}){_FEW_WORDS}[^a-z0-9]{{0,6}}{_DATE}|{_BORN}{_SOME_WORDS}[^a-z0-9,;]{{1,4}}{_DATE}|{_BARE_B} ?{_DATE}"
    rf"|{_DATE}[^a-z0-9]{{0,4}}(?:(?:is|was|as|her|his|their|the) ){{0,2}}(?:d[ ./]?o[ ./]?b\b|date of birth|birthday|birth\b)"
)
WHEN = re.compile(
    rf"(?<![\d./-])(?:{_DAY} ?[./-] ?{_MONTH_NUMBER} ?[./-] ?{_YEAR}|\d{{4}}[./-]{_MONTH_NUMBER}[./-]{_DAY})(?![\d/-])"
    r"(?:[ ,t]{1,2}\d{1,2}[:.]\d{2}(?!\d))?|(?<![\d:.])\d{1,2}:\d{2}(?![\d:])"
)
"""Dates and times of day; taken out before numbers are looked at, so that `07.12.2026 10:30` is no telephone number."""
OUR_REFERENCE = re.compile(r"\b(?:INQ|FB|OOB|AUD|FIN|SUP|R)-\d{4}-\d{4,9}\b", re.IGNORECASE)

_KNOWN_ENDS = r"(?:com|org|net|uk|eu|info|ie|co)\b"
_DOMAIN = r"[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}\.[a-z]{2,24}\b"
_LOCAL = r"[\w.+-]{1,64}"
_NOT_A_LOCAL = (
    r"(?<!\w)(?!(?:is|are|was|be|see|look|looked|looks|up|guidance|form|forms|available|found|online|website|page|it|info|details"
    r"|more|link|read|report|us|them|work|works|works?|seen|live)\b)"
)
EMAIL = re.compile(
    rf"{_LOCAL}(?:@ ?| @ |  ?@  ?| ?[(\[{{] ?(?:at|a|@) ?[)\]}}] ?){_DOMAIN}"
    rf"|{_LOCAL} @ ?[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,5}}\.{_KNOWN_ENDS}"
    rf"|\w@[a-z][\w-]{{1,62}}(?:,{_KNOWN_ENDS}|\b)"
    rf"|{_NOT_A_LOCAL}{_LOCAL} at (?!www\.)[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{0,5}}\.{_KNOWN_ENDS}"
)
DOT = re.compile(r" ?[(\[]?\bdot\b[)\]]? ?")

_GAP = r"[ ().\-/:\u2022]{0,3}"
PHONE = re.compile(
    rf"(?<!\d)(?:(?:\+|00){_GAP}44{_GAP}(?:0{_GAP})?|\(?0(?=[1-9]| [1-9]|\)))(?:{_GAP}\d){{9,10}}(?!\d)"
    r"|(?<!\d)0\d{3,4}, ?\d{3} ?\d{3,4}(?!\d)|(?<!\d)44 ?7\d{3} ?\d{3} ?\d{3}(?!\d)"
    r"|(?<!\d)7\d{3} \d{6}(?!\d)|(?<!\d)7\d{3} \d{3} \d{3}(?!\d)"
    rf"|\+(?:{_GAP}\d){{8,15}}|(?<!\d)00[1-9](?: ?\d){{8,13}}(?!\d)"
    r"|\b(?:tel|phone|mobile|mob|ring|call)\b[^\d]{0,6}\d{4} ?\d{4}(?!\d)"
)
REFERENCE_BEFORE = re.compile(
    r"\b(?:ics|ref|refs|reference|case|id|cp|mosaic|framework|cad)\b[ :#.]{0,3}(?:no|number)?[ :#.]{0,3}$"
)
GROUPS = re.compile(r"\d+(?:[ \-./,:;_\u00b7()|\\\[\]#=]{1,5}\d+)*")
SPELT_OUT = re.compile(r"(?<!\w)(?:\w {1,2}){4,40}\w(?!\w)")
JOINERS = re.compile(r"[_~*]|(?<=\d)\+(?=\d)")
"""What stands between groups of digits in the place of a space."""

_AREA = (
    "ab|al|b|ba|bb|bd|bf|bh|bl|bn|br|bs|bt|bx|ca|cb|cf|ch|cm|co|cr|ct|cv|cw|da|dd|de|dg|dh|dl|dn|dt|dy|e|ec|eh|en|ex|fk|fy"
    "|g|gir|gl|gu|gy|ha|hd|hg|hp|hr|hs|hu|hx|ig|im|ip|iv|je|ka|kt|kw|ky|l|la|ld|le|ll|ln|ls|lu|m|me|mk|ml|n|ne|ng|nn|np|nr"
    "|nw|ol|ox|pa|pe|ph|pl|po|pr|rg|rh|rm|s|sa|se|sg|sk|sl|sm|sn|so|sp|sr|ss|st|sw|sy|ta|td|tf|tn|tq|tr|ts|tw|ub|w|wa|wc"
    "|wd|wf|wn|wr|ws|wv|yo|ze"
)
_INWARD = "[ABD-HJLNP-UW-Z]"
POSTCODE = re.compile(rf"(?<![A-Z0-9])(?:{_AREA})\d[A-Z\d]?[ \-.,/()]{{0,5}}(\d{_INWARD}{{2}})(?![A-Z0-9])", re.IGNORECASE)
SPACED_POSTCODE = re.compile(
    rf"(?<![A-Z0-9])(?:{_AREA.upper()})(?: \d[A-Z\d]? ?\d {{0,1}}|\d[A-Z\d]? ?\d ){_INWARD}{{2}}(?![A-Za-z0-9])"
)
"""In capitals also with spaces in odd places: `SW 10 9NH`, `SW10 9 NH`."""
AGE = re.compile(r"\d(?:yr|hr)")
ORDINAL = re.compile(r"(?:1st|2nd|3rd|[04-9]th)")
WORD_AFTER = re.compile(r" [a-z]")
BEFORE_ORDINAL = re.compile(r"\b(?:ward|bed|bay|room|clinic|level|section|block|theatre|sec|plan|list) $", re.IGNORECASE)
AFTER_ORDINAL = re.compile(
    r" (?:floor|visit|review|time|child|baby|twin|admission|appointment|attempt|attendance|birthday|call|day|week|month|year"
    r"|assessment|referral|session|scan|sibling|opinion|cycle|dose|meeting|letter|contact|inquiry|enquiry|request|of)s?\b",
    re.IGNORECASE,
)
