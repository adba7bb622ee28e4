"""What follows an assessment or a review: sharing, exemptions, copies, the medical file, chronologies (§3, §5, §8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.cases.case import Case
from bot.domain.cases.codes import SETTLED, SHORT_ROUTES, ChronologyKind, ItemStatus, Method, SatisfactionForm, SharingStatus
from bot.domain.cases.episode import Assessment, Episode
from bot.domain.cases.records import Chronology, MedicalFileItem, Review, Sharing
from bot.domain.inquiries.inquiry import PLACE_LIMIT
from bot.domain.notifications import ExemptionAgreed
from bot.domain.obligations.after_assessment import MedicalFileKind, With, wanted_on_file
from bot.domain.people import MANAGERS, Actor, Role
from bot.domain.shared import privacy
from bot.domain.shared.calendar import happened, say_date
from bot.domain.shared.errors import Refusal
from bot.services.cases.assessments import find
from bot.services.cases.loading import next_number, opened, save
from bot.services.guards import another_manager, known, reason_given
from bot.services.people import present, tell
from storage.db.engine import Tx

_REASONED = frozenset({SatisfactionForm.NOT_INCLUDED, SatisfactionForm.SPECIAL_CIRCUMSTANCES})


@dataclass(frozen=True)
class Which:
    """An assessment by its number, or its latest review, or that one of its reviews."""

    assessment: int
    review: bool = False
    of_review: int | None = None


@dataclass(frozen=True)
class Placed:
    """What became of an item for the medical file; of which assessment where there are several."""

    about: MedicalFileKind
    status: ItemStatus
    on: date
    assessment: int | None = None
    reason: str | None = None


def share(tx: Tx, ref: str, which: Which, whom: With, on: date, method: Method | None, actor: Actor) -> Case:
    """Note that an assessment or review was shared with the parents or the child (R5).

    An assessment that was shared before means its latest review that was not. Refused: `case_closed`, `no_assessment`,
    `not_completed`, `nothing_reviewed`, `future_date`.
    """
    case, _ = opened(tx, ref, actor)
    number = _outstanding(case, ref, which, whom)
    if case.sharing_status(number, whom) is SharingStatus.EXEMPT:
        _not_settled(case, number, whom)
    happened("on", on, tx.today)
    return _save(tx, case, number, whom, "sharing.shared", status=SharingStatus.SHARED, on=on, method=method)


def not_age_appropriate(tx: Tx, ref: str, which: Which, whom: With, on: date, reason: str | None, actor: Actor) -> Case:
    """Note that sharing with the child is not appropriate for its age. Refused besides: `child_only`, `reason_missing`."""
    case, _ = opened(tx, ref, actor)
    number = _outstanding(case, ref, which, whom)
    if whom is not With.CHILD:
        raise Refusal("child_only", "Only sharing with the child can be inappropriate for age (§3).", field="with")
    why = reason_given(reason, "it is not appropriate")
    happened("on", on, tx.today)
    return _save(
        tx, case, number, whom, "sharing.not_age_appropriate", status=SharingStatus.NOT_AGE_APPROPRIATE, on=on, reason=why
    )


def request_exemption(tx: Tx, ref: str, which: Which, whom: With, on: date, reason: str | None, actor: Actor) -> Case:
    """Ask the team manager to agree that it is not shared (§3). Refused besides: `done_before`, `reason_missing`."""
    case, _ = opened(tx, ref, actor)
    number = _outstanding(case, ref, which, whom)
    _not_settled(case, number, whom)
    why = reason_given(reason, "it is not to be shared")
    happened("on", on, tx.today)
    return _save(
        tx,
        case,
        number,
        whom,
        "sharing.exempt_requested",
        status=SharingStatus.EXEMPT_REQUESTED,
        requested_on=on,
        requested_by=actor.user_id,
        reason=why,
    )


def approve_exemption(tx: Tx, ref: str, which: Which, whom: With, on: date, reason: str | None, actor: Actor) -> Case:
    """Agree that it is not shared: a team manager who neither holds the case nor asked (I11).

    Refused: `done_before`, `team_manager_agrees`, `reason_missing` when nobody gave one, and as `share`.
    """
    case, episode = opened(tx, ref, actor)
    number = _outstanding(case, ref, which, whom)
    asked = case.sharing_of(number, whom)
    _not_settled(case, number, whom)
    may_agree(tx, episode, asked, actor)
    happened("on", on, tx.today)
    why = reason_given(reason or (asked.reason if asked else None), "it is not shared")
    after = _save(
        tx, case, number, whom, "sharing.exempt", status=SharingStatus.EXEMPT, on=on, exempt_by=actor.user_id, reason=why
    )
    if asked is not None and asked.requested_by:
        tell(tx, asked.requested_by, ExemptionAgreed(ref, f"{number}.{whom}"))
    return after


def asked_of(case: Case, which: Which, whom: With) -> Sharing:
    """What was just asked not to be shared. Raises `LookupError` when nothing was."""
    made = _made(case, case.ref, which)
    waiting = [each for each in case.sharings if each.whom == whom and each.status is SharingStatus.EXEMPT_REQUESTED]
    found = [each for each in waiting if each.of == made.number] or waiting
    if not found:
        raise LookupError(case.ref)
    return found[-1]


def copy_sent(tx: Tx, ref: str, which: Which, on: date, form: SatisfactionForm | None, reason: str | None, actor: Actor) -> Case:
    """Note that a copy went to the service users, and whether the satisfaction form was in it (R10, §8).

    One-off and short-term work asks for no form unless in special circumstances (I17). Refused: `form_not_asked`,
    `reason_missing`, `not_completed`, `future_date`.
    """
    case, episode = opened(tx, ref, actor)
    made = _made(case, ref, which)
    happened("on", on, tx.today)
    short = episode.route in SHORT_ROUTES
    chosen = form or (SatisfactionForm.NOT_APPLICABLE if short else SatisfactionForm.INCLUDED)
    if short and chosen in (SatisfactionForm.INCLUDED, SatisfactionForm.NOT_INCLUDED):
        raise Refusal(
            "form_not_asked",
            "The form is not for one-off and short-term work, unless in special circumstances with a reason (§8).",
            field="form",
        )
    why = reason_given(reason, "the form is as it is") if chosen in _REASONED else reason
    privacy.guard(why, field="reason")
    sent = made.model_copy(update={"copy_sent_on": on, "form": chosen, "form_reason": why})
    return save(tx, case, [sent], "copy.sent", form=chosen, on=str(on))


def medical_file(tx: Tx, ref: str, told: Placed, actor: Actor) -> Case:
    """Note that an item was placed on the medical file, or that a manager waived it (R6).

    Refused: `value_unknown`, `nothing_to_place`, `managers_only`, `not_two_people`, `reason_missing`, `future_date`.
    """
    case, episode = opened(tx, ref, actor)
    if told.status not in (ItemStatus.PLACED, ItemStatus.WAIVED):
        raise Refusal("value_unknown", "An item is placed, or waived by a manager.", field="status")
    asking = [
        each for each in episode.assessments if told.about in wanted_on_file(each) and told.assessment in (None, each.number)
    ]
    waiting = [each for each in asking if case.medical_file_item(each.number, told.about) is None] or asking
    if not waiting:
        raise Refusal("nothing_to_place", f"Nothing of {ref} is asked for on the medical file (§3, §7).")
    why = told.reason
    if told.status is ItemStatus.WAIVED:
        another_manager(actor, episode, "waive an item for the medical file")
        why = reason_given(why, "it is not placed")
    privacy.guard(why, field="reason")
    happened("on", told.on, tx.today)
    of = waiting[-1].number
    noted = case.medical_file_item(of, told.about)
    item = MedicalFileItem(
        number=noted.number if noted else next_number(case),
        of=of,
        about=told.about,
        status=told.status,
        placed_on=told.on,
        by=actor.user_id,
        reason=why,
    )
    return save(tx, case, [item], f"medical_file.{told.status}", item=told.about, on=str(told.on))


def chronology(tx: Tx, ref: str, kind: ChronologyKind, on: date, obtained_from: str | None, actor: Actor) -> Case:
    """Note a chronology of either kind (R7, I15); the home authority's is obtained from it unless somebody says otherwise.

    Refused: `case_closed`, `future_date`, `identifier`, `too_long`.
    """
    case, episode = opened(tx, ref, actor)
    happened("on", on, tx.today)
    privacy.guard(obtained_from, field="obtained_from")
    if len(obtained_from or "") > PLACE_LIMIT:
        raise Refusal("too_long", f"Please give it in up to {PLACE_LIMIT} characters.", field="obtained_from")
    source = (obtained_from or case.home) if kind is ChronologyKind.HOME_AUTHORITY else obtained_from
    made = Chronology(number=next_number(case), episode=episode.number, kind=kind, completed_on=on, obtained_from=source)
    return save(tx, case, [made], "chronology.completed", kind=kind, on=str(on))


def _made(case: Case, ref: str, which: Which) -> Assessment | Review:
    """What was completed: the assessment, or its latest review."""
    made = find(case, ref, which.assessment)
    if made.completed_on is None:
        raise Refusal("not_completed", "This assessment is not completed yet; it is shared and sent out when it is (§3).")
    if not which.review and which.of_review is None:
        return made
    held = [each for each in _reviews(case, made.number) if which.of_review in (None, each.number)]
    if not held:
        raise Refusal("nothing_reviewed", "No review of this assessment was recorded yet.")
    return held[-1]


def _reviews(case: Case, assessment: int) -> list[Review]:
    return [each for episode in case.living_episodes for each in episode.reviews if each.assessment == assessment]


def _outstanding(case: Case, ref: str, which: Which, whom: With) -> int:
    """The number of what is shared now: what is named, or the latest review where the assessment itself is settled."""
    made = _made(case, ref, which)
    if isinstance(made, Review) or case.sharing_status(made.number, whom) not in SETTLED:
        return made.number
    held = [each.number for each in _reviews(case, made.number) if case.sharing_status(each.number, whom) not in SETTLED]
    return held[-1] if held else made.number


def _not_settled(case: Case, number: int, whom: With) -> None:
    """Refuse what is settled already, with who settled it and when: `done_before`."""
    settled = case.sharing_of(number, whom)
    if settled is not None and settled.status in SETTLED:
        by = f" by <@{settled.exempt_by}>" if settled.exempt_by else ""
        when = f" on {say_date(settled.on)}" if settled.on else ""
        words = f"Sharing with {whom.words} is settled already{by}{when}: {settled.status.words}. Nothing was changed."
        raise Refusal("done_before", words, field="with")


def may_agree(tx: Tx, episode: Episode, asked: Sharing | None, actor: Actor) -> None:
    """I11: a team manager or the case's manager, neither who holds it nor who asked; for a manager's own case, their manager."""
    worker = known(tx, episode.worker_id)
    ours = present(tx, (worker.manager_id if worker.role in MANAGERS else episode.manager_id) or "") == actor.user_id
    team_manager = actor.may(frozenset({Role.TEAM_MANAGER})) and worker.role not in MANAGERS
    other = actor.user_id not in (episode.worker_id, asked.requested_by if asked else None)
    if not (actor.may(MANAGERS) and (ours or team_manager) and other):
        raise Refusal(
            "team_manager_agrees",
            "That an assessment is not shared is agreed by the team manager, who is another person than the worker (§3).",
        )


def _save(tx: Tx, case: Case, number: int, whom: With, action: str, **values: object) -> Case:
    noted = case.sharing_of(number, whom)
    fresh = Sharing(number=noted.number if noted else next_number(case), of=number, whom=whom, status=SharingStatus.OUTSTANDING)
    changed = (noted or fresh).model_copy(update=values)
    return save(tx, case, [changed], action, whom=whom, of=number)
