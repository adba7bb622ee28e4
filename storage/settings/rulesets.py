"""The versions of the rules (§1, G3): added, never changed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import bindparam, func, insert, select

from bot.domain.shared.ruleset import RuleSet, Version
from storage.db.engine import Tx
from storage.reminders.tables import RuleSetRow

_ALL = (
    select(RuleSetRow.version, RuleSetRow.effective_from, RuleSetRow.parameters)
    .where(RuleSetRow.workspace_id == bindparam("workspace"))
    .order_by(RuleSetRow.version)
)


def versions(tx: Tx) -> list[Version]:
    """Every version that was set, in the order of their numbers."""
    return [
        Version(number=number, effective_from=effective_from, rules=RuleSet.model_validate(parameters))
        for number, effective_from, parameters in map(tuple, tx.batch.read_once("rules", _ALL, {"workspace": tx.workspace_id}))
    ]


def begin_with(tx: Tx, rules: RuleSet) -> None:
    """Let a workspace that has no rules yet begin with these: they are its version 1 and hold for every clock."""
    _insert(tx, 1, rules, date(1900, 1, 1))


def add(tx: Tx, rules: RuleSet, effective_from: date) -> Version:
    """Put the next version on file; number 1 is what held before anybody set something."""
    query = tx.select(RuleSetRow, func.max(RuleSetRow.version))
    number = (tx.conn.execute(query).scalar() or 1) + 1
    _insert(tx, number, rules, effective_from)
    return Version(number=number, effective_from=effective_from, rules=rules)


def _insert(tx: Tx, number: int, rules: RuleSet, effective_from: date) -> None:
    tx.conn.execute(
        insert(RuleSetRow).values(
            workspace_id=tx.workspace_id,
            version=number,
            effective_from=effective_from,
            parameters=rules.model_dump(mode="json"),
            set_by=tx.actor_id,
            set_at=tx.now,
        )
    )
