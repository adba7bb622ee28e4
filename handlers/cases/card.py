"""`/oob case`: the card of a case, its timeline, why something is asked, and taking one's own last entry back."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.digests import timeline
from bot.domain.people import READERS, RECORDERS, Actor
from bot.domain.shared import references, text
from bot.domain.shared.errors import Refusal
from bot.domain.shared.obligation import ObligationStatus
from bot.domain.shared.references import RefKind
from bot.domain.shared.rule import Rule
from bot.services.cases import undo as case_undo
from bot.services.cases import view
from bot.services.cases.view import CaseView
from bot.services.inquiries import lifecycle
from bot.services.reminders import lists
from handlers.cases import actions, assessment_forms, assessments, referral_forms
from handlers.cases import card_view as views
from handlers.cases import messages as words
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.feedback import views as feedback_views
from handlers.ui.button_state import unpack
from storage.db.engine import Tx

_RELEVANT: tuple[tuple[str, Callable[[CaseView], bool]], ...] = (
    ("respond", views.awaits_response),
    ("close", lambda look: bool(look.why) or look.pending is not None),
    ("keep_open", lambda look: bool(look.why) or look.pending is not None),
    ("finish", lambda look: not look.case.unauthorised),
    ("reopen", lambda _look: True),
    ("closing_records", lambda _look: True),
    ("share", lambda look: _asked(look, Rule.SHARING)),
    ("file", lambda look: _asked(look, Rule.MEDICAL_FILE)),
    ("chronology", lambda look: _asked(look, Rule.CHRONOLOGY)),
    ("review", lambda look: any(each.rule == Rule.REVIEW for each in look.outstanding)),
    ("contact", lambda _look: True),
    ("propose", lambda _look: True),
    ("assess", lambda look: not assessment_forms.running_of(look)),
)
"""Which steps are the first on the card, by what is asked; a card has two buttons and a menu."""
_FIRST = 2
_OTHER = {"timeline": "Timeline", "why": "Why is it asked?"}
_RECORDERS_TOO = {"feedback": "Give feedback", "refer": "New referral"}


async def typed(call: Call) -> Answer:
    """`/oob case OOB-…`, or with the reference of ICS."""
    word, _ = actions.about(text.clean(call.words))
    if not word:
        return await actions.which_case(call, "open")
    if references.all_of(word, RefKind.INQUIRY):
        return Answer.message(words.convert_instead(references.all_of(word, RefKind.INQUIRY)[0]))
    return await call.show(_card_named, word, call.actor)


async def opened(call: Call) -> Answer:
    """Open the case."""
    return await call.show(card_of, _ref_of(call), call.actor)


async def more(call: Call) -> Answer:
    """An entry of the card's menu: the form of a step, the timeline, or why something is asked."""
    memory = unpack(call.entry.chosen)
    step = actions.REGISTERED.get(memory.step)
    if step is None:
        return await call.show(other, memory.step, memory.id, call.actor)
    if not call.actor.may(step.roles):
        raise Refusal("role", f"{step.label} is for managers. Nothing was done.")
    return await call.show(actions.open_form, step, memory, call.actor)


async def why_typed(call: Call) -> Answer:
    """`/oob why OOB-…`."""
    words = text.clean(call.words)
    word = words if references.all_of(words, RefKind.INQUIRY) else actions.about(words)[0]
    if not word:
        return await actions.which_case(call, "why")
    return await call.show(why, word, call.actor)


async def undo(call: Call) -> Answer:
    """Undo, on a case."""
    memory = unpack(call.entry.action.get("value"))
    return await call.once(undo_entry, memory.id, call.actor, memory.n)


def undo_entry(tx: Tx, ref: str, actor: Actor, version: int | None = None) -> Answer:
    """Take back one's own last entry on a case, as JSON."""
    after, what = case_undo.undo(tx, ref, actor, version)
    return Answer.message(words.undone(after.ref, what))


def card(look: CaseView) -> Answer:
    """The card with what its reader may do next."""
    offered = [step for step in actions.REGISTERED.values() if step.on_card and look.actor.may(step.roles) and step.offered(look)]
    by_name = {step.name: step for step in offered}
    first = [by_name[name] for name, relevant in _RELEVANT if name in by_name and relevant(look)][:_FIRST]
    rest = [(step.name, step.label) for step in offered if step not in first]
    if look.actor.may(RECORDERS):
        rest += [(name, label) for name, label in _RECORDERS_TOO.items() if name != "refer" or look.episode is None]
    return Answer.message(views.card(look, [(step.id, step.label) for step in first], [*rest, *_OTHER.items()]))


def _card_named(tx: Tx, word: str, actor: Actor) -> Answer:
    return card(view.look(tx, view.named(tx, word, actor), actor))


def card_of(tx: Tx, ref: str, actor: Actor) -> Answer:
    """The card of a case that is known by our reference."""
    return card(view.look(tx, ref, actor))


def other(tx: Tx, what: str, ref: str, actor: Actor) -> Answer:
    """An entry of the card's menu that is no step: the card itself, its timeline, why it is asked, feedback."""
    look = view.look(tx, ref, actor)
    if what == "open":
        return card(look)
    if what == "assessment" and actor.may(RECORDERS):
        return assessments.assess(tx, ref, "", actor)
    if what == "why":
        return Answer.message(words.why(look))
    if what == "timeline":
        return Answer.form(views.timeline(look, timeline.happened(look.case)))
    if what in _RECORDERS_TOO and not actor.may(RECORDERS):
        raise Refusal("role", "That is for social workers and managers. Nothing was done.")
    if what == "feedback":
        return Answer.form(feedback_views.form(tx.today, about=ref))
    if what == "refer":
        return Answer.form(referral_forms.first(tx.now, about=ref))
    raise Refusal("old_button", "That menu is from another version of OOB; nothing was done. Please type the command again.")


def why(tx: Tx, word: str, actor: Actor) -> Answer:
    """Why something is asked of a case or an inquiry."""
    if named := references.all_of(word, RefKind.INQUIRY):
        ref = lifecycle.existing(tx, named[0], actor).ref
        asked = [each for each in lists.asked_about(tx, ref) if each.standing is ObligationStatus.OPEN]
        tx.log("inquiry.opened", ref)
        return Answer.message(words.why_entry(ref, asked, tx.today))
    return Answer.message(words.why(view.look(tx, view.named(tx, word, actor), actor)))


def _ref_of(call: Call) -> str:
    return unpack(call.entry.chosen or call.entry.action.get("value")).id


def _asked(look: CaseView, rule: str) -> bool:
    return any(each.rule == rule for each in look.open)


ROUTES = (
    Route(Kind.ACTION, "case.open", READERS, "Looking at a case", opened),
    Route(Kind.ACTION, "case.more", READERS, "Looking at a case", more),
    Route(Kind.ACTION, "case.undo", RECORDERS, "Taking back an entry", undo),
)
