"""Cases with their records, obligations, the ledger of reminders, supervision sessions and versions of the rules."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


_OPEN, _WAITING = _where("status = 'open'"), _where("send_on IS NOT NULL")


def upgrade() -> None:
    _actions()
    _activities()
    _assessments()
    _assignments()
    _carried()
    _caseload()
    _cases()
    _chronologies()
    _decisions()
    _episodes()
    _home_authorities()
    _medical_file_items()
    _obligations()
    _referrals()
    _reminder_ledger()
    _reviews()
    _rule_sets()
    _runs()
    _sharings()
    _snoozes()
    _supervision_sessions()
    _waivers()
    op.add_column("inquiries", sa.Column("converted_to", sa.String(length=64), nullable=True))
    op.add_column("people", sa.Column("nqsw", sa.Boolean(), server_default=sa.false(), nullable=False))
    _settings_of_the_rules()


def _of_case(name: str, *columns: sa.Column[Any]) -> None:
    """A table of a case's records: each has the case and a number there for its key."""
    op.create_table(
        name,
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("case_ref", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("workspace_id", "case_ref", "number", name=op.f(f"pk_{name}")),
    )


def _actions() -> None:
    _of_case(
        "actions",
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("worker_id", sa.String(length=64), nullable=False),
        sa.Column("what", sa.LargeBinary(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
    )


def _activities() -> None:
    _of_case(
        "activities",
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("seen_child", sa.Boolean(), nullable=True),
        sa.Column("seen_alone", sa.Boolean(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
    )


def _assessments() -> None:
    _of_case(
        "assessments",
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("receiving_authority", sa.String(length=64), nullable=True),
        sa.Column("camhs_joint", sa.Boolean(), nullable=False),
        sa.Column("camhs_reason", sa.String(length=64), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("authorised_by", sa.String(length=64), nullable=True),
        sa.Column("abandoned_on", sa.Date(), nullable=True),
        sa.Column("abandon_reason", sa.LargeBinary(), nullable=True),
        sa.Column("copy_sent_on", sa.Date(), nullable=True),
        sa.Column("form", sa.String(length=64), nullable=True),
        sa.Column("form_reason", sa.LargeBinary(), nullable=True),
    )


def _assignments() -> None:
    _of_case(
        "assignments",
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.String(length=64), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
    )
    op.create_index("ix_assignments_worker", "assignments", ["workspace_id", "worker_id", "from_on"])


def _carried() -> None:
    op.create_table(
        "carried",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("case_ref", sa.String(length=64), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "case_ref", name=op.f("pk_carried")),
    )


def _caseload() -> None:
    op.create_table(
        "caseload",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("case_ref", sa.String(length=64), nullable=False),
        sa.Column("worker_id", sa.String(length=64), nullable=False),
        sa.Column("manager_id", sa.String(length=64), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("short_route", sa.Boolean(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("look_from", sa.Date(), nullable=True),
        sa.Column("line", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "case_ref", name=op.f("pk_caseload")),
    )
    op.create_index("ix_caseload_closes_on", "caseload", ["workspace_id", "closes_on"])
    op.create_index("ix_caseload_look_from", "caseload", ["workspace_id", "look_from"])
    op.create_index("ix_caseload_manager", "caseload", ["workspace_id", "manager_id", "look_from"])
    op.create_index("ix_caseload_opened_at", "caseload", ["workspace_id", "worker_id", "opened_at"])
    op.create_index("ix_caseload_short", "caseload", ["workspace_id", "manager_id", "short_route"])
    op.create_index("ix_caseload_worker", "caseload", ["workspace_id", "worker_id", "look_from"])


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("ics_ref", sa.String(length=64), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("family_group", sa.String(length=64), nullable=True),
        sa.Column("deceased_on", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "ref", name=op.f("pk_cases")),
    )
    op.create_index("ix_cases_changed_at", "cases", ["workspace_id", "changed_at"])
    op.create_index("ix_cases_family_group", "cases", ["workspace_id", "family_group"])
    op.create_index("uq_cases_ics_ref", "cases", ["workspace_id", "ics_ref"], unique=True)


def _chronologies() -> None:
    _of_case(
        "chronologies",
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("obtained_from", sa.LargeBinary(), nullable=True),
    )


def _decisions() -> None:
    _of_case(
        "decisions",
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("worker_by", sa.String(length=64), nullable=True),
        sa.Column("worker_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("manager_by", sa.String(length=64), nullable=True),
        sa.Column("manager_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("factors", sa.JSON(), nullable=False),
        sa.Column("rationale", sa.LargeBinary(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("next_decision_on", sa.Date(), nullable=True),
        sa.Column("rc_code", sa.String(length=64), nullable=True),
        sa.Column("local_reason", sa.String(length=64), nullable=True),
        sa.Column("lapsed_on", sa.Date(), nullable=True),
    )
    op.create_index("ix_decisions_session", "decisions", ["workspace_id", "session"])


def _episodes() -> None:
    _of_case(
        "episodes",
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_start", sa.Date(), nullable=False),
        sa.Column("continued_from", sa.Integer(), nullable=True),
        sa.Column("routes", sa.JSON(), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("long_term", sa.Boolean(), nullable=False),
        sa.Column("worker_id", sa.String(length=64), nullable=False),
        sa.Column("manager_id", sa.String(length=64), nullable=True),
        sa.Column("next_expected_contact", sa.Date(), nullable=True),
        sa.Column("awaiting_family_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moved_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_kind", sa.String(length=64), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_by", sa.String(length=64), nullable=True),
        sa.Column("proposed_reason", sa.LargeBinary(), nullable=True),
        sa.Column("review_off_on", sa.Date(), nullable=True),
        sa.Column("review_off_reason", sa.LargeBinary(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("rc_code", sa.String(length=64), nullable=True),
        sa.Column("local_reason", sa.String(length=64), nullable=True),
        sa.Column("closing_records_on", sa.Date(), nullable=True),
        sa.Column("void", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_episodes_closed_on", "episodes", ["workspace_id", "closed_on"])
    op.create_index("ix_episodes_opened_on", "episodes", ["workspace_id", "opened_on"])


def _home_authorities() -> None:
    _of_case(
        "home_authorities",
        sa.Column("gss", sa.String(length=64), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
    )


def _medical_file_items() -> None:
    _of_case(
        "medical_file_items",
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("placed_on", sa.Date(), nullable=True),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
    )


def _obligations() -> None:
    op.create_table(
        "obligations",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("worker_id", sa.String(length=64), nullable=False),
        sa.Column("manager_id", sa.String(length=64), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("send_on", sa.Date(), nullable=True),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "ref", "rule", "subject", name=op.f("pk_obligations")),
    )
    op.create_index("ix_obligations_manager", "obligations", ["workspace_id", "manager_id", "due_on"], **_OPEN)
    op.create_index("ix_obligations_send_on", "obligations", ["workspace_id", "send_on"], **_WAITING)
    op.create_index("ix_obligations_worker", "obligations", ["workspace_id", "worker_id", "due_on"], **_OPEN)


def _referrals() -> None:
    _of_case(
        "referrals",
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("activated_on", sa.Date(), nullable=False),
        sa.Column("activated_by", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("source_code", sa.String(length=64), nullable=False),
        sa.Column("referrer_role", sa.LargeBinary(), nullable=True),
        sa.Column("primary_need", sa.String(length=64), nullable=True),
        sa.Column("threshold_level", sa.Integer(), nullable=False),
        sa.Column("activity_summary", sa.LargeBinary(), nullable=True),
        sa.Column("home_authority", sa.String(length=64), nullable=False),
        sa.Column("home_authority_consulted_on", sa.Date(), nullable=True),
        sa.Column("age_years", sa.Integer(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("first_response_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("from_inquiry", sa.String(length=64), nullable=True),
        sa.Column("previous_referral_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_reason", sa.LargeBinary(), nullable=True),
    )
    op.create_index("ix_referrals_received_on", "referrals", ["workspace_id", "received_on"])
    op.create_index("uq_referrals_ref", "referrals", ["workspace_id", "ref"], unique=True)


def _reminder_ledger() -> None:
    op.create_table(
        "reminder_ledger",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("due", sa.String(length=10), nullable=False),
        sa.Column("stage", sa.String(length=8), nullable=False),
        sa.Column("send_on", sa.Date(), nullable=False),
        sa.Column("whom", sa.String(length=8), nullable=False),
        sa.Column("recipient", sa.String(length=64), nullable=False),
        sa.Column("letter", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=True),
        sa.Column("of", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("slack_ts", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint(
            "workspace_id", "rule", "subject", "due", "stage", "send_on", "whom", name=op.f("pk_reminder_ledger")
        ),
    )
    op.create_index("ix_reminder_ledger_letter", "reminder_ledger", ["workspace_id", "recipient", "letter"])
    op.create_index("ix_reminder_ledger_ref", "reminder_ledger", ["workspace_id", "ref"])


def _reviews() -> None:
    _of_case(
        "reviews",
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("assessment", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("authorised_by", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("copy_sent_on", sa.Date(), nullable=True),
        sa.Column("form", sa.String(length=64), nullable=True),
        sa.Column("form_reason", sa.LargeBinary(), nullable=True),
    )


def _rule_sets() -> None:
    op.create_table(
        "rule_sets",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "version", name=op.f("pk_rule_sets")),
    )


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "kind", "day", name=op.f("pk_runs")),
    )


def _sharings() -> None:
    _of_case(
        "sharings",
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("whom", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("method", sa.String(length=64), nullable=True),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("requested_by", sa.String(length=64), nullable=True),
        sa.Column("exempt_by", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
    )


def _snoozes() -> None:
    op.create_table(
        "snoozes",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "rule", "subject", name=op.f("pk_snoozes")),
    )
    op.create_index("ix_snoozes_ref", "snoozes", ["workspace_id", "ref"])


def _supervision_sessions() -> None:
    op.create_table(
        "supervision_sessions",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("worker_id", sa.String(length=64), nullable=False),
        sa.Column("manager_id", sa.String(length=64), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=64), nullable=False),
        sa.Column("finalised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("ics_recorded_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "ref", name=op.f("pk_supervision_sessions")),
    )
    op.create_index("ix_supervision_sessions_worker", "supervision_sessions", ["workspace_id", "worker_id", "ref"])


def _waivers() -> None:
    _of_case(
        "waivers",
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=True),
        sa.Column("of", sa.Integer(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
    )


def _settings_of_the_rules() -> None:
    """The working days for an answer were a team setting; they are a parameter of the rules now, as they always have been."""
    settings = sa.table("team_settings", sa.column("workspace_id"), sa.column("name"), sa.column("value"))
    rules = sa.table(
        "rule_sets",
        sa.column("workspace_id"),
        sa.column("version"),
        sa.column("effective_from", sa.Date()),
        sa.column("parameters", sa.JSON()),
        sa.column("set_by"),
        sa.column("set_at", sa.DateTime(timezone=True)),
    )
    chosen = settings.c.name == "inquiry_working_days"
    for workspace_id, value in op.get_bind().execute(sa.select(settings.c.workspace_id, settings.c.value).where(chosen)).all():
        op.get_bind().execute(
            rules.insert().values(
                workspace_id=workspace_id,
                version=2,
                effective_from=date(1900, 1, 1),
                parameters={"inquiry_working_days": value},
                set_by="system",
                set_at=sa.func.now(),
            )
        )
    op.get_bind().execute(settings.delete().where(chosen))


def downgrade() -> None:
    for table in (
        "actions",
        "activities",
        "assessments",
        "assignments",
        "carried",
        "caseload",
        "cases",
        "chronologies",
        "decisions",
        "episodes",
        "home_authorities",
        "medical_file_items",
        "obligations",
        "referrals",
        "reminder_ledger",
        "reviews",
        "rule_sets",
        "runs",
        "sharings",
        "snoozes",
        "supervision_sessions",
        "waivers",
    ):
        op.drop_table(table)
    with op.batch_alter_table("inquiries") as inquiries:
        inquiries.drop_column("converted_to")
    with op.batch_alter_table("people") as people:
        people.drop_column("nqsw")
