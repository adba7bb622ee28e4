"""Small numbers in what leaves the team: a count from 1 to 4 could point to a child (docs/domain.md §3.4, 5). Pure.

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
    """Counts that make up a whole which is told beside them, unless it is small itself.

    As many of the next smallest are hidden, too, as it takes to leave two possibilities for each small one. Where nothing is left
    to hide, what is hidden is not even told to be small or large.
    """
    shown = [count(each) for each in numbers]
    hidden = [each for each in numbers if is_small(each)]
    few, others = len(hidden), sorted((each, place) for place, each in enumerate(numbers) if each >= SMALL)
    if not hidden or sum(numbers) < SMALL:
        return shown
    while not _leaves_open(sum(hidden), few, len(hidden) - few):
        if not others:
            return [WITHHELD if told in (FEW, MANY) else told for told in shown]
        number, place = others.pop(0)
        hidden.append(number)
        shown[place] = MANY
    return shown


def _leaves_open(total: int, few: int, many: int) -> bool:
    """Whether that many numbers from 1 to 4, and from 5 up, with this sum, leave two possibilities for each small one."""
    if many:
        return total > few + many * SMALL
    return few > 1 and few < total < few * (SMALL - 1)


def share(shown: str, number: int, whole: int) -> str:
    """The share that a count of `parts` is of its whole, where the count itself is told."""
    if shown in (FEW, MANY, WITHHELD):
        return WITHHELD
    return f"{100 * number / whole:.1f}%" if whole else "n/a"


def told_change(told: str, *numbers: float) -> str:
    """A change between numbers, unless one of them is small."""
    return WITHHELD if not told.startswith("n/a") and any(0 < each < SMALL for each in numbers) else told
