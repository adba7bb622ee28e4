"""§6: "opening and closing of cases demands more recording": the records of a closing (R9)."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date

from bot.rules.calendar import working_days_after
from bot.rules.obligations import Obligation, Sending, Stage, Standing, To, back
from bot.rules.ruleset import Version, in_force


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
        rule="R9",
        section="§6",
        subject=subject,
        since=closed_on,
        due=due,
        standing=Standing.MET if done_on else Standing.OPEN,
        ended_on=done_on,
        version=version.number,
        sendings=(Sending(Stage.DUE, back(due, holidays), To.WORKER),),
    )
