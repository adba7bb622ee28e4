"""The processes that are compared, started for a measurement and ended after it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import Pen
from benchmarks.noop import SECRET
from bot.domain.people import Person, Role
from bot.services import people as services_people
from simulator.client import Workspace
from storage import people
from storage.db.engine import Tx
from tests.support.offices import Office
from tests.support.processes import KEY as WRITTEN_KEY
from tests.support.processes import ROOT, Bot, Slack, clean_environment

PEOPLE = [f"U0B{number:04d}" for number in range(400)]
INQUIRY = "inquiry nurse on the ward asks whether the family is known to Ealing, bed {n}"
LOGGED = b" is logged."


@dataclass(frozen=True)
class Contender:
    """A server with a name: where it listens, who writes to it, and what its answers hold."""

    name: str
    address: str
    pen: Pen
    wanted: bytes
    pid: int


@contextmanager
def program(module: str, *arguments: str) -> Iterator[tuple[str, int]]:
    """A process of ours that says its address in its first line: (address, process id)."""
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=clean_environment())
    try:
        yield first_line(process), process.pid
    finally:
        process.terminate()
        process.wait(10)


def first_line(process: subprocess.Popen[str]) -> str:
    """What a process says first."""
    if process.stdout is None:
        raise TypeError("its output is not read")
    return process.stdout.readline().strip()


def noop(stack: ExitStack, *, stock: bool = False) -> Contender:
    """The Bolt app that does nothing, tuned as the bot is, or `stock`."""
    address, pid = stack.enter_context(program("benchmarks.noop", *(["--stock"] if stock else [])))
    return Contender("no-op, stock" if stock else "no-op", address, Pen(SECRET, PEOPLE), b"Done.", pid)


def usual(stack: ExitStack, kind: str, url: str) -> Contender:
    """The usual sync bot on a database of its own."""
    with_team(url)
    address, pid = stack.enter_context(program("benchmarks.usual", url))
    return Contender(f"sync Bolt and ORM, {kind}", address, Pen(SECRET, PEOPLE), LOGGED, pid)


def ours(stack: ExitStack, slack: Slack, kind: str, url: str) -> Contender:
    """The bot as it is run, on a database of its own."""
    with_team(url)
    bot = stack.enter_context(running(slack, url))
    if bot.process is None:
        raise TypeError("it was started")
    return Contender(f"OOB, {kind}", bot.address, Pen(slack.known["signing_secret"], PEOPLE), LOGGED, bot.process.pid)


def running(slack: Slack, url: str, **environment: str) -> Bot:
    """`oob run` by HTTP, with a limit a minute that a benchmark does not meet; not yet started."""
    return Bot(slack, url, OOB_MODE="http", OOB_KEYS=WRITTEN_KEY, OOB_RATE_PER_MINUTE="100000", **environment)


def with_team(url: str) -> None:
    """A fresh database with the staff whose commands are sent."""
    asyncio.run(_name(url))


async def _name(url: str) -> None:
    office = Office(url)
    await office.open()
    await office.does("U0SAM", _put)
    office.close()


def _put(tx: Tx) -> None:
    services_people.name_person(tx, Person(user_id="U0MO", role=Role.TEAM_MANAGER))
    for user_id in PEOPLE:
        people.put(tx, Person(user_id=user_id, role=Role.SOCIAL_WORKER, manager_id="U0MO"))


@contextmanager
def pretend_slack() -> Iterator[Slack]:
    """A pretend Slack in which those people have accounts."""
    with Slack() as slack:
        asyncio.run(_arrive(slack))
        yield slack


async def _arrive(slack: Slack) -> None:
    async with Workspace(slack.address) as workspace:
        for user_id in PEOPLE:
            await workspace.add_user(id=user_id, name=user_id.lower())


def resident_mb(pid: int) -> float:
    """The resident memory of a process, in megabytes."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError("the process has ended")
