"""The tables of audit exercises: what was drawn, the form of each case, what was found (docs/domain.md §3.4).

What was typed is encrypted under the audit's data key; a disposed case's words are erased from its form (`exercises.forget`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.db.columns import Base


class AuditRow(Base):
    """An audit exercise; from the moment it is drawn its frame is not changed."""

    __tablename__ = "audits"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[bytes | None]
    commissioned_by: Mapped[bytes | None]
    context: Mapped[bytes | None]
    meeting_on: Mapped[date]
    due_on: Mapped[date]
    auditor_id: Mapped[str]
    access_until: Mapped[date]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    week: Mapped[str | None]
    seed: Mapped[str | None] = mapped_column(String(80))
    size: Mapped[int]
    refs: Mapped[list[str]] = mapped_column(JSON)
    received: Mapped[int]
    taken_back: Mapped[int]
    mean: Mapped[float | None]
    weeks: Mapped[int]
    since: Mapped[date | None]
    sampled_at: Mapped[datetime | None]
    sampled_by: Mapped[str | None]
    reported_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None]
    cancel_reason: Mapped[bytes | None]
    __table_args__ = (Index("ix_audits_auditor", "workspace_id", "auditor_id"),)


class AuditItemRow(Base):
    """A sampled referral and the form about it."""

    __tablename__ = "audit_items"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    audit: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    referral: Mapped[str]
    case_ref: Mapped[str]
    conflict: Mapped[bool]
    opened: Mapped[list[str]] = mapped_column(JSON)
    set_aside: Mapped[bytes | None]
    judgements: Mapped[dict[str, Any]]
    comment: Mapped[bytes | None]
    reservations: Mapped[bytes | None]
    completed_at: Mapped[datetime | None]
    version: Mapped[int]
    __table_args__ = (Index("ix_audit_items_case", "workspace_id", "case_ref"),)


class FindingRow(Base):
    """A finding, whatever became of it; withdrawn ones stay (A8)."""

    __tablename__ = "findings"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(primary_key=True)
    audit: Mapped[str]
    number: Mapped[int | None]
    what: Mapped[bytes | None]
    raised_by: Mapped[str]
    raised_at: Mapped[datetime]
    status: Mapped[str]
    settled_at: Mapped[datetime | None]
    reason: Mapped[bytes | None]
    owner_id: Mapped[str | None]
    action: Mapped[bytes | None]
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    response: Mapped[bytes | None]
    responded_by: Mapped[str | None]
    responded_at: Mapped[datetime | None]
    version: Mapped[int]
    __table_args__ = (
        Index("ix_findings_audit", "workspace_id", "audit"),
        Index("ix_findings_owner", "workspace_id", "owner_id", "done_on"),
    )
