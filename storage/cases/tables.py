"""The tables of cases: what is recorded on each (docs/decisions/0012-cases.md).

A record's key is its case and its number there. Encrypted columns are bytes. Codes are checked by the models that go in and out.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.db.columns import Base

_WAITING = text("agreed IS NULL")
_ASKED = text("status = 'exempt_requested'")


class CaseRow(Base):
    """A case: our reference, the reference of ICS, and how often it was changed."""

    __tablename__ = "cases"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(primary_key=True)
    ics_ref: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    version: Mapped[int]
    restricted: Mapped[bool]
    family_group: Mapped[str | None]
    deceased_on: Mapped[date | None]
    changed_at: Mapped[datetime]
    __table_args__ = (
        Index("uq_cases_ics_ref", "workspace_id", "ics_ref", unique=True),
        Index("ix_cases_changed_at", "workspace_id", "changed_at"),
        Index("ix_cases_family_group", "workspace_id", "family_group"),
    )


class OfCase:
    """What every table of a case's records begins with."""

    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    case_ref: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class EpisodeRow(OfCase, Base):
    """One period during which a case is open."""

    __tablename__ = "episodes"
    opened_on: Mapped[date]
    opened_at: Mapped[datetime | None]
    clock_start: Mapped[date]
    continued_from: Mapped[int | None]
    routes: Mapped[list[str]] = mapped_column(JSON)
    service: Mapped[str]
    long_term: Mapped[bool]
    worker_id: Mapped[str]
    manager_id: Mapped[str | None]
    named_manager_id: Mapped[str | None]
    next_expected_contact: Mapped[date | None]
    awaiting_family_at: Mapped[datetime | None]
    reopened_at: Mapped[datetime | None]
    moved_in_at: Mapped[datetime | None]
    proposed_kind: Mapped[str | None]
    proposed_at: Mapped[datetime | None]
    proposed_by: Mapped[str | None]
    proposed_reason: Mapped[bytes | None]
    review_off_on: Mapped[date | None]
    review_off_reason: Mapped[bytes | None]
    closed_on: Mapped[date | None]
    rc_code: Mapped[str | None]
    local_reason: Mapped[str | None]
    closing_records_on: Mapped[date | None]
    void: Mapped[bool]
    __table_args__ = (
        Index("ix_episodes_opened_on", "workspace_id", "opened_on"),
        Index("ix_episodes_closed_on", "workspace_id", "closed_on"),
    )


class ReferralRow(OfCase, Base):
    """A referral (§2); void and reclassified ones stay, and count nowhere (I19)."""

    __tablename__ = "referrals"
    ref: Mapped[str]
    episode: Mapped[int]
    received_on: Mapped[date]
    received_at: Mapped[datetime | None]
    activated_on: Mapped[date]
    activated_by: Mapped[str]
    recorded_at: Mapped[datetime]
    channel: Mapped[str]
    form: Mapped[str]
    source_code: Mapped[str]
    referrer_role: Mapped[bytes | None]
    primary_need: Mapped[str | None]
    threshold_level: Mapped[int]
    activity_summary: Mapped[bytes | None]
    home_authority: Mapped[str]
    home_authority_consulted_on: Mapped[date | None]
    age_years: Mapped[int | None]
    urgent: Mapped[bool]
    first_response_at: Mapped[datetime | None]
    from_inquiry: Mapped[str | None]
    previous_referral_on: Mapped[date | None]
    status: Mapped[str]
    ended_by: Mapped[str | None]
    ended_on: Mapped[date | None]
    ended_reason: Mapped[bytes | None]
    __table_args__ = (
        Index("uq_referrals_ref", "workspace_id", "ref", unique=True),
        Index("ix_referrals_received_on", "workspace_id", "received_on", "status"),
    )


class HomeAuthorityRow(OfCase, Base):
    """Which authority is the child's home, from when until when."""

    __tablename__ = "home_authorities"
    gss: Mapped[str]
    from_on: Mapped[date]
    to_on: Mapped[date | None]


class AssignmentRow(OfCase, Base):
    """Who held an episode from when until when."""

    __tablename__ = "assignments"
    episode: Mapped[int]
    worker_id: Mapped[str]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    reason: Mapped[str | None]
    __table_args__ = (Index("ix_assignments_worker", "workspace_id", "worker_id", "from_on"),)


