"""How feedback looks: its form, its confirmation, and the list of what is not yet on ICS (§7)."""

from __future__ import annotations

from datetime import date, datetime

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    CheckboxesElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.feedback.feedback import ROLE_LIMIT, SECTION, Feedback, FeedbackFacts, FollowUp, Mode, Target
from bot.domain.free_text import FeedbackLine
from bot.domain.people import Actor
from bot.domain.shared import privacy
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.calendar import london_day, say_date
from bot.services.feedback.recording import Outstanding
from handlers.ui import inputs
from handlers.ui.blocks import (
    Message,
    button,
    buttons,
    clip,
    copyable,
    field,
    header,
    listed,
    modal,
    option,
    section,
    sentence,
    small,
    words_of_people,
)
from handlers.ui.button_state import ButtonState
from handlers.ui.readings import choices

_FOLLOW_UPS = {FollowUp.EMAILED: "an e-mail followed", FollowUp.LETTER: "a letter was copied to them"}
_SNIPPET = 600
"""Characters of each text in a list; the form that records it shows it whole."""


WHICH_DAY = "I was not sure which day you mean, so nothing was noted yet. Please check it."


def form(
    today: date, entry: Feedback | None = None, about: str = "", *, facts: FeedbackFacts | None = None, problem: str | None = None
) -> View:
    """The modal: seven inputs, the same for new feedback and for a correction.

    `facts`: what was read from a line, with `problem`, why it was not noted at once.
    """
    facts = entry.facts if entry else facts
    return modal(
        callback_id="feedback.edit" if entry else "feedback.give",
        memory=ButtonState(id=entry.ref, n=entry.version) if entry else ButtonState(),
        title=entry.ref if entry else "Feedback",
        submit="Save",
        blocks=[*([section(f":warning: {problem}")] if problem else []), *_inputs(today, facts, about)],
    )


def _inputs(today: date, facts: FeedbackFacts | None, about: str) -> list[Block]:
    when = say_date(facts.given_on) if facts else f"today, {say_date(today)}"
    day = inputs.line(say_date(facts.given_on) if facts else "today", limit=40)
    role = inputs.line(facts.target_role if facts else None, limit=ROLE_LIMIT)
    return [
        field(
            "about",
            "About",
            inputs.line(facts.about if facts else about or None),
            hint="OOB-2026-0001, INQ-2026-0001, or the ICS reference.",
        ),
        field("target", "Given to", _menu(Target, facts.target if facts else None)),
        field(
            "target_role",
            "Their role",
            role,
            hint="Such as consultant paediatrician; a role, not a name. A meeting needs none.",
            optional=True,
        ),
        field("given_on", "When?", day, hint=f"{when}; or yesterday, 7 Dec, 7/12/2026."),
        field("mode", "How?", _menu(Mode, facts.mode if facts else Mode.VERBAL)),
        field(
            "summary", "What was said", inputs.paragraph(facts.summary if facts else None), hint=inputs.NO_NAMES, optional=True
        ),
        field("followed", "If appropriate (§7)", _ticks(facts), optional=True),
    ]


def _menu(kinds: type[Target | Mode], chosen: Target | Mode | None) -> StaticSelectElement:
    options = {kind: option(kind.value, sentence(kind.words)) for kind in kinds}
    initial = options[chosen] if chosen is not None else None
    return StaticSelectElement(action_id="value", options=list(options.values()), initial_option=initial)


