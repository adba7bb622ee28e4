"""A route says who may enter where; a call is what its handler is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.core.context import RequestContext, Undecided
from bot.domain.people import Actor, Role
from bot.domain.shared.errors import Unavailable
from handlers.core.interaction import Interaction, JsonObject, Kind
from handlers.core.responses import Answer, from_json
from handlers.ui.blocks import unescape
from storage.requests import idempotency


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

    async def once(self, fn: Callable[..., JsonObject], *args: object) -> Answer:
        """Run `fn(tx, *args)`, which returns an answer as JSON, in a transaction; the same entry again gets the same answer."""
        return from_json(await self.ctx.write(idempotency.once, self.entry.replay_key, fn, *args))

    async def once_more(self, ref: str, fn: Callable[..., JsonObject], *args: object) -> Answer:
        """As `once`, for "yes, again": one effect for each time it was asked about, however often the button is pressed."""
        key = f"again|{self.actor.user_id}|{ref}|{self.entry.pressed_on}"
        return from_json(await self.ctx.write(idempotency.once, key, fn, *args))

    async def show(self, fn: Callable[..., JsonObject], *args: object) -> Answer:
        """Run `fn(tx, *args)`, which discloses something and returns an answer as JSON, in a transaction that logs it."""
        try:
            return from_json(await self.ctx.write(fn, *args))
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
