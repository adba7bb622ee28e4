"""Enter a reminder in the reminder log, once, and queue its notification to each recipient (docs/domain.md §5.4)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from bot.domain.notifications import ANSWERABLE, Reminder
from bot.domain.reminders.stages import ReminderPlan, next_day
from bot.domain.reminders.stages import at_once as planned_at_once
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.obligation import ObligationStatus, To
from bot.domain.shared.rule import FACTS
from bot.services import people as services_people
from bot.services.people import Recipient
from storage.db.engine import Tx
from storage.notifications import outbox
from storage.notifications.outbox import QueuedNotification
from storage.reminders import log, obligations
from storage.reminders.log import ReminderLog
from storage.reminders.obligations import Kept

_RENEWED = timedelta(days=7)


class ReminderRun:
    """What is said at one moment: entered in the ledger as it is planned, and owed as a letter to each person at its end."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._letters: dict[tuple[str, str], None] = {}
        self._again: list[tuple[Kept, date | None]] = []
        self._recipients: dict[tuple[str, str | None, To], Recipient] = {}

    def enter(self, kept: Kept, planned: ReminderPlan, book: ReminderLog, *, at_morning: bool = True) -> None:
        """Enter what was planned about an obligation."""
        moment = self._tx.now.isoformat(timespec="microseconds")  # unique: what was sent under a name is not sent again
        letter = moment if at_morning else f"{moment}|{kept.ref}"
        for sending in planned.sendings:
            recipient = self._recipient(kept, sending.to)
            if book.note(self._tx, kept.asked, sending, recipient, letter):
                self._letters[recipient, letter] = None
        for stage in planned.superseded:
            book.supersede(self._tx, kept.asked, stage)
        self.look_again(kept, book)

    def look_again(self, kept: Kept, book: ReminderLog) -> None:
        """Note when the next message may be to send, as the ledger has it now."""
        after = next_day(kept.asked, book.of(kept.asked), bank_holidays())
        if after != kept.send_on:
            self._again.append((kept, after))

    def end(self) -> int:
        """Owe the letters; how many are new."""
        obligations.look_again(self._tx, self._again)
        return sum(outbox.queue(self._tx, recipient, Reminder(letter)) for recipient, letter in self._letters)

    def _recipient(self, kept: Kept, to: To) -> Recipient:
        who = (kept.worker_id, kept.manager_id, to)
        if who not in self._recipients:
            self._recipients[who] = recipient_of(self._tx, kept, to)
        return self._recipients[who]


def at_once(tx: Tx, kept: Kept) -> int:
    """Say what does not wait for the morning, an urgent case (R11), in the transaction of its cause; how many letters."""
    if not FACTS[kept.asked.rule].at_once or kept.send_on is None or kept.send_on > tx.today:
        return 0
    book, spoken = ReminderLog.read(tx, kept.ref), ReminderRun(tx)
    spoken.enter(kept, planned_at_once(kept.asked, book.of(kept.asked), tx.today), book, at_morning=False)
    return spoken.end()


def settle(tx: Tx, letter: QueuedNotification, slack_ts: str | None) -> bool:
    """Note in the ledger that a letter has gone; whether something in it was over before its turn came, so was not said."""
    over = False
    for item in log.of_letter(tx, letter.addressee, letter.subject):
        kept = obligations.asking(tx, item.ref, item.asks)
        said = slack_ts is not None and kept is not None and kept.asked.standing is ObligationStatus.OPEN
        over = over or not said
        status = log.SENT if said else log.SUPPRESSED
        log.mark(tx, letter.addressee, letter.subject, status, slack_ts, item=item)
    return over


def renew(tx: Tx, ref: str, ended: Collection[tuple[str, str, date | None]]) -> None:
    """Something about `ref` has changed: messages of the last week that offer to do what has ended are renewed."""
    since = tx.now - _RENEWED
    told = log.letters_about(tx, ref, since) if ended else []
    over = [(who, letter) for who, letter, item in told if item.asks in ended]
    reminders = outbox.messages(tx, {outbox.key_of(Reminder(letter), who) for who, letter in over}, since) if over else set()
    for recipient, slack_ts in sorted(reminders | outbox.messages_about(tx, ref, ANSWERABLE, since)):
        outbox.renew(tx, recipient, slack_ts)


def renew_letters(tx: Tx, ref: str, kinds: Collection[str]) -> None:
    """What these letters about `ref` ask is done: messages of the last week that offer to do it are renewed."""
    for recipient, slack_ts in sorted(outbox.messages_about(tx, ref, kinds, tx.now - _RENEWED)):
        outbox.renew(tx, recipient, slack_ts)


def recipient_of(tx: Tx, kept: Kept, whom: To) -> Recipient:
    """Return who gets a message: worker or manager, their deputy while they are away, a manager for somebody who has left.

    What a manager is to hear of a worker does not go to that worker, who may stand in for them.
    """
    wanted = (kept.manager_id,) if whom is To.MANAGER else (kept.worker_id, kept.manager_id)
    to = services_people.recipient_for(tx, *wanted)
    if whom is To.MANAGER and to == kept.worker_id and kept.manager_id is not None:
        return Recipient(kept.manager_id)
    return to
