"""The running bot: what is started in which order, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import DBAPIError

from bot import __version__
from bot.core.context import RequestContext, Undecided, Workspace, system_clock
from bot.core.settings import Settings, SettingsError
from bot.delivery.sender import NotificationSender
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.errors import Refusal
from bot.runtime.http import Health, HttpApp, make_server
from bot.runtime.jobs import PeriodicJobs
from bot.runtime.scheduler import Jobs, Scheduler
from bot.runtime.shared_directory import SharedDirectoryWriter
from bot.runtime.workspace_clock import FollowedClock
from bot.services import people
from bot.slack.app import build_app
from bot.slack.connection import SlackUsers, SocketLink, identify, token_problem, web_client, web_session
from storage import migrations
from storage.crypto import key_ring
from storage.crypto.vault import Vault
from storage.db import workspaces
from storage.db.engine import make_engine
from storage.db.writer import BatchingDatabase

T = TypeVar("T")

DRAIN_SECONDS = 10
_BEGIN_AGAIN_SECONDS = 5
_log = structlog.get_logger("oob")


def open_ledger(settings: Settings) -> BatchingDatabase:
    """The database, checked: the right keys, the newest schema. The embedded one brings itself up to date.

    Raises `SettingsError` with a sentence; nothing was changed then.
    """
    try:
        writing = make_engine(settings.database_url)
        with writing.connect() as conn:
            used = workspaces.keys_used(conn)
        ring = key_ring.load(settings, used)
        if migrations.current(writing) != migrations.newest():
            if not settings.embedded:
                raise SettingsError(
                    "The database is not at the version of this program. Run `oob migrate` once, then start again."
                )
            migrations.upgrade(writing)
    except (DBAPIError, OSError) as error:
        kind = type(error.orig if isinstance(error, DBAPIError) else error).__name__
        raise SettingsError(
            f"The database of OOB_DATABASE_URL cannot be used ({kind}). "
            "Check that the address is right, that it runs, and that the file is not damaged or in use."
        ) from None
    return BatchingDatabase(writing, make_engine(settings.database_url, readonly=True), Vault(ring))


class Process:
    """One run of the bot, from the first socket to the last commit."""

    def __init__(self, settings: Settings, ledger: BatchingDatabase) -> None:
        self._settings = settings
        self._ledger = ledger
        self._health = Health()
        self._front = HttpApp(settings, self._health)
        self._server = make_server(self._front, settings)

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then drain within ten seconds.

        Raises `SettingsError` when Slack refuses the tokens or the port is taken.
        """
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        listening = _bind(self._settings)
        serving = asyncio.create_task(self._server.serve(sockets=[listening]))
        _log.info("listening", port=listening.getsockname()[1], mode=self._settings.mode, version=__version__)
        try:
            async with web_session() as session:
                work = asyncio.create_task(self._work(web_client(self._settings, session), stop))
                stopped = asyncio.create_task(stop.wait())
                await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
                stop.set()
                self._server.should_exit = True
                await asyncio.wait({work}, timeout=DRAIN_SECONDS - 4)
                work.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await work
        finally:
            self._health.stopping = True
            self._server.should_exit = True
            await serving
            _log.info("stopped", everything_written=await asyncio.to_thread(self._ledger.close, 3.0))

    async def _work(self, slack: AsyncWebClient, stop: asyncio.Event) -> None:
        """Everything that needs Slack: wait for it, work until `stop`, let what is under way finish."""
        home = await _unless(stop, identify(slack, self._settings))
        if home is None:
            return
        clock = await self._workspace_clock(slack)
        ctx = self._desk(home, slack, clock or system_clock)
        sender = NotificationSender(ctx, slack, partial(self._health.mark, "token"))
        ctx = replace(ctx, on_outbox=sender.wake)
        await self._settle_in(ctx, stop)
        await asyncio.to_thread(bank_holidays)
        app, dispatcher = build_app(ctx, slack)
        self._front.bolt = app
        link = SocketLink(app, slack, self._settings, self._connected)
        jobs = PeriodicJobs(ctx, sender, self._health)
        check_token = partial(self._check_token, slack, sender)
        scheduler = Scheduler(Jobs(jobs.beat, jobs.plan, check_token, jobs.keep_house), system_clock)
        parts: dict[str, Callable[[], Awaitable[None]]] = {"sender": sender.run, "scheduler": scheduler.watch}
        if clock is not None:
            parts["clock"] = partial(clock.run, _session(slack), jobs.clock_moved)
        tasks = self._started(parts, ctx, link)
        scheduler.start()
        _log.info("ready", workspace=home.workspace_id)
        try:
            await stop.wait()
        finally:
            self._health.stopping = True
            scheduler.stop()
            try:
                await link.drain()
                await dispatcher.drained()
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def _started(
        self, parts: dict[str, Callable[[], Awaitable[None]]], ctx: RequestContext, link: SocketLink
    ) -> list[asyncio.Task[None]]:
        """What runs beside the answers: these parts, the socket, the shared Directory."""
        if self._settings.mode == "socket":
            parts["socket"] = link.run
        else:
            self._connected(connected=True)
        if self._settings.shared_directory is not None:
            parts["shared directory"] = SharedDirectoryWriter(ctx, self._settings.shared_directory).run
        return [asyncio.create_task(self._forever(name, run)) for name, run in parts.items()]

    async def _workspace_clock(self, slack: AsyncWebClient) -> FollowedClock | None:
        """The clock of a pretend workspace, once it has said what time it is; None: the machine's."""
        if self._settings.clock == "machine":
            return None
        clock = FollowedClock(self._settings)
        await clock.first(_session(slack))
        return clock

    async def _forever(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Keep a part of the process running: what it did not foresee is logged, shown in `/readyz`, and begun again."""
        while True:
            try:
                await run()
            except Exception as error:  # noqa: BLE001 - a part that dies in silence is worse than one that begins again
                _log.error("part_failed", part=name, error=type(error).__name__)
                self._health.mark(name, "begins again after a fault")
            await asyncio.sleep(_BEGIN_AGAIN_SECONDS)
            self._health.mark(name, None)

    async def _check_token(self, slack: AsyncWebClient, sender: NotificationSender) -> None:
        sender.token_works(await token_problem(slack))

    def _desk(self, home: Workspace, slack: AsyncWebClient, clock: Callable[[], datetime]) -> RequestContext:
        directory = SlackUsers(slack, home)
        return RequestContext(
            self._ledger, directory, home, self._settings, clock, on_outbox=lambda: None, metrics=self._front.metrics
        )

    async def _settle_in(self, ctx: RequestContext, stop: asyncio.Event) -> None:
        """Write the workspace's row and the administrators' welcome, however long the database is away."""
        while not stop.is_set():
            try:
                await ctx.write(workspaces.register)
                await ctx.write(people.welcome_admins, self._settings.admins)
            except (Refusal, Undecided) as error:
                self._health.mark("database", "does not answer")
                _log.warning("database_unavailable", error=type(error).__name__)
            else:
                self._health.mark("database", None)
                return

    def _connected(self, *, connected: bool) -> None:
        self._health.mark("slack", None if connected else "not connected to Slack")


def _session(slack: AsyncWebClient) -> aiohttp.ClientSession:
    """The session of the shared client, which `Process.run` made."""
    if slack.session is None:
        raise TypeError("the client has no session")
    return slack.session


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """What `work` gives, or None when it is time to stop."""
    task, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if task.done():
        return task.result()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return None


def _bind(settings: Settings) -> socket.socket:
    """The listening socket, taken before anything else so that a second copy on the same port says so."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        raise SettingsError(
            f"OOB cannot listen on {settings.host} port {settings.port} ({error.strerror}). "
            "Is another copy running? Choose another with OOB_PORT."
        ) from None
    return listening
