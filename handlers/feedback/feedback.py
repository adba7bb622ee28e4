"""Feedback to professionals: by text, by form, corrected, followed up, and the list of what is not yet on ICS (§7)."""

from __future__ import annotations

import re
from datetime import date

from bot.domain import free_text
from bot.domain.feedback.feedback import FeedbackFacts, FollowUp, Mode, Target
from bot.domain.people import LOGGERS, Actor
from bot.domain.shared import privacy, references, text
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import Ref, RefKind
from bot.domain.shared.text import NOTE_LIMIT
from bot.services.feedback import lifecycle, recording
from bot.services.inquiries.lifecycle import SaidBefore
from handlers.core.form_state import FormState
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.feedback import views
from handlers.ui.button_state import unpack
from handlers.ui.readings import OtherReading, pressed
from storage.db.engine import Tx

_LINE = re.compile(r"(?:ICS[\s:]+(?=\S))?(\S+)\s*(.*)", re.IGNORECASE | re.DOTALL)
"""What it is about, and what was said; "ICS 12345" and a line break after the reference are how people write it."""
_HALF_A_NUMBER = re.compile(r"[\d()]{1,6}")
"""A first word that may be the beginning of a number with spaces, such as `943 476 5919`, rather than a reference."""
_LONGEST_LINE = NOTE_LIMIT + 100
_EVERYBODYS = frozenset({"all", "team", "everybody", "everyone"})
_FOLLOW_UPS = {"feedback.emailed": FollowUp.EMAILED, "feedback.letter": FollowUp.LETTER}


async def typed(call: Call) -> Answer:
    """`/oob feedback`: the list; with a reference the form; with words behind it an entry."""
    words = text.clean(call.words)
    if not words or words.casefold() in _EVERYBODYS:
        return await call.show(_list, call.actor, bool(words))
    first, rest = _LINE.fullmatch(words).groups()  # type: ignore[union-attr]  # every line has a first word
    if _HALF_A_NUMBER.fullmatch(first):
        privacy.guard(words[:_LONGEST_LINE])
    about = references.read(first.rstrip(":,;"))
    if about.kind is RefKind.FEEDBACK and not rest:
        return await call.show(_show, about.text, call.actor)
    said = text.note(rest, field="summary")
    if said is None:
        return Answer.form(views.form(call.ctx.today(), about=about.text))
    privacy.guard(said)
    read = free_text.read_feedback(about, said, call.ctx.today())
    if read.doubtful:
        return Answer.form(views.form(call.ctx.today(), facts=read.facts, problem=read.problem or views.WHICH_DAY))
    return await call.once(_give_words, about, said, call.actor)


async def read_as(call: Call) -> Answer:
    """Another day of the words than was taken."""
    state = unpack(call.entry.action.get("value"))
    return await call.once(_read_as, state.id, state.n, pressed(state), call.actor)


async def new_form(call: Call) -> Answer:
    """Give feedback: the empty form."""
    return Answer.form(views.form(call.ctx.today()))


async def open_form(call: Call) -> Answer:
    """Edit: the form, filled in."""
    return await call.show(_open, unpack(call.entry.action.get("value")).id, call.actor)


async def submit(call: Call) -> Answer:
    """The form sent off, new or changed."""
    memory = unpack(call.entry.view.get("private_metadata"))
    form, today = FormState(call.entry.view), call.ctx.today()
    facts, ticked = _read(form, today), form.ticked("followed")
    followed = frozenset(kind for kind in FollowUp if kind.value in ticked)
    if memory.id:
        return await call.once(_change, memory.id, memory.n, facts, followed, call.actor)
    return await call.once(_give, facts.followed_by(followed, None, today), call.actor)


async def again(call: Call) -> Answer:
    """Note it again, on purpose."""
    ref = unpack(call.entry.action.get("value")).id
    return await call.once_more(ref, _again, ref, call.actor)


