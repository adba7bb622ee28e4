"""`make test-dates`: the suites that start processes, which live on the machine's day, at moments that are awkward.

`--part` plays what CI has time for: two moments, and the tests that depend on the day most.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.support.processes import ROOT

_WARNED = "ignore::pytest.PytestAssertRewriteWarning"  # time-machine is imported before pytest, which need not look into it
_PARALLEL = ["-W", _WARNED, "-n", "6", "--dist", "loadscope", "--no-loadscope-reorder"]
_LONDON = ZoneInfo("Europe/London")
MOMENTS = {
    "a Friday afternoon, Christmas Eve": datetime(2027, 12, 24, 16, 0, tzinfo=_LONDON),
    "ten minutes before the new year": datetime(2026, 12, 31, 23, 50, tzinfo=_LONDON),
    "the Saturday before a bank holiday Monday": datetime(2027, 5, 1, 11, 0, tzinfo=_LONDON),
    "a bank holiday": datetime(2027, 5, 31, 9, 0, tzinfo=_LONDON),
    "the night the clocks go forward": datetime(2027, 3, 28, 0, 50, tzinfo=_LONDON),
    "the night the clocks go back": datetime(2027, 10, 31, 1, 50, tzinfo=_LONDON),
    "29 February": datetime(2028, 2, 29, 9, 30, tzinfo=_LONDON),
    "a working morning just before 08:30": datetime(2027, 2, 1, 8, 29, tzinfo=_LONDON),
}
PART = ("ten minutes before the new year", "the night the clocks go back")
SUITES = ["tests/process", "tests/faults/test_soak.py", "tests/browser", "tests/acting", "tests/safety"]
SUITES_OF_PART = [
    "tests/process/test_reminders.py",
    "tests/process/test_cases.py",
    "tests/process/test_audits.py",
    "tests/faults/test_soak.py",
]


def play(name: str, moment: datetime, suites: list[str]) -> bool:
    """Run the suites as if it were that moment; whether they passed."""
    ahead = moment.timestamp() - datetime.now(UTC).timestamp()
    where = os.pathsep.join(filter(None, (str(Path(__file__).parent), os.environ.get("PYTHONPATH"))))
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *_PARALLEL, "-m", "not installs", *suites],
        cwd=ROOT,
        env=os.environ | {"OOB_TEST_AHEAD": str(ahead), "PYTHONPATH": where},
        capture_output=True,
        text=True,
        check=False,
    )
    last = done.stdout.strip().rpartition("\n")[2]
    sys.stdout.write(f"{moment:%a %d %b %Y %H:%M}, {name}: {last} ({time.monotonic() - began:.0f} s)\n")
    if done.returncode:
        sys.stdout.write(done.stdout[-8000:] + done.stderr[-2000:])
    sys.stdout.flush()
    return done.returncode == 0


def main() -> int:
    """Play every moment, and end with 1 when one of them failed."""
    parser = argparse.ArgumentParser(prog="test-dates", description="The suites that depend on the day, on other days.")
    parser.add_argument("--part", action="store_true", help="what CI has time for")
    parser.add_argument("--only", default="", help="the moments whose name holds this")
    chosen = parser.parse_args()
    names = [name for name in (PART if chosen.part else MOMENTS) if chosen.only in name]
    if not names:
        parser.error(f"no moment's name holds {chosen.only!r}")
    well = [play(name, MOMENTS[name], SUITES_OF_PART if chosen.part else SUITES) for name in names]
    return 0 if all(well) else 1


if __name__ == "__main__":
    sys.exit(main())
