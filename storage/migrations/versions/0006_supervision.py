"""Supervision sessions that are booked, and the minutes of those that were held."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("supervision_sessions") as sessions:
        sessions.add_column(sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True))
        sessions.add_column(sa.Column("sequence", sa.Integer(), nullable=False, server_default="0"))
        sessions.add_column(sa.Column("minute", sa.JSON(), nullable=True))
    with op.batch_alter_table("supervision_sessions") as sessions:
        sessions.alter_column("sequence", server_default=None)
    op.create_index("ix_supervision_sessions_manager", "supervision_sessions", ["workspace_id", "manager_id", "ref"])
    op.create_index("ix_supervision_sessions_status", "supervision_sessions", ["workspace_id", "status", "held_on"])
    op.create_index("ix_actions_session", "actions", ["workspace_id", "session"])
    nothing = sa.text("UPDATE supervision_sessions SET minute = :nothing WHERE status = 'finalised'")
    op.execute(nothing.bindparams(sa.bindparam("nothing", {}, type_=sa.JSON())))
