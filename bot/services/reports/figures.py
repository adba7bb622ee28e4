"""The figures of a period: what the audit's report and a manager's `/oob report` say of referrals (A4, A10 to A20)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.domain.audits import sampling
from bot.domain.cases.codes import AssessmentKind, RecordingRoute
from bot.domain.cases.records import Referral
from bot.domain.cases.referral import OTHER_SOURCES, SOURCES, group_of
from bot.domain.inquiries.inquiry import LEVELS, Outcome
from bot.domain.obligations import first_response as urgent
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.calendar import is_working_day, midnight
from storage.db.engine import Tx
from storage.reports import counts
from storage.reports import referrals as report_referrals
from storage.reports.referrals import InquiryCounted, Referred
from storage.settings import rulesets

_NO_LEVEL = "not given"


@dataclass(frozen=True)
class Urgent:
    """How urgent cases were answered (A17): of how many how many in time and how many not; references but of restricted cases."""

    cases: int = 0
    in_time: int = 0
    missed: int = 0
    misses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figures:
    """Referrals of a period and of the same days a year earlier, counted in every way that the audit asks for.

    Every table has all of its rows, also those of nought. `bands`: age → (referrals, inquiries, of those signposted). `levels`:
    level of need → (referrals, inquiries). `other_sources`: now and a year ago. `is_over`: no day of the period is still to come.
    """

    is_over: bool
    referrals: int
    last_year: int
    re_referrals: int
    coverage_start: date | None
    working_days: int
    working_days_last_year: int
    taken_back: dict[str, int]
    sources: dict[str, int]
    groups: dict[str, int]
    groups_last_year: dict[str, int]
    other_sources: tuple[int, int]
    channels: dict[tuple[str, str], int]
    bands: dict[str, tuple[int, int, int]]
    levels: dict[str, tuple[int, int]]
    inquiries: int
    from_inquiries: int
    routes: dict[str, int]
    assessments: dict[str, int]
    assessed: int
    urgent: Urgent


def figures(tx: Tx, first: date, last: date) -> Figures:
    """Count a period; a part of it that is still to come has nothing."""
    before = report_referrals.received(tx, *last_year(tx, first, last))
    return counted(tx, first, last, report_referrals.received(tx, first, last), before)


def last_year(tx: Tx, first: date, last: date) -> tuple[date, date]:
    """The days of the year before with which a period is compared: those that have passed in it."""
    return sampling.same_last_year(first, min(last, tx.today))


def counted(tx: Tx, first: date, last: date, rows: list[Referred], before: list[Referred]) -> Figures:
    """The same of referrals that were read already: those of the period that count, and those of `last_year`."""
    before_first, before_last = last_year(tx, first, last)
    asked = report_referrals.asked(tx, first, last)
    made = report_referrals.assessed(tx, first, last)
    return Figures(
        is_over=last < tx.today,
        referrals=len(rows),
        last_year=len(before),
        re_referrals=sum(each.re_referral for each in counts.referrals(tx, first, last)),
        coverage_start=counts.first_referral(tx),
        working_days=_working_days(first, min(last, tx.today)),
        working_days_last_year=_working_days(before_first, before_last),
        taken_back=report_referrals.taken_back(tx, first, last),
        sources=sampling.spread((each.source_code for each in rows), tuple(SOURCES)),
        groups=_groups(rows),
        groups_last_year=_groups(before),
        other_sources=(_others(rows), _others(before)),
        channels=dict(sorted(Counter((each.channel, each.form) for each in rows).items())),
        bands=_bands(rows, asked),
        levels=_levels(rows, asked),
        inquiries=len(asked),
        from_inquiries=sum(each.from_inquiry is not None for each in rows),
        routes=sampling.spread((each.routes[0] for each in rows), tuple(each.value for each in RecordingRoute)),
        assessments=sampling.spread((kind for _, kind in made), tuple(each.value for each in AssessmentKind)),
        assessed=len({ref for ref, _ in made}),
        urgent=_urgent(tx, rows),
    )


def _working_days(first: date, last: date) -> int:
    holidays = bank_holidays()
    days = (date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1))
    return sum(is_working_day(day, holidays) for day in days)


def _groups(rows: list[Referred]) -> dict[str, int]:
    return sampling.spread((group_of(each.source_code) for each in rows), tuple(dict.fromkeys(map(group_of, SOURCES))))


def _others(rows: list[Referred]) -> int:
    return sum(each.source_code in OTHER_SOURCES for each in rows)


def _bands(rows: list[Referred], asked: list[InquiryCounted]) -> dict[str, tuple[int, int, int]]:
    """An inquiry without an age stands in no band: nobody said that the child is unborn."""
    referred = Counter(sampling.band_of(each.age_years) for each in rows)
    aged = [each for each in asked if each.age_years is not None]
    inquired = Counter(sampling.band_of(each.age_years) for each in aged)
    signposted = Counter(sampling.band_of(each.age_years) for each in aged if each.outcome is Outcome.SIGNPOSTED)
    return {band: (referred[band], inquired[band], signposted[band]) for band in sampling.BANDS}


def _levels(rows: list[Referred], asked: list[InquiryCounted]) -> dict[str, tuple[int, int]]:
    referred = Counter(str(each.threshold_level) for each in rows)
    inquired = Counter(str(each.threshold_level or _NO_LEVEL) for each in asked)
    names = [*(str(level) for level in range(1, LEVELS + 1)), _NO_LEVEL]
    return {name: (referred[name], inquired[name]) for name in names}


def _urgent(tx: Tx, rows: list[Referred]) -> Urgent:
    found = answered(tx, rows)
    misses = [each for each in rows if found.get(each.ref) is False]
    in_time = sum(each is True for each in found.values())
    return Urgent(len(found), in_time, len(misses), tuple(each.ref for each in misses if not each.restricted))


def answered(tx: Tx, rows: Iterable[Referred | Referral]) -> dict[str, bool | None]:
    """Urgent referral → whether it was answered in time; None while it is not too late yet (A17, R11)."""
    versions, holidays = rulesets.versions(tx), bank_holidays()
    found: dict[str, bool | None] = {}
    for each in rows:
        received_at = each.received_at or midnight(each.received_on)
        asked = urgent.response(each.ref, received_at, versions, holidays, each.first_response_at) if each.urgent else None
        if asked is None:
            continue
        late = each.first_response_at is not None or (asked.due is not None and asked.due < tx.today)
        found[each.ref] = True if urgent.in_time(asked) else False if late else None
    return found
