"""Giving feedback, correcting it, and following it up (§7)."""

from __future__ import annotations

from datetime import date

from bot.domain import free_text
from bot.domain.feedback.feedback import Feedback, FeedbackFacts, FollowUp
from bot.domain.free_text import FeedbackLine
from bot.domain.people import Actor
from bot.domain.shared import privacy
from bot.domain.shared.calendar import say_date
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import Ref, RefKind, is_case
from bot.domain.shared.references import read as read_ref
from bot.services import guards
from bot.services.cases import loading
from bot.services.guards import saved_or_conflict
from bot.services.inquiries.lifecycle import SaidBefore, living
from bot.services.reminders import obligations
from storage.cases import cases, lookups
from storage.db import history, numbers
from storage.db.engine import Tx
from storage.feedback import feedback
from storage.requests import idempotency

_PRIVATE = ("summary", "target_role")


def give(tx: Tx, facts: FeedbackFacts, actor: Actor) -> Feedback:
    """Put feedback on file. Refused: `ref_unreadable`, `not_found`, `void`, `not_about`, `future_date`, `identifier`."""
    facts = facts.model_copy(update={"about": _known_as(tx, facts.about, actor)})
    restricted = _about(tx, facts.about, actor)
    _guard(facts)
    entry = Feedback(
        ref=numbers.next_ref(tx, "FB"),
        facts=facts.checked(tx.today),
        logged_by=tx.actor_id,
        logged_at=tx.now,
        restricted=restricted,
    )
    feedback.add(tx, entry)
    obligations.refresh_feedback(tx, entry, new=True)
    tx.log("feedback.given", entry.ref, about=facts.about, target=facts.target, mode=facts.mode, missing=list(facts.missing))
    return entry


def give_words(tx: Tx, about: Ref, words: str, actor: Actor) -> tuple[Feedback, FeedbackLine] | SaidBefore:
    """Put a line of text on file with what it says by itself; word for word the same within a minute is asked about first."""
    tx.chain.lock(tx.workspace_id)
    line = f"feedback {about.text} {words}"
    if before := idempotency.said_just_now(tx, line):
        return SaidBefore(before)
    read = free_text.read_feedback(about, words, tx.today)
    entry = give(tx, read.facts, actor)
    idempotency.remember_wording(tx, line, entry.ref)
    return entry, read


def read_as(tx: Tx, ref: str, version: int, day: date, actor: Actor) -> Feedback:
    """Take another day of the words than was taken. Refused as `change`."""
    before = _changeable(tx, ref, actor)
    return change(tx, ref, version, before.facts.model_copy(update={"given_on": day}), frozenset(), actor)


def give_again(tx: Tx, ref: str, actor: Actor) -> Feedback:
    """The same feedback a second time, on purpose. Refused: `not_found`, `void`, `not_yours`."""
    first = existing(tx, ref, actor)
    if first.logged_by != actor.user_id:
        raise Refusal("not_yours", f"{ref} was given by <@{first.logged_by}>. Please note what you said in your own words.")
    return give(tx, first.facts, actor)


def show(tx: Tx, ref: str, actor: Actor) -> Feedback:
    """One piece of feedback, for its author or a manager; a disclosing read, so it is logged. Refused: as `open_feedback`."""
    entry = existing(tx, ref, actor)
    if not entry.is_in_hands_of(actor):
        raise Refusal("not_yours", f"{ref} was given by <@{entry.logged_by}>. They or a manager can look at it.")
    tx.log("feedback.found", ref, total=1)
    return entry


def open_feedback(tx: Tx, ref: str, actor: Actor) -> Feedback:
    """The feedback for its form; a disclosing read, so it is logged. Refused: `not_found`, `not_yours`, `void`, `text_gone`."""
    entry = _changeable(tx, ref, actor)
    tx.log("feedback.opened", ref)
    return entry


