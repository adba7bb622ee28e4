"""Findings of an audit: raised, confirmed, withdrawn; who does what about them, and the service's response (A8)."""

from __future__ import annotations

import re
from datetime import date

from bot.domain.people import AUDITORS, COMMISSIONERS, EVERYONE, MANAGERS, Actor
from bot.domain.shared import references
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import RefKind
from bot.services.audits import findings
from handlers.audits import finding_views as views
from handlers.core.form_state import FormState
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Handler, Route
from handlers.ui.button_state import ButtonState, unpack
from storage.db.engine import Tx

_A_FINDING = re.compile(r"\s*(?:FIN-\d{4}-\d{1,9}\s*)?", re.IGNORECASE)


async def typed(call: Call, ref: str, words: str) -> Answer:
    """With words a finding is raised at once; without, or with the reference of one, they are listed."""
    if _A_FINDING.fullmatch(words):
        return await call.show(_page, ref, 0, call.actor)
    if references.all_of(words, RefKind.AUDIT) == [words.strip().upper()]:
        raise Refusal("audit_unreadable", "Please name one audit, and behind it what was found.")
    return await call.once(_raise, ref, words, None, call.actor)


async def listing(call: Call) -> Answer:
    """The findings of an audit, a page of them."""
    memory = _pressed(call)
    return await call.show(_page, memory.id, memory.n, call.actor)


async def raising(call: Call) -> Answer:
    """Raise a finding: the form."""
    memory = _pressed(call)
    return await call.show(_raising, memory.id, memory.n or None, call.actor)


async def raised(call: Call) -> Answer:
    """It is raised."""
    memory, form = unpack(call.entry.view.get("private_metadata")), FormState(call.entry.view)
    return await call.once(_raise, memory.id, form.typed("what"), form.number("number"), call.actor)


async def confirm(call: Call) -> Answer:
    """It stands."""
    return await call.once(_confirm, _pressed(call).id, call.actor)


async def withdrawn(call: Call) -> Answer:
    """It is withdrawn."""
    memory, form = unpack(call.entry.view.get("private_metadata")), FormState(call.entry.view)
    return await call.once(_withdraw, memory.id, form.typed("reason"), call.actor)


async def assigned(call: Call) -> Answer:
    """Somebody is to do something about it."""
    memory, form = unpack(call.entry.view.get("private_metadata")), FormState(call.entry.view)
    due_on = form.typed_day("due_on", call.ctx.today(), ahead=True)
    return await call.once(_assign, memory.id, form.typed("action"), form.person("owner"), due_on, call.actor)


async def responded(call: Call) -> Answer:
    """The service answers."""
    memory, form = unpack(call.entry.view.get("private_metadata")), FormState(call.entry.view)
    return await call.once(_respond, memory.id, form.typed("response"), call.actor)


async def done(call: Call) -> Answer:
    """What was to be done is done."""
    return await call.once(_done, _pressed(call).id, call.actor)


def _pressed(call: Call) -> ButtonState:
    return unpack(call.entry.action.get("value"))


def _opening(name: str) -> Handler:
    """The form of something that is done to a finding."""

    async def opened(call: Call) -> Answer:
        return await call.show(_form, name, _pressed(call).id, call.actor)

    return opened


def _page(tx: Tx, ref: str, number: int, actor: Actor) -> Answer:
    exercise, found = findings.of_audit(tx, ref, actor)
    return Answer.message(views.page(exercise, found, actor, number))


def _raising(tx: Tx, ref: str, number: int | None, actor: Actor) -> Answer:
    return Answer.form(views.raising(findings.may_raise(tx, ref, actor), number))


def _raise(tx: Tx, ref: str, what: str | None, number: int | None, actor: Actor) -> Answer:
    return _where(tx, ref, findings.raise_one(tx, ref, what, number, actor).ref, actor)


def _form(tx: Tx, name: str, ref: str, actor: Actor) -> Answer:
    finding, _ = findings.get(tx, ref, actor)
    forms = {"withdraw": views.withdrawing, "assign": views.assigning, "respond": views.responding}
    return Answer.form(forms[name](finding))


def _confirm(tx: Tx, ref: str, actor: Actor) -> Answer:
    return _where(tx, findings.confirm(tx, ref, actor).audit, ref, actor)


def _withdraw(tx: Tx, ref: str, reason: str | None, actor: Actor) -> Answer:
    return _where(tx, findings.withdraw(tx, ref, reason, actor).audit, ref, actor)


def _assign(tx: Tx, ref: str, action: str | None, owner: str | None, due_on: date | None, actor: Actor) -> Answer:
    return _where(tx, findings.assign(tx, ref, action, owner, due_on, actor).audit, ref, actor)


def _respond(tx: Tx, ref: str, response: str | None, actor: Actor) -> Answer:
    return _where(tx, findings.respond(tx, ref, response, actor).audit, ref, actor)


def _done(tx: Tx, ref: str, actor: Actor) -> Answer:
    return Answer.message(views.noted(findings.done(tx, ref, actor)))


def _where(tx: Tx, audit: str, ref: str, actor: Actor) -> Answer:
    """The page of findings on which that one stands."""
    exercise, found = findings.of_audit(tx, audit, actor)
    place = [each.ref for each in found].index(ref)
    return Answer.message(views.page(exercise, found, actor, place // views.AT_ONCE))


ROUTES = (
    Route(Kind.ACTION, "finding.list", COMMISSIONERS, "Reading findings", listing),
    Route(Kind.ACTION, "finding.before", COMMISSIONERS, "Reading findings", listing),
    Route(Kind.ACTION, "finding.more", COMMISSIONERS, "Reading findings", listing),
    Route(Kind.ACTION, "finding.raise", AUDITORS, "Raising a finding", raising),
    Route(Kind.SUBMISSION, "finding.raise", AUDITORS, "Raising a finding", raised),
    Route(Kind.ACTION, "finding.confirm", AUDITORS, "Confirming a finding", confirm),
    Route(Kind.ACTION, "finding.withdraw", AUDITORS, "Withdrawing a finding", _opening("withdraw")),
    Route(Kind.SUBMISSION, "finding.withdraw", AUDITORS, "Withdrawing a finding", withdrawn),
    Route(Kind.ACTION, "finding.assign", COMMISSIONERS, "Agreeing an action", _opening("assign")),
    Route(Kind.SUBMISSION, "finding.assign", COMMISSIONERS, "Agreeing an action", assigned),
    Route(Kind.ACTION, "finding.respond", MANAGERS, "Responding to a finding", _opening("respond")),
    Route(Kind.SUBMISSION, "finding.respond", MANAGERS, "Responding to a finding", responded),
    Route(Kind.ACTION, "finding.done", EVERYONE, "Noting that it is done", done),
)
