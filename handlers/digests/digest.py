"""`/oob digest [preview]`, and what can be pressed in a digest: Put on agenda…, Open list."""

from __future__ import annotations

from bot.domain.people import MANAGERS, Actor
from bot.domain.shared import text
from bot.domain.shared.errors import Refusal
from bot.services.cases import work
from bot.services.digests import digests
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.digests import digest_view as views
from handlers.ui.button_state import unpack
from storage.db.engine import Tx

_WORDS = frozenset({"", "preview", "now", "show"})


async def typed(call: Call) -> Answer:
    """What the next digest would say if it were sent now."""
    if text.clean(call.words).casefold() not in _WORDS:
        raise Refusal("digest_unreadable", "`/oob digest preview` shows your digest as it would be sent now. Nothing was done.")
    return await call.show(_preview, call.actor)


async def put_on_agenda(call: Call) -> Answer:
    """Put on agenda…: a case of the lists."""
    return await call.once(_put_on_agenda, unpack(call.entry.chosen).id, call.actor)


async def open_list(call: Call) -> Answer:
    """Open list: all of them, as they are now."""
    return await call.show(_list, call.actor, 0)


async def turn(call: Call) -> Answer:
    """Another page of them."""
    return await call.show(_list, call.actor, unpack(call.entry.action.get("value")).n)


def _preview(tx: Tx, actor: Actor) -> Answer:
    found = digests.briefing_for(tx, actor.user_id, actor)
    tx.log("digest.read", actor.user_id, week=found.digest.week)
    return Answer.message(views.digest(found, tx.today))


def _list(tx: Tx, actor: Actor, page: int) -> Answer:
    found = digests.digest_for(tx, actor.user_id, actor)
    tx.log("digest.read", actor.user_id, week=found.week)
    return Answer.message(views.opened_list(found, tx.today, page))


def _put_on_agenda(tx: Tx, ref: str, actor: Actor) -> Answer:
    work.put_on_agenda(tx, ref, actor)
    return Answer.message(views.put_on_agenda(ref))


ROUTES = (
    Route(Kind.ACTION, "digest.agenda", MANAGERS, "Putting a case on the agenda", put_on_agenda),
    Route(Kind.ACTION, "digest.list", MANAGERS, "Looking at the team's lists", open_list),
    Route(Kind.ACTION, "digest.before", MANAGERS, "Looking at the team's lists", turn),
    Route(Kind.ACTION, "digest.more", MANAGERS, "Looking at the team's lists", turn),
)
