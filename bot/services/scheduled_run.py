"""What is to be said now (docs/domain.md §5.4): the ledger decides, so that a second plan changes nothing.

Every working morning at 08:30 reminders; on the first one of a week the worklists and digests, too; at 16:00 feedback (R4);
urgent cases (R11) are said in the transaction of their cause (`reminding.at_once`). What was missed is done at the next start-up
of a working day, or on the next working morning.
"""

from __future__ import annotations

from datetime import datetime, time

from bot.domain.digests.digest import first_working_day
from bot.domain.notifications import WeeklyDigest, WeeklyWorklist
from bot.domain.people import RECORDERS, Role
from bot.domain.reminders.stages import plan
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.calendar import LONDON, is_working_day, week_of
from bot.domain.shared.rule import FACTS
from bot.services import people as services_people
from bot.services.reminders import enter
from bot.services.reminders import obligations as reminder_obligations
from bot.services.supervision import decisions, sessions
from storage import people
from storage.cases import caseload
from storage.db.engine import Tx
from storage.feedback import feedback
from storage.inquiries import inquiries
from storage.reminders import log, obligations, runs
from storage.reminders.obligations import Kept

MORNING_AT, AFTERNOON_AT = time(8, 30), time(16)


def tick(tx: Tx) -> int:
    """Do what is due now: agreed closings take effect, then a morning or an afternoon that was not done yet. How many letters.

    To be called at every start-up and every few minutes.
    """
    tx.chain.lock(tx.workspace_id)  # who changes a case meanwhile comes before this or after it
    since = runs.begin(tx)
    if since == tx.now:
        _adopt(tx)
    if runs.forget_ahead(tx):  # the clock was ahead: what was put off then is looked at as the ledger of today has it
        _look_at_all_again(tx)
    decisions.take_effect(tx)
    local = tx.now.astimezone(LONDON).time()
    if not is_working_day(tx.today, bank_holidays()) or local < MORNING_AT:
        return 0
    letters = 0
    if not runs.done(tx, runs.MORNING, tx.today, tx.today):
        weekly = _week_begins(tx, since)
        runs.note(tx, runs.MORNING)
        letters += _remind(tx, afternoon=False) + (_weekly(tx) if weekly else 0) + sessions.send_agendas(tx)
    if local >= AFTERNOON_AT and runs.note(tx, runs.AFTERNOON):
        letters += _remind(tx, afternoon=True)
    return letters


def owes(tx: Tx) -> bool:
    """Whether a tick would do something now: what every beat of the heart asks. It reads one or two rows."""
    local = tx.now.astimezone(LONDON).time()
    if caseload.closing_by(tx, tx.today):
        return True
    if local < MORNING_AT or not is_working_day(tx.today, bank_holidays()):
        return False
    afternoon = local >= AFTERNOON_AT and not runs.done(tx, runs.AFTERNOON, tx.today, tx.today)
    return afternoon or not runs.done(tx, runs.MORNING, tx.today, tx.today)


def _adopt(tx: Tx) -> None:
    """Begin the clocks of entries that were logged before there were clocks (R3, R4)."""
    for inquiry in inquiries.unfinished(tx):
        reminder_obligations.refresh_inquiry(tx, inquiry)
    for entry in feedback.unrecorded(tx):
        reminder_obligations.refresh_feedback(tx, entry)


def _remind(tx: Tx, *, afternoon: bool) -> int:
    due = [kept for kept in obligations.to_send(tx, tx.today) if _has_come(tx, kept, afternoon=afternoon)]
    books, spoken = log.books(tx, {kept.ref for kept in due}), enter.ReminderRun(tx)
    people.get_together(tx, {kept.worker_id for kept in due})
    for kept in due:
        book = books[kept.ref]
        spoken.enter(kept, plan(kept.asked, book.of(kept.asked), tx.today, bank_holidays()), book)
    return spoken.end()


def _has_come(tx: Tx, kept: Kept, *, afternoon: bool) -> bool:
    """Whether its time of the day has come: some is said at 16:00 of the day it is due, and in the mornings after (R4)."""
    late = FACTS[kept.asked.rule].afternoon
    if afternoon:
        return late
    return not late or kept.asked.due is None or kept.asked.due < tx.today


def _look_at_all_again(tx: Tx) -> None:
    every = obligations.all_open(tx)
    books, spoken = log.books(tx, {kept.ref for kept in every}), enter.ReminderRun(tx)
    for kept in every:
        spoken.look_again(kept, books[kept.ref])
    spoken.end()


def _week_begins(tx: Tx, since: datetime) -> bool:
    """Whether this is the first morning of its week that was done, and the bot was at work when that was due."""
    first = first_working_day(tx.today, bank_holidays())
    if first is None or since > datetime.combine(first, MORNING_AT, LONDON):
        return False
    return not runs.done(tx, runs.MORNING, first, tx.today)


def _weekly(tx: Tx) -> int:
    """Owe each social worker their list and each manager their digest. How many letters."""
    week = week_of(tx.today)
    everyone = people.everyone(tx)
    led = {person.manager_id for person in everyone if person.role is Role.SOCIAL_WORKER}
    letters = 0
    for person in everyone:
        if person.role is Role.TEAM_MANAGER or (person.role is Role.SENIOR_MANAGER and person.user_id in led):
            letters += services_people.tell(tx, person.user_id, WeeklyDigest(week, person.user_id))
        if person.role in RECORDERS:
            letters += services_people.tell(tx, person.user_id, WeeklyWorklist(week, person.user_id))
    return letters
