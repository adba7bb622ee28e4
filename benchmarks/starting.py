"""P6: how soon a new process answers, and what memory it needs, beside a process that only imports Bolt and does nothing."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import uvloop

from benchmarks import contenders
from benchmarks.contenders import INQUIRY, LOGGED, PEOPLE, Contender
from benchmarks.load import Pen, connect, drive
from benchmarks.noop import SECRET
from benchmarks.verdicts import Verdict, at_most
from tests.support.crowds import Crowd
from tests.support.processes import Bot, Slack

ROUNDS = 5
CASES = 100_000
COMMANDS = 100_000
_WARM, _AT_ONCE = 65.0, 10_000
_PATIENCE = 30.0


def measure(fresh_postgresql: Callable[[], str]) -> Iterator[Verdict]:
    """Start each several times, then keep one at work."""
    with tempfile.TemporaryDirectory(prefix="oob-bench-") as folder, ExitStack() as stack:
        slack = stack.enter_context(contenders.pretend_slack())
        databases = {"SQLite": f"sqlite:///{folder}/oob.db", "PostgreSQL": fresh_postgresql()}
        for url in databases.values():
            Crowd(url, CASES).engine.dispose()
            contenders.with_team(url)
        for kind, url in databases.items():
            ratios = [_oob_answers_after(slack, url) / _noop_answers_after() for _ in range(ROUNDS)]
            yield at_most("P6", f"start to the first answer, {kind}, against a no-op that imports Bolt", ratios, 1.4)
        for kind, url in databases.items():
            yield from _memory(slack, kind, url)


def _noop_answers_after() -> float:
    began = time.perf_counter()
    with contenders.program("benchmarks.noop") as (address, _):
        return _first_answer(address, Pen(SECRET, PEOPLE), b"Done.") - began


def _oob_answers_after(slack: Slack, url: str) -> float:
    bot = contenders.running(slack, url)
    began = time.perf_counter()
    bot.start(until="listening")
    try:
        return _first_answer(bot.address, Pen(slack.known["signing_secret"], PEOPLE), LOGGED) - began
    finally:
        bot.stop()


def _first_answer(address: str, pen: Pen, wanted: bytes) -> float:
    """The moment at which a command is answered for the first time."""

    async def ask() -> float:
        async with asyncio.timeout(_PATIENCE):
            while True:
                try:
                    line = await connect(address)
                    answer = await line.ask(pen.command(INQUIRY))
                    line.close()
                except ConnectionError:
                    continue
                if wanted in answer.body:
                    return time.perf_counter()
                await asyncio.sleep(0.005)

    return asyncio.run(ask())


def _memory(slack: Slack, kind: str, url: str) -> Iterator[Verdict]:
    """At work among many cases; then for longer than the gate remembers who came, and for many commands more."""
    with contenders.running(slack, url) as bot, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        at_work = Contender(kind, bot.address, Pen(slack.known["signing_secret"], PEOPLE), LOGGED, _pid(bot))
        _commands(runner, at_work, 1_000)
        yield at_most("P6", f"resident memory, {kind}, {CASES:,} cases", [contenders.resident_mb(at_work.pid)], 160, "MB")
        if kind == "PostgreSQL":  # the process is the same; what grows would grow with either
            return
        began = time.monotonic()
        while time.monotonic() - began < _WARM:
            _commands(runner, at_work, _AT_ONCE)
        before = contenders.resident_mb(at_work.pid)
        for _ in range(COMMANDS // _AT_ONCE):
            _commands(runner, at_work, _AT_ONCE)
        grown = contenders.resident_mb(at_work.pid) - before
        yield at_most("P6", f"growth over {COMMANDS:,} commands, {kind}, from {before:.0f} MB", [grown], 5, "MB")


def _commands(runner: asyncio.Runner, at_work: Contender, number: int) -> None:
    load = runner.run(drive(at_work.address, at_work.pen.commands(INQUIRY, number), 16, LOGGED))
    if load.wrong:
        raise AssertionError(f"answered wrongly: {load.wrong[0]}")


def _pid(bot: Bot) -> int:
    if bot.process is None:
        raise TypeError("it was started")
    return bot.process.pid
