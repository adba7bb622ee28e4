"""The tables, the workspace leading every key (docs/decisions/0003-storage.md)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.feedback.feedback import Mode, Target
from bot.domain.inquiries.inquiry import AskedBy, InquiryStatus, Outcome, Result
from bot.domain.people import Role
from storage.db.columns import Base, by_value


class WorkspaceRow(Base):
    """A Slack workspace and the head of its audit log; its row is the lock of the workspace's writers."""

    __tablename__ = "workspaces"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    log_seq: Mapped[int] = mapped_column(BigInteger)
    log_hash: Mapped[bytes]


class KeyRow(Base):
    """Which master keys have been used here: start-up refuses a key ring that lacks one of them."""

    __tablename__ = "master_keys"
    key_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    first_used: Mapped[datetime]


class DataKeyRow(Base):
    """The data key of one subject, wrapped by the workspace key; deleting it erases every text of the subject."""

    __tablename__ = "data_keys"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes]


class CounterRow(Base):
    """The last number given out in a series; numbers are never given twice (I23)."""

    __tablename__ = "counters"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class PersonRow(Base):
    """A member of staff: a Slack user id and a role, no name (docs/domain.md §5.1 Person)."""

    __tablename__ = "people"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[Role] = mapped_column(by_value(Role, "role"))
    manager_id: Mapped[str | None]
    deputy_id: Mapped[str | None]
    nqsw: Mapped[bool] = mapped_column(server_default=false())
    away_from: Mapped[date | None]
    away_until: Mapped[date | None]


class InquiryRow(Base):
    """An inquiry (§2). Its four texts are encrypted bytes; everything else is a code, a date or a reference."""

    __tablename__ = "inquiries"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(primary_key=True)
    logged_by: Mapped[str]
    logged_at: Mapped[datetime]
    version: Mapped[int]
    status: Mapped[InquiryStatus] = mapped_column(by_value(InquiryStatus, "status"))
    asked_by_role: Mapped[AskedBy | None] = mapped_column(by_value(AskedBy, "asked_by_role"))
    asked_on: Mapped[date]
    authority_asked: Mapped[str | None]
    home_authority: Mapped[str | None]
    urgent: Mapped[bool]
    result: Mapped[Result] = mapped_column(by_value(Result, "result"))
    answered_on: Mapped[date | None]
    outcome: Mapped[Outcome] = mapped_column(by_value(Outcome, "outcome"))
    signposted_to: Mapped[bytes | None]
    converted_to: Mapped[str | None]
    store_in_directory: Mapped[bool]
    directory_ref: Mapped[bytes | None]
    note: Mapped[bytes | None]
    void_reason: Mapped[bytes | None]
    restricted: Mapped[bool] = mapped_column(server_default=false())
    age_years: Mapped[int | None]
    threshold_level: Mapped[int | None]
    ics_ref: Mapped[str | None]
    filed_at: Mapped[datetime | None]
    ics_recorded_on: Mapped[date | None]
    text_purged_on: Mapped[date | None]
    __table_args__ = (
        Index("ix_inquiries_newest", "workspace_id", "logged_at", "ref"),
        Index("ix_inquiries_author", "workspace_id", "logged_by", "status", "logged_at"),
        Index("ix_inquiries_asked_on", "workspace_id", "asked_on"),
        Index("ix_inquiries_ics_ref", "workspace_id", "ics_ref"),
        Index("ix_inquiries_recorded", "workspace_id", "ics_recorded_on"),
    )


