"""Tables of delivery: queued notifications and the conversations they go into (docs/decisions/0014-delivery.md)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.db.columns import Base

_UNSENT = text("next_at IS NOT NULL")
_WAITING = text("waiting")


class OutboxRow(Base):
    """A letter owed to a person: a kind and a subject, rendered when it is sent (bot.delivery.sender).

    `next_at` is set until its fate is known; `message_key` is the key of the message in which it was last tried; `about` is the
    reference that it is about; `meant_for` is whom it was for where somebody else gets it, `rerouted_at` since when, where that
    is because they could not be reached.
    """

    __tablename__ = "outbox"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    recipient: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str] = mapped_column(String(600))
    made_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    tries: Mapped[int]
    sent_at: Mapped[datetime | None]
    slack_ts: Mapped[str | None]
    problem: Mapped[str | None]
    message_key: Mapped[str | None]
    meant_for: Mapped[str | None]
    about: Mapped[str | None]
    rerouted_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_outbox_next", "workspace_id", "next_at"),
        Index("ix_outbox_recipient", "workspace_id", "recipient", sqlite_where=_UNSENT, postgresql_where=_UNSENT),
        Index("ix_outbox_slack_ts", "workspace_id", "recipient", "slack_ts"),
        Index("ix_outbox_sent_at", "workspace_id", "sent_at"),
        Index("ix_outbox_about", "workspace_id", "about"),
    )


class DestinationRow(Base):
    """A person's direct conversation with the bot: whether letters wait, and before when nothing is sent into it.

    `not_before` is lease, pace and patience in one: whoever sends moves it ahead. `unreachable_since`: Slack takes nothing for
    this person, so what comes up meanwhile goes to their manager.
    """

    __tablename__ = "destinations"
    workspace_id: Mapped[str] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str | None]
    waiting: Mapped[bool]
    not_before: Mapped[datetime]
    tries: Mapped[int]
    unreachable_since: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_destinations_waiting", "workspace_id", "not_before", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )
