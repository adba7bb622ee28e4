"""What managers do with a case, and corrections: each with a reason that is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import get_args

from bot.domain.cases.case import Case
from bot.domain.cases.codes import RecordingRoute, ReferralStatus
from bot.domain.people import MANAGERS
from bot.domain.reading import days, values
from bot.domain.reading.ages import read_age
from bot.domain.shared import authorities, references
from bot.domain.shared.code import Code
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import RefKind
from bot.domain.shared.rule import Rule, words_of
from bot.services.cases import assessments, corrections, referrals, undo, work
from bot.services.cases.loading import existing
from handlers.cases import actions
from handlers.cases import manager_forms as forms
from handlers.cases.actions import CaseAction, Doing
from storage.db.engine import Tx

_NOTHING = frozenset({"none", "nothing", "not given", "unborn"})


def _set_route(tx: Tx, doing: Doing) -> str:
    route = doing.form.needed("route", RecordingRoute)
    work.set_route(tx, doing.ref, route, doing.form.typed("reason"), doing.actor)
    return f"The route is *{route.words}* now (§4)."


def _reset_clock(tx: Tx, doing: Doing) -> str:
    work.reset_clock(tx, doing.ref, doing.form.typed("reason"), doing.actor)
    return "The three months count from this opening (§4)."


def _review_off(tx: Tx, doing: Doing) -> str:
    assessments.switch_review_off(tx, doing.ref, doing.form.typed("reason"), doing.actor)
    return "No more reviews are asked for while the case is open (§3)."


def _waive(tx: Tx, doing: Doing) -> str:
    rule, _, about = (doing.form.chosen("which") or "").partition("|")
    undo.waive(tx, doing.ref, rule, about or None, doing.form.typed("reason"), doing.actor)
    return f"Not asked for any more: {words_of(rule)}."


def _end_referral(tx: Tx, doing: Doing) -> str:
    status = doing.form.needed("status", ReferralStatus)
    referrals.end_referral(tx, doing.ref, status, doing.form.typed("reason"), doing.actor)
    return f"The referral does not go on: {status.words}. It stays on file, and what it opened is void."


def _unclose(tx: Tx, doing: Doing) -> str:
    referrals.reopen_in_error(tx, doing.ref, doing.form.typed("reason"), doing.actor)
    return "The closing is undone as an error; its clocks go on."


def _correct(tx: Tx, doing: Doing) -> str:
    field, said = doing.form.chosen("field") or "", doing.form.typed("to") or ""
    case = existing(tx, doing.ref, doing.actor)
    try:
        to = _read(case, field, said, tx.today, tx.now)
        corrections.correct(tx, doing.ref, field, to, doing.form.typed("reason"), doing.actor)
    except Refusal as refusal:
        under = refusal.field if refusal.field in ("field", "reason") else "to"
        raise Refusal(refusal.code, refusal.sentence, field=under) from None
    name = field.replace("_", " ").capitalize()
    what = f"*{forms.value_in_words(to)}* now" if isinstance(to, Code | date | bool | int) else "corrected"
    return f"{name} is {what}. What stood before is kept."


def _read(case: Case, field: str, said: str, today: date, now: datetime) -> object:
    """The value that was typed, as its field holds it. Refused: `value_refused`, `ref_unreadable`, and as reading a day."""
    if field == "ics_ref":
        ref = references.read(said)
        if ref.kind is not RefKind.ICS:
            raise Refusal("ref_unreadable", "That is one of OOB's own references. Please give the one of ICS.")
        return ref.text
    if not said or said.casefold() in _NOTHING or case.latest is None:
        return None
    record = corrections.record_of(case, case.latest, field)
    if field in _OF_FIELD:
        return _OF_FIELD[field](said)
    for kind in get_args(type(record).model_fields[field].annotation) or (type(record).model_fields[field].annotation,):
        if isinstance(kind, type) and issubclass(kind, Code):
            return values.code(kind, said)
        if kind in _READERS:
            return _READERS[kind](said, today, now)
    return said


Reader = Callable[[str, date, datetime], object]
_OF_FIELD: dict[str, Callable[[str], object]] = {
    "age_years": read_age,
    "home_authority": authorities.read,
    "receiving_authority": authorities.read,
}


def _moment(said: str, _today: date, now: datetime) -> datetime:
    _, at = days.read_moment(said, now)
    if at is None:
        raise Refusal("value_refused", "Please give the day and the time, such as 7 Dec 14:30.")
    return at


_READERS: dict[object, Reader] = {
    datetime: _moment,
    date: lambda said, today, _now: days.read_day(said, today),
    bool: lambda said, _today, _now: values.yes_or_no(said),
    int: lambda said, _today, _now: values.whole(said),
}

SET_ROUTE = CaseAction(
    "set_route",
    "Change the route",
    "Change the route",
    forms.set_route,
    _set_route,
    lambda look: look.episode is not None and look.is_manager,
    roles=MANAGERS,
    otherwise="The route of {ref} is changed by a manager who does not hold it.",
)
RESET_CLOCK = CaseAction(
    "reset_clock",
    "Reset the three months",
    "Reset the clock",
    forms.reset_clock,
    _reset_clock,
    lambda look: look.is_manager and look.episode is not None and look.episode.continued_from is not None,
    roles=MANAGERS,
    otherwise="The clock of {ref} is its own, or you hold the case yourself.",
)
REVIEW_OFF = CaseAction(
    "review_off",
    "No more reviews",
    "No more reviews",
    forms.review_off,
    _review_off,
    lambda look: look.is_manager and any(each.rule == Rule.REVIEW for each in look.open),
    roles=MANAGERS,
    otherwise="No review is asked for on {ref}, or you hold the case yourself.",
)
WAIVE = CaseAction(
    "waive",
    "Waive",
    "Waive",
    forms.waive,
    _waive,
    lambda look: look.is_manager and bool(look.open),
    roles=MANAGERS,
    otherwise="Nothing is asked of {ref}, or you hold the case yourself: another manager waives.",
    needs_open=False,
)
END_REFERRAL = CaseAction(
    "end_referral",
    "Take the referral back",
    "Take the referral back",
    forms.end_referral,
    _end_referral,
    lambda look: look.is_manager and bool(look.case.referrals) and look.case.referrals[-1].status is ReferralStatus.ACTIVATED,
    roles=MANAGERS,
    otherwise="There is no referral of {ref} to take back, or you hold the case yourself.",
    needs_open=False,
)
UNCLOSE = CaseAction(
    "unclose",
    "Closed in error",
    "Closed in error",
    forms.unclose,
    _unclose,
    lambda look: look.is_manager and look.latest is not None and look.latest.closing is not None,
    roles=MANAGERS,
    otherwise="{ref} is not closed, or you hold the case yourself.",
    needs_open=False,
)
CORRECT = CaseAction(
    "correct",
    "Correct",
    "Correct",
    forms.correct,
    _correct,
    lambda look: look.latest is not None,
    otherwise="{ref} was never open.",
    needs_open=False,
)
STEPS = (SET_ROUTE, RESET_CLOCK, REVIEW_OFF, WAIVE, END_REFERRAL, UNCLOSE, CORRECT)
ROUTES = actions.routes(STEPS)
