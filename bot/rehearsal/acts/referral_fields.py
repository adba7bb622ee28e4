"""What a story tells about a referral, with the defaults that the form has."""

from __future__ import annotations

from bot.domain.cases.activation import ReferralFacts
from bot.domain.cases.codes import Channel, RecordingRoute, ReferralForm, Service
from bot.domain.cases.referral import USUAL_FORM, USUAL_SOURCE
from bot.domain.inquiries.inquiry import InquiryFacts
from bot.domain.shared.calendar import london_day
from bot.domain.shared.errors import Refusal
from bot.rehearsal.fields import Fields
from bot.services.cases.referrals import NewCase

_USUAL_LEVEL = 3
_LONGEST = 20


def referral_facts(told: Fields, inquiry: InquiryFacts | None = None) -> ReferralFacts:
    """The facts of a referral; what an inquiry knew already is taken from it. Refused: `missing`."""
    channel = told.choice("channel", Channel, Channel.WARD_STAFF)
    received_at = told.moment("received_at")
    home = told.text("home_authority", inquiry.home_authority if inquiry else None)
    if home is None:
        raise Refusal("missing", "The home authority has to be chosen (§1).", field="home_authority")
    age = told.take("age", told.take("age_years"))
    known_age = inquiry.age_years if inquiry else None
    return ReferralFacts(
        received_on=told.day("received_on", london_day(received_at) if received_at else told.today) or told.today,
        received_at=received_at,
        activated_on=told.on("activated_on"),
        channel=channel,
        form=told.choice("form", ReferralForm, USUAL_FORM.get(channel, ReferralForm.VERBAL)),
        source_code=told.text("source_code", USUAL_SOURCE.get(channel, "10")) or "10",
        referrer_role=told.text("referrer_role"),
        primary_need=told.text("primary_need"),
        threshold_level=told.whole("threshold_level", (inquiry.threshold_level if inquiry else None) or _USUAL_LEVEL) or 0,
        activity_summary=told.text("activity_summary"),
        home_authority=home,
        home_authority_consulted_on=told.day("home_authority_consulted_on"),
        age_years=known_age if age is None else _age(age),
        need_to_see_family=told.flag("need_to_see_family"),
        significant_activity=told.flag("significant_activity"),
        urgent=told.flag("urgent"),
        previous_referral_on=told.day("previous_referral_on"),
        route=told.choice("route", RecordingRoute, RecordingRoute.SHORT_TERM),
        service=told.choice("service", Service, Service.CCDS if channel is Channel.CCDS else Service.WARD),
        long_term=told.flag("long_term"),
        opened_on=told.on("opened_on"),
    )


def new_case(told: Fields, name: str, known: str | None = None) -> NewCase:
    """What a new case is known by; its ICS reference is `ICS-` and the story's name unless the story says another."""
    usual = "ICS-" + "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name.upper())
    return NewCase(
        ics_ref=told.text("ics_ref", known or usual[:_LONGEST]) or usual,
        restricted=told.flag("restricted"),
        family_group=told.text("family_group"),
    )


def _age(value: object) -> int | None:
    """Years; None for the unborn. Refused: `not_a_number`."""
    if value == "unborn":
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise Refusal("not_a_number", "An age is a whole number of years, or unborn.", field="age")
