"""The ledger of reminders: what was sent about an obligation, to whom, and what somebody put off (docs/domain.md §5)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, select

from bot.domain.reminders.stages import SentSoFar
from bot.domain.shared.obligation import Obligation, ReminderStage, Sending, To
from storage.db import data_keys
from storage.db.engine import Tx, insert_into
from storage.reminders.tables import LedgerRow, SnoozeRow

PLANNED, SENT, SUPERSEDED, SUPPRESSED = "planned", "sent", "superseded", "suppressed"
_TOLD = (PLANNED, SENT)
"""What counts as said. What was over before its turn came (`suppressed`) was not: should it be asked again, it is said."""


_TOGETHER = 500
_TOLD_ABOUT = select(LedgerRow.__table__).where(
    LedgerRow.workspace_id == bindparam("workspace"), LedgerRow.ref.in_(bindparam("about", expanding=True))
)
_SNOOZED = select(SnoozeRow.ref, SnoozeRow.rule, SnoozeRow.subject, SnoozeRow.until).where(
    SnoozeRow.workspace_id == bindparam("workspace"), SnoozeRow.ref.in_(bindparam("about", expanding=True))
)


@dataclass(frozen=True)
class ReminderItem:
    """A line of a letter: about what, by which rule and stage, due when (None for no date)."""

    ref: str
    rule: str
    subject: str
    about: str | None
    of: int | None
    stage: ReminderStage
    due: date | None

    @property
    def asks(self) -> tuple[str, str, date | None]:
        """Which obligation it is about (`Obligation.asks`)."""
        return self.rule, self.subject, self.due


class ReminderLog:
    """Everything in the ledger about one case, inquiry or feedback, read at once; what is entered stands in it at once."""

    def __init__(self, ref: str, today: date, rows: list[dict[str, Any]], snoozes: dict[tuple[str, str], date]) -> None:
        self._ref = ref
        self._today = today
        self._rows = rows
        self._snoozes = snoozes

    @classmethod
    def read(cls, tx: Tx, ref: str) -> ReminderLog:
        """The book of one; nobody else enters anything until this transaction ends."""
        return books(tx, [ref])[ref]

    def of(self, asked: Obligation) -> SentSoFar:
        """What was done about an obligation with its present due date.

        What a clock that was ahead has entered for days to come counts for nothing.
        """
        key = (asked.rule, asked.subject, _due(asked))
        until = self._today
        rows = [row for row in self._rows if (row["rule"], row["subject"], row["due"]) == key and row["send_on"] <= until]
        told = [row for row in rows if row["status"] in _TOLD]
        weekly = [row["send_on"] for row in told if row["stage"] == ReminderStage.WEEKLY.value]
        return SentSoFar(
            sent={
                (ReminderStage(row["stage"]), To(row["whom"])): row["send_on"]
                for row in told
                if row["stage"] != ReminderStage.WEEKLY.value
            },
            superseded=frozenset(ReminderStage(row["stage"]) for row in rows if row["status"] == SUPERSEDED),
            last_weekly=max(weekly, default=None),
            snoozed_until=self._snoozes.get((asked.rule, asked.subject)),
        )

    def note(self, tx: Tx, asked: Obligation, sending: Sending, recipient: str, letter: str) -> bool:
        """Enter a message that is to go in `letter`; whether it was not in the ledger yet."""
        return self._enter(tx, asked, sending, recipient, letter, PLANNED)

    def supersede(self, tx: Tx, asked: Obligation, stage: ReminderStage) -> None:
        """Enter that a stage is not needed any more."""
        self._enter(tx, asked, Sending(stage, self._today, To.BOTH), "", "", SUPERSEDED)

    def _enter(self, tx: Tx, asked: Obligation, sending: Sending, recipient: str, letter: str, status: str) -> bool:
        key: dict[str, Any] = {"rule": asked.rule, "subject": asked.subject, "due": _due(asked), "stage": sending.stage.value}
        key |= {"send_on": sending.send_on, "whom": sending.to.value}
        if any(all(row[name] == value for name, value in key.items()) for row in self._rows):
            return False
        about = {"ref": self._ref, "about": asked.about, "of": asked.of}
        row = key | about | {"recipient": recipient, "letter": letter, "status": status}
        self._rows.append(row)
        tx.insert_if_new(LedgerRow, **row)
        return True


def books(tx: Tx, refs: Collection[str]) -> dict[str, ReminderLog]:
    """The books of several, by reference; nobody else enters anything until this transaction ends."""
    tx.chain.lock(tx.workspace_id)
    every = sorted(refs)
    rows: dict[str, list[dict[str, Any]]] = {ref: [] for ref in every}
    snoozes: dict[str, dict[tuple[str, str], date]] = {ref: {} for ref in every}
    for begin in range(0, len(every), _TOGETHER):
        about = {"workspace": tx.workspace_id, "about": every[begin : begin + _TOGETHER]}
        for row in tx.conn.execute(_TOLD_ABOUT, about).mappings():
            rows[row["ref"]].append(dict(row))
        for ref, rule, subject, until in tx.conn.execute(_SNOOZED, about):
            snoozes[ref][rule, subject] = until
    return {ref: ReminderLog(ref, tx.today, rows[ref], snoozes[ref]) for ref in every}


def of_letter(tx: Tx, recipient: str, letter: str) -> list[ReminderItem]:
    """The lines of a person's letter."""
    query = tx.select(LedgerRow).where(
        LedgerRow.recipient == recipient, LedgerRow.letter == letter, LedgerRow.status != SUPERSEDED
    )
    rows = tx.conn.execute(query.order_by(LedgerRow.ref, LedgerRow.rule, LedgerRow.subject)).mappings()
    return list(dict.fromkeys(_item(row) for row in rows))


