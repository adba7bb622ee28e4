"""Opening cases: referrals, conversions of inquiries, reopening, and taking a referral back (§2, §6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from bot.domain.cases.activation import ReferralFacts, may_be_activated, may_be_opened, offered
from bot.domain.cases.case import Case
from bot.domain.cases.codes import RecordingRoute, ReferralStatus
from bot.domain.cases.episode import Episode
from bot.domain.cases.records import HomeAuthority, Record, Referral
from bot.domain.cases.referral import ReferralDetails
from bot.domain.notifications import ClosingUndone
from bot.domain.obligations.of_case import continued_clock
from bot.domain.people import Actor, Role
from bot.domain.shared import privacy
from bot.domain.shared.calendar import LONDON, happened
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import ICS_REFERENCE
from bot.domain.supervision.decision import CORRECTION
from bot.services import restricted
from bot.services.cases.loading import existing, handed_to, next_number, save
from bot.services.guards import another_manager, holder, reason_given, rules_now, saved_or_conflict, visible, workers_only
from bot.services.inquiries.lifecycle import living
from bot.services.people import tell
from bot.services.reminders import obligations
from storage.cases import cases, lookups
from storage.db import numbers
from storage.db.engine import Tx
from storage.feedback import feedback
from storage.inquiries import inquiries, match_codes
from storage.settings import rulesets


@dataclass(frozen=True)
class NewCase:
    """What a case is known by before its first referral."""

    ics_ref: str
    restricted: bool = False
    family_group: str | None = None
    matches: tuple[str, ...] = ()


@dataclass(frozen=True)
class KnownCase:
    """A closed case that a referral opens again, with what is noted on it by that."""

    ref: str
    restricted: bool = False
    matches: tuple[str, ...] = ()


def refer(
    tx: Tx,
    facts: ReferralFacts,
    about: str | KnownCase | NewCase,
    actor: Actor,
    worker_id: str | None = None,
    from_inquiry: str | None = None,
) -> Case:
    """Activate a referral and open an episode with it, of a new case or of the closed case `about`.

    A restriction and match codes (bot.domain.shared.match_codes) are noted on either.

    Refused besides `ReferralFacts.checked`: `workers_only`, `not_found`, `case_open`, `after_death`, `episodes_overlap`,
    `ics_ref_taken`, `ics_ref_unreadable`, `family_group_unreadable`, `not_listed`, `cannot_hold`, `identifier`.
    """
    workers_only(actor)
    for field in ("activity_summary", "referrer_role"):
        privacy.guard(getattr(facts, field), field=field)
    facts = facts.checked(tx.today, rules_now(tx))
    worker = holder(tx, worker_id or actor.user_id)
    about = KnownCase(about) if isinstance(about, str) else about
    case = existing(tx, about.ref, actor) if isinstance(about, KnownCase) else _new(tx, about)
    current = case.open_on(tx.today)
    may_be_activated(current.opened_on if current else None, case.deceased_on, facts.received_on)
    may_be_opened(case, facts.opened_on, tx.today)
    episode = _episode(tx, case, facts.opened_on, facts.route, worker.user_id, worker.manager_id).model_copy(
        update={"service": facts.service, "long_term": facts.long_term}
    )
    referral = _referral(tx, case, episode.number, facts, from_inquiry)
    records: list[Record] = [episode, referral, *handed_to(case, episode.number, worker.user_id, facts.opened_on, None, 1)]
    records += home_from(case, facts.home_authority, facts.received_on)
    match_codes.add(tx, case.ref, about.matches)
    head = {"restricted": True} if about.restricted and not case.restricted else None
    if head is not None:
        feedback.restrict(tx, case.ref, restricted=True)
    return save(tx, case, records, "referral.activated", head, referral=referral.ref, route=facts.route, urgent=facts.urgent)


def convert(
    tx: Tx,
    inquiry_ref: str,
    facts: ReferralFacts,
    about: str | KnownCase | NewCase,
    actor: Actor,
    worker_id: str | None = None,
) -> Case:
    """Turn an inquiry into a referral; it stays as it is, with a link. Refused besides as `refer`: `void`, `converted`."""
    inquiry = living(tx, inquiry_ref, actor)
    about = KnownCase(about) if isinstance(about, str) else about
    if inquiry.is_restricted:
        about = replace(about, restricted=True)
    case = refer(tx, facts, about, actor, worker_id, inquiry_ref)
    obligations.refresh_inquiry(tx, saved_or_conflict(inquiries.convert(tx, inquiry, case.ref), inquiry_ref))
    tx.log("inquiry.converted", inquiry_ref, about=case.ref)
    return case


def reopen(tx: Tx, ref: str, route: RecordingRoute, actor: Actor, opened_on: date | None = None) -> Case:
    """Open a closed case again without a new referral: at once, to be ratified in the next supervision (docs/domain.md §1.4, 7).

    Refused: `not_found`, `workers_only`, `case_open`, `episodes_overlap`, `future_date`, `route_withdrawn`,
    `never_open`, `cannot_hold`.
    """
    workers_only(actor)
    case = existing(tx, ref, actor)
    day = opened_on or tx.today
    happened("opened_on", day, tx.today)
    offered(route, tx.today, rules_now(tx))
    may_be_opened(case, day, tx.today)
    last = case.latest
    if last is None:
        raise Refusal("never_open", f"{ref} has never been open. Please activate a referral.")
    worker = holder(tx, actor.user_id if actor.may(frozenset({Role.SOCIAL_WORKER})) else last.worker_id)
    episode = _episode(tx, case, day, route, worker.user_id, worker.manager_id).model_copy(
        update={"service": last.service, "long_term": last.long_term, "reopened_at": tx.now}
    )
    records = [episode, *handed_to(case, episode.number, worker.user_id, day, None, 1)]
    return save(tx, case, records, "case.reopened", route=route)


def reopen_in_error(tx: Tx, ref: str, reason: str | None, actor: Actor) -> Case:
    """Undo a closing made in error, or one agreed for a later day: same episode, same clock (docs/domain.md §5.2).

    Refused: `not_found`, `managers_only`, `not_two_people`, `reason_missing`, `not_closed`, `correction_too_late`.
    """
    case = existing(tx, ref, actor)
    last = case.latest
    if last is None or last.closing is None:
        raise Refusal("not_closed", f"{ref} is not closed, nor is it agreed that it closes. Nothing was changed.")
    another_manager(actor, last, "undo a closing")
    why = reason_given(reason, "the closing was an error")
    if last.closed_on is not None and tx.today > last.closed_on + CORRECTION:
        raise Refusal(
            "correction_too_late",
            f"A closing can be undone for {CORRECTION.days} days. Please reopen the case; it goes on the next agenda.",
        )
    again = last.model_copy(
        update={"closed_on": None, "rc_code": None, "local_reason": None, "closing_records_on": None, "proposed_kind": None}
    )
    undone: list[Record] = [again, last.closing.model_copy(update={"lapsed_on": tx.today})]
    after = save(tx, case, undone, "case.closed_in_error", why=why, episode=last.number)
    tell(tx, last.worker_id, ClosingUndone(ref, actor.user_id, after.version))
    return after


def end_referral(tx: Tx, ref: str, status: ReferralStatus, reason: str | None, actor: Actor) -> Case:
    """Void the latest referral of a case, reclassify it as a contact, or note that no further action follows.

    The episode that it opened becomes void; void and reclassified referrals count nowhere, and all stay on file (I19).
    Refused: `not_found`, `managers_only`, `not_two_people`, `reason_missing`, `no_referral`, `nfa_with_activity`.
    """
    case = existing(tx, ref, actor)
    referral = case.referrals[-1] if case.referrals else None
    if referral is None or referral.status is not ReferralStatus.ACTIVATED:
        raise Refusal("no_referral", f"The latest referral of {ref} does not count any more. Nothing was changed.")
    episode = next(each for each in case.episodes if each.number == referral.episode)
    another_manager(actor, episode, "take a referral back")
    why = reason_given(reason, "this referral should not count")
    if status is ReferralStatus.NFA and (episode.activities or episode.assessments):
        raise Refusal(
            "nfa_with_activity", f"Work was recorded on {ref}, so it is not without further action. Please close it instead."
        )
    ended = referral.model_copy(update={"status": status, "ended_by": actor.user_id, "ended_on": tx.today, "ended_reason": why})
    half = [] if episode.pending is None else [episode.pending.model_copy(update={"lapsed_on": tx.today})]
    records = [ended, episode.model_copy(update={"void": True}), *half]
    return save(tx, case, records, f"referral.{status}", referral=referral.ref)


def _new(tx: Tx, about: NewCase) -> Case:
    ics_ref = free_ics_ref(tx, about.ics_ref)
    if about.family_group is not None:
        family_named(about.family_group)
    case = Case(
        ref=numbers.next_ref(tx, "OOB"),
        ics_ref=ics_ref,
        created_by=tx.actor_id,
        created_at=tx.now,
        restricted=about.restricted,
        family_group=about.family_group,
    )
    cases.add(tx, case)
    tx.log("case.created", case.ref, restricted=about.restricted)
    return case


def free_ics_ref(tx: Tx, text: str) -> str:
    """An ICS reference no case has; which one has is not told. Refused: `identifier`, `ics_ref_unreadable`, `ics_ref_taken`."""
    ics_ref = text.strip().upper()
    privacy.guard(ics_ref, field="ics_ref")
    if not ICS_REFERENCE.fullmatch(ics_ref):
        raise Refusal(
            "ics_ref_unreadable", "An ICS reference has 3 to 20 letters, digits and dashes. Nothing was saved.", field="ics_ref"
        )
    if lookups.by_ics_ref(tx, ics_ref) is not None:
        raise Refusal("ics_ref_taken", "There is a case with this ICS reference already. Nothing was saved.", field="ics_ref")
    return ics_ref


def met_restricted(tx: Tx, ics_ref: str, actor: Actor, what: str) -> bool:
    """Tell the manager of a restricted case that a colleague, who may not know of it, has something about its child.

    Return whether there is such a case. `what` they tried: "a referral". The colleague is told to ring their duty manager.
    """
    ref = lookups.by_ics_ref(tx, ics_ref)
    case = cases.get(tx, ref) if ref is not None else None
    if case is None or visible(tx, case, actor):
        return False
    restricted.tell_manager(tx, case, actor, what)
    return True


def family_named(group: str) -> None:
    """Refuse what is no reference of a family: `family_group_unreadable`, `identifier`."""
    privacy.guard(group, field="family_group")
    if not ICS_REFERENCE.fullmatch(group):
        raise Refusal("family_group_unreadable", "A family group has 3 to 20 letters, digits and dashes.", field="family_group")


def _episode(tx: Tx, case: Case, opened_on: date, route: RecordingRoute, worker_id: str, manager_id: str | None) -> Episode:
    """A new episode; within 28 days of a closing the clock of short-term work goes on (R1)."""
    before = continued_clock(case, opened_on, rulesets.versions(tx)) if route is not RecordingRoute.ASSESSMENT else None
    return Episode(
        number=max((each.number for each in case.episodes), default=0) + 1,
        opened_on=opened_on,
        opened_at=tx.now,
        clock_start=before.clock_start if before else opened_on,
        continued_from=before.number if before else None,
        routes=(route,),
        worker_id=worker_id,
        manager_id=manager_id,
    )


def _referral(tx: Tx, case: Case, episode: int, facts: ReferralFacts, from_inquiry: str | None) -> Referral:
    told = facts.model_dump(include=set(ReferralDetails.model_fields))
    if facts.urgent and facts.received_at is None:
        told["received_at"] = tx.now if facts.received_on == tx.today else _noon(facts.received_on)
    return Referral(
        number=next_number(case),
        ref=numbers.next_ref(tx, "R"),
        episode=episode,
        activated_by=tx.actor_id,
        recorded_at=tx.now,
        from_inquiry=from_inquiry,
        **told,
    )


def home_from(case: Case, gss: str, from_on: date) -> list[Record]:
    """A line of the history of home authorities, if the authority is another one than was known."""
    if case.home_authorities and case.home == gss:
        return []
    ended: list[Record] = [each.model_copy(update={"to_on": from_on}) for each in case.home_authorities if each.to_on is None]
    return [*ended, HomeAuthority(number=next_number(case, 2), gss=gss, from_on=from_on)]


def _noon(day: date) -> datetime:
    """A moment of a day that nobody gave the hour of."""
    return datetime.combine(day, time(12), LONDON)
