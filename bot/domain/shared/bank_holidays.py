"""Bank holidays of England and Wales, from the package `holidays` (docs/domain.md §2.11). Pure data: nothing is fetched."""

from __future__ import annotations

from datetime import date
from functools import cache

_FIRST_YEAR, _LAST_YEAR = 2015, 2040


@cache
def bank_holidays() -> frozenset[date]:
    """Every bank holiday from 2015 to 2040. The first call takes about a quarter of a second; the process makes it at start."""
    from holidays.countries.united_kingdom import UnitedKingdom  # noqa: PLC0415 - slow to import, and needed late

    return frozenset(UnitedKingdom(subdiv="ENG", years=range(_FIRST_YEAR, _LAST_YEAR + 1)))  # type: ignore[no-untyped-call]


def last_known_day() -> date:
    """The day on which this data ends."""
    return date(_LAST_YEAR, 12, 31)
