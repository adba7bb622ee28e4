"""The one `/oob` listener's verbs, each to its handler, and the button under "did you mean"."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.people import EVERYONE
from bot.domain.shared.errors import Refusal
from handlers import late_forms, undo, void
from handlers.admin import admin, disposal, help_command, people, rules
from handlers.audits import findings, form, sample_and_report
from handlers.cases import actions, assessments, card, manager_actions, referrals, sharing, work
from handlers.core import command_parser, commands
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Handler, Route
from handlers.digests import digest, home
from handlers.feedback import feedback, recording
from handlers.inquiries import answer, log, search
from handlers.reminders import due, reminders
from handlers.reports import reports
from handlers.supervision import agenda, decisions, sessions
from handlers.ui.button_state import unpack
from storage.requests import drafts

actions.register(*work.STEPS, *assessments.STEPS, *sharing.STEPS, *decisions.STEPS, *manager_actions.STEPS)
VERB_HANDLERS: dict[str, Handler] = {
    "inquiry": log.log,
    "feedback": feedback.typed,
    "recorded": recording.typed,
    "inquiries": search.find,
    "refer": referrals.typed,
    "convert": referrals.convert_typed,
    "case": card.typed,
    "contact": work.contact_typed,
    "assess": assessments.assess_typed,
    "share": actions.typed(sharing.SHARE),
    "file": actions.typed(sharing.FILE),
    "chronology": actions.typed(sharing.CHRONOLOGY),
    "review": actions.typed(assessments.REVIEW),
    "propose": work.propose_typed,
    "reopen": actions.typed(work.REOPEN),
    "reassign": work.reassign_typed,
    "agenda": agenda.typed,
    "supervise": sessions.typed,
    "due": due.typed,
    "digest": digest.typed,
    "why": card.why_typed,
    "rules": rules.typed,
    "report": reports.typed,
    "audit": sample_and_report.typed,
    "answer": answer.answer_typed,
    "void": void.void_typed,
    "disposal": disposal.typed,
    "mine": home.waiting,
    "undo": undo.typed,
    "help": help_command.explain,
    "admin": admin.run,
}


async def use_suggestion(call: Call) -> Answer:
    """Yes, that is what I meant: the verb with the words that were kept, admitted like the verb itself."""
    line = await call.ctx.read(drafts.words_of, unpack(call.entry.action.get("value")).id)
    parsed = command_parser.parse(line)
    if not isinstance(parsed, command_parser.Command) or not call.actor.may(parsed.verb.roles):
        raise Refusal("role", "You may not do that any more; nothing was done.")
    return await VERB_HANDLERS[parsed.verb.name](replace(call, raw=parsed.words))


async def nothing(_call: Call) -> Answer:
    """An entry that asks for nothing: a modal closed, an event of no consequence."""
    return Answer.nothing()


_COMMANDS = tuple(
    Route(Kind.COMMAND, verb.name, verb.roles, f"`/oob {verb.name}`", VERB_HANDLERS[verb.name]) for verb in commands.VERBS
)

ROUTES: dict[tuple[Kind, str], Route] = {
    (route.kind, route.name): route
    for route in (
        *_COMMANDS,
        Route(Kind.COMMAND, "?", EVERYONE, "Asking", help_command.unknown),
        Route(Kind.ACTION, "suggestion.use", EVERYONE, "Asking", use_suggestion),
        *log.ROUTES,
        *answer.ROUTES,
        *search.ROUTES,
        *feedback.ROUTES,
        *recording.ROUTES,
        *undo.ROUTES,
        *referrals.ROUTES,
        *card.ROUTES,
        *work.ROUTES,
        *decisions.ROUTES,
        *agenda.ROUTES,
        *sessions.ROUTES,
        *assessments.ROUTES,
        *sharing.ROUTES,
        *manager_actions.ROUTES,
        *due.ROUTES,
        *reminders.ROUTES,
        *digest.ROUTES,
        *reports.ROUTES,
        *sample_and_report.ROUTES,
        *form.ROUTES,
        *findings.ROUTES,
        *rules.ROUTES,
        *late_forms.ROUTES,
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
