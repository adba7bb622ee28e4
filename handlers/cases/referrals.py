"""Referrals in two forms (§2): what it is and whether it is one, then what is known of it; also from an inquiry.

What the first form said waits encrypted under a draft's id until the second is sent off.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from bot.domain.cases.activation import ReferralFacts, authority_elsewhere, may_be_activated, two_limbs
from bot.domain.cases.codes import Channel, RecordingRoute, ReferralForm, Service
from bot.domain.cases.referral import USUAL_FORM
from bot.domain.inquiries.inquiry import InquiryFacts
from bot.domain.people import LOGGERS, RECORDERS, Actor, Role
from bot.domain.reading import match_codes
from bot.domain.reading.ages import read_age
from bot.domain.shared import references, text
from bot.domain.shared.calendar import LONDON, happened, say_date
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import RefKind, is_case
from bot.services.cases import referrals
from bot.services.cases import view as case_view
from bot.services.cases.referrals import KnownCase, NewCase
from bot.services.guards import rules_now
from bot.services.inquiries import matching as family
from bot.services.inquiries.lifecycle import open_to_answer
from handlers import late_forms
from handlers.cases import actions
from handlers.cases import messages as words
from handlers.cases import referral_forms as views
from handlers.core.form_state import FormState, refill, under
from handlers.core.interaction import JsonObject, Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call
from handlers.core.routing import Route as Entrance
from handlers.inquiries import forms
from handlers.ui.blocks import section
from handlers.ui.button_state import ButtonState, unpack
from storage.db.engine import Tx
from storage.requests import drafts

_DRAFT = "referral"
RING_NOW = "Please ring your duty manager now; a manager has been told. Nothing was saved yet."
_OF_THE_FIRST = frozenset(
    {"ics_ref_taken", "case_open", "own_borough", "episodes_overlap", "after_death", "received_late", "two_limbs"}
)
"""What is wrong with the first form, and found out with the second."""


async def typed(call: Call) -> Answer:
    """`/oob refer [ICS reference]`: the first form."""
    word = text.clean(call.words)
    if references.all_of(word, RefKind.INQUIRY):
        return await call.show(_convert, references.all_of(word, RefKind.INQUIRY)[0], call.actor)
    if not word:
        return Answer.form(views.first(call.ctx.now()))
    return await call.show(_refer, references.read(word).text, call.actor)


async def convert_typed(call: Call) -> Answer:
    """`/oob convert INQ-…`: the first form, with what the inquiry knew."""
    named = references.all_of(text.clean(call.words), RefKind.INQUIRY)
    if len(named) != 1:
        raise Refusal("ref_missing", "Please say which inquiry, for example: `/oob convert INQ-2026-0001`. Nothing was changed.")
    return await call.show(_convert, named[0], call.actor)


async def convert_pressed(call: Call) -> Answer:
    """Convert to a referral."""
    return await call.show(_convert, unpack(call.entry.action.get("value")).id, call.actor)


async def inquiry_instead(call: Call) -> Answer:
    """Log an inquiry instead: its form takes the place of the referral's."""
    return Answer.form(forms.form(InquiryFacts(asked_on=call.ctx.today())))


async def channel_chosen(call: Call) -> Answer:
    """Another channel: what is usual there is shown, unless somebody chose verbal or written by hand (G8, G9)."""
    view, values = call.entry.view, call.entry.values
    channel = _channel(call.entry.chosen)
    block = next((name for name in call.entry.input_ids if name.startswith(f"{views.FORM}.")), "")
    shown = USUAL_FORM.get(_channel(block.partition(".")[2]))
    now = FormState(view).code(block, ReferralForm)
    by_hand = now if now is not None and now is not shown else None
    kept = {name: view[name] for name in late_forms.SHOWN if name in view}
    if not block or "blocks" not in kept:
        raise Refusal("old_button", "That form is from another version of OOB; nothing was done. Please type the command again.")
    fresh = [views.form_input(channel, by_hand).to_dict() if each.get("block_id") == block else each for each in kept["blocks"]]
    return Answer("form", refill(kept | {"blocks": fresh}, values))


async def first_sent(call: Call) -> Answer:
    """The first form sent off: checked as far as it goes, kept, and the second one shown."""
    inquiry = unpack(call.entry.view.get("private_metadata")).id
    return await call.once(_first, call.entry.view, inquiry, call.actor)


async def second_sent(call: Call) -> Answer:
    """The second form sent off: the referral is activated. What was wrong in the first one leads back to it, filled in."""
    memory = unpack(call.entry.view.get("private_metadata"))
    try:
        return await call.once(_second, call.entry.view, memory, call.actor)
    except Refusal as refusal:
        if refusal.field in call.entry.input_ids or refusal.code not in _OF_THE_FIRST:
            raise
        return await call.show(_back, memory.id, refusal.sentence)


