"""`make bench`: every goal of the design's performance text, each a ratio of things measured in one run, and whether it holds.

`python -m benchmarks --only P4` measures one; `--write` puts the table into docs/performance.md. Ends with 1 when a goal fails.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from benchmarks import answering, importing, listing, losing, page, starting
from benchmarks.verdicts import Verdict, tally
from tests.support.servers import fresh_database

Part = Callable[[Callable[[], str]], Iterator[Verdict]]
PARTS: dict[str, Part] = {
    "P1 P2 P3": answering.measure,
    "P4 P5 P7": listing.measure,
    "P5 P8": losing.measure,
    "P6": starting.measure,
    "P7": importing.measure,
}


def main() -> int:
    """Measure, print, and perhaps write."""
    parser = argparse.ArgumentParser(prog="benchmarks", description="Measured speed and scale; see docs/performance.md.")
    parser.add_argument("--only", metavar="P", help="the part that measures this goal")
    parser.add_argument("--write", action="store_true", help="put what was measured into docs/performance.md")
    chosen = parser.parse_args()
    parts = {names: part for names, part in PARTS.items() if chosen.only is None or chosen.only in names.split()}
    if not parts:
        parser.error(f"there is no goal {chosen.only}")
    began = time.monotonic()
    verdicts: list[Verdict] = []
    with ExitStack() as stack:
        for part in parts.values():
            for verdict in part(lambda: fresh_database(stack)):
                sys.stdout.write(f"{verdict.line}\n")
                sys.stdout.flush()
                verdicts.append(verdict)
    took = time.monotonic() - began
    sys.stdout.write(f"{tally(verdicts)}; {took / 60:.0f} minutes\n")
    if chosen.write:
        page.write(verdicts, took, whole=chosen.only is None)
    return 0 if all(verdict.holds for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
