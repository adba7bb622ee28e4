"""`/oob audit`: exercises planned, drawn and reported (A1 to A6); `next` is `audit_form`, `finding` is `audit_findings`."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import date

from bot.casework import audit_report, auditing, exercises
from bot.casework.audit_report import AUDIT_FILE, Gathered
from bot.casework.auditing import Sample
from bot.casework.exercises import Plan
from bot.papers import audit_csv, committee, pdf, word
from bot.rules import audit, refs, text
from bot.rules.people import AUDITORS, COMMISSIONERS, MANAGERS, Actor, Role
from bot.rules.refs import RefKind
from bot.rules.refusal import Refusal
from handlers import audit_findings, audit_form
from handlers.answers import Answer
from handlers.entry import JsonObject, Kind
from handlers.forms import Form
from handlers.payloads import Memory, unpack
from handlers.routes import Call, Route
from handlers.views import audit as views
from storage import documents, drafts, findings, outbox
from storage.engine import Tx

_USAGE = (
    "Please write `/oob audit new`, `/oob audit sample AUD-… 2026-W50 n=25 seed=first-audit`, `/oob audit next`, "
    "`/oob audit finding` or `/oob audit report AUD-…`; alone, `/oob audit` lists the audits."
)
_SIZE = re.compile(r"\bn ?= ?(\d{1,9})\b", re.IGNORECASE)
_NAMED = re.compile(r"\b(?:week|seed) ?= ?", re.IGNORECASE)
_KEPT_FOR = 3


async def typed(call: Call) -> Answer:
    """The list, or what is named."""
    words = text.clean(call.words)
    subject, _, rest = words.partition(" ")
    if not words:
        return await call.show(_list, call.actor)
    if subject.casefold() in _DOING:
        return await _DOING[subject.casefold()](call, rest)
    named = refs.all_of(words, RefKind.AUDIT)
    if not named:
        raise Refusal("audit_unreadable", _USAGE)
    return await call.show(_page, named[0], call.actor)


async def open_one(call: Call) -> Answer:
    """One audit."""
    return await call.show(_page, unpack(call.entry.action.get("value")).id, call.actor)


async def plan(call: Call) -> Answer:
    """Change the plan: the form."""
    return await call.show(_planning, unpack(call.entry.action.get("value")).id, call.actor)


async def planned(call: Call) -> Answer:
    """The plan sent off: a new audit, or a changed one."""
    memory, form = unpack(call.entry.view.get("private_metadata")), Form(call.entry.view)
    return await call.once(_planned, memory.id, _plan_of(form, call.desk.today()), call.actor)


async def keep(call: Call) -> Answer:
    """The sample that was looked at is drawn for an audit."""
    words = await call.desk.read(drafts.words_of, unpack(call.entry.action.get("value")).id)
    ref, week, size, seed = words.split()
    return await call.once(_draw, ref, week, seed, int(size), call.actor)


async def report(call: Call) -> Answer:
    """The report as files, to who asks (never to a channel)."""
    return await _report(call, unpack(call.entry.action.get("value")).id)


async def _new(call: Call, _rest: str) -> Answer:
    names_auditor = call.actor.may(MANAGERS | {Role.ADMIN})
    return Answer.form(views.plan(None, call.desk.today(), names_auditor=names_auditor))


async def _sample(call: Call, rest: str) -> Answer:
    named = refs.all_of(rest, RefKind.AUDIT)
    size = _SIZE.search(rest)
    week, *seed = _NAMED.sub("", _SIZE.sub(" ", refs.without(rest) if named else rest)).split() or [""]
    asked = (week, " ".join(seed), int(size[1]) if size else audit.SAMPLE)
    if not week:
        raise Refusal("audit_unreadable", _USAGE)
    if named:
        return await call.once(_draw, named[0], *asked, call.actor)
    return await call.show(_preview, *asked, call.actor)


async def _reporting(call: Call, rest: str) -> Answer:
    return await _report(call, await _named_or_own(call, rest))


async def _next(call: Call, rest: str) -> Answer:
    return await audit_form.show_next(call, Memory(id=await _named_or_own(call, rest)))


async def _finding(call: Call, rest: str) -> Answer:
    ref = await _named_or_own(call, rest)
    words = refs.without(rest) if refs.all_of(rest, RefKind.AUDIT) else rest
    return await audit_findings.typed(call, ref, words)


async def _named_or_own(call: Call, words: str) -> str:
    """The audit that a line names, else the newest that is one's own. Refused: `audit_unreadable`."""
    if named := refs.all_of(words, RefKind.AUDIT):
        return named[0]
    found = await call.desk.read(exercises.listed, call.actor)
    own = [each.exercise.ref for each in found if each.exercise.auditor_id == call.actor.user_id]
    if not own:
        raise Refusal("audit_unreadable", "Which audit is it about? Please name it, such as AUD-2026-0001.")
    return own[0]


