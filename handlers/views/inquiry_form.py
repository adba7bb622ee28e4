"""The form of an inquiry: eight inputs, the same for a new one and for a correction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    DatePickerElement,
    ExternalDataSelectElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.rules import authorities
from bot.rules.inquiry import AskedBy, Inquiry, InquiryFacts, Outcome, Result
from bot.rules.text import NOTE_LIMIT
from handlers.payloads import Memory
from handlers.views.parts import field, option, sentence

STORE, URGENT = "store_in_directory", "urgent"
_FOLDER_LIMIT = 300


def form(today: date, inquiry: Inquiry | None = None) -> View:
    """The modal. Without an inquiry it logs a new one; with one it changes that."""
    facts = inquiry.facts if inquiry else InquiryFacts(asked_on=today)
    memory = Memory(id=inquiry.ref, n=inquiry.version) if inquiry else Memory()
    return View(
        type="modal",
        callback_id="inquiry.edit" if inquiry else "inquiry.log",
        private_metadata=memory.pack(),
        title=PlainTextObject(text=inquiry.ref if inquiry else "Log an inquiry"),
        submit=PlainTextObject(text="Save" if inquiry else "Log it"),
        close=PlainTextObject(text="Cancel"),
        blocks=_inputs(facts),
    )


def answer_form(today: date, inquiry: Inquiry) -> View:
    """The modal of an answer: four inputs."""
    facts = inquiry.facts
    given = facts.result if facts.result is not Result.AWAITING else None
    results = [result for result in Result if result is not Result.AWAITING]
    day = DatePickerElement(action_id="value", initial_date=(facts.answered_on or today).isoformat())
    where = PlainTextInputElement(action_id="value", max_length=_FOLDER_LIMIT, initial_value=facts.signposted_to)
    return View(
        type="modal",
        callback_id="inquiry.answer",
        private_metadata=Memory(id=inquiry.ref, n=inquiry.version).pack(),
        title=PlainTextObject(text=inquiry.ref),
        submit=PlainTextObject(text="Save"),
        close=PlainTextObject(text="Cancel"),
        blocks=[
            field("result", f"What did {authorities.name_of(facts.authority_asked)} answer?", _choice(results, given)),
            field("answered_on", "When?", day),
            field("outcome", "What came of it?", _choice(Outcome, facts.outcome)),
            field("signposted_to", "Signposted to", where, hint="A service or team, no names of people.", optional=True),
        ],
    )


def authority_options(typed: str) -> list[dict[str, object]]:
    """What the authority menus offer for what was typed so far."""
    return [option(code, name).to_dict() for code, name in authorities.search(typed)]


def _inputs(facts: InquiryFacts) -> list[Block]:
    folder = PlainTextInputElement(action_id="value", max_length=_FOLDER_LIMIT, initial_value=facts.directory_ref)
    note = PlainTextInputElement(action_id="value", multiline=True, max_length=NOTE_LIMIT, initial_value=facts.note)
    asked_on = DatePickerElement(action_id="value", initial_date=facts.asked_on.isoformat())
    same = "Leave empty if it is the authority that was asked."
    no_names = "No names, dates of birth, addresses or NHS numbers; the full account belongs on ICS."
    return [
        field("asked_by_role", "Who asked?", _choice(AskedBy, facts.asked_by_role)),
        field("asked_on", "When?", asked_on),
        field("authority_asked", "Which authority was asked?", _authority(facts.authority_asked)),
        field("home_authority", "Home authority", _authority(facts.home_authority), hint=same, optional=True),
        field("result", "Answer", _choice(Result, facts.result)),
        field("also", "Also", _ticks(facts), optional=True),
        field(
            "directory_ref", "Folder in the shared Directory", folder, hint="Path or reference only; no documents.", optional=True
        ),
        field("note", "Note", note, hint=no_names, optional=True),
    ]


def _choice(codes: Iterable[AskedBy | Outcome | Result], chosen: AskedBy | Outcome | Result | None) -> StaticSelectElement:
    options = {code: option(code.value, sentence(code.words)) for code in codes}
    return StaticSelectElement(
        action_id="value", options=list(options.values()), initial_option=options[chosen] if chosen else None
    )


def _ticks(facts: InquiryFacts) -> CheckboxesElement:
    store, urgent = option(STORE, "Store in the shared Directory"), option(URGENT, "Urgent")
    ticked: list[Option] = [choice for choice, on in ((store, facts.store_in_directory), (urgent, facts.urgent)) if on]
    return CheckboxesElement(action_id="value", options=[store, urgent], initial_options=ticked or None)


def _authority(code: str | None) -> ExternalDataSelectElement:
    return ExternalDataSelectElement(
        action_id="authority",
        placeholder=PlainTextObject(text="Type a borough or county"),
        initial_option=option(code, authorities.name_of(code)) if code else None,
        min_query_length=0,
    )
