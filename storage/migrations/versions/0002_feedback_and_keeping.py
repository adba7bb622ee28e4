"""Feedback, restricted inquiries, match codes, the shared Directory, history, legal holds, settings and documents."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _code(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _key(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _workspace() -> sa.Column[Any]:
    return _key("workspace_id", sa.String(length=64))


def upgrade() -> None:
    _inquiries()
    _feedback()
    _history_and_codes()
    _register()
    _keeping()
    _documents()
    _log_subjects()


def _inquiries() -> None:
    for column in (
        sa.Column("restricted", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("age_years", sa.Integer(), nullable=True),
        sa.Column("threshold_level", sa.Integer(), nullable=True),
        sa.Column("ics_ref", sa.String(length=64), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ics_recorded_on", sa.Date(), nullable=True),
        sa.Column("text_purged_on", sa.Date(), nullable=True),
    ):
        op.add_column("inquiries", column)
    op.create_index("ix_inquiries_asked_on", "inquiries", ["workspace_id", "asked_on"])
    op.create_index("ix_inquiries_ics_ref", "inquiries", ["workspace_id", "ics_ref"])
    op.create_index("ix_inquiries_recorded", "inquiries", ["workspace_id", "ics_recorded_on"])


def _feedback() -> None:
    op.create_table(
        "feedback",
        _workspace(),
        _key("ref", sa.String(length=64)),
        sa.Column("logged_by", sa.String(length=64), nullable=False),
        sa.Column("logged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("target", _code("target", "mdt_meeting", "individual_professional", "referrer"), nullable=False),
        sa.Column("target_role", sa.LargeBinary(), nullable=True),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("mode", _code("mode", "verbal", "email", "letter_copy"), nullable=False),
        sa.Column("summary", sa.LargeBinary(), nullable=True),
        sa.Column("emailed_on", sa.Date(), nullable=True),
        sa.Column("letter_copied_on", sa.Date(), nullable=True),
        sa.Column("ics_recorded_on", sa.Date(), nullable=True),
        sa.Column("text_purged_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "ref", name=op.f("pk_feedback")),
    )
    op.create_index("ix_feedback_author", "feedback", ["workspace_id", "logged_by", "ics_recorded_on"])
    op.create_index("ix_feedback_about", "feedback", ["workspace_id", "about"])
    op.create_index("ix_feedback_recorded", "feedback", ["workspace_id", "ics_recorded_on"])
    op.create_index("ix_feedback_given_on", "feedback", ["workspace_id", "given_on"])


def _history_and_codes() -> None:
    op.create_table(
        "history",
        _workspace(),
        _key("subject", sa.String(length=64)),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "subject", "version", name=op.f("pk_history")),
    )
    op.create_table(
        "match_codes",
        _workspace(),
        _key("code", sa.LargeBinary()),
        _key("subject", sa.String(length=64)),
        sa.PrimaryKeyConstraint("workspace_id", "code", "subject", name=op.f("pk_match_codes")),
    )
    op.create_index("ix_match_codes_subject", "match_codes", ["workspace_id", "subject"])


def _register() -> None:
    op.create_table(
        "register_entries",
        _workspace(),
        _key("ref", sa.String(length=64)),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "ref", name=op.f("pk_register_entries")),
    )
    op.create_index("ix_register_entries_due", "register_entries", ["workspace_id", "due_at"])


def _keeping() -> None:
    op.create_table(
        "team_settings",
        _workspace(),
        _key("name", sa.String(length=64)),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "name", name=op.f("pk_team_settings")),
    )
    op.create_table(
        "holds",
        _workspace(),
        _key("subject", sa.String(length=64)),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "subject", name=op.f("pk_holds")),
    )
    op.create_table(
        "past_counts",
        _workspace(),
        _key("kind", sa.String(length=64)),
        _key("month", sa.String(length=7)),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "kind", "month", name=op.f("pk_past_counts")),
    )


def _documents() -> None:
    op.create_table(
        "documents",
        _workspace(),
        _key("document_id", sa.String(length=64)),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "document_id", name=op.f("pk_documents")),
    )
    op.create_index("ix_documents_made_at", "documents", ["workspace_id", "made_at"])


def _log_subjects() -> None:
    """The finding aid of the audit log, made for the entries that are there."""
    op.create_table(
        "log_subjects",
        _workspace(),
        _key("name", sa.String(length=64)),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "name", "seq", name=op.f("pk_log_subjects")),
    )
    log = sa.table("audit_log", sa.column("workspace_id"), sa.column("seq"), sa.column("subject"))
    names = sa.table("log_subjects", sa.column("workspace_id"), sa.column("name"), sa.column("seq"))
    for workspace_id, seq, subject in op.get_bind().execute(sa.select(log.c.workspace_id, log.c.seq, log.c.subject)).all():
        for name in set(subject.split(",")):
            op.get_bind().execute(names.insert().values(workspace_id=workspace_id, name=name[:64], seq=seq))


def downgrade() -> None:
    for table in (
        "log_subjects",
        "documents",
        "past_counts",
        "holds",
        "team_settings",
        "register_entries",
        "match_codes",
        "history",
        "feedback",
    ):
        op.drop_table(table)
    for index in ("recorded", "ics_ref", "asked_on"):
        op.drop_index(f"ix_inquiries_{index}", "inquiries")
    with op.batch_alter_table("inquiries") as inquiries:
        for column in ("text_purged_on", "ics_recorded_on", "filed_at", "ics_ref", "threshold_level", "age_years", "restricted"):
            inquiries.drop_column(column)
