"""Audit exercises in and out of their tables, with the forms of their cases (docs/domain.md §3.4)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, exists, func, insert
from sqlalchemy import case as sql_case

from bot.domain.audits.audit import Audit, AuditSection, SampledCase
from storage.audits import findings
from storage.audits.tables import AuditItemRow, AuditRow
from storage.cases.tables import CaseRow
from storage.db import data_keys
from storage.db.engine import Tx
from storage.settings import team

_TYPED = ("title", "commissioned_by", "context", "cancel_reason")
_WORDS = ("comment", "reservations")


def add(tx: Tx, exercise: Audit) -> None:
    """Insert a new exercise."""
    values = exercise.model_dump() | _sealed(tx, exercise) | {"refs": list(exercise.refs)}
    tx.conn.execute(insert(AuditRow).values(workspace_id=tx.workspace_id, **values))


def get(tx: Tx, ref: str) -> Audit | None:
    """One exercise."""
    return next(iter(_found(tx, AuditRow.ref == ref)), None)


def everything(tx: Tx, auditor_id: str | None = None) -> list[Audit]:
    """All exercises, or those of an auditor, the newest first."""
    return _found(tx, *([AuditRow.auditor_id == auditor_id] if auditor_id is not None else []))


def change(tx: Tx, exercise: Audit, *unchanged: ColumnElement[bool]) -> bool:
    """Write an exercise anew; whether it was there and `unchanged`."""
    values = exercise.model_dump(exclude={"ref"}) | _sealed(tx, exercise) | {"refs": list(exercise.refs)}
    return tx.update(AuditRow, AuditRow.ref == exercise.ref, *unchanged, **values) == 1


def freeze(tx: Tx, exercise: Audit, items: Iterable[SampledCase]) -> bool:
    """Write down what was drawn, once; whether nothing was drawn before."""
    if not change(tx, exercise, AuditRow.sampled_at.is_(None)):
        return False
    rows = [{"workspace_id": tx.workspace_id} | _row(tx, item) for item in items]
    if rows:
        tx.conn.execute(insert(AuditItemRow), rows)
    return True


def report(tx: Tx, ref: str) -> bool:
    """Note that an exercise was reported now; whether it was not before."""
    return tx.update(AuditRow, AuditRow.ref == ref, AuditRow.reported_at.is_(None), reported_at=tx.now) == 1


def mark_conflicts(tx: Tx, ref: str, cases: Collection[str]) -> None:
    """Which sampled cases the auditor has worked on: after another one took over."""
    tx.update(AuditItemRow, AuditItemRow.audit == ref, conflict=AuditItemRow.case_ref.in_(sorted(cases)))


def items(tx: Tx, ref: str) -> list[SampledCase]:
    """The sampled cases of an exercise, in the order in which they were drawn."""
    return _items(tx, AuditItemRow.audit == ref)


def item(tx: Tx, ref: str, number: int) -> SampledCase | None:
    """One of them."""
    return next(iter(_items(tx, AuditItemRow.audit == ref, AuditItemRow.number == number)), None)


def about(tx: Tx, case_ref: str) -> list[SampledCase]:
    """The forms about a case, of every exercise."""
    return _items(tx, AuditItemRow.case_ref == case_ref)


def put(tx: Tx, after: SampledCase) -> bool:
    """Write the form of a case that is still at the version it was read with; whether it was."""
    same = (
        AuditItemRow.audit == after.audit,
        AuditItemRow.number == after.number,
        AuditItemRow.version == after.version,
    )
    values = _row(tx, after.model_copy(update={"version": after.version + 1}))
    return tx.update(AuditItemRow, *same, **values) == 1


def progress(tx: Tx, refs: Sequence[str]) -> dict[str, tuple[int, int, int]]:
    """Exercise → how many cases it has, how many of their forms were begun, and how many are complete."""
    begun = func.count(sql_case((AuditItemRow.version > 0, 1)))
    query = tx.select(AuditItemRow, AuditItemRow.audit, func.count(), begun, func.count(AuditItemRow.completed_at)).where(
        AuditItemRow.audit.in_(refs)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in tx.conn.execute(query.group_by(AuditItemRow.audit))}


def forget(tx: Tx, case_ref: str) -> None:
    """A case that is disposed of: its form keeps what was judged, but neither words nor the way back to it.

    A finding about it keeps its state and its days.
    """
    for each in about(tx, case_ref):
        findings.forget(tx, each.audit, each.number)
    nothing = dict.fromkeys(("set_aside", *_WORDS))
    tx.update(AuditItemRow, AuditItemRow.case_ref == case_ref, case_ref="", version=AuditItemRow.version + 1, **nothing)


def settled_before(tx: Tx, day: date, limit: int) -> list[tuple[str, date]]:
    """(reference, day of the meeting) of exercises whose meeting was before a day; none under a hold, none with a held case."""
    free = team.not_held(tx, CaseRow.ref, CaseRow.ics_ref)
    held = tx.select(CaseRow, CaseRow.ref).where(~free)
    samples = exists().where(
        AuditItemRow.workspace_id == AuditRow.workspace_id, AuditItemRow.audit == AuditRow.ref, AuditItemRow.case_ref.in_(held)
    )
    query = tx.select(AuditRow, AuditRow.ref, AuditRow.meeting_on).where(
        AuditRow.meeting_on < day,
        AuditRow.access_until < tx.today,
        team.not_held(tx, AuditRow.ref),
        ~samples,
    )
    return [(ref, on) for ref, on in tx.conn.execute(query.order_by(AuditRow.meeting_on, AuditRow.ref).limit(limit))]


def remove(tx: Tx, ref: str) -> None:
    """Delete an exercise with its forms."""
    tx.delete(AuditItemRow, AuditItemRow.audit == ref)
    tx.delete(AuditRow, AuditRow.ref == ref)


def number_under(tx: Tx, subject: str) -> int:
    """How many exercises a legal hold on `subject` covers."""
    return tx.count(AuditRow, *team.under(subject, AuditRow.ref == subject))


def _sealed(tx: Tx, exercise: Audit) -> dict[str, Any]:
    return {name: data_keys.encrypt(tx, exercise.ref, name, AuditRow, getattr(exercise, name)) for name in _TYPED}


def _row(tx: Tx, item: SampledCase) -> dict[str, Any]:
    reasons = json.dumps({section.value: why for section, why in item.set_aside.items()}) if item.set_aside else None
    words = {"set_aside": reasons} | {name: getattr(item, name) for name in _WORDS}
    sealed = {
        name: data_keys.encrypt(tx, item.audit, f"{name}.{item.number}", AuditItemRow, text) for name, text in words.items()
    }
    facts = item.model_dump(mode="json", include={"opened", "judgements"})
    same = {name: getattr(item, name) for name in SampledCase.model_fields if name not in {*words, *facts}}
    return same | facts | sealed


def _found(tx: Tx, *which: ColumnElement[bool]) -> list[Audit]:
    query = tx.select(AuditRow).where(*which)
    rows = tx.conn.execute(query.order_by(AuditRow.made_at.desc(), AuditRow.ref.desc())).mappings().all()
    return [_exercise(tx, row) for row in rows]


def _exercise(tx: Tx, row: RowMapping) -> Audit:
    wrapped = data_keys.wrapped_for(tx, row["ref"])
    typed = {name: data_keys.decrypt(tx, row["ref"], name, AuditRow, row[name], wrapped) for name in _TYPED}
    return Audit.model_validate({name: row[name] for name in Audit.model_fields} | typed)


def _items(tx: Tx, *which: ColumnElement[bool]) -> list[SampledCase]:
    query = tx.select(AuditItemRow).where(*which)
    rows = tx.conn.execute(query.order_by(AuditItemRow.audit, AuditItemRow.number)).mappings().all()
    return [_item(tx, row) for row in rows]


def _item(tx: Tx, row: RowMapping) -> SampledCase:
    wrapped = data_keys.wrapped_for(tx, row["audit"])
    said = {
        name: data_keys.decrypt(tx, row["audit"], f"{name}.{row['number']}", AuditItemRow, row[name], wrapped)
        for name in ("set_aside", *_WORDS)
    }
    reasons = {AuditSection(name): why for name, why in json.loads(said.pop("set_aside") or "{}").items()}
    return SampledCase.model_validate({name: row[name] for name in SampledCase.model_fields} | said | {"set_aside": reasons})
