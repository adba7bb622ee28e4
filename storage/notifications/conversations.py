"""Conversations claimed for delivery: who is written to now, which notifications, which key (docs/trust.md, Delivery).

A conversation is leased to whoever sends into it, and everything that waits for it goes as one message. The message's key
stays on its letters until their fate is known, so that whoever comes next looks for it before anything is sent again.
Times are those of the callers' clocks: replicas may differ by a few seconds, not by the length of a lease.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, literal_column, or_, select, update

from storage.db.engine import Tx
from storage.notifications import outbox
from storage.notifications.outbox import QueuedNotification
from storage.notifications.tables import DestinationRow, OutboxRow

LEASE = timedelta(seconds=30)
PACE = timedelta(seconds=1)
"""Between two messages into one conversation (Slack: "Rate limits", chat.postMessage)."""
LONGEST_WAIT = timedelta(hours=1)
"""Nothing is put off for longer, and nothing after a success for more than the pace: a time further ahead was set before a clock
went back, and means nothing."""
_TOGETHER = 30
_WAITS: ColumnElement[bool] = literal_column("waiting")
"""As the partial index says it: with a bound value the database could not know that it applies."""


@dataclass(frozen=True)
class Claim:
    """Letters that go to one person as one message with one key.

    `channel` is where they were written to before, if anywhere; `tries` counts attempts to reach them since the last success;
    `lease`: until when it is ours; `uncertain`: it was tried under this key, and nobody knows whether it is there.
    """

    recipient: str
    channel: str | None
    key: str
    letters: tuple[QueuedNotification, ...]
    tries: int
    lease: datetime
    uncertain: bool = False

    @property
    def kind(self) -> str:
        """What it is: the kind of its first letter; files and renewals are by themselves."""
        return self.letters[0].kind

    @property
    def keys(self) -> list[str]:
        """The keys of its letters."""
        return [letter.key for letter in self.letters]


def ready(tx: Tx) -> bool:
    """Whether anything can be sent now."""
    return tx.conn.execute(select(DestinationRow.recipient).where(*_free(tx)).limit(1)).first() is not None


def claim(tx: Tx, limit: int, alone: Collection[str], busy: Collection[str] = ()) -> list[Claim]:
    """Lease up to `limit` conversations in which something waits, the longest waiting first, but none of `busy`.

    Letters of the kinds in `alone` (files) are not put together with others. What somebody else is just claiming is passed over.
    """
    query = select(DestinationRow.__table__).where(*_free(tx), DestinationRow.recipient.not_in(sorted(busy)))
    query = query.order_by(DestinationRow.not_before).limit(limit).with_for_update(skip_locked=True)
    parcels = []
    for row in tx.conn.execute(query).mappings().all():
        letters = outbox.unsent(tx, row["recipient"], _TOGETHER)
        if not letters:
            _set(tx, row["recipient"], waiting=False)
            continue
        leased = dict(row) | {"not_before": tx.now + LEASE, "tries": row["tries"] + 1}
        _set(tx, row["recipient"], not_before=leased["not_before"], tries=leased["tries"])
        parcels.append(_packed(tx, leased, letters, alone))
    return parcels


def repacked(tx: Tx, parcel: Claim, alone: Collection[str]) -> Claim | None:
    """The parcel as it is to be sent now that it is known not to have arrived: with everything else that waits.

    None when the lease has ended meanwhile: somebody else sends it.
    """
    row = _locked(tx, parcel)
    if row is None:
        return None
    outbox.change(tx, parcel.keys, message_key=None)
    letters = outbox.unsent(tx, parcel.recipient, _TOGETHER)
    return _packed(tx, dict(row), letters, alone) if letters else parcel


def sent(tx: Tx, parcel: Claim, slack_ts: str | None, channel: str | None) -> None:
    """The parcel is in Slack, in that conversation; without a timestamp nothing of it was wanted any more."""
    outbox.sent(tx, parcel.keys, slack_ts, parcel.key)
    pace = PACE if slack_ts is not None else timedelta()
    remembered = {"channel": channel} if channel else {}
    _release(tx, parcel, tx.now + pace, tries=0, unreachable_since=None, **remembered)


def put_off(tx: Tx, parcel: Claim, until: datetime, problem: str, uncertain: bool) -> None:
    """Try again at `until`; where it is uncertain whether it arrived, not without looking for it first."""
    if _locked(tx, parcel) is not None:
        kept = {} if uncertain else {"message_key": None}
        outbox.change(tx, parcel.keys, problem=problem, **kept)
        _set(tx, parcel.recipient, not_before=min(until, tx.now + LONGEST_WAIT))


def readdress(tx: Tx, parcel: Claim, problem: str, routes: Mapping[str, str]) -> None:
    """Slack takes nothing for this person: each letter goes to whom `routes` has for its key; what has no route is given up."""
    if _locked(tx, parcel) is None:
        return
    for letter in parcel.letters:
        if (to := routes.get(letter.key)) is None:
            outbox.give_up(tx, [letter.key], problem)
            continue
        meant_for = letter.addressee if letter.addressee != to else None
        outbox.change(tx, [letter.key], recipient=to, meant_for=meant_for, problem=problem, message_key=None, rerouted_at=tx.now)
        outbox.call(tx, to)
    _release(tx, parcel, tx.now, tries=0, channel=None, unreachable_since=tx.now)


def leave_out(tx: Tx, keys: Collection[str], problem: str) -> None:
    """These letters are not part of their message; they wait for the next."""
    outbox.change(tx, keys, message_key=None, problem=problem)


def give_up(tx: Tx, parcel: Claim, problem: str) -> None:
    """Try this parcel no more; it counts as failed."""
    outbox.give_up(tx, parcel.keys, problem)
    _release(tx, parcel, tx.now + PACE, tries=0)


def unreachable(tx: Tx) -> dict[str, datetime]:
    """Whom Slack takes nothing for → since when."""
    rows = tx.conn.execute(
        tx.select(DestinationRow, DestinationRow.recipient, DestinationRow.unreachable_since).where(
            DestinationRow.unreachable_since.is_not(None)
        )
    )
    return {recipient: since for recipient, since in rows if since is not None}


def is_unreachable(tx: Tx, recipient: str) -> bool:
    """Whether Slack took nothing for somebody when it was tried last."""
    row = tx.find(DestinationRow, recipient)
    return row is not None and row["unreachable_since"] is not None


def reachable_again(tx: Tx, recipient: str) -> None:
    """Write to somebody directly again."""
    _set(tx, recipient, unreachable_since=None)


def _packed(tx: Tx, row: dict[str, Any], letters: list[RowMapping], alone: Collection[str]) -> Claim:
    """The next message to somebody: the one whose fate is unknown, or all that waits; by themselves files, and renewals last."""
    tried = next((letter["message_key"] for letter in letters if letter["message_key"]), None)
    if tried:
        chosen = [letter for letter in letters if letter["message_key"] == tried]
    else:
        together = [letter for letter in letters if letter["kind"] not in alone]
        theirs = [letter for letter in together if letter["kind"] == "digest" and letter["meant_for"]]
        together = [letter for letter in together if letter not in theirs] or theirs[:1]
        files = [letter for letter in letters if letter["kind"] in alone and letter["kind"] != outbox.RENEWAL]
        chosen = together or files[:1] or letters[:1]
    keys = [letter["key"] for letter in chosen]
    key = tried or hashlib.sha256("\n".join(keys).encode()).hexdigest()[:32]
    outbox.change(tx, keys, message_key=key, tries=OutboxRow.tries + 1)
    owed = tuple(outbox.read(letter) for letter in chosen)
    return Claim(row["recipient"], row["channel"], key, owed, row["tries"], row["not_before"], uncertain=tried is not None)


def _free(tx: Tx) -> tuple[ColumnElement[bool], ...]:
    ahead = DestinationRow.not_before > tx.now + LONGEST_WAIT
    rested = and_(DestinationRow.tries == 0, DestinationRow.not_before > tx.now + 10 * PACE)
    return tx.own(DestinationRow), _WAITS, or_(DestinationRow.not_before <= tx.now, ahead, rested)


def _one(tx: Tx, recipient: str) -> tuple[ColumnElement[bool], ...]:
    return tx.own(DestinationRow), DestinationRow.recipient == recipient


def _locked(tx: Tx, parcel: Claim) -> RowMapping | None:
    """A conversation's row, held until the commit: who owes a letter meanwhile comes before this or after it.

    None when the lease is not ours any more: whoever has it now says what becomes of the letters.
    """
    leased = DestinationRow.not_before == parcel.lease
    query = select(DestinationRow.__table__).where(*_one(tx, parcel.recipient), leased).with_for_update()
    return tx.conn.execute(query).mappings().one_or_none()


def _release(tx: Tx, parcel: Claim, until: datetime, **values: object) -> None:
    """End the lease: the conversation may be written to again at `until`, if anything waits for it."""
    if _locked(tx, parcel) is not None:
        more = bool(outbox.unsent(tx, parcel.recipient, 1))
        _set(tx, parcel.recipient, waiting=more, not_before=until, **values)


def _set(tx: Tx, recipient: str, **values: object) -> None:
    tx.conn.execute(update(DestinationRow).where(*_one(tx, recipient)).values(**values))
