"""The columns of a file of cases: what each is called here and in exports, and how its values are read. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from bot.rules import authorities, calendar, refs
from bot.rules.codes import Channel, Code, Form, Route, Service
from bot.rules.referral import SOURCES
from bot.rules.refusal import Refusal

_MIDNIGHT = re.compile(r"[T ]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?Z?$")
_WITH_YEAR = re.compile(r"(?:19|20)\d{2}|^\d{1,2}[/.-]\d{1,2}[/.-]\d{2}$|[a-z]\W*\d{2}$", re.IGNORECASE)
_YES, _NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0", ""})
_PERSON = re.compile(r"[UW][A-Z0-9]{2,}")


@dataclass(frozen=True)
class Reading:
    """What reading a value may need: today, and who is meant by a name of the export."""

    today: date
    workers: Mapping[str, str] = field(default_factory=dict)


Reader = Callable[[str, Reading], object]


@dataclass(frozen=True)
class Column:
    """One column: its name, what exports call it, and how it is read; `usual` is taken where the cell is empty."""

    name: str
    also: tuple[str, ...]
    read: Reader
    needed: bool = False
    usual: object = None


def key_of(heading: str) -> str:
    """A heading without case, spaces and signs: "Person ID" and "person_id" are one."""
    return "".join(letter for letter in heading.casefold() if letter.isalnum())


_named = lru_cache(maxsize=1000)(authorities.named)


def _reference(said: str, _reading: Reading) -> str:
    """A reference of the record system: no name, no date, none of ours."""
    ref = refs.read(said)
    if ref.kind is not refs.RefKind.ICS:
        raise Refusal("ics_ref_unreadable", "this is one of OOB's own references.")
    return ref.text


def _day(said: str, reading: Reading) -> date:
    plain = _MIDNIGHT.sub("", said.strip())
    if not _WITH_YEAR.search(plain):
        raise Refusal("date_unreadable", "a day needs its year, such as 7/12/2026.")
    return calendar.parse_date(
        re.sub(r"(?<=[a-z0-9])-(?=[a-z])|(?<=[a-z])-(?=\d)", " ", plain, flags=re.IGNORECASE), reading.today
    )


def _whole(said: str, _reading: Reading) -> int:
    if said.isascii() and said.isdigit() and len(said) <= len("999"):
        return int(said)
    raise Refusal("not_a_number", "this is a whole number.")


def _age(said: str, reading: Reading) -> int | None:
    return None if said.casefold() == "unborn" else _whole(said, reading)


def _flag(said: str, _reading: Reading) -> bool:
    if said.casefold() in _YES | _NO:
        return said.casefold() in _YES
    raise Refusal("value_unknown", "this is yes or no.")


def _code(kind: type[Code]) -> Reader:
    def read(said: str, _reading: Reading) -> Code:
        wanted = key_of(said)
        found = next((code for code in kind if wanted in (key_of(code.value), key_of(code.words))), None)
        if found is None:
            raise Refusal("value_unknown", f"this is one of: {', '.join(code.words for code in kind)}.")
        return found

    return read


def _authority(said: str, _reading: Reading) -> str:
    if said.upper() in authorities.names():
        return said.upper()
    found = _named(said) or next((code for code, words in authorities.ELSEWHERE.items() if said in (code, words)), None)
    if found is None:
        raise Refusal("authority_unknown", "I know no authority of that name; a GSS code such as E09000009 works, too.")
    return found


def _source(said: str, _reading: Reading) -> str:
    code = said.upper().split()[0]
    if code not in SOURCES:
        raise Refusal("source_unknown", "this is a source code of the census, 1A to 10.")
    return code


def _worker(said: str, reading: Reading) -> str:
    known = reading.workers.get(key_of(said))
    if known is None and _PERSON.fullmatch(said):
        return said
    if known is None:
        raise Refusal("no_person", "this is a Slack member ID; name who is meant with --worker NAME=ID.")
    return known


def _reason(said: str, _reading: Reading) -> str:
    return said.upper().split()[0]


COLUMNS = (
    Column(
        "ics_ref",
        ("ICS ID", "ICS number", "Person ID", "Mosaic ID", "Framework ID", "Case number", "Case ID"),
        _reference,
        needed=True,
    ),
    Column(
        "home_authority", ("Home LA", "Home local authority", "Responsible authority", "Local authority"), _authority, needed=True
    ),
    Column("received_on", ("Referral date", "Date of referral", "Received", "Date received", "Contact date"), _day, needed=True),
    Column("worker", ("Allocated worker", "Social worker", "Worker name", "Key worker", "Allocated to"), _worker, needed=True),
    Column("opened_on", ("Opened", "Start date", "Episode start", "Date opened"), _day),
    Column("route", ("Type of work", "Episode type"), _code(Route), usual=Route.SHORT_TERM),
    Column("channel", ("Referred by",), _code(Channel), usual=Channel.WARD_STAFF),
    Column("service", ("Team", "Setting"), _code(Service)),
    Column("form", ("Referral form",), _code(Form)),
    Column("source_code", ("Source of referral", "Referral source"), _source),
    Column("age_years", ("Age", "Age at referral"), _age, needed=True),
    Column("threshold_level", ("Threshold", "Level of need"), _whole, usual=3),
    Column("urgent", (), _flag, usual=False),
    Column("first_response_on", ("First response", "Date first seen"), _day),
    Column("long_term", ("Long term",), _flag, usual=False),
    Column("restricted", ("Restricted access",), _flag, usual=False),
    Column("last_activity_on", ("Last contact", "Last visit", "Date of last contact"), _day),
    Column("core_completed_on", ("Core assessment completed", "Assessment completed", "Assessment end date"), _day),
    Column("last_review_on", ("Last review", "Date of last review"), _day),
    Column("shared_with_parents_on", ("Shared with parents",), _day),
    Column("shared_with_child_on", ("Shared with child",), _day),
    Column("chronology_on", ("Chronology", "Chronology completed"), _day),
    Column("next_expected_contact", ("Next contact", "Next appointment"), _day),
    Column("closed_on", ("Closed", "End date", "Closure date", "Date closed"), _day),
    Column("rc_code", ("Reason for closure", "Closure reason"), _reason),
)
"""In the order in which OOB exports them."""
