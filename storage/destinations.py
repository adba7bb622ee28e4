"""Conversations as the post room claims them: who is written to now, with which letters, under which key (trust.md, Delivery).

A conversation is leased to whoever sends into it, and everything that waits for it goes as one message. The message's key
stays on its letters until their fate is known, so that whoever comes next looks for it before anything is sent again.
Times are those of the callers' clocks: replicas may differ by a few seconds, not by the length of a lease.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, RowMapping, and_, literal_column, or_, select, update

from storage import outbox
from storage.engine import Tx
from storage.outbox import Owed
from storage.post_tables import DestinationRow, OutboxRow

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
class Parcel:
    """Letters that go to one person as one message with one key.

    `channel` is where they were written to before, if anywhere; `tries` counts attempts to reach them since the last success;
    `uncertain`: it was tried under this key, and nobody knows whether it is there.
    """

    recipient: str
    channel: str | None
    key: str
    letters: tuple[Owed, ...]
    tries: int
    uncertain: bool = False

    @property
    def keys(self) -> list[str]:
        """The keys of its letters."""
        return [letter.key for letter in self.letters]


def ready(tx: Tx) -> bool:
    """Whether anything can be sent now."""
    return tx.conn.execute(select(DestinationRow.recipient).where(*_free(tx)).limit(1)).first() is not None


def claim(tx: Tx, limit: int, alone: Collection[str], busy: Collection[str] = ()) -> list[Parcel]:
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
        _set(tx, row["recipient"], not_before=tx.now + LEASE, tries=row["tries"] + 1)
        parcels.append(_packed(tx, row, letters, alone))
    return parcels


def repacked(tx: Tx, parcel: Parcel, alone: Collection[str]) -> Parcel:
    """The parcel as it is to be sent now that it is known not to have arrived: with everything else that waits."""
    outbox.change(tx, parcel.keys, bundle=None)
    row = _locked(tx, parcel.recipient)
    letters = outbox.unsent(tx, parcel.recipient, _TOGETHER)
    return _packed(tx, row, letters, alone) if letters and row is not None else parcel


def sent(tx: Tx, parcel: Parcel, slack_ts: str | None, channel: str | None) -> None:
    """The parcel is in Slack, in that conversation; without a timestamp nothing of it was wanted any more."""
    outbox.sent(tx, parcel.keys, slack_ts)
    row = _locked(tx, parcel.recipient)
    more = bool(outbox.unsent(tx, parcel.recipient, 1))
    remembered = channel or (row["channel"] if row else None)
    pace = PACE if slack_ts is not None else timedelta()
    _set(tx, parcel.recipient, waiting=more, not_before=tx.now + pace, tries=0, channel=remembered, unreachable_since=None)


def put_off(tx: Tx, parcel: Parcel, until: datetime, problem: str, uncertain: bool) -> None:
    """Try again at `until`; where it is uncertain whether it arrived, not without looking for it first."""
    kept = {} if uncertain else {"bundle": None}
    outbox.change(tx, parcel.keys, problem=problem, **kept)
    _set(tx, parcel.recipient, not_before=min(until, tx.now + LONGEST_WAIT))


def readdress(tx: Tx, parcel: Parcel, problem: str, to: str | None, personal: Collection[str]) -> int:
    """Slack takes nothing for this person: their letters go to `to`, but for the kinds in `personal`; how many went.

    What nobody else is to have, and what comes back to whom it was meant for, is given up.
    """
    routed = [each for each in parcel.letters if to not in (None, each.addressee) and each.kind not in personal]
    for letter in routed:
        outbox.change(tx, [letter.key], recipient=to, meant_for=letter.addressee, problem=problem, bundle=None)
    rest = [letter.key for letter in parcel.letters if letter not in routed]
    if rest:
        outbox.give_up(tx, rest, problem)
    if to is not None and routed:
        outbox.call(tx, to)
    _locked(tx, parcel.recipient)
    more = bool(outbox.unsent(tx, parcel.recipient, 1))
    _set(tx, parcel.recipient, waiting=more, not_before=tx.now, tries=0, channel=None, unreachable_since=tx.now)
    return len(routed)


def unreachable(tx: Tx) -> dict[str, datetime]:
    """Whom Slack takes nothing for → since when."""
    mine = (DestinationRow.workspace_id == tx.workspace_id, DestinationRow.unreachable_since.is_not(None))
    rows = tx.conn.execute(select(DestinationRow.recipient, DestinationRow.unreachable_since).where(*mine))
    return {recipient: since for recipient, since in rows if since is not None}


def is_unreachable(tx: Tx, recipient: str) -> bool:
    """Whether Slack took nothing for somebody when it was tried last."""
    query = select(DestinationRow.unreachable_since).where(*_one(tx, recipient))
    return tx.conn.execute(query).scalar() is not None


def reachable_again(tx: Tx, recipient: str) -> None:
    """Write to somebody directly again."""
    _set(tx, recipient, unreachable_since=None)


def channel_of(tx: Tx, recipient: str) -> str | None:
    """Where somebody was written to last."""
    return tx.conn.execute(select(DestinationRow.channel).where(*_one(tx, recipient))).scalar()


def _packed(tx: Tx, row: RowMapping, letters: list[RowMapping], alone: Collection[str]) -> Parcel:
    """The next message to somebody: the one whose fate is unknown, or all that waits, or a file."""
    tried = next((letter["bundle"] for letter in letters if letter["bundle"]), None)
    if tried:
        chosen = [letter for letter in letters if letter["bundle"] == tried]
    elif letters[0]["kind"] in alone:
        chosen = letters[:1]
    else:
        chosen = [letter for letter in letters if letter["kind"] not in alone]
    keys = [letter["key"] for letter in chosen]
    key = tried or hashlib.sha256("\n".join(keys).encode()).hexdigest()[:32]
    outbox.change(tx, keys, bundle=key, tries=OutboxRow.tries + 1)
    owed = tuple(outbox.read(letter) for letter in chosen)
    return Parcel(row["recipient"], row["channel"], key, owed, row["tries"] + 1, uncertain=tried is not None)


def _free(tx: Tx) -> tuple[ColumnElement[bool], ...]:
    ahead = DestinationRow.not_before > tx.now + LONGEST_WAIT
    rested = and_(DestinationRow.tries == 0, DestinationRow.not_before > tx.now + 2 * PACE)
    return DestinationRow.workspace_id == tx.workspace_id, _WAITS, or_(DestinationRow.not_before <= tx.now, ahead, rested)


def _one(tx: Tx, recipient: str) -> tuple[ColumnElement[bool], ...]:
    return DestinationRow.workspace_id == tx.workspace_id, DestinationRow.recipient == recipient


def _locked(tx: Tx, recipient: str) -> RowMapping | None:
    """A conversation's row, held until the commit: who owes a letter meanwhile comes before this or after it."""
    query = select(DestinationRow.__table__).where(*_one(tx, recipient)).with_for_update()
    return tx.conn.execute(query).mappings().one_or_none()


def _set(tx: Tx, recipient: str, **values: object) -> None:
    tx.conn.execute(update(DestinationRow).where(*_one(tx, recipient)).values(**values))
