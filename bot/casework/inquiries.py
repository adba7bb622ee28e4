"""Logging, changing, taking back and finding inquiries (§2)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.rules import authorities, privacy
from bot.rules.calendar import say_moment
from bot.rules.inquiry import UNDO_WINDOW, AnswerGiven, Inquiry, InquiryFacts, Status, changes, understand
from bot.rules.people import MANAGERS, Actor
from bot.rules.refusal import Refusal
from storage import datakeys, drafts, inquiries, replays
from storage.engine import Tx
from storage.inquiries import Page, Wanted

PAGE_SIZE = 8


@dataclass(frozen=True)
class SaidBefore:
    """The same person typed the same words a moment ago: they became `ref`, and nothing was logged again."""

    ref: str


def log_inquiry(tx: Tx, facts: InquiryFacts) -> Inquiry:
    """Put a new inquiry on file. Refused: `future_date`, `authority_unknown`, `identifier`."""
    _guard(facts)
    facts = facts.checked(tx.today)
    inquiry = Inquiry(ref=inquiries.next_ref(tx), facts=facts, status=facts.status, logged_by=tx.actor_id, logged_at=tx.now)
    inquiries.add(tx, inquiry)
    tx.log("inquiry.logged", inquiry.ref, status=inquiry.status, missing=list(facts.missing))
    return inquiry


def log_words(tx: Tx, words: str) -> Inquiry | SaidBefore:
    """Log a line of text as it stands; word for word the same within a minute is asked about first (trust.md, the gate)."""
    tx.chain.lock(tx.workspace_id)
    if before := replays.said_just_now(tx, words):
        return SaidBefore(before)
    inquiry = log_inquiry(tx, understand(words, tx.today))
    replays.remember_wording(tx, words, inquiry.ref)
    return inquiry


def log_again(tx: Tx, ref: str) -> Inquiry:
    """A second inquiry with the words of `ref`, on purpose: two wards can ask the same thing."""
    words = _existing(tx, ref).facts.note
    if words is None:
        raise Refusal("no_words", f"{ref} has no text any more, so there is nothing to log again.")
    return log_inquiry(tx, understand(words, tx.today))


def open_for_change(tx: Tx, ref: str, actor: Actor) -> Inquiry:
    """The inquiry for its form; a disclosing read, so it is logged. Refused: `not_yours`, `void`."""
    inquiry = _changeable(tx, ref, actor)
    tx.log("inquiry.opened", ref)
    return inquiry


def change_inquiry(tx: Tx, ref: str, version: int, facts: InquiryFacts, actor: Actor) -> Inquiry:
    """Correct or complete an inquiry that is still at `version`. Refused besides: `changed_meanwhile`."""
    before = _changeable(tx, ref, actor)
    return _replace(tx, before, version, before.corrected(facts, tx.today), "inquiry.changed")


def open_to_answer(tx: Tx, ref: str) -> Inquiry:
    """The inquiry for the form of its answer; a disclosing read, so it is logged. Refused: `not_found`, `void`."""
    inquiry = _living(tx, ref)
    tx.log("inquiry.opened", ref)
    return inquiry


def answer_inquiry(tx: Tx, ref: str, version: int, given: AnswerGiven) -> Inquiry:
    """Record what the authority answered; whoever takes the call may. Refused besides: `no_answer`, `changed_meanwhile`."""
    before = _living(tx, ref)
    return _replace(tx, before, version, before.answered(given), "inquiry.answered")


def close_inquiry(tx: Tx, ref: str, actor: Actor) -> Inquiry:
    """Nothing is left to do on it. Refused: `not_finished`, `not_yours`, `void`, `closed`."""
    before = _changeable(tx, ref, actor)
    if before.status is Status.CLOSED:
        raise Refusal("closed", f"{ref} is closed already. Nothing was changed.")
    closed = _kept(inquiries.change(tx, before, before.facts, before.closed()), ref)
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
    before = _living(tx, ref)
    voided = _kept(inquiries.change(tx, before, before.facts, Status.VOID, reason), ref)
    tx.log("inquiry.voided", ref)
    return voided


def undo_inquiry(tx: Tx, ref: str | None) -> Inquiry:
    """Take back one's own entry within fifteen minutes: it becomes void and its text is erased; its number is not reused.

    Without a reference, the newest one. Refused: `nothing_to_undo`, `not_yours`, `too_late`, `answered`, `void`.
    """
    if ref is None:
        newest = inquiries.latest_by(tx, tx.actor_id, tx.now - UNDO_WINDOW)
        if newest is None:
            raise Refusal("nothing_to_undo", "There is nothing of yours from the last 15 minutes to take back.")
        ref = newest.ref
    inquiry = _existing(tx, ref)
    if inquiry.logged_by != tx.actor_id:
        raise Refusal("not_yours", f"{ref} was logged by <@{inquiry.logged_by}>; only they can take it back.")
    if inquiry.status is Status.VOID:
        raise Refusal("void", f"{ref} has been taken back already. Nothing was changed.")
    if inquiry.answered_since:
        raise Refusal("answered", f"{ref} has been answered since, so it is not taken back. A manager can void it with a reason.")
    if not inquiry.may_undo(tx.actor_id, tx.now):
        raise Refusal(
            "too_late",
            f"{ref} was logged on {say_moment(inquiry.logged_at)}; after 15 minutes it can no longer be taken back. "
            "You can still correct it with Edit.",
        )
    emptied = inquiry.facts.model_copy(update={"note": None, "directory_ref": None, "signposted_to": None})
    undone = _kept(inquiries.change(tx, inquiry, emptied, Status.VOID), ref)
    datakeys.destroy(tx, ref)
    replays.forget_wording(tx, ref)
    drafts.forget(tx)
    tx.log("inquiry.undone", ref)
    return undone


def wanted_from(words: str) -> Wanted:
    """What somebody looks for: a reference, the name of an authority, otherwise words of the note."""
    words = words.strip("\"'“”‘’ ")  # noqa: RUF001 - typographic quotes are what phones type
    if not words:
        return Wanted()
    if words.upper().startswith("INQ-"):
        return Wanted(ref=words.upper())
    place = authorities.named(words)
    return Wanted(words=words) if place is None else Wanted(authority=place)


def find_inquiries(tx: Tx, words: str, page: int) -> Page:
    """A page of the team's inquiries, newest first. It reads only; `disclose` is what shows them."""
    return inquiries.find(tx, wanted_from(words), page, PAGE_SIZE)


