"""Inquiries: logging by text, by form and from a message, and editing (§2)."""

from __future__ import annotations

from datetime import date

from bot.casework import inquiries as casework
from bot.rules import calendar, matching, privacy, text, understanding
from bot.rules.inquiry import AskedBy, InquiryFacts, Result
from bot.rules.people import LOGGERS, Actor
from handlers.answers import Answer
from handlers.entry import JsonObject, Kind
from handlers.forms import Form
from handlers.payloads import unpack
from handlers.routes import Call, Route
from handlers.views import inquiry as views
from handlers.views import inquiry_form
from handlers.views.parts import unescape
from storage import replays
from storage.batch import looks_up
from storage.engine import Tx

_LONGEST_NAME = 60


async def log(call: Call) -> Answer:
    """`/oob inquiry`: a form without words, an entry with them."""
    words = text.note(call.words, field="note")
    if words is None:
        return Answer.form(inquiry_form.form(InquiryFacts(asked_on=call.desk.today())))
    return await call.once(_log_words, words, call.actor, call.files_itself)


async def from_message(call: Call) -> Answer:
    """The message shortcut: a new form with what the message says, or without it where it holds an identifier."""
    today, warning = call.desk.today(), None
    said = text.clean(unescape(call.entry.message_text))[: text.NOTE_LIMIT]
    if held := privacy.all_said(said):
        warning = (
            f":warning: The message looks as if it holds {held}, so its text was left out. "
            "It still stands in the channel: please ask its author to delete it."
        )
        said = ""
    facts = understanding.inquiry(said, today).model_copy(update={"note": said or None})
    return Answer.form(inquiry_form.form(facts, warning))


async def submit(call: Call) -> Answer:
    """The form sent off, new or changed."""
    facts = read_form(call.entry.view, call.desk.today())
    memory = unpack(call.entry.view.get("private_metadata"))
    if memory.id:
        return await call.once(_change, memory.id, memory.n, facts, call.actor, call.files_itself)
    form = Form(call.entry.view)
    codes = (matching.family(form.typed("match_family"), call.desk.today()), matching.number(form.typed("match_number")))
    return await call.once(_log_facts, facts, call.actor, tuple(code for code in codes if code), call.files_itself)


async def open_form(call: Call) -> Answer:
    """Edit: the form of an inquiry, filled in."""
    memory = unpack(call.entry.action.get("value"))
    return await call.show(_open_form, memory.id, call.actor)


async def again(call: Call) -> Answer:
    """Log it again: the words of a moment ago, on purpose."""
    ref = unpack(call.entry.action.get("value")).id
    return await call.once_more(ref, _again, ref, call.actor)


async def suggest_authorities(call: Call) -> Answer:
    """Typing in an authority menu."""
    return Answer.options(inquiry_form.authority_options(text.clean(call.raw)[:_LONGEST_NAME]))


def read_form(view: JsonObject, today: date) -> InquiryFacts:
    """The facts in a submitted form; refused with a sentence under the input that is wrong."""
    form = Form(view)
    ticked, asked = form.ticked("also"), form.chosen("authority_asked", "authority")
    return InquiryFacts(
        asked_by_role=form.code("asked_by_role", AskedBy),
        asked_on=calendar.parse_date(form.day("asked_on"), today),
        authority_asked=asked,
        home_authority=form.chosen("home_authority", "authority") or asked,
        urgent=inquiry_form.URGENT in ticked,
        restricted=inquiry_form.RESTRICTED in ticked,
        result=form.code("result", Result) or Result.AWAITING,
        store_in_directory=inquiry_form.STORE in ticked,
        directory_ref=form.typed("directory_ref"),
        note=form.typed("note"),
    )


@looks_up(lambda tx, words, *_: replays.wording_row(tx, casework.as_line(words)))
def _log_words(tx: Tx, words: str, actor: Actor, files_itself: bool) -> JsonObject:
    outcome = casework.log_words(tx, words, actor)
    if isinstance(outcome, casework.SaidBefore):
        return Answer.message(views.said_before(outcome.ref)).to_json()
    return Answer.message(views.logged(outcome, tx.now, from_words=True, files_itself=files_itself)).to_json()


def _log_facts(tx: Tx, facts: InquiryFacts, actor: Actor, matches: tuple[str, ...], files_itself: bool) -> JsonObject:
    logged = casework.log_inquiry(tx, facts, actor, matches)
    return Answer.message(views.logged(logged, tx.now, files_itself=files_itself)).to_json()


def _change(tx: Tx, ref: str, version: int, facts: InquiryFacts, actor: Actor, files_itself: bool) -> JsonObject:
    changed = casework.change_inquiry(tx, ref, version, facts, actor)
    return Answer.message(views.changed(changed, tx.now, actor, files_itself=files_itself)).to_json()


def _again(tx: Tx, ref: str, actor: Actor) -> JsonObject:
    return Answer.message(views.logged(casework.log_again(tx, ref, actor), tx.now, from_words=True)).to_json()


def _open_form(tx: Tx, ref: str, actor: Actor) -> JsonObject:
    return Answer.form(inquiry_form.edit_form(casework.open_for_change(tx, ref, actor))).to_json()


ROUTES = (
    Route(Kind.SUBMISSION, "inquiry.log", LOGGERS, "Logging an inquiry", submit),
    Route(Kind.SUBMISSION, "inquiry.edit", LOGGERS, "Changing an inquiry", submit),
    Route(Kind.ACTION, "inquiry.open", LOGGERS, "Changing an inquiry", open_form),
    Route(Kind.ACTION, "inquiry.again", LOGGERS, "Logging an inquiry", again),
    Route(Kind.SHORTCUT, "inquiry.from_message", LOGGERS, "Logging an inquiry", from_message),
    Route(Kind.OPTIONS, "authority", LOGGERS, "Logging an inquiry", suggest_authorities),
)
