"""Audit exercises: what was drawn, the form of each case, and what was found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "audits",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=True),
        sa.Column("commissioned_by", sa.LargeBinary(), nullable=True),
        sa.Column("context", sa.LargeBinary(), nullable=True),
        sa.Column("meeting_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("auditor_id", sa.String(length=64), nullable=False),
        sa.Column("access_until", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("week", sa.String(length=64), nullable=True),
        sa.Column("seed", sa.String(length=80), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("refs", sa.JSON(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("taken_back", sa.Integer(), nullable=False),
        sa.Column("mean", sa.Double(), nullable=True),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("sampled_at", _MOMENT, nullable=True),
        sa.Column("sampled_by", sa.String(length=64), nullable=True),
        sa.Column("reported_at", _MOMENT, nullable=True),
        sa.Column("cancelled_at", _MOMENT, nullable=True),
        sa.Column("cancelled_by", sa.String(length=64), nullable=True),
        sa.Column("cancel_reason", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "ref", name=op.f("pk_audits")),
    )
    op.create_index("ix_audits_auditor", "audits", ["workspace_id", "auditor_id"])
    _items()
    _findings()


def _items() -> None:
    op.create_table(
        "audit_items",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("audit", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("referral", sa.String(length=64), nullable=False),
        sa.Column("case_ref", sa.String(length=64), nullable=False),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.Column("opened", sa.JSON(), nullable=False),
        sa.Column("set_aside", sa.LargeBinary(), nullable=True),
        sa.Column("judgements", sa.JSON(), nullable=False),
        sa.Column("comment", sa.LargeBinary(), nullable=True),
        sa.Column("reservations", sa.LargeBinary(), nullable=True),
        sa.Column("completed_at", _MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "audit", "number", name=op.f("pk_audit_items")),
    )
    op.create_index("ix_audit_items_case", "audit_items", ["workspace_id", "case_ref"])


def _findings() -> None:
    op.create_table(
        "findings",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("audit", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("what", sa.LargeBinary(), nullable=True),
        sa.Column("raised_by", sa.String(length=64), nullable=False),
        sa.Column("raised_at", _MOMENT, nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("owner_id", sa.String(length=64), nullable=True),
        sa.Column("action", sa.LargeBinary(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("response", sa.LargeBinary(), nullable=True),
        sa.Column("responded_by", sa.String(length=64), nullable=True),
        sa.Column("responded_at", _MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "ref", name=op.f("pk_findings")),
    )
    op.create_index("ix_findings_audit", "findings", ["workspace_id", "audit"])
    op.create_index("ix_findings_owner", "findings", ["workspace_id", "owner_id", "done_on"])


def downgrade() -> None:
    for table in ("findings", "audit_items", "audits"):
        op.drop_table(table)
