"""A whole audit in one transaction, from its plan to its report, for measuring what it costs."""

from __future__ import annotations

from datetime import timedelta

from bot.documents.audit_report import csv, tables
from bot.documents.layout.tables import Report
from bot.domain.people import Actor, Role
from bot.services.audits import audits, plans, report
from storage.db.engine import Tx


def audited(tx: Tx, week: str) -> tuple[Report, dict[str, bytes]]:
    """The report of an audit that the manager M carries out, and the files behind it; no form is filled in."""
    actor = Actor(workspace_id=tx.workspace_id, user_id="M", roles=frozenset({Role.TEAM_MANAGER}))
    plan = plans.AuditPlan("Thresholds", "Committee", tx.today + timedelta(days=28), auditor_id="M")
    ref = plans.begin(tx, plan, actor).ref
    audits.draw(tx, ref, week, "seed", 25, actor)
    found = report.gather(tx, ref, actor)
    return tables.report(found), csv.files(found)
