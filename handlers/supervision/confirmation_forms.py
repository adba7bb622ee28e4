"""A decision that waits (§6): what one of the two has confirmed, who is missing, and the button with which they confirm it."""

from __future__ import annotations

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.cases.records import Decision
from bot.domain.shared.calendar import say_date, say_moment
from bot.domain.supervision.decision import LOCAL_REASONS
from bot.services.cases.view import CaseView
from handlers.ui.blocks import button, words_of_people
from handlers.ui.button_state import ButtonState


def half(look: CaseView) -> list[str]:
    """What one of the two has confirmed, and who is missing."""
    pending = look.pending
    if pending is None:
        return []
    when = pending.worker_at or pending.manager_at
    who, missing = (pending.worker_by, "manager") if pending.worker_by else (pending.manager_by, "social worker")
    at = f" on {say_moment(when)}" if when else ""
    return [f":hourglass: <@{who}> chose *{pending.kind.words}*{details(pending)}{at}. The {missing} has not confirmed yet."]


def why(look: CaseView) -> list[Block]:
    """The reason of what waits, as it was typed, for who decides."""
    typed = look.pending.rationale if look.pending and look.may_read(reasons=True) else None
    return [words_of_people(f"Why: {typed}", 600)] if typed else []


def confirm(ref: str, pending: Decision) -> ButtonElement:
    """The button of who has not confirmed yet."""
    label = f"Confirm: {pending.kind.words}"
    return button(label, "case.confirm", ButtonState(id=ref, n=pending.number), style="primary", spoken=f"{label}, {ref}")


def details(decision: Decision) -> str:
    """Reason and day, in brackets."""
    parts = [decision.rc_code or "", LOCAL_REASONS.get(decision.local_reason or "", "")]
    parts += [f"from {say_date(decision.effective_on)}"] if decision.effective_on and decision.effective_at is None else []
    parts += [f"until {say_date(decision.next_decision_on)}"] if decision.next_decision_on else []
    told = ", ".join(part for part in parts if part)
    return f" ({told})" if told else ""
