"""Cases in and out of their tables: loaded whole, changed record by record.

What a change replaces is kept, encrypted, under the version that it ended (`history`): corrections have a past, and one's own
entry can be taken back.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.cases.case import Case, CaseFeedback
from bot.domain.cases.episode import Assessment, Episode
from bot.domain.cases.records import (
    Action,
    Activity,
    Assignment,
    Authorisation,
    Chronology,
    Decision,
    HomeAuthority,
    MedicalFileItem,
    Record,
    Referral,
    Review,
    Sharing,
    Waiver,
)
from bot.domain.feedback.feedback import Target
from storage.cases import tables
from storage.cases.tables import CaseRow
from storage.db import data_keys, history
from storage.db.columns import Base, table_of
from storage.db.engine import Tx
from storage.db.tables import FeedbackRow
from storage.responsibility import manager_of

R = TypeVar("R", bound=Record)

_TABLES: dict[type[Record], Any] = {
    Episode: tables.EpisodeRow,
    Referral: tables.ReferralRow,
    HomeAuthority: tables.HomeAuthorityRow,
    Assignment: tables.AssignmentRow,
    Activity: tables.ActivityRow,
    Assessment: tables.AssessmentRow,
    Review: tables.ReviewRow,
    Authorisation: tables.AuthorisationRow,
    Sharing: tables.SharingRow,
    MedicalFileItem: tables.MedicalFileItemRow,
    Chronology: tables.ChronologyRow,
    Decision: tables.DecisionRow,
    Action: tables.ActionRow,
    Waiver: tables.WaiverRow,
}
_ALL = {
    kind: select(table.__table__)
    .where(table.workspace_id == bindparam("workspace"), table.case_ref == bindparam("ref"))
    .order_by(table.number)
    for kind, table in _TABLES.items()
}
"""Made once: a case is loaded with a dozen of them, and making a query costs more than SQLite takes to answer it."""
_BY_NAME = {kind.__name__: kind for kind in _TABLES}
_HEAD = ("restricted", "family_group", "deceased_on", "ics_ref")
"""What of a case itself can change."""


@dataclass(frozen=True)
class Before:
    """What a change replaced: the case's own fields, and each record as it was (None for one that was new)."""

    version: int
    changed_by: str
    until: datetime
    action: str
    why: str | None
    head: dict[str, Any]
    records: tuple[tuple[type[Record], int, Record | None], ...]


def add(tx: Tx, case: Case) -> None:
    """Insert a new case, without any record."""
    tx.conn.execute(insert(CaseRow).values(head_of(tx, case)))


def head_of(tx: Tx, case: Case) -> dict[str, Any]:
    """The row of a new case."""
    values = {name: getattr(case, name) for name in ("ref", "created_by", "created_at", "version", *_HEAD)}
    return {"workspace_id": tx.workspace_id, "changed_at": tx.now, **values}


def get(tx: Tx, ref: str) -> Case | None:
    """A case with everything on it, decrypted, or None."""
    query = tx.select(CaseRow).where(CaseRow.ref == ref)
    row = tx.conn.execute(query).mappings().one_or_none()
    if row is None:
        return None
    loader = _RecordLoader(tx, ref)
    hanging: dict[str, dict[int, list[Any]]] = {
        "assessments": _by_episode(loader.all(Assessment)),
        "reviews": _by_episode(loader.all(Review)),
        "activities": _by_episode(loader.all(Activity)),
        "decisions": _by_episode(loader.all(Decision)),
        "actions": _by_episode(loader.all(Action)),
        "waivers": _by_episode(loader.all(Waiver)),
    }
    episodes = [
        each.model_copy(update={name: tuple(found.get(each.number, ())) for name, found in hanging.items()})
        for each in loader.all(Episode)
    ]
    return Case(
        episodes=tuple(episodes),
        referrals=loader.all(Referral),
        home_authorities=loader.all(HomeAuthority),
        assignments=loader.all(Assignment),
        sharings=loader.all(Sharing),
        authorisations=loader.all(Authorisation),
        medical_file_items=loader.all(MedicalFileItem),
        chronologies=loader.all(Chronology),
        feedback=_feedback(tx, ref),
        **{name: row[name] for name in ("ref", "created_by", "created_at", "version", *_HEAD)},
    )


def change(
    tx: Tx, before: Case, records: Iterable[Record], action: str, head: dict[str, Any] | None = None, why: str | None = None
) -> bool:
    """Write records of a case that is still as it was `before`, and fields of the case itself; whether it was.

    A record with a number that exists is replaced, one with a new number is added.
    """
    version = {"version": before.version + 1, "changed_at": tx.now}
    if tx.update(CaseRow, CaseRow.ref == before.ref, CaseRow.version == before.version, **version, **(head or {})) != 1:
        return False
    loader = _RecordLoader(tx, before.ref)
    former = []
    for record in records:
        former.append((type(record).__name__, record.number, loader.one(type(record), record.number)))
        _put(tx, before.ref, record)
    _remember(tx, before, {"action": action, "why": why, "head": {name: getattr(before, name) for name in head or {}}}, former)
    return True


