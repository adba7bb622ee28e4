"""Inquiries: logging by text, by form and from a message, and editing (§2)."""

from __future__ import annotations

from datetime import date

from bot.domain import free_text
from bot.domain.inquiries.inquiry import AskedBy, InquiryFacts, Result
from bot.domain.people import LOGGERS, Actor
from bot.domain.reading import days, match_codes
from bot.domain.shared import privacy, text
from bot.services.inquiries import lifecycle
from handlers.core.form_state import FormState
from handlers.core.interaction import JsonObject, Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.inquiries import forms
from handlers.inquiries import messages as views
from handlers.ui.blocks import unescape
from handlers.ui.button_state import unpack
from handlers.ui.readings import OtherReading, pressed
from storage.db.batch import looks_up
from storage.db.engine import Tx
from storage.requests import idempotency

_LONGEST_NAME = 60


async def log(call: Call) -> Answer:
    """`/oob inquiry`: a form without words, an entry with them."""
    words = text.note(call.words, field="note")
    if words is None:
        return Answer.form(forms.form(InquiryFacts(asked_on=call.ctx.today())))
    return await call.once(_log_words, words, call.actor, call.files_itself)


async def from_message(call: Call) -> Answer:
    """The message shortcut: a new form with what the message says, or without it where it holds an identifier."""
    today, warning = call.ctx.today(), None
    said = text.clean(unescape(call.entry.message_text))[: text.NOTE_LIMIT]
    if held := privacy.all_said(said):
        warning = (
            f":warning: The message looks as if it holds {held}, so its text was left out. "
            "It still stands in the channel: please ask its author to delete it."
        )
        said = ""
    facts = free_text.inquiry(said, today).model_copy(update={"note": said or None})
    return Answer.form(forms.form(facts, warning))


async def submit(call: Call) -> Answer:
    """The form sent off, new or changed."""
    facts = read_form(call.entry.view, call.ctx.today())
    memory = unpack(call.entry.view.get("private_metadata"))
    if memory.id:
        return await call.once(_change, memory.id, memory.n, facts, call.actor, call.files_itself)
    form = FormState(call.entry.view)
    codes = (match_codes.family(form.typed("match_family"), call.ctx.today()), match_codes.number(form.typed("match_number")))
    return await call.once(_log_facts, facts, call.actor, tuple(code for code in codes if code), call.files_itself)


async def open_form(call: Call) -> Answer:
    """Edit: the form of an inquiry, filled in."""
    memory = unpack(call.entry.action.get("value"))
    return await call.show(_open_form, memory.id, call.actor)


async def again(call: Call) -> Answer:
    """Log it again: the words of a moment ago, on purpose."""
    ref = unpack(call.entry.action.get("value")).id
    return await call.once_more(ref, _again, ref, call.actor)


async def read_as(call: Call) -> Answer:
    """Another reading of the words: the day, the authority, or that it is urgent."""
    state = unpack(call.entry.action.get("value"))
    return await call.once(_read_as, state.id, state.n, pressed(state), call.actor, call.files_itself)


async def suggest_authorities(call: Call) -> Answer:
    """Typing in an authority menu."""
    return Answer.options(forms.authority_options(text.clean(call.raw)[:_LONGEST_NAME]))


def read_form(view: JsonObject, today: date) -> InquiryFacts:
    """The facts in a submitted form; refused with a sentence under the input that is wrong."""
    form = FormState(view)
    ticked, asked = form.ticked("also"), form.chosen("authority_asked", "authority")
    return InquiryFacts(
        asked_by_role=form.code("asked_by_role", AskedBy),
        asked_on=days.read_day(form.day("asked_on"), today),
        authority_asked=asked,
        home_authority=form.chosen("home_authority", "authority") or asked,
        urgent=forms.URGENT in ticked,
        restricted=forms.RESTRICTED in ticked,
        result=form.code("result", Result) or Result.AWAITING,
        store_in_directory=forms.STORE in ticked,
        directory_ref=form.typed("directory_ref"),
        note=form.typed("note"),
    )


@looks_up(lambda tx, words, *_: idempotency.wording_row(tx, lifecycle.as_line(words)))
def _log_words(tx: Tx, words: str, actor: Actor, files_itself: bool) -> Answer:
    outcome = lifecycle.log_words(tx, words, actor)
    if isinstance(outcome, lifecycle.SaidBefore):
        return Answer.message(views.said_before(outcome.ref))
    return Answer.message(views.logged(outcome, tx.now, from_words=True, files_itself=files_itself))


def _read_as(tx: Tx, ref: str, version: int, other: OtherReading, actor: Actor, files_itself: bool) -> Answer:
    changed = lifecycle.read_as(tx, ref, version, actor, day=other.day, place=other.place, urgent=other.urgent)
    return Answer.message(views.changed(changed, tx.now, actor, files_itself=files_itself))


def _log_facts(tx: Tx, facts: InquiryFacts, actor: Actor, matches: tuple[str, ...], files_itself: bool) -> Answer:
    logged = lifecycle.log_inquiry(tx, facts, actor, matches)
    return Answer.message(views.logged(logged, tx.now, files_itself=files_itself))


def _change(tx: Tx, ref: str, version: int, facts: InquiryFacts, actor: Actor, files_itself: bool) -> Answer:
    changed = lifecycle.change_inquiry(tx, ref, version, facts, actor)
    return Answer.message(views.changed(changed, tx.now, actor, files_itself=files_itself))


def _again(tx: Tx, ref: str, actor: Actor) -> Answer:
    return Answer.message(views.logged(lifecycle.log_again(tx, ref, actor), tx.now, from_words=True))


def _open_form(tx: Tx, ref: str, actor: Actor) -> Answer:
    return Answer.form(forms.edit_form(lifecycle.open_for_change(tx, ref, actor)))


ROUTES = (
    Route(Kind.SUBMISSION, "inquiry.log", LOGGERS, "Logging an inquiry", submit),
    Route(Kind.SUBMISSION, "inquiry.edit", LOGGERS, "Changing an inquiry", submit),
    Route(Kind.ACTION, "inquiry.open", LOGGERS, "Changing an inquiry", open_form),
    Route(Kind.ACTION, "inquiry.read_as", LOGGERS, "Changing an inquiry", read_as),
    Route(Kind.ACTION, "inquiry.again", LOGGERS, "Logging an inquiry", again),
    Route(Kind.SHORTCUT, "inquiry.from_message", LOGGERS, "Logging an inquiry", from_message),
    Route(Kind.OPTIONS, "authority", LOGGERS, "Logging an inquiry", suggest_authorities),
)
