"""The columns of a file of cases: what each is called here and in exports, and how its values are read. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from bot.domain.cases.codes import Channel, RecordingRoute, ReferralForm, Service
from bot.domain.cases.referral import SOURCES
from bot.domain.reading import days, values
from bot.domain.reading.ages import read_age
from bot.domain.shared import authorities, calendar, references
from bot.domain.shared.code import Code
from bot.domain.shared.errors import Refusal

_MIDNIGHT = re.compile(r"[T ]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?$")
_ZONED = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)? ?(Z|[+-]\d{2}:?\d{2})")
_WITH_YEAR = re.compile(r"(?:19|20)\d{2}|^\d{1,2}[/.-]\d{1,2}[/.-]\d{2}$|[a-z]\W*\d{2}$", re.IGNORECASE)
_PERSON = re.compile(r"[UW][A-Z0-9]{2,}")


@dataclass(frozen=True)
class Reading:
    """What reading a value may need: today, and who or which authority is meant by a name of the export."""

    today: date
    workers: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)


Reader = Callable[[str, Reading], object]


@dataclass(frozen=True)
class Column:
    """One column: its name, what exports call it, and how it is read; `usual` is taken where the cell is empty."""

    name: str
    also: tuple[str, ...]
    read: Reader
    needed: bool = False
    usual: object = None


_known_authority = lru_cache(maxsize=1000)(authorities.read)


def _reference(said: str, _reading: Reading) -> str:
    """A reference of the record system: no name, no date, none of ours."""
    ref = references.read(said)
    if ref.kind is not references.RefKind.ICS:
        raise Refusal("ics_ref_unreadable", "this is one of OOB's own references.")
    return ref.text


def read_day_cell(said: str, told: Reading) -> date:
    """Return the day of a cell; a moment with its zone is turned into the London day. Refused: `date_unreadable`."""
    if zoned := _ZONED.fullmatch(said.strip()):
        return _zoned(zoned)
    plain = _MIDNIGHT.sub("", said.strip())
    if not _WITH_YEAR.search(plain):
        raise Refusal("date_unreadable", "a day needs its year, such as 7/12/2026.")
    return days.read_day(plain, told.today)


def _zoned(found: re.Match[str]) -> date:
    """A moment with its zone, as databases export it: the day in London."""
    zone = "+00:00" if found[3] == "Z" else found[3]
    try:
        return calendar.london_day(datetime.fromisoformat(f"{found[1]}T{found[2]}{zone}"))
    except ValueError:
        raise days.unreadable(found[1]) from None


def _age(said: str, _reading: Reading) -> int | None:
    return read_age(said)


def _code(kind: type[Code]) -> Reader:
    return lambda said, _reading: values.code(kind, said)


def _authority(said: str, told: Reading) -> str:
    if (place := told.places.get(values.key_of(said))) is not None:
        return place
    try:
        return _known_authority(said)
    except Refusal as refusal:
        raise Refusal(refusal.code, f"{refusal.sentence} Or say which it is: --authority NAME=CODE.") from None


def _source(said: str, _reading: Reading) -> str:
    code = said.upper().split()[0]
    if code not in SOURCES:
        raise Refusal("source_unknown", "this is a source code of the census, 1A to 10.")
    return code


def _worker(said: str, told: Reading) -> str:
    known = told.workers.get(values.key_of(said))
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
    Column(
        "received_on",
        ("Referral date", "Date of referral", "Received", "Date received", "Contact date"),
        read_day_cell,
        needed=True,
    ),
    Column("worker", ("Allocated worker", "Social worker", "Worker name", "Key worker", "Allocated to"), _worker, needed=True),
    Column("opened_on", ("Opened", "Start date", "Episode start", "Date opened"), read_day_cell),
    Column("route", ("Type of work", "Episode type"), _code(RecordingRoute), usual=RecordingRoute.SHORT_TERM),
    Column("channel", ("Referred by",), _code(Channel), usual=Channel.WARD_STAFF),
    Column("service", ("Team", "Setting"), _code(Service)),
    Column("form", ("Referral form",), _code(ReferralForm)),
    Column("source_code", ("Source of referral", "Referral source"), _source),
    Column("age_years", ("Age", "Age at referral"), _age, needed=True),
    Column("threshold_level", ("Threshold", "Level of need"), lambda said, _: values.whole(said), usual=3),
    Column("urgent", (), lambda said, _: values.yes_or_no(said), usual=False),
    Column("first_response_on", ("First response", "Date first seen"), read_day_cell),
    Column("long_term", ("Long term",), lambda said, _: values.yes_or_no(said), usual=False),
    Column("restricted", ("Restricted access",), lambda said, _: values.yes_or_no(said), usual=False),
    Column("last_activity_on", ("Last contact", "Last visit", "Date of last contact"), read_day_cell),
    Column("core_completed_on", ("Core assessment completed", "Assessment completed", "Assessment end date"), read_day_cell),
    Column("last_review_on", ("Last review", "Date of last review"), read_day_cell),
    Column("shared_with_parents_on", ("Shared with parents",), read_day_cell),
    Column("shared_with_child_on", ("Shared with child",), read_day_cell),
    Column("chronology_on", ("Chronology", "Chronology completed"), read_day_cell),
    Column("next_expected_contact", ("Next contact", "Next appointment"), read_day_cell),
    Column("closed_on", ("Closed", "End date", "Closure date", "Date closed"), read_day_cell),
    Column("rc_code", ("Reason for closure", "Closure reason"), _reason),
)
"""In the order in which OOB exports them."""
