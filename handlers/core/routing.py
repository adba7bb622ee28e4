"""A route says who may enter where; a call is what its handler is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec

from bot.core.context import RequestContext, Undecided, bound
from bot.domain.people import Actor, Role
from bot.domain.shared.errors import Unavailable
from handlers.core.interaction import Interaction, Kind
from handlers.core.responses import Answer
from handlers.ui.blocks import unescape
from storage.db.engine import Tx
from storage.requests import idempotency

P = ParamSpec("P")


@dataclass(frozen=True)
class Call:
    """One admitted entry: the request context, and who asks. `raw` is what was typed, in Slack's escaping."""

    entry: Interaction
    ctx: RequestContext
    actor: Actor
    raw: str = ""

    @property
    def words(self) -> str:
        """What was typed, as people typed it."""
        return unescape(self.raw)

    @property
    def files_itself(self) -> bool:
        """Whether the bot writes the shared Directory's entries (OOB_SHARED_DIRECTORY)."""
        return self.ctx.settings.shared_directory is not None

    async def once(self, fn: Callable[Concatenate[Tx, P], Answer], *args: P.args, **kwargs: P.kwargs) -> Answer:
        """Run `fn(tx, *args)` in a transaction; the same interaction again gets the same answer."""
        return await self.ctx.write(idempotency.once, self.entry.replay_key, Answer, bound(fn, kwargs), *args)

    async def once_more(self, ref: str, fn: Callable[Concatenate[Tx, P], Answer], *args: P.args, **kwargs: P.kwargs) -> Answer:
        """As `once`, for "yes, again": one effect for each time it was asked about, however often the button is pressed."""
        key = f"again|{self.actor.user_id}|{ref}|{self.entry.pressed_on}"
        return await self.ctx.write(idempotency.once, key, Answer, bound(fn, kwargs), *args)

    async def show(self, fn: Callable[Concatenate[Tx, P], Answer], *args: P.args, **kwargs: P.kwargs) -> Answer:
        """Run `fn(tx, *args)`, which discloses something, in a transaction that logs it."""
        try:
            return await self.ctx.write(fn, *args, **kwargs)
        except Undecided:
            raise Unavailable("database_slow", "That took too long. Nothing was changed; please try again in a minute.") from None


Handler = Callable[[Call], Awaitable[Answer]]


@dataclass(frozen=True)
class Route:
    """An entry point: what leads to it, the roles it admits, and what it is in words for a refusal."""

    kind: Kind
    name: str
    roles: frozenset[Role]
    purpose: str
    handler: Handler