def change(tx: Tx, ref: str, version: int, facts: FeedbackFacts, followed: frozenset[FollowUp], actor: Actor) -> Feedback:
    """Correct feedback that is still at `version`. What stood on ICS has to be recorded there again when its content changed."""
    before = _changeable(tx, ref, actor)
    restricted = _about(tx, facts.about, actor) if facts.about != before.facts.about else before.restricted
    _guard(facts)
    facts = facts.followed_by(followed, before.facts, tx.today).checked(tx.today)
    changed = feedback.change(tx, before, facts, restricted=restricted) if before.version == version else None
    after = saved_or_conflict(changed, ref)
    history.keep(tx, before, before.facts)
    obligations.refresh_feedback(tx, after, before.facts.about)
    fields = [field for field in FeedbackFacts.model_fields if getattr(before.facts, field) != getattr(facts, field)]
    tx.log("feedback.changed", ref, fields=fields)
    return after


def follow_up(tx: Tx, ref: str, kind: FollowUp, actor: Actor) -> Feedback:
    """Note that an e-mail or a copy of a letter followed today (G45). Refused: `done_before` and as for `open_feedback`."""
    before = _changeable(tx, ref, actor)
    if (done := getattr(before.facts, kind.value)) is not None:
        raise Refusal("done_before", f"That is noted already for {ref}, since {say_date(done)}. Nothing was changed.")
    facts = before.facts.model_copy(update={kind.value: tx.today})
    after = saved_or_conflict(feedback.change(tx, before, facts), ref)
    tx.log("feedback.followed_up", ref, how=kind)
    return after


def on_file(tx: Tx, ref: str, actor: Actor) -> Feedback:
    """The feedback, void or not, if `actor` may know of it. Refused: `not_found`."""
    entry = feedback.get(tx, ref)
    if entry is None or not entry.is_visible_to(actor) or hidden(tx, entry, actor):
        raise Refusal("not_found", f"There is no feedback {ref} that you can see.")
    return entry


def hidden(tx: Tx, entry: Feedback, actor: Actor) -> bool:
    """Whether it is about a restricted case that `actor` may not know of; one's own is never hidden."""
    if not entry.restricted or not is_case(entry.facts.about) or entry.logged_by == actor.user_id:
        return False
    case = cases.get(tx, entry.facts.about)
    return case is not None and not guards.visible(tx, case, actor)


def existing(tx: Tx, ref: str, actor: Actor) -> Feedback:
    """The feedback, if it was not taken back. Refused: `not_found`, `void`."""
    entry = on_file(tx, ref, actor)
    if entry.void:
        raise Refusal("void", f"{ref} has been taken back; it can no longer be changed.")
    return entry


def _known_as(tx: Tx, about: str, actor: Actor) -> str:
    """The reference of the case with that ICS reference, where there is one that is open and that `actor` may know of."""
    known_by = lookups.by_ics_ref(tx, about)
    case = cases.get(tx, known_by) if known_by else None
    open_ = case is not None and case.open_on(tx.today) is not None and guards.visible(tx, case, actor)
    return case.ref if case is not None and open_ else about


def _about(tx: Tx, about: str, actor: Actor) -> bool:
    """Check what the feedback is about; whether that is restricted."""
    ref: Ref = read_ref(about, field="about")
    if ref.kind is RefKind.INQUIRY:
        return living(tx, ref.text, actor).is_restricted
    if ref.kind is RefKind.CASE:
        return loading.opened(tx, ref.text, actor)[0].restricted
    if ref.kind is not RefKind.ICS:
        raise Refusal(
            "not_about",
            f"{ref.text} is not something feedback can be about today: give an inquiry such as INQ-2026-0001, a case, or the "
            "child's ICS reference.",
            field="about",
        )
    return False


def _guard(facts: FeedbackFacts) -> None:
    for field in _PRIVATE:
        privacy.guard(getattr(facts, field), field=field)


def _changeable(tx: Tx, ref: str, actor: Actor) -> Feedback:
    entry = existing(tx, ref, actor)
    if not entry.is_in_hands_of(actor):
        raise Refusal("not_yours", f"{ref} was given by <@{entry.logged_by}>. They or a manager can change it.")
    if not entry.may_change(actor):
        raise Refusal("text_gone", f"The text of {ref} was erased after it was recorded on ICS. Correct it there.")
    return entry