def restore(tx: Tx, case: Case, before: Before) -> bool:
    """Put back what a change of a case that still is as `case` replaced; what was new in it is deleted. Whether it still was."""
    values = {"version": case.version + 1, "changed_at": tx.now} | before.head
    if tx.update(CaseRow, CaseRow.ref == case.ref, CaseRow.version == case.version, **values) != 1:
        return False
    for kind, number, record in before.records:
        if record is None:
            table = _TABLES[kind]
            tx.conn.execute(delete(table).where(*_of(tx, table, case.ref), table.number == number))
        else:
            _put(tx, case.ref, record)
    return True


def changes(tx: Tx, ref: str) -> list[Before]:
    """Every change of a case, the oldest first, with what it replaced; nothing of those whose texts were erased."""
    return [_read(former) for former in history.of(tx, ref) if former.facts is not None]


class _RecordLoader:
    """Reads the records of one case; its data key is unwrapped once."""

    def __init__(self, tx: Tx, ref: str) -> None:
        self._tx = tx
        self._ref = ref
        self._wrapped = data_keys.wrapped_for(tx, ref)

    def all(self, kind: type[R]) -> tuple[R, ...]:
        """All records of a kind, in the order of their numbers."""
        rows = self._tx.conn.execute(_ALL[kind], {"workspace": self._tx.workspace_id, "ref": self._ref})
        return tuple(self._model(kind, row) for row in rows.mappings())

    def one(self, kind: type[R], number: int) -> R | None:
        """One record, None when there is none with that number."""
        table = _TABLES[kind]
        query = select(table.__table__).where(*_of(self._tx, table, self._ref), table.number == number)
        row = self._tx.conn.execute(query).mappings().one_or_none()
        return None if row is None else self._model(kind, row)

    def _model(self, kind: type[R], row: Any) -> R:  # noqa: ANN401 - a row's mapping
        values = {name: row[name] for name in kind.model_fields if name in row}
        if kind is Episode:
            values["manager_id"] = manager_of(self._tx, row["worker_id"], row["named_manager_id"], row["manager_id"])
        for name in kind.PRIVATE:
            place = f"{name}.{row['number']}"
            values[name] = data_keys.decrypt(self._tx, self._ref, place, _TABLES[kind], row[name], self._wrapped)
        return kind.model_validate(values)


def row_of(tx: Tx, ref: str, record: Record) -> tuple[type[Base], dict[str, Any]]:
    """The table of a record of a case, and its row; what was typed is encrypted."""
    table = _TABLES[type(record)]
    hanging = record.HANGING if isinstance(record, Episode) else frozenset()
    values = {name: getattr(record, name) for name in type(record).model_fields if name not in hanging}
    values |= {name: list(value) for name, value in values.items() if isinstance(value, tuple)}
    for name in record.PRIVATE:
        values[name] = data_keys.encrypt(tx, ref, f"{name}.{record.number}", table, values[name])
    return table, {"workspace_id": tx.workspace_id, "case_ref": ref, **values}


def _put(tx: Tx, ref: str, record: Record) -> None:
    table, values = row_of(tx, ref, record)
    tx.conn.execute(_upsert(tx.conn.dialect.name, table), values)


@cache
def _upsert(dialect: str, table: type[Base]) -> Any:  # noqa: ANN401 - an insert of either database
    """Insert a record, or replace the one with its number."""
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(table_of(table))
    key = ("workspace_id", "case_ref", "number")
    columns = {column.name: statement.excluded[column.name] for column in statement.table.columns if column.name not in key}
    return statement.on_conflict_do_update(index_elements=list(key), set_=columns)


def _of(tx: Tx, table: type[Any], ref: str) -> tuple[Any, ...]:
    return (tx.own(table), table.case_ref == ref)


def _by_episode(records: Iterable[Any]) -> dict[int, list[Any]]:
    found = defaultdict(list)
    for record in records:
        found[record.episode].append(record)
    return found


def _feedback(tx: Tx, ref: str) -> tuple[CaseFeedback, ...]:
    query = tx.select(FeedbackRow, FeedbackRow.given_on, FeedbackRow.target).where(
        FeedbackRow.about == ref, FeedbackRow.void.is_(False)
    )
    rows = tx.conn.execute(query.order_by(FeedbackRow.given_on, FeedbackRow.ref))
    return tuple(CaseFeedback(given_on=given_on, to_referrer=target is Target.REFERRER) for given_on, target in rows)


def _remember(tx: Tx, before: Case, facts: dict[str, Any], former: list[tuple[str, int, Record | None]]) -> None:
    head = {name: value.isoformat() if isinstance(value, date) else value for name, value in facts["head"].items()}
    records = [
        (kind, number, None if record is None else record.model_dump(mode="json", exclude=set(Episode.HANGING)))
        for kind, number, record in former
    ]
    history.keep_text(tx, before.ref, before.version, json.dumps(facts | {"head": head, "records": records}))


def _read(former: history.Former) -> Before:
    facts = json.loads(former.facts or "{}")
    head = facts["head"]
    if head.get("deceased_on"):
        head["deceased_on"] = date.fromisoformat(head["deceased_on"])
    records = [
        (_BY_NAME[kind], number, None if values is None else _BY_NAME[kind].model_validate(values))
        for kind, number, values in facts["records"]
    ]
    return Before(
        former.version, former.changed_by, former.until, facts["action"], facts["why"], head, cast("Any", tuple(records))
    )
