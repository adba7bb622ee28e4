"""Putting things right: corrections with history, waivers, snoozes, and taking one's own last entry back."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import ValidationError

from bot.casework import clocks
from bot.casework.casebook import another_manager, existing, next_number, reason_given, refreshed, rules_now, save, workers_only
from bot.rules import privacy
from bot.rules.calendar import happened, say_date, say_moment
from bot.rules.case import Case
from bot.rules.entries import UNDO_WINDOW
from bot.rules.episode import Assessment, Episode
from bot.rules.obligations import Obligation, Standing
from bot.rules.people import MANAGERS, Actor
from bot.rules.records import Activity, Record, Referral, Review, Waiver
from bot.rules.referral import SOURCES
from bot.rules.refs import ICS_REFERENCE
from bot.rules.refusal import Refusal
from bot.rules.reminders import may_snooze
from storage import cases, ledger, obligations
from storage.engine import Tx
from storage.obligations import Kept

CORRECTABLE: dict[type[Record], tuple[str, ...]] = {
    Episode: ("opened_on", "service", "long_term", "next_expected_contact", "closing_records_on"),
    Referral: (
        "received_on",
        "activated_on",
        "channel",
        "form",
        "source_code",
        "referrer_role",
        "primary_need",
        "threshold_level",
        "home_authority",
        "home_authority_consulted_on",
        "age_years",
        "previous_referral_on",
    ),
    Assessment: ("kind", "purpose", "receiving_authority", "camhs_joint", "camhs_reason", "started_on", "completed_on"),
    Review: ("held_on", "outcome"),
    Activity: ("kind", "occurred_on", "seen_child", "seen_alone"),
}
"""What can be corrected, by the kind of record; names of two kinds mean the first one in this order, an assessment's if named."""
_TAKEN_BACK = frozenset(
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
        "review.held",
    }
)
"""What one may take back alone; what two people agreed, and what opened or closed a case, is corrected by a manager."""


def correct(tx: Tx, ref: str, field: str, to: object, reason: str | None, actor: Actor, assessment: int | None = None) -> Case:
    """Correct a field of a case; what stood before stays in its history.

    The worker who holds the case or a manager, also when it is closed. Refused: `not_found`, `workers_only`, `not_your_case`,
    `reason_missing`, `field_unknown`, `value_refused`, and what the corrected facts would be refused for.
    """
    workers_only(actor)
    case = existing(tx, ref, actor)
    reason_given(reason, "it is corrected")
    episode = case.latest
    if episode is None or (episode.worker_id != actor.user_id and not actor.may(MANAGERS)):
        raise Refusal("not_your_case", f"{ref} is held by somebody else. They or a manager can correct it.")
    if field == "ics_ref":
        return save(tx, case, [], "case.corrected", {"ics_ref": _ics_ref(tx, str(to))}, fields=[field])
    record = _record(case, episode, field, assessment)
    after = _checked(tx, case, _with(record, field, to))
    return save(tx, case, [after], "case.corrected", fields=[field])


def waive(tx: Tx, ref: str, rule: str, about: str | None, reason: str | None, actor: Actor) -> Case:
    """Ask no more for something on this case: a manager who does not hold it.

    Refused: `managers_only`, `not_two_people`, `reason_missing`, `nothing_to_waive`.
    """
    case = existing(tx, ref, actor)
    open_ = [each for each in _open(tx, ref, rule, about) if rule != obligations.OF_FEEDBACK]
    if not open_ or case.latest is None:
        raise Refusal("nothing_to_waive", f"Nothing is asked of {ref} by {rule} now.")
    another_manager(actor, case.latest, "waive what the guidelines ask")
    why = reason_given(reason, "it is not asked for")
    waiver = Waiver(
        number=next_number(case),
        episode=open_[0].asked.episode or case.latest.number,
        rule=rule,
        about=about,
        on=tx.today,
        by=actor.user_id,
        reason=why,
    )
    return save(tx, case, [waiver], "obligation.waived", rule=rule, item=about)


def snooze(tx: Tx, ref: str, rule: str, until: date, reason: str | None, actor: Actor) -> None:
    """Put off one's own reminders, seven days at most; what the manager hears, and the state, do not change.

    Refused: `nothing_to_snooze`, `not_your_reminder`, `snooze_too_long`, `reason_missing`, `identifier`.
    """
    if ref.startswith("OOB-"):
        existing(tx, ref, actor)
    found = _open(tx, ref, rule, None)
    if not found:
        raise Refusal("nothing_to_snooze", f"Nothing is asked of {ref} by {rule} now.")
    if any(each.worker_id != actor.user_id for each in found):
        raise Refusal("not_your_reminder", f"The reminders about {ref} go to <@{found[0].worker_id}>.")
    why = reason_given(reason, "it is put off")
    if not may_snooze(until, tx.today):
        raise Refusal("snooze_too_long", "A reminder can be put off by seven days at most, from tomorrow on.", field="until")
    for each in found:
        ledger.snooze(tx, ref, each.asked, until, why)
    tx.log("reminder.snoozed", ref, rule=rule, until=str(until))
    clocks.refresh_by_ref(tx, ref)


