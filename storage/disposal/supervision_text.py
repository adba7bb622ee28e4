"""Erasing what was typed in supervision once its minute has stood on ICS for a while (docs/domain.md §4 feature 7)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from sqlalchemy import and_, select, update

from storage.cases.tables import ActionRow, CaseRow, DecisionRow
from storage.db import history
from storage.db.engine import Tx
from storage.reminders.tables import SessionRow
from storage.settings import team

_WORDS = {"Decision": "rationale", "Action": "what"}


def on_ics_until(tx: Tx, day: date, limit: int) -> list[tuple[str, str]]:
    """(case, session) of reasons and finished actions whose minute is on ICS since `day` or longer, without what is held."""
    found: list[tuple[str, str]] = []
    over = (
        (DecisionRow, DecisionRow.rationale.is_not(None)),
        (ActionRow, and_(ActionRow.what.is_not(None), ActionRow.done_on.is_not(None))),
    )
    for row, typed in over:
        minuted = and_(SessionRow.workspace_id == row.workspace_id, SessionRow.ref == row.session)
        case = and_(CaseRow.workspace_id == row.workspace_id, CaseRow.ref == row.case_ref)
        query = select(row.case_ref, row.session).join(SessionRow, minuted).join(CaseRow, case)
        query = query.where(tx.own(row), typed, SessionRow.ics_recorded_on <= day)
        free = team.not_held(tx, CaseRow.ref, CaseRow.ics_ref)
        rows = tx.conn.execute(query.where(free).distinct().order_by(row.case_ref, row.session).limit(limit))
        found += [(ref, session) for ref, session in rows]
    return list(dict.fromkeys(found))[:limit]


def erase(tx: Tx, ref: str, session: str) -> None:
    """Empty the reasons and the finished actions of a case from a session, and what its history kept of them."""
    of_case = {"workspace_id": tx.workspace_id, "case_ref": ref, "session": session}
    tx.conn.execute(update(DecisionRow).filter_by(**of_case).values(rationale=None))
    tx.conn.execute(update(ActionRow).filter_by(**of_case).where(ActionRow.done_on.is_not(None)).values(what=None))
    for former in history.of(tx, ref):
        facts = json.loads(former.facts) if former.facts is not None else None
        if facts is not None and _emptied(facts, session):
            history.replace_text(tx, ref, former.version, json.dumps(facts))


def _emptied(facts: dict[str, Any], session: str) -> bool:
    """Empty the words of a session in what a change replaced; whether there were any."""
    changed = False
    for kind, _, record in facts.get("records", []):
        name = _WORDS.get(kind)
        if name and record and record.get("session") == session and record.get(name) is not None:
            record[name] = None
            changed = True
    return changed