def _refer(tx: Tx, about: str, actor: Actor) -> Answer:
    """The first form about a child; of one whose case is open the case itself, where a contact is logged (I3)."""
    try:
        look = case_view.look(tx, case_view.named(tx, about, actor), actor)
    except Refusal:
        return Answer.form(views.first(tx.now, about=about))
    if look.episode is not None:
        return Answer.message(words.open_already(look))
    return Answer.form(views.first(tx.now, about=about))


def _convert(tx: Tx, ref: str, actor: Actor) -> Answer:
    facts = open_to_answer(tx, ref, actor).facts
    also = [name for name, on in ((views.URGENT, facts.urgent), (views.RESTRICTED, facts.restricted)) if on]
    home = None if facts.home_authority == rules_now(tx).own_authority else facts.home_authority
    return Answer.form(views.first(tx.now, about=facts.ics_ref, inquiry=ref, home=home, also=also))


def _first(tx: Tx, view: JsonObject, inquiry: str, actor: Actor) -> Answer:
    form = FormState(view)
    two_limbs(**{name: bool(form.ticked(name)) for name in views.LIMBS})
    authority_elsewhere(form.chosen("home_authority", "authority") or "", rules_now(tx).own_authority)
    received, at = form.moment("received", tx.now)
    happened("received", received, tx.today)
    if at is None and views.URGENT in form.ticked("also"):
        raise Refusal("time_missing", "It is urgent: please give the time, too, such as today 14:30 (audit).", field="received")
    if (hidden := _meets_restricted(tx, view, form.typed("about") or "", actor)) is not None:
        return hidden
    about, notes = _about(tx, form.typed("about") or "", received, actor)
    known = open_to_answer(tx, inquiry, actor) if inquiry else None
    shown_before = {name: view[name] for name in late_forms.SHOWN if name in view}
    kept = {"view": shown_before, "values": view.get("state", {}).get("values", {}), "inquiry": inquiry, "about": about}
    shown = views.Known(
        draft_id=drafts.keep(tx, json.dumps(kept), _DRAFT),
        channel=_channel(form.chosen("channel", "referral.channel")),
        about=about,
        age_years=known.facts.age_years if known else None,
        threshold_level=known.facts.threshold_level if known else None,
        worker_id=actor.user_id if actor.may(frozenset({Role.SOCIAL_WORKER})) else None,
        notes=notes,
    )
    return Answer.form(views.second(shown, rules_now(tx), tx.now))


def _meets_restricted(tx: Tx, view: JsonObject, word: str, actor: Actor) -> Answer | None:
    """What a colleague reads whose referral meets a case that they may not know of: nothing of it, and nothing is lost."""
    ref = references.read(word, field="about")
    if ref.kind is not RefKind.ICS or not referrals.met_restricted(tx, ref.text, actor, "a referral"):
        return None
    return late_forms.set_aside(tx, view, RING_NOW)


def _about(tx: Tx, word: str, received: date, actor: Actor) -> tuple[str, list[str]]:
    """Our reference of a closed case, or the ICS reference of a new one, with what is to be said of it.

    Refused: `case_open` (I3), `not_a_case`, `ref_unreadable`, `not_found`, `after_death`.
    """
    ref = references.read(word, field="about")
    if ref.kind not in (RefKind.CASE, RefKind.ICS):
        raise Refusal("not_a_case", f"{ref.text} is not a case. Please give the ICS reference, or OOB-….", field="about")
    try:
        found = case_view.looked(tx, case_view.named(tx, ref.text, actor), actor)
    except Refusal as refusal:
        if ref.kind is RefKind.ICS and refusal.code == "not_found":
            return referrals.free_ics_ref(tx, ref.text), []
        raise Refusal(refusal.code, refusal.sentence, field="about") from None
    with under("about"):
        may_be_activated(found.episode.opened_on if found.episode else None, found.case.deceased_on, received)
    until = found.counts_until
    again = f" It will count as a re-referral, being on or before {say_date(until)}." if until and received <= until else ""
    closed = found.latest.closed_on if found.latest else None
    return found.case.ref, [
        f"*{found.case.ref}*{f', closed on {say_date(closed)},' if closed else ''} is opened again by this.{again}"
    ]