def undo(tx: Tx, ref: str, actor: Actor) -> Case:
    """Take back one's own last entry on a case within fifteen minutes, if nobody recorded anything on it since.

    Refused: `not_found`, `nothing_to_undo`, `not_yours`, `too_late`, `not_alone`.
    """
    case = existing(tx, ref, actor)
    made = cases.changes(tx, ref)
    if not made:
        raise Refusal("nothing_to_undo", f"Nothing of {ref} can be taken back.")
    last = made[-1]
    if last.changed_by != actor.user_id:
        raise Refusal("not_yours", f"The last entry on {ref} is <@{last.changed_by}>'s; only they can take it back.")
    if tx.now - last.until > UNDO_WINDOW:
        raise Refusal("too_late", f"That was recorded on {say_moment(last.until)}; after 15 minutes it is corrected.")
    if last.action not in _TAKEN_BACK:
        raise Refusal("not_alone", "This was not yours alone, or it opened or closed a case: a manager can void or correct it.")
    if last.version != case.version - 1:
        raise Refusal("nothing_to_undo", f"The last entry on {ref} was taken back already.")
    cases.restore(tx, ref, last)
    tx.log("case.undone", ref, what=last.action)
    return refreshed(tx, ref)


def _open(tx: Tx, ref: str, rule: str, about: str | None) -> list[Kept]:
    return [
        each
        for each in obligations.of(tx, ref)
        if each.asked.rule == rule and each.asked.standing is Standing.OPEN and about in (None, each.asked.about)
    ]


def _record(case: Case, episode: Episode, field: str, assessment: int | None) -> Record:
    """The record that a field is corrected in."""
    if assessment is not None:
        named = [each for each in episode.assessments if each.number == assessment]
        if not named or field not in CORRECTABLE[Assessment]:
            raise Refusal("field_unknown", f"`{field}` is nothing that can be corrected there.", field="field")
        return named[0]
    candidates: dict[type[Record], Record | None] = {
        Episode: episode,
        Referral: case.referral_of(episode.number),
        Assessment: episode.assessments[-1] if episode.assessments else None,
        Review: episode.reviews[-1] if episode.reviews else None,
        Activity: episode.activities[-1] if episode.activities else None,
    }
    for kind, fields in CORRECTABLE.items():
        found = candidates[kind]
        if field in fields and found is not None:
            return found
    raise Refusal("field_unknown", f"`{field}` is nothing that can be corrected on {case.ref}.", field="field")


def _with(record: Record, field: str, to: object) -> Record:
    """The record with another value. Refused: `value_refused`."""
    try:
        changed = type(record).model_validate(dict(record) | {field: to})
    except ValidationError:
        raise Refusal("value_refused", f"That is no value for `{field}`. Nothing was changed.", field="to") from None
    if isinstance(record, Episode) and isinstance(changed, Episode) and field == "opened_on" and record.continued_from is None:
        return changed.model_copy(update={"clock_start": changed.opened_on})
    return changed


def _checked(tx: Tx, case: Case, after: Record) -> Record:
    """The corrected record, if it could have been recorded so in the first place."""
    days: dict[str, Any] = {name: value for name, value in after if isinstance(value, date) and name != "next_expected_contact"}
    for name, day in days.items():
        if type(day) is date:
            happened(name, day, tx.today)
    if isinstance(after, Episode):
        _episode_holds(case, after)
    if isinstance(after, Assessment) and after.completed_on is not None and after.completed_on < after.started_on:
        raise Refusal("completed_early", "An assessment cannot be complete before it was started.", field="to")
    if isinstance(after, Referral):
        if after.received_on > after.activated_on:
            raise Refusal("received_late", "A referral cannot come in after it was activated.", field="to")
        if after.source_code not in SOURCES:
            raise Refusal("source_unknown", "Please choose who referred from the list.", field="to")
        if after.home_authority == rules_now(tx).own_authority:
            raise Refusal("own_borough", "This is for children who live out of borough (§1); this authority is ours.", field="to")
    return after


def _episode_holds(case: Case, after: Episode) -> None:
    before = [each for each in case.living_episodes if each.number < after.number and each.closed_on is not None]
    if before and before[-1].closed_on is not None and after.opened_on < before[-1].closed_on:
        raise Refusal("episodes_overlap", "It would overlap with the episode before it.", field="to")
    first = after.first_entry_on
    if first is not None and first < after.opened_on:
        raise Refusal("outside_episode", f"Something is recorded for {say_date(first)}, which would lie before it.", field="to")
    if after.closed_on is not None and after.closed_on < after.opened_on:
        raise Refusal("episodes_overlap", "An episode cannot open after it closed.", field="to")


def _ics_ref(tx: Tx, to: str) -> str:
    ics_ref = to.strip().upper()
    privacy.guard(ics_ref, field="to")
    if not ICS_REFERENCE.fullmatch(ics_ref):
        raise Refusal("ics_ref_unreadable", "An ICS reference has 3 to 20 letters, digits and dashes.", field="to")
    if (taken := cases.by_ics_ref(tx, ics_ref)) is not None:
        raise Refusal("ics_ref_taken", f"{taken} has this ICS reference already. Nothing was changed.", field="to")
    return ics_ref


def asked(tx: Tx, ref: str) -> list[Obligation]:
    """What is and was asked of a case, an inquiry or feedback."""
    return [each.asked for each in obligations.of(tx, ref)]
