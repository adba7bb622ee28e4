"""The forms of an inquiry: eight inputs for a new one, eight for a correction, seven for its answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    DatePickerElement,
    Option,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.inquiries.inquiry import PLACE_LIMIT, AskedBy, Inquiry, InquiryFacts, Outcome, Result
from bot.domain.shared import authorities
from handlers.ui import inputs
from handlers.ui.blocks import field, modal, option, section, sentence
from handlers.ui.button_state import ButtonState
from handlers.ui.inputs import LEVEL_WORDS

STORE, URGENT, RESTRICTED = "store_in_directory", "urgent", "restricted"
_NO_NAMES = "No names, dates of birth, addresses or NHS numbers; the full account belongs on ICS."


def form(facts: InquiryFacts, warning: str | None = None) -> View:
    """The modal of a new inquiry, filled in with what is known; a `warning` stands above it."""
    return modal(
        callback_id="inquiry.log",
        memory=ButtonState(),
        title="Log an inquiry",
        submit="Log it",
        blocks=[*([section(warning)] if warning else []), *_new(facts)],
    )


def edit_form(inquiry: Inquiry) -> View:
    """The modal of a correction."""
    return modal(
        callback_id="inquiry.edit",
        memory=ButtonState(id=inquiry.ref, n=inquiry.version),
        title=inquiry.ref,
        submit="Save",
        blocks=_correction(inquiry.facts),
    )


def answer_form(today: date, inquiry: Inquiry) -> View:
    """The modal of an answer; what is known better by now than at the beginning is asked here."""
    facts = inquiry.facts
    given = facts.result if facts.result is not Result.AWAITING else None
    results = [result for result in Result if result is not Result.AWAITING]
    day = DatePickerElement(action_id="value", initial_date=(facts.answered_on or today).isoformat())
    where = inputs.line(facts.signposted_to, PLACE_LIMIT)
    age = None if facts.age_years is None else str(facts.age_years)
    level = inputs.menu(LEVEL_WORDS, str(facts.threshold_level or ""))
    return modal(
        callback_id="inquiry.answer",
        memory=ButtonState(id=inquiry.ref, n=inquiry.version),
        title=inquiry.ref,
        submit="Save",
        blocks=[
            field("result", f"What did {authorities.name_of(facts.authority_asked)} answer?", _choice(results, given)),
            field("answered_on", "When?", day),
            field("outcome", "What came of it?", _choice(Outcome, facts.outcome)),
            field("signposted_to", "Signposted to", where, hint="A service or team, no names of people.", optional=True),
            field("age_years", "Age of the child", inputs.line(age), hint="Such as 7, 18 months or 6 weeks.", optional=True),
            field("threshold_level", "Level of need", level, optional=True),
            field("ics_ref", "ICS reference", inputs.line(facts.ics_ref), hint="If there is one by now.", optional=True),
        ],
    )


def authority_options(typed: str) -> list[dict[str, object]]:
    """What the authority menus offer for what was typed so far."""
    return [option(code, name).to_dict() for code, name in authorities.search(typed)]


def _new(facts: InquiryFacts) -> list[Block]:
    family = (
        "Surname and date of birth, such as Okafor 3/4/2019. Finds earlier inquiries; it is not kept, only a code made of it."
    )
    return [
        *_question(facts),
        field("result", "Answer", _choice(Result, facts.result)),
        field("also", "Also", _ticks(facts), optional=True),
        field("note", "Note", inputs.paragraph(facts.note), hint=_NO_NAMES, optional=True),
        field("match_family", "Asked before? Family", inputs.line(None), hint=family, optional=True),
        field("match_number", "Asked before? Hospital or NHS number", inputs.line(None), hint="Not kept either.", optional=True),
    ]


def _correction(facts: InquiryFacts) -> list[Block]:
    folder = inputs.line(facts.directory_ref, PLACE_LIMIT)
    same = "Leave empty if it is the authority that was asked."
    where = "Folder in the shared Directory"
    return [
        *_question(facts),
        field("home_authority", "Home authority", inputs.authority(facts.home_authority), hint=same, optional=True),
        field("result", "Answer", _choice(Result, facts.result)),
        field("also", "Also", _ticks(facts), optional=True),
        field("directory_ref", where, folder, hint="Path or reference only; no documents.", optional=True),
        field("note", "Note", inputs.paragraph(facts.note), hint=_NO_NAMES, optional=True),
    ]


def _question(facts: InquiryFacts) -> list[Block]:
    """The three inputs that every inquiry needs."""
    asked_on = DatePickerElement(action_id="value", initial_date=facts.asked_on.isoformat())
    return [
        field("asked_by_role", "Who asked?", _choice(AskedBy, facts.asked_by_role)),
        field("asked_on", "When?", asked_on),
        field("authority_asked", "Which authority was asked?", inputs.authority(facts.authority_asked)),
    ]


def _choice(codes: Iterable[AskedBy | Outcome | Result], chosen: AskedBy | Outcome | Result | None) -> StaticSelectElement:
    options = {code: option(code.value, sentence(code.words)) for code in codes}
    return StaticSelectElement(
        action_id="value", options=list(options.values()), initial_option=options[chosen] if chosen else None
    )


def _ticks(facts: InquiryFacts) -> CheckboxesElement:
    choices = (
        (option(STORE, "Store in the shared Directory"), facts.store_in_directory),
        (option(URGENT, "Urgent"), facts.urgent),
        (option(RESTRICTED, "Restricted: seen by you, managers and administrators only"), facts.restricted),
    )
    ticked: list[Option] = [choice for choice, on in choices if on]
    return CheckboxesElement(action_id="value", options=[choice for choice, _ in choices], initial_options=ticked or None)
