"""Forms submitted after a case closed or a role was lost: what was typed is kept (docs/trust.md, Fault table B5)."""

from __future__ import annotations

import json

from bot.core.context import RequestContext
from bot.domain.people import EVERYONE, LOGGERS, RECORDERS, Actor
from bot.domain.shared import privacy
from bot.domain.shared.errors import Refusal
from handlers import late_form_views as views
from handlers.core.form_state import refill
from handlers.core.interaction import Interaction, JsonObject, Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.ui.button_state import unpack
from storage.db.engine import Tx
from storage.requests import drafts

CODES = frozenset(
    {
        "case_closed",
        "closing_agreed",
        "decided_already",
        "no_session",
        "not_found",
        "not_listed",
        "not_running",
        "role",
        "workers_only",
    }
)
"""Refusals that say that things have changed since the form was opened."""
_NEVER_KEPT = frozenset({"match", "match_family", "match_number"})
"""Inputs of which only a code is made: what was typed there is not kept, not even for an hour (docs/domain.md §4 feature 1)."""
_DRAFT = "form"
SHOWN = ("type", "callback_id", "private_metadata", "title", "submit", "close", "blocks")
"""What of a view can be sent to Slack again."""


async def kept(entry: Interaction, ctx: RequestContext, refusal: Refusal) -> Answer | None:
    """What is shown instead of a form that cannot be saved any more; None where the form stays with a sentence under an input."""
    if entry.kind is not Kind.SUBMISSION or refusal.code not in CODES or refusal.field or not words_in(_kept_values(entry.view)):
        return None
    try:
        return await ctx.write(set_aside, entry.view, refusal.sentence)
    except Refusal:  # what may not be kept stays in the form that is still open
        return None


def set_aside(tx: Tx, view: JsonObject, sentence: str) -> Answer:
    """Keep a form that is not saved: a sentence, and a button that opens it again as it was filled in. Refused: `identifier`."""
    values = _kept_values(view)
    typed = words_in(values)
    for words in typed:
        privacy.guard(words)
    shown = {name: view[name] for name in SHOWN if name in view}
    draft_id = drafts.keep(tx, json.dumps({"view": shown, "values": values}), _DRAFT)
    return Answer.message(views.not_saved(sentence, typed, draft_id))


def _kept_values(view: JsonObject) -> JsonObject:
    values = (view.get("state") or {}).get("values") or {}
    return {block: value for block, value in values.items() if block not in _NEVER_KEPT}


def words_in(values: JsonObject) -> list[str]:
    """What somebody typed into a form, without what they picked."""
    inputs = [each for block in values.values() if isinstance(block, dict) for each in block.values() if isinstance(each, dict)]
    return [each["value"] for each in inputs if isinstance(each.get("value"), str) and each["value"].strip()]


async def open_again(call: Call) -> Answer:
    """Open the form again, with what was typed."""
    return await call.show(_open_again, unpack(call.entry.action.get("value")).id, call.actor)


def _open_again(tx: Tx, draft_id: str, actor: Actor) -> Answer:
    kept_form = json.loads(drafts.words_of(tx, draft_id, _DRAFT))
    of_cases = str(kept_form["view"].get("callback_id", "")).startswith(("case.", "referral."))
    if not actor.may(RECORDERS if of_cases else LOGGERS):
        raise Refusal("role", "You may not do that any more; nothing was done.")
    return Answer("form", refill(kept_form["view"], kept_form["values"]))


ROUTES = (Route(Kind.ACTION, "draft.open", EVERYONE, "Opening a form again", open_again),)
