"""`/oob recorded`: saying that something stands on ICS now, one or several at once."""

from __future__ import annotations

from bot.casework import recording as casework
from bot.rules import refs, text
from bot.rules.people import LOGGERS, Actor
from bot.rules.refs import RefKind
from bot.rules.refusal import Refusal
from handlers.answers import Answer
from handlers.entry import JsonObject, Kind
from handlers.forms import Form
from handlers.payloads import Memory, unpack
from handlers.routes import Call, Route
from handlers.views import recording as views
from storage.engine import Tx


async def typed(call: Call) -> Answer:
    """`/oob recorded FB-… INQ-…`; without references the form."""
    words = text.clean(call.words)
    if not words:
        return await call.show(_open, call.actor, Memory())
    return await call.once(_mark, refs.all_of(words, RefKind.FEEDBACK, RefKind.INQUIRY), call.actor)


async def open_form(call: Call) -> Answer:
    """Recorded on ICS: the form, with the entry that was pressed ticked."""
    return await call.show(_open, call.actor, unpack(call.entry.action.get("value")))


async def submit(call: Call) -> Answer:
    """They are on ICS."""
    ticked = Form(call.entry.view).ticked("refs")
    return await call.once(_mark, refs.all_of(" ".join(sorted(ticked)), RefKind.FEEDBACK, RefKind.INQUIRY), call.actor)


def _open(tx: Tx, actor: Actor, pressed: Memory) -> JsonObject:
    shown = casework.to_record(tx, actor, pressed.id or None, everybodys=bool(pressed.n))
    if not shown.feedback:
        raise Refusal("all_on_ics", "Nothing of yours waits to be recorded on ICS. For an inquiry type `/oob recorded INQ-…`.")
    return Answer.form(views.form(casework.show(tx, shown), pressed.id)).to_json()


def _mark(tx: Tx, named: list[str], actor: Actor) -> JsonObject:
    return Answer.message(views.noted(casework.mark_recorded(tx, named, actor))).to_json()


ROUTES = (
    Route(Kind.ACTION, "recording.open", LOGGERS, "Recording on ICS", open_form),
    Route(Kind.SUBMISSION, "recording.mark", LOGGERS, "Recording on ICS", submit),
)
