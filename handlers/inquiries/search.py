"""`/oob inquiries`: finding, turning the page, taking the list away (§2)."""

from __future__ import annotations

from bot.domain.inquiries.search import InquiryQuery
from bot.domain.people import READERS, Actor
from bot.domain.shared import authorities, privacy, text
from bot.domain.shared.errors import Refusal
from bot.services.inquiries import search
from handlers.core.command_parser import PERSON
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.inquiries import list_view as views
from handlers.ui.button_state import unpack
from storage.db.engine import Tx
from storage.inquiries.inquiries import InquiryPage

_LONGEST_SEARCH = 300


async def find(call: Call) -> Answer:
    """`/oob inquiries`: the first page."""
    words = text.clean(call.raw if PERSON.search(call.raw) else call.words)
    if len(words) > _LONGEST_SEARCH:
        raise Refusal("too_long", f"Please look for it in up to {_LONGEST_SEARCH} characters.")
    privacy.guard(PERSON.sub(" ", words))
    sought, found = await call.ctx.read(search.find, words, 0, call.actor)
    return await call.show(_show_first, found, sought, words, call.actor)


async def turn(call: Call) -> Answer:
    """Another page of the same search."""
    memory = unpack(call.entry.action.get("value"))
    words = await call.ctx.read(search.searched_for, memory.id)
    sought, found = await call.ctx.read(search.find, words, max(memory.n, 0), call.actor)
    return await call.show(_show_page, found, sought, words, memory.id, call.actor)


async def export(call: Call) -> Answer:
    """Send me the list: the whole of it, as a file in the direct messages with the bot."""
    found = await call.ctx.read(search.gather, unpack(call.entry.action.get("value")).id, call.actor)
    return await call.once(_export, found, call.actor)


def _show_first(tx: Tx, found: InquiryPage, sought: InquiryQuery, words: str, reader: Actor) -> Answer:
    draft_id = search.keep_search(tx, words) if found.total > 1 else ""
    if not found.total and sought.words and (near := authorities.nearest(sought.words)):
        return Answer.message(views.nothing_near(sought, [(name, search.keep_search(tx, name)) for _, name in near]))
    return _show_page(tx, found, sought, words, draft_id, reader)


def _show_page(tx: Tx, found: InquiryPage, sought: InquiryQuery, words: str, draft_id: str, reader: Actor) -> Answer:
    return Answer.message(views.page(search.disclose(tx, found), sought, words, draft_id, reader, tx.now))


def _export(tx: Tx, found: InquiryPage, reader: Actor) -> Answer:
    return Answer.message(views.on_its_way(search.send(tx, found, reader)))


ROUTES = (
    Route(Kind.ACTION, "inquiries.older", READERS, "Finding inquiries", turn),
    Route(Kind.ACTION, "inquiries.newer", READERS, "Finding inquiries", turn),
    Route(Kind.ACTION, "inquiries.export", READERS, "Finding inquiries", export),
)
