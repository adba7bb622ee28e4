"""Years of a team against an oracle that was written apart from the bot, from the text of the guidelines."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest

from tests.stories.conftest import Tell
from tests.stories.lives import MANAGER_OF, PEOPLE, team
from tests.stories.oracle import Item, Oracle
from tests.support.telling import Outcome

pytestmark = pytest.mark.unmeasured

FIRST = date(2026, 1, 5)


def items_of(story: Outcome) -> Counter[Item]:
    found: Counter[Item] = Counter()
    for message in story.messages("reminder"):
        for item in message["items"]:
            found[message["at"], message["to"], item["rule"], item["stage"], item["case"], item.get("about"), item["due"]] += 1
    return found


def compared(tell: Tell, seed: int, cases: int, last: date) -> tuple[list[str], int]:
    """What was said and not asked, or asked and not said; and how many messages there should be."""
    events = team(seed, cases, FIRST, last)
    story = tell(last, events, people=PEOPLE, manager_of=MANAGER_OF)
    assert story.refused == []
    expected, found = Oracle().play(events, last), items_of(story)
    missing = [f"missing {item}" for item in (expected - found).elements()]
    return sorted(missing + [f"not asked {item}" for item in (found - expected).elements()]), expected.total()


@pytest.mark.parametrize("seed", range(5))
def test_two_years_of_a_small_team_say_what_the_guidelines_ask_and_nothing_else(tell: Tell, seed: int) -> None:
    wrong, said = compared(tell, seed, 6, date(2027, 12, 31))
    assert wrong == []
    assert said > 0


@pytest.mark.years
def test_ten_years_of_a_team_of_200_cases_say_nothing_wrong_miss_nothing_and_say_nothing_twice(
    tell: Tell, figure: Callable[..., None]
) -> None:
    wrong, said = compared(tell, int(os.environ.get("OOB_ORACLE_SEED", "200")), 200, date(2035, 12, 31))
    figure("R5", "wrong, missing or double messages in ten years of 200 cases", len(wrong), said)
    assert wrong == []
    assert said > 0
