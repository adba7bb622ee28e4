"""The first thread: people, inquiries, the audit log, and what delivery and encryption need."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_REFUSE_ON_SQLITE = """
CREATE TRIGGER audit_log_refuses_{verb} BEFORE {verb} ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
"""
_REFUSE_ON_POSTGRESQL = """
CREATE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$;
CREATE TRIGGER audit_log_refuses_change BEFORE UPDATE OR DELETE ON audit_log
FOR EACH ROW EXECUTE FUNCTION audit_log_is_append_only();
CREATE TRIGGER audit_log_refuses_truncate BEFORE TRUNCATE ON audit_log
FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only();
"""


def _code(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    _audit_log()
    _counters()
    _data_keys()
    _drafts()
    _inquiries()
    _master_keys()
    _outbox()
    _people()
    _replays()
    _workspaces()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_REFUSE_ON_POSTGRESQL)
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(_REFUSE_ON_SQLITE.format(verb=verb))


def _audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=4000), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "seq", name=op.f("pk_audit_log")),
    )


def _counters() -> None:
    op.create_table(
        "counters",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("series", sa.String(length=64), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "series", name=op.f("pk_counters")),
    )


def _data_keys() -> None:
    op.create_table(
        "data_keys",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "subject", name=op.f("pk_data_keys")),
    )


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("draft_id", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "draft_id", name=op.f("pk_drafts")),
    )
    op.create_index("ix_drafts_at", "drafts", ["workspace_id", "at"], unique=False)


def _inquiries() -> None:
    op.create_table(
        "inquiries",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("logged_by", sa.String(length=64), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", _code("status", "logged", "awaiting", "answered", "closed", "void"), nullable=False),
        sa.Column(
            "asked_by_role", _code("asked_by_role", "ward_staff", "ccds", "school", "police", "other_la", "other"), nullable=True
        ),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("authority_asked", sa.String(length=64), nullable=True),
        sa.Column("home_authority", sa.String(length=64), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("result", _code("result", "awaiting", "known_open", "known_closed", "not_known", "refused"), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("outcome", _code("outcome", "none", "information_given", "signposted"), nullable=False),
        sa.Column("signposted_to", sa.LargeBinary(), nullable=True),
        sa.Column("store_in_directory", sa.Boolean(), nullable=False),
        sa.Column("directory_ref", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("void_reason", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "ref", name=op.f("pk_inquiries")),
    )
    op.create_index("ix_inquiries_author", "inquiries", ["workspace_id", "logged_by", "status", "logged_at"], unique=False)
    op.create_index("ix_inquiries_newest", "inquiries", ["workspace_id", "logged_at", "ref"], unique=False)


def _master_keys() -> None:
    op.create_table(
        "master_keys",
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("first_used", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_master_keys")),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("recipient", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("slack_ts", sa.String(length=64), nullable=True),
        sa.Column("problem", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_next", "outbox", ["workspace_id", "next_at"], unique=False)


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column(
            "role", _code("role", "social_worker", "team_manager", "senior_manager", "auditor", "admin", "viewer"), nullable=False
        ),
        sa.Column("manager_id", sa.String(length=64), nullable=True),
        sa.Column("deputy_id", sa.String(length=64), nullable=True),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", name=op.f("pk_people")),
    )


def _replays() -> None:
    op.create_table(
        "replays",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("wording", sa.LargeBinary(), nullable=True),
        sa.Column("subject", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_replays")),
    )
    op.create_index("ix_replays_at", "replays", ["workspace_id", "at"], unique=False)
    op.create_index("ix_replays_wording", "replays", ["workspace_id", "wording", "at"], unique=False)


def _workspaces() -> None:
    op.create_table(
        "workspaces",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("log_seq", sa.BigInteger(), nullable=False),
        sa.Column("log_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_workspaces")),
    )


def downgrade() -> None:
    for table in (
        "audit_log",
        "counters",
        "data_keys",
        "drafts",
        "inquiries",
        "master_keys",
        "outbox",
        "people",
        "replays",
        "workspaces",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_log_is_append_only")
