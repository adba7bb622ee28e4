"""Obligations and their dates: the types that all rules share (docs/domain.md §5.5, rules R1 to R16).

An obligation is derived from facts and from the rule set in force when its clock started; nothing here knows today but `state`.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from bot.domain.shared.calendar import is_working_day
from bot.domain.shared.rule import Rule


class ReminderStage(StrEnum):
    """A message about an obligation. `weekly` follows an `over` until the obligation ends and has no date of its own."""

    ADVANCE = "advance"
    EARLY = "early"
    DUE = "due"
    OVER = "over"
    WEEKLY = "weekly"


class ObligationStatus(StrEnum):
    """Whether an obligation is still asked for."""

    OPEN = "open"
    MET = "met"
    STOPPED = "stopped"
    WAIVED = "waived"
    VOID = "void"


class To(StrEnum):
    """Who gets a message: the episode's worker, its manager, or both."""

    WORKER = "worker"
    MANAGER = "manager"
    BOTH = "both"


class Sending(NamedTuple):
    """A stage, the working day on which it is sent, and to whom."""

    stage: ReminderStage
    send_on: date
    to: To


class Obligation(BaseModel):
    """One thing asked for: by which rule and section, about what, since when, by when (None where the seed gives no date).

    `episode` is whose it is, where it is about a case, `of` the number of the assessment or review that it is about; `weekly`
    says whether the worker hears weekly after `over`.
    """

    model_config = ConfigDict(frozen=True)

    rule: Rule
    section: str
    subject: str
    about: str | None = None
    since: date
    due: date | None
    standing: ObligationStatus = ObligationStatus.OPEN
    ended_on: date | None = None
    version: int
    episode: int | None = None
    of: int | None = None
    weekly: bool = False
    sendings: tuple[Sending, ...] = ()

    @property
    def asks(self) -> tuple[str, str, date | None]:
        """What tells it from every other one: rule, subject and due date. With another due date it is said anew."""
        return self.rule, self.subject, self.due

    def state(self, today: date) -> Literal["ahead", "due", "over"]:
        """Return its status `today`: overdue from the day after the due date; weekends never move it (docs/domain.md §5.4)."""
        if self.due is None or today < self.due:
            return "ahead"
        return "due" if today == self.due else "over"


def back(day: date, holidays: Container[date]) -> date:
    """`day`, or the working day before it: advance and due-day messages do not come after the day they are about."""
    while not is_working_day(day, holidays):
        day -= timedelta(days=1)
    return day


def forward(day: date, holidays: Container[date]) -> date:
    """`day`, or the next working day: nobody is told on a Sunday that something is over."""
    while not is_working_day(day, holidays):
        day += timedelta(days=1)
    return day
