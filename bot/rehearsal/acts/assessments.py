"""What happens to assessments in a story: from their start to the medical file."""

from __future__ import annotations

from bot.domain.cases.codes import (
    AssessmentKind,
    CamhsReason,
    ChronologyKind,
    ItemStatus,
    Method,
    Purpose,
    ReviewOutcome,
    SatisfactionForm,
    SharingStatus,
)
from bot.domain.obligations.after_assessment import MedicalFileKind, With
from bot.domain.people import Actor
from bot.domain.shared import authorities
from bot.domain.shared.errors import Refusal
from bot.rehearsal.fields import Fields
from bot.rehearsal.names import Names, assessment_of, case_of
from bot.services.cases import assessments, sharing
from storage.cases import cases
from storage.db.engine import Tx


def _assess_start(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    ref = case_of(names, told)
    purpose = told.choice("purpose", Purpose, Purpose.OTHER)
    case = cases.get(tx, ref)
    known = case is not None and purpose is Purpose.REFER_TO_OTHER_BOROUGH and case.home not in authorities.ELSEWHERE
    usual = case.home if case is not None and known else None
    start = assessments.Start(
        kind=told.choice("kind", AssessmentKind, AssessmentKind.CORE),
        purpose=purpose,
        started_on=told.on("on", "started_on"),
        receiving_authority=told.text("receiving_authority", usual),
        camhs_joint=told.flag("camhs_joint"),
        camhs_reason=told.maybe("camhs_reason", CamhsReason),
    )
    name = str(told.take("assessment", f"event {told.event.number}"))
    _, made = assessments.start(tx, ref, start, actor)
    names.assessment[name] = (ref, made.number)


def _assess_complete(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    ref, number = assessment_of(tx, names, told)
    assessments.complete(tx, ref, number, told.on("on", "completed_on"), told.text("authorised_by"), actor)


def _assess_abandon(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    ref, number = assessment_of(tx, names, told)
    assessments.abandon(tx, ref, number, told.on("on"), told.text("reason"), actor)


def _review(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    number = None
    if told.has("assessment"):
        ref, number = assessment_of(tx, names, told)
    else:
        ref = case_of(names, told)
    outcome = told.choice("outcome", ReviewOutcome, ReviewOutcome.CONTINUE)
    held = assessments.ReviewHeld(number, told.on("on", "held_on"), outcome)
    assessments.review(tx, ref, held, told.text("authorised_by"), actor)


def _which(tx: Tx, names: Names, told: Fields) -> tuple[str, sharing.Which]:
    ref, number = assessment_of(tx, names, told)
    return ref, sharing.Which(number, told.flag("review"))


def _share(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    ref, which = _which(tx, names, told)
    whom, on = told.choice("with", With), told.on("on")
    method, reason = told.maybe("method", Method), told.text("reason")
    status = told.choice("status", SharingStatus, SharingStatus.SHARED)
    if status is SharingStatus.NOT_AGE_APPROPRIATE:
        sharing.not_age_appropriate(tx, ref, which, whom, on, reason, actor)
    elif status is SharingStatus.SHARED:
        sharing.share(tx, ref, which, whom, on, method, actor)
    else:
        raise Refusal("value_unknown", "An exemption is requested and approved (§3).", field="status")


def _exempt_request(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    ref, which = _which(tx, names, told)
    sharing.request_exemption(tx, ref, which, told.choice("with", With), told.on("on"), told.text("reason"), actor)


def _exempt_approve(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    ref, which = _which(tx, names, told)
    sharing.approve_exemption(tx, ref, which, told.choice("with", With), told.on("on"), told.text("reason"), actor)


def _copy_sent(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    ref, which = _which(tx, names, told)
    sharing.copy_sent(tx, ref, which, told.on("on"), told.maybe("form", SatisfactionForm), told.text("reason"), actor)


def _medical_file(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    number = names.of("assessment", str(told.take("assessment")))[1] if told.has("assessment") else None
    about = MedicalFileKind.LETTER if told.text("about", "assessment") in ("referral", "letter") else MedicalFileKind.ASSESSMENT
    status = told.choice("status", ItemStatus, ItemStatus.PLACED)
    placed = sharing.Placed(about, status, told.on("on"), number, told.text("reason"))
    sharing.medical_file(tx, case_of(names, told), placed, actor)


def _chronology(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    kind = told.choice("kind", ChronologyKind, ChronologyKind.HOSPITAL_HISTORY, code="chronology_kind")
    sharing.chronology(tx, case_of(names, told), kind, told.on("on", "completed_on"), told.text("obtained_from"), actor)


def _review_off(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    assessments.switch_review_off(tx, case_of(names, told), told.text("reason"), actor)


ACTS = {
    "assess_start": _assess_start,
    "assess_complete": _assess_complete,
    "assess_abandon": _assess_abandon,
    "review": _review,
    "review_off": _review_off,
    "share": _share,
    "exempt_request": _exempt_request,
    "exempt_approve": _exempt_approve,
    "copy_sent": _copy_sent,
    "medical_file": _medical_file,
    "chronology": _chronology,
}