def _second(tx: Tx, view: JsonObject, memory: ButtonState, actor: Actor) -> Answer:
    """Activate it. What is known already of the family is shown first, and the form sent off a second time (`memory.n`)."""
    kept = json.loads(drafts.words_of(tx, memory.id, _DRAFT))
    first, second = FormState({"state": {"values": kept["values"]}}), FormState(view)
    match = _match(second.typed("match"), tx.today)
    facts, about, inquiry = _facts(tx, first, second), kept["about"], kept["inquiry"]
    before = family.same_family(tx, match, actor)
    if before and not memory.n:
        return _known_already(view, memory, before)
    kind = KnownCase if is_case(about) else NewCase
    target = kind(about, restricted=views.RESTRICTED in first.ticked("also"), matches=match)
    worker = second.person("worker")
    try:
        case = (
            referrals.convert(tx, inquiry, facts, target, actor, worker)
            if inquiry
            else referrals.refer(tx, facts, target, actor, worker)
        )
    except Refusal as refusal:
        under = "worker" if refusal.code in ("not_listed", "cannot_hold") else refusal.field
        raise Refusal(refusal.code, refusal.sentence, field=under) from None
    said = (
        f"the referral *{case.referrals[-1].ref}* is activated, {facts.route.words}, allocated to <@{worker or actor.user_id}>."
    )
    if inquiry:
        said += f" It comes from {inquiry}, which stays on file with the link."
    if before:
        said += f"\n:mag: *Known already:* {', '.join(before)}"
    return actions.done(tx, case.ref, said, actor)


def _known_already(view: JsonObject, memory: ButtonState, before: list[str]) -> Answer:
    """The second form once more, under what is known of the family: perhaps the case is open already."""
    known = f":mag: *Known already:* {', '.join(before)}."
    words = f"{known} If it is another child, or is to be referred all the same, send this off again."
    shown = {name: view[name] for name in late_forms.SHOWN if name in view} | {
        "private_metadata": memory.model_copy(update={"n": 1}).pack()
    }
    filled = refill(shown, view.get("state", {}).get("values", {}))
    return Answer("form", filled | {"blocks": [section(words).to_dict(), *filled["blocks"]]})


def _back(tx: Tx, draft_id: str, sentence: str) -> Answer:
    """The first form as it was sent off, under what is wrong with it."""
    kept = json.loads(drafts.words_of(tx, draft_id, _DRAFT))
    view = refill(kept["view"], kept["values"])
    return Answer("form", view | {"blocks": [section(f":warning: {sentence}").to_dict(), *view["blocks"]]})


def _facts(tx: Tx, first: FormState, second: FormState) -> ReferralFacts:
    """What the two forms say together."""
    received_on, received_at = first.moment("received", tx.now)
    also, channel = first.ticked("also"), _channel(first.chosen("channel", "referral.channel"))
    urgent = views.URGENT in also
    return ReferralFacts(
        received_on=received_on,
        received_at=received_at.astimezone(LONDON) if urgent and received_at else None,
        activated_on=tx.today,
        opened_on=second.day_or_today("opened_on", tx.today),
        channel=channel,
        form=first.code(f"{views.FORM}.{channel.value}", ReferralForm) or USUAL_FORM.get(channel, ReferralForm.VERBAL),
        source_code=second.chosen("source_code") or "10",
        referrer_role=second.typed("referrer_role"),
        threshold_level=second.whole("threshold_level") or 0,
        home_authority=first.chosen("home_authority", "authority") or "",
        age_years=_age(second),
        urgent=urgent,
        need_to_see_family=bool(first.ticked("need_to_see_family")),
        significant_activity=bool(first.ticked("significant_activity")),
        route=second.needed("route", RecordingRoute),
        service=Service.CCDS if channel is Channel.CCDS else Service.WARD,
        long_term=views.LONG_TERM in also,
    )


def _age(form: FormState) -> int | None:
    """Years, None for the unborn. Refused: `age_unreadable`."""
    with under("age_years"):
        return read_age(form.typed("age_years") or "")


def _match(said: str | None, today: date) -> tuple[str, ...]:
    """The code of a family, or of a number, that finds what is known already. Refused: `match_unreadable`."""
    if said is None:
        return ()
    plain = "".join(said.split())
    with under("match"):
        code = match_codes.number(said) if not any(letter.isalpha() for letter in plain) else match_codes.family(said, today)
    return (code,) if code else ()


def _channel(value: Any) -> Channel:  # noqa: ANN401 - whatever came
    return Channel(value) if value in set(Channel) else Channel.OTHER


ROUTES = (
    Entrance(Kind.ACTION, "inquiry.new", LOGGERS, "Logging an inquiry", inquiry_instead),
    Entrance(Kind.ACTION, "referral.channel", RECORDERS, "Activating a referral", channel_chosen),
    Entrance(Kind.ACTION, "referral.convert", RECORDERS, "Converting an inquiry", convert_pressed),
    Entrance(Kind.SUBMISSION, "referral.first", RECORDERS, "Activating a referral", first_sent),
    Entrance(Kind.SUBMISSION, "referral.second", RECORDERS, "Activating a referral", second_sent),
)
