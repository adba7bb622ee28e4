"""Entering what is to be said about an obligation: in the ledger, once, and as a letter to who hears of it (domain.md §5)."""

from __future__ import annotations

from datetime import timedelta

from bot.casework import people as staff
from bot.rules.bank_holidays import bank_holidays
from bot.rules.calendar import iso_minute
from bot.rules.obligations import Standing, To
from bot.rules.reminders import AT_ONCE, Plan, next_day
from bot.rules.reminders import at_once as planned_at_once
from storage import ledger, obligations, outbox, people
from storage.engine import Tx
from storage.obligations import Kept
from storage.outbox import Owed

ANSWERABLE = frozenset({"authorise", "exempt_asked", "decision_waits", "not_mine"})
"""Letters with something to press that somebody else may have answered."""
_RENEWED = timedelta(days=7)


def at_once(tx: Tx, kept: Kept) -> int:
    """Say what does not wait for the morning, an urgent case (R11), in the transaction of its cause; how many letters."""
    if kept.asked.rule not in AT_ONCE or kept.send_on is None or kept.send_on > tx.today:
        return 0
    planned = planned_at_once(kept.asked, ledger.Book(tx, kept.ref).of(kept.asked), tx.today)
    return enter(tx, kept, planned, at_morning=False)


def enter(tx: Tx, kept: Kept, planned: Plan, *, at_morning: bool = True) -> int:
    """Enter what was planned in the ledger and owe the letters; note when to look again."""
    letters = 0
    letter = iso_minute(tx.now) if at_morning else f"{iso_minute(tx.now)}|{kept.ref}"
    for sending in planned.sendings:
        recipient = recipient_of(tx, kept, sending.to)
        if recipient is not None and ledger.note(tx, kept.ref, kept.asked, sending, recipient, letter):
            letters += outbox.owe(tx, recipient, "reminder", letter)
    for stage in planned.superseded:
        ledger.supersede(tx, kept.ref, kept.asked, stage, tx.today)
    after = next_day(kept.asked, ledger.Book(tx, kept.ref).of(kept.asked), bank_holidays())
    if after != kept.send_on:
        obligations.look_again(tx, kept, after)
    return letters


def settle(tx: Tx, letter: Owed, slack_ts: str | None) -> None:
    """Note in the ledger that a letter has gone; what was over before its turn came was not said."""
    for item in ledger.of_letter(tx, letter.addressee, letter.subject):
        said = slack_ts is not None and is_open(tx, item)
        status = ledger.SENT if said else ledger.SUPPRESSED
        ledger.mark(tx, letter.addressee, letter.subject, status, slack_ts, item=item)


def renew(tx: Tx, ref: str) -> None:
    """Something about `ref` has changed: messages of the last week that still offer to do it are brought up to date."""
    since = tx.now - _RENEWED
    over = [(who, letter) for who, letter, item in ledger.letters_about(tx, ref, since) if not is_open(tx, item)]
    reminders = outbox.messages(tx, {f"reminder|{letter}|{who}" for who, letter in over}, since) if over else set()
    for recipient, slack_ts in sorted(reminders | outbox.messages_about(tx, ref, ANSWERABLE, since)):
        outbox.renew(tx, recipient, slack_ts)


def is_open(tx: Tx, item: ledger.Item) -> bool:
    """Whether what a line of a letter is about is still asked for, with the same due date."""
    return any(
        (each.asked.rule, each.asked.subject, each.asked.due) == (item.rule, item.subject, item.due)
        for each in obligations.of(tx, item.ref)
        if each.asked.standing is Standing.OPEN
    )


def recipient_of(tx: Tx, kept: Kept, whom: To) -> str | None:
    """Who gets a message: worker or manager, who stands in for them while they are away, the manager of somebody who has left."""
    wanted = kept.manager_id if whom is To.MANAGER else kept.worker_id
    person = people.get(tx, wanted) if wanted else None
    if person is None:
        person = people.get(tx, kept.manager_id or kept.worker_id)
    return None if person is None else staff.present(tx, person.user_id)
