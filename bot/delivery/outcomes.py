"""What became of a message, written down: for its letters, the ledger, files, and whoever gets a letter instead."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services import people
from bot.services.reminders import enter
from handlers import notifications
from storage.db.engine import Tx
from storage.notifications import attachments, conversations, outbox
from storage.notifications.conversations import Claim


@dataclass(frozen=True)
class Delivered:
    """A parcel as it was sent, the message's timestamp (None: nothing of it was wanted), and the conversation."""

    parcel: Claim
    slack_ts: str | None
    channel: str | None = None
    lost: bool = False


def note_brought(tx: Tx, brought: Delivered) -> None:
    """The letters are in Slack, or not wanted any more; what was settled while they were on their way is brought up to date."""
    parcel, stale = brought.parcel, False
    for letter in parcel.letters:
        if letter.kind in notifications.FILES:
            attachments.forget(tx, letter.subject)
            if brought.lost:
                outbox.give_up(tx, [letter.key], "file_lost")
                outbox.owe(tx, letter.recipient, "file_lost", letter.subject)
        elif letter.kind == "reminder":
            stale = enter.settle(tx, letter, brought.slack_ts) or stale
        else:
            stale = notifications.is_settled(tx, letter) or stale
    conversations.sent(tx, parcel, brought.slack_ts, brought.channel)
    if brought.slack_ts and stale:
        outbox.renew(tx, parcel.recipient, brought.slack_ts)


def reroute(tx: Tx, parcel: Claim, problem: str) -> None:
    """Letters go to who gets them instead, but for personal ones; administrators see the rest in `/oob admin status`."""
    routes = {
        letter.key: to
        for letter in parcel.letters
        if letter.kind not in notifications.PERSONAL
        and (to := people.instead_of(tx, parcel.recipient, letter.addressee)) is not None
    }
    conversations.readdress(tx, parcel, problem, routes)
    tx.log("letters.rerouted", parcel.recipient, to=sorted(set(routes.values())), letters=len(parcel.letters), why=problem)
