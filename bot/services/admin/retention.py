"""How long things stay: erasing texts that are on ICS, disposal approved by a manager, legal holds, settings (R15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from pydantic import ValidationError

from bot.domain.admin.retention import EVERYTHING, OF_THE_RULES, TeamSettings, range_of
from bot.domain.notifications import DisposalReady
from bot.domain.people import MANAGERS, Actor, Role
from bot.domain.shared import privacy
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.calendar import LONDON, is_working_day
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import read as read_ref
from bot.services.admin.rule_settings import add_version
from bot.services.guards import admins_only
from storage import people
from storage.audits import audits, findings
from storage.db import data_keys, history
from storage.db.engine import Tx
from storage.disposal import cases, supervision_text
from storage.feedback import feedback
from storage.inquiries import inquiries, match_codes, shared_directory
from storage.notifications import attachments, outbox
from storage.reminders import log, obligations
from storage.requests import drafts, idempotency
from storage.settings import team
from storage.settings.team import Hold
from storage.supervision import sessions

_AT_ONCE = 200
LISTED = 40
"""How many entries one disposal list holds, so that who approves it sees each; the next ones come on the next list."""
_MORNING = time(8, 30)


@dataclass(frozen=True)
class DisposalDue:
    """An entry whose time is over: its reference, its kind, and the day it is about."""

    ref: str
    kind: str
    day: date


def sweep(tx: Tx) -> int:
    """Delete what was kept for repeats, buttons and deliveries only; how many rows."""
    return idempotency.sweep(tx) + attachments.sweep(tx)


def erase_texts(tx: Tx) -> int:
    """Erase texts whose time after "recorded on ICS" is over, but for what is held; how many of at most 200."""
    tx.chain.lock(tx.workspace_id)  # a correction under way elsewhere ends before anything is read here
    day = team.settings(tx).text_recorded_before(tx.today)
    erased = 0
    for inquiry in inquiries.with_text_recorded_until(tx, day, _AT_ONCE):
        erased += _erased(tx, inquiry.ref, done=inquiries.erase_text(tx, inquiry))
    for entry in feedback.with_text_recorded_until(tx, day, _AT_ONCE):
        erased += _erased(tx, entry.ref, done=feedback.erase_text(tx, entry))
    for ref, session in supervision_text.on_ics_until(tx, day, _AT_ONCE):
        supervision_text.erase(tx, ref, session)
        tx.log("text.erased", ref, session=session)
        erased += 1
    return erased


def due_for_disposal(tx: Tx) -> list[DisposalDue]:
    """Entries whose retention has ended, on which nothing waits and that nothing holds, the oldest forty of them (R15)."""
    settings = team.settings(tx)
    asked = inquiries.settled_before(tx, *_since(settings.inquiries_until(tx.today)), LISTED)
    given = feedback.settled_before(tx, *_since(settings.feedback_until(tx.today)), LISTED)
    closed = cases.settled_before(tx, settings.cases_until(tx.today), LISTED)
    audited = audits.settled_before(tx, settings.audits_until(tx.today), LISTED)
    found = [DisposalDue(ref, "inquiry", day) for ref, day in asked] + [DisposalDue(ref, "feedback", day) for ref, day in given]
    found += [DisposalDue(ref, "case", day) for ref, day in closed] + [DisposalDue(ref, "audit", day) for ref, day in audited]
    return sorted(found, key=lambda due: (due.day, due.ref))[:LISTED]


def propose_disposal(tx: Tx, due: list[DisposalDue]) -> str:
    """Keep the list that a manager is looking at, for their button; the id under which it is found."""
    tx.log("disposal.listed", tx.actor_id, entries=len(due))
    return drafts.keep(tx, " ".join(entry.ref for entry in due))


def dispose(tx: Tx, draft_id: str) -> int:
    """Delete what is on an approved list and still due, for good; only counts stay. How many entries that were.

    Refused: `draft_gone`, `nothing_due`.
    """
    listed = set(drafts.words_of(tx, draft_id).split())
    due = [entry for entry in due_for_disposal(tx) if entry.ref in listed]
    if not due:
        raise Refusal("nothing_due", "Nothing on that list is due any more. Nothing was deleted.")
    for entry in due:
        _delete(tx, entry)
    tx.log("disposal.approved", tx.actor_id, refs=[entry.ref for entry in due])
    return len(due)


def tell_managers(tx: Tx) -> int:
    """Once a month, in a working morning: owe each manager word of a disposal list, if one waits; how many letters are new."""
    morning = tx.now.astimezone(LONDON).time() >= _MORNING and is_working_day(tx.today, bank_holidays())
    if not morning or not due_for_disposal(tx):
        return 0
    month = f"{tx.today:%Y-%m}"
    managers = [user for role in sorted(MANAGERS) for user in people.with_role(tx, Role(role))]
    return sum(outbox.queue(tx, manager, DisposalReady(month)) for manager in managers)


def hold(tx: Tx, word: str, reason: str, actor: Actor) -> tuple[Hold, int]:
    """Put a legal hold on a reference, or on everything (`all`): the hold, and how many entries it covers now.

    Refused: `admins_only`, `reason_missing`, `ref_unreadable`, `identifier`.
    """
    admins_only(actor, "put a legal hold on anything")
    subject = _subject(word)
    if not reason:
        raise Refusal("reason_missing", "Please say why, for example: `/oob admin hold INQ-2026-0001 inquiry of the court`.")
    privacy.guard(reason)
    team.hold(tx, subject, reason)
    tx.log("hold.set", subject)
    covered = sum(kind.number_under(tx, subject) for kind in (inquiries, feedback, cases, audits))
    return next(found for found in team.holds(tx) if found.subject == subject), covered


def release(tx: Tx, word: str, actor: Actor) -> str:
    """End a hold; what it was on. Refused: `admins_only`, `no_hold`, `ref_unreadable`."""
    admins_only(actor, "end a legal hold")
    subject = _subject(word)
    if not team.release(tx, subject):
        raise Refusal("no_hold", "There is no hold on that. Nothing was changed.")
    tx.log("hold.released", subject)
    return subject


def change_setting(tx: Tx, name: str, typed: str, actor: Actor) -> TeamSettings:
    """Set one of the team's settings. Refused: `admins_only`, `setting_unknown`, `setting_refused`."""
    admins_only(actor, "change the team's settings")
    before = team.settings(tx)
    if name not in TeamSettings.model_fields:
        raise Refusal("setting_unknown", f"I know these settings: {', '.join(TeamSettings.model_fields)}. Nothing was changed.")
    try:
        after = TeamSettings.model_validate(before.model_dump() | {name: typed})
    except ValidationError as error:
        lowest, highest = range_of(name)
        raise Refusal(
            "setting_refused", f"`{name}` takes a whole number from {lowest} to {highest}. Nothing was changed."
        ) from error
    if name in OF_THE_RULES:
        add_version(tx, {name: getattr(after, name)}, tx.today)
    else:
        team.set_value(tx, name, getattr(after, name))
    tx.log("setting.changed", name, before=getattr(before, name), after=getattr(after, name))
    return after


