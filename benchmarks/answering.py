"""P1 to P3: how fast a command is answered once its inquiry is on disk, beside Bolt apps that do nothing, and the usual bot."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import uvloop

from benchmarks import contenders
from benchmarks.contenders import INQUIRY, Contender
from benchmarks.load import Load, drive
from benchmarks.verdicts import NO_GOAL, Verdict, at_least, at_most

CONNECTIONS = 16
ROUNDS = 5
TOGETHER = {"no-op": 4000, "no-op, stock": 1500, "OOB, SQLite": 3000, "OOB, PostgreSQL": 3000}
USUAL = 500
ALONE = 400
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


def measure(fresh_postgresql: Callable[[], str]) -> Iterator[Verdict]:
    """Start every contender, let them take turns, and compare them."""
    with tempfile.TemporaryDirectory(prefix="oob-bench-") as folder, ExitStack() as stack:
        slack = stack.enter_context(contenders.pretend_slack())
        several = [contenders.noop(stack), contenders.noop(stack, stock=True)]
        for kind, url in ((SQLITE, f"sqlite:///{folder}/oob.db"), (POSTGRESQL, fresh_postgresql())):
            several.append(contenders.ours(stack, slack, kind, url))
        for kind, url in ((SQLITE, f"sqlite:///{folder}/usual.db"), (POSTGRESQL, fresh_postgresql())):
            several.append(contenders.usual(stack, kind, url))
        for each in several:
            _run(each, len(contenders.PEOPLE) * 2, CONNECTIONS)
        together = [
            {each.name: _run(each, TOGETHER.get(each.name, USUAL), CONNECTIONS) for each in several} for _ in range(ROUNDS)
        ]
        alone = [{each.name: _run(each, ALONE, 1) for each in several[:4]} for _ in range(ROUNDS)]
    yield from _rates(together)
    yield from _patience(alone, together)


def _run(contender: Contender, number: int, connections: int) -> Load:
    requests = contender.pen.commands(INQUIRY, number)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        load = runner.run(drive(contender.address, requests, connections, contender.wanted))
    if load.wrong:
        raise AssertionError(f"{contender.name} answered {len(load.wrong)} wrongly, such as {load.wrong[0]}")
    return load


def _rates(rounds: list[dict[str, Load]]) -> Iterator[Verdict]:
    def against(one: str, other: str) -> list[float]:
        return [each[one].rate / each[other].rate for each in rounds]

    for kind, goal in ((SQLITE, 0.5), (POSTGRESQL, 0.3)):
        ours = f"OOB, {kind}"
        yield at_least("P1", f"committed inquiries, {kind}, against a no-op Bolt command", against(ours, "no-op"), goal)
        yield at_least("P1", f"committed inquiries, {kind}, against a stock no-op", against(ours, "no-op, stock"), 2)
        usual = against(ours, f"sync Bolt and ORM, {kind}")
        yield at_least("P3", f"committed inquiries, {kind}, against the usual sync bot doing the same", usual, 5)
    rates = {name: statistics.median(each[name].rate for each in rounds) for name in rounds[0]}
    told = ", ".join(f"{name} {rate:,.0f}" for name, rate in rates.items())
    yield Verdict("P1", "for orientation, answers a second at 16 connections", NO_GOAL, told, holds=True)


def _patience(alone: list[dict[str, Load]], together: list[dict[str, Load]]) -> Iterator[Verdict]:
    for kind, goal in ((SQLITE, 1.0), (POSTGRESQL, 1.5)):
        ours = f"OOB, {kind}"
        more = [(each[ours].quantile(0.5) - each["no-op"].quantile(0.5)) * 1000 for each in alone]
        yield at_most("P2", f"one at a time, {kind}, more than a no-op, p50", more, goal, "ms")
        slow = [each[ours].quantile(0.99) * 1000 for each in together]
        yield at_most("P2", f"{CONNECTIONS} connections, {kind}, p99", slow, 25, "ms")
        worst = max(each[ours].seconds[-1] for each in (*alone, *together))
        yield at_most("P2", f"the slowest answer of all, {kind}", [worst], 3, "s")