def disclose(tx: Tx, page: Page) -> Page:
    """Record that the inquiries of `page` were shown to the actor (trust.md: reads that disclose are logged)."""
    if page.inquiries:
        tx.log("inquiries.found", ",".join(inquiry.ref for inquiry in page.inquiries), total=page.total)
    return page


def keep_search(tx: Tx, words: str) -> str:
    """Remember what was looked for, for the buttons that turn the page."""
    return drafts.keep(tx, words)


def searched_for(tx: Tx, draft_id: str) -> str:
    """What was looked for, for another page of it. Refused: `draft_gone`."""
    return drafts.words_of(tx, draft_id)


def waiting_for(tx: Tx, user_id: str) -> Page:
    """The inquiries of `user_id` on which something is still to be done, the oldest ten of them."""
    return inquiries.unfinished_by(tx, user_id, 10)


def _guard(facts: InquiryFacts) -> None:
    for field in ("note", "directory_ref", "signposted_to"):
        privacy.guard(getattr(facts, field), field=field)


def _existing(tx: Tx, ref: str) -> Inquiry:
    inquiry = inquiries.get(tx, ref)
    if inquiry is None:
        raise Refusal("not_found", f"There is no inquiry {ref} that you can see.")
    return inquiry


def _living(tx: Tx, ref: str) -> Inquiry:
    inquiry = _existing(tx, ref)
    if inquiry.status is Status.VOID:
        raise Refusal("void", f"{ref} has been taken back or voided; it can no longer be changed.")
    return inquiry


def _changeable(tx: Tx, ref: str, actor: Actor) -> Inquiry:
    inquiry = _living(tx, ref)
    if not inquiry.may_change(actor):
        raise Refusal("not_yours", f"{ref} was logged by <@{inquiry.logged_by}>. They or a manager can change it.")
    return inquiry


def _replace(tx: Tx, before: Inquiry, version: int, facts: InquiryFacts, action: str) -> Inquiry:
    """Put new facts in place of those that somebody saw at `version`."""
    _guard(facts)
    facts = facts.checked(tx.today)
    after = inquiries.change(tx, before, facts, facts.status) if before.version == version else None
    after = _kept(after, before.ref)
    tx.log(action, before.ref, changes={field: list(pair) for field, pair in changes(before.facts, facts).items()})
    return after


def _kept(after: Inquiry | None, ref: str) -> Inquiry:
    if after is None:
        raise Refusal(
            "changed_meanwhile",
            f"Not saved: somebody changed {ref} while this form was open. Close it and press the button again to see the newest.",
        )
    return after
