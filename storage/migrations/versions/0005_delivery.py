"""Conversations as the post room sees them, and what a message of several letters is known by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "destinations",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("recipient", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=True),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("unreachable_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "recipient", name=op.f("pk_destinations")),
    )
    waiting = sa.text("waiting")
    op.create_index(
        "ix_destinations_waiting", "destinations", ["workspace_id", "not_before"], sqlite_where=waiting, postgresql_where=waiting
    )
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("message_key", sa.String(length=64), nullable=True))
        outbox.add_column(sa.Column("meant_for", sa.String(length=64), nullable=True))
        outbox.add_column(sa.Column("about", sa.String(length=64), nullable=True))
        outbox.add_column(sa.Column("rerouted_at", sa.DateTime(timezone=True), nullable=True))
    unsent = sa.text("next_at IS NOT NULL")
    op.create_index("ix_outbox_recipient", "outbox", ["workspace_id", "recipient"], sqlite_where=unsent, postgresql_where=unsent)
    op.create_index("ix_outbox_slack_ts", "outbox", ["workspace_id", "recipient", "slack_ts"])
    op.create_index("ix_outbox_sent_at", "outbox", ["workspace_id", "sent_at"])
    op.create_index("ix_outbox_about", "outbox", ["workspace_id", "about"])
    op.execute(
        "INSERT INTO destinations (workspace_id, recipient, waiting, not_before, tries) "
        "SELECT workspace_id, recipient, true, min(next_at), 0 FROM outbox WHERE next_at IS NOT NULL "
        "GROUP BY workspace_id, recipient"
    )
