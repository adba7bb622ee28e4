"""Writing down what the rules ask, in the transaction of its cause: obligations, and the line of an open case for lists.

Every change of a case, an inquiry or feedback ends here. Only the planner writes to obligations besides: when to look again
(docs/decisions/0012-cases.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.cases.case import Case
from bot.domain.cases.episode import Episode
from bot.domain.feedback.feedback import Feedback
from bot.domain.inquiries.inquiry import Inquiry
from bot.domain.obligations.caseload import CaseLine, line
from bot.domain.obligations.of_case import obligations as asked_of
from bot.domain.obligations.of_case import waived
from bot.domain.reminders.stages import SentSoFar, next_day
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.obligation import Obligation, ObligationStatus
from bot.domain.shared.references import is_case, is_inquiry
from bot.domain.shared.rule import Rule
from bot.domain.shared.ruleset import Version
from bot.services.reminders import enter
from storage import people
from storage.cases import caseload, cases
from storage.db.engine import Tx
from storage.inquiries import inquiries
from storage.reminders import log, obligations
from storage.reminders.obligations import Kept
from storage.settings import rulesets


def refresh(tx: Tx, case: Case) -> None:
    """Write down what is asked of a case now, and its line if it is open."""
    versions = rulesets.versions(tx)
    asked = asked_of(case, versions, bank_holidays())
    book, before = log.ReminderLog.read(tx, case.ref), _open(tx, case.ref)
    episodes = {each.number: each for each in case.episodes}
    kept = [_kept(book, case.ref, each, episodes[each.episode or 1]) for each in asked]
    obligations.replace(tx, case.ref, kept)
    for each in kept:
        enter.at_once(tx, each)
    enter.renew(tx, case.ref, {asks for asks, _ in before - _open(tx, case.ref)})
    latest = case.latest
    if latest is None or latest.closed_on is not None:  # what is agreed for a day is listed until it has taken effect
        caseload.remove(tx, case.ref)
        return
    row = line(case, latest, asked, versions)
    caseload.put(tx, row, row.look_from, latest.closing.effective_on if latest.closing else None)


def of_new(case: Case, versions: Sequence[Version]) -> tuple[list[Kept], CaseLine | None]:
    """What is asked of a case of which nothing was sent yet, and its line if it is open; written by who puts it on file."""
    asked, episode = asked_of(case, versions, bank_holidays()), case.episodes[-1]
    kept = [_kept_of(case.ref, each, episode, next_day(each, SentSoFar(), bank_holidays())) for each in asked]
    return kept, None if episode.closed_on is not None else line(case, episode, asked, versions)


def refresh_by_ref(tx: Tx, ref: str) -> None:
    """The same for a case or an inquiry that is known by its reference; nothing for another reference."""
    case = cases.get(tx, ref) if is_case(ref) else None
    inquiry = inquiries.get(tx, ref) if is_inquiry(ref) else None
    if case is not None:
        refresh(tx, case)
    if inquiry is not None:
        refresh_inquiry(tx, inquiry)


def refresh_inquiry(tx: Tx, inquiry: Inquiry, *, new: bool = False) -> Obligation | None:
    """Write down whether an answer is awaited (R3), and return that; about a `new` one nothing was asked or sent yet."""
    asked = inquiry.answer_awaited(rulesets.versions(tx), bank_holidays())
    _refresh_entry(tx, inquiry.ref, inquiry.logged_by, asked, new=new)
    return asked


def refresh_feedback(tx: Tx, entry: Feedback, *also: str, new: bool = False) -> None:
    """Write down whether feedback is to be recorded on ICS (R4), and what that means for the case that it is about.

    `also`: what it was about before a correction.
    """
    about = entry.facts.about
    known_by = about if is_case(about) or is_inquiry(about) else entry.ref
    asked = entry.recording_asked(rulesets.versions(tx), bank_holidays())
    case = cases.get(tx, about) if is_case(about) else None
    if asked is not None and case is not None:
        asked = waived(asked, [each for episode in case.episodes for each in episode.waivers])
    if also:
        log.known_by(tx, Rule.FEEDBACK_ON_ICS, entry.ref, known_by)
    if asked is None:
        obligations.forget(tx, entry.ref)
    else:
        _refresh_entry(tx, known_by, entry.logged_by, asked, new=new)
    for ref in {about, *also}:
        if is_case(ref):
            refresh_by_ref(tx, ref)


def _refresh_entry(tx: Tx, known_by: str, author_id: str, asked: Obligation | None, *, new: bool = False) -> None:
    before = set() if new else _open(tx, known_by)
    if not new:
        obligations.forget(tx, asked.subject if asked else known_by)
    if asked is not None:
        _add_entry(tx, known_by, author_id, asked, new=new)
    if before:
        enter.renew(tx, known_by, {asks for asks, _ in before - _open(tx, known_by)})


def _add_entry(tx: Tx, known_by: str, author_id: str, asked: Obligation, *, new: bool) -> None:
    author = people.get(tx, author_id)
    done = SentSoFar() if new else log.ReminderLog.read(tx, known_by).of(asked)
    send_on = next_day(asked, done, bank_holidays())
    obligations.add(tx, Kept(known_by, author_id, author.manager_id if author else None, asked, send_on))


def _kept(book: log.ReminderLog, ref: str, asked: Obligation, episode: Episode) -> Kept:
    send_on = next_day(asked, book.of(asked), bank_holidays())
    return _kept_of(ref, asked, episode, send_on)


def _kept_of(ref: str, asked: Obligation, episode: Episode, send_on: date | None) -> Kept:
    return Kept(ref, episode.worker_id, episode.manager_id, asked, send_on, episode.named_manager_id)


def _open(tx: Tx, ref: str) -> set[tuple[tuple[str, str, date | None], str]]:
    """What is asked about something just now, and of whom."""
    return {(each.asked.asks, each.worker_id) for each in obligations.of(tx, ref) if each.asked.standing is ObligationStatus.OPEN}
