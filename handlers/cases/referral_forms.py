"""The two forms of a referral: what it is and whether it is one (§2), then what is known of it. Eight inputs each at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import Block, InputBlock, PlainTextObject, SectionBlock
from slack_sdk.models.blocks.basic_components import MarkdownTextObject
from slack_sdk.models.views import View

from bot.domain.cases.activation import is_offered
from bot.domain.cases.codes import Channel, RecordingRoute, ReferralForm
from bot.domain.cases.referral import SOURCES, USUAL_FORM, USUAL_SOURCE
from bot.domain.shared.calendar import london_day
from bot.domain.shared.ruleset import RuleSet
from handlers.ui import inputs
from handlers.ui.blocks import button, field, modal, section
from handlers.ui.button_state import ButtonState
from handlers.ui.inputs import LEVEL_WORDS

URGENT, RESTRICTED, LONG_TERM = "urgent", "restricted", "long_term"
LIMBS = {
    "need_to_see_family": "There is a need to see the family",
    "significant_activity": "Some significant activity around their needs is to be carried out",
}
FORM = "form"
"""The input of verbal or written is `form.CHANNEL`: its id changes with the channel, so that Slack shows what is usual there."""
_ALSO = {
    URGENT: "urgent",
    LONG_TERM: "long-term work with a chronically ill child",
    RESTRICTED: "restricted: seen by who holds it, their manager and administrators only",
}


@dataclass(frozen=True)
class Known:
    """What is known before the second form: the channel, the age and level of an inquiry, and who refers."""

    draft_id: str
    channel: Channel
    about: str
    age_years: int | None = None
    threshold_level: int | None = None
    worker_id: str | None = None
    notes: Sequence[str] = ()


def first(
    now: datetime,
    *,
    about: str | None = None,
    inquiry: str = "",
    home: str | None = None,
    channel: Channel = Channel.WARD_STAFF,
    also: Sequence[str] = (),
) -> View:
    """The first form; `inquiry` is what is converted."""
    return modal(
        callback_id="referral.first",
        memory=ButtonState(id=inquiry),
        title="Activate a referral",
        submit="Next",
        blocks=[
            _instead(inquiry),
            field("about", "Which child?", inputs.line(about, 40), hint="The ICS reference, or OOB-… of a closed case."),
            field("home_authority", "Home authority (§1)", inputs.authority(home)),
            *(
                field(name, f"{words} (§2)", inputs.ticks({"yes": "Yes"}), hint="Both are needed for a referral.", optional=True)
                for name, words in LIMBS.items()
            ),
            _channel(channel),
            form_input(channel),
            inputs.moment("received", "When did it come in?", now),
            field("also", "Also", inputs.ticks(_ALSO, also), optional=True),
        ],
    )


def form_input(channel: Channel, chosen: ReferralForm | None = None) -> Block:
    """Verbal or written: what is usual for the channel, unless somebody chose (G8, G9)."""
    usual = chosen or USUAL_FORM.get(channel)
    hint = "Usually verbal from a ward, written from CCDS (§2)."
    return field(f"{FORM}.{channel.value}", "Verbal or written?", inputs.codes(ReferralForm, usual), hint=hint)


def second(known: Known, rules: RuleSet, now: datetime) -> View:
    """The second form."""
    routes = [each for each in RecordingRoute if is_offered(each, london_day(now), rules)]
    usual = RecordingRoute.SHORT_TERM if RecordingRoute.SHORT_TERM in routes else RecordingRoute.ASSESSMENT
    age = None if known.age_years is None else str(known.age_years)
    level = str(known.threshold_level) if known.threshold_level else None
    family = (
        "Surname and date of birth, or a hospital or NHS number, to find earlier entries. Here alone: only a code of it is kept."
    )
    return modal(
        callback_id="referral.second",
        memory=ButtonState(id=known.draft_id),
        title="Activate a referral",
        submit="Activate",
        blocks=[
            *(section(note) for note in known.notes),
            field("age_years", "Age of the child", inputs.line(age, 20), hint="Such as 7, 18 months, 6 weeks or unborn."),
            field("threshold_level", "Level of need", inputs.menu(LEVEL_WORDS, level)),
            field("route", "Route (§3, §4)", inputs.codes(routes, usual)),
            field("source_code", "Source (census code)", inputs.menu(_sources(), USUAL_SOURCE.get(known.channel, "10"))),
            field(
                "referrer_role",
                "Role of the person who referred",
                inputs.line(),
                hint="Such as ward sister; no name.",
                optional=True,
            ),
            inputs.day("opened_on", "Work began", london_day(now), london_day(now), hint="The three months count from it (§4)."),
            field("worker", "Who holds it?", inputs.person(known.worker_id)),
            field("match", "Asked before? Family", inputs.line(), hint=family, optional=True),
        ],
    )


def _sources() -> dict[str, str]:
    return {code: f"{code} {words}" for code, words in SOURCES.items()}


def _channel(channel: Channel) -> Block:
    return InputBlock(
        block_id="channel",
        label=PlainTextObject(text="Who told us?"),
        element=inputs.codes(Channel, channel, action_id="referral.channel"),
        dispatch_action=True,
    )


def _instead(inquiry: str) -> Block:
    """The way out for what is no referral."""
    words = "Needed: to see the family *and* to carry out some significant activity (§2)."
    if inquiry:
        return section(f"{words} It stays linked to {inquiry}.")
    spoken = "Log an inquiry instead of a referral"
    return SectionBlock(
        text=MarkdownTextObject(text=words, verbatim=True),
        accessory=button("Log an inquiry instead", "inquiry.new", ButtonState(), spoken=spoken),
    )
