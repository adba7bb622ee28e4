"""Logging, completing, answering and closing inquiries (§2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from bot.domain import free_text
from bot.domain.free_text import InquiryLine
from bot.domain.inquiries.inquiry import AnswerGiven, Inquiry, InquiryFacts, InquiryStatus, changes
from bot.domain.notifications import InquiryAnswered
from bot.domain.people import MANAGERS, Actor
from bot.domain.shared import privacy
from bot.domain.shared.errors import Refusal
from bot.domain.shared.obligation import ObligationStatus
from bot.domain.shared.references import RefKind, is_case
from bot.domain.shared.references import read as read_ref
from bot.services import restricted
from bot.services.guards import rules_now, saved_or_conflict, visible
from bot.services.people import tell
from bot.services.reminders import obligations
from storage.cases import cases
from storage.db import history, numbers
from storage.db.engine import Tx
from storage.feedback import feedback
from storage.inquiries import inquiries, match_codes, shared_directory
from storage.requests import idempotency

_MATCHES_SHOWN = 20


@dataclass(frozen=True)
class Logged:
    """An inquiry that was logged, what was asked before about the same family (newest first), and the day of R3.

    `line`: how the words were read, where it was logged from a line of text. `ring_duty`: it met a restricted case, whose
    manager was told; the author reads only that they are to ring their duty manager.
    """

    inquiry: Inquiry
    before: tuple[Inquiry, ...] = ()
    answer_due: date | None = None
    line: InquiryLine | None = None
    ring_duty: bool = False


@dataclass(frozen=True)
class SaidBefore:
    """The same person typed the same words a moment ago: they became `ref`, and nothing was logged again."""

    ref: str


def log_inquiry(tx: Tx, facts: InquiryFacts, actor: Actor, matches: tuple[str, ...] = ()) -> Logged:
    """Put a new inquiry on file, and look for earlier ones with an equal match code (`matches`, bot.domain.reading.match_codes).

    Refused: `future_date`, `authority_unknown`, `identifier`.
    """
    _guard(facts)
    facts = facts.checked(tx.today)
    inquiry = Inquiry(ref=numbers.next_ref(tx, "INQ"), facts=facts, status=facts.status, logged_by=tx.actor_id, logged_at=tx.now)
    subjects = match_codes.subjects(tx, matches)[:_MATCHES_SHOWN]
    before = tuple(inquiries.by_refs(tx, subjects, actor))
    inquiries.add(tx, inquiry)
    match_codes.add(tx, inquiry.ref, matches)
    if facts.store_in_directory and not facts.restricted:
        shared_directory.owe(tx, inquiry.ref)
    tx.log("inquiry.logged", inquiry.ref, status=inquiry.status, missing=list(facts.missing), match_codes=len(matches))
    if before:
        tx.log("inquiries.found", ",".join(earlier.ref for earlier in before), total=len(before))
    asked = obligations.refresh_inquiry(tx, inquiry, new=True)
    due = asked.due if asked and asked.standing is ObligationStatus.OPEN else None
    return Logged(inquiry, before, due, ring_duty=_meets_restricted(tx, subjects, actor))


def _meets_restricted(tx: Tx, subjects: list[str], actor: Actor) -> bool:
    """Tell the manager of each restricted case of the same family that the author may not know of; whether there is one."""
    hidden = [
        case for ref in subjects if is_case(ref) and (case := cases.get(tx, ref)) is not None and not visible(tx, case, actor)
    ]
    for case in hidden:
        restricted.tell_manager(tx, case, actor, "an inquiry")
    return bool(hidden)


def as_line(words: str) -> str:
    """The words as they were typed, behind their verb: what is asked about when it comes again at once."""
    return f"inquiry {words}"


def log_words(tx: Tx, words: str, actor: Actor) -> Logged | SaidBefore:
    """Log a line of text as it stands; word for word the same within a minute is asked about first (docs/trust.md, The gate)."""
    tx.chain.lock(tx.workspace_id)
    line = as_line(words)
    if before := idempotency.said_just_now(tx, line):
        return SaidBefore(before)
    read = free_text.read_inquiry(words, tx.today, rules_now(tx).own_authority)
    logged = log_inquiry(tx, read.facts, actor)
    idempotency.remember_wording(tx, line, logged.inquiry.ref)
    return replace(logged, line=read)


def read_as(
    tx: Tx, ref: str, version: int, actor: Actor, *, day: date | None = None, place: str | None = None, urgent: bool = False
) -> Inquiry:
    """Take another reading of the words: the day, the authority, that it is urgent. Refused as `change_inquiry`."""
    before = _changeable(tx, ref, actor)
    facts = before.facts
    if day is not None:
        answered = None if facts.answered_on is None else max(day, facts.answered_on)
        facts = facts.model_copy(update={"asked_on": day, "answered_on": answered})
    if place is not None:
        home = place if place != rules_now(tx).own_authority else facts.home_authority
        facts = facts.model_copy(update={"authority_asked": place, "home_authority": home})
    if urgent:
        facts = facts.model_copy(update={"urgent": True})
    return change_inquiry(tx, ref, version, facts, actor)


def log_again(tx: Tx, ref: str, actor: Actor) -> Logged:
    """A second inquiry with the words of one's own `ref`, on purpose: two wards can ask the same thing. Restricted as that is."""
    first = existing(tx, ref, actor)
    if first.logged_by != actor.user_id:
        raise Refusal("not_yours", f"{ref} was logged by <@{first.logged_by}>. Please log what you were asked in your own words.")
    if first.facts.note is None:
        raise Refusal("no_words", f"{ref} has no text any more, so there is nothing to log again.")
    facts = free_text.read_inquiry(first.facts.note, tx.today, rules_now(tx).own_authority).facts
    return log_inquiry(tx, facts.model_copy(update={"restricted": first.is_restricted}), actor)


