"""The tables of clocks: what the rules ask, what was sent about it, what lists look at, sessions and versions of the rules.

All but sessions, snoozes and versions is derived, and written in the transaction of its cause (docs/decisions/0012-cases.md).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.db.columns import Base

_OPEN = text("status = 'open'")
_WAITING = text("send_on IS NOT NULL")


class ObligationRow(Base):
    """What a rule asks of a case, an inquiry or feedback: derived, and written with its cause (docs/domain.md §5).

    `ref` is what people know it by, `subject` what the ledger knows; `send_on` is when a message may be due next, None for none.
    """

    __tablename__ = "obligations"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(8), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    worker_id: Mapped[str]
    manager_id: Mapped[str | None]
    since: Mapped[date]
    due_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(8))
    ended_on: Mapped[date | None]
    send_on: Mapped[date | None]
    asked: Mapped[dict[str, Any]]
    __table_args__ = (
        Index("ix_obligations_send_on", "workspace_id", "send_on", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_obligations_worker", "workspace_id", "worker_id", "due_on", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_obligations_manager", "workspace_id", "manager_id", "due_on", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )


class LedgerRow(Base):
    """A reminder by obligation, stage and recipient; a sent one is never sent again (docs/domain.md §5.1 ReminderLedger)."""

    __tablename__ = "reminder_ledger"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(8), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    due: Mapped[str] = mapped_column(String(10), primary_key=True)
    stage: Mapped[str] = mapped_column(String(8), primary_key=True)
    send_on: Mapped[date] = mapped_column(primary_key=True)
    whom: Mapped[str] = mapped_column(String(8), primary_key=True)
    recipient: Mapped[str]
    letter: Mapped[str]
    ref: Mapped[str]
    about: Mapped[str | None]
    of: Mapped[int | None]
    status: Mapped[str] = mapped_column(String(12))
    sent_at: Mapped[datetime | None]
    slack_ts: Mapped[str | None]
    __table_args__ = (
        Index("ix_reminder_ledger_letter", "workspace_id", "recipient", "letter"),
        Index("ix_reminder_ledger_ref", "workspace_id", "ref"),
    )


class SnoozeRow(Base):
    """Until when a worker put off hearing of an obligation."""

    __tablename__ = "snoozes"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(8), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str]
    until: Mapped[date]
    by: Mapped[str]
    reason: Mapped[bytes | None]
    __table_args__ = (Index("ix_snoozes_ref", "workspace_id", "ref"),)


class CaseloadRow(Base):
    """An open case as lists see it: written with its cause, found by `look_from` (R8, R12), gone when the case closes."""

    __tablename__ = "caseload"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    case_ref: Mapped[str] = mapped_column(primary_key=True)
    worker_id: Mapped[str]
    manager_id: Mapped[str | None]
    opened_at: Mapped[datetime]
    short_route: Mapped[bool]
    closes_on: Mapped[date | None]
    look_from: Mapped[date | None]
    line: Mapped[dict[str, Any]]
    __table_args__ = (
        Index("ix_caseload_look_from", "workspace_id", "look_from"),
        Index("ix_caseload_worker", "workspace_id", "worker_id", "look_from"),
        Index("ix_caseload_manager", "workspace_id", "manager_id", "look_from"),
        Index("ix_caseload_opened_at", "workspace_id", "worker_id", "opened_at"),
        Index("ix_caseload_short", "workspace_id", "manager_id", "short_route"),
        Index("ix_caseload_closes_on", "workspace_id", "closes_on"),
    )


class SessionRow(Base):
    """A supervision session (§6); once finalised it is not changed but for the note that it stands on ICS."""

    __tablename__ = "supervision_sessions"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(primary_key=True)
    worker_id: Mapped[str]
    manager_id: Mapped[str]
    held_on: Mapped[date]
    kind: Mapped[str]
    status: Mapped[str]
    finalised_at: Mapped[datetime | None]
    items: Mapped[list[str]] = mapped_column(JSON)
    ics_recorded_on: Mapped[date | None]
    starts_at: Mapped[datetime | None]
    sequence: Mapped[int]
    minute: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    __table_args__ = (
        Index("ix_supervision_sessions_worker", "workspace_id", "worker_id", "ref"),
        Index("ix_supervision_sessions_manager", "workspace_id", "manager_id", "ref"),
        Index("ix_supervision_sessions_status", "workspace_id", "status", "held_on"),
    )


class CarriedRow(Base):
    """How often a case was left undecided in a session since it came on the list ("3rd time")."""

    __tablename__ = "carried"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    case_ref: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int]


class RuleSetRow(Base):
    """A version of the rules and the day from which it holds (§1, G3)."""

    __tablename__ = "rule_sets"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    effective_from: Mapped[date]
    parameters: Mapped[dict[str, Any]]
    set_by: Mapped[str]
    set_at: Mapped[datetime]


class RunRow(Base):
    """A morning or an afternoon whose messages were planned, and the moment at which the bot first was at work."""

    __tablename__ = "runs"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime]
