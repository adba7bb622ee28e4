"""What the page in the browser asks the simulator for."""

from datetime import UTC, datetime

import aiohttp
import pytest

from simulator.client import CannotDo, Workspace
from simulator.clock import ahead
from simulator.world import World
from tests.support.processes import Slack

FRIDAY = datetime(2026, 12, 4, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("to", "now", "then"),
    [
        ("working_day", FRIDAY, datetime(2026, 12, 7, 8, 30, tzinfo=UTC)),
        ("working_day", datetime(2026, 12, 24, 9, tzinfo=UTC), datetime(2026, 12, 29, 8, 30, tzinfo=UTC)),
        ("monday", datetime(2026, 12, 7, 7, tzinfo=UTC), datetime(2026, 12, 14, 8, 30, tzinfo=UTC)),
        ("monday", datetime(2026, 3, 27, 9, tzinfo=UTC), datetime(2026, 3, 30, 7, 30, tzinfo=UTC)),
        ("month", datetime(2027, 1, 31, 12, tzinfo=UTC), datetime(2027, 2, 28, 12, tzinfo=UTC)),
        ("month", datetime(2026, 12, 15, 12, tzinfo=UTC), datetime(2027, 1, 15, 12, tzinfo=UTC)),
        ("2027-02-02", FRIDAY, datetime(2027, 2, 2, 8, 30, tzinfo=UTC)),
    ],
)
def test_time_goes_on_to_the_day_that_people_mean(to: str, now: datetime, then: datetime) -> None:
    assert ahead(to, now) == then


def test_after_travelling_back_messages_carry_the_earlier_time_and_stay_in_order() -> None:
    world = World()
    world.now = lambda: 2_000_000.0
    later = [float(world.ts()) for _ in range(3)]
    world.now = lambda: 1_000_000.0
    earlier = [float(world.ts()) for _ in range(3)]
    assert later == sorted(later)
    assert earlier == sorted(set(earlier))
    assert 1_000_000.0 <= earlier[0] < 1_000_001.0


async def test_the_page_comes_with_a_policy_and_nothing_from_elsewhere(slack: Slack) -> None:
    async with aiohttp.ClientSession(slack.address) as session:
        page = await session.get("/")
        text = await page.text()
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "https://" not in text
        for name in ("app.js", "style.css", "icon.svg"):
            found = await session.get(f"/page/{name}")
            assert found.status == 200
            assert "//cdn" not in await found.text()
        for wrong in ("/page/nothing.js", "/page/..%2Fserver.py", "/page/world.py"):
            assert (await session.get(wrong)).status == 404


async def test_what_somebody_sees_is_told_when_it_changes_and_to_nobody_unknown(workspace: Workspace) -> None:
    first = await workspace.get("/sim/changes/U0DANA")
    await workspace.person("U0DANA").says("hello")
    second = await workspace.get(f"/sim/changes/U0DANA?unless={first['version']}")
    assert second["version"] != first["version"]
    assert "hello" in str(second["channels"])
    assert "nobody" in str(await workspace.get("/sim/changes/U0NOBODY"))
    with pytest.raises(CannotDo, match="/nothing is not a command"):
        await workspace.post("/sim/act/command", {"user": "U0DANA", "channel": "C0TEAM", "text": "", "name": "/nothing"})
