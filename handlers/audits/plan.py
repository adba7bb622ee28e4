"""One audit on a page, its plan, and its end (A1): `audit` draws and reports, `audit_form` has the cases."""

from __future__ import annotations

from datetime import date

from bot.domain.people import AUDITORS, COMMISSIONERS, PLANNERS, Actor
from bot.domain.shared.errors import Refusal
from bot.services.audits import audits, plans
from bot.services.audits.plans import AuditPlan
from handlers.audits import views
from handlers.core.form_state import FormState
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.ui.button_state import unpack
from storage.audits import audits as stored
from storage.audits import findings
from storage.db.engine import Tx


async def open_one(call: Call) -> Answer:
    """One audit."""
    return await call.show(page, unpack(call.entry.action.get("value")).id, call.actor)


async def plan(call: Call) -> Answer:
    """Change the plan: the form."""
    return await call.show(_planning, unpack(call.entry.action.get("value")).id, call.actor)


async def planned(call: Call) -> Answer:
    """The plan sent off: a new audit, or a changed one."""
    memory, form = unpack(call.entry.view.get("private_metadata")), FormState(call.entry.view)
    return await call.once(_planned, memory.id, _plan_of(form, call.ctx.today()), call.actor)


async def cancelling(call: Call) -> Answer:
    """Cancel the audit…: why?"""
    return await call.show(_cancelling, unpack(call.entry.action.get("value")).id, call.actor)


async def cancelled(call: Call) -> Answer:
    """It is cancelled."""
    memory, form = unpack(call.entry.view.get("private_metadata")), FormState(call.entry.view)
    return await call.once(_cancel, memory.id, form.typed("reason"), call.actor)


def page(tx: Tx, ref: str, actor: Actor, said: str = "") -> Answer:
    """An audit as its reader sees it, as JSON; `said` stands above it. That it was looked at is logged."""
    found = audits.standing(tx, ref, actor)
    tx.log("audit.opened", ref)
    conducts = found.exercise.auditor_id == actor.user_id and actor.may(AUDITORS)
    message = views.page(
        found,
        audits.since_drawn(tx, found.exercise),
        findings.of_audit(tx, ref),
        views.May(
            conducts=conducts,
            plans=plans.may_plan(found.exercise, actor),
            cancels=actor.may(PLANNERS),
            opens=tuple(each.number for each in stored.items(tx, ref)) if conducts else (),
        ),
        said,
    )
    return Answer.message(message)


def _planning(tx: Tx, ref: str, actor: Actor) -> Answer:
    names_auditor = actor.may(PLANNERS)
    return Answer.form(views.plan(audits.existing(tx, ref, actor), tx.today, names_auditor=names_auditor))


def _plan_of(form: FormState, today: date) -> AuditPlan:
    meeting_on = form.typed_day("meeting_on", today, ahead=True)
    if meeting_on is None:
        raise Refusal("missing", "Please give the day of the meeting.", field="meeting_on")
    return AuditPlan(
        title=form.typed("title") or "",
        commissioned_by=form.typed("commissioned_by") or "",
        meeting_on=meeting_on,
        due_on=form.typed_day("due_on", today, ahead=True),
        auditor_id=form.person("auditor_id"),
        access_until=form.typed_day("access_until", today, ahead=True),
        context=form.typed("context"),
    )


def _planned(tx: Tx, ref: str, plan_: AuditPlan, actor: Actor) -> Answer:
    made = plans.revise(tx, ref, plan_, actor) if ref else plans.begin(tx, plan_, actor)
    return page(tx, made.ref, actor)


def _cancelling(tx: Tx, ref: str, actor: Actor) -> Answer:
    return Answer.form(views.cancelling(audits.existing(tx, ref, actor)))


def _cancel(tx: Tx, ref: str, reason: str | None, actor: Actor) -> Answer:
    plans.cancel(tx, ref, reason, actor)
    return page(tx, ref, actor)


ROUTES = (
    Route(Kind.ACTION, "audit.open", COMMISSIONERS, "Looking at an audit", open_one),
    Route(Kind.ACTION, "audit.plan", COMMISSIONERS, "Planning an audit", plan),
    Route(Kind.SUBMISSION, "audit.plan", COMMISSIONERS, "Planning an audit", planned),
    Route(Kind.ACTION, "audit.cancel", PLANNERS, "Cancelling an audit", cancelling),
    Route(Kind.SUBMISSION, "audit.cancel", PLANNERS, "Cancelling an audit", cancelled),
)
