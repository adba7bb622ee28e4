"""Asking a manager for their word, and answering: completions and reviews (I10), and assessments that are not shared (I11).

What is asked changes no clock until the answer; who asked is told of it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.domain.cases.case import Case
from bot.domain.cases.codes import AuthorisationKind, ReviewOutcome
from bot.domain.cases.episode import Episode
from bot.domain.cases.records import Authorisation
from bot.domain.notifications import AuthorisationAsked, Authorised, ExemptionAsked, NotAuthorisedYet, Notification
from bot.domain.obligations.after_assessment import With
from bot.domain.people import Actor
from bot.domain.shared import privacy
from bot.domain.shared.calendar import say_moment
from bot.domain.shared.errors import Refusal
from bot.services.cases import assessments, sharing
from bot.services.cases.assessments import ReviewHeld
from bot.services.cases.loading import existing, next_number, opened, save
from bot.services.cases.sharing import Which
from bot.services.guards import another_manager
from bot.services.people import tell, tell_first
from storage.db.engine import Tx


def completion(tx: Tx, ref: str, number: int, on: date, actor: Actor) -> Case:
    """Ask that the completion of an assessment is authorised.

    Refused: `case_closed`, `no_assessment`, `not_running`, `future_date`, `completed_early`, `asked_before`.
    """
    case, episode = opened(tx, ref, actor)
    assessments.completable(tx, episode, ref, number, on)
    return _ask(tx, case, episode, AuthorisationKind.ASSESSMENT, ReviewHeld(number, on))


def review(tx: Tx, ref: str, held: ReviewHeld, actor: Actor) -> Case:
    """Ask that a review is authorised.

    Refused: `case_closed`, `nothing_to_review`, `future_date`, `outside_episode`, `asked_before`.
    """
    case, episode = opened(tx, ref, actor)
    reviewed = assessments.reviewable(tx, case, episode, held)
    return _ask(tx, case, episode, AuthorisationKind.REVIEW, replace(held, assessment=reviewed.number))


def exemption(tx: Tx, ref: str, which: Which, whom: With, on: date, reason: str | None, actor: Actor) -> Case:
    """Ask the team manager to agree that an assessment is not shared, and tell them. Refused as `sharing.request_exemption`."""
    after = sharing.request_exemption(tx, ref, which, whom, on, reason, actor)
    made = sharing.asked_of(after, which, whom)
    _tell_manager(tx, after, ExemptionAsked(after.ref, f"{made.of}.{whom}"))
    return after


def authorise(tx: Tx, ref: str, number: int, actor: Actor) -> Case:
    """Authorise what was asked: by a manager who neither asked nor holds the case (I10).

    Refused: `not_found`, `answered_before`, `managers_only`, `not_authorised`, and what the completion or review would be now.
    """
    case, asked = _waiting(tx, ref, number, actor)
    answer = _answered(tx, asked, agreed=True)
    if asked.wanted is AuthorisationKind.ASSESSMENT:
        after = assessments.complete(tx, case.ref, asked.of, asked.on, actor.user_id, actor, answer)
    else:
        held = ReviewHeld(asked.of, asked.on, asked.outcome or ReviewOutcome.CONTINUE)
        after = assessments.review(tx, case.ref, held, actor.user_id, actor, answer)
    tell(tx, asked.requested_by, Authorised(ref, number))
    return after


def decline(tx: Tx, ref: str, number: int, note: str | None, actor: Actor) -> Case:
    """Say that it is not yet so, with a word on what is missing. Refused as `authorise`, and `identifier`."""
    case, asked = _waiting(tx, ref, number, actor)
    privacy.guard(note, field="note")
    answer = _answered(tx, asked, agreed=False).model_copy(update={"note": note})
    after = save(tx, case, [answer], "authorisation.declined", wanted=asked.wanted)
    tell(tx, asked.requested_by, NotAuthorisedYet(ref, number))
    return after


def _ask(tx: Tx, case: Case, episode: Episode, wanted: AuthorisationKind, held: ReviewHeld) -> Case:
    asked = Authorisation(
        number=next_number(case),
        episode=episode.number,
        wanted=wanted,
        of=held.assessment or 0,
        on=held.on,
        outcome=held.outcome if wanted is AuthorisationKind.REVIEW else None,
        requested_by=tx.actor_id,
        requested_at=tx.now,
    )
    before = [each for each in case.unauthorised if (each.wanted, each.of) == (asked.wanted, asked.of)]
    if before:
        raise Refusal(
            "asked_before",
            f"<@{before[0].requested_by}> asked for that on {say_moment(before[0].requested_at)}; it waits for a manager.",
        )
    after = save(tx, case, [asked], "authorisation.asked", wanted=asked.wanted, on=str(asked.on))
    _tell_manager(tx, after, AuthorisationAsked(after.ref, asked.number))
    return after


def _waiting(tx: Tx, ref: str, number: int, actor: Actor) -> tuple[Case, Authorisation]:
    """What waits for an answer.

    Refused: `nothing_asked`, `answered_before`, `managers_only`, `not_two_people`, `not_authorised`.
    """
    found = next((each for each in existing(tx, ref, actor).authorisations if each.number == number), None)
    if found is None:
        raise Refusal("nothing_asked", f"Nothing about {ref} waits for a manager's word under that button.")
    if found.agreed is not None and found.answered_at is not None:
        what = "authorised that" if found.agreed else "said “not yet”"
        when = say_moment(found.answered_at)
        raise Refusal("answered_before", f"<@{found.answered_by}> {what} on {when}. Nothing was changed.")
    case, episode = opened(tx, ref, actor)
    another_manager(actor, episode, "authorise this")
    if actor.user_id == found.requested_by:
        raise Refusal("not_authorised", "You asked for this yourself; it is authorised by another manager (§3).")
    return case, found


def _answered(tx: Tx, asked: Authorisation, *, agreed: bool) -> Authorisation:
    return asked.model_copy(update={"agreed": agreed, "answered_by": tx.actor_id, "answered_at": tx.now})


def _tell_manager(tx: Tx, case: Case, notification: Notification) -> None:
    """Tell the manager of the case, their deputy, or a senior manager where it has none; not the one who asks."""
    manager_id = case.latest.manager_id if case.latest else None
    if manager_id != tx.actor_id:
        tell_first(tx, manager_id, notification)
