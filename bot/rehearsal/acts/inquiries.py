"""What happens to inquiries and feedback in a story."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.domain.feedback.feedback import FeedbackFacts, Mode, Target
from bot.domain.inquiries.inquiry import AnswerGiven, AskedBy, InquiryFacts, Outcome, Result
from bot.domain.people import Actor
from bot.domain.shared.errors import Refusal
from bot.rehearsal.acts.referral_fields import new_case, referral_facts
from bot.rehearsal.fields import Fields
from bot.rehearsal.names import Names, case_of
from bot.services.cases import referrals
from bot.services.feedback import lifecycle, recording
from bot.services.guards import reason_given
from bot.services.inquiries import lifecycle as inquiry_lifecycle
from bot.services.supervision import minutes
from storage.db.engine import Tx

F = TypeVar("F", bound=BaseModel)


def _inquire(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    home = told.text("home_authority")
    asked = told.text("authority_asked") or home
    facts = InquiryFacts(
        asked_by_role=told.choice("asked_by_role", AskedBy, AskedBy.WARD_STAFF),
        asked_on=told.on("asked_on", "on"),
        authority_asked=asked,
        home_authority=home or asked,
        urgent=told.flag("urgent"),
        result=told.choice("result", Result, Result.AWAITING),
        answered_on=told.day("answered_on"),
        outcome=told.choice("outcome", Outcome, Outcome.NONE),
        signposted_to=told.text("signposted_to"),
        age_years=told.whole("age_years", told.whole("age")),
        threshold_level=told.whole("threshold_level"),
        ics_ref=told.text("ics_ref"),
        restricted=told.flag("restricted"),
        store_in_directory=told.flag("store_in_directory"),
        directory_ref=told.text("directory_ref"),
        note=told.text("note"),
    )
    name = str(told.take("inquiry", f"event {told.event.number}"))
    names.inquiry[name] = inquiry_lifecycle.log_inquiry(tx, facts, actor).inquiry.ref


def _answer(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    ref = names.of("inquiry", str(told.take("inquiry")))
    before = inquiry_lifecycle.existing(tx, ref, actor)
    given = AnswerGiven(
        result=told.choice("result", Result),
        answered_on=told.on("answered_on", "on"),
        outcome=told.choice("outcome", Outcome, Outcome.NONE),
        signposted_to=told.text("signposted_to"),
        age_years=before.facts.age_years,
        threshold_level=before.facts.threshold_level,
        ics_ref=told.text("ics_ref", before.facts.ics_ref),
    )
    inquiry_lifecycle.answer_inquiry(tx, ref, before.version, given, actor)


def _convert(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    ref, name = names.of("inquiry", str(told.take("inquiry"))), str(told.take("case"))
    inquiry = inquiry_lifecycle.existing(tx, ref, actor)
    facts = referral_facts(told, inquiry.facts)
    about = names.case.get(name) or new_case(told, name, inquiry.facts.ics_ref)
    names.case[name] = referrals.convert(tx, ref, facts, about, actor, told.text("allocated_to")).ref


def _feedback(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    about = names.of("inquiry", str(told.take("inquiry"))) if told.has("inquiry") else case_of(names, told)
    target = told.choice("target", Target, Target.INDIVIDUAL_PROFESSIONAL)
    facts = FeedbackFacts(
        about=about,
        target=target,
        target_role=told.text("target_role"),
        given_on=told.on("given_on", "on"),
        mode=told.choice("mode", Mode, Mode.VERBAL),
        summary=told.text("summary"),
        emailed_on=told.day("emailed_on"),
        letter_copied_on=told.day("letter_copied_on"),
    )
    name = str(told.take("feedback", f"event {told.event.number}"))
    names.feedback[name] = lifecycle.give(tx, facts, actor).ref


def _on_ics(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    told.take("on")
    for kind in ("feedback", "inquiry"):
        if told.has(kind):
            recording.mark_recorded(tx, [names.of(kind, str(told.take(kind)))], actor)
            return
    minutes.session_on_ics(tx, told.text("session") or told.needed("worker"), actor)


def correct_entry(tx: Tx, names: Names, told: Fields, actor: Actor, field: str, to: object) -> None:
    """Correct a field of feedback or of an inquiry. Refused: `reason_missing`, `field_unknown`, `value_refused`."""
    reason_given(told.text("reason"), "it is corrected")
    about = told.text("feedback")
    if about is not None:
        said = lifecycle.open_feedback(tx, names.of("feedback", about), actor)
        lifecycle.change(tx, said.ref, said.version, _with(said.facts, field, to), frozenset(), actor)
        return
    asked = inquiry_lifecycle.open_for_change(tx, names.of("inquiry", told.needed("inquiry")), actor)
    inquiry_lifecycle.change_inquiry(tx, asked.ref, asked.version, _with(asked.facts, field, to), actor)


def _with(facts: F, field: str, to: object) -> F:
    if field not in type(facts).model_fields:
        raise Refusal("field_unknown", f"`{field}` is nothing that can be corrected there.", field="field")
    try:
        return type(facts).model_validate(facts.model_dump() | {field: to})
    except ValidationError:
        raise Refusal("value_refused", f"That is no value for `{field}`. Nothing was changed.", field="to") from None


ACTS = {"inquire": _inquire, "answer": _answer, "convert": _convert, "feedback": _feedback, "on_ics": _on_ics}
