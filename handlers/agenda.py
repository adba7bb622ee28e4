"""`/oob agenda [@worker]`: the supervision agenda of a worker, and for a manager who names nobody that of the team."""

from __future__ import annotations

from bot.casework import agendas
from bot.casework.agendas import Agenda, Next
from bot.rules import text
from bot.rules.people import MANAGERS, RECORDERS, Actor
from bot.rules.refusal import Refusal
from handlers.answers import Answer
from handlers.entry import JsonObject, Kind
from handlers.grammar import PERSON
from handlers.payloads import unpack
from handlers.routes import Call, Route
from handlers.views import agenda as views
from storage import people
from storage.engine import Tx

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
    return Answer.message(views.team(await call.desk.read(_team, call.actor)))


async def opened(call: Call) -> Answer:
    """The button Agenda."""
    return await show(call, unpack(call.entry.action.get("value")).id)


async def turn(call: Call) -> Answer:
    """Another page."""
    memory = unpack(call.entry.action.get("value"))
    return await show(call, memory.id, memory.n)


async def show(call: Call, worker_id: str, page: int = 0) -> Answer:
    """A page of an agenda. It is gathered beside the writer, so that a long one holds up nobody."""
    found = await call.desk.read(agendas.agenda, worker_id, call.actor)
    return await call.show(_page, found, page)


def _page(tx: Tx, found: Agenda, number: int) -> JsonObject:
    page = views.page_of(found.gathered.entries, number)
    agendas.seen(tx, found.worker_id, page.refs, page.number)
    shown = agendas.with_lines(tx, found, page.refs)
    return Answer.message(views.agenda(shown, page, agendas.closely(tx, page.close, found.viewer))).to_json()


def _team(tx: Tx, actor: Actor) -> list[Next]:
    led = [each.user_id for each in people.everyone(tx) if each.manager_id == actor.user_id and each.role in RECORDERS]
    return [agendas.next_of(tx, worker_id, actor) for worker_id in led]


ROUTES = (
    Route(Kind.ACTION, "agenda.open", RECORDERS, "Looking at an agenda", opened),
    Route(Kind.ACTION, "agenda.team", MANAGERS, "Looking at agendas", team),
    Route(Kind.ACTION, "agenda.before", RECORDERS, "Looking at an agenda", turn),
    Route(Kind.ACTION, "agenda.more", RECORDERS, "Looking at an agenda", turn),
)
