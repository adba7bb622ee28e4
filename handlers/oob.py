"""The one `/oob` listener's verbs, each to its handler, and the button under "did you mean"."""

from __future__ import annotations

from dataclasses import replace

from bot.rules.people import EVERYONE
from bot.rules.refusal import Refusal
from handlers import (
    admin,
    agenda,
    assessments,
    audit,
    audit_findings,
    audit_form,
    case,
    decisions,
    digest,
    disposal,
    due,
    feedback,
    finding,
    grammar,
    help,  # noqa: A004 - the verb is called help
    home,
    inquiry,
    inquiry_answer,
    managing,
    people,
    recording,
    referring,
    reminders,
    reports,
    rules,
    sharing,
    stale,
    steps,
    supervision,
    undoing,
    verbs,
    work,
)
from handlers.answers import Answer
from handlers.entry import Kind
from handlers.payloads import unpack
from handlers.routes import Call, Handler, Route
from storage import drafts

VERB_HANDLERS: dict[str, Handler] = {
    "inquiry": inquiry.log,
    "feedback": feedback.typed,
    "recorded": recording.typed,
    "inquiries": finding.find,
    "refer": referring.typed,
    "convert": referring.convert_typed,
    "case": case.typed,
    "contact": work.contact_typed,
    "assess": assessments.assess_typed,
    "share": steps.typed(sharing.SHARE),
    "file": steps.typed(sharing.FILE),
    "chronology": steps.typed(sharing.CHRONOLOGY),
    "review": steps.typed(assessments.REVIEW),
    "propose": work.propose_typed,
    "reopen": steps.typed(work.REOPEN),
    "reassign": work.reassign_typed,
    "agenda": agenda.typed,
    "supervise": supervision.typed,
    "due": due.typed,
    "digest": digest.typed,
    "why": case.why_typed,
    "rules": rules.typed,
    "report": reports.typed,
    "audit": audit.typed,
    "answer": inquiry_answer.answer_typed,
    "void": inquiry_answer.void_typed,
    "disposal": disposal.typed,
    "mine": home.waiting,
    "undo": undoing.typed,
    "help": help.explain,
    "admin": admin.run,
}


async def use_suggestion(call: Call) -> Answer:
    """Yes, that is what I meant: the verb with the words that were kept, admitted like the verb itself."""
    line = await call.desk.read(drafts.words_of, unpack(call.entry.action.get("value")).id)
    parsed = grammar.parse(line)
    if not isinstance(parsed, grammar.Command) or not call.actor.may(parsed.verb.roles):
        raise Refusal("role", "You may not do that any more; nothing was done.")
    return await VERB_HANDLERS[parsed.verb.name](replace(call, raw=parsed.words))


async def nothing(_call: Call) -> Answer:
    """An entry that asks for nothing: a modal closed, an event of no consequence."""
    return Answer.nothing()


_COMMANDS = tuple(
    Route(Kind.COMMAND, verb.name, verb.roles, f"`/oob {verb.name}`", VERB_HANDLERS[verb.name]) for verb in verbs.VERBS
)

ROUTES: dict[tuple[Kind, str], Route] = {
    (route.kind, route.name): route
    for route in (
        *_COMMANDS,
        Route(Kind.COMMAND, "?", EVERYONE, "Asking", help.unknown),
        Route(Kind.ACTION, "suggestion.use", EVERYONE, "Asking", use_suggestion),
        *inquiry.ROUTES,
        *inquiry_answer.ROUTES,
        *finding.ROUTES,
        *feedback.ROUTES,
        *recording.ROUTES,
        *undoing.ROUTES,
        *referring.ROUTES,
        *case.ROUTES,
        *work.ROUTES,
        *decisions.ROUTES,
        *agenda.ROUTES,
        *supervision.ROUTES,
        *assessments.ROUTES,
        *sharing.ROUTES,
        *managing.ROUTES,
        *due.ROUTES,
        *reminders.ROUTES,
        *digest.ROUTES,
        *reports.ROUTES,
        *audit.ROUTES,
        *audit_form.ROUTES,
        *audit_findings.ROUTES,
        *rules.ROUTES,
        *stale.ROUTES,
        *disposal.ROUTES,
        *people.ROUTES,
        *admin.ROUTES,
        *home.ROUTES,
    )
}
"""Every entry point of the bot. The isolation tests take their rows from here."""


def route_of(kind: Kind, name: str) -> Route:
    """The route of an entry; one that nobody registered leads to a sentence, never to an error."""
    known = ROUTES.get((kind, name))
    if known is not None:
        return known
    return Route(kind, "", EVERYONE, "Asking", nothing if kind in (Kind.EVENT, Kind.CLOSE) else _stale)


async def _stale(_call: Call) -> Answer:
    raise Refusal("old_button", "That button is from another version of OOB; nothing was done. Please type the command again.")
