"""Letters of an audit, as direct messages; a lock screen shows no word that anybody typed."""

from __future__ import annotations

from datetime import date

from slack_sdk.models.blocks import ActionsBlock

from bot.domain.audits.audit import Audit, Finding
from bot.domain.shared.calendar import say_date
from handlers.audits import finding_views
from handlers.audits.finding_views import ERASED
from handlers.ui.blocks import Message, button, buttons, section, words_of_people
from handlers.ui.button_state import ButtonState


def named(exercise: Audit) -> Message:
    """Somebody is asked to carry out an audit (A2)."""
    draw = f"`/oob audit sample {exercise.ref} 2026-W50 n=25 seed=…`"
    words = [
        f"<@{exercise.made_by}> asks you to carry out an audit of new referrals: *{exercise.ref}*.",
        f"Meeting *{say_date(exercise.meeting_on)}*, report due *{say_date(exercise.due_on)}*.",
        f"Draw its sample once, with a seed of your own: {draw}.",
        f"From then until {say_date(exercise.access_until)} you see the sampled cases; each look is logged.",
    ]
    return _about(exercise, "OOB: you are asked to carry out an audit.", "\n".join(words))


def changed(exercise: Audit) -> Message:
    """Its plan has changed."""
    days = f"Meeting *{say_date(exercise.meeting_on)}*, report due *{say_date(exercise.due_on)}*"
    words = (
        f"The plan of *{exercise.ref}* has changed. {days}; you see the sampled cases until {say_date(exercise.access_until)}."
    )
    return _about(exercise, "OOB: the plan of an audit has changed.", words)


def cancelled(exercise: Audit) -> Message:
    """It was cancelled."""
    words = f"<@{exercise.cancelled_by}> has cancelled *{exercise.ref}*. It stays on file; you see its cases no more."
    return _about(exercise, "OOB: an audit was cancelled.", words)


def begun(exercise: Audit) -> Message:
    """An auditor began an audit themselves."""
    day = say_date(exercise.meeting_on)
    words = f"<@{exercise.made_by}> begins an audit of new referrals, *{exercise.ref}*, for a meeting on {day}."
    return _about(exercise, "OOB: an audit begins.", words)


def drawn(exercise: Audit) -> Message:
    """The sample is drawn."""
    until = say_date(exercise.access_until)
    words = f"<@{exercise.auditor_id}> has drawn the sample of *{exercise.ref}* from {exercise.week}."
    seen = f"They see these cases until {until}; each look is logged."
    return _about(exercise, "OOB: an audit's sample is drawn.", f"{words} {seen}")


def reported(exercise: Audit) -> Message:
    """The auditor has made the report."""
    words = f"<@{exercise.auditor_id}> has completed every form of *{exercise.ref}*."
    report = f"`/oob audit report {exercise.ref}` brings you the report."
    return _about(exercise, "OOB: an audit is complete.", f"{words} {report}")


def raised(finding: Finding) -> Message:
    """A finding was raised; the service may respond."""
    words = section(f"<@{finding.raised_by}> has raised *{finding.ref}* in {finding.audit}:")
    return Message("OOB: a finding was raised.", (words, words_of_people(finding.what, 1_000), _findings(finding)))


def withdrawn(finding: Finding) -> Message:
    """A finding was withdrawn (A8)."""
    open_still = finding.owner_id is not None and finding.done_on is None
    nothing = ", so nothing has to be done about it any more" if open_still else ""
    words = section(f"*{finding.ref}* of {finding.audit} was withdrawn{nothing}:")
    return Message("OOB: a finding was withdrawn.", (words, words_of_people(finding.reason or ERASED, 1_000)))


def done(finding: Finding) -> Message:
    """What was to be done about a finding is done."""
    day = say_date(finding.done_on) if finding.done_on else ""
    words = section(f"What was to be done about *{finding.ref}* of {finding.audit} is done since {day}.")
    return Message("OOB: an action after an audit is done.", (words, _findings(finding)))


def answered(finding: Finding) -> Message:
    """The service has responded."""
    words = section(f"<@{finding.responded_by}> has responded to *{finding.ref}* of {finding.audit}:")
    return Message(
        "OOB: a response to a finding.", (words, words_of_people(finding.response or ERASED, 1_000), _findings(finding))
    )


def action(finding: Finding, today: date) -> Message:
    """Somebody is to do something about a finding."""
    words = section(f"You are asked to do something about a finding of {finding.audit}:")
    return Message("OOB: an action after an audit.", (words, *finding_views.action(finding, today)))


def _about(exercise: Audit, text: str, words: str) -> Message:
    open_it = button("Open the audit", "audit.open", ButtonState(id=exercise.ref), spoken=f"Open {exercise.ref}")
    return Message(text, (section(words), buttons("audit", open_it)))


def _findings(finding: Finding) -> ActionsBlock:
    return buttons(
        "findings", button("Findings", "finding.list", ButtonState(id=finding.audit), spoken=f"Findings of {finding.audit}")
    )