async def _report(call: Call, ref: str) -> Answer:
    found = await call.desk.read(audit_report.gather, ref, call.actor)
    alone = found.exercise.auditor_id == call.actor.user_id
    made = await asyncio.to_thread(_files, found, alone)
    return await call.once(_send, found, made, alone, call.actor)


def _files(found: Gathered, alone: bool) -> list[tuple[str, str, bytes]]:
    """(stem, suffix, body) of every file; those with rows for the auditor alone."""
    told, stem = committee.report(found), found.exercise.ref.lower()
    made = [(f"{stem}-report", "pdf", pdf.as_pdf(told)), (f"{stem}-report", "docx", word.as_docx(told))]
    return made + ([(f"{stem}-{name}", "csv", body) for name, body in audit_csv.files(found).items()] if alone else [])


def _send(tx: Tx, found: Gathered, made: list[tuple[str, str, bytes]], alone: bool, actor: Actor) -> JsonObject:
    ref = found.exercise.ref
    final = audit_report.exported(tx, found, actor, forms=alone)
    for stem, suffix, body in made:
        outbox.owe(tx, actor.user_id, AUDIT_FILE, documents.keep(tx, stem, suffix, body))
    left = len(found.sample) - len(found.complete)
    return Answer.message(views.report_comes(ref, final=final, left=left, rows=alone)).to_json()


def _list(tx: Tx, actor: Actor) -> JsonObject:
    return Answer.message(views.audits(exercises.listed(tx, actor))).to_json()


def _page(tx: Tx, ref: str, actor: Actor) -> JsonObject:
    found = exercises.standing(tx, ref, actor)
    tx.log("audit.opened", ref)
    message = views.page(
        found,
        exercises.since_drawn(tx, found.exercise),
        len(findings.of_audit(tx, ref)),
        conducts=found.exercise.auditor_id == actor.user_id and actor.may(AUDITORS),
        plans=actor.may(MANAGERS | {Role.ADMIN}),
    )
    return Answer.message(message).to_json()


def _planning(tx: Tx, ref: str, actor: Actor) -> JsonObject:
    return Answer.form(views.plan(exercises.existing(tx, ref, actor), tx.today, names_auditor=True)).to_json()


def _plan_of(form: Form, today: date) -> Plan:
    meeting_on = form.typed_day("meeting_on", today, ahead=True)
    if meeting_on is None:
        raise Refusal("missing", "Please give the day of the meeting.", field="meeting_on")
    return Plan(
        title=form.typed("title") or "",
        commissioned_by=form.typed("commissioned_by") or "",
        meeting_on=meeting_on,
        due_on=form.typed_day("due_on", today, ahead=True),
        auditor_id=form.person("auditor_id"),
        access_until=form.typed_day("access_until", today, ahead=True),
        context=form.typed("context"),
    )


def _planned(tx: Tx, ref: str, plan_: Plan, actor: Actor) -> JsonObject:
    made = exercises.revise(tx, ref, plan_, actor) if ref else exercises.begin(tx, plan_, actor)
    return _page(tx, made.ref, actor)


def _preview(tx: Tx, week: str, seed: str, size: int, actor: Actor) -> JsonObject:
    drawn = auditing.sample(tx, week, seed, size)
    own = [each.exercise for each in exercises.listed(tx, actor) if each.exercise.auditor_id == actor.user_id]
    waiting = [each.ref for each in own if each.sampled_at is None and tx.today <= each.access_until]
    keep_for = [(ref, drafts.keep(tx, _as_words(ref, drawn))) for ref in waiting[:_KEPT_FOR]]
    return Answer.message(views.preview(drawn, keep_for)).to_json()


def _as_words(ref: str, drawn: Sample) -> str:
    return f"{ref} {drawn.frame.week} {drawn.size} {drawn.seed}"


def _draw(tx: Tx, ref: str, week: str, seed: str, size: int, actor: Actor) -> JsonObject:
    items = exercises.draw(tx, ref, week, seed, size, actor)
    return Answer.message(views.frozen(exercises.existing(tx, ref, actor), items)).to_json()


_DOING: dict[str, Callable[[Call, str], Awaitable[Answer]]] = {
    "new": _new,
    "sample": _sample,
    "next": _next,
    "finding": _finding,
    "findings": _finding,
    "report": _reporting,
}
ROUTES = (
    Route(Kind.ACTION, "audit.open", COMMISSIONERS, "Looking at an audit", open_one),
    Route(Kind.ACTION, "audit.plan", MANAGERS | {Role.ADMIN}, "Planning an audit", plan),
    Route(Kind.SUBMISSION, "audit.plan", COMMISSIONERS, "Planning an audit", planned),
    Route(Kind.ACTION, "audit.keep", AUDITORS, "Drawing a sample", keep),
    Route(Kind.ACTION, "audit.report", COMMISSIONERS, "Reporting an audit", report),
)
