"""P7: taking over the cases of a record system (the audit over a million referrals is measured in `benchmarks.auditing`)."""

from __future__ import annotations

import csv
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import cases_csv, contenders
from benchmarks.verdicts import Verdict, at_most
from tests.support.processes import KEY, oob

CASES = 10_000
ROUNDS = 3


def measure(fresh_postgresql: Callable[[], str]) -> Iterator[Verdict]:
    """`oob import` as an administrator runs it, each time into an empty database."""
    with tempfile.TemporaryDirectory(prefix="oob-bench-") as folder:
        file = Path(folder) / "cases.csv"
        with file.open("w", encoding="utf-8", newline="") as written:
            table = csv.writer(written)
            table.writerow(cases_csv.HEAD)
            table.writerows(cases_csv.rows(CASES, random.Random(1)))  # noqa: S311 - invented cases, no secrets
        for kind in ("SQLite", "PostgreSQL"):
            urls = [fresh_postgresql() if kind == "PostgreSQL" else f"sqlite:///{folder}/{n}.db" for n in range(ROUNDS)]
            yield at_most("P7", f"import of {CASES:,} cases, {kind}", [_seconds(file, url) for url in urls], 10, "s")


def _seconds(file: Path, url: str) -> float:
    contenders.with_team(url)
    began = time.perf_counter()
    arguments = ("import", str(file), "--worker", f"Okafor, Dana={contenders.PEOPLE[0]}")
    done = oob(*arguments, OOB_DATABASE_URL=url, OOB_KEYS=KEY, OOB_ADMINS="U0SAM")
    took = time.perf_counter() - began
    if done.returncode:
        raise AssertionError(done.stdout + done.stderr)
    return took
