"""The form about each sampled case, for the auditor alone: one modal from case to section to judgement and back (A4, A9, A14)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.audits.audit import ANSWERS, AuditSection
from bot.domain.inquiries.inquiry import LEVELS
from bot.domain.people import AUDITORS, Actor
from bot.domain.shared.errors import Refusal
from bot.services.audits import forms
from bot.services.audits.forms import Said
from handlers.audits import form_views as views
from handlers.audits import plan
from handlers.core.form_state import FormState
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.ui.button_state import ButtonState, unpack
from storage.db.engine import Tx

_SECOND = ("closing", "grade")
_FIRST = tuple(name for name in ANSWERS if name not in _SECOND)


async def show_next(call: Call, memory: ButtonState) -> Answer:
    """The next case whose form is not complete, after the one that is shown."""
    return await call.show(_next, memory.id, memory.n, call.actor)


async def following(call: Call) -> Answer:
    """Next case."""
    return await show_next(call, _pressed(call))


async def case(call: Call) -> Answer:
    """Back to the case."""
    memory = _pressed(call)
    return await call.show(_case, memory.id, memory.n, call.actor)


async def pick(call: Call) -> Answer:
    """A case chosen from the menu, also one that is complete."""
    memory = unpack(call.entry.chosen)
    return await call.show(_case, memory.id, memory.n, call.actor)


async def section(call: Call) -> Answer:
    """A section is opened."""
    memory = _pressed(call)
    return await call.show(_section, memory.id, memory.n, _which(memory), call.actor)


async def set_aside(call: Call) -> Answer:
    """A section is to be set aside: why?"""
    memory = unpack(call.entry.chosen)
    return await call.show(_aside, memory.id, memory.n, _which(memory), call.actor)


async def aside(call: Call) -> Answer:
    """It is set aside."""
    memory, form = _sent(call)
    return await call.once(_set_aside, memory.id, memory.n, _which(memory), form.typed("reason"), call.actor)


async def judge(call: Call) -> Answer:
    """Judge…: the first page."""
    memory = _pressed(call)
    return await call.show(_judging, memory.id, memory.n, call.actor)


async def judged(call: Call) -> Answer:
    """The first page is kept, the second is shown."""
    memory, form = _sent(call)
    level = form.whole("level_of_need")
    said = {"level_of_need": level if level in range(1, LEVELS + 1) else None} | _said(form, _FIRST)
    return await call.once(_judge, memory.id, memory.n, Said(said, version=_version(memory)), call.actor)


async def judged_more(call: Call) -> Answer:
    """The second page is kept, the case is shown."""
    memory, form = _sent(call)
    said = Said(_said(form, _SECOND), form.typed("comment"), form.typed("reservations"), worded=True, version=_version(memory))
    return await call.once(_judge_more, memory.id, memory.n, said, call.actor)


async def complete(call: Call) -> Answer:
    """The form is complete; what is missing is said."""
    memory = _pressed(call)
    return await call.once(_complete, memory.id, memory.n, call.actor)


def _pressed(call: Call) -> ButtonState:
    return unpack(call.entry.action.get("value"))


def _sent(call: Call) -> tuple[ButtonState, FormState]:
    return unpack(call.entry.view.get("private_metadata")), FormState(call.entry.view)


def _said(form: FormState, questions: Sequence[str]) -> dict[str, object]:
    return {name: form.code(name, ANSWERS[name]) for name in questions}


def _version(memory: ButtonState) -> int:
    """The version of the form that a page was shown of: `v3`."""
    return int(memory.step.removeprefix("v")) if memory.step[1:].isdigit() else -1


def _which(memory: ButtonState) -> AuditSection:
    if memory.step not in set(AuditSection):
        raise Refusal(
            "old_button", "That button is from another version of OOB; nothing was done. Please type the command again."
        )
    return AuditSection(memory.step)


def _next(tx: Tx, ref: str, after: int, actor: Actor) -> Answer:
    """The next case, or where none is left the audit's page, with its report."""
    try:
        number = forms.next_number(tx, ref, actor, after)
    except Refusal as refusal:
        if refusal.code != "all_complete":
            raise
        return plan.page(tx, ref, actor, refusal.sentence)
    return _case(tx, ref, number, actor)


def _case(tx: Tx, ref: str, number: int, actor: Actor) -> Answer:
    return Answer.form(views.case(forms.form(tx, ref, number, actor)))


def _section(tx: Tx, ref: str, number: int, which: AuditSection, actor: Actor) -> Answer:
    return Answer.form(views.one_section(forms.open_section(tx, ref, number, which, actor), which))


def _aside(tx: Tx, ref: str, number: int, which: AuditSection, actor: Actor) -> Answer:
    return Answer.form(views.aside(forms.form(tx, ref, number, actor), which))


def _set_aside(tx: Tx, ref: str, number: int, which: AuditSection, reason: str | None, actor: Actor) -> Answer:
    return Answer.form(views.case(forms.set_aside(tx, ref, number, which, reason, actor)))


def _judging(tx: Tx, ref: str, number: int, actor: Actor) -> Answer:
    return Answer.form(views.judging(forms.form(tx, ref, number, actor)))


def _judge(tx: Tx, ref: str, number: int, said: Said, actor: Actor) -> Answer:
    return Answer.form(views.judging_more(forms.judge(tx, ref, number, said, actor)))


def _judge_more(tx: Tx, ref: str, number: int, said: Said, actor: Actor) -> Answer:
    return Answer.form(views.case(forms.judge(tx, ref, number, said, actor)))


def _complete(tx: Tx, ref: str, number: int, actor: Actor) -> Answer:
    """Complete, or the form with what is missing."""
    found = forms.form(tx, ref, number, actor)
    if found.item.missing and found.exercise.reported_at is None:
        return Answer.form(views.case(found, missing=True))
    return Answer.form(views.case(forms.complete(tx, ref, number, actor)))


ROUTES = (
    Route(Kind.ACTION, "audit.next", AUDITORS, "Auditing a case", following),
    Route(Kind.ACTION, "audit.pick", AUDITORS, "Auditing a case", pick),
    Route(Kind.ACTION, "audit.case", AUDITORS, "Auditing a case", case),
    Route(Kind.ACTION, "audit.section", AUDITORS, "Auditing a case", section),
    Route(Kind.ACTION, "audit.set_aside", AUDITORS, "Auditing a case", set_aside),
    Route(Kind.SUBMISSION, "audit.aside", AUDITORS, "Auditing a case", aside),
    Route(Kind.ACTION, "audit.judge", AUDITORS, "Auditing a case", judge),
    Route(Kind.SUBMISSION, "audit.judge", AUDITORS, "Auditing a case", judged),
    Route(Kind.SUBMISSION, "audit.judge_more", AUDITORS, "Auditing a case", judged_more),
    Route(Kind.ACTION, "audit.complete", AUDITORS, "Auditing a case", complete),
)
