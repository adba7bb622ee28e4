"""What lists cost: the rows that they list, whatever is stored beside them (P4; VM steps and pages need no clock)."""

from __future__ import annotations

import pytest

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


def test_p4_the_lists_that_are_measured_are_not_empty(crowds: tuple[Crowd, Crowd]) -> None:
    small, _ = crowds
    digest, _ = small.steps(LISTS["digest"])
    agenda, _ = small.steps(LISTS["agenda"])
    assert digest.lists["threshold"] == ["OOB-2026-0001", "OOB-2026-0002"]  # type: ignore[attr-defined]  # a Digest
    assert len(agenda) == 5  # type: ignore[arg-type]  # entries
