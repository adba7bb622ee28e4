"""Logging, changing, taking back and finding inquiries (§2)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.rules import authorities, privacy
from bot.rules.calendar import say_moment
from bot.rules.inquiry import UNDO_WINDOW, Inquiry, InquiryFacts, Status, changes, understand
from bot.rules.people import Actor
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
    _guard(facts)
    facts = facts.checked(tx.today)
    if before.version != version or not inquiries.change(tx, ref, version, facts, facts.status):
        raise Refusal(
            "changed_meanwhile",
            f"Not saved: somebody changed {ref} while this form was open. Close it and press Edit again to see the newest.",
        )
    tx.log("inquiry.changed", ref, changes={field: list(pair) for field, pair in changes(before.facts, facts).items()})
    return before.model_copy(update={"facts": facts, "status": facts.status, "version": version + 1})


def undo_inquiry(tx: Tx, ref: str | None) -> Inquiry:
    """Take back one's own entry within fifteen minutes: it becomes void and its text is erased; its number is not reused.

    Without a reference, the newest one. Refused: `nothing_to_undo`, `not_yours`, `too_late`, `void`.
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
    if not inquiry.may_undo(tx.actor_id, tx.now):
        raise Refusal(
            "too_late",
            f"{ref} was logged on {say_moment(inquiry.logged_at)}; after 15 minutes it can no longer be taken back. "
            "You can still correct it with Edit.",
        )
    emptied = inquiry.facts.model_copy(update={"note": None, "directory_ref": None})
    inquiries.change(tx, ref, inquiry.version, emptied, Status.VOID)
    datakeys.destroy(tx, ref)
    replays.forget_wording(tx, ref)
    drafts.forget(tx)
    tx.log("inquiry.undone", ref)
    return inquiry.model_copy(update={"facts": emptied, "status": Status.VOID, "version": inquiry.version + 1})


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
    privacy.guard(facts.note, field="note")
    privacy.guard(facts.directory_ref, field="directory_ref")


def _existing(tx: Tx, ref: str) -> Inquiry:
    inquiry = inquiries.get(tx, ref)
    if inquiry is None:
        raise Refusal("not_found", f"There is no inquiry {ref} that you can see.")
    return inquiry


def _changeable(tx: Tx, ref: str, actor: Actor) -> Inquiry:
    inquiry = _existing(tx, ref)
    if inquiry.status is Status.VOID:
        raise Refusal("void", f"{ref} has been taken back; it can no longer be changed.")
    if not inquiry.may_change(actor):
        raise Refusal("not_yours", f"{ref} was logged by <@{inquiry.logged_by}>. They or a manager can change it.")
    return inquiry
