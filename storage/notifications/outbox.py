"""Queued notifications: written in the transaction of their cause, sent by the sender (docs/trust.md, Delivery).

What is sent when, and in which message, is in `storage.notifications.conversations`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Insert, RowMapping, func, select, update

from bot.domain.notifications import Notification, unpack
from storage.db.batch import insert_of
from storage.db.columns import table_of
from storage.db.engine import Tx, insert_into, insert_once
from storage.db.statements import Query
from storage.notifications.tables import DestinationRow, OutboxRow

RENEWAL = "renewal"
"""The kind of a letter that is none: a message that was sent is to be brought up to date."""
_LATELY = timedelta(days=1)


@dataclass(frozen=True)
class QueuedNotification:
    """A row of the outbox: its key, who gets it, and what it is about. `meant_for` is set where somebody else gets it."""

    key: str
    recipient: str
    kind: str
    subject: str
    meant_for: str | None = None

    @property
    def content(self) -> Notification:
        """What it is about, as its type."""
        return unpack(self.kind, self.subject)

    @property
    def addressee(self) -> str:
        """Whom it was written for."""
        return self.meant_for or self.recipient


@dataclass(frozen=True)
class Counts:
    """Letters in numbers: waiting, sent within a day, given up so far, re-routed within a day."""

    waiting: int
    sent: int
    failed: int
    rerouted: int


def queue(tx: Tx, recipient: str, notification: Notification, meant_for: str | None = None) -> bool:
    """Queue a notification for `recipient`, once. Return whether it is new. `meant_for`: whom they stand in for."""
    kind, subject = notification.kind, notification.pack()
    new = insert_once(
        tx,
        OutboxRow,
        {
            "workspace_id": tx.workspace_id,
            "key": key_of(notification, recipient),
            "recipient": recipient,
            "kind": kind,
            "subject": subject,
            "made_at": tx.now,
            "next_at": tx.now,
            "tries": 0,
            "meant_for": meant_for,
            "about": subject.partition("|")[0],
        },
    )
    if new:
        call(tx, recipient)
    return new


def key_of(notification: Notification, recipient: str) -> str:
    """Return the key under which a notification is queued once for each recipient.

    The column takes 200 characters, and PostgreSQL refuses a longer one, so what is longer is named by its SHA-256.
    """
    packed = notification.pack()
    if len(packed) > _LONGEST_SUBJECT:
        packed = hashlib.sha256(packed.encode()).hexdigest()
    return f"{notification.kind}|{packed}|{recipient}"


_LONGEST_SUBJECT = 120
"""Characters of a subject that stand in a key as they are."""


def call(tx: Tx, recipient: str) -> None:
    """Note that letters wait for somebody; whoever is just sending to them looks again when they have done."""
    values = {"recipient": recipient, "waiting": True, "not_before": tx.now, "tries": 0}
    tx.conn.execute(_call(tx.conn.dialect.name), {"workspace_id": tx.workspace_id, **values})


@cache
def _call(dialect: str) -> Insert:
    key = [DestinationRow.workspace_id, DestinationRow.recipient]
    return insert_of(dialect, table_of(DestinationRow)).on_conflict_do_update(index_elements=key, set_={"waiting": True})


def unsent(tx: Tx, recipient: str, limit: int) -> list[RowMapping]:
    """The rows of letters that wait for somebody, the oldest first."""
    query = select(OutboxRow.__table__).where(*_waiting(tx), OutboxRow.recipient == recipient)
    return list(tx.conn.execute(query.order_by(OutboxRow.made_at, OutboxRow.key).limit(limit)).mappings())


_UNSENT = Query(OutboxRow, select(OutboxRow.__table__).where(OutboxRow.next_at.is_not(None)))


def everything_unsent(tx: Tx) -> list[QueuedNotification]:
    """Every letter that waits, in no order; for a rehearsal, which sends nothing."""
    return [read(row) for row in _UNSENT.run(tx).mappings()]


def sent(tx: Tx, keys: Collection[str], slack_ts: str | None, message_key: str | None = None) -> None:
    """The letters are in Slack, in the message of that timestamp, or, with none, are not wanted any more.

    What somebody else has noted already stands, and so does what was owed anew since it was claimed as part of `message_key`.
    """
    if not keys:
        return
    mine = [*_waiting(tx), OutboxRow.key.in_(sorted(keys))]
    if message_key is not None:
        mine.append(OutboxRow.message_key == message_key)
    tx.conn.execute(update(OutboxRow).where(*mine).values(sent_at=tx.now, slack_ts=slack_ts, next_at=None, problem=None))


def give_up(tx: Tx, keys: Collection[str], problem: str) -> None:
    """Never try again; the rows stay, with the reason."""
    change(tx, keys, next_at=None, problem=problem)


def in_message(tx: Tx, recipient: str, slack_ts: str) -> list[QueuedNotification]:
    """The letters that stand in a message."""
    rows = tx.conn.execute(
        tx.select(OutboxRow)
        .where(OutboxRow.recipient == recipient, OutboxRow.slack_ts == slack_ts)
        .order_by(OutboxRow.made_at, OutboxRow.key)
    ).mappings()
    return [read(row) for row in rows]


def renew(tx: Tx, recipient: str, slack_ts: str) -> None:
    """Have a message that was sent brought up to date: what it tells of has changed."""
    values = {"recipient": recipient, "kind": RENEWAL, "subject": slack_ts, "made_at": tx.now, "next_at": tx.now, "tries": 0}
    statement = insert_into(tx, OutboxRow).values(workspace_id=tx.workspace_id, key=f"{RENEWAL}|{slack_ts}|{recipient}", **values)
    again = {"next_at": tx.now, "made_at": tx.now, "sent_at": None, "problem": None, "message_key": None}
    tx.conn.execute(statement.on_conflict_do_update(index_elements=[OutboxRow.workspace_id, OutboxRow.key], set_=again))
    call(tx, recipient)


def messages(tx: Tx, keys: Collection[str], since: datetime) -> set[tuple[str, str]]:
    """The messages (recipient, timestamp) in which these letters were sent since then."""
    return _messages(tx, since, OutboxRow.key.in_(sorted(keys)))


def messages_about(tx: Tx, ref: str, kinds: Collection[str], since: datetime) -> set[tuple[str, str]]:
    """The messages in which letters of these kinds about `ref` were sent since then."""
    return _messages(tx, since, OutboxRow.about == ref, OutboxRow.kind.in_(sorted(kinds)))


def about(tx: Tx, refs: list[str]) -> list[dict[str, Any]]:
    """What was or will be sent about any of these references: kind, recipient, when, and what became of it.

    A subject holds more than the reference (which assessment, who asked), so the column `about` is looked at.
    """
    columns = (OutboxRow.kind, OutboxRow.subject, OutboxRow.recipient, OutboxRow.made_at, OutboxRow.sent_at, OutboxRow.problem)
    query = tx.select(OutboxRow, *columns).where(OutboxRow.about.in_(refs))
    return [dict(row) for row in tx.conn.execute(query.order_by(OutboxRow.made_at)).mappings()]


def is_untold(tx: Tx, recipient: str, kind: str, ref: str) -> bool:
    """Whether a notification of this kind about `ref` still waits for somebody."""
    waits = OutboxRow.next_at.is_not(None)
    return _number(tx, waits, OutboxRow.recipient == recipient, OutboxRow.kind == kind, OutboxRow.about == ref) > 0


def made_between(tx: Tx, kind: str, first: datetime, last: datetime) -> list[Notification]:
    """The notifications of a kind that were queued in a time, the oldest first."""
    query = tx.select(OutboxRow, OutboxRow.subject).where(
        OutboxRow.kind == kind, OutboxRow.made_at >= first, OutboxRow.made_at < last
    )
    return [unpack(kind, subject) for subject in tx.conn.execute(query.order_by(OutboxRow.made_at)).scalars()]


def troubles(tx: Tx) -> dict[str, int]:
    """Problem → how many letters were given up or wait because of it."""
    query = tx.select(OutboxRow, OutboxRow.problem, func.count()).where(OutboxRow.sent_at.is_(None))
    rows = tx.conn.execute(query.where(OutboxRow.problem.is_not(None)).group_by(OutboxRow.problem))
    return {problem: number for problem, number in rows if problem}


def oldest_due(tx: Tx) -> datetime | None:
    """When the letter that has waited longest should have gone; None when none waits."""
    return tx.conn.execute(select(func.min(OutboxRow.made_at)).where(*_waiting(tx))).scalar()


def counts(tx: Tx) -> Counts:
    """How delivery goes, in numbers."""
    lately = (tx.own(OutboxRow), OutboxRow.sent_at > tx.now - _LATELY, OutboxRow.slack_ts.is_not(None))
    lost = (
        *(tx.own(OutboxRow), OutboxRow.next_at.is_(None)),
        *(OutboxRow.sent_at.is_(None), OutboxRow.problem.is_not(None)),
    )
    return Counts(
        waiting=_number(tx, *_waiting(tx)),
        sent=_number(tx, *lately),
        failed=_number(tx, *lost),
        rerouted=_number(tx, *lately, OutboxRow.rerouted_at.is_not(None)),
    )


def undelivered(tx: Tx, recipients: Collection[str], since: datetime) -> dict[str, int]:
    """Who of `recipients` could not be reached since then → how many letters went to somebody else, or to nobody."""
    missed = func.coalesce(OutboxRow.meant_for, OutboxRow.recipient)
    query = tx.select(OutboxRow, missed, func.count()).where(
        OutboxRow.made_at >= since,
        OutboxRow.rerouted_at.is_not(None) | (OutboxRow.next_at.is_(None) & OutboxRow.sent_at.is_(None)),
        missed.in_(sorted(recipients)),
    )
    return {row[0]: row[1] for row in tx.conn.execute(query.group_by(missed).order_by(missed))}


def change(tx: Tx, keys: Collection[str], **values: object) -> None:
    """Set values of letters."""
    tx.update(OutboxRow, OutboxRow.key.in_(sorted(keys)), **values)


def read(row: RowMapping) -> QueuedNotification:
    """The letter of a row."""
    return QueuedNotification(row["key"], row["recipient"], row["kind"], row["subject"], row["meant_for"])


def _messages(tx: Tx, since: datetime, *which: ColumnElement[bool]) -> set[tuple[str, str]]:
    rows = tx.conn.execute(
        tx.select(OutboxRow, OutboxRow.recipient, OutboxRow.slack_ts).where(
            OutboxRow.sent_at >= since, OutboxRow.slack_ts != "", *which
        )
    )
    return {(row[0], row[1]) for row in rows if row[1]}


def _waiting(tx: Tx) -> tuple[ColumnElement[bool], ...]:
    return tx.own(OutboxRow), OutboxRow.next_at.is_not(None)


def _number(tx: Tx, *conditions: ColumnElement[bool]) -> int:
    return tx.count(OutboxRow, *conditions)
