"""Inquiries: logging by text and by form, editing, taking back, finding."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.casework import inquiries as casework
from bot.rules import calendar, privacy, text
from bot.rules.inquiry import AskedBy, InquiryFacts, Result
from bot.rules.people import LOGGERS, READERS, Actor
from bot.rules.refusal import Refusal
from handlers.answers import Answer
from handlers.entry import JsonObject, Kind
from handlers.forms import Form
from handlers.payloads import unpack
from handlers.routes import Call, Route
from handlers.views import inquiry as views
from handlers.views import inquiry_form
from storage.engine import Tx
from storage.inquiries import Page

_LONGEST_NAME = 60


async def log(call: Call) -> Answer:
    """`/oob inquiry`: a form without words, an entry with them."""
    words = text.note(call.words, field="note")
    if words is None:
        return Answer.form(inquiry_form.form(call.desk.today()))
    privacy.guard(words)
    return await call.once(_log_words, words)


async def submit(call: Call) -> Answer:
    """The form sent off, new or changed."""
    facts = read_form(call.entry.view, call.desk.today())
    memory = unpack(call.entry.view.get("private_metadata"))
    if memory.id:
        return await call.once(_change, memory.id, memory.n, facts, call.actor)
    return await call.once(_log_facts, facts)


async def open_form(call: Call) -> Answer:
    """Edit: the form of an inquiry, filled in."""
    memory = unpack(call.entry.action.get("value"))
    return await call.show(_open_form, memory.id, call.actor)


async def undo_pressed(call: Call) -> Answer:
    """The Undo button of one inquiry."""
    return await call.once(_undo, unpack(call.entry.action.get("value")).id)


async def undo_typed(call: Call) -> Answer:
    """`/oob undo`: the newest of one's own, or the one that is named."""
    words = text.clean(call.words)
    if words and not words.upper().startswith("INQ-"):
        raise Refusal(
            "undo_unreadable", "`/oob undo` takes back your newest entry, `/oob undo INQ-2026-0001` that one. Nothing was done."
        )
    return await call.once(_undo, words.upper() or None)


async def again(call: Call) -> Answer:
    """Log it again: the words of a moment ago, on purpose; once for each time it was asked, however often it is pressed."""
    ref = unpack(call.entry.action.get("value")).id
    asked = replace(call.entry, replay_key=f"again|{call.actor.user_id}|{ref}|{call.entry.pressed_on}")
    return await replace(call, entry=asked).once(_again, ref)


async def find(call: Call) -> Answer:
    """`/oob inquiries`: the first page."""
    words = text.clean(call.words)
    privacy.guard(words)
    found = await call.desk.read(casework.find_inquiries, words, 0)
    return await call.show(_show_first, found, words, call.actor)


async def turn(call: Call) -> Answer:
    """Another page of the same search."""
    memory = unpack(call.entry.action.get("value"))
    words = await call.desk.read(casework.searched_for, memory.id)
    found = await call.desk.read(casework.find_inquiries, words, memory.n)
    return await call.show(_show_page, found, words, memory.id, call.actor)


async def waiting(call: Call) -> Answer:
    """Bare `/oob`: what is waiting for whoever asks."""
    return Answer.message(views.waiting(await call.desk.read(casework.waiting_for, call.actor.user_id)))


async def suggest_authorities(call: Call) -> Answer:
    """Typing in an authority menu."""
    return Answer.options(inquiry_form.authority_options(text.clean(call.raw)[:_LONGEST_NAME]))


def read_form(view: JsonObject, today: date) -> InquiryFacts:
    """The facts in a submitted form; refused with a sentence under the input that is wrong."""
    form = Form(view)
    ticked, asked = form.ticked("also"), form.chosen("authority_asked", "authority")
    role = form.chosen("asked_by_role")
    return InquiryFacts(
        asked_by_role=AskedBy(role) if role in set(AskedBy) else None,
        asked_on=calendar.parse_date(form.day("asked_on"), today),
        authority_asked=asked,
        home_authority=form.chosen("home_authority", "authority") or asked,
        urgent=inquiry_form.URGENT in ticked,
        result=Result(form.chosen("result") or Result.AWAITING),
        store_in_directory=inquiry_form.STORE in ticked,
        directory_ref=form.typed("directory_ref"),
        note=form.typed("note"),
    )


def _log_words(tx: Tx, words: str) -> JsonObject:
    outcome = casework.log_words(tx, words)
    if isinstance(outcome, casework.SaidBefore):
        return Answer.message(views.said_before(outcome.ref)).to_json()
    return Answer.message(views.logged(outcome, tx.now, from_words=True)).to_json()


def _log_facts(tx: Tx, facts: InquiryFacts) -> JsonObject:
    return Answer.message(views.logged(casework.log_inquiry(tx, facts), tx.now)).to_json()


def _change(tx: Tx, ref: str, version: int, facts: InquiryFacts, actor: Actor) -> JsonObject:
    return Answer.message(views.changed(casework.change_inquiry(tx, ref, version, facts, actor), tx.now, actor)).to_json()


def _undo(tx: Tx, ref: str | None) -> JsonObject:
    return Answer.message(views.undone(casework.undo_inquiry(tx, ref))).to_json()


def _again(tx: Tx, ref: str) -> JsonObject:
    return Answer.message(views.logged(casework.log_again(tx, ref), tx.now, from_words=True)).to_json()


def _open_form(tx: Tx, ref: str, actor: Actor) -> JsonObject:
    return Answer.form(inquiry_form.form(tx.today, casework.open_for_change(tx, ref, actor))).to_json()


def _show_first(tx: Tx, found: Page, words: str, reader: Actor) -> JsonObject:
    more = found.total > len(found.inquiries)
    return _show_page(tx, found, words, casework.keep_search(tx, words) if more else None, reader)


def _show_page(tx: Tx, found: Page, words: str, draft_id: str | None, reader: Actor) -> JsonObject:
    return Answer.message(views.page(casework.disclose(tx, found), words, draft_id, reader)).to_json()


ROUTES = (
    Route(Kind.SUBMISSION, "inquiry.log", LOGGERS, "Logging an inquiry", submit),
    Route(Kind.SUBMISSION, "inquiry.edit", LOGGERS, "Changing an inquiry", submit),
    Route(Kind.ACTION, "inquiry.open", LOGGERS, "Changing an inquiry", open_form),
    Route(Kind.ACTION, "inquiry.undo", LOGGERS, "Taking back an inquiry", undo_pressed),
    Route(Kind.ACTION, "inquiry.again", LOGGERS, "Logging an inquiry", again),
    Route(Kind.ACTION, "inquiries.older", READERS, "Finding inquiries", turn),
    Route(Kind.ACTION, "inquiries.newer", READERS, "Finding inquiries", turn),
    Route(Kind.OPTIONS, "authority", LOGGERS, "Logging an inquiry", suggest_authorities),
)
