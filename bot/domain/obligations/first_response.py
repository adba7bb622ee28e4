"""Urgent cases: "addressed in good time but … not complacent" (audit minutes, A17; R11)."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date, datetime, timedelta

from bot.domain.shared.calendar import london_day, working_days_after
from bot.domain.shared.obligation import Obligation, ObligationStatus, ReminderStage, Sending, To, forward
from bot.domain.shared.rule import Rule
from bot.domain.shared.ruleset import Version, in_force


def response(
    subject: str,
    received_at: datetime,
    versions: Sequence[Version],
    holidays: Container[date],
    first_response_at: datetime | None = None,
) -> Obligation | None:
    """R11: due by the end of the first working day after the London day it was received; None where the team switched it off.

    The day it came in never counts, and a weekend or holiday counts as the next working day: what comes in on a Saturday came in
    on Monday and is due on Tuesday. The manager hears of it at once, both of them on the first working morning after the due
    day, which is when it is missed.
    """
    received_on = london_day(received_at)
    version = in_force(versions, received_on)
    if not version.rules.urgent_working_days:
        return None
    counted_from = forward(received_on, holidays)
    due = working_days_after(counted_from, version.rules.urgent_working_days, holidays)
    return Obligation(
        rule=Rule.FIRST_RESPONSE,
        section="audit",
        subject=subject,
        since=received_on,
        due=due,
        standing=ObligationStatus.MET if first_response_at else ObligationStatus.OPEN,
        ended_on=london_day(first_response_at) if first_response_at else None,
        version=version.number,
        sendings=(
            Sending(ReminderStage.ADVANCE, received_on, To.MANAGER),  # sent at once, outside the working mornings
            Sending(ReminderStage.OVER, forward(due + timedelta(days=1), holidays), To.BOTH),
        ),
    )


def in_time(obligation: Obligation) -> bool:
    """Whether an urgent case that was answered was answered in time (A17)."""
    return obligation.ended_on is not None and obligation.due is not None and obligation.ended_on <= obligation.due
