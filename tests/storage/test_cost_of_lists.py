"""What lists cost: the rows that they list, whatever is stored beside them (P4; VM steps and pages need no clock)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.documents import reports
from bot.services.audits import sampling
from storage.db.engine import Tx
from tests.support import one_audit
from tests.support.crowds import LISTS, Crowd


@pytest.fixture(scope="module")
def crowds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Crowd, Crowd]:
    """A team among a thousand cases, and the same team among a hundred thousand."""
    folder = tmp_path_factory.mktemp("lists")
    return Crowd(f"sqlite:///{folder / 'small.db'}", 1_000), Crowd(f"sqlite:///{folder / 'large.db'}", 100_000)


@pytest.mark.parametrize("name", LISTS)
def test_p4_a_list_costs_what_it_lists_among_1_000_and_among_100_000_cases(crowds: tuple[Crowd, Crowd], name: str) -> None:
    small, large = crowds
    (listed, steps), (listed_too, steps_too) = small.steps(LISTS[name]), large.steps(LISTS[name])
    assert listed == listed_too
    assert steps == steps_too
    assert 0 < steps < 20_000


def audited(tx: Tx) -> tuple[object, object]:
    """A week whose year, and whose days a year before, have the same referrals in both databases."""
    drawn = sampling.sample(tx, "2026-W48", "seed")
    return drawn.frame.refs, reports.gathered(tx, "referrals", date(2026, 11, 23), date(2026, 11, 29))


def reported(tx: Tx) -> tuple[object, object]:
    """The committee's report and its rows, of an audit of that week; its month has one referral, its year four in both."""
    told, files = one_audit.audited(tx, "2026-W47")
    return told.tables[3:], files["cases"]


@pytest.mark.parametrize("audited", [audited, reported])
def test_p7_an_audit_costs_the_weeks_that_are_asked_whatever_was_referred_before(
    tmp_path: Path, audited: Callable[[Tx], object]
) -> None:
    few, many = (Crowd(f"sqlite:///{tmp_path / str(beside)}.db", beside) for beside in (200, 2_400))
    (told, steps), (told_too, steps_too) = few.steps(audited), many.steps(audited)
    assert told == told_too
    assert steps == steps_too


def test_p4_the_lists_that_are_measured_are_not_empty(crowds: tuple[Crowd, Crowd]) -> None:
    small, _ = crowds
    digest, _ = small.steps(LISTS["digest"])
    agenda, _ = small.steps(LISTS["agenda"])
    assert digest.lists["threshold"] == ["OOB-2026-0001", "OOB-2026-0002"]  # type: ignore[attr-defined]  # a Digest
    assert len(agenda) == 5  # type: ignore[arg-type]  # entries
