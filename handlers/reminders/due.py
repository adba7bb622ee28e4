"""`/oob due [mine|team]`: what is due, of one's own or of a manager's team."""

from __future__ import annotations

from bot.domain.people import RECORDERS, Actor
from bot.domain.shared import text
from bot.domain.shared.errors import Refusal
from bot.services.digests import home
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.reminders import due_view as views
from handlers.ui.button_state import unpack
from storage.db.engine import Tx

_TEAM = frozenset({"team", "all", "everybody", "everyone"})
_MINE = frozenset({"", "mine", "my", "me"})


async def typed(call: Call) -> Answer:
    """The list."""
    words = text.clean(call.words).casefold()
    if words not in _TEAM | _MINE:
        raise Refusal("due_unreadable", "`/oob due` lists what is due for you, `/oob due team` for your team. Nothing was done.")
    return await call.show(_due, call.actor, words in _TEAM, 0)


async def turn(call: Call) -> Answer:
    """Another page."""
    memory = unpack(call.entry.action.get("value"))
    return await call.show(_due, call.actor, memory.id == "team", memory.n)


def _due(tx: Tx, actor: Actor, team: bool, page: int) -> Answer:
    return Answer.message(views.due(home.due(tx, actor, team=team), tx.today, page))


ROUTES = (
    Route(Kind.ACTION, "due.before", RECORDERS, "Looking at what is due", turn),
    Route(Kind.ACTION, "due.more", RECORDERS, "Looking at what is due", turn),
)
