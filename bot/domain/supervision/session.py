"""Supervision: at least every four weeks, every fortnight for newly qualified social workers (docs/domain.md §3.1, R13)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.domain.shared.calendar import say_date, say_moment
from bot.domain.shared.ruleset import RuleSet
from bot.domain.supervision.minute import Minute


class SessionStatus(StrEnum):
    """`draft → in_session → finalised`; what is finalised is not changed."""

    DRAFT = "draft"
    IN_SESSION = "in_session"
    FINALISED = "finalised"


class SessionKind(StrEnum):
    """Whether it was booked, or held because something could not wait."""

    SCHEDULED = "scheduled"
    AD_HOC = "ad_hoc"


class Session(BaseModel):
    """A supervision session of a worker with a manager; `items` are the cases that awaited a decision when it began.

    A booked one has `starts_at`, and `sequence` counts how often that was moved (RFC 5545, SEQUENCE). `minute`: once finalised.
    """

    model_config = ConfigDict(frozen=True)

    ref: str
    worker_id: str
    manager_id: str
    held_on: date
    kind: SessionKind
    status: SessionStatus
    finalised_at: datetime | None = None
    items: tuple[str, ...] = ()
    ics_recorded_on: date | None = None
    starts_at: datetime | None = None
    sequence: int = 0
    minute: Minute | None = None

    @property
    def when(self) -> str:
        """When it is or was: the day, and the time where one was booked."""
        return say_moment(self.starts_at) if self.starts_at is not None else say_date(self.held_on)

    @property
    def people(self) -> tuple[str, str]:
        """The social worker and the manager."""
        return self.worker_id, self.manager_id


def session_due(last_finalised: date | None, first_allocated: date | None, rules: RuleSet, *, nqsw: bool = False) -> date | None:
    """R13: the day by which a worker's next session is due, counted from the last finalised one, or from their first case.

    None for somebody who has no case and had no session, or where it is switched off. It is a line of the digest, no message.
    """
    days = rules.nqsw_session_days if nqsw else rules.session_days
    since = last_finalised or first_allocated
    return since + timedelta(days=days) if since and days else None
