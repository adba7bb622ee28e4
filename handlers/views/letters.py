"""Letters about cases: handed over, asked for authorisation, answered. References only; no word that anybody typed but a note."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import Block

from bot.rules import authorities
from bot.rules.assessment import With
from bot.rules.calendar import say_date
from bot.rules.case import Case
from bot.rules.obligations import Obligation
from bot.rules.records import Authorisation, Sharing
from handlers.payloads import Memory
from handlers.views import case as cards
from handlers.views.clocks import said
from handlers.views.parts import Message, button, buttons, section, sentence, words_of_people

_SHOWN = 20


def handover(case: Case, clocks: Sequence[Obligation], today: date) -> Message:
    """A case came to somebody: which clocks run on it."""
    route = case.latest.route.words if case.latest else "void"
    words = f"*{case.ref}* ({authorities.name_of(case.home)}, {route}) is yours from now on. ICS: {case.ics_ref}."
    ordered = sorted(clocks, key=lambda each: (each.due or date.max, each.rule))
    lines = [f"• {sentence(said(each, today))}" for each in ordered[:_SHOWN]]
    running = "*These clocks run:*\n" + "\n".join(lines) if lines else "No clocks run on it now."
    return Message(f"OOB: {case.ref} is yours now.", (section(words), section(running), *_open(case.ref)))


def authorise(ref: str, asked: Authorisation) -> Message:
    """A manager is asked to authorise."""
    return Message(f"OOB: you are asked to authorise something on {ref}.", (*cards.authorisation(ref, asked), *_open(ref)))


def authorised(ref: str, asked: Authorisation) -> Message:
    """Who asked is told what the manager said."""
    if asked.agreed:
        words = f"<@{asked.answered_by}> has authorised the {asked.wanted.words} of *{ref}*, {say_date(asked.on)} (§3)."
        return Message(f"OOB: authorised, {ref}.", (section(words), *_open(ref)))
    words = f"<@{asked.answered_by}> says *not yet* about the {asked.wanted.words} of *{ref}*."
    note = [words_of_people(asked.note)] if asked.note else []
    return Message(f"OOB: not yet, {ref}.", (section(words), *note, *_open(ref)))


def exempt_asked(ref: str, asked: Sharing) -> Message:
    """The team manager is asked to agree that something is not shared."""
    whom = With(asked.whom).words
    words = f"<@{asked.requested_by}> asks you to agree that an assessment of *{ref}* is not shared with {whom} (§3)."
    agree = button("Agree not to share", "case.exempt", Memory(id=ref, n=asked.of), spoken=f"Agree not to share, {ref}")
    return Message(f"OOB: you are asked about {ref}.", (section(words), buttons("exempt", agree), *_open(ref)))


def exempt_agreed(ref: str, agreed: Sharing) -> Message:
    """Who asked is told that the team manager agreed."""
    words = f"<@{agreed.exempt_by}> agrees that an assessment of *{ref}* is not shared with {With(agreed.whom).words} (§3)."
    return Message(f"OOB: agreed, {ref}.", (section(words), *_open(ref)))


def _open(ref: str) -> list[Block]:
    return [buttons("open", button("Open the case", "case.open", Memory(id=ref), spoken=f"Open {ref}"))]
