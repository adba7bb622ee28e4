"""`/oob recorded`: saying that something stands on ICS now, one or several at once."""

from __future__ import annotations

from bot.domain.people import LOGGERS, Actor
from bot.domain.shared import references, text
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import RefKind
from bot.services.feedback import recording
from handlers.core.form_state import FormState
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.feedback import recording_views as views
from handlers.ui.button_state import ButtonState, unpack
from storage.db.engine import Tx


async def typed(call: Call) -> Answer:
    """`/oob recorded FB-… INQ-…`; without references the form."""
    words = text.clean(call.words)
    if not words:
        return await call.show(_open, call.actor, ButtonState())
    return await call.once(_mark, references.all_of(words, RefKind.FEEDBACK, RefKind.INQUIRY), call.actor)


async def open_form(call: Call) -> Answer:
    """Recorded on ICS: the form, with the entry that was pressed ticked."""
    return await call.show(_open, call.actor, unpack(call.entry.action.get("value")))


async def submit(call: Call) -> Answer:
    """They are on ICS."""
    ticked = FormState(call.entry.view).ticked("refs")
    return await call.once(_mark, references.all_of(" ".join(sorted(ticked)), RefKind.FEEDBACK, RefKind.INQUIRY), call.actor)


def _open(tx: Tx, actor: Actor, pressed: ButtonState) -> Answer:
    shown = recording.to_record(tx, actor, pressed.id or None, everybodys=bool(pressed.n))
    if not shown.feedback:
        raise Refusal("all_on_ics", "Nothing of yours waits to be recorded on ICS. For an inquiry type `/oob recorded INQ-…`.")
    return Answer.form(views.form(recording.show(tx, shown), pressed.id))


def _mark(tx: Tx, named: list[str], actor: Actor) -> Answer:
    return Answer.message(views.noted(recording.mark_recorded(tx, named, actor)))


ROUTES = (
    Route(Kind.ACTION, "recording.open", LOGGERS, "Recording on ICS", open_form),
    Route(Kind.SUBMISSION, "recording.mark", LOGGERS, "Recording on ICS", submit),
)