def open_for_change(tx: Tx, ref: str, actor: Actor) -> Inquiry:
    """The inquiry for its form; a disclosing read, so it is logged. Refused: `not_yours`, `void`."""
    inquiry = _changeable(tx, ref, actor)
    tx.log("inquiry.opened", ref)
    return inquiry


def change_inquiry(tx: Tx, ref: str, version: int, facts: InquiryFacts, actor: Actor) -> Inquiry:
    """Correct or complete an inquiry that is still at `version`. Refused besides: `changed_meanwhile`."""
    before = _changeable(tx, ref, actor)
    return _replace(tx, before, version, before.corrected(facts, tx.today), "inquiry.changed")


def open_to_answer(tx: Tx, ref: str, actor: Actor) -> Inquiry:
    """The inquiry for the form of its answer; a disclosing read, so it is logged. Refused: `not_found`, `void`."""
    inquiry = living(tx, ref, actor)
    tx.log("inquiry.opened", ref)
    return inquiry


def answer_inquiry(tx: Tx, ref: str, version: int, given: AnswerGiven, actor: Actor) -> Inquiry:
    """Record what the authority answered; whoever takes the call may, and its author is told.

    Refused besides: `no_answer`, `ref_unreadable`, `changed_meanwhile`.
    """
    before = living(tx, ref, actor)
    if given.ics_ref is not None:
        named = read_ref(given.ics_ref, field="ics_ref")
        if named.kind is not RefKind.ICS:
            raise Refusal("ref_unreadable", f"{named.text} is a reference of OOB. Please give the one of ICS.", field="ics_ref")
        given = given.model_copy(update={"ics_ref": named.text})
    answered = _replace(tx, before, version, before.answered(given), "inquiry.answered")
    if before.logged_by != actor.user_id:
        tell(tx, before.logged_by, InquiryAnswered(ref, actor.user_id, answered.version))
    return answered


