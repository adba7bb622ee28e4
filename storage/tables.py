"""The tables, with a name for every constraint and the workspace leading every key (docs/decisions/0003-storage.md)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Enum, Index, LargeBinary, MetaData, String, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.rules.inquiry import AskedBy, Outcome, Result, Status
from bot.rules.people import Role


class Moment(TypeDecorator[datetime]):
    """A moment, aware and in UTC on the Python side; SQLite, which has no time zones, keeps it in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a naive moment: it would mean another one after the next clock change."""
        if value is not None and value.tzinfo is None:
            raise ValueError("moments carry their time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give SQLite's value its time zone back."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


def _by_value(kind: type[StrEnum], name: str) -> Enum:
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """Naming of constraints, so that migrations can speak of them on both databases."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map = {datetime: Moment, str: String(64), bytes: LargeBinary, dict[str, Any]: JSON}  # noqa: RUF012


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
    """A member of staff: a Slack user id and a role, no name (domain.md §5 Person)."""

    __tablename__ = "people"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[Role] = mapped_column(_by_value(Role, "role"))
    manager_id: Mapped[str | None]
    deputy_id: Mapped[str | None]
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
    status: Mapped[Status] = mapped_column(_by_value(Status, "status"))
    asked_by_role: Mapped[AskedBy | None] = mapped_column(_by_value(AskedBy, "asked_by_role"))
    asked_on: Mapped[date]
    authority_asked: Mapped[str | None]
    home_authority: Mapped[str | None]
    urgent: Mapped[bool]
    result: Mapped[Result] = mapped_column(_by_value(Result, "result"))
    answered_on: Mapped[date | None]
    outcome: Mapped[Outcome] = mapped_column(_by_value(Outcome, "outcome"))
    signposted_to: Mapped[bytes | None]
    store_in_directory: Mapped[bool]
    directory_ref: Mapped[bytes | None]
    note: Mapped[bytes | None]
    void_reason: Mapped[bytes | None]
    __table_args__ = (
        Index("ix_inquiries_newest", "workspace_id", "logged_at", "ref"),
        Index("ix_inquiries_author", "workspace_id", "logged_by", "status", "logged_at"),
    )


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


class ReplayRow(Base):
    """The first answer to a request that had an effect, encrypted, so that the same request is answered the same (trust.md)."""

    __tablename__ = "replays"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    answer: Mapped[bytes]
    wording: Mapped[bytes | None]
    subject: Mapped[str | None]
    __table_args__ = (
        Index("ix_replays_wording", "workspace_id", "wording", "at"),
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


class OutboxRow(Base):
    """A message owed to a person: a kind and a subject, rendered when it is sent (bot.postroom)."""

    __tablename__ = "outbox"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    recipient: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    made_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    tries: Mapped[int]
    sent_at: Mapped[datetime | None]
    slack_ts: Mapped[str | None]
    problem: Mapped[str | None]
    __table_args__ = (Index("ix_outbox_next", "workspace_id", "next_at"),)
