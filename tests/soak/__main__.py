"""`make soak`: real replicas of the bot under kills and faults; what was lost or repeated is counted and printed.

`python -m tests.soak` takes half an hour and comes to the figures of docs/reliability.md; `--short` takes a minute, for CI. It
ends with 1 when anything was lost, repeated or refused for its pace.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from tests.soak.storm import Plan, Weather, come_back, storm, sweep
from tests.soak.team import Team
from tests.soak.two_people import press_at_once
from tests.support.processes import ROOT


class Found(Protocol):
    """What came of a scenario."""

    @property
    def sentence(self) -> str:
        """For people."""
        ...

    @property
    def well(self) -> bool:
        """Whether all went well."""
        ...


ROUGH = Weather(dropped=0.10, failing=0.05)
FULL = {
    "sweep": Plan(people=100, each=10, mornings=1),
    "kills on SQLite": Plan(people=50, each=5, mornings=20, kills=5),
    "kills and 3 replicas on PostgreSQL": Plan(people=50, each=5, mornings=40, kills=6, replicas=3, weather=ROUGH),
    "3 replicas for ten minutes on PostgreSQL": Plan(people=50, each=5, mornings=200, replicas=3, weather=ROUGH, minutes=10),
    "back after 30 days": Plan(people=200, each=5, mornings=22),
}
SHORT = {
    "sweep": Plan(people=100, each=10, mornings=1),
    "kills on SQLite": Plan(people=20, each=5, mornings=2, kills=3),
    "kills and 3 replicas on PostgreSQL": Plan(people=20, each=5, mornings=2, kills=4, replicas=3, weather=ROUGH),
    "back after 30 days": Plan(people=40, each=2, mornings=22),
}
PAIRS = ("two people press at once on SQLite", "two people press at once on PostgreSQL")
FULL_PAIRS, SHORT_PAIRS = 10_000, 160


async def play(plans: dict[str, Plan | int], fresh_postgresql: Callable[[], str]) -> bool:
    """Every scenario with its line; whether all went well."""
    well = True
    for name, plan in plans.items():
        with tempfile.TemporaryDirectory(prefix="oob-soak-") as folder:
            url = fresh_postgresql() if "PostgreSQL" in name else f"sqlite:///{Path(folder) / 'oob.db'}"
            began = time.monotonic()
            if isinstance(plan, int):
                found: Found = await press_at_once(url, plan)
            else:
                scenario = {"sweep": sweep, "back after 30 days": come_back}.get(name, storm)
                found = await scenario(Team(url, plan))
        sys.stdout.write(f"{name}: {found.sentence} ({time.monotonic() - began:.0f} s)\n")
        sys.stdout.flush()
        well = well and found.well
    return well


def ten_years() -> bool:
    """R5: the oracle's ten years, played by their test."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/stories", "-m", "years"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    sys.stdout.write("".join(f"{line}\n" for line in done.stdout.splitlines() if line.startswith("R5")))
    return done.returncode == 0


def main() -> int:
    """Read the arguments, play, and say how it went."""
    parser = argparse.ArgumentParser(prog="soak", description="Kills, faults and replicas; counts what was lost or repeated.")
    parser.add_argument("--short", action="store_true", help="a minute, for CI")
    parser.add_argument("--only", help="one scenario, by the beginning of its name")
    chosen = parser.parse_args()
    every = SHORT | dict.fromkeys(PAIRS, SHORT_PAIRS) if chosen.short else FULL | dict.fromkeys(PAIRS, FULL_PAIRS)
    plans = {name: plan for name, plan in every.items() if name.startswith(chosen.only or "")}
    if not plans:
        parser.error(f"no scenario begins with {chosen.only!r}")
    with ExitStack() as stack:
        well = asyncio.run(play(plans, _databases(stack)))
    if not chosen.short and not chosen.only:
        well = ten_years() and well
    return 0 if well else 1


def _databases(stack: ExitStack) -> Callable[[], str]:
    """Makes fresh PostgreSQL databases; the server starts when the first is asked for, and ends with `stack`."""
    from tests.support.servers import fresh_database

    return lambda: fresh_database(stack)


if __name__ == "__main__":
    sys.exit(main())
