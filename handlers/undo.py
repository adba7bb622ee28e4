"""Undo: by button, or by `/oob undo`, for whatever one logged in the last fifteen minutes."""

from __future__ import annotations

from bot.domain.people import LOGGERS, Actor
from bot.domain.shared import references, text
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import RefKind, is_case
from bot.services import undo
from handlers.cases.card import undo_entry
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.inquiries import messages as views
from handlers.ui.button_state import unpack
from storage.db.engine import Tx


async def pressed(call: Call) -> Answer:
    """The Undo button of one entry."""
    return await call.once(_undo, unpack(call.entry.action.get("value")).id, call.actor)


async def typed(call: Call) -> Answer:
    """`/oob undo`: the newest of one's own, or the one that is named."""
    words = text.clean(call.words).upper()
    named = references.all_of(words, RefKind.INQUIRY, RefKind.FEEDBACK, RefKind.CASE)
    if words and (len(named) != 1 or references.without(words)):
        raise Refusal(
            "undo_unreadable", "`/oob undo` takes back your newest entry, `/oob undo INQ-2026-0001` that one. Nothing was done."
        )
    return await call.once(_undo, named[0] if named else None, call.actor)


def _undo(tx: Tx, ref: str | None, actor: Actor) -> Answer:
    ref = ref or undo.newest(tx)
    if is_case(ref):
        return undo_entry(tx, ref, actor)
    return Answer.message(views.undone(undo.undo(tx, ref, actor).ref))


ROUTES = (
    Route(Kind.ACTION, "inquiry.undo", LOGGERS, "Taking back an inquiry", pressed),
    Route(Kind.ACTION, "feedback.undo", LOGGERS, "Taking back feedback", pressed),
)
