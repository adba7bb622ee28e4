"""Findings of audits in and out of their table; none is ever deleted before its audit (A8)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, insert

from bot.domain.audits.audit import Finding, FindingStatus
from storage.audits.tables import FindingRow
from storage.db import data_keys
from storage.db.engine import Tx
from storage.db.tables import PersonRow

ERASED = "(The words were erased with the case.)"
_TYPED = ("what", "reason", "action", "response")


def add(tx: Tx, finding: Finding) -> None:
    """Insert a new finding."""
    tx.conn.execute(insert(FindingRow).values(workspace_id=tx.workspace_id, **_row(tx, finding)))


def get(tx: Tx, ref: str) -> Finding | None:
    """One finding."""
    return next(iter(_found(tx, FindingRow.ref == ref)), None)


def of_audit(tx: Tx, audit: str) -> list[Finding]:
    """The findings of an audit, also withdrawn ones, in the order in which they were raised."""
    return _found(tx, FindingRow.audit == audit)


def owned_by(tx: Tx, user_id: str) -> list[Finding]:
    """What somebody still has to do about findings, the soonest first."""
    waiting = (FindingRow.done_on.is_(None), FindingRow.status != FindingStatus.WITHDRAWN.value)
    mine = _found(tx, FindingRow.owner_id == user_id, *waiting)
    return sorted(mine, key=lambda each: (each.due_on is None, each.due_on, each.ref))


def put(tx: Tx, after: Finding) -> bool:
    """Write a finding that is still at the version it was read with; whether it was."""
    same = (
        FindingRow.ref == after.ref,
        FindingRow.version == after.version,
    )
    values = _row(tx, after.model_copy(update={"version": after.version + 1}))
    return tx.update(FindingRow, *same, **values) == 1


def left_behind(tx: Tx) -> list[Finding]:
    """What is still to be done by somebody who is not on the list any more."""
    here = tx.select(PersonRow, PersonRow.user_id)
    waiting = (FindingRow.done_on.is_(None), FindingRow.status != FindingStatus.WITHDRAWN.value, FindingRow.owner_id.is_not(None))
    return _found(tx, *waiting, FindingRow.owner_id.not_in(here))


def forget(tx: Tx, audit: str, number: int) -> None:
    """Erase the words of findings about a sampled case that is disposed of."""
    mine = (FindingRow.audit == audit, FindingRow.number == number)
    tx.update(FindingRow, *mine, version=FindingRow.version + 1, **dict.fromkeys(_TYPED))


def remove(tx: Tx, audit: str) -> None:
    """Delete the findings of an audit that is disposed of."""
    tx.delete(FindingRow, FindingRow.audit == audit)


def _row(tx: Tx, finding: Finding) -> dict[str, Any]:
    sealed = {
        name: data_keys.encrypt(tx, finding.audit, f"{name}.{finding.ref}", FindingRow, getattr(finding, name)) for name in _TYPED
    }
    return finding.model_dump() | {"status": finding.status.value} | sealed


def _found(tx: Tx, *which: ColumnElement[bool]) -> list[Finding]:
    query = tx.select(FindingRow).where(*which).order_by(FindingRow.ref)
    found = []
    for row in tx.conn.execute(query).mappings().all():
        wrapped = data_keys.wrapped_for(tx, row["audit"])
        typed = {
            name: data_keys.decrypt(tx, row["audit"], f"{name}.{row['ref']}", FindingRow, row[name], wrapped) for name in _TYPED
        }
        typed["what"] = typed["what"] or ERASED
        found.append(Finding.model_validate({name: row[name] for name in Finding.model_fields} | typed))
    return found
