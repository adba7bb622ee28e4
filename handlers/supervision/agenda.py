"""`/oob agenda [@worker]`: the supervision agenda of a worker, and for a manager who names nobody that of the team."""

from __future__ import annotations

from bot.domain.people import MANAGERS, RECORDERS, Actor
from bot.domain.shared import text
from bot.domain.shared.errors import Refusal
from bot.services.supervision import agenda
from bot.services.supervision.agenda import Agenda, Next
from handlers.core.command_parser import PERSON
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.supervision import agenda_view as views
from handlers.ui.button_state import unpack
from storage import people
from storage.db.engine import Tx

_MINE = frozenset({"mine", "my", "me"})


async def typed(call: Call) -> Answer:
    """The agenda of who is named; of nobody a manager's team, and a worker's own."""
    named = PERSON.search(call.raw)
    rest = text.clean(PERSON.sub(" ", call.raw)).casefold()
    if rest and rest not in _MINE:
        raise Refusal(
            "agenda_unreadable", "`/oob agenda` shows yours, `/oob agenda @worker` somebody's: choose them from Slack's list."
        )
    if named is None and not rest and call.actor.may(MANAGERS):
        return await team(call)
    return await show(call, named[1] if named else call.actor.user_id)


async def team(call: Call) -> Answer:
    """A manager's team, with when each is supervised next."""
    return Answer.message(views.team(await call.ctx.read(_team, call.actor)))


async def opened(call: Call) -> Answer:
    """The button Agenda."""
    return await show(call, unpack(call.entry.action.get("value")).id)


async def turn(call: Call) -> Answer:
    """Another page."""
    memory = unpack(call.entry.action.get("value"))
    return await show(call, memory.id, memory.n)


async def show(call: Call, worker_id: str, page: int = 0) -> Answer:
    """A page of an agenda. It is gathered beside the writer, so that a long one holds up nobody."""
    found = await call.ctx.read(agenda.agenda, worker_id, call.actor)
    return await call.show(_page, found, page)


def _page(tx: Tx, found: Agenda, number: int) -> Answer:
    page = views.page_of(found.gathered.entries, number)
    agenda.seen(tx, found.worker_id, page.refs, page.number)
    shown = agenda.with_lines(tx, found, page.refs)
    return Answer.message(views.agenda(shown, page, agenda.closely(tx, page.close, found.viewer)))


def _team(tx: Tx, actor: Actor) -> list[Next]:
    led = [each.user_id for each in people.everyone(tx) if each.manager_id == actor.user_id and each.role in RECORDERS]
    return [agenda.next_of(tx, worker_id, actor) for worker_id in led]


ROUTES = (
    Route(Kind.ACTION, "agenda.open", RECORDERS, "Looking at an agenda", opened),
    Route(Kind.ACTION, "agenda.team", MANAGERS, "Looking at agendas", team),
    Route(Kind.ACTION, "agenda.before", RECORDERS, "Looking at an agenda", turn),
    Route(Kind.ACTION, "agenda.more", RECORDERS, "Looking at an agenda", turn),
)