def mark(
    tx: Tx, recipient: str, letter: str, status: str, slack_ts: str | None = None, *, item: ReminderItem | None = None
) -> None:
    """Note what became of a letter, or of one line of it."""
    mine = [LedgerRow.recipient == recipient, LedgerRow.letter == letter]
    if item is not None:
        mine += [LedgerRow.rule == item.rule, LedgerRow.subject == item.subject]
    tx.update(LedgerRow, *mine, status=status, slack_ts=slack_ts, sent_at=tx.now)


def snooze(tx: Tx, ref: str, asked: Obligation, until: date, reason: str) -> None:
    """Put off what the worker hears of an obligation; a later word replaces an earlier one."""
    sealed = data_keys.encrypt(tx, ref, f"reason.{asked.rule}.{asked.subject}", SnoozeRow, reason)
    values = {"ref": ref, "until": until, "by": tx.actor_id, "reason": sealed}
    statement = insert_into(tx, SnoozeRow).values(workspace_id=tx.workspace_id, rule=asked.rule, subject=asked.subject, **values)
    key = [SnoozeRow.workspace_id, SnoozeRow.rule, SnoozeRow.subject]
    tx.conn.execute(statement.on_conflict_do_update(index_elements=key, set_=values))


def about(tx: Tx, refs: list[str]) -> list[dict[str, Any]]:
    """Every reminder about any of these: by which rule, at which stage, to whom, when, and what became of it."""
    names = ("rule", "stage", "due", "send_on", "recipient", "status", "sent_at")
    query = tx.select(LedgerRow, *(getattr(LedgerRow, name) for name in names))
    rows = tx.conn.execute(query.where(LedgerRow.ref.in_(refs), LedgerRow.recipient != "").order_by(LedgerRow.send_on))
    return [{"kind": "reminder"} | dict(row) for row in rows.mappings()]


def letters_about(tx: Tx, ref: str, since: datetime) -> list[tuple[str, str, ReminderItem]]:
    """Recipient, letter and line of every reminder about `ref` that was sent since then."""
    rows = tx.conn.execute(tx.select(LedgerRow).where(LedgerRow.ref == ref, LedgerRow.sent_at >= since)).mappings()
    return [(row["recipient"], row["letter"], _item(row)) for row in rows]


def known_by(tx: Tx, rule: str, subject: str, ref: str) -> None:
    """What a rule asks about a subject is known by another reference now: what was sent about it goes with it."""
    tx.update(LedgerRow, LedgerRow.rule == rule, LedgerRow.subject == subject, ref=ref)


def end_snoozes(tx: Tx, ref: str) -> None:
    """What somebody put off is theirs: it ends when the case changes hands, or is disposed of."""
    tx.delete(SnoozeRow, SnoozeRow.ref == ref)


def forget(tx: Tx, ref: str) -> None:
    """Delete what the ledger says about something that is disposed of."""
    end_snoozes(tx, ref)
    tx.delete(LedgerRow, LedgerRow.ref == ref)


def _due(asked: Obligation) -> str:
    return asked.due.isoformat() if asked.due else ""


def _item(row: RowMapping) -> ReminderItem:
    return ReminderItem(
        ref=row["ref"],
        rule=row["rule"],
        subject=row["subject"],
        about=row["about"],
        of=row["of"],
        stage=ReminderStage(row["stage"]),
        due=date.fromisoformat(row["due"]) if row["due"] else None,
    )
