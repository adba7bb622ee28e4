"""Putting things aside: waivers, snoozes, and taking one's own last entry back (corrections: `correcting`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.domain.cases.case import Case
from bot.domain.cases.records import Waiver
from bot.domain.people import Actor
from bot.domain.reminders.stages import may_snooze
from bot.domain.shared.calendar import say_moment
from bot.domain.shared.errors import Refusal
from bot.domain.shared.logged import UNDO_WINDOW
from bot.domain.shared.obligation import ObligationStatus
from bot.domain.shared.references import is_case
from bot.domain.shared.rule import Rule, words_of
from bot.services.cases.loading import existing, next_number, refreshed, save
from bot.services.cases.sharing import may_agree
from bot.services.guards import another_manager, managers_only, reason_given, workers_only
from bot.services.inquiries import lifecycle
from bot.services.reminders import obligations as reminder_obligations
from storage.cases import cases
from storage.cases.cases import Before
from storage.db.engine import Tx
from storage.feedback import feedback
from storage.reminders import log, obligations
from storage.reminders.obligations import Kept
from storage.requests import drafts, idempotency
from storage.settings import team

TAKEN_BACK = frozenset(
    {
        "contact.logged",
        "assessment.started",
        "chronology.completed",
        "copy.sent",
        "sharing.shared",
        "sharing.not_age_appropriate",
        "sharing.exempt_requested",
        "medical_file.placed",
        "decision.proposed",
        "case.flagged",
        "authorisation.asked",
    }
)
"""What one may take back alone; what two people agreed, and what opened or closed a case, is corrected by a manager."""


_OF_SHARING = frozenset({"sharing.shared", "sharing.not_age_appropriate", "sharing.exempt_requested", "copy.sent"})


def waive(tx: Tx, ref: str, rule: str, about: str | None, reason: str | None, actor: Actor) -> Case:
    """Ask no more for something on this case: a manager who does not hold it.

    That an assessment is not shared (R5) is the team manager's to agree, as an exemption is (I11). Refused: `managers_only`,
    `not_two_people`, `team_manager_agrees`, `reason_missing`, `nothing_to_waive`.
    """
    case = existing(tx, ref, actor)
    open_ = _open(tx, ref, rule, about)
    if not open_ or case.latest is None:
        raise Refusal("nothing_to_waive", f"Nothing is asked about {ref} now: {words_of(rule)}.")
    another_manager(actor, case.latest, "waive what the guidelines ask")
    for each in open_ if rule == Rule.SHARING else ():
        may_agree(tx, case.latest, case.sharing_of(each.asked.of or 0, each.asked.about or ""), actor)
    why = reason_given(reason, "it is not asked for")
    waivers = [
        Waiver(
            number=next_number(case, place),
            episode=each.asked.episode or case.latest.number,
            rule=rule,
            about=each.asked.about,
            of=each.asked.of,
            on=tx.today,
            by=actor.user_id,
            reason=why,
        )
        for place, each in enumerate(open_)
    ]
    after = save(tx, case, waivers, "obligation.waived", rule=rule, item=about)
    for entry in (feedback.get(tx, each.asked.subject) for each in open_ if rule == Rule.FEEDBACK_ON_ICS):
        if entry is not None:
            reminder_obligations.refresh_feedback(tx, entry)
    return after


def snooze(tx: Tx, ref: str, rule: str, until: date, reason: str | None, actor: Actor) -> None:
    """Put off one's own reminders, seven days at most; what the manager hears, and the state, do not change.

    Refused: `nothing_to_snooze`, `not_your_reminder`, `snooze_too_long`, `reason_missing`, `identifier`.
    """
    if is_case(ref):
        existing(tx, ref, actor)
    else:
        lifecycle.existing(tx, ref, actor)
    found = _open(tx, ref, rule, None)
    if not found:
        raise Refusal("nothing_to_snooze", f"Nothing is asked about {ref} now: {words_of(rule)}.")
    if any(each.worker_id != actor.user_id for each in found):
        raise Refusal("not_your_reminder", f"The reminders about {ref} go to <@{found[0].worker_id}>.")
    why = reason_given(reason, "it is put off")
    if not may_snooze(until, tx.today):
        raise Refusal("snooze_too_long", "A reminder can be put off by seven days at most, from tomorrow on.", field="until")
    for each in found:
        log.snooze(tx, ref, each.asked, until, why)
    tx.log("reminder.snoozed", ref, rule=rule, until=str(until))
    reminder_obligations.refresh_by_ref(tx, ref)


def undo(tx: Tx, ref: str, actor: Actor, version: int | None = None) -> tuple[Case, str]:
    """Take back one's own last entry on a case within fifteen minutes: the case as it is then, and what was taken back.

    What one form recorded is one entry. `version` is the case's version that the button stood under: another entry is not taken
    back in its place. Refused: `not_found`, `nothing_to_undo`, `not_yours`, `too_late`, `not_alone`, `not_the_newest`, `held`,
    `managers_only`.
    """
    workers_only(actor)
    case = existing(tx, ref, actor)
    entry = _last_entry(tx, case)
    _may_take_back(tx, case, entry, actor, version)
    for change in reversed(entry):
        if not cases.restore(tx, case, change):
            raise Refusal("changed_meanwhile", f"Not saved: somebody changed {ref} just now. Please look at it again.")
        case = cases.get(tx, ref) or case
    idempotency.forget_wording(tx, worded(ref, entry[-1].version + 1))
    idempotency.forget_answers(tx, ref)
    drafts.forget(tx)
    tx.log("case.undone", ref, what=entry[-1].action)
    after = refreshed(tx, ref)
    feedback.restrict(tx, ref, restricted=after.restricted)
    return after, entry[-1].action


def undoable(tx: Tx, case: Case, actor_id: str) -> bool:
    """Whether the last entry on a case is one that `actor_id` may take back now."""
    entry = _last_entry(tx, case)
    return bool(entry) and _is_own(entry, case, actor_id, tx.now)


def worded(ref: str, version: int) -> str:
    """How words typed behind a command are remembered for a case: by the version that they made."""
    return f"{ref}#{version}"


def _last_entry(tx: Tx, case: Case) -> list[Before]:
    """The changes that the last entry made, the oldest first: one, but for the form of sharing, which records several at once."""
    made = cases.changes(tx, case.ref)
    first = len(made) - 1
    while first > 0 and made[first].action in _OF_SHARING and _together(made[first - 1], made[first]):
        first -= 1
    return made[max(first, 0) :]


def _together(one: Before, next_: Before) -> bool:
    return one.action in _OF_SHARING and (one.until, one.changed_by) == (next_.until, next_.changed_by)


def _is_own(entry: Sequence[Before], case: Case, actor_id: str, now: datetime) -> bool:
    last = entry[-1]
    fresh = last.changed_by == actor_id and now - last.until <= UNDO_WINDOW and last.version == case.version - 1
    return fresh and all(each.action in TAKEN_BACK for each in entry)


def _may_take_back(tx: Tx, case: Case, entry: Sequence[Before], actor: Actor, version: int | None) -> None:
    ref = case.ref
    if not entry:
        raise Refusal("nothing_to_undo", f"Nothing of {ref} can be taken back.")
    last = entry[-1]
    if version is not None and version != case.version:
        raise Refusal(
            "not_the_newest", f"Something else was recorded on {ref} since. `/oob undo {ref}` takes back your newest entry."
        )
    if last.changed_by != actor.user_id:
        raise Refusal("not_yours", f"The last entry on {ref} is <@{last.changed_by}>'s; only they can take it back.")
    if tx.now - last.until > UNDO_WINDOW:
        raise Refusal("too_late", f"That was recorded on {say_moment(last.until)}; after 15 minutes it is corrected.")
    if any(each.action not in TAKEN_BACK for each in entry):
        raise Refusal("not_alone", "This was not yours alone, or it opened or closed a case: a manager can void or correct it.")
    if last.version != case.version - 1:
        raise Refusal("nothing_to_undo", f"The last entry on {ref} was taken back already.")
    if team.held(tx, ref, case.ics_ref):
        raise Refusal("held", f"A legal hold is on {ref}, so nothing of it is taken back now. Correct keeps what stood before.")
    if case.restricted and any(each.head.get("restricted") is False for each in entry):
        managers_only(actor, "lift a restriction")


def _open(tx: Tx, ref: str, rule: str, about: str | None) -> list[Kept]:
    return [
        each
        for each in obligations.of(tx, ref)
        if each.asked.rule == rule and each.asked.standing is ObligationStatus.OPEN and about in (None, each.asked.about)
    ]
