"""Corrections (docs/domain.md §4 feature 9): a field is set right, what stood before stays on file, and the rules still hold."""

from __future__ import annotations

from datetime import date, datetime, time

from pydantic import ValidationError

from bot.domain.cases.activation import authority_elsewhere
from bot.domain.cases.case import Case
from bot.domain.cases.codes import SHORT_ROUTES, Purpose
from bot.domain.cases.episode import Assessment, Episode
from bot.domain.cases.records import Activity, Record, Referral, Review
from bot.domain.notifications import ClockMoved, stamp
from bot.domain.obligations.of_case import continued_clock
from bot.domain.obligations.of_case import obligations as obligations_of
from bot.domain.people import MANAGERS, Actor
from bot.domain.shared import authorities, privacy
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.calendar import LONDON, happened, london_day, say_date
from bot.domain.shared.errors import Refusal
from bot.domain.shared.rule import words_of
from bot.domain.supervision import decision
from bot.services.cases.loading import existing, save
from bot.services.cases.referrals import free_ics_ref
from bot.services.guards import another_manager, reason_given, rules_now, workers_only
from bot.services.people import tell_first
from storage.db.engine import Tx
from storage.settings import rulesets

CORRECTABLE: dict[type[Record], tuple[str, ...]] = {
    Episode: ("opened_on", "service", "long_term", "next_expected_contact", "closing_records_on", "closed_on", "rc_code"),
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
        "received_at",
        "urgent",
    ),
    Assessment: ("kind", "purpose", "receiving_authority", "camhs_joint", "camhs_reason", "started_on", "completed_on"),
    Review: ("held_on", "outcome"),
    Activity: ("kind", "occurred_on", "seen_child", "seen_alone"),
}
"""What can be corrected, by the kind of record; names of two kinds mean the first one in this order, an assessment's if named."""
_AUTHORISED = ("kind", "purpose", "camhs_joint", "camhs_reason")
"""What a manager authorised with a completion: corrected by a manager alone (I10)."""
_EXPECTED = "next_expected_contact"


def correct(tx: Tx, ref: str, field: str, to: object, reason: str | None, actor: Actor, assessment: int | None = None) -> Case:
    """Correct a field of a case; what stood before stays in its history.

    The worker who holds the case or a manager, also when it is closed. Refused: `not_found`, `workers_only`, `not_your_case`,
    `reason_missing`, `identifier`, `field_unknown`, `value_refused`, and what the corrected facts would have been refused for.
    """
    workers_only(actor)
    case = existing(tx, ref, actor)
    why = reason_given(reason, "it is corrected")
    episode = case.latest
    if episode is None or (episode.worker_id != actor.user_id and not actor.may(MANAGERS)):
        raise Refusal("not_your_case", f"{ref} is allocated to somebody else. They or a manager can correct it.")
    if isinstance(to, str):
        privacy.guard(to, field="to")
    if field == "ics_ref":
        return save(tx, case, [], "case.corrected", {"ics_ref": free_ics_ref(tx, str(to))}, why=why, fields=[field])
    before = record_of(case, episode, field, assessment)
    after = _clocked(tx, case, before, _with(before, field, to))
    _check(tx, case, before, after, field, actor)
    _may_move(tx, case, episode, field, actor)
    records = [after]
    if isinstance(after, Referral) and field == "home_authority":
        records += [each.model_copy(update={"gss": after.home_authority}) for each in case.home_authorities[-1:]]
    saved = save(tx, case, records, "case.corrected", why=why, fields=[field])
    _tell_of_clocks(tx, case, saved, field, actor)
    return saved


_AUTHORISED_DAYS = {
    "completed_on": "the day of completion",
    "held_on": "the day of a review",
    "rc_code": "the reason for closure",
}
_OPENING_DAYS = {"opened_on": "the day it was opened", "received_on": "the day of the referral"}


