"""What becomes of an inquiry: its answer, its close, and voiding it."""

from __future__ import annotations

from bot.casework import inquiries as casework
from bot.rules import calendar, refs, text
from bot.rules.inquiry import LEVELS, AnswerGiven, Outcome, Result
from bot.rules.people import LOGGERS, Actor
from bot.rules.refs import RefKind
from bot.rules.refusal import Refusal
from handlers import managing, steps
from handlers.answers import Answer
from handlers.entry import JsonObject, Kind
from handlers.forms import Form
from handlers.payloads import Memory, unpack
from handlers.routes import Call, Route
from handlers.views import inquiry as views
from handlers.views import inquiry_form
from storage.engine import Tx

_LEVELS = {str(level): level for level in range(1, LEVELS + 1)}


async def answer_typed(call: Call) -> Answer:
    """`/oob answer INQ-…`: the form of the answer."""
    ref, _ = _ref_and_words(call, "`/oob answer INQ-2026-0001`")
    return await call.show(open_answer, ref, call.actor)


async def answer_pressed(call: Call) -> Answer:
    """The Answer button."""
    return await call.show(open_answer, unpack(call.entry.action.get("value")).id, call.actor)


async def submit(call: Call) -> Answer:
    """The form of the answer sent off."""
    form, memory = Form(call.entry.view), unpack(call.entry.view.get("private_metadata"))
    given = AnswerGiven(
        result=form.code("result", Result) or Result.AWAITING,
        answered_on=calendar.parse_date(form.day("answered_on"), call.desk.today()),
        outcome=form.code("outcome", Outcome) or Outcome.NONE,
        signposted_to=form.typed("signposted_to"),
        age_years=form.number("age_years"),
        threshold_level=_LEVELS.get(form.chosen("threshold_level") or ""),
        ics_ref=form.typed("ics_ref"),
    )
    return await call.once(_answer, memory.id, memory.n, given, call.actor, call.files_itself)


async def close_pressed(call: Call) -> Answer:
    """The Close button."""
    return await call.once(_close, unpack(call.entry.action.get("value")).id, call.actor)


async def void_typed(call: Call) -> Answer:
    """`/oob void INQ-… why`; of a case, the form that takes its referral back."""
    if named := refs.all_of(text.clean(call.words), RefKind.CASE):
        return await call.show(steps.open_form, managing.END_REFERRAL, Memory(id=named[0]), call.actor)
    ref, words = _ref_and_words(call, "`/oob void INQ-2026-0001 logged twice`")
    return await call.once(_void, ref, text.note(words, field="reason") or "", call.actor)


def _ref_and_words(call: Call, example: str) -> tuple[str, str]:
    words = text.clean(call.words)
    named = refs.all_of(words, RefKind.INQUIRY)
    if len(named) != 1:
        raise Refusal("ref_missing", f"Please say which inquiry, for example: {example}. Nothing was changed.")
    return named[0], refs.without(words)


def open_answer(tx: Tx, ref: str, actor: Actor) -> JsonObject:
    """The form of an inquiry's answer."""
    return Answer.form(inquiry_form.answer_form(tx.today, casework.open_to_answer(tx, ref, actor))).to_json()


def _answer(tx: Tx, ref: str, version: int, given: AnswerGiven, actor: Actor, files_itself: bool) -> JsonObject:
    answered = casework.answer_inquiry(tx, ref, version, given, actor)
    return Answer.message(views.changed(answered, tx.now, actor, files_itself=files_itself)).to_json()


def _close(tx: Tx, ref: str, actor: Actor) -> JsonObject:
    return Answer.message(views.closed(casework.close_inquiry(tx, ref, actor))).to_json()


def _void(tx: Tx, ref: str, reason: str, actor: Actor) -> JsonObject:
    return Answer.message(views.voided(casework.void_inquiry(tx, ref, reason, actor))).to_json()


ROUTES = (
    Route(Kind.ACTION, "inquiry.answer", LOGGERS, "Recording an answer", answer_pressed),
    Route(Kind.SUBMISSION, "inquiry.answer", LOGGERS, "Recording an answer", submit),
    Route(Kind.ACTION, "inquiry.close", LOGGERS, "Closing an inquiry", close_pressed),
)