def given(entry: Feedback, now: datetime, *, read: FeedbackLine | None = None) -> Message:
    """What was recorded, what is missing, and by when it is to be on ICS (§7)."""
    lines = _facts(entry)
    if read is not None:
        lines.append("I read that from your words; please check it.")
    if read is not None and read.offered:
        lines.append(f"I also saw {listed([say_date(day) for day in read.offered])}, and did not use it.")
    if entry.facts.missing:
        lines.append(f":pencil2: Still missing: *{listed(entry.facts.missing)}*. Press Edit to add it.")
    if entry.awaits_ics:
        lines.append(f"Please record it on ICS by *{say_date(entry.ics_due(bank_holidays()))}*.")
    blocks: list[Block] = [section(f"*{entry.ref}* is noted."), section("\n".join(lines)), *_role(entry)]
    if privacy.name_like(entry.facts.summary) or privacy.name_like(entry.facts.target_role):
        blocks.append(section(":warning: The text may hold a name. If it does, press Undo and note it again without."))
    blocks += choices("feedback.read_as", entry.ref, entry.version, days=read.offered) if read is not None else []
    blocks += _steps(entry, now, None)
    blocks.append(small(f"{SECTION} of the guidelines: verbal feedback to meetings and professionals is recorded on ICS."))
    return Message(f"OOB: {entry.ref} is noted.", tuple(blocks))


def changed(entry: Feedback, now: datetime, reader: Actor) -> Message:
    """Feedback after it was corrected or followed up."""
    lines = _facts(entry)
    if entry.facts.missing:
        lines.append(f":pencil2: Still missing: *{listed(entry.facts.missing)}*.")
    if entry.awaits_ics:
        lines.append(f"Please record it on ICS by *{say_date(entry.ics_due(bank_holidays()))}*.")
    head = (section(f"*{entry.ref}* is saved."), section("\n".join(lines)))
    return Message(f"OOB: {entry.ref} is saved.", (*head, *_role(entry), *_steps(entry, now, reader)))


def shown(entry: Feedback, now: datetime, reader: Actor) -> Message:
    """Feedback that somebody looks up, with what can be done next."""
    blocks: list[Block] = [section(f"*{entry.ref}*"), section("\n".join(_facts(entry))), *_role(entry)]
    if entry.facts.summary:
        blocks.append(words_of_people(entry.facts.summary))
    return Message(f"OOB: {entry.ref}", (*blocks, *_steps(entry, now, reader)))


def said_before(ref: str) -> Message:
    """The same words as a moment ago: asked about before they are noted twice."""
    again = button("Note it again", "feedback.again", ButtonState(id=ref), spoken=f"Note the same feedback again, beside {ref}")
    return Message(
        f"OOB: you noted this a moment ago as {ref}.",
        (
            section(f"You noted exactly this less than a minute ago, as *{ref}*. It was not noted a second time."),
            buttons("again", again),
        ),
    )


def listing(shown: Outstanding, today: date, *, everybodys: bool) -> Message:
    """`/oob feedback`: what is not yet on ICS, with its text to copy, and the way to give more."""
    give = buttons("give", button("Give feedback", "feedback.form", ButtonState(), style="primary"))
    if not shown.total:
        whose = "Nobody's feedback" if everybodys else "No feedback of yours"
        return Message("OOB: all feedback is on ICS.", (section(f"{whose} waits to be recorded on ICS (§7)."), give))
    blocks: list[Block] = [header("Feedback not yet on ICS")]
    for entry in shown.feedback:
        text = clip("\n".join(for_ics(entry)), _SNIPPET)
        blocks += [section(_head(entry, today, whose=everybodys)), *copyable(text), buttons(f"entry.{entry.ref}", _edit(entry))]
    if shown.total > len(shown.feedback):
        blocks.append(small(f"These are the oldest {len(shown.feedback)} of {shown.total:,}."))
    blocks.append(buttons("record", _record_several(shown, everybodys=everybodys)))
    return Message(f"OOB: {shown.total:,} to record on ICS.", (*blocks, give))


def not_on_ics(shown: Outstanding, today: date) -> list[Block]:
    """The lines of bare `/oob`: what is not yet on ICS, without what was said."""
    count = "1 piece of feedback is" if shown.total == 1 else f"{shown.total:,} pieces of feedback are"
    lines = [_head(entry, today, whose=False) for entry in shown.feedback]
    return [
        section(f"*{count} not yet on ICS* (§7)"),
        *(section(line) for line in lines),
        buttons("record", _record_several(shown)),
    ]


