"""Small numbers in what leaves the team (docs/domain.md §3.4, 5; §6 "Report": counts 1 to 4 shown "<5")."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.audits.suppression import FEW, MANY, WITHHELD, count, parts, share, told_change


@pytest.mark.parametrize(("number", "told"), [(0, "0"), (1, "<5"), (4, "<5"), (5, "5"), (1234, "1,234")])
def test_a_count_from_one_to_four_is_told_as_less_than_five(number: int, told: str) -> None:
    assert count(number) == told


@given(st.lists(st.integers(0, 40), min_size=1, max_size=7))
def test_no_small_number_is_told_and_others_are_hidden_only_beside_one(numbers: list[int]) -> None:
    shown = parts(numbers)
    for number, told in zip(numbers, shown, strict=True):
        assert told == f"{number:,}" if not 0 < number < 5 and told not in (MANY, WITHHELD) else told in (FEW, MANY, WITHHELD)
        assert told != MANY or number >= 5
    if not any(0 < number < 5 for number in numbers):
        assert shown == [f"{number:,}" for number in numbers]


@given(st.lists(st.integers(0, 12), min_size=2, max_size=4).filter(lambda numbers: sum(numbers) >= 5))
@example([1, 5])
@example([4, 4])
@example([1, 1, 5, 20])
def test_the_total_does_not_say_what_a_hidden_number_is(numbers: list[int]) -> None:
    """Whoever knows the total and what is told finds at least two ways to fill in each small number."""
    shown, total = parts(numbers), sum(numbers)
    ranges = {FEW: range(1, 5), MANY: range(5, total + 1), WITHHELD: range(1, total + 1)}
    ways = [each for each in product(*(ranges.get(told) or [int(told)] for told in shown)) if sum(each) == total]
    for place, told in enumerate(shown):
        if told == FEW or (told == WITHHELD and len(numbers) - shown.count("0") > 1):
            assert len({way[place] for way in ways}) > 1, (numbers, shown)


def test_a_small_whole_is_not_told_so_its_parts_are_only_small() -> None:
    assert parts([3, 0, 0]) == [FEW, "0", "0"]
    assert parts([23, 2, 0]) == [MANY, FEW, "0"]
    assert parts([4, 4, 20]) == [FEW, FEW, MANY]
    assert parts([4, 3, 20]) == [FEW, FEW, "20"]
    assert parts([1, 5]) == [WITHHELD, WITHHELD]


def test_a_share_or_a_change_of_a_hidden_number_is_withheld() -> None:
    assert (share(FEW, 3, 40), share(MANY, 37, 40), share("20", 20, 40)) == (WITHHELD, WITHHELD, "50.0%")
    assert (share("0", 0, 0), share("0", 0, 3)) == ("n/a", "0.0%")
    assert (told_change("+50.0%", 6, 4), told_change("+50.0%", 6, 0), told_change("+20.0%", 6, 5)) == (
        WITHHELD,
        "+50.0%",
        "+20.0%",
    )