class FeedbackRow(Base):
    """Feedback to professionals (§7). The role it was given to and what was said are encrypted bytes."""

    __tablename__ = "feedback"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(primary_key=True)
    logged_by: Mapped[str]
    logged_at: Mapped[datetime]
    version: Mapped[int]
    void: Mapped[bool]
    restricted: Mapped[bool]
    about: Mapped[str]
    target: Mapped[Target] = mapped_column(by_value(Target, "target"))
    target_role: Mapped[bytes | None]
    given_on: Mapped[date]
    mode: Mapped[Mode] = mapped_column(by_value(Mode, "mode"))
    summary: Mapped[bytes | None]
    emailed_on: Mapped[date | None]
    letter_copied_on: Mapped[date | None]
    ics_recorded_on: Mapped[date | None]
    text_purged_on: Mapped[date | None]
    __table_args__ = (
        Index("ix_feedback_author", "workspace_id", "logged_by", "ics_recorded_on"),
        Index("ix_feedback_about", "workspace_id", "about"),
        Index("ix_feedback_recorded", "workspace_id", "ics_recorded_on"),
        Index("ix_feedback_given_on", "workspace_id", "given_on"),
    )


class HistoryRow(Base):
    """How an entry read before a correction, encrypted under its data key; emptied when its text is erased."""

    __tablename__ = "history"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    until: Mapped[datetime]
    changed_by: Mapped[str]
    facts: Mapped[bytes | None]


class MatchCodeRow(Base):
    """A keyed hash by which the same family is found again (bot.domain.shared.match_codes); purged with its entry."""

    __tablename__ = "match_codes"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[bytes] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    __table_args__ = (Index("ix_match_codes_subject", "workspace_id", "subject"),)


class RegisterRow(Base):
    """An entry that the shared Directory should hold, or hold no more.

    `due_at` is when `bot.runtime.shared_directory` writes it next.
    """

    __tablename__ = "register_entries"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime | None]
    tries: Mapped[int]
    problem: Mapped[str | None]
    __table_args__ = (Index("ix_register_entries_due", "workspace_id", "due_at"),)


class TeamSettingRow(Base):
    """What an administrator set (bot.domain.admin.retention.TeamSettings); a setting without a row has its default."""

    __tablename__ = "team_settings"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class HoldRow(Base):
    """A legal hold on one reference, or on `*`: what is held is neither purged nor disposed of."""

    __tablename__ = "holds"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    set_by: Mapped[str]
    set_at: Mapped[datetime]
    reason: Mapped[bytes]


class PastCountRow(Base):
    """How many entries of a kind and month were disposed of: numbers for trends, nothing about anybody."""

    __tablename__ = "past_counts"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    number: Mapped[int]


class DocumentRow(Base):
    """A file on its way to the person who asked for it, encrypted, for a day at the most."""

    __tablename__ = "documents"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime]
    body: Mapped[bytes]
    __table_args__ = (Index("ix_documents_made_at", "workspace_id", "made_at"),)


class LogRow(Base):
    """An entry of the append-only audit log; triggers refuse UPDATE and DELETE, the chain shows what they missed (I20)."""

    __tablename__ = "audit_log"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(String(4000))
    details: Mapped[dict[str, Any]]
    key_id: Mapped[str] = mapped_column(String(16))
    hash: Mapped[bytes]


class LogSubjectRow(Base):
    """Which entries of the audit log name a reference or an ICS reference: a finding aid, no part of the chain."""

    __tablename__ = "log_subjects"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class ReplayRow(Base):
    """The encrypted first answer to a request that had an effect; a repeat gets the same answer (docs/trust.md, The gate)."""

    __tablename__ = "replays"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    answer: Mapped[bytes]
    wording: Mapped[bytes | None]
    subject: Mapped[str | None]
    __table_args__ = (
        Index("ix_replays_subject", "workspace_id", "subject"),
        Index("ix_replays_at", "workspace_id", "at"),
    )


class DraftRow(Base):
    """Words kept for a button or a next page, encrypted, for their author alone; not read after an hour, deleted within two."""

    __tablename__ = "drafts"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    draft_id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str]
    at: Mapped[datetime]
    body: Mapped[bytes]
    __table_args__ = (Index("ix_drafts_at", "workspace_id", "at"),)
