"""Which message about an obligation is sent on a working morning (domain.md §5, "Date arithmetic"). Pure.

Only the latest stage that has come is sent; earlier ones that were not are superseded. After an `over` the worker hears weekly.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.rules.calendar import is_working_day
from bot.rules.obligations import Obligation, Sending, Stage, Standing, To, forward

LONGEST_SNOOZE = timedelta(days=7)


@dataclass(frozen=True)
class Ledger:
    """What has been done about one obligation: stages sent with their day, the last weekly one, and until when it is snoozed."""

    sent: dict[Stage, date] = field(default_factory=dict)
    last_weekly: date | None = None
    snoozed_until: date | None = None


@dataclass(frozen=True)
class Plan:
    """What to send now, and which stages it makes needless."""

    sending: Sending | None = None
    superseded: tuple[Stage, ...] = ()


def plan(obligation: Obligation, ledger: Ledger, today: date, holidays: Container[date]) -> Plan:
    """What is to be said about an obligation on this morning: nothing on a day off, nothing twice, nothing once it has ended."""
    if obligation.standing is not Standing.OPEN or not is_working_day(today, holidays):
        return Plan()
    come = [sending for sending in obligation.sendings if sending.send_on <= today]
    if not come:
        return Plan()
    latest = come[-1]
    if latest.stage not in ledger.sent:
        return _unless_snoozed(latest._replace(send_on=today), come[:-1], ledger, today)
    if latest.stage is Stage.OVER and (day := _weekly_day(ledger.sent[Stage.OVER], ledger.last_weekly, today, holidays)):
        return _unless_snoozed(Sending(Stage.WEEKLY, day, To.WORKER), [], ledger, today)
    return Plan()


def may_snooze(until: date, today: date) -> bool:
    """Whether a worker may put reminders off until that day: seven days at most, and not into the past."""
    return today < until <= today + LONGEST_SNOOZE


def _unless_snoozed(sending: Sending, before: list[Sending], ledger: Ledger, today: date) -> Plan:
    """A snooze holds back what the worker hears, never what the manager does, and never the state."""
    superseded = tuple(each.stage for each in before if each.stage not in ledger.sent)
    if ledger.snoozed_until is None or today >= ledger.snoozed_until:
        return Plan(sending, superseded)
    if sending.to is To.WORKER:
        return Plan()
    return Plan(sending._replace(to=To.MANAGER), superseded)


def _weekly_day(over_sent_on: date, last: date | None, today: date, holidays: Container[date]) -> date | None:
    """Today, if this week's Monday morning is later than the `over` and than the last weekly message; else None.

    A Monday off counts on the next working day. After a downtime the missed Mondays are one message.
    """
    morning = forward(today - timedelta(days=today.weekday()), holidays)
    since = max(over_sent_on, last or over_sent_on)
    return today if morning > since else None
