"""Obligations in and out of their table: written with their cause, found by what is still to send and by whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import RowMapping, bindparam, insert, literal_column, select, update

from bot.domain.shared.obligation import Obligation
from bot.domain.shared.rule import Rule
from storage.db.columns import table_of
from storage.db.engine import Tx
from storage.db.statements import Query
from storage.reminders.tables import ObligationRow
from storage.responsibility import manager_of, team_of

IS_OPEN = ObligationRow.status == literal_column("'open'")
"""As the partial indexes say it: with a bound value the database could not know that they apply."""


@dataclass(frozen=True)
class Kept:
    """An obligation on file: what is known by `ref`, who hears of it, and the day on which something may be to send.

    `manager_id` is the worker's manager of today, unless `named_manager_id` was named for the case alone.
    """

    ref: str
    worker_id: str
    manager_id: str | None
    asked: Obligation
    send_on: date | None = None
    named_manager_id: str | None = None


def replace(tx: Tx, ref: str, kept: Sequence[Kept]) -> None:
    """Put `kept` in place of everything that the rules asked about a case, but for R4, which is asked about feedback."""
    tx.delete(ObligationRow, ObligationRow.ref == ref, ObligationRow.rule != Rule.FEEDBACK_ON_ICS)
    if kept:
        tx.conn.execute(insert(table_of(ObligationRow)), [row_of(tx, each) for each in kept])


def add(tx: Tx, kept: Kept) -> None:
    """Put an obligation about an inquiry or feedback on file; one that there was is forgotten before."""
    tx.insert(ObligationRow, **row_of(tx, kept))


def forget(tx: Tx, subject: str) -> None:
    """Delete what was asked about an inquiry or feedback, to be asked anew or no more."""
    tx.delete(ObligationRow, ObligationRow.subject == subject)


def of(tx: Tx, ref: str) -> list[Kept]:
    """Everything asked about `ref`, ended or not, in the order of subjects and rules."""
    query = tx.select(ObligationRow).where(ObligationRow.ref == ref)
    return [_model(tx, row) for row in tx.conn.execute(query.order_by(ObligationRow.subject, ObligationRow.rule)).mappings()]


def asking(tx: Tx, ref: str, asks: tuple[str, str, date | None]) -> Kept | None:
    """The obligation about `ref` of that identity (`Obligation.asks`), None when it is not on file any more."""
    return next((each for each in of(tx, ref) if each.asked.asks == asks), None)


_TO_SEND = Query(
    ObligationRow,
    select(ObligationRow.__table__).order_by(ObligationRow.send_on, ObligationRow.ref, ObligationRow.rule),
    by=ObligationRow.send_on <= bindparam("by"),
)


def to_send(tx: Tx, today: date) -> list[Kept]:
    """Open obligations about which something may be to send by today; its cost is what it finds."""
    return [_model(tx, row) for row in _TO_SEND.run(tx, by=today).mappings()]


def all_open(tx: Tx) -> list[Kept]:
    """Everything that is asked now, of whomever; for looking at what a change of the rules would do."""
    query = tx.select(ObligationRow).where(IS_OPEN)
    return sorted((_model(tx, row) for row in tx.conn.execute(query).mappings()), key=_in_order)


def begun_since(tx: Tx, day: date) -> list[str]:
    """What something has been asked about since `day` or later."""
    query = tx.select(ObligationRow, ObligationRow.ref).where(ObligationRow.since >= day)
    return sorted(set(tx.conn.execute(query).scalars()))


_LOOK_AGAIN = (
    update(table_of(ObligationRow))
    .where(*(table_of(ObligationRow).c[name] == bindparam(f"of_{name}") for name in ("workspace_id", "ref", "rule", "subject")))
    .values(send_on=bindparam("on"))
)


def look_again(tx: Tx, changed: Sequence[tuple[Kept, date | None]]) -> None:
    """Note when the next message about each may be to send."""
    rows = [
        {"of_workspace_id": tx.workspace_id, "of_ref": kept.ref, "of_rule": kept.asked.rule, "of_subject": kept.asked.subject}
        | {"on": send_on}
        for kept, send_on in changed
    ]
    if rows:
        tx.conn.execute(_LOOK_AGAIN, rows)


def of_worker(tx: Tx, worker_id: str, until: date) -> list[Kept]:
    """What is open for a worker and due by `until`, or has no date."""
    return _open(tx, until, {"worker_id": worker_id})


def of_team(tx: Tx, manager_id: str, until: date) -> list[Kept]:
    """What is open for a manager's team and due by `until`, or has no date: of those who report to them, or named theirs."""
    team = team_of(tx, manager_id)
    return _open(tx, until, {"manager_id": manager_id}, *([{"unnamed": True, "workers": team}] if team else []))


_OPEN = Query(
    ObligationRow,
    select(ObligationRow.__table__).where(IS_OPEN),
    worker_id=ObligationRow.worker_id == bindparam("worker_id"),
    manager_id=ObligationRow.manager_id == bindparam("manager_id"),
    unnamed=ObligationRow.manager_id.is_(None),
    workers=ObligationRow.worker_id.in_(bindparam("workers", expanding=True)),
    until=ObligationRow.due_on <= bindparam("until"),
    undated=ObligationRow.due_on.is_(None),
)


def _open(tx: Tx, until: date, *whose: dict[str, object]) -> list[Kept]:
    """Sorted here: asked for an order, SQLite walks the primary key instead of the index of those whose it is."""
    found: list[Kept] = []
    for dated in ({"undated": True}, {"until": until}):
        rows = [row for each in whose for row in _OPEN.run(tx, **dated, **each).mappings()]
        found += sorted((_model(tx, row) for row in rows), key=_in_order)
    return found


def _in_order(kept: Kept) -> tuple[date, str, str, str]:
    return kept.asked.due or date.min, kept.ref, kept.asked.rule, kept.asked.subject


def row_of(tx: Tx, kept: Kept) -> dict[str, Any]:
    """The row of an obligation."""
    asked = kept.asked
    return {
        "workspace_id": tx.workspace_id,
        "ref": kept.ref,
        "rule": asked.rule,
        "subject": asked.subject,
        "worker_id": kept.worker_id,
        "manager_id": kept.named_manager_id,
        "since": asked.since,
        "due_on": asked.due,
        "status": asked.standing.value,
        "ended_on": asked.ended_on,
        "send_on": kept.send_on,
        "asked": asked.model_dump(mode="json"),
    }


def _model(tx: Tx, row: RowMapping) -> Kept:
    return Kept(
        ref=row["ref"],
        worker_id=row["worker_id"],
        manager_id=manager_of(tx, row["worker_id"], row["manager_id"]),
        asked=Obligation.model_validate(row["asked"]),
        send_on=row["send_on"],
        named_manager_id=row["manager_id"],
    )
