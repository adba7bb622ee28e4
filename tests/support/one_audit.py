"""A whole audit in one transaction, from its plan to its report, for measuring what it costs."""

from __future__ import annotations

from datetime import timedelta

from bot.casework import audit_plans, audit_report, exercises
from bot.papers import audit_csv, committee
from bot.papers.tables import Report
from bot.rules.people import Actor, Role
from storage.engine import Tx


def audited(tx: Tx, week: str) -> tuple[Report, dict[str, bytes]]:
    """The report of an audit that the manager M carries out, and the files behind it; no form is filled in."""
    actor = Actor(workspace_id=tx.workspace_id, user_id="M", roles=frozenset({Role.TEAM_MANAGER}))
    plan = audit_plans.Plan("Thresholds", "Committee", tx.today + timedelta(days=28), auditor_id="M")
    ref = audit_plans.begin(tx, plan, actor).ref
    exercises.draw(tx, ref, week, "seed", 25, actor)
    found = audit_report.gather(tx, ref, actor)
    return committee.report(found), audit_csv.files(found)
