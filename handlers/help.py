"""`/oob help`, made from the verb table, and what is said of a word that is no verb."""

from __future__ import annotations

from bot.rules import privacy, text
from bot.rules.refusal import Refusal
from handlers import grammar, verbs
from handlers.answers import Answer
from handlers.entry import JsonObject
from handlers.routes import Call
from handlers.views import help as views
from storage import drafts
from storage.engine import Tx


async def explain(call: Call) -> Answer:
    """Help as a whole, about one verb, or about privacy."""
    words = text.clean(call.words)
    if words.casefold() == "privacy":
        return Answer.message(views.privacy())
    if verb := grammar.topic(words):
        return Answer.message(views.verb(verb))
    return Answer.message(views.overview(call.actor.roles))


async def unknown(call: Call) -> Answer:
    """A word that is no verb: the nearest one as a button that keeps what was typed, if it may be kept."""
    parsed = grammar.parse(str(call.entry.body.get("text", "")))
    nearest = parsed.nearest if isinstance(parsed, grammar.Unknown) else None
    if nearest is None or not call.actor.may(nearest.roles):
        return Answer.message(views.unknown(None, None))
    line = f"{nearest.name} {call.raw}".strip()
    try:
        privacy.guard(text.note(call.words, field="note"))
    except Refusal:
        return Answer.message(views.unknown(nearest, None))
    return await call.once(_suggest, nearest, line)


def _suggest(tx: Tx, nearest: verbs.Verb, line: str) -> JsonObject:
    return Answer.message(views.unknown(nearest, drafts.keep(tx, line))).to_json()