def _may_move(tx: Tx, case: Case, episode: Episode, field: str, actor: Actor) -> None:
    """What a manager authorised is a manager's to correct; what begins a clock, the worker's on the day it was recorded."""
    if field in _AUTHORISED_DAYS:
        another_manager(actor, episode, f"correct {_AUTHORISED_DAYS[field]}")
    if field in _OPENING_DAYS and not actor.may(MANAGERS):
        recorded = london_day(episode.opened_at or case.created_at)
        if recorded != tx.today:
            what = _OPENING_DAYS[field]
            raise Refusal(
                "managers_only",
                f"{what[0].upper()}{what[1:]} moves a due date; after the day of recording a manager corrects it. "
                "Nothing was changed.",
            )


def _tell_of_clocks(tx: Tx, before: Case, after: Case, field: str, actor: Actor) -> None:
    """Tell the manager which due dates a correction moved, from when to when."""
    versions, holidays = rulesets.versions(tx), bank_holidays()
    old = {(each.rule, each.subject): each.due for each in obligations_of(before, versions, holidays)}
    moved = [
        f"{words_of(each.rule)}: {say_date(was)} became {say_date(each.due)}"
        for each in obligations_of(after, versions, holidays)
        if each.due is not None and (was := old.get((each.rule, each.subject))) is not None and was != each.due
    ]
    manager = after.latest.manager_id if after.latest else None
    if moved and manager != actor.user_id:
        corrected = (_AUTHORISED_DAYS | _OPENING_DAYS).get(field, field.replace("_", " "))
        said = f"{corrected}; {', '.join(dict.fromkeys(moved))}"
        tell_first(tx, manager, ClockMoved(after.ref, actor.user_id, stamp(tx.now), said[:_LONGEST]))


_LONGEST = 400
"""Characters of what is told of moved due dates: the card has them all."""


def record_of(case: Case, episode: Episode, field: str, assessment: int | None = None) -> Record:
    """The record that a field is corrected in. Refused: `field_unknown`."""
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
    """The record with another value; a clock or a time that hangs on it moves along. Refused: `value_refused`."""
    try:
        changed = type(record).model_validate(dict(record) | {field: to})
    except (ValidationError, OverflowError):
        raise Refusal("value_refused", f"That is no value for `{field}`. Nothing was changed.", field="to") from None
    if isinstance(changed, Referral) and field == "received_at" and changed.urgent and changed.received_at is None:
        raise Refusal("value_refused", "An urgent referral has the time at which it came in. Nothing was changed.", field="to")
    if isinstance(changed, Referral) and field in ("received_on", "urgent"):
        local = changed.received_at.astimezone(LONDON).time() if changed.received_at else time(12)
        timed = datetime.combine(changed.received_on, local, LONDON) if changed.urgent or changed.received_at else None
        return changed.model_copy(update={"received_at": timed})
    if isinstance(changed, Referral) and field == "received_at" and changed.received_at is not None:
        return changed.model_copy(update={"received_on": london_day(changed.received_at)})
    return changed


def _clocked(tx: Tx, case: Case, before: Record, after: Record) -> Record:
    """An episode whose opening is corrected has its clock from then on: its own, or one that goes on (R1).

    A clock that a manager reset stays its own.
    """
    if not isinstance(before, Episode) or not isinstance(after, Episode) or before.opened_on == after.opened_on:
        return after
    earlier = case.model_copy(update={"episodes": tuple(each for each in case.episodes if each.number < after.number)})
    versions = rulesets.versions(tx)
    short = after.routes[0] in SHORT_ROUTES
    was_reset = before.continued_from is None and short and continued_clock(earlier, before.opened_on, versions) is not None
    goes_on = continued_clock(earlier, after.opened_on, versions) if short and not was_reset else None
    clock = goes_on.clock_start if goes_on else after.opened_on
    return after.model_copy(update={"clock_start": clock, "continued_from": goes_on.number if goes_on else None})


