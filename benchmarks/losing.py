"""P8: what is lost, said twice or refused for its pace under kills; and how many conversations are written to at once (P5)."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Callable, Iterator

from sqlalchemy import select

from benchmarks import contenders
from benchmarks.contenders import INQUIRY, PEOPLE
from benchmarks.load import Connection, Pen, connect
from benchmarks.verdicts import Verdict, at_least
from storage.db.engine import make_engine
from storage.db.tables import InquiryRow
from tests.soak.__main__ import ROUGH
from tests.soak.storm import at_work, storm, sweep
from tests.soak.team import Plan, Team
from tests.support.processes import Slack
from tests.support.settling import settled

KILLS = 25
CONNECTIONS = 16
_BEFORE_A_KILL = 0.3
_HANGING, _LOOKED_AT = 4.0, 2.0
_LOGGED = re.compile(rb"\*(INQ-\d+-\d+)\* is logged")
_KILLED_MORNINGS = Plan(people=20, each=5, mornings=5, kills=5)
_KILLED_REPLICAS = Plan(people=20, each=5, mornings=5, kills=5, replicas=2, weather=ROUGH)


def measure(fresh_postgresql: Callable[[], str]) -> Iterator[Verdict]:
    """Commands under kills, mornings under kills, a sweep at Slack's pace, and slow posts."""
    with tempfile.TemporaryDirectory(prefix="oob-bench-") as folder, contenders.pretend_slack() as slack:
        for kind, url in (("SQLite", f"sqlite:///{folder}/commands.db"), ("PostgreSQL", fresh_postgresql())):
            yield asyncio.run(_commands_under_kills(slack, kind, url))
        killed = asyncio.run(storm(Team(f"sqlite:///{folder}/mornings.db", _KILLED_MORNINGS)))
        yield _nothing_lost("mornings under kills, SQLite", killed.sentence, holds=killed.well)
        killed = asyncio.run(storm(Team(fresh_postgresql(), _KILLED_REPLICAS)))
        yield _nothing_lost("mornings under kills, PostgreSQL", killed.sentence, holds=killed.well)
        swept = asyncio.run(sweep(Team(f"sqlite:///{folder}/sweep.db", Plan(people=100, each=10, mornings=1))))
        yield _nothing_lost("a sweep at one message a second and conversation", swept.sentence, holds=swept.well)
        at_once = asyncio.run(_at_once(Team(f"sqlite:///{folder}/slow.db", Plan(people=100, each=1, mornings=1))))
        yield at_least("P5", "conversations written to at the same time", [at_once], 50, "conversations")


def _nothing_lost(what: str, told: str, *, holds: bool) -> Verdict:
    return Verdict("P8", what, "0 lost, 0 repeated, 0 answers 429", told, holds)


async def _commands_under_kills(slack: Slack, kind: str, url: str) -> Verdict:
    """Kill the bot in the middle of commands, again and again; what it had confirmed must be there afterwards."""
    await asyncio.to_thread(contenders.with_team, url)
    pen, bot, confirmed = Pen(slack.known["signing_secret"], PEOPLE), contenders.running(slack, url), set[bytes]()
    for _ in range(KILLS):
        await asyncio.to_thread(bot.start)
        lines = [await connect(bot.address) for _ in range(CONNECTIONS)]
        talking = [asyncio.create_task(_talk(line, pen, confirmed)) for line in lines]
        await asyncio.sleep(_BEFORE_A_KILL)
        await asyncio.to_thread(bot.kill)
        await asyncio.gather(*talking)
    engine = make_engine(url, readonly=True)
    with engine.connect() as conn:
        there = {ref.encode() for ref in conn.execute(select(InquiryRow.ref)).scalars()}
    engine.dispose()
    lost = len(confirmed - there)
    told = f"{len(confirmed):,} confirmed, {KILLS} SIGKILLs, {lost} lost"
    return Verdict("P8", f"confirmed commands under kills, {kind}", "0 lost", told, not lost)


async def _talk(line: Connection, pen: Pen, confirmed: set[bytes]) -> None:
    """Send command after command until the process is gone."""
    try:
        while True:
            answer = await line.ask(pen.command(INQUIRY))
            if found := _LOGGED.search(answer.body):
                confirmed.add(found[1])
    except ConnectionError:
        return


async def _at_once(team: Team) -> int:
    """How many posts are under way while none is answered."""
    async with at_work(team) as (workspace, replicas):
        await replicas.start(1)
        await settled(team.url)
        before = len(await workspace.calls("chat.postMessage"))
        await workspace.fault(chances=[{"share": 1.0, "fault": {"after": _HANGING}}], seed=1)
        (morning,) = team.refs
        await workspace.travels(morning)
        async with asyncio.timeout(60):
            while len(await workspace.calls("chat.postMessage")) == before:
                await asyncio.sleep(0.02)
        await asyncio.sleep(_LOOKED_AT)
        at_once = len(await workspace.calls("chat.postMessage")) - before
        await workspace.fault(calm=True)
        await settled(team.url, morning)
    return at_once
