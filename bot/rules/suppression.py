"""Small numbers in what leaves the team: a count from 1 to 4 could point to a child (domain.md §3.4, 5). Pure.

It is told as "<5". Where such counts could be had back from a total, the next smallest is told as "5 or more".
"""

from __future__ import annotations

from collections.abc import Sequence

SMALL = 5
FEW = "<5"
MANY = "5 or more"
WITHHELD = "withheld"


def is_small(number: int) -> bool:
    """Whether a count is told as "<5"."""
    return 0 < number < SMALL


def count(number: int) -> str:
    """One count by itself."""
    return FEW if is_small(number) else f"{number:,}"


def parts(numbers: Sequence[int]) -> list[str]:
    """Counts that make up a whole which is told beside them.

    Where the whole says what the small ones are (there is one, or they can only be all 1 or all 4), the next smallest is hidden.
    """
    shown = [count(each) for each in numbers]
    small = [each for each in numbers if is_small(each)]
    others = [each for each in numbers if each >= SMALL]
    if small and others and (len(small) == 1 or sum(small) in (len(small), len(small) * (SMALL - 1))):
        shown[numbers.index(min(others))] = MANY
    return shown


def share(shown: str, number: int, whole: int) -> str:
    """The share that a count of `parts` is of its whole, where the count itself is told."""
    if shown in (FEW, MANY):
        return WITHHELD
    return f"{100 * number / whole:.1f}%" if whole else "n/a"


def told_change(told: str, *numbers: float) -> str:
    """A change between numbers, unless one of them is small."""
    return WITHHELD if any(0 < each < SMALL for each in numbers) else told
