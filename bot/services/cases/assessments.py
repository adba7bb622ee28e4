"""Assessments and their reviews (§3): started, completed with a manager's authorisation, abandoned, reviewed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.cases.case import Case
from bot.domain.cases.codes import AssessmentKind, CamhsReason, Purpose, ReviewOutcome
from bot.domain.cases.episode import Assessment, Episode
from bot.domain.cases.records import Authorisation, Record, Review
from bot.domain.obligations.review import cores_of
from bot.domain.people import MANAGERS, Actor
from bot.domain.shared import authorities
from bot.domain.shared.calendar import happened, say_date
from bot.domain.shared.errors import Refusal
from bot.services.cases.loading import next_number, opened, save, within_episode
from bot.services.guards import another_manager, known, reason_given
from storage.db.engine import Tx
from storage.settings import rulesets


@dataclass(frozen=True)
class Start:
    """What somebody tells when they start an assessment."""

    kind: AssessmentKind
    purpose: Purpose
    started_on: date
    receiving_authority: str | None = None
    camhs_joint: bool = False
    camhs_reason: CamhsReason | None = None


def start(tx: Tx, ref: str, told: Start, actor: Actor) -> tuple[Case, Assessment]:
    """Start an assessment; long-term work with a chronically ill child makes the episode a long-term one (§3, G15).

    Refused: `case_closed`, `future_date`, `outside_episode`, `assessment_running` (I9), `receiving_authority_missing` (G14).
    """
    case, episode = opened(tx, ref, actor)
    happened("on", told.started_on, tx.today)
    within_episode(episode, "on", told.started_on)
    if any(each.is_running and each.kind is told.kind for each in episode.assessments):
        raise Refusal("assessment_running", f"An assessment of this kind is under way on {ref}. Complete or abandon it first.")
    receiving = told.receiving_authority
    wanted = told.purpose is Purpose.REFER_TO_OTHER_BOROUGH or receiving is not None
    if wanted and receiving not in authorities.names():
        raise Refusal(
            "receiving_authority_missing",
            "Please choose the authority that the assessment refers the child to (§3).",
            field="receiving_authority",
        )
    made = Assessment(
        number=next_number(case),
        episode=episode.number,
        kind=told.kind,
        purpose=told.purpose,
        receiving_authority=receiving,
        camhs_joint=told.camhs_joint,
        camhs_reason=told.camhs_reason,
        started_on=told.started_on,
    )
    records: list[Record] = [made]
    if told.purpose is Purpose.LONG_TERM_CHRONIC_ILLNESS and not episode.long_term:
        records.append(episode.model_copy(update={"long_term": True}))
    after = save(tx, case, records, "assessment.started", kind=told.kind, purpose=told.purpose, camhs_joint=told.camhs_joint)
    return after, made


def complete(
    tx: Tx, ref: str, number: int, on: date, authorised_by: str | None, actor: Actor, answered: Authorisation | None = None
) -> Case:
    """Complete an assessment with the authorisation of a manager who is another person (I10).

    `answered` is the request that the manager answers by this, where it was asked for in two steps (`asking`).

    Refused: `case_closed`, `no_assessment`, `not_running`, `future_date`, `completed_early` (I9), `not_authorised`.
    """
    case, episode = opened(tx, ref, actor)
    made = completable(tx, episode, ref, number, on)
    manager = _authorised(tx, episode, authorised_by, answered.requested_by if answered else actor.user_id)
    done = made.model_copy(update={"completed_on": on, "authorised_by": manager})
    records = [done, *([answered] if answered else [])]
    return save(tx, case, records, "assessment.completed", kind=made.kind, on=str(on), authorised_by=manager)


def abandon(tx: Tx, ref: str, number: int, on: date, reason: str | None, actor: Actor) -> Case:
    """Give an assessment up, also one that was left running in an earlier episode.

    Refused: `case_closed`, `no_assessment`, `not_running`, `future_date`, `completed_early`, `reason_missing`, `identifier`.
    """
    case, _ = opened(tx, ref, actor)
    made = find(case, ref, number)
    if not made.is_running:
        raise Refusal("not_running", "This assessment was completed or abandoned already. Nothing was changed.")
    happened("on", on, tx.today)
    if on < made.started_on:
        raise Refusal("completed_early", f"It was started on {say_date(made.started_on)}; it cannot end before.", field="on")
    why = reason_given(reason, "it is not completed")
    return save(tx, case, [made.model_copy(update={"abandoned_on": on, "abandon_reason": why})], "assessment.abandoned")


def completable(tx: Tx, episode: Episode, ref: str, number: int, on: date) -> Assessment:
    """A running assessment that may be complete on that day.

    Refused: `no_assessment`, `not_running`, `future_date`, `completed_early`.
    """
    made = _running(episode, ref, number)
    happened("on", on, tx.today)
    if on < made.started_on:
        raise Refusal(
            "completed_early", f"It was started on {say_date(made.started_on)}; it cannot be complete before.", field="on"
        )
    return made


@dataclass(frozen=True)
class ReviewHeld:
    """A review that was held: of which assessment (None: the latest core one), when, and what it came to."""

    assessment: int | None
    on: date
    outcome: ReviewOutcome = ReviewOutcome.CONTINUE


def review(
    tx: Tx, ref: str, held: ReviewHeld, authorised_by: str | None, actor: Actor, answered: Authorisation | None = None
) -> Case:
    """Record a review of a completed assessment, of the latest core one unless `number` says which (R2, I10).

    A review older than what it is about is kept, and moves no clock (docs/domain.md §5.5, R2).

    Refused: `case_closed`, `nothing_to_review`, `future_date`, `outside_episode`, `not_authorised`.
    """
    case, episode = opened(tx, ref, actor)
    reviewed = reviewable(tx, case, episode, held)
    manager = _authorised(tx, episode, authorised_by, answered.requested_by if answered else actor.user_id)
    made = Review(
        number=next_number(case),
        episode=episode.number,
        assessment=reviewed.number,
        held_on=held.on,
        authorised_by=manager,
        outcome=held.outcome,
        recorded_at=tx.now,
    )
    records = [made, *([answered] if answered else [])]
    return save(tx, case, records, "review.held", on=str(held.on), outcome=held.outcome, authorised_by=manager)


def reviewable(tx: Tx, case: Case, episode: Episode, held: ReviewHeld) -> Assessment:
    """The assessment that a review is of. Refused: `nothing_to_review`, `future_date`, `outside_episode`."""
    reviewed = _to_review(tx, case, held.assessment)
    if reviewed is None or reviewed.completed_on is None:
        raise Refusal("nothing_to_review", f"{case.ref} has no completed assessment to review.")
    happened("on", held.on, tx.today)
    within_episode(episode, "on", held.on)
    return reviewed


def switch_review_off(tx: Tx, ref: str, reason: str | None, actor: Actor) -> Case:
    """Ask for no more reviews in this episode. Refused: `managers_only`, `not_two_people`, `reason_missing`."""
    case, episode = opened(tx, ref, actor)
    another_manager(actor, episode, "switch the reviews off")
    why = reason_given(reason, "no review is asked for")
    off = episode.model_copy(update={"review_off_on": tx.today, "review_off_reason": why})
    return save(tx, case, [off], "review.switched_off")


def find(case: Case, ref: str, number: int) -> Assessment:
    """An assessment of a case. Refused: `no_assessment`."""
    found = [each for episode in case.episodes for each in episode.assessments if each.number == number]
    if not found:
        raise Refusal("no_assessment", f"There is no such assessment on {ref}.")
    return found[0]


def _running(episode: Episode, ref: str, number: int) -> Assessment:
    found = next((each for each in episode.assessments if each.number == number), None)
    if found is None:
        raise Refusal("no_assessment", f"There is no such assessment in the open episode of {ref}.")
    if not found.is_running:
        raise Refusal("not_running", "This assessment was completed or abandoned already. Nothing was changed.")
    return found


def _to_review(tx: Tx, case: Case, number: int | None) -> Assessment | None:
    """The assessment with that number, or the latest core one, or the latest completed one."""
    done = [each for episode in case.living_episodes for each in episode.assessments if each.completed_on is not None]
    if number is not None:
        return next((each for each in done if each.number == number), None)
    core = [each for episode in case.living_episodes for each in cores_of(episode, rulesets.versions(tx))]
    return max(core or done, key=lambda each: each.completed_on or each.started_on, default=None)


def _authorised(tx: Tx, episode: Episode, authorised_by: str | None, recorder_id: str) -> str:
    """Who authorised it: a manager, neither who records it nor who holds the case (I10)."""
    if authorised_by is None:
        raise Refusal("not_authorised", "A manager has to authorise this; please ask yours (§3).", field="authorised_by")
    manager = known(tx, authorised_by)
    if manager.role not in MANAGERS or authorised_by in (recorder_id, episode.worker_id):
        raise Refusal("not_authorised", "It is authorised by a manager who is another person than you.", field="authorised_by")
    return authorised_by
