"""A steady mixed load for half an hour: commands, presses and forms by many people, and a morning's sweep every minute.

`python -m benchmarks.steady` runs the bot on SQLite, then two replicas of it on PostgreSQL, and says what was seen: how long
answers took, what memory did, and whether anything that was confirmed is missing or anything was said twice.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import re
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count

from sqlalchemy import func, select

from benchmarks.contenders import resident_mb
from simulator.client import CannotDo, Person, Seen, Workspace
from storage.db.engine import make_engine
from storage.db.tables import InquiryRow, LogRow
from storage.reminders.tables import LedgerRow
from tests.soak.storm import Replicas, at_work
from tests.soak.team import Plan, Team, working_days
from tests.support.processes import oob
from tests.support.servers import fresh_database
from tests.support.settling import settled

PEOPLE = 40
A_SECOND = 10.0
MORNING_EVERY = 60.0
_LOGGED = re.compile(r"\*((?:INQ|FB)-\d+-\d+)\* is (?:logged|on file)")
_ERRORS = ("operation_timeout", "dispatch_failed")
_NUMBERS = count(1)


@dataclass
class Diary:
    """What was seen while the load went on."""

    milliseconds: dict[str, list[int]] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    failed: Counter[str] = field(default_factory=Counter)
    memory: list[tuple[float, float]] = field(default_factory=list)
    mornings: int = 0

    def note(self, act: str, seen: Seen) -> None:
        """How one thing went that somebody did."""
        self.milliseconds.setdefault(act, []).append(seen.ms)
        if seen.error in _ERRORS or "went wrong" in seen.text or "Not saved" in seen.text:
            self.failed[f"{act}: {seen.error or seen.text[:60]}"] += 1
        if found := _LOGGED.search(seen.text):
            self.confirmed.add(found[1])


async def act(person: Person, dice: random.Random, diary: Diary) -> None:
    """Something that people do: half of it logging, the rest looking, pressing and filling in."""
    number = next(_NUMBERS)
    chosen = dice.choices(["inquiry", "feedback", "answer", "look"], [45, 20, 15, 20])[0]
    if chosen == "feedback":
        diary.note("command: feedback", await person.types(f"feedback ICS-{number} told the health visitor about the plan"))
    elif chosen == "look":
        verb = dice.choice(["due", "mine", "inquiries Ealing", "inquiries", "rules", "help"])
        diary.note("command: looking", await person.types(verb))
    else:
        diary.note("command: inquiry", await person.types(f"inquiry nurse on the ward asks Ealing, bed {number}"))
    if chosen == "answer":
        with contextlib.suppress(CannotDo):  # another word of theirs came between
            diary.note("press: a form opens", await person.presses("inquiry.answer"))
            diary.note("form: the answer", await person.submits(result="not_known"))
            await person.closes()


async def steady(team: Team, minutes: float, replicas_wanted: int) -> str:
    """The load, to its end; what was seen, in lines."""
    dice, diary = random.Random(1), Diary()  # noqa: S311 - chance, not a secret
    async with at_work(team) as (workspace, replicas):
        (first,) = team.refs
        await workspace.travels(first, wait=False)
        await replicas.start(replicas_wanted)
        await settled(team.url)
        began = time.monotonic()
        going = [asyncio.create_task(each) for each in (_mornings(workspace, team, diary), _watch(replicas, diary, began))]
        people = [workspace.person(user_id) for user_id in team.people]
        await asyncio.gather(*(_live(person, began + minutes * 60, dice, diary) for person in people))
        took = time.monotonic() - began
        for task in going:
            task.cancel()
        await asyncio.gather(*going, return_exceptions=True)
        await settled(team.url)
        told = await team.told(workspace)
        key = replicas.alive[0].environment["OOB_KEYS"]
        await replicas.stop()
    return "\n".join((*_speed(diary, took), *_kept(team.url, diary), *_said(told), _chain(team.url, key)))


async def _live(person: Person, until: float, dice: random.Random, diary: Diary) -> None:
    """One person, who does something every few seconds."""
    while time.monotonic() < until:
        await asyncio.sleep(dice.expovariate(A_SECOND / PEOPLE))
        await act(person, dice, diary)


async def _mornings(workspace: Workspace, team: Team, diary: Diary) -> None:
    """It becomes the next working morning every minute, and what is due is planned and delivered beside the load."""
    (first,) = team.refs
    days = working_days(first)
    next(days)
    while True:
        await asyncio.sleep(MORNING_EVERY)
        await workspace.travels(next(days))
        diary.mornings += 1


async def _watch(replicas: Replicas, diary: Diary, began: float) -> None:
    while True:
        pids = [bot.process.pid for bot in replicas.alive if bot.process is not None]
        diary.memory.append((time.monotonic() - began, max(resident_mb(pid) for pid in pids)))
        await asyncio.sleep(10)


def _speed(diary: Diary, took: float) -> list[str]:
    acts = sum(len(each) for each in diary.milliseconds.values())
    lines = [f"{acts:,} acts in {took / 60:.0f} minutes ({acts / took:.1f} a second), {diary.mornings} mornings"]
    for name, several in sorted(diary.milliseconds.items()):
        several.sort()
        middle, slow = several[len(several) // 2], several[int(len(several) * 0.99)]
        lines.append(f"{name}: {len(several):,}, p50 {middle} ms, p99 {slow} ms, slowest {several[-1]} ms")
    early = [each for moment, each in diary.memory if took / 6 < moment < took / 3]
    late = [each for moment, each in diary.memory if moment > took * 5 / 6]
    if early and late:
        lines.append(
            f"memory of the largest: {sum(early) / len(early):.0f} MB early on, {sum(late) / len(late):.0f} MB at the end"
        )
    lines.append(f"errors that somebody saw: {dict(diary.failed) or 'none'}")
    return lines


def _kept(url: str, diary: Diary) -> list[str]:
    engine = make_engine(url, readonly=True)
    with engine.connect() as conn:
        logged = select(LogRow.subject).where(LogRow.action.in_(["inquiry.logged", "feedback.logged"]))
        there = set(conn.execute(logged).scalars())
        inquiries = conn.execute(select(func.count()).select_from(InquiryRow)).scalar_one()
        sent = conn.execute(select(func.count()).select_from(LedgerRow).where(LedgerRow.status == "sent")).scalar_one()
    engine.dispose()
    lost = len(diary.confirmed - there)
    return [f"{len(diary.confirmed):,} confirmed, {lost} lost ({inquiries:,} inquiries on file); {sent:,} reminders sent"]


def _said(told: Counter[str]) -> list[str]:
    twice = sum(times > 1 for times in told.values())
    return [f"{len(told):,} answers were reminded of, {twice} of them more than once"]


def _chain(url: str, key: str) -> str:
    return oob("verify", OOB_DATABASE_URL=url, OOB_KEYS=key).stdout.strip()


def main() -> None:
    """Read the arguments and play."""
    parser = argparse.ArgumentParser(prog="steady", description="A steady mixed load; counts what was slow, lost or repeated.")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    chosen = parser.parse_args()
    plan = Plan(people=PEOPLE, each=1, mornings=1)
    with ExitStack() as stack, tempfile.TemporaryDirectory(prefix="oob-steady-") as folder:
        for kind, replicas in (("sqlite", 1), ("postgresql", 2)):
            if chosen.only in (None, kind):
                url = fresh_database(stack) if kind == "postgresql" else f"sqlite:///{folder}/oob.db"
                seen = asyncio.run(steady(Team(url, plan), chosen.minutes, replicas))
                sys.stdout.write(f"{kind}, {replicas} process{'es' * (replicas > 1)}\n{seen}\n\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