def _subject(word: str) -> str:
    return EVERYTHING if word.casefold() in ("all", "everything", EVERYTHING) else read_ref(word).text


def _erased(tx: Tx, ref: str, *, done: bool) -> bool:
    """The rest of an erasure: earlier versions are emptied, and it is logged."""
    if done:
        history.erase_texts(tx, ref)
        tx.log("text.erased", ref)
    return done


def _since(day: date) -> tuple[datetime, date]:
    """The moment at which `day` begins in London, and the day."""
    return datetime.combine(day, time.min, LONDON), day


def _forget_in_sessions(tx: Tx, ref: str) -> None:
    """Sessions and their minutes name a case no more once it is disposed of."""
    for session in sessions.naming(tx, ref):
        minute = session.minute.without(ref).model_dump(mode="json") if session.minute is not None else None
        sessions.change(tx, session.ref, items=[each for each in session.items if each != ref], minute=minute)


def _delete(tx: Tx, due: DisposalDue) -> None:
    if due.kind == "case":
        for entry in feedback.about(tx, [due.ref]):
            _delete(tx, DisposalDue(entry.ref, "feedback", entry.facts.given_on))
        cases.remove(tx, due.ref)
        _forget_in_sessions(tx, due.ref)
        audits.forget(tx, due.ref)
    elif due.kind == "audit":
        findings.remove(tx, due.ref)
        audits.remove(tx, due.ref)
    else:
        (inquiries if due.kind == "inquiry" else feedback).remove(tx, due.ref)
    data_keys.destroy(tx, due.ref)
    history.forget(tx, due.ref)
    match_codes.forget(tx, due.ref)
    obligations.forget(tx, due.ref)
    log.forget(tx, due.ref)
    shared_directory.owe_if_there(tx, due.ref)
    team.count_past(tx, due.kind, f"{due.day:%Y-%m}")
