"""What waits for a manager's authorisation (I10)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "authorisations",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("case_ref", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.String(length=64), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("answered_by", sa.String(length=64), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "case_ref", "number", name=op.f("pk_authorisations")),
    )
    waiting = sa.text("agreed IS NULL")
    op.create_index(
        "ix_authorisations_waiting", "authorisations", ["workspace_id"], sqlite_where=waiting, postgresql_where=waiting
    )
    asked = sa.text("status = 'exempt_requested'")
    op.create_index("ix_sharings_asked", "sharings", ["workspace_id"], sqlite_where=asked, postgresql_where=asked)
