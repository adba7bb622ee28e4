"""An invented export of a record system, for measuring `oob import`: `python benchmarks/cases_csv.py 10000 > cases.csv`."""

from __future__ import annotations

import csv
import random
import sys
from datetime import date, timedelta

HEAD = (
    *("Person ID", "Surname", "Home LA", "Referral date", "Allocated worker", "Route", "Age", "Last contact"),
    *("Core assessment completed", "Closed", "Reason for closure"),
)
PLACES = ("Ealing", "Hammersmith and Fulham", "E09000033", "Surrey", "City of Westminster")
FIRST, DAYS = date(2025, 1, 6), 600


def rows(number: int, chance: random.Random) -> list[list[object]]:
    """`number` cases, a quarter of them closed, a third with a core assessment; the same for the same seed."""
    found: list[list[object]] = []
    for place in range(number):
        received = FIRST + timedelta(days=chance.randrange(DAYS))
        closed = received + timedelta(days=60) if place % 4 == 1 else None
        core = received + timedelta(days=30) if place % 3 == 0 else None
        found.append(
            [
                f"P{100_000 + place}",
                "Invented",
                chance.choice(PLACES),
                f"{received:%d/%m/%Y}",
                "Okafor, Dana",
                "Short-term work" if place % 2 else "Assessment",
                chance.randrange(18),
                f"{received + timedelta(days=10):%d/%m/%Y} 00:00:00",
                f"{core:%d-%b-%Y}" if core else "",
                closed or "",
                "RC7" if closed else "",
            ]
        )
    return found


def main() -> None:
    """Write the file to standard output."""
    table = csv.writer(sys.stdout)
    table.writerow(HEAD)
    table.writerows(rows(int(sys.argv[1]), random.Random(1)))  # noqa: S311 - invented cases, no secrets


if __name__ == "__main__":
    main()
