"""Two people press at once (B4, R7): the short form of the scenario of `make soak`, on both databases."""

import pytest

from tests.soak.__main__ import SHORT_PAIRS
from tests.soak.two_people import press_at_once


@pytest.mark.unmeasured
async def test_b4_r7_two_people_who_press_at_once_have_one_effect_and_each_is_told(database_url: str) -> None:
    found = await press_at_once(database_url, SHORT_PAIRS)
    assert (found.pairs, found.decided, found.wrong) == (SHORT_PAIRS, SHORT_PAIRS, 0)
