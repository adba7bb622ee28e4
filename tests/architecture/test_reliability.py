"""The page of reliability names a test for every fault that it promises, and the tests are there."""

import re
from pathlib import Path

from tests.soak.__main__ import FULL, FULL_PAIRS, PAIRS, SHORT
from tests.support.dying import STEPS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reliability.md").read_text()
FAULTS = [
    *(f"A{number}" for number in range(1, 13)),
    *(f"B{number}" for number in range(1, 9)),
    *("C1", "C3", "C4", "C5", "C6", "C7", "C8", "D1", "D2", "D9", "F1", "F2", "F3"),
]


def test_every_fault_has_a_row_and_its_id_stands_in_the_name_of_a_test() -> None:
    rows = re.findall(r"^\| ([A-F]\d+) [^|]+ \| ([^|]+) \|", PAGE, re.MULTILINE)
    assert [row for row, _ in rows] == FAULTS
    tests = {name for path in (ROOT / "tests").rglob("test_*.py") for name in re.findall(r"def (test_\w+)\(", path.read_text())}
    for row, shown in rows:
        named = re.findall(r"`(test_\w+)`", shown)
        assert [name for name in named if name not in tests] == [], row
        assert [name for name in named if f"_{row.lower()}_" in name], row


def test_every_scenario_of_the_soak_has_its_figure() -> None:
    assert "@" not in PAGE
    for name in (*FULL, *PAIRS):
        assert f"| {name} |" in PAGE, name


def test_the_soak_kills_and_sends_as_often_as_its_figures_ask() -> None:
    assert sum(plan.kills * plan.mornings for plan in FULL.values()) >= 200
    storm = FULL["kills and 3 replicas on PostgreSQL"]
    assert storm.people * storm.each * storm.mornings >= 10_000
    assert storm.weather.dropped == 0.1
    assert set(SHORT) <= set(FULL)
    assert len(STEPS) >= 12
    assert FULL_PAIRS >= 10_000
