"""Periodic jobs: look at the backlog, plan what is due, housekeeping (docs/decisions/0007-heartbeat.md)."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from bot.core.context import RequestContext, Undecided
from bot.delivery.sender import NotificationSender
from bot.domain.shared.errors import Refusal
from bot.runtime.http import Health
from bot.services import scheduled_run
from bot.services.admin import retention, status
from bot.services.admin.status import Backlog
from storage.db.engine import empty_log
from storage.notifications import conversations

_log = structlog.get_logger("oob.scheduler")


class PeriodicJobs:
    """The jobs of one process. Any number of replicas do them at once: what is done is noted in the database."""

    def __init__(self, ctx: RequestContext, sender: NotificationSender, health: Health) -> None:
        self._desk = ctx
        self._sender = sender
        self._health = health
        self._moved: set[asyncio.Task[None]] = set()

    async def beat(self) -> None:
        """Every ten seconds: does the database answer, is anything owed that was not planned yet, and is there post?"""
        try:
            backlog = await self._desk.read(status.backlog)
            _measure(self._desk, backlog)
            self._health.beaten(backlog, self._desk.now())
            self._health.mark("database", None)
            if await self._desk.read(scheduled_run.owes):
                await self.plan()
        except Refusal:
            self._health.mark("database", "does not answer")
        self._sender.wake()

    async def plan(self) -> None:
        """Enter what is owed now as letters, once, whoever plans (`planning.tick`)."""
        try:
            letters = await self._desk.write(scheduled_run.tick)
        except (Refusal, Undecided) as error:
            _log.warning("planning_unavailable", error=type(error).__name__)
            return
        self._health.planned_at = self._desk.now()
        if letters:
            _log.info("planned", letters=letters)

    def clock_moved(self) -> None:
        """A followed clock went on or back: look what is owed now."""
        task = asyncio.create_task(self.beat())
        self._moved.add(task)
        task.add_done_callback(self._moved.discard)

    async def keep_house(self) -> None:
        """Every hour: delete what was kept for repeats only, erase texts whose time is over, tell managers of what is due."""
        done: dict[str, object] = {}
        for name, work in (("deleted", retention.sweep), ("erased", retention.erase_texts), ("letters", retention.tell_managers)):
            await self._step(name, partial(self._desk.write, work), done)
        await self._step("reachable again", self._look_for_people, done)
        await self._step("unassigned", self._look_for_unassigned, done)
        try:
            await asyncio.to_thread(empty_log, self._desk.settings.database_url)
        except sqlite3.Error as error:
            _log.warning("housekeeping_unavailable", step="empty log", error=type(error).__name__)
        _log.info("housekeeping", **done)

    @staticmethod
    async def _step(name: str, work: Callable[[], Awaitable[object]], done: dict[str, object]) -> None:
        """One step; its surprise does not hold up the others."""
        try:
            done[name] = await work()
        except (Refusal, Undecided) as error:
            _log.warning("housekeeping_unavailable", step=name, error=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - whatever it was, the other steps are done
            _log.error("housekeeping_surprise", step=name, error=type(error).__name__)

    async def _look_for_unassigned(self) -> int:
        """For how many open cases nobody is responsible: shown by `/readyz` and a metric."""
        self._health.unassigned = await self._desk.read(status.number_unassigned)
        self._desk.metrics.unassigned.set(self._health.unassigned)
        return self._health.unassigned

    async def _look_for_people(self) -> int:
        """Who could not be written to, and is a full member again, is written to directly from now on; how many."""
        back = 0
        for user_id in await self._desk.read(conversations.unreachable):
            member = await self._desk.directory.member(user_id, self._desk.patience)
            if member.full_member:
                await self._desk.write(conversations.reachable_again, user_id)
                back += 1
        return back


def _measure(ctx: RequestContext, backlog: Backlog) -> None:
    """Show the backlog in the metrics."""
    ctx.metrics.outbox.set(backlog.letters)
    ctx.metrics.lag.set((ctx.now() - backlog.oldest).total_seconds() if backlog.oldest else 0)
    ctx.metrics.register.set(backlog.register if ctx.settings.shared_directory else 0)
    ctx.metrics.failed.set(backlog.failed)
    ctx.metrics.last_beat.set(ctx.now().timestamp())
