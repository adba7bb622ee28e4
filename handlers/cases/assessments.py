"""Assessments (§3): start, end and review; what follows them is in `handlers.cases.sharing`.

A completion and a review are asked for by one person and authorised by the press of another (I10).
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.cases.codes import (
    AssessmentKind,
    CamhsReason,
    Purpose,
    ReviewOutcome,
)
from bot.domain.obligations.after_assessment import is_doubtful
from bot.domain.people import MANAGERS, Actor
from bot.domain.shared import text
from bot.domain.shared.calendar import say_date
from bot.domain.shared.errors import Refusal
from bot.services.cases import assessments, authorisations, view
from bot.services.cases.assessments import ReviewHeld
from bot.services.cases.loading import existing
from handlers.cases import actions
from handlers.cases import assessment_forms as forms
from handlers.cases import manager_forms as managing_forms
from handlers.cases.actions import CaseAction, Doing
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.ui.blocks import sentence
from handlers.ui.button_state import ButtonState, unpack
from storage.db.engine import Tx


def _start(tx: Tx, doing: Doing) -> str:
    form, joint = doing.form, doing.form.ticked("joint")
    reason = form.code("camhs_reason", CamhsReason)
    told = assessments.Start(
        kind=form.needed("kind", AssessmentKind),
        purpose=form.needed("purpose", Purpose),
        started_on=form.day_or_today("on", tx.today),
        receiving_authority=None,
        camhs_joint=bool(joint),
        camhs_reason=reason if joint else None,
    )
    if told.purpose is Purpose.REFER_TO_OTHER_BOROUGH:
        told = replace(told, receiving_authority=form.chosen("receiving_authority", "authority"))
    if joint and forms.UNDER_TEN not in joint:
        _adolescents(tx, doing, reason)
    assessments.start(tx, doing.ref, told, doing.actor)
    return f"{sentence(told.kind.words)}, {told.purpose.words}: started on *{say_date(told.started_on)}*."


def _adolescents(tx: Tx, doing: Doing, reason: CamhsReason | None) -> None:
    """The exception of §3 is about adolescents (G24): for a younger child somebody says that it is meant."""
    case = existing(tx, doing.ref, doing.actor)
    age = case.referrals[-1].age_years if case.referrals else None
    if is_doubtful(reason, age):
        raise Refusal(
            "under_ten",
            f"The child was {age} at the referral; joint assessments with CAMHS are about adolescents (§3). "
            "If it is so, please tick “although the child is under ten”.",
            field="joint",
        )


def _finish(tx: Tx, doing: Doing) -> str:
    number = doing.form.whole("assessment") or doing.number
    on = doing.form.day_or_today("on", tx.today)
    if doing.form.chosen("end") == forms.ABANDONED:
        assessments.abandon(tx, doing.ref, number, on, doing.form.typed("reason"), doing.actor)
        return f"The assessment ended without completion on *{say_date(on)}*."
    authorisations.completion(tx, doing.ref, number, on, doing.actor)
    return f"A manager is asked to authorise the completion on *{say_date(on)}* (§3). You are told when they have."


def _review(tx: Tx, doing: Doing) -> str:
    number = doing.form.whole("assessment") or doing.number or None
    on = doing.form.day_or_today("on", tx.today)
    authorisations.review(tx, doing.ref, ReviewHeld(number, on, doing.form.needed("outcome", ReviewOutcome)), doing.actor)
    return f"A manager is asked to authorise the review of *{say_date(on)}* (§3). You are told when they have."


def _decline(tx: Tx, doing: Doing) -> str:
    authorisations.decline(tx, doing.ref, doing.number, doing.form.typed("note"), doing.actor)
    return "Noted: not yet. Who asked is told."


START = CaseAction(
    "assess",
    "Start an assessment",
    "Start an assessment",
    forms.start,
    _start,
    lambda look: look.episode is not None,
    submit="Start",
    otherwise="{ref} is not open.",
)
FINISH = CaseAction(
    "finish",
    "End the assessment",
    "End the assessment",
    forms.finish,
    _finish,
    lambda look: look.episode is not None and bool(forms.running_of(look)),
    otherwise="No assessment is under way on {ref}. `/oob assess {ref}` starts one.",
)
REVIEW = CaseAction(
    "review",
    "Record a review",
    "Record a review",
    forms.review,
    _review,
    lambda look: look.episode is not None and bool(forms.completed_of(look)),
    otherwise="There is no completed assessment on {ref} to review yet.",
)
DECLINE = CaseAction(
    "decline",
    "Not yet",
    "Not yet",
    managing_forms.decline,
    _decline,
    lambda look: bool(look.case.unauthorised),
    roles=MANAGERS,
    submit="Tell them",
    otherwise="Nothing about {ref} waits for a manager.",
    on_card=False,
)
STEPS = (START, FINISH, REVIEW, DECLINE)


async def assess_typed(call: Call) -> Answer:
    """`/oob assess OOB-…`: the form of the end where an assessment is under way, else that of a start."""
    word, said = actions.about(text.clean(call.words))
    if not word:
        return await actions.which_case(call, "assessment")
    return await call.show(assess, word, said.casefold(), call.actor)


async def authorise(call: Call) -> Answer:
    """Authorise: another person's press (I10)."""
    memory = unpack(call.entry.action.get("value"))
    return await call.once(_authorise, memory.id, memory.n, call.actor)


def _authorise(tx: Tx, ref: str, number: int, actor: Actor) -> Answer:
    after = authorisations.authorise(tx, ref, number, actor)
    asked = next(each for each in after.authorisations if each.number == number)
    return actions.done(tx, ref, f"Authorised: the {asked.wanted.words}, *{say_date(asked.on)}* (§3).", actor)


def assess(tx: Tx, word: str, said: str, actor: Actor) -> Answer:
    """The form of the end where an assessment is under way, else that of a start."""
    ref = view.named(tx, word, actor)
    look = view.looked(tx, ref, actor)
    running = bool(forms.running_of(look)) and said != "start"
    return actions.open_form(tx, FINISH if running else START, ButtonState(id=ref), actor)


ROUTES = (*actions.routes(STEPS), Route(Kind.ACTION, "case.authorise", MANAGERS, "Authorising", authorise))
