"""Supervision: at least every four weeks, every fortnight for newly qualified social workers (domain.md §3.1, R13)."""

from __future__ import annotations

from datetime import date, timedelta

from bot.rules.ruleset import RuleSet


def session_due(last_finalised: date | None, first_allocated: date | None, rules: RuleSet, *, nqsw: bool = False) -> date | None:
    """R13: the day by which a worker's next session is due, counted from the last finalised one, or from their first case.

    None for somebody who has no case and had no session, or where it is switched off. It is a line of the digest, no message.
    """
    days = rules.nqsw_session_days if nqsw else rules.session_days
    since = last_finalised or first_allocated
    return since + timedelta(days=days) if since and days else None
