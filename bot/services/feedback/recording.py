"""Moving what people typed towards the record: what is not yet on ICS, and noting that it is (docs/domain.md §4 feature 7)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.admin.retention import TeamSettings
from bot.domain.feedback.feedback import Feedback
from bot.domain.inquiries.inquiry import Inquiry
from bot.domain.people import MANAGERS, Actor
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import is_feedback
from bot.services.feedback.lifecycle import existing as existing_feedback
from bot.services.feedback.lifecycle import hidden
from bot.services.inquiries.lifecycle import living
from bot.services.reminders import obligations
from storage.db.engine import Tx
from storage.feedback import feedback
from storage.inquiries import inquiries
from storage.settings import team

AT_ONCE = 10
"""Slack takes ten check boxes in a group."""


@dataclass(frozen=True)
class Outstanding:
    """Feedback that is not yet on ICS, the oldest first, and how much there is in all."""

    feedback: tuple[Feedback, ...]
    total: int


@dataclass(frozen=True)
class Noted:
    """References that were noted as recorded on ICS now, those noted before, and the settings that say what follows."""

    now: tuple[str, ...]
    before: tuple[str, ...]
    settings: TeamSettings


def outstanding(tx: Tx, actor: Actor, *, everybodys: bool = False) -> Outstanding:
    """What is not yet on ICS: one's own, or for a manager everybody's. Refused: `managers_only_list`. It reads only."""
    if everybodys and not actor.may(MANAGERS):
        raise Refusal("managers_only_list", "The whole team's list is for managers. `/oob feedback` shows yours.")
    found, total = feedback.awaiting_ics(tx, actor, AT_ONCE, everybodys=everybodys)
    shown = tuple(entry for entry in found if not hidden(tx, entry, actor))
    return Outstanding(shown, total - (len(found) - len(shown)))


def show(tx: Tx, shown: Outstanding) -> Outstanding:
    """Record that the feedback was shown to the actor."""
    if shown.feedback:
        tx.log("feedback.found", ",".join(entry.ref for entry in shown.feedback), total=shown.total)
    return shown


def to_record(tx: Tx, actor: Actor, first: str | None, *, everybodys: bool = False) -> Outstanding:
    """What may be ticked as recorded: the entry `first`, which was pressed, and what else is not yet on ICS."""
    found = outstanding(tx, actor, everybodys=everybodys)
    if first is None or any(entry.ref == first for entry in found.feedback):
        return found
    pressed = existing_feedback(tx, first, actor)
    if not pressed.awaits_ics or not pressed.is_in_hands_of(actor):
        return found
    return Outstanding((pressed, *found.feedback)[:AT_ONCE], found.total)


def _on_file(tx: Tx, ref: str, actor: Actor, *, alone: bool) -> Feedback | Inquiry:
    """The entry, or a refusal that says that none of several was noted."""
    try:
        return existing_feedback(tx, ref, actor) if is_feedback(ref) else living(tx, ref, actor)
    except Refusal as refusal:
        if alone:
            raise
        raise Refusal(refusal.code, f"{refusal.sentence} So none of them was noted.", field="refs") from None


def mark_recorded(tx: Tx, refs: list[str], actor: Actor) -> Noted:
    """Note that feedback and inquiries stand on ICS since today.

    All or none. Refused: `not_found`, `void`, `not_yours`, `nothing_named`.
    """
    if not refs:
        raise Refusal(
            "nothing_named",
            "Please say what is on ICS now, such as `/oob recorded FB-2026-0001`. Nothing was changed.",
            field="refs",
        )
    now: list[str] = []
    before: list[str] = []
    for ref in refs:
        entry = _on_file(tx, ref, actor, alone=len(refs) == 1)
        if not entry.is_in_hands_of(actor):
            raise Refusal("not_yours", f"{ref} was logged by <@{entry.logged_by}>. They or a manager can say that it is on ICS.")
        if entry.ics_recorded_on is not None:
            before.append(ref)
            continue
        marked = (
            feedback.mark_recorded(tx, entry, tx.today)
            if isinstance(entry, Feedback)
            else inquiries.mark_recorded(tx, entry, tx.today)
        )
        if not marked:
            raise Refusal("changed_meanwhile", f"Not noted: somebody changed {ref} just now. Please look at it again.")
        if isinstance(entry, Feedback):
            obligations.refresh_feedback(tx, entry.model_copy(update={"ics_recorded_on": tx.today}))
        tx.log("recorded_on_ics", ref, on=str(tx.today))
        now.append(ref)
    return Noted(tuple(now), tuple(before), team.settings(tx))