class ActivityRow(OfCase, Base):
    """A visit, contact, meeting or other work."""

    __tablename__ = "activities"
    episode: Mapped[int]
    kind: Mapped[str]
    occurred_on: Mapped[date]
    seen_child: Mapped[bool | None]
    seen_alone: Mapped[bool | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    note: Mapped[bytes | None]


class AssessmentRow(OfCase, Base):
    """An assessment (§3)."""

    __tablename__ = "assessments"
    episode: Mapped[int]
    kind: Mapped[str]
    purpose: Mapped[str]
    receiving_authority: Mapped[str | None]
    camhs_joint: Mapped[bool]
    camhs_reason: Mapped[str | None]
    started_on: Mapped[date]
    completed_on: Mapped[date | None]
    authorised_by: Mapped[str | None]
    abandoned_on: Mapped[date | None]
    abandon_reason: Mapped[bytes | None]
    copy_sent_on: Mapped[date | None]
    form: Mapped[str | None]
    form_reason: Mapped[bytes | None]


class ReviewRow(OfCase, Base):
    """A review of a core assessment (§3)."""

    __tablename__ = "reviews"
    episode: Mapped[int]
    assessment: Mapped[int]
    held_on: Mapped[date]
    authorised_by: Mapped[str]
    outcome: Mapped[str]
    recorded_at: Mapped[datetime]
    copy_sent_on: Mapped[date | None]
    form: Mapped[str | None]
    form_reason: Mapped[bytes | None]


class AuthorisationRow(OfCase, Base):
    """A completion or a review that waits for a manager's word, and what they said (I10)."""

    __tablename__ = "authorisations"
    episode: Mapped[int]
    wanted: Mapped[str]
    of: Mapped[int]
    on: Mapped[date]
    outcome: Mapped[str | None]
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    agreed: Mapped[bool | None]
    answered_by: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    note: Mapped[bytes | None]
    __table_args__ = (Index("ix_authorisations_waiting", "workspace_id", sqlite_where=_WAITING, postgresql_where=_WAITING),)


class SharingRow(OfCase, Base):
    """Sharing of an assessment or review with the parents or the child (§3)."""

    __tablename__ = "sharings"
    of: Mapped[int]
    whom: Mapped[str]
    status: Mapped[str]
    on: Mapped[date | None]
    method: Mapped[str | None]
    requested_on: Mapped[date | None]
    requested_by: Mapped[str | None]
    exempt_by: Mapped[str | None]
    reason: Mapped[bytes | None]
    __table_args__ = (Index("ix_sharings_asked", "workspace_id", sqlite_where=_ASKED, postgresql_where=_ASKED),)


class MedicalFileItemRow(OfCase, Base):
    """What was placed on the medical file, or need not be (§3, §7)."""

    __tablename__ = "medical_file_items"
    of: Mapped[int]
    about: Mapped[str]
    status: Mapped[str]
    placed_on: Mapped[date | None]
    by: Mapped[str]
    reason: Mapped[bytes | None]


class ChronologyRow(OfCase, Base):
    """A chronology (§5)."""

    __tablename__ = "chronologies"
    episode: Mapped[int]
    kind: Mapped[str]
    completed_on: Mapped[date]
    obtained_from: Mapped[bytes | None]


class DecisionRow(OfCase, Base):
    """What was decided in supervision, and who confirmed it (§6)."""

    __tablename__ = "decisions"
    episode: Mapped[int]
    kind: Mapped[str]
    session: Mapped[str]
    worker_by: Mapped[str | None]
    worker_at: Mapped[datetime | None]
    manager_by: Mapped[str | None]
    manager_at: Mapped[datetime | None]
    factors: Mapped[list[str]] = mapped_column(JSON)
    rationale: Mapped[bytes | None]
    effective_on: Mapped[date | None]
    next_decision_on: Mapped[date | None]
    rc_code: Mapped[str | None]
    local_reason: Mapped[str | None]
    lapsed_on: Mapped[date | None]
    __table_args__ = (Index("ix_decisions_session", "workspace_id", "session"),)


class ActionRow(OfCase, Base):
    """Something agreed in supervision: who does what until when."""

    __tablename__ = "actions"
    episode: Mapped[int]
    session: Mapped[str]
    worker_id: Mapped[str]
    what: Mapped[bytes | None]
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    __table_args__ = (Index("ix_actions_session", "workspace_id", "session"),)


class WaiverRow(OfCase, Base):
    """A manager's word that something is not asked for."""

    __tablename__ = "waivers"
    episode: Mapped[int]
    rule: Mapped[str]
    about: Mapped[str | None]
    of: Mapped[int | None]
    on: Mapped[date]
    by: Mapped[str]
    reason: Mapped[bytes | None]
