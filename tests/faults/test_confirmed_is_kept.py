"""Nothing confirmed is lost or doubled, whatever happens to the process (docs/trust.md, Fault table C1; Figures R2)."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulator.client import Person, Seen, Workspace
from tests.support.processes import KEY, Bot, Slack, oob

pytestmark = pytest.mark.unmeasured

PEOPLE, EACH, KILLS = 50, 20, 3


@pytest.fixture(params=["sqlite", "postgresql"])
async def killable(request: pytest.FixtureRequest, slack: Slack, tmp_path: Path) -> AsyncIterator[Bot]:
    """A bot with fifty social workers, that the test may kill."""
    if request.param == "sqlite":
        bot = Bot(slack, f"sqlite:///{tmp_path / 'oob.db'}", OOB_KEYS=KEY, OOB_RATE_PER_MINUTE="1000").start()
    else:
        bot = Bot.on_server(slack, request.getfixturevalue("fresh_postgresql").migrated(), OOB_RATE_PER_MINUTE="1000").start()
    async with Workspace(slack.address) as workspace:
        sam = workspace.person("U0SAM")
        for number in range(PEOPLE):
            await workspace.add_user(id=f"U0W{number:02d}", name=f"w{number:02d}")
            assert "Saved" in (await sam.types(f"admin roles @w{number:02d} social worker")).text
    yield bot
    if bot.process and bot.process.poll() is None:
        bot.stop()


async def log_until_confirmed(person: Person, words: str) -> str:
    """What a person does: types, and on Slack's error types the same again, until the bot says that it is there."""
    for _ in range(400):
        seen = await person.types(f"inquiry {words}")
        if found := confirmed(seen):
            return found
        await asyncio.sleep(0.05)  # a person's own pause
    raise AssertionError(f"never confirmed: {seen.text}")


def confirmed(seen: Seen) -> str | None:
    found = re.search(r"\*(INQ-\d+-\d+)\* is logged|as \*(INQ-\d+-\d+)\*", seen.text)
    return (found[1] or found[2]) if found else None


async def test_c1_a_thousand_inquiries_by_fifty_people_with_kills_in_between(killable: Bot, slack: Slack) -> None:
    done = itertools.count(1)
    reached = {count: asyncio.Event() for count in (150, 400, 650)}
    refs: dict[str, str] = {}

    async def work(person: Person, number: int) -> None:
        for piece in range(EACH):
            words = f"marker-{number:02d}-{piece:02d} Ealing"
            refs[words] = await log_until_confirmed(person, words)
            if event := reached.get(next(done)):
                event.set()

    async def kill() -> None:
        for event in reached.values():
            await event.wait()
            await asyncio.to_thread(killable.kill)
            await asyncio.to_thread(killable.start)

    async with Workspace(slack.address) as workspace:
        await asyncio.gather(kill(), *(work(workspace.person(f"U0W{n:02d}"), n) for n in range(PEOPLE)))
        assert len(refs) == PEOPLE * EACH
        assert len(set(refs.values())) == PEOPLE * EACH
        reader = workspace.person("U0W00")
        assert f"{PEOPLE * EACH:,} inquiries" in (await reader.types("inquiries marker")).text
        for words in list(refs)[::97]:
            found = (await reader.types(f"inquiries {words.split()[0]}")).text
            assert "1 inquiry" in found
            assert refs[words] in found
    assert killable.stop() == 0
    checked = oob("verify", **{k: killable.environment[k] for k in ("OOB_DATABASE_URL", "OOB_KEYS")})
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "the chain holds" in checked.stdout
