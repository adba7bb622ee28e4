"""What happens to cases in a story: referrals, work, who holds them, and taking things back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.domain.cases.codes import ActivityKind, RecordingRoute, ReferralStatus
from bot.domain.inquiries.inquiry import no_activity
from bot.domain.people import Actor
from bot.domain.shared.errors import Refusal
from bot.rehearsal.acts.inquiries import correct_entry
from bot.rehearsal.acts.referral_fields import new_case, referral_facts
from bot.rehearsal.fields import Fields
from bot.rehearsal.names import Names, case_of
from bot.services.admin import retention
from bot.services.cases import corrections, referrals, undo, work
from bot.services.cases.loading import existing
from bot.services.inquiries import lifecycle
from storage.db.engine import Tx


def _refer(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    name = str(told.take("case"))
    facts = referral_facts(told)
    about = names.case.get(name) or new_case(told, name)
    if isinstance(about, str):
        told.take("ics_ref")
    names.case[name] = referrals.refer(tx, facts, about, actor, told.text("allocated_to")).ref


def _contact(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    if told.has("inquiry"):
        ref = names.of("inquiry", str(told.take("inquiry")))
        raise no_activity(ref)
    contact = work.Contact(
        kind=told.choice("kind", ActivityKind, ActivityKind.OTHER),
        occurred_on=told.on("on", "occurred_on"),
        seen_child=told.flag("seen_child") if told.has("seen_child") else None,
        seen_alone=told.flag("seen_alone") if told.has("seen_alone") else None,
        note=told.text("note"),
    )
    work.contact(tx, case_of(names, told), contact, actor)


def _reopen(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    ref, route = case_of(names, told), told.choice("route", RecordingRoute, RecordingRoute.SHORT_TERM)
    referrals.reopen(tx, ref, route, actor, told.on("on", "opened_on"))


def _reopen_in_error(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    told.take("route")
    referrals.reopen_in_error(tx, case_of(names, told), told.text("reason"), actor)


def _void(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    if told.has("inquiry"):
        ref = names.of("inquiry", str(told.take("inquiry")))
        lifecycle.void_inquiry(tx, ref, told.text("reason") or "", actor)
    else:
        _end(tx, names, told, actor, ReferralStatus.VOID)


def _nfa(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    _end(tx, names, told, actor, ReferralStatus.NFA)


def _reclassify(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    told.take("to")
    _end(tx, names, told, actor, ReferralStatus.RECLASSIFIED_CONTACT)


def _end(tx: Tx, names: Names, told: Fields, actor: Actor, status: ReferralStatus) -> None:
    referrals.end_referral(tx, case_of(names, told), status, told.text("reason"), actor)


def _respond(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    work.respond(tx, case_of(names, told), told.moment("on") or told.event.moment, actor)


def _set_flag(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    ref = case_of(names, told)
    flags: dict[str, Any] = {name: told.flag(name) for name in ("awaiting_family", "restricted") if told.has(name)}
    if told.has("next_expected_contact"):
        flags["next_expected_contact"] = told.month_or_day("next_expected_contact")
    if told.has("deceased_on"):
        flags["deceased_on"] = told.day("deceased_on")
    if told.has("moved_to"):
        flags["moved_to"] = told.text("moved_to")
    if told.has("family_group"):
        flags["family_group"] = told.text("family_group")
    if told.has("hold"):
        _hold(tx, ref, told, actor, on=told.flag("hold"))
    elif not flags:
        raise Refusal("missing", "One flag at least has to be set.")
    if flags:
        work.set_flags(tx, ref, flags, actor)


def _hold(tx: Tx, ref: str, told: Fields, actor: Actor, *, on: bool) -> None:
    existing(tx, ref, actor)
    if on:
        retention.hold(tx, ref, told.text("reason") or "legal hold", actor)
    else:
        retention.release(tx, ref, actor)


def _set_route(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    work.set_route(tx, case_of(names, told), told.choice("route", RecordingRoute), told.text("reason"), actor)


def _reset_clock(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    told.take("route")
    work.reset_clock(tx, case_of(names, told), told.text("reason"), actor)


def _reassign(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    work.reassign(tx, case_of(names, told), str(told.take("to")), told.text("reason"), actor)


def _closing_records(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    work.closing_records(tx, case_of(names, told), told.on("on"), actor)


def _correct(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    field, to = told.needed("field"), told.take("to")
    field = {"age": "age_years"}.get(field, field)
    if told.has("feedback") or told.has("inquiry"):
        correct_entry(tx, names, told, actor, field, to)
        return
    number = names.of("assessment", str(told.take("assessment")))[1] if told.has("assessment") else None
    if field == "received_at":
        to = told.inner({"to": to}).moment("to")
    corrections.correct(tx, case_of(names, told), field, to, told.text("reason"), actor, number)


def _waive(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    named = told.text("about")
    about = names.feedback.get(named or "", {"referral": "letter"}.get(named or "", named))
    undo.waive(tx, case_of(names, told), str(told.take("rule")), about, told.text("reason"), actor)


def _snooze(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    ref = names.of("inquiry", str(told.take("inquiry"))) if told.has("inquiry") else case_of(names, told)
    until = told.day("until") or told.today + timedelta(days=1)
    undo.snooze(tx, ref, str(told.take("rule")), until, told.text("reason"), actor)


ACTS = {
    "refer": _refer,
    "contact": _contact,
    "respond": _respond,
    "reopen": _reopen,
    "reopen_in_error": _reopen_in_error,
    "void": _void,
    "nfa": _nfa,
    "reclassify": _reclassify,
    "set_flag": _set_flag,
    "set_route": _set_route,
    "reset_clock": _reset_clock,
    "reassign": _reassign,
    "closing_records": _closing_records,
    "correct": _correct,
    "waive": _waive,
    "snooze": _snooze,
}