def _check(tx: Tx, case: Case, before: Record, after: Record, field: str, actor: Actor) -> None:
    """Whether the corrected record could have been recorded so in the first place."""
    value = getattr(after, field)
    if isinstance(value, date) and field != _EXPECTED:
        happened("to", london_day(value) if isinstance(value, datetime) else value, tx.today)
    if isinstance(after, Episode) and isinstance(before, Episode):
        if field == "closed_on":
            _closing_holds(case, before, after, actor)
        _episode_holds(case, after, field)
    elif isinstance(after, Referral) and isinstance(before, Referral):
        if before.urgent and not after.urgent and case.latest is not None:
            another_manager(actor, case.latest, "say that it is not urgent")
        _referral_holds(tx, after)
    else:
        _entry_holds(case, before, after, field, actor)


def _referral_holds(tx: Tx, after: Referral) -> None:
    authority_elsewhere(after.home_authority, rules_now(tx).own_authority)
    after.within_bounds()


def _episode_holds(case: Case, after: Episode, field: str) -> None:
    before = [each for each in case.living_episodes if each.number < after.number and each.closed_on is not None]
    if before and before[-1].closed_on is not None and after.opened_on < before[-1].closed_on:
        raise Refusal("episodes_overlap", "It would overlap with the episode before it.", field="to")
    first = after.first_entry_on
    if first is not None and first < after.opened_on:
        raise Refusal("outside_episode", f"Something is recorded for {say_date(first)}, which would lie before it.", field="to")
    if after.closed_on is not None and after.closed_on < after.opened_on:
        raise Refusal("episodes_overlap", "An episode cannot open after it closed.", field="to")
    if field == "rc_code":
        if after.closed_on is None:
            raise Refusal("not_closed", "Only a closed case has a reason for closure.", field="to")
        decision.sound_reason(after.rc_code, after)
    if field == "closing_records_on" and (after.closed_on is None or (after.closing_records_on or date.max) < after.closed_on):
        raise Refusal("closing_records_early", "The records of a closing are complete on the day it closes or later.", field="to")


def _closing_holds(case: Case, before: Episode, after: Episode, actor: Actor) -> None:
    """The day on which a case closed is a manager's to correct; that it closed at all was decided by two (§6)."""
    later = [each for each in case.living_episodes if each.number > after.number]
    if before.closed_on is None or after.closed_on is None:
        raise Refusal("not_closed", "A case is closed by a decision, and opened again by reopening it (§6).", field="to")
    another_manager(actor, before, "correct the day of a closing")
    if after.closed_on < after.last_entry_on or (later and later[0].opened_on < after.closed_on):
        raise Refusal("closed_before_entries", "Something is recorded for a later day than that.", field="to")


def _entry_holds(case: Case, before: Record, after: Record, field: str, actor: Actor) -> None:
    """An assessment, review or activity: within its episode, in its order, and with the word of who authorised it."""
    episode = next(each for each in case.episodes if each.number == getattr(after, "episode", 0))
    value = getattr(after, field)
    if isinstance(value, date) and not episode.opened_on <= value <= (episode.closed_on or date.max):
        raise Refusal("outside_episode", f"The case was open from {say_date(episode.opened_on)}; this lies outside.", field="to")
    if isinstance(after, Assessment) and isinstance(before, Assessment):
        _assessment_holds(episode, before, after, field, actor)


def _assessment_holds(episode: Episode, before: Assessment, after: Assessment, field: str, actor: Actor) -> None:
    if field == "completed_on" and (before.completed_on is None or after.completed_on is None):
        raise Refusal("not_authorised", "An assessment is completed with a manager's word, and stays so (§3).", field="to")
    if (
        before.completed_on is not None
        and field in _AUTHORISED
        and not (actor.may(MANAGERS) and actor.user_id != episode.worker_id)
    ):
        raise Refusal(
            "not_authorised", "What a manager authorised is corrected by a manager who does not hold the case.", field="to"
        )
    if after.completed_on is not None and after.completed_on < after.started_on:
        raise Refusal("completed_early", "An assessment cannot be complete before it was started.", field="to")
    wanted = after.purpose is Purpose.REFER_TO_OTHER_BOROUGH or after.receiving_authority is not None
    if wanted and after.receiving_authority not in authorities.names():
        raise Refusal("receiving_authority_missing", "Please choose the authority that it refers the child to (§3).", field="to")
