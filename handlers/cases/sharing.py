"""What follows an assessment: sharing and copies, what is not shared, the medical file, chronologies (§3, §5, §8)."""

from __future__ import annotations

import re
from datetime import date

from bot.domain.cases.codes import (
    SHORT_ROUTES,
    ChronologyKind,
    ItemStatus,
    Method,
    SatisfactionForm,
    SharingStatus,
)
from bot.domain.obligations.after_assessment import MedicalFileKind, With
from bot.domain.people import MANAGERS
from bot.domain.shared.calendar import say_date
from bot.domain.shared.errors import Refusal
from bot.services.cases import authorisations, sharing
from bot.services.cases.loading import existing
from bot.services.cases.sharing import Placed, Which
from handlers.cases import actions
from handlers.cases import assessment_forms as forms
from handlers.cases.actions import CaseAction, Doing
from handlers.ui.blocks import sentence
from storage.db.engine import Tx

_NUMBER = re.compile(r"[0-9]{1,9}")


def _share(tx: Tx, doing: Doing) -> str:
    form = doing.form
    which, on = _which(tx, doing), form.day_or_today("on", tx.today)
    said = [_shared(tx, doing, which, whom, on) for whom in With if form.chosen(whom.value)]
    sent = form.code("form", SatisfactionForm) or _went_out(tx, doing)
    if sent is not None:
        try:
            sharing.copy_sent(tx, doing.ref, which, on, sent, form.typed("form_reason"), doing.actor)
        except Refusal as refusal:
            field = "form_reason" if refusal.field == "reason" else refusal.field
            raise Refusal(refusal.code, refusal.sentence, field=field) from None
        said.append(f"A copy was sent on *{say_date(on)}*, {sent.words} (§8).")
    if not said:
        raise Refusal("nothing_told", "Please say with whom it was shared, or that a copy was sent.", field="parents")
    return " ".join(said)


def _shared(tx: Tx, doing: Doing, which: Which, whom: With, on: date) -> str:
    """What was said of the parents, or of the child."""
    outcome, why = doing.form.chosen(whom.value), doing.form.typed("reason")
    if outcome == SharingStatus.NOT_AGE_APPROPRIATE:
        sharing.not_age_appropriate(tx, doing.ref, which, whom, on, why, doing.actor)
        return "It is not appropriate for the child's age."
    if outcome == SharingStatus.EXEMPT_REQUESTED:
        authorisations.exemption(tx, doing.ref, which, whom, on, why, doing.actor)
        return f"The team manager is asked to agree that it is not shared with {whom.words}."
    sharing.share(tx, doing.ref, which, whom, on, doing.form.code("method", Method), doing.actor)
    return f"Shared with {whom.words}, *{say_date(on)}*."


def _went_out(tx: Tx, doing: Doing) -> SatisfactionForm | None:
    """What was shared by post or e-mail is a copy that went out: the form is asked about at once (R10), but for short work."""
    by_mail = doing.form.code("method", Method) in (Method.POST, Method.EMAIL)
    if not by_mail or doing.form.chosen("parents") != SharingStatus.SHARED:
        return None
    case = existing(tx, doing.ref, doing.actor)
    if case.latest and case.latest.route in SHORT_ROUTES:
        return SatisfactionForm.NOT_APPLICABLE
    raise Refusal("form_untold", "A copy went out with that: was the satisfaction form in it? (§8)", field="form")


def _which(tx: Tx, doing: Doing) -> Which:
    """The assessment or review that a menu named. Refused: `missing`, `no_assessment`."""
    chosen = doing.form.chosen("which") or ""
    number = chosen.removeprefix(forms.REVIEW_MARK).partition("|")[0]
    if not _NUMBER.fullmatch(number):
        raise Refusal("missing", "Please choose one of these.", field="which")
    case = existing(tx, doing.ref, doing.actor)
    held = [each for episode in case.episodes for each in episode.reviews if each.number == int(number)]
    made = [each for episode in case.episodes for each in episode.assessments if each.number == int(number)]
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
    if not _NUMBER.fullmatch(number) or item not in set(MedicalFileKind):
        raise Refusal("missing", "Please choose one of these.", field="item")
    on = doing.form.day_or_today("on", tx.today)
    status = doing.form.needed("status", ItemStatus)
    sharing.medical_file(
        tx, doing.ref, Placed(MedicalFileKind(item), status, on, int(number), doing.form.typed("reason")), doing.actor
    )
    return f"{sentence(MedicalFileKind(item).words)}: {status.words}, *{say_date(on)}*."


def _chronology(tx: Tx, doing: Doing) -> str:
    kind, on = doing.form.needed("kind", ChronologyKind), doing.form.day_or_today("on", tx.today)
    sharing.chronology(tx, doing.ref, kind, on, doing.form.typed("obtained_from"), doing.actor)
    return f"{sentence(kind.words)} is noted, complete on *{say_date(on)}* (§5)."


SHARE = CaseAction(
    "share",
    "Share",
    "Sharing",
    forms.share,
    _share,
    lambda look: look.episode is not None and bool(forms.completed_of(look)),
    otherwise="There is no completed assessment on {ref} to share yet. `/oob assess {ref}` starts one or ends it.",
)
EXEMPT = CaseAction(
    "exempt",
    "Agree not to share",
    "Agree not to share",
    forms.exempt,
    _exempt,
    lambda look: look.episode is not None and look.is_manager and bool(dict(forms.unshared(look))),
    roles=MANAGERS,
    submit="Agree",
    otherwise="Nothing of {ref} waits for that, or you hold the case yourself: another manager agrees (§3).",
)
FILE = CaseAction(
    "file",
    "Medical file",
    "Medical file",
    forms.medical_file,
    _medical_file,
    lambda look: look.episode is not None and bool(dict(forms.on_file(look))),
    otherwise="Nothing of {ref} waits for the medical file (§3, §7).",
)
CHRONOLOGY = CaseAction(
    "chronology",
    "Chronology",
    "Chronology",
    forms.chronology,
    _chronology,
    lambda look: look.episode is not None,
    otherwise="{ref} is not open.",
)
STEPS = (SHARE, EXEMPT, FILE, CHRONOLOGY)
ROUTES = actions.routes(STEPS)