async def follow_up(call: Call) -> Answer:
    """E-mailed today, or letter copied today."""
    kind = _FOLLOW_UPS[call.entry.name]
    return await call.once(_follow_up, unpack(call.entry.action.get("value")).id, kind, call.actor)


def _read(form: FormState, today: date) -> FeedbackFacts:
    """The facts in a submitted form; refused with a sentence under the input that is wrong."""
    target = form.code("target", Target)
    if target is None:
        raise Refusal("no_target", "Please choose whom it was given to.", field="target")
    return FeedbackFacts(
        about=references.read(form.typed("about") or "", field="about").text,
        target=target,
        target_role=form.typed("target_role"),
        given_on=form.typed_day("given_on", today) or today,
        mode=form.code("mode", Mode) or Mode.VERBAL,
        summary=form.typed("summary"),
    )


def _list(tx: Tx, actor: Actor, everybodys: bool) -> Answer:
    shown = recording.show(tx, recording.outstanding(tx, actor, everybodys=everybodys))
    return Answer.message(views.listing(shown, tx.today, everybodys=everybodys))


def _give_words(tx: Tx, about: Ref, words: str, actor: Actor) -> Answer:
    outcome = lifecycle.give_words(tx, about, words, actor)
    if isinstance(outcome, SaidBefore):
        return Answer.message(views.said_before(outcome.ref))
    entry, read = outcome
    return Answer.message(views.given(entry, tx.now, read=read))


def _read_as(tx: Tx, ref: str, version: int, other: OtherReading, actor: Actor) -> Answer:
    if other.day is None:
        raise Refusal(
            "old_button", "That button is from another version of OOB; nothing was done. Please type the command again."
        )
    return Answer.message(views.changed(lifecycle.read_as(tx, ref, version, other.day, actor), tx.now, actor))


def _give(tx: Tx, facts: FeedbackFacts, actor: Actor) -> Answer:
    return Answer.message(views.given(lifecycle.give(tx, facts, actor), tx.now))


def _again(tx: Tx, ref: str, actor: Actor) -> Answer:
    return Answer.message(views.given(lifecycle.give_again(tx, ref, actor), tx.now))


def _show(tx: Tx, ref: str, actor: Actor) -> Answer:
    return Answer.message(views.shown(lifecycle.show(tx, ref, actor), tx.now, actor))


def _open(tx: Tx, ref: str, actor: Actor) -> Answer:
    return Answer.form(views.form(tx.today, lifecycle.open_feedback(tx, ref, actor)))


def _change(tx: Tx, ref: str, version: int, facts: FeedbackFacts, followed: frozenset[FollowUp], actor: Actor) -> Answer:
    changed = lifecycle.change(tx, ref, version, facts, followed, actor)
    return Answer.message(views.changed(changed, tx.now, actor))


def _follow_up(tx: Tx, ref: str, kind: FollowUp, actor: Actor) -> Answer:
    return Answer.message(views.changed(lifecycle.follow_up(tx, ref, kind, actor), tx.now, actor))


ROUTES = (
    Route(Kind.SUBMISSION, "feedback.give", LOGGERS, "Giving feedback", submit),
    Route(Kind.SUBMISSION, "feedback.edit", LOGGERS, "Changing feedback", submit),
    Route(Kind.ACTION, "feedback.form", LOGGERS, "Giving feedback", new_form),
    Route(Kind.ACTION, "feedback.open", LOGGERS, "Changing feedback", open_form),
    Route(Kind.ACTION, "feedback.read_as", LOGGERS, "Changing feedback", read_as),
    Route(Kind.ACTION, "feedback.again", LOGGERS, "Giving feedback", again),
    Route(Kind.ACTION, "feedback.emailed", LOGGERS, "Following up feedback", follow_up),
    Route(Kind.ACTION, "feedback.letter", LOGGERS, "Following up feedback", follow_up),
)
