"""What Slack calls people, for documents that are made now; the bot does not keep it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.shared.errors import Refusal
from handlers.core.routing import Call


async def names_of(call: Call, user_ids: Iterable[str]) -> dict[str, str]:
    """User id → name; one whom Slack does not tell is left out, so that the id stands."""
    found = {}
    for user_id in user_ids:
        try:
            found[user_id] = (await call.ctx.directory.member(user_id, call.ctx.patience)).name
        except Refusal:
            continue
    return found
