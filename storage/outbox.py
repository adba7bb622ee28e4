"""Messages owed to people: written in the transaction of their cause, claimed by the post room (trust.md, Delivery)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from storage.engine import Tx, insert_once
from storage.tables import OutboxRow

LEASE = timedelta(seconds=30)


@dataclass(frozen=True)
class Owed:
    """A message that was claimed: nobody else sends it until the lease ends. `tries` counts this one."""

    key: str
    recipient: str
    kind: str
    subject: str
    tries: int


def owe(tx: Tx, recipient: str, kind: str, subject: str) -> bool:
    """Owe `recipient` the message `kind` about `subject`, once; whether it is new."""
    return insert_once(
        tx,
        OutboxRow,
        {
            "workspace_id": tx.workspace_id,
            "key": f"{kind}|{subject}|{recipient}",
            "recipient": recipient,
            "kind": kind,
            "subject": subject,
            "made_at": tx.now,
            "next_at": tx.now,
            "tries": 0,
        },
    )


def claim(tx: Tx, limit: int) -> list[Owed]:
    """Lease up to `limit` messages that are due, oldest first."""
    due = (
        select(OutboxRow.__table__)
        .where(OutboxRow.workspace_id == tx.workspace_id, OutboxRow.next_at <= tx.now)
        .order_by(OutboxRow.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = tx.conn.execute(due).mappings().all()
    for row in rows:
        _set(tx, row["key"], next_at=tx.now + LEASE, tries=row["tries"] + 1)
    return [Owed(row["key"], row["recipient"], row["kind"], row["subject"], row["tries"] + 1) for row in rows]


def sent(tx: Tx, key: str, slack_ts: str | None) -> None:
    """The message is in Slack (or, with no timestamp, is no longer wanted)."""
    _set(tx, key, sent_at=tx.now, slack_ts=slack_ts, next_at=None, problem=None)


def put_off(tx: Tx, key: str, until: datetime, problem: str) -> None:
    """Try again at `until`."""
    _set(tx, key, next_at=until, problem=problem)


def give_up(tx: Tx, key: str, problem: str) -> None:
    """Never try again; the row stays, with the reason."""
    _set(tx, key, next_at=None, problem=problem)


def about(tx: Tx, subjects: list[str]) -> list[dict[str, Any]]:
    """What was or will be sent about any of `subjects`: kind, recipient, when, and what became of it."""
    columns = (OutboxRow.kind, OutboxRow.subject, OutboxRow.recipient, OutboxRow.made_at, OutboxRow.sent_at, OutboxRow.problem)
    query = select(*columns).where(OutboxRow.workspace_id == tx.workspace_id, OutboxRow.subject.in_(subjects))
    return [dict(row) for row in tx.conn.execute(query.order_by(OutboxRow.made_at)).mappings()]


def troubles(tx: Tx) -> dict[str, int]:
    """Problem → how many messages were given up or wait because of it."""
    query = select(OutboxRow.problem, func.count()).where(OutboxRow.workspace_id == tx.workspace_id)
    rows = tx.conn.execute(query.where(OutboxRow.problem.is_not(None)).group_by(OutboxRow.problem))
    return {problem: number for problem, number in rows if problem}


def oldest_due(tx: Tx) -> datetime | None:
    """When the message that has waited longest should have gone; None when none waits."""
    mine = (OutboxRow.workspace_id == tx.workspace_id, OutboxRow.next_at.is_not(None))
    return tx.conn.execute(select(func.min(OutboxRow.made_at)).where(*mine)).scalar()


def waiting(tx: Tx) -> int:
    """How many messages are still to be sent."""
    query = select(func.count()).select_from(OutboxRow).where(OutboxRow.workspace_id == tx.workspace_id)
    return tx.conn.execute(query.where(OutboxRow.next_at.is_not(None))).scalar_one()


def _set(tx: Tx, key: str, **values: object) -> None:
    tx.conn.execute(update(OutboxRow).where(OutboxRow.workspace_id == tx.workspace_id, OutboxRow.key == key).values(**values))
