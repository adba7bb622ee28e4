"""`/oob audit`: the list, a sample looked at or drawn, and the report (A3, A5, A6); plans are in `audit_page`."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from difflib import get_close_matches

from bot.documents.audit_report import csv, tables
from bot.documents.layout import docx as word
from bot.documents.layout import pdf
from bot.domain.audits import sampling as audit_sampling
from bot.domain.notifications import AuditFile
from bot.domain.people import AUDITORS, COMMISSIONERS, PLANNERS, Actor
from bot.domain.shared import references, text
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import RefKind
from bot.services.audits import audits, sampling
from bot.services.audits import report as audit_report
from bot.services.audits.report import ReportFigures
from handlers.audits import findings, form, plan, views
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.ui.button_state import ButtonState, unpack
from storage.db.engine import Tx
from storage.notifications import attachments, outbox
from storage.requests import drafts

_USAGE = (
    "Please write `/oob audit new`, `/oob audit sample AUD-… 2026-W50 n=25 seed=first-audit`, `/oob audit next`, "
    "`/oob audit finding` or `/oob audit report AUD-…`; alone, `/oob audit` lists the audits, and `/oob audit AUD-…` opens one."
)
_SIZE = re.compile(r"\bn ?= ?(\S+)", re.IGNORECASE)
_NAMED = re.compile(r"\b(?:week|seed) ?= ?", re.IGNORECASE)
_LARGEST = 9
_KEPT_FOR = 3
_KEEP = "audit"


async def typed(call: Call) -> Answer:
    """The list, or what is named."""
    words = text.clean(call.words)
    subject, _, rest = words.partition(" ")
    if not words:
        return await call.show(_list, call.actor)
    if subject.casefold() in _DOING:
        return await _DOING[subject.casefold()](call, rest)
    named = references.all_of(words, RefKind.AUDIT)
    if not named:
        near = get_close_matches(subject.casefold(), _DOING, n=1)
        meant = f"Did you mean `/oob audit {near[0]}`? " if near else ""
        raise Refusal("audit_unreadable", f"{meant}{_USAGE}")
    return await call.show(plan.page, named[0], call.actor)


async def keep(call: Call) -> Answer:
    """The sample that was looked at is drawn for an audit."""
    words = await call.ctx.read(drafts.words_of, unpack(call.entry.action.get("value")).id, _KEEP)
    ref, week, size, seed = words.split()
    return await call.once(_draw, ref, week, seed, int(size), call.actor)


async def report(call: Call) -> Answer:
    """The report as files, to who asks (never to a channel)."""
    return await _report(call, unpack(call.entry.action.get("value")).id)


async def _new(call: Call, _rest: str) -> Answer:
    return Answer.form(views.plan(None, call.ctx.today(), names_auditor=call.actor.may(PLANNERS)))


async def _sample(call: Call, rest: str) -> Answer:
    """Words in any order: the audit, the week, n=, and what is left is the seed."""
    named = references.all_of(rest, RefKind.AUDIT)
    said = _NAMED.sub("", references.without(rest) if named else rest)
    size = _SIZE.search(said)
    if size is not None and not (size[1].isascii() and size[1].isdigit() and len(size[1]) <= _LARGEST):
        raise Refusal("sample_size", "Please give n as a whole number, such as n=25.")
    words = _SIZE.sub(" ", said).split()
    week = audit_sampling.week_within(words) or " ".join(words[:1])
    seed = [word for word in words if word != week]
    asked = (week, " ".join(seed), int(size[1]) if size else audit_sampling.SAMPLE)
    if not words:
        raise Refusal("audit_unreadable", _USAGE)
    if named:
        return await call.once(_draw, named[0], *asked, call.actor)
    return await call.show(_preview, *asked, call.actor)


async def _reporting(call: Call, rest: str) -> Answer:
    return await _report(call, await _meant(call, rest))


async def _next(call: Call, rest: str) -> Answer:
    return await form.show_next(call, ButtonState(id=await _meant(call, rest)))


async def _finding(call: Call, rest: str) -> Answer:
    """Words behind it are a finding; a reference of a finding, or nothing, lists them."""
    ref = await _meant(call, rest)
    words = references.without(rest) if references.all_of(rest, RefKind.AUDIT) else rest
    return await findings.typed(call, ref, words)


async def _meant(call: Call, words: str) -> str:
    """The audit that a line names; else one's own under way, else the newest of one's own, else the only one.

    Refused: `audit_unreadable`.
    """
    if named := references.all_of(words, RefKind.AUDIT):
        return named[0]
    return await call.ctx.read(_own, call.actor)


def _own(tx: Tx, actor: Actor) -> str:
    found = audits.listed(tx, actor)
    own = [each for each in found if each.exercise.auditor_id == actor.user_id]
    for some in (audits.under_way(tx, actor), own, found if len(found) == 1 else []):
        if some:
            return some[0].exercise.ref
    if not found:
        raise Refusal("audit_unreadable", "There is no audit that you can see. `/oob audit new` begins one.")
    raise Refusal("audit_unreadable", "Which audit is it about? Please name it, such as AUD-2026-0001; `/oob audit` lists them.")


async def _report(call: Call, ref: str) -> Answer:
    found = await call.ctx.read(audit_report.gather, ref, call.actor)
    made = await asyncio.to_thread(_files, found)
    return await call.once(_send, found, made, call.actor)


def _files(found: ReportFigures) -> list[tuple[str, str, bytes]]:
    """(stem, suffix, body) of every file; those with rows for the auditor alone."""
    told, stem = tables.report(found), found.exercise.ref.lower()
    name = f"{stem}-draft" if found.is_draft else f"{stem}-report"
    made = [(name, "pdf", pdf.as_pdf(told)), (name, "docx", word.as_docx(told))]
    rows = csv.files(found) if found.has_rows else {}
    return made + [(f"{stem}-{part}", "csv", body) for part, body in rows.items()]


def _send(tx: Tx, found: ReportFigures, made: list[tuple[str, str, bytes]], actor: Actor) -> Answer:
    ref = found.exercise.ref
    final = audit_report.exported(tx, ref, actor, forms=found.has_rows)
    for stem, suffix, body in made:
        outbox.queue(tx, actor.user_id, AuditFile(attachments.keep(tx, stem, suffix, body)))
    return Answer.message(views.report_comes(ref, final=final, left=found.unfinished, rows=found.has_rows))


def _list(tx: Tx, actor: Actor) -> Answer:
    return Answer.message(views.audits(audits.listed(tx, actor)))


def _preview(tx: Tx, week: str, seed: str, size: int, actor: Actor) -> Answer:
    drawn = sampling.sample(tx, week, seed, size)
    own = [each.exercise for each in audits.under_way(tx, actor)] if drawn.refs else []
    waiting = [each.ref for each in own if each.sampled_at is None]
    words = f"{drawn.frame.week} {drawn.size} {drawn.seed}"
    keep_for = [(ref, drafts.keep(tx, f"{ref} {words}", _KEEP)) for ref in waiting[:_KEPT_FOR]]
    return Answer.message(views.preview(drawn, keep_for))


def _draw(tx: Tx, ref: str, week: str, seed: str, size: int, actor: Actor) -> Answer:
    items = audits.draw(tx, ref, week, seed, size, actor)
    return Answer.message(views.frozen(audits.existing(tx, ref, actor), items))


_DOING: dict[str, Callable[[Call, str], Awaitable[Answer]]] = {
    "new": _new,
    "sample": _sample,
    "next": _next,
    "finding": _finding,
    "findings": _finding,
    "report": _reporting,
}
ROUTES = (
    Route(Kind.ACTION, "audit.keep", AUDITORS, "Drawing a sample", keep),
    Route(Kind.ACTION, "audit.report", COMMISSIONERS, "Reporting an audit", report),
    *plan.ROUTES,
)
