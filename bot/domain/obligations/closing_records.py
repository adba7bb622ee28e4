"""§6: "opening and closing of cases demands more recording": the records of a closing (R9)."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date

from bot.domain.shared.calendar import working_days_after
from bot.domain.shared.obligation import Obligation, ObligationStatus, ReminderStage, Sending, To, back
from bot.domain.shared.rule import FACTS, Rule
from bot.domain.shared.ruleset import Version, in_force

CHECKLIST = {
    "record": "the closing record, with its reason, is on ICS",
    "decision": "the supervision decision is on the child's record",
    "ended": "the ending was talked over with parents and child",
    "support": "who supports the family next is recorded",
    "again": "what to do if the family comes back is recorded",
    "shared": "assessments are shared (§3), or that is agreed",
    "file": "the medical file is complete (§3, §7)",
    "chronology": "the chronology is up to date (§5)",
    "feedback": "feedback is on ICS, and the referrer is told (§7)",
}
"""What belongs to a closing, each done or not needed (docs/domain.md §3.1; Slack shows at most ten boxes)."""
_ALWAYS = ("record", "decision", "ended", "support", "again")
REOPENING_STEPS = ("the opening record", "the referral or reopening", "the allocation", "ratification in supervision")
"""What opening it again would take (G39)."""


def closing_steps(asked: Sequence[Obligation]) -> list[str]:
    """What closing takes on ICS for a case of which this is still asked: names of the checklist (G39)."""
    items = (FACTS[each.rule].closing for each in asked)
    return [*_ALWAYS, *dict.fromkeys(item for item in items if item is not None)]


def records(
    subject: str, closed_on: date, versions: Sequence[Version], holidays: Container[date], done_on: date | None = None
) -> Obligation | None:
    """R9: the closing checklist, due fifteen working days after the closing took effect; None where it is switched off.

    The worker is asked once, on the day; it stays in the digest until it is done.
    """
    version = in_force(versions, closed_on)
    days = version.rules.closing_records_working_days
    if not days:
        return None
    due = working_days_after(closed_on, days, holidays)
    return Obligation(
        rule=Rule.CLOSING_RECORDS,
        section="§6",
        subject=subject,
        since=closed_on,
        due=due,
        standing=ObligationStatus.MET if done_on else ObligationStatus.OPEN,
        ended_on=done_on,
        version=version.number,
        sendings=(Sending(ReminderStage.DUE, back(due, holidays), To.WORKER),),
    )
