"""Open or close (§6), as cards, agendas and notifications show it: who confirmed what, who is missing, and what speaks for it."""

from __future__ import annotations

from datetime import date

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.cases.codes import DecisionKind
from bot.domain.cases.records import Decision
from bot.domain.obligations.awaiting_decision import Why
from bot.domain.obligations.closing_records import REOPENING_STEPS, closing_steps
from bot.domain.shared.calendar import london_day, say_date, say_moment
from bot.domain.supervision.decision import LOCAL_REASONS
from bot.services.cases.view import CaseView
from handlers.ui.blocks import button, section, sentence, words_of_people
from handlers.ui.button_state import ButtonState
from handlers.ui.obligations import lines, outstanding


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


def said(decision: Decision, today: date) -> str:
    """What was decided, or half decided, in a sentence."""
    kind = sentence(decision.kind.words)
    if decision.effective_at is None:
        missing = "social worker" if decision.worker_by is None else "manager"
        return f"your choice is noted: *{kind}*{details(decision)}. It takes effect once the {missing} confirms as well (§6)."
    both = f"<@{decision.worker_by}> and <@{decision.manager_by}>"
    when = ""
    if decision.kind is DecisionKind.CLOSE and decision.effective_on:
        ahead = decision.effective_on > today
        when = f" It closes on {say_date(decision.effective_on)}." if ahead else " It is closed from today."
    return f"*{kind}*{details(decision)} is decided by {both} (§6).{when}"


def facts(look: CaseView) -> list[str]:
    """What speaks for and against closing: workload, re-referral, recording, and what is outstanding (§6)."""
    found = [f"• Open cases of <@{look.latest.worker_id}>: {look.open_cases:,}"] if look.latest else []
    if look.counts_until:
        ahead = "would count" if look.counts_until >= look.today else "would have counted"
        found.append(f"• A new referral on or before *{say_date(look.counts_until)}* {ahead} as a re-referral")
    opened = f"; opened {len(look.case.living_episodes)} times so far" if len(look.case.living_episodes) > 1 else ""
    closing = len(closing_steps(look.open))
    found.append(f"• Recording: closing takes {closing} steps on ICS, opening again {len(REOPENING_STEPS)} more{opened}")
    return [*found, f"• {outstanding(lines(look.outstanding, look.today))}"]


def expected(day: date | None) -> str:
    """By when the family is expected, behind the last activity."""
    return f" · next contact expected by {say_date(day)}" if day else ""


def proposed(look: CaseView) -> list[Block]:
    """What was proposed since the last decision, by whom; why, for those who decide."""
    episode = look.episode
    if episode is None or episode.proposed_at is None or Why.PROPOSED not in look.why:
        return []
    day = say_date(london_day(episode.proposed_at))
    if episode.proposed_kind is None:
        return [section(f"<@{episode.proposed_by}> put it on the agenda on {day}")]
    blocks: list[Block] = [section(f"<@{episode.proposed_by}> proposed on {day}: *{episode.proposed_kind.words}*")]
    if episode.proposed_reason and look.may_read(reasons=True):
        blocks.append(words_of_people(episode.proposed_reason, 500))
    return blocks
