"""Which messages about an obligation are sent on a working morning (docs/domain.md §5.4). Pure.

Of the stages that have come and were not sent only the latest is; earlier ones are superseded. What goes to worker and manager is
sent to each once, also when the one hears later because of a snooze. After an `over` of R1 or R2 the worker hears weekly.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.domain.shared.calendar import is_working_day
from bot.domain.shared.obligation import Obligation, ObligationStatus, ReminderStage, Sending, To, forward
from bot.domain.shared.rule import FACTS

LONGEST_SNOOZE = timedelta(days=7)
_ORDER = tuple(ReminderStage)


@dataclass(frozen=True)
class SentSoFar:
    """What was done about one obligation: (stage, whom) with the day it was sent, what was superseded, a snooze's end."""

    sent: dict[tuple[ReminderStage, To], date] = field(default_factory=dict)
    superseded: frozenset[ReminderStage] = frozenset()
    last_weekly: date | None = None
    snoozed_until: date | None = None


@dataclass(frozen=True)
class ReminderPlan:
    """What to send now, one for each receiver, and which stages that makes needless."""

    sendings: tuple[Sending, ...] = ()
    superseded: tuple[ReminderStage, ...] = ()


def plan(obligation: Obligation, ledger: SentSoFar, today: date, holidays: Container[date]) -> ReminderPlan:
    """What is to be said about an obligation on this morning: nothing on a day off, nothing twice, nothing once it has ended."""
    if obligation.standing is not ObligationStatus.OPEN or not is_working_day(today, holidays):
        return ReminderPlan()
    waiting = [each for each in _unsent(obligation, ledger) if each.send_on <= today]
    if waiting:
        latest = max(waiting, key=lambda each: _ORDER.index(each.stage))
        outs = tuple(
            Sending(latest.stage, today, whom)
            for whom in _missing(latest, ledger)
            if whom is To.MANAGER or not _snoozed(ledger, today)
        )
        needless = {each.stage for each in waiting} - {latest.stage}
        return ReminderPlan(outs, tuple(sorted(needless, key=_ORDER.index)) if outs else ())
    if (day := _next_weekly(obligation, ledger, holidays)) and day <= today and not _snoozed(ledger, today):
        return ReminderPlan((Sending(ReminderStage.WEEKLY, today, To.WORKER),))
    return ReminderPlan()


def at_once(obligation: Obligation, ledger: SentSoFar, today: date) -> ReminderPlan:
    """What is said the moment something is logged, also at night: an urgent case, to the manager (R11)."""
    if obligation.standing is not ObligationStatus.OPEN or not FACTS[obligation.rule].at_once:
        return ReminderPlan()
    first = [each for each in _unsent(obligation, ledger) if each.stage is ReminderStage.ADVANCE and each.send_on <= today]
    return ReminderPlan(tuple(each._replace(send_on=today) for each in first))


def next_day(obligation: Obligation, ledger: SentSoFar, holidays: Container[date]) -> date | None:
    """The first day on which `plan` may have something to say, None when there is none: what the sweep looks for."""
    if obligation.standing is not ObligationStatus.OPEN:
        return None
    days = []
    for each in _unsent(obligation, ledger):
        held = ledger.snoozed_until is not None and _missing(each, ledger) == (To.WORKER,)
        days.append(max(each.send_on, ledger.snoozed_until) if held and ledger.snoozed_until else each.send_on)
    weekly = _next_weekly(obligation, ledger, holidays)
    if weekly is not None:
        days.append(max(weekly, ledger.snoozed_until or weekly))
    return min(days, default=None)


def may_snooze(until: date, today: date) -> bool:
    """Whether a worker may put reminders off until that day: seven days at most, and not into the past."""
    return today < until <= today + LONGEST_SNOOZE


def _unsent(obligation: Obligation, ledger: SentSoFar) -> list[Sending]:
    return [each for each in obligation.sendings if each.stage not in ledger.superseded and _missing(each, ledger)]


def _missing(sending: Sending, ledger: SentSoFar) -> tuple[To, ...]:
    """Who has not had it yet."""
    receivers = (To.WORKER, To.MANAGER) if sending.to is To.BOTH else (sending.to,)
    return tuple(whom for whom in receivers if (sending.stage, whom) not in ledger.sent)


def _snoozed(ledger: SentSoFar, today: date) -> bool:
    """A snooze holds back what the worker hears, never what the manager does, and never the state."""
    return ledger.snoozed_until is not None and today < ledger.snoozed_until


def _next_weekly(obligation: Obligation, ledger: SentSoFar, holidays: Container[date]) -> date | None:
    """The first Monday morning later than the worker's `over` and than the last weekly message; a Monday off is its next day.

    After a downtime the missed Mondays are one message.
    """
    over = ledger.sent.get((ReminderStage.OVER, To.WORKER))
    if not obligation.weekly or not obligation.sendings or over is None:
        return None
    since = max(over, ledger.last_weekly or over)
    monday = since - timedelta(days=since.weekday())
    this_week = forward(monday, holidays)
    return this_week if this_week > since else forward(monday + timedelta(days=7), holidays)