def close_inquiry(tx: Tx, ref: str, actor: Actor) -> Inquiry:
    """Nothing is left to do on it. Refused: `not_finished`, `not_yours`, `void`, `closed`."""
    before = _changeable(tx, ref, actor)
    if before.status is InquiryStatus.CLOSED:
        raise Refusal("closed", f"{ref} is closed already. Nothing was changed.")
    closed = saved_or_conflict(inquiries.change(tx, before, before.facts, before.closed()), ref)
    _file(tx, closed)
    obligations.refresh_inquiry(tx, closed)
    tx.log("inquiry.closed", ref)
    return closed


def void_inquiry(tx: Tx, ref: str, reason: str, actor: Actor) -> Inquiry:
    """Void an inquiry that should not have been logged: a manager, with a reason; its text stays until retention ends.

    Refused: `managers_only`, `reason_missing`, `void`, `identifier`.
    """
    if not actor.may(MANAGERS):
        raise Refusal("managers_only", "Only a manager can void an inquiry. Your own can be taken back for 15 minutes with Undo.")
    if not reason:
        raise Refusal(
            "reason_missing", "Please say why, for example: `/oob void INQ-2026-0001 logged twice`. Nothing was changed."
        )
    privacy.guard(reason)
    before = living(tx, ref, actor)
    voided = saved_or_conflict(inquiries.change(tx, before, before.facts, InquiryStatus.VOID, reason), ref)
    _file(tx, voided)
    obligations.refresh_inquiry(tx, voided)
    tx.log("inquiry.voided", ref)
    return voided


def _guard(facts: InquiryFacts) -> None:
    for field in ("note", "directory_ref", "signposted_to"):
        privacy.guard(getattr(facts, field), field=field)


def _file(tx: Tx, inquiry: Inquiry) -> None:
    """Keep the shared Directory's entry in step, where there is one or is to be one (G12)."""
    if inquiry.facts.store_in_directory and not inquiry.is_restricted:
        shared_directory.owe(tx, inquiry.ref)
    else:
        shared_directory.owe_if_there(tx, inquiry.ref)


def existing(tx: Tx, ref: str, actor: Actor) -> Inquiry:
    """The inquiry, if `actor` may know of it; refused with `not_found` in the same words whether it is absent or hidden."""
    inquiry = inquiries.get(tx, ref)
    if inquiry is None or not inquiry.is_visible_to(actor):
        raise Refusal("not_found", f"There is no inquiry {ref} that you can see.")
    return inquiry


def living(tx: Tx, ref: str, actor: Actor) -> Inquiry:
    """The inquiry, if it was not taken back or voided. Refused besides: `void`."""
    inquiry = existing(tx, ref, actor)
    if inquiry.status is InquiryStatus.VOID:
        raise Refusal("void", f"{ref} has been taken back or voided; it can no longer be changed.")
    if inquiry.converted_to is not None:
        case = cases.get(tx, inquiry.converted_to)
        named = f"*{case.ref}*" if case is not None and visible(tx, case, actor) else "its case"
        raise Refusal("converted", f"{ref} became a referral; please go on with {named}.")
    return inquiry


def _changeable(tx: Tx, ref: str, actor: Actor) -> Inquiry:
    inquiry = living(tx, ref, actor)
    if not inquiry.may_change(actor):
        raise Refusal("not_yours", f"{ref} was logged by <@{inquiry.logged_by}>. They or a manager can change it.")
    return inquiry


def _replace(tx: Tx, before: Inquiry, version: int, facts: InquiryFacts, action: str) -> Inquiry:
    """Put new facts in place of those that somebody saw at `version`; what they said before is kept as history."""
    _guard(facts)
    facts = facts.checked(tx.today)
    after = saved_or_conflict(
        inquiries.change(tx, before, facts, facts.status) if before.version == version else None, before.ref
    )
    history.keep(tx, before, before.facts)
    _file(tx, after)
    obligations.refresh_inquiry(tx, after)
    if facts.restricted != before.facts.restricted:
        feedback.restrict(tx, before.ref, restricted=facts.restricted)
    tx.log(action, before.ref, changes={field: list(pair) for field, pair in changes(before.facts, facts).items()})
    return after
