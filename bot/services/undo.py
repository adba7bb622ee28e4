"""Taking back one's own entry within fifteen minutes: it becomes void, its text is erased, its number is not reused."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.feedback.feedback import Feedback
from bot.domain.inquiries.inquiry import Inquiry, InquiryStatus
from bot.domain.people import Actor
from bot.domain.shared.calendar import say_moment
from bot.domain.shared.errors import Refusal
from bot.domain.shared.logged import UNDO_WINDOW, LoggedItem
from bot.domain.shared.references import is_case, is_feedback
from bot.services.cases.undo import TAKEN_BACK, undoable
from bot.services.feedback import lifecycle as given
from bot.services.guards import saved_or_conflict
from bot.services.inquiries.lifecycle import existing
from bot.services.reminders import obligations
from storage import audit_log_reader
from storage.audit_log_reader import LogEntry
from storage.cases import cases
from storage.db import data_keys, history
from storage.db.engine import Tx
from storage.feedback import feedback
from storage.inquiries import inquiries, match_codes, shared_directory
from storage.requests import drafts, idempotency
from storage.settings import team

_UNDONE = ("inquiry.undone", "feedback.undone", "case.undone")
_LOOKED_AT = 30
_MEANT_AGAIN = timedelta(minutes=1)
"""Within this time a second `/oob undo` is more likely the same one again than the entry before."""


def undo(tx: Tx, ref: str | None, actor: Actor) -> Inquiry | Feedback:
    """Take back the inquiry or feedback `ref`, or the newest of one's own.

    Refused: `not_found`, `not_yours`, `too_late`, `answered`, `on_ics`, `void`.
    """
    ref = ref or newest(tx)
    undone = _undo_feedback(tx, ref, actor) if is_feedback(ref) else _undo_inquiry(tx, ref, actor)
    data_keys.destroy(tx, ref)
    history.erase_texts(tx, ref)
    match_codes.forget(tx, ref)
    idempotency.forget_wording(tx, ref)
    idempotency.forget_answers(tx, ref)
    drafts.forget(tx)
    return undone


def newest(tx: Tx) -> str:
    """The reference of the actor's newest entry of the last fifteen minutes, an inquiry, feedback or a case.

    Refused: `nothing_to_undo`, `undone_just_now`.
    """
    since = tx.now - UNDO_WINDOW
    last = next(iter(audit_log_reader.newest(tx, actor=tx.actor_id, size=1)), None)
    latest = (inquiries.latest_by(tx, tx.actor_id, since), feedback.latest_by(tx, tx.actor_id, since))
    found = [(entry.logged_at, entry.ref) for entry in latest if entry]
    found += [
        (entry.at, entry.subject)
        for entry in audit_log_reader.newest(tx, actor=tx.actor_id, size=_LOOKED_AT)
        if _on_case(tx, entry, since)
    ]
    if not found:
        raise Refusal("nothing_to_undo", "There is nothing of yours from the last 15 minutes to take back.")
    ref = max(found)[1]
    if last and last.action in _UNDONE and tx.now - last.at < _MEANT_AGAIN:
        raise Refusal(
            "undone_just_now",
            f"You took back {last.subject} a moment ago. To take back {ref}, too, type `/oob undo {ref}`. Nothing more was done.",
        )
    return ref


def _on_case(tx: Tx, entry: LogEntry, since: datetime) -> bool:
    """Whether a line of the log is something done on a case that can still be taken back."""
    if entry.action not in TAKEN_BACK or entry.at < since or not is_case(entry.subject):
        return False
    case = cases.get(tx, entry.subject)
    return case is not None and undoable(tx, case, tx.actor_id)


def _undo_inquiry(tx: Tx, ref: str, actor: Actor) -> Inquiry:
    inquiry = existing(tx, ref, actor)
    _own(tx, inquiry, actor, (inquiry.facts.ics_ref,), void=inquiry.status is InquiryStatus.VOID)
    if inquiry.answered_since or any(former.changed_by != actor.user_id for former in history.of(tx, ref)):
        raise Refusal("answered", f"{ref} has been answered since, so it is not taken back. A manager can void it with a reason.")
    if not inquiry.may_undo(tx.actor_id, tx.now):
        raise Refusal("too_late", f"{_too_late(inquiry)} You can still correct it with Edit.")
    emptied = inquiry.facts.model_copy(update={"note": None, "directory_ref": None, "signposted_to": None})
    undone = saved_or_conflict(inquiries.change(tx, inquiry, emptied, InquiryStatus.VOID), ref)
    shared_directory.owe_if_there(tx, ref)
    obligations.refresh_inquiry(tx, undone)
    tx.log("inquiry.undone", ref)
    return undone


def _undo_feedback(tx: Tx, ref: str, actor: Actor) -> Feedback:
    entry = given.on_file(tx, ref, actor)
    _own(tx, entry, actor, _about(tx, entry), void=entry.void)
    if not entry.may_undo(tx.actor_id, tx.now):
        raise Refusal("too_late", f"{_too_late(entry)} You can still correct it with Edit.")
    emptied = entry.facts.model_copy(update={"summary": None, "target_role": None})
    undone = saved_or_conflict(feedback.change(tx, entry, emptied, void=True), ref)
    obligations.refresh_feedback(tx, undone)
    tx.log("feedback.undone", ref)
    return undone


def _about(tx: Tx, entry: Feedback) -> tuple[str | None, ...]:
    """The references under which a hold covers feedback: what it is about, and that inquiry's ICS reference."""
    inquiry = inquiries.get(tx, entry.facts.about)
    return entry.facts.about, inquiry.facts.ics_ref if inquiry else None


def _own(tx: Tx, entry: Inquiry | Feedback, actor: Actor, also: tuple[str | None, ...], *, void: bool) -> None:
    if entry.logged_by != actor.user_id:
        raise Refusal("not_yours", f"{entry.ref} was logged by <@{entry.logged_by}>; only they can take it back.")
    if void:
        raise Refusal("void", f"{entry.ref} has been taken back already. Nothing was changed.")
    if team.held(tx, entry.ref, *(name for name in also if name)):
        raise Refusal(
            "held",
            f"A legal hold is on {entry.ref}, so it cannot be taken back now. Edit still works, and keeps what stood before.",
        )
    if entry.ics_recorded_on is not None:
        raise Refusal(
            "on_ics", f"{entry.ref} was recorded on ICS since, so it is not taken back. Correct it there, and here with Edit."
        )


def _too_late(entry: LoggedItem) -> str:
    return f"{entry.ref} was logged on {say_moment(entry.logged_at)}; after 15 minutes it can no longer be taken back."
