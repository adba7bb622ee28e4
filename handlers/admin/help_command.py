"""`/oob help`, made from the verb table, and what is said of a word that is no verb."""

from __future__ import annotations

from bot.domain.shared import privacy, text
from bot.domain.shared.errors import Refusal
from handlers.admin import help_view as views
from handlers.core import command_parser, commands
from handlers.core.responses import Answer
from handlers.core.routing import Call
from storage.db.engine import Tx
from storage.requests import drafts


async def explain(call: Call) -> Answer:
    """Help as a whole, about one verb, or about privacy."""
    words = text.clean(call.words)
    if words.casefold() == "privacy":
        return Answer.message(views.privacy())
    if verb := command_parser.topic(words):
        return Answer.message(views.verb(verb))
    return Answer.message(views.overview(call.actor.roles))


async def unknown(call: Call) -> Answer:
    """A word that is no verb: the nearest one as a button that keeps what was typed, if it may be kept."""
    parsed = command_parser.parse(str(call.entry.body.get("text", "")))
    nearest = parsed.nearest if isinstance(parsed, command_parser.Unknown) else None
    if nearest is None or not call.actor.may(nearest.roles):
        return Answer.message(views.unknown(None, None))
    line = f"{nearest.name} {call.raw}".strip()
    try:
        privacy.guard(text.note(call.words, field="note"))
    except Refusal:
        return Answer.message(views.unknown(nearest, None))
    return await call.once(_suggest, nearest, line)


def _suggest(tx: Tx, nearest: commands.Verb, line: str) -> Answer:
    return Answer.message(views.unknown(nearest, drafts.keep(tx, line)))
