"""What became of a message, written down: for its letters, the ledger, files, and whoever gets a letter instead."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.notifications import FileLost, FileNotification, Reminder
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
        content = letter.content
        if isinstance(content, FileNotification):
            attachments.forget(tx, content.document_id)
            if brought.lost:
                outbox.give_up(tx, [letter.key], "file_lost")
                outbox.queue(tx, letter.recipient, FileLost(content.document_id))
        elif isinstance(content, Reminder):
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
        if not letter.content.personal and (to := people.instead_of(tx, parcel.recipient, letter.addressee)) is not None
    }
    conversations.readdress(tx, parcel, problem, routes)
    tx.log("letters.rerouted", parcel.recipient, to=sorted(set(routes.values())), letters=len(parcel.letters), why=problem)