def for_ics(entry: Feedback) -> list[str]:
    """The entry as it may be copied into ICS."""
    facts = entry.facts
    whom = sentence(facts.target.words) + (f" ({facts.target_role})" if facts.target_role else "")
    lines = [
        f"Feedback given {facts.mode.words} on {say_date(facts.given_on)} (out of borough recording guidelines, §7)",
        f"To: {whom}",
        f"About: {facts.about}",
        f"OOB reference: {entry.ref}",
    ]
    lines += [f"{sentence(words)}: {say_date(day)}" for kind, words in _FOLLOW_UPS.items() if (day := getattr(facts, kind.value))]
    return [*lines, "", facts.summary or "(what was said: not noted in OOB)"]


def _facts(entry: Feedback) -> list[str]:
    facts = entry.facts
    today = " (today)" if facts.given_on == london_day(entry.logged_at) and entry.version == 1 else ""
    lines = [
        f"{sentence(facts.mode.words)} on *{say_date(facts.given_on)}*{today}, to {facts.target.words}, about *{facts.about}*"
    ]
    lines += [f"{sentence(words)}: {say_date(day)}" for kind, words in _FOLLOW_UPS.items() if (day := getattr(facts, kind.value))]
    if entry.text_purged_on:
        lines.append("What was said was erased after it was recorded")
    if entry.ics_recorded_on:
        lines.append(f"On ICS since {say_date(entry.ics_recorded_on)}")
    return lines


def _role(entry: Feedback) -> list[Block]:
    """The role that it was given to: words that a person typed, so in plain text."""
    return [words_of_people(f"Their role: {entry.facts.target_role}")] if entry.facts.target_role else []


def _head(entry: Feedback, today: date, *, whose: bool) -> str:
    due = entry.ics_due(bank_holidays())
    when = f"*due since {say_date(due)}*" if due < today else f"due {say_date(due)}"
    by = f" · by <@{entry.logged_by}>" if whose else ""
    return f"*{entry.ref}* · {entry.facts.about} · given {say_date(entry.facts.given_on)}{by} · {when}"


def _steps(entry: Feedback, now: datetime, reader: Actor | None) -> list[Block]:
    """What can be done next: recording on ICS first; the follow-ups that were not noted yet; Edit and Undo. None: its author."""
    if reader is not None and not entry.may_change(reader):
        return []
    memory = ButtonState(id=entry.ref)
    row = []
    if entry.awaits_ics:
        row.append(button("Recorded on ICS", "recording.open", memory, spoken=f"{entry.ref} is recorded on ICS"))
    row.append(_edit(entry))
    if entry.may_undo(reader.user_id if reader else entry.logged_by, now):
        row.append(button("Undo", "feedback.undo", memory, spoken=f"Take back {entry.ref}"))
    rows: list[Block] = [buttons("steps", *row)]
    followed = []
    if entry.facts.emailed_on is None:
        followed.append(button("E-mailed today", "feedback.emailed", memory, spoken=f"An e-mail followed {entry.ref} today"))
    if entry.facts.letter_copied_on is None:
        followed.append(
            button("Letter copied today", "feedback.letter", memory, spoken=f"A letter was copied for {entry.ref} today")
        )
    return [*rows, buttons("followed", *followed)] if followed else rows


def _edit(entry: Feedback) -> ButtonElement:
    return button("Edit", "feedback.open", ButtonState(id=entry.ref), spoken=f"Edit {entry.ref}")


def _record_several(shown: Outstanding, *, everybodys: bool = False) -> ButtonElement:
    label = "Recorded on ICS" if shown.total == 1 else "Record on ICS"
    only = shown.feedback[0].ref if shown.total == 1 else ""
    memory = ButtonState(id=only, n=int(everybodys))
    return button(label, "recording.open", memory, style="primary", spoken="Say what is recorded on ICS now")


def _ticks(facts: FeedbackFacts | None) -> CheckboxesElement:
    options = {kind: option(kind.value, sentence(words)) for kind, words in _FOLLOW_UPS.items()}
    ticked = [options[kind] for kind in _FOLLOW_UPS if facts and getattr(facts, kind.value)]
    return CheckboxesElement(action_id="value", options=list(options.values()), initial_options=ticked or None)
