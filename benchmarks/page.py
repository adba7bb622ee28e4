"""The table in docs/performance.md."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.verdicts import Verdict, tally

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
_BEGINS, _ENDS = "<!-- measured: begins -->", "<!-- measured: ends -->"


def write(verdicts: Sequence[Verdict], took: float, *, whole: bool) -> None:
    """Put the table of a whole run in the place of the last one; a part of the goals is refused."""
    if not whole:
        raise SystemExit("Only a whole run is written: leave out --only.")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGINS)
    _, _, after = rest.partition(_ENDS)
    PAGE.write_text(f"{before}{_BEGINS}\n{table(verdicts, took)}\n{_ENDS}{after}", encoding="utf-8")


def table(verdicts: Sequence[Verdict], took: float) -> str:
    """The verdicts in the order of the goals, with what they were measured on."""
    rows = [verdict.row for verdict in sorted(verdicts, key=lambda each: each.goal)]
    return "\n".join(
        (
            f"Measured on {datetime.now(UTC):%-d %B %Y} in {took / 60:.0f} minutes: {machine()}.",
            f"{tally(verdicts)}.",
            "",
            "| | what | goal | measured: median (least to most) | |",
            "|---|---|---|---|---|",
            *rows,
        )
    )


def machine() -> str:
    """The kind of machine, without its name."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in ("slack-bolt", "sqlalchemy", "uvicorn"))
    return (
        f"{cores} cores ({platform.machine()}), {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {packages}"
    )
