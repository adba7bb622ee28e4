"""What can be pressed in a reminder: Done opens a form, Snooze until… puts it off, Not mine tells the manager."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.casework import amending, looking, recording, working
from bot.rules.obligations import RULES
from bot.rules.people import LOGGERS, RECORDERS, Actor
from bot.rules.refusal import Refusal
from handlers import assessments, case, inquiry_answer, sharing, steps, work
from handlers.answers import Answer
from handlers.entry import JsonObject, Kind
from handlers.forms import Form
from handlers.payloads import Memory, unpack
from handlers.routes import Call, Route
from handlers.steps import Step
from handlers.views import feedback as feedback_forms
from handlers.views import recording as recording_forms
from handlers.views import reminders as views
from storage.engine import Tx

Opening = Callable[[Tx, Memory, Actor], JsonObject]


def _step(step: Step) -> Opening:
    def opening(tx: Tx, memory: Memory, actor: Actor) -> JsonObject:
        return steps.open_form(tx, step, Memory(id=memory.id), actor)

    return opening


def _assess(tx: Tx, memory: Memory, actor: Actor) -> JsonObject:
    return assessments.assess(tx, memory.id, "", actor)


def _answer(tx: Tx, memory: Memory, actor: Actor) -> JsonObject:
    return inquiry_answer.open_answer(tx, memory.id, actor)


def _record(tx: Tx, memory: Memory, actor: Actor) -> JsonObject:
    shown = recording.to_record(tx, actor, memory.id)
    if not shown.feedback:
        raise Refusal("all_on_ics", f"{memory.id} stands on ICS already; nothing is left to do.")
    return Answer.form(recording_forms.form(recording.show(tx, shown), memory.id)).to_json()


def _tell_referrer(tx: Tx, memory: Memory, actor: Actor) -> JsonObject:
    looking.look(tx, memory.id, actor)
    return Answer.form(feedback_forms.form(tx.today, about=memory.id)).to_json()


_DONE: dict[str, Opening] = {
    "R1": _assess,
    "R2": _step(assessments.REVIEW),
    "R3": _answer,
    "R4": _record,
    "R5": _step(sharing.SHARE),
    "R6": _step(sharing.FILE),
    "R7": _step(sharing.CHRONOLOGY),
    "R9": _step(work.CLOSING_RECORDS),
    "R11": _step(work.RESPOND),
    "R16": _tell_referrer,
}
"""Rule → the form with which that is recorded as done."""


async def done(call: Call) -> Answer:
    """Done: the form in which that is recorded."""
    memory = unpack(call.entry.action.get("value"))
    return await call.show(_open, _rule(memory), memory, call.actor)


async def snooze(call: Call) -> Answer:
    """Snooze until…: until when, and why."""
    memory = unpack(call.entry.action.get("value"))
    rule = _snoozed(memory)
    return Answer.form(views.snooze(memory.id, rule, memory, call.desk.today()))


async def snoozed(call: Call) -> Answer:
    """The form sent off."""
    memory, form = unpack(call.entry.view.get("private_metadata")), Form(call.entry.view)
    until = form.chosen("until") or ""
    return await call.once(_snooze, memory, until, form.typed("reason"), call.actor)


async def more(call: Call) -> Answer:
    """The menu beside: why it is asked, that it is not theirs, the case."""
    selected = call.entry.action.get("selected_option")
    memory = unpack(selected.get("value") if isinstance(selected, dict) else None)
    if memory.step == "not_mine":
        return await call.once(_not_mine, memory.id, call.actor)
    if memory.step == "propose":
        return await call.show(_propose, memory, call.actor)
    if memory.step == "open":
        return await call.show(case.card_of, memory.id, call.actor)
    return await call.show(case.why, memory.id, call.actor)


def _rule(memory: Memory) -> str:
    rule = memory.step.upper()
    if rule not in _DONE:
        raise Refusal(
            "old_button", "That button is from another version of OOB; nothing was done. Please type the command again."
        )
    return rule


def _propose(tx: Tx, memory: Memory, actor: Actor) -> JsonObject:
    return steps.open_form(tx, work.PROPOSE, Memory(id=memory.id), actor)


def _snoozed(memory: Memory) -> str:
    rule = _rule(memory)
    if rule not in views.SNOOZED:
        raise Refusal("nothing_to_snooze", f"You are reminded of this once only: {RULES[rule]}. There is nothing to put off.")
    return rule


def _open(tx: Tx, rule: str, memory: Memory, actor: Actor) -> JsonObject:
    return _DONE[rule](tx, memory, actor)


def _snooze(tx: Tx, memory: Memory, until: str, reason: str | None, actor: Actor) -> JsonObject:
    rule, day = _snoozed(memory), _day(until)
    amending.snooze(tx, memory.id, rule, day, reason, actor)
    return Answer.message(views.snoozed(memory.id, rule, day)).to_json()


def _day(chosen: str) -> date:
    try:
        return date.fromisoformat(chosen)
    except ValueError:
        raise Refusal("missing", "Please choose a day.", field="until") from None


def _not_mine(tx: Tx, ref: str, actor: Actor) -> JsonObject:
    return Answer.message(views.not_mine(ref, working.not_mine(tx, ref, actor))).to_json()


ROUTES = (
    Route(Kind.ACTION, "reminder.done", LOGGERS, "Saying that it is done", done),
    Route(Kind.ACTION, "reminder.snooze", RECORDERS, "Snoozing", snooze),
    Route(Kind.ACTION, "reminder.more", LOGGERS, "Looking at a reminder", more),
    Route(Kind.SUBMISSION, "reminder.snooze", RECORDERS, "Snoozing", snoozed),
)
