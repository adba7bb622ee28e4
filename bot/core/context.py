"""What a request may use: the database by way of functions, the clock, who people are in Slack. No globals."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from bot.core.metrics import Metrics
from bot.core.settings import Settings
from bot.domain.shared import calendar
from bot.domain.shared.errors import Unavailable

P = ParamSpec("P")
R = TypeVar("R")

ANSWER_WITHIN = 2.5
"""Seconds in which a person is answered: Slack gives up after 3 (Slack: "Acknowledging requests")."""


@dataclass(frozen=True)
class Workspace:
    """The one Slack workspace this process serves, as `auth.test` told it."""

    workspace_id: str
    enterprise_id: str | None
    bot_user_id: str
    bot_id: str


@dataclass(frozen=True)
class SlackMember:
    """What Slack says of an account (`users.info`): enough to tell a full member from everyone else.

    `name` is what people call them there, for a minute; it is not kept.
    """

    user_id: str
    team_id: str
    full_member: bool
    why_not: str = ""
    name: str = ""


class Undecided(Exception):  # noqa: N818 - a state, not a fault
    """A transaction was under way when the time to answer ran out; `outcome` will tell how it ended."""

    def __init__(self, outcome: asyncio.Future[Any]) -> None:
        super().__init__("undecided")
        self.outcome = outcome


class Database(Protocol):
    """The database, seen from above: plain functions run in transactions (storage.db.writer)."""

    async def write(self, context: TxContext, fn: Callable[..., R], *args: object) -> R:
        """Run `fn(tx, *args)` in a committed transaction."""
        ...

    async def glance(self, context: TxContext, fn: Callable[..., R], *args: object) -> R:
        """The same together with whoever else asks at the moment, for a row or two."""
        ...

    async def read(self, context: TxContext, fn: Callable[..., R], *args: object) -> R:
        """Run `fn(tx, *args)` on a snapshot; nothing it does is kept."""
        ...


class UserDirectory(Protocol):
    """Who accounts are, from Slack, remembered for a while (bot.slack.connection)."""

    async def member(self, user_id: str, patience: float) -> SlackMember:
        """The account, asked of Slack within `patience` seconds; `Unavailable` when that cannot be known."""
        ...


@dataclass(frozen=True)
class TxContext:
    """What a transaction knows beside its arguments: whose workspace, who acts, when, and how long the caller waits (seconds)."""

    workspace_id: str
    actor_id: str
    now: datetime
    patience: float


@dataclass(frozen=True)
class RequestContext:
    """Everything a handler may use; one per request, made from the process's by `for_request`."""

    ledger: Database
    directory: UserDirectory
    workspace: Workspace
    settings: Settings
    clock: Callable[[], datetime]
    on_outbox: Callable[[], None]
    metrics: Metrics = field(default_factory=Metrics)
    actor_id: str = "system"
    answer_by: float | None = None

    def for_request(self, actor_id: str) -> RequestContext:
        """The context of one request: it acts as `actor_id` and must answer within `ANSWER_WITHIN` seconds from now."""
        return replace(self, actor_id=actor_id, answer_by=time.monotonic() + ANSWER_WITHIN)

    @property
    def patience(self) -> float:
        """Seconds left for the answer; a request of the bot's own is given a minute."""
        return 60.0 if self.answer_by is None else max(0.0, self.answer_by - time.monotonic())

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return self.clock()

    def today(self) -> date:
        """The day in London."""
        return calendar.london_day(self.clock())

    async def write(self, fn: Callable[Concatenate[Any, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `fn(tx, *args)` in one transaction and return what it returned, once that is on disk.

        Raises what `fn` raised (nothing was saved), `Unavailable` (nothing was saved) or `Undecided`.
        """
        result = await self.ledger.write(self._context(), bound(fn, kwargs), *args)
        self.on_outbox()
        return result

    async def read(self, fn: Callable[Concatenate[Any, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `fn(tx, *args)` on a reader and return what it returned."""
        return await self._looking(self.ledger.read, fn, args, kwargs)

    async def glance(self, fn: Callable[Concatenate[Any, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The same for a row or two, which is read with what others ask at the moment."""
        return await self._looking(self.ledger.glance, fn, args, kwargs)

    async def _looking(self, how: Callable[..., Awaitable[R]], fn: Callable[..., R], args: Any, kwargs: Any) -> R:  # noqa: ANN401
        try:
            async with asyncio.timeout(self.patience):
                return await how(self._context(), bound(fn, kwargs), *args)
        except TimeoutError:
            raise Unavailable("database_away", "The database does not answer just now. Please try again in a minute.") from None

    def _context(self) -> TxContext:
        return TxContext(self.workspace.workspace_id, self.actor_id, self.now(), self.patience)


def bound(fn: Callable[..., R], kwargs: Mapping[str, Any]) -> Callable[..., R]:
    """`fn` with these keyword arguments, or itself where there are none."""
    return partial(fn, **kwargs) if kwargs else fn


def system_clock() -> datetime:
    """The machine's clock, aware, in UTC."""
    return datetime.now(UTC)
