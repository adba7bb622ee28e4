"""What can be pressed in a reminder: Done opens a form, Snooze until… puts it off, Not mine tells the manager."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.domain.people import LOGGERS, RECORDERS, Actor
from bot.domain.shared.errors import Refusal
from bot.domain.shared.rule import FACTS, Rule, words_of
from bot.services.cases import undo
from bot.services.cases import work as case_work
from bot.services.feedback import recording
from handlers.cases import actions, assessments, card, sharing, work
from handlers.cases.actions import CaseAction
from handlers.core.form_state import FormState
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.feedback import recording_views as recording_forms
from handlers.inquiries import answer
from handlers.reminders import views
from handlers.supervision import decisions
from handlers.ui.button_state import ButtonState, unpack
from storage.db.engine import Tx

Opening = Callable[[Tx, str, Actor], Answer]
"""Opens a form about a reference."""


def _step(step: CaseAction) -> Opening:
    def opening(tx: Tx, ref: str, actor: Actor) -> Answer:
        return actions.open_form(tx, step, ButtonState(id=ref), actor)

    return opening


def _assess(tx: Tx, ref: str, actor: Actor) -> Answer:
    return assessments.assess(tx, ref, "", actor)


def _record(tx: Tx, ref: str, actor: Actor) -> Answer:
    shown = recording.to_record(tx, actor, ref)
    if not shown.feedback:
        raise Refusal("all_on_ics", f"{ref} is on ICS already; there is nothing left to do.")
    return Answer.form(recording_forms.form(recording.show(tx, shown), ref))


def _tell_referrer(tx: Tx, ref: str, actor: Actor) -> Answer:
    return card.other(tx, "feedback", ref, actor)


_DONE: dict[str, Opening] = {
    Rule.THRESHOLD: _assess,
    Rule.REVIEW: _step(assessments.REVIEW),
    Rule.INQUIRY_ANSWER: answer.open_answer,
    Rule.FEEDBACK_ON_ICS: _record,
    Rule.SHARING: _step(sharing.SHARE),
    Rule.MEDICAL_FILE: _step(sharing.FILE),
    Rule.CHRONOLOGY: _step(sharing.CHRONOLOGY),
    Rule.CLOSING_RECORDS: _step(decisions.CLOSING_RECORDS),
    Rule.FIRST_RESPONSE: _step(work.RESPOND),
    Rule.REFERRER_FEEDBACK: _tell_referrer,
}
"""Rule → the form with which that is recorded as done."""
_MORE: dict[str, Opening] = {"propose": _step(work.PROPOSE), "open": card.card_of, "why": card.why}
"""Entry of the menu beside → what it shows."""


async def done(call: Call) -> Answer:
    """Done: the form in which that is recorded."""
    memory = unpack(call.entry.action.get("value"))
    return await call.show(_DONE[_rule(memory)], memory.id, call.actor)


async def snooze(call: Call) -> Answer:
    """Snooze until…: until when, and why."""
    memory = unpack(call.entry.action.get("value"))
    rule = _snoozed(memory)
    return Answer.form(views.snooze(memory.id, rule, memory, call.ctx.today()))


async def snoozed(call: Call) -> Answer:
    """The form sent off."""
    memory, form = unpack(call.entry.view.get("private_metadata")), FormState(call.entry.view)
    until = form.chosen("until") or ""
    return await call.once(_snooze, memory, until, form.typed("reason"), call.actor)


async def more(call: Call) -> Answer:
    """The menu beside: why it is asked, that it is not theirs, the case."""
    memory = unpack(call.entry.chosen)
    if memory.step == "not_mine":
        return await call.once(_not_mine, memory.id, call.actor)
    return await call.show(_MORE.get(memory.step, card.why), memory.id, call.actor)


def _rule(memory: ButtonState) -> str:
    rule = memory.step.upper()
    if rule not in _DONE:
        raise Refusal(
            "old_button", "That button is from another version of OOB; nothing was done. Please type the command again."
        )
    return rule


def _snoozed(memory: ButtonState) -> str:
    rule = _rule(memory)
    if not FACTS[rule].weekly:
        raise Refusal("nothing_to_snooze", f"You are reminded of this once only: {words_of(rule)}. There is nothing to put off.")
    return rule


def _snooze(tx: Tx, memory: ButtonState, until: str, reason: str | None, actor: Actor) -> Answer:
    rule, day = _snoozed(memory), _day(until)
    undo.snooze(tx, memory.id, rule, day, reason, actor)
    return Answer.message(views.snoozed(memory.id, rule, day))


def _day(chosen: str) -> date:
    try:
        return date.fromisoformat(chosen)
    except ValueError:
        raise Refusal("missing", "Please choose a day.", field="until") from None


def _not_mine(tx: Tx, ref: str, actor: Actor) -> Answer:
    return Answer.message(views.not_mine(ref, case_work.not_mine(tx, ref, actor)))


ROUTES = (
    Route(Kind.ACTION, "reminder.done", LOGGERS, "Saying that it is done", done),
    Route(Kind.ACTION, "reminder.snooze", RECORDERS, "Snoozing", snooze),
    Route(Kind.ACTION, "reminder.more", LOGGERS, "Looking at a reminder", more),
    Route(Kind.SUBMISSION, "reminder.snooze", RECORDERS, "Snoozing", snoozed),
)
