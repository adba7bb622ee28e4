"""The team's settings, legal holds, and the counts that stay when entries go (docs/domain.md §4 feature 8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_
from sqlalchemy.orm import InstrumentedAttribute

from bot.domain.admin.retention import EVERYTHING, OF_THE_RULES, TeamSettings
from bot.domain.shared.ruleset import in_force
from storage.db.engine import Tx, insert_into
from storage.db.tables import HoldRow, PastCountRow, TeamSettingRow
from storage.settings import rulesets


@dataclass(frozen=True)
class Hold:
    """A legal hold: on a reference or on `*`, by whom, since when, and why."""

    subject: str
    set_by: str
    set_at: datetime
    reason: str


def settings(tx: Tx) -> TeamSettings:
    """What the team set, defaults where it set nothing; what is a parameter of the rules comes from those in force today."""
    query = tx.select(TeamSettingRow, TeamSettingRow.name, TeamSettingRow.value)
    rules = in_force(rulesets.versions(tx), tx.today).rules
    return TeamSettings.model_validate(dict(tx.conn.execute(query).all()) | {name: getattr(rules, name) for name in OF_THE_RULES})


def set_value(tx: Tx, name: str, value: int) -> None:
    """Keep one setting."""
    statement = insert_into(tx, TeamSettingRow).values(workspace_id=tx.workspace_id, name=name, value=value)
    tx.conn.execute(
        statement.on_conflict_do_update(index_elements=[TeamSettingRow.workspace_id, TeamSettingRow.name], set_={"value": value})
    )


def hold(tx: Tx, subject: str, reason: str) -> None:
    """Hold `subject`; a new reason replaces the old one."""
    values = {"set_by": tx.actor_id, "set_at": tx.now}
    sealed = tx.vault.seal_for_workspace(tx.workspace_id, _place(tx, subject), reason)
    statement = insert_into(tx, HoldRow).values(workspace_id=tx.workspace_id, subject=subject, reason=sealed, **values)
    tx.conn.execute(
        statement.on_conflict_do_update(index_elements=[HoldRow.workspace_id, HoldRow.subject], set_=values | {"reason": sealed})
    )


def release(tx: Tx, subject: str) -> bool:
    """End a hold; whether there was one."""
    return tx.delete(HoldRow, HoldRow.subject == subject) == 1


def holds(tx: Tx) -> list[Hold]:
    """Every hold, the oldest first."""
    query = tx.select(HoldRow).order_by(HoldRow.set_at, HoldRow.subject)
    return [
        Hold(
            subject=row["subject"],
            set_by=row["set_by"],
            set_at=row["set_at"],
            reason=tx.vault.open_for_workspace(tx.workspace_id, _place(tx, row["subject"]), row["reason"]),
        )
        for row in tx.conn.execute(query).mappings()
    ]


def held(tx: Tx, *names: str) -> bool:
    """Whether everything, or any of these references, is under a hold."""
    query = tx.select(HoldRow, HoldRow.subject).where(HoldRow.subject.in_([*names, EVERYTHING]))
    return tx.conn.execute(query.limit(1)).first() is not None


def not_held(tx: Tx, *names: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]) -> ColumnElement[bool]:
    """A condition for queries: no hold on everything, nor on what any of these columns names."""
    hold = exists().where(tx.own(HoldRow), or_(HoldRow.subject == EVERYTHING, *(HoldRow.subject == name for name in names)))
    return ~hold


def under(subject: str, *names: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """Return conditions for rows that a hold on `subject` covers: one of `names` holds, or any row for a hold on everything."""
    return [] if subject == EVERYTHING else [or_(*names)]


def count_past(tx: Tx, kind: str, month: str) -> None:
    """Count one entry of a kind and month (`2026-12`) that is disposed of."""
    statement = insert_into(tx, PastCountRow).values(workspace_id=tx.workspace_id, kind=kind, month=month, number=1)
    key = [PastCountRow.workspace_id, PastCountRow.kind, PastCountRow.month]
    tx.conn.execute(statement.on_conflict_do_update(index_elements=key, set_={"number": PastCountRow.number + 1}))


def past_counts(tx: Tx) -> dict[tuple[str, str], int]:
    """(kind, month) → how many were disposed of."""
    query = tx.select(PastCountRow)
    return {(row["kind"], row["month"]): row["number"] for row in tx.conn.execute(query).mappings()}


def _place(tx: Tx, subject: str) -> str:
    return f"{tx.workspace_id}|holds|reason|{subject}"
