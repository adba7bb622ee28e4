"""What becomes of an inquiry: its answer, its close, and voiding it."""

from __future__ import annotations

from bot.domain.inquiries.inquiry import LEVELS, AnswerGiven, Outcome, Result
from bot.domain.people import LOGGERS, Actor
from bot.domain.reading import days
from bot.domain.shared import references, text
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import RefKind
from bot.services.inquiries import lifecycle
from handlers.core.form_state import FormState
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.inquiries import forms
from handlers.inquiries import messages as views
from handlers.ui.button_state import unpack
from storage.db.engine import Tx

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
    form, memory = FormState(call.entry.view), unpack(call.entry.view.get("private_metadata"))
    given = AnswerGiven(
        result=form.code("result", Result) or Result.AWAITING,
        answered_on=days.read_day(form.day("answered_on"), call.ctx.today()),
        outcome=form.code("outcome", Outcome) or Outcome.NONE,
        signposted_to=form.typed("signposted_to"),
        age_years=form.age("age_years"),
        threshold_level=_LEVELS.get(form.chosen("threshold_level") or ""),
        ics_ref=form.typed("ics_ref"),
    )
    return await call.once(_answer, memory.id, memory.n, given, call.actor, call.files_itself)


async def close_pressed(call: Call) -> Answer:
    """The Close button."""
    return await call.once(_close, unpack(call.entry.action.get("value")).id, call.actor)


async def void_typed(call: Call) -> Answer:
    """`/oob void INQ-… why`."""
    ref, words = _ref_and_words(call, "`/oob void INQ-2026-0001 logged twice`")
    return await call.once(_void, ref, text.note(words, field="reason") or "", call.actor)


def _ref_and_words(call: Call, example: str) -> tuple[str, str]:
    words = text.clean(call.words)
    named = references.all_of(words, RefKind.INQUIRY)
    if len(named) != 1:
        raise Refusal("ref_missing", f"Please say which inquiry, for example: {example}. Nothing was changed.")
    return named[0], references.without(words)


def open_answer(tx: Tx, ref: str, actor: Actor) -> Answer:
    """The form of an inquiry's answer."""
    return Answer.form(forms.answer_form(tx.today, lifecycle.open_to_answer(tx, ref, actor)))


def _answer(tx: Tx, ref: str, version: int, given: AnswerGiven, actor: Actor, files_itself: bool) -> Answer:
    answered = lifecycle.answer_inquiry(tx, ref, version, given, actor)
    return Answer.message(views.changed(answered, tx.now, actor, files_itself=files_itself))


def _close(tx: Tx, ref: str, actor: Actor) -> Answer:
    return Answer.message(views.closed(lifecycle.close_inquiry(tx, ref, actor)))


def _void(tx: Tx, ref: str, reason: str, actor: Actor) -> Answer:
    return Answer.message(views.voided(lifecycle.void_inquiry(tx, ref, reason, actor)))


ROUTES = (
    Route(Kind.ACTION, "inquiry.answer", LOGGERS, "Recording an answer", answer_pressed),
    Route(Kind.SUBMISSION, "inquiry.answer", LOGGERS, "Recording an answer", submit),
    Route(Kind.ACTION, "inquiry.close", LOGGERS, "Closing an inquiry", close_pressed),
)
