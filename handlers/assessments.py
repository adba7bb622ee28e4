"""Assessments and what follows them: start, end, review, sharing, exemptions, the medical file, chronologies (§3, §5, §8).

A completion and a review are asked for by one person and authorised by the press of another (I10).
"""

from __future__ import annotations

from dataclasses import replace

from bot.casework import asking, assessing, looking, sharing
from bot.casework.assessing import Held
from bot.casework.sharing import Placed, Which
from bot.rules import text
from bot.rules.assessment import Item, With
from bot.rules.calendar import say_date
from bot.rules.codes import (
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
from bot.rules.people import MANAGERS, Actor
from bot.rules.refusal import Refusal
from handlers import steps
from handlers.answers import Answer
from handlers.entry import JsonObject, Kind
from handlers.payloads import Memory, unpack
from handlers.routes import Call, Route
from handlers.steps import Doing, Step
from handlers.views import assessments as forms
from handlers.views import managing as managing_forms
from handlers.views.parts import listed, sentence
from storage import cases
from storage.engine import Tx

_TEENS = 10


def _start(tx: Tx, doing: Doing) -> str:
    form, joint = doing.form, doing.form.ticked("joint")
    reason = form.code("camhs_reason", CamhsReason)
    told = assessing.Start(
        kind=form.needed("kind", AssessmentKind),
        purpose=form.needed("purpose", Purpose),
        started_on=form.typed_day("on", tx.today) or tx.today,
        receiving_authority=None,
        camhs_joint=bool(joint),
        camhs_reason=reason if joint else None,
    )
    if told.purpose is Purpose.REFER_TO_OTHER_BOROUGH:
        told = replace(told, receiving_authority=form.chosen("receiving_authority", "authority"))
    if reason in (CamhsReason.OVERDOSE, CamhsReason.SELF_HARM) and joint and forms.UNDER_TEN not in joint:
        _adolescents(tx, doing.ref)
    assessing.start(tx, doing.ref, told, doing.actor)
    return f"{sentence(told.kind.words)}, {told.purpose.words}: started on *{say_date(told.started_on)}*."


def _adolescents(tx: Tx, ref: str) -> None:
    """The exception of §3 is about adolescents (G24): for a child under ten somebody says that it is meant."""
    case = cases.get(tx, ref)
    age = case.referrals[-1].age_years if case and case.referrals else None
    if age is not None and age < _TEENS:
        raise Refusal(
            "under_ten",
            f"The child was {age} at the referral; joint assessments with CAMHS are about adolescents (§3). "
            "If it is so, please tick “although the child is under ten”.",
            field="joint",
        )


def _finish(tx: Tx, doing: Doing) -> str:
    number = doing.form.whole("assessment") or doing.number
    on = doing.form.typed_day("on", tx.today) or tx.today
    if doing.form.chosen("end") == forms.ABANDONED:
        assessing.abandon(tx, doing.ref, number, on, doing.form.typed("reason"), doing.actor)
        return f"The assessment is given up since *{say_date(on)}*."
    asking.completion(tx, doing.ref, number, on, doing.actor)
    return f"A manager is asked to authorise the completion on *{say_date(on)}* (§3). You are told when they have."


def _review(tx: Tx, doing: Doing) -> str:
    number = doing.form.whole("assessment") or doing.number or None
    on = doing.form.typed_day("on", tx.today) or tx.today
    asking.review(tx, doing.ref, Held(number, on, doing.form.needed("outcome", ReviewOutcome)), doing.actor)
    return f"A manager is asked to authorise the review of *{say_date(on)}* (§3). You are told when they have."


def _share(tx: Tx, doing: Doing) -> str:
    form, ref, actor = doing.form, doing.ref, doing.actor
    which, on = _which(tx, doing), form.typed_day("on", tx.today) or tx.today
    outcome, why, said = form.chosen("outcome"), form.typed("reason"), []
    chosen = [whom for whom in With if whom.value in form.ticked("with")]
    for whom in chosen:
        if outcome == SharingStatus.NOT_AGE_APPROPRIATE:
            sharing.not_age_appropriate(tx, ref, which, whom, on, why, actor)
        elif outcome == SharingStatus.EXEMPT_REQUESTED:
            asking.exemption(tx, ref, which, whom, on, why, actor)
        else:
            sharing.share(tx, ref, which, whom, on, form.code("method", Method), actor)
    if chosen:
        said.append(f"{_SAID.get(outcome or '', _SAID[''])} {listed([whom.words for whom in chosen])}, *{say_date(on)}*.")
    sent = form.code("form", SatisfactionForm)
    if sent is not None:
        sharing.copy_sent(tx, ref, which, on, sent, form.typed("form_reason"), actor)
        said.append(f"A copy was sent on *{say_date(on)}*, {sent.words} (§8).")
    if not said:
        raise Refusal("nothing_told", "Please tick with whom it was shared, or say that a copy was sent.", field="with")
    return " ".join(said)


_SAID = {
    "": "Shared with",
    SharingStatus.NOT_AGE_APPROPRIATE.value: "Not appropriate for the age of",
    SharingStatus.EXEMPT_REQUESTED.value: "The team manager is asked to agree that it is not shared with",
}


def _which(tx: Tx, doing: Doing) -> Which:
    """The assessment or review that a menu named. Refused: `missing`, `no_assessment`."""
    chosen = doing.form.chosen("which") or ""
    number = chosen.removeprefix(forms.REVIEW_MARK).partition("|")[0]
    if not number.isdigit():
        raise Refusal("missing", "Please choose one of these.", field="which")
    case = cases.get(tx, doing.ref)
    held = [each for episode in (case.episodes if case else ()) for each in episode.reviews if each.number == int(number)]
    made = [each for episode in (case.episodes if case else ()) for each in episode.assessments if each.number == int(number)]
    if held and (chosen.startswith(forms.REVIEW_MARK) or not made):
        return Which(held[0].assessment, of_review=held[0].number)
    return Which(int(number))


def _exempt(tx: Tx, doing: Doing) -> str:
    whom = (doing.form.chosen("which") or "").partition("|")[2]
    if whom not in set(With):
        raise Refusal("missing", "Please choose one of these.", field="which")
    sharing.approve_exemption(tx, doing.ref, _which(tx, doing), With(whom), tx.today, doing.form.typed("reason"), doing.actor)
    return f"Agreed: it is not shared with {With(whom).words} (§3). Your name, the day and the reason are kept."


def _medical_file(tx: Tx, doing: Doing) -> str:
    number, _, item = (doing.form.chosen("item") or "").partition("|")
    if not number.isdigit() or item not in set(Item):
        raise Refusal("missing", "Please choose one of these.", field="item")
    on = doing.form.typed_day("on", tx.today) or tx.today
    status = doing.form.needed("status", ItemStatus)
    sharing.medical_file(tx, doing.ref, Placed(Item(item), status, on, int(number), doing.form.typed("reason")), doing.actor)
    return f"{sentence(Item(item).words)}: {status.words}, *{say_date(on)}*."


def _chronology(tx: Tx, doing: Doing) -> str:
    kind, on = doing.form.needed("kind", ChronologyKind), doing.form.typed_day("on", tx.today) or tx.today
    sharing.chronology(tx, doing.ref, kind, on, doing.form.typed("obtained_from"), doing.actor)
    return f"{sentence(kind.words)} is noted, complete on *{say_date(on)}* (§5)."


def _decline(tx: Tx, doing: Doing) -> str:
    asking.decline(tx, doing.ref, doing.number, doing.form.typed("note"), doing.actor)
    return "Noted: not yet. Who asked is told."


START = Step(
    "assess",
    "Start an assessment",
    "Start an assessment",
    forms.start,
    _start,
    lambda look: look.episode is not None and not forms.running_of(look),
    submit="Start",
)
FINISH = Step(
    "finish",
    "End the assessment",
    "End the assessment",
    forms.finish,
    _finish,
    lambda look: look.episode is not None and bool(forms.running_of(look)),
)
REVIEW = Step(
    "review",
    "Record a review",
    "Record a review",
    forms.review,
    _review,
    lambda look: look.episode is not None and bool(forms.completed_of(look)),
)
SHARE = Step(
    "share", "Share", "Sharing", forms.share, _share, lambda look: look.episode is not None and bool(forms.completed_of(look))
)
EXEMPT = Step(
    "exempt",
    "Agree not to share",
    "Agree not to share",
    forms.exempt,
    _exempt,
    lambda look: look.episode is not None and look.is_manager and bool(dict(forms.unshared(look))),
    roles=MANAGERS,
    submit="Agree",
)
FILE = Step(
    "file",
    "Medical file",
    "Medical file",
    forms.medical_file,
    _medical_file,
    lambda look: look.episode is not None and bool(dict(forms.on_file(look))),
)
CHRONOLOGY = Step("chronology", "Chronology", "Chronology", forms.chronology, _chronology, lambda look: look.episode is not None)
DECLINE = Step(
    "decline", "Not yet", "Not yet", managing_forms.decline, _decline, lambda _look: False, roles=MANAGERS, submit="Tell them"
)
STEPS = (START, FINISH, REVIEW, SHARE, EXEMPT, FILE, CHRONOLOGY, DECLINE)


async def assess_typed(call: Call) -> Answer:
    """`/oob assess OOB-…`: the form of the end where an assessment is under way, else that of a start."""
    word, said = steps.first_word(text.clean(call.words))
    if not word:
        return await steps.open_typed(call, START, word, "`/oob assess OOB-2026-0001`")
    return await call.show(_assess, word, said.casefold(), call.actor)


async def review_typed(call: Call) -> Answer:
    """`/oob review OOB-…`: the form."""
    return await steps.open_typed(call, REVIEW, text.clean(call.words), "`/oob review OOB-2026-0001`")


async def share_typed(call: Call) -> Answer:
    """`/oob share OOB-…`: the form."""
    return await steps.open_typed(call, SHARE, text.clean(call.words), "`/oob share OOB-2026-0001`")


async def file_typed(call: Call) -> Answer:
    """`/oob file OOB-…`: the form."""
    return await steps.open_typed(call, FILE, text.clean(call.words), "`/oob file OOB-2026-0001`")


async def chronology_typed(call: Call) -> Answer:
    """`/oob chronology OOB-…`: the form."""
    return await steps.open_typed(call, CHRONOLOGY, text.clean(call.words), "`/oob chronology OOB-2026-0001`")


async def authorise(call: Call) -> Answer:
    """Authorise: another person's press (I10)."""
    memory = unpack(call.entry.action.get("value"))
    return await call.once(_authorise, memory.id, memory.n, call.actor)


def _authorise(tx: Tx, ref: str, number: int, actor: Actor) -> JsonObject:
    after = asking.authorise(tx, ref, number, actor)
    asked = next(each for each in after.authorisations if each.number == number)
    return steps.done(tx, ref, f"Authorised: the {asked.wanted.words}, *{say_date(asked.on)}* (§3).", actor)


def _assess(tx: Tx, word: str, said: str, actor: Actor) -> JsonObject:
    ref = looking.named(tx, word, actor)
    look = looking.looked(tx, ref, actor)
    running = bool(forms.running_of(look)) and said != "start"
    return steps.open_form(tx, FINISH if running else START, Memory(id=ref), actor)


ROUTES = (*steps.routes(STEPS), Route(Kind.ACTION, "case.authorise", MANAGERS, "Authorising", authorise))
