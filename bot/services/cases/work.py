"""Work on an open case: contacts, the first response, flags, routes, who holds it, and the records of its closing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.domain.cases.activation import offered
from bot.domain.cases.case import Case
from bot.domain.cases.codes import ActivityKind, RecordingRoute
from bot.domain.cases.records import Activity, Record
from bot.domain.notifications import Handover, NotMine, Reallocated
from bot.domain.people import MANAGERS, Actor
from bot.domain.shared import authorities, privacy
from bot.domain.shared.calendar import happened, say_moment
from bot.domain.shared.errors import Refusal
from bot.services.cases.loading import existing, handed_to, next_number, opened, read_only, save, within_episode
from bot.services.cases.referrals import family_named, home_from
from bot.services.guards import another_manager, holder, managers_only, reason_given, rules_now, workers_only
from bot.services.people import tell
from storage.db.engine import Tx
from storage.feedback import feedback
from storage.notifications import outbox
from storage.reminders import log

_OF_CASE = ("restricted", "deceased_on", "family_group")
"""Flags of the case itself, which a closed case takes, too."""
REASONS = frozenset({"MANAGE", "FCONTA", "LEFTRL", "ORGRST", "TSPROC", "ABSENC", "CHCHAN", "PCCHAN", "SWDIED", "OTHERS"})
"""Why a case changes hands (codes of the Standard Safeguarding Dataset; docs/domain.md §2.3)."""


@dataclass(frozen=True)
class Contact:
    """What somebody tells about work that was done; `note` is typed freely."""

    kind: ActivityKind
    occurred_on: date
    seen_child: bool | None = None
    seen_alone: bool | None = None
    note: str | None = None


def contact(tx: Tx, ref: str, told: Contact, actor: Actor) -> Case:
    """Log a visit, contact or other work. Refused: `case_closed`, `future_date`, `outside_episode` (I8), `identifier`."""
    case, episode = opened(tx, ref, actor)
    privacy.guard(told.note, field="note")
    happened("on", told.occurred_on, tx.today)
    within_episode(episode, "on", told.occurred_on)
    activity = Activity(
        number=next_number(case),
        episode=episode.number,
        recorded_at=tx.now,
        recorded_by=actor.user_id,
        kind=told.kind,
        occurred_on=told.occurred_on,
        seen_child=told.seen_child,
        seen_alone=told.seen_alone,
        note=told.note,
    )
    return save(tx, case, [activity], "contact.logged", kind=told.kind, on=str(told.occurred_on))


def respond(tx: Tx, ref: str, at: datetime, actor: Actor) -> Case:
    """Note the first response to an urgent case (R11).

    Refused: `case_closed`, `not_urgent`, `done_before`, `future_date`, `response_early`.
    """
    case, episode = opened(tx, ref, actor)
    referral = case.referral_of(episode.number)
    if referral is None or not referral.urgent or referral.received_at is None:
        raise Refusal("not_urgent", f"{ref} was not referred as urgent, so no first response is timed.")
    if referral.first_response_at is not None:
        raise Refusal("done_before", f"That is noted already for {ref}, {say_moment(referral.first_response_at)}.")
    if at > tx.now:
        raise Refusal("future_date", f"{say_moment(at)} is still to come. Please give the time it happened.", field="on")
    if at < referral.received_at:
        raise Refusal(
            "response_early", f"The referral came in on {say_moment(referral.received_at)}; this is earlier.", field="on"
        )
    return save(tx, case, [referral.model_copy(update={"first_response_at": at})], "case.responded")


def set_flags(tx: Tx, ref: str, flags: dict[str, Any], actor: Actor) -> Case:
    """Set what is known of a case beside its work: what is expected, where the child lives, who may see it.

    `awaiting_family`, `restricted` (bool), `next_expected_contact`, `deceased_on` (date), `moved_to` (GSS code), `family_group`.
    Refused: `workers_only`, `not_found`, `case_closed`, `future_date`, `authority_unknown`, `not_your_case`, `managers_only`,
    `family_group_unreadable`, `identifier`.
    """
    workers_only(actor)
    case = existing(tx, ref, actor)
    episode = case.open_on(tx.today)
    head: dict[str, Any] = {name: flags[name] for name in _OF_CASE if name in flags}
    happened("deceased_on", flags.get("deceased_on"), tx.today)
    if flags.get("family_group") is not None:
        family_named(flags["family_group"])
    if "restricted" in flags:
        _may_restrict(case, actor, restricted=flags["restricted"])
        feedback.restrict(tx, ref, restricted=flags["restricted"])
    if episode is None:
        if set(flags) - set(_OF_CASE):
            raise read_only(case)
        return save(tx, case, [], "case.flagged", head, flags=sorted(flags))
    changed: dict[str, Any] = {}
    if "awaiting_family" in flags:
        changed["awaiting_family_at"] = tx.now if flags["awaiting_family"] else None
    if "next_expected_contact" in flags:
        changed["next_expected_contact"] = flags["next_expected_contact"]
    records: list[Record] = []
    if "moved_to" in flags:
        if flags["moved_to"] not in authorities.names():
            raise Refusal("authority_unknown", "Please choose an authority from the list.", field="moved_to")
        records += home_from(case, flags["moved_to"], tx.today)
        own = flags["moved_to"] == rules_now(tx).own_authority
        changed["moved_in_at"] = tx.now if own else None
    if changed:
        records.append(episode.model_copy(update=changed))
    return save(tx, case, records, "case.flagged", head or None, flags=sorted(flags))


def _may_restrict(case: Case, actor: Actor, *, restricted: bool) -> None:
    """Who holds the case or a manager restricts it; a manager lifts that."""
    if not restricted:
        managers_only(actor, "lift a restriction")
    latest = case.latest
    if not actor.may(MANAGERS) and (latest is None or latest.worker_id != actor.user_id):
        raise Refusal("not_your_case", f"{case.ref} is allocated to somebody else. They or a manager can restrict it.")


def set_route(tx: Tx, ref: str, route: RecordingRoute, reason: str | None, actor: Actor) -> Case:
    """Change the recording route.

    Refused: `managers_only`, `not_two_people`, `reason_missing`, `route_withdrawn`, `same_route`.
    """
    case, episode = opened(tx, ref, actor)
    another_manager(actor, episode, "change the route")
    why = reason_given(reason, "the route changes")
    offered(route, tx.today, rules_now(tx))
    if route is episode.route:
        raise Refusal("same_route", f"{ref} is on that route already. Nothing was changed.", field="route")
    return save(
        tx, case, [episode.model_copy(update={"routes": (*episode.routes, route)})], "case.route_set", why=why, route=route
    )


def reset_clock(tx: Tx, ref: str, reason: str | None, actor: Actor) -> Case:
    """Let the three months begin with this episode instead of an earlier one (R1, "manager may reset with reason").

    Refused: `managers_only`, `not_two_people`, `reason_missing`, `clock_is_own`.
    """
    case, episode = opened(tx, ref, actor)
    another_manager(actor, episode, "reset the clock")
    why = reason_given(reason, "the clock is reset")
    if episode.clock_start == episode.opened_on:
        raise Refusal("clock_is_own", f"The clock of {ref} began with this episode; there is nothing to reset.")
    fresh = episode.model_copy(update={"clock_start": episode.opened_on, "continued_from": None})
    return save(tx, case, [fresh], "case.clock_reset", why=why, since=str(episode.opened_on))


def reassign(tx: Tx, ref: str, to: str, reason: str | None, actor: Actor) -> Case:
    """Give a case to another worker, and to their manager; they are told of its clocks at once. Half a decision lapses.

    Refused: `managers_only`, `not_listed`, `cannot_hold`, `same_worker`, `identifier`.
    """
    case, episode = opened(tx, ref, actor)
    managers_only(actor, "give a case to somebody else")
    privacy.guard(reason, field="reason")
    worker = holder(tx, to)
    if worker.user_id == episode.worker_id:
        raise Refusal("same_worker", f"<@{to}> holds {ref} already. Nothing was changed.", field="to")
    code = reason if reason in REASONS else "OTHERS"
    pending = episode.pending
    lapsed = [] if pending is None else [pending.model_copy(update={"lapsed_on": tx.today})]
    update = {"worker_id": worker.user_id, "manager_id": worker.manager_id, "named_manager_id": None}
    moved = episode.model_copy(update=update)
    records = [moved, *lapsed, *handed_to(case, episode.number, worker.user_id, tx.today, code)]
    log.end_snoozes(tx, ref)
    after = save(tx, case, records, "case.reassigned", why=reason, former=episode.worker_id, to=worker.user_id, reason=code)
    tell(tx, worker.user_id, Handover(ref, after.version))
    if episode.worker_id != actor.user_id and not outbox.is_untold(tx, episode.worker_id, Handover.kind, ref):
        tell(tx, episode.worker_id, Reallocated(ref, worker.user_id, after.version))
    return after


def not_mine(tx: Tx, ref: str, actor: Actor) -> str:
    """Who is reminded of a case says that it is not theirs: their manager is told; who that is. Nothing else changes.

    Refused: `not_found`, `workers_only`, `case_closed`, `not_your_case`, `no_manager`.
    """
    case, episode = opened(tx, ref, actor)
    if episode.worker_id != actor.user_id:
        raise Refusal("not_your_case", f"{ref} is allocated to <@{episode.worker_id}>, so it is not with you.")
    if episode.manager_id is None:
        raise Refusal("no_manager", f"{ref} has no manager who could be told. Please talk to an administrator.")
    if tell(tx, episode.manager_id, NotMine(ref, actor.user_id, case.version)):
        tx.log("case.not_mine", ref, manager=episode.manager_id)
    return episode.manager_id


def put_on_agenda(tx: Tx, ref: str, actor: Actor) -> Case:
    """A manager wants to talk about a case: it goes on the next agenda without a decision being proposed (R8 a).

    Refused: `case_closed`, `managers_only`, `closing_agreed`, `on_agenda`.
    """
    case, episode = opened(tx, ref, actor)
    managers_only(actor, "put a case on the agenda")
    if episode.closing is not None:
        raise Refusal("closing_agreed", f"That {ref} closes is agreed already (§6). Nothing was changed.")
    answered = episode.decided.effective_at if episode.decided else None
    if episode.proposed_at is not None and (answered is None or answered <= episode.proposed_at):
        raise Refusal("on_agenda", f"{ref} is on the next agenda already: <@{episode.proposed_by}> put it there.")
    asked = {"proposed_kind": None, "proposed_at": tx.now, "proposed_by": actor.user_id, "proposed_reason": None}
    return save(tx, case, [episode.model_copy(update=asked)], "case.put_on_agenda")


def closing_records(tx: Tx, ref: str, on: date, actor: Actor) -> Case:
    """Note that the records of a closing are complete (R9). Refused: `not_closed`, `future_date`, `closing_records_early`."""
    workers_only(actor)
    case = existing(tx, ref, actor)
    closed = [each for each in case.living_episodes if each.closed_on is not None and each.closing_records_on is None]
    if not closed or closed[-1].closed_on is None:
        raise Refusal("not_closed", f"{ref} has no closing whose records are to be completed.")
    happened("on", on, tx.today)
    if on < closed[-1].closed_on:
        raise Refusal("closing_records_early", "The records of a closing are complete on the day it closes or later.", field="on")
    return save(tx, case, [closed[-1].model_copy(update={"closing_records_on": on})], "case.closing_recorded")
