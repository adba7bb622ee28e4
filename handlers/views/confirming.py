"""Half a decision (§6): what one of the two has confirmed, who is missing, and the press with which the second one confirms."""

from __future__ import annotations

from slack_sdk.models.blocks import ButtonElement

from bot.casework.looking import Look
from bot.rules.calendar import say_date, say_moment
from bot.rules.records import Decision
from handlers.payloads import Memory
from handlers.views.parts import button

REASONS = {
    "no_further_contact": "no further contact",
    "work_completed": "work completed",
    "moved_into_borough": "moved into the borough",
    "moved_away": "moved away",
    "referred_to_home_borough": "referred to the home borough",
}


def may_confirm(look: Look) -> bool:
    """Whether who looks may say the second word now."""
    return look.may_decide and look.pending is not None and look.actor.user_id not in look.pending.both


def half(look: Look) -> list[str]:
    """What one of the two has confirmed, and who is missing."""
    pending = look.pending
    if pending is None:
        return []
    when = pending.worker_at or pending.manager_at
    who, missing = (pending.worker_by, "manager") if pending.worker_by else (pending.manager_by, "social worker")
    at = f" on {say_moment(when)}" if when else ""
    return [f":hourglass: <@{who}> chose *{pending.kind.words}*{details(pending)}{at}; the {missing}'s word is missing"]


def confirm(ref: str, pending: Decision) -> ButtonElement:
    """The second word."""
    label = f"Confirm: {pending.kind.words}"
    return button(label, "case.confirm", Memory(id=ref, n=pending.number), style="primary", spoken=f"{label}, {ref}")


def details(decision: Decision) -> str:
    """Reason and day, in brackets."""
    parts = [decision.rc_code or "", REASONS.get(decision.local_reason or "", "")]
    parts += [f"until {say_date(decision.next_decision_on)}"] if decision.next_decision_on else []
    told = ", ".join(part for part in parts if part)
    return f" ({told})" if told else ""
