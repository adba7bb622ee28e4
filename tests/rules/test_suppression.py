"""Small numbers in what leaves the team (domain.md §3.4, 5; §6 "Report": counts 1 to 4 shown "<5")."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.suppression import FEW, MANY, WITHHELD, count, parts, share, told_change


@pytest.mark.parametrize(("number", "told"), [(0, "0"), (1, "<5"), (4, "<5"), (5, "5"), (1234, "1,234")])
def test_a_count_from_one_to_four_is_told_as_less_than_five(number: int, told: str) -> None:
    assert count(number) == told


@given(st.lists(st.integers(0, 40), min_size=1, max_size=7))
def test_no_small_number_is_told_and_none_but_small_and_next_smallest_are_hidden(numbers: list[int]) -> None:
    shown = parts(numbers)
    for number, told in zip(numbers, shown, strict=True):
        assert (told == FEW) == (0 < number < 5)
        assert told in (FEW, MANY, f"{number:,}")
        assert told != MANY or number >= 5
    assert shown.count(MANY) <= 1


@given(st.lists(st.integers(0, 12), min_size=2, max_size=4).filter(lambda numbers: max(numbers) >= 5))
def test_the_total_does_not_say_what_a_hidden_number_is(numbers: list[int]) -> None:
    """Whoever knows the total and what is told finds at least two ways to fill in each hidden number."""
    shown, total = parts(numbers), sum(numbers)
    possible = [range(1, 5) if each == FEW else range(5, total + 1) if each == MANY else [int(each)] for each in shown]
    ways = [each for each in product(*possible) if sum(each) == total]
    for place, told in enumerate(shown):
        if told == FEW:
            assert len({way[place] for way in ways}) > 1, (numbers, shown)


def test_a_share_or_a_change_of_a_hidden_number_is_withheld() -> None:
    assert (share(FEW, 3, 40), share(MANY, 37, 40), share("20", 20, 40)) == (WITHHELD, WITHHELD, "50.0%")
    assert (share("0", 0, 0), share("0", 0, 3)) == ("n/a", "0.0%")
    assert (told_change("+50.0%", 6, 4), told_change("+50.0%", 6, 0), told_change("+20.0%", 6, 5)) == (
        WITHHELD,
        "+50.0%",
        "+20.0%",
    )
