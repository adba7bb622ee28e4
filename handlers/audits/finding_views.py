"""How findings of an audit look: raised, confirmed or withdrawn, with who does what about it (A8; docs/domain.md §3.4, 4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from bot.domain.audits.audit import Audit, Finding, FindingStatus
from bot.domain.people import MANAGERS, Actor
from bot.domain.shared.calendar import london_day, say_date
from handlers.ui import inputs
from handlers.ui.blocks import Message, button, buttons, field, modal, section, small, turning, unique, words_of_people
from handlers.ui.button_state import ButtonState

AT_ONCE = 8
ERASED = "(The words were erased.)"


def raising(exercise: Audit, number: int | None) -> View:
    """What was found?"""
    about = str(number) if number else None
    blocks: list[Block] = [
        field("what", "What was found?", inputs.paragraph(), hint=inputs.NO_NAMES),
        field("number", "Of which sampled case?", inputs.line(about, 4), hint=_WHICH, optional=True),
    ]
    return modal(callback_id="finding.raise", memory=ButtonState(id=exercise.ref), title="Raise a finding", blocks=blocks)


_WHICH = "Its place in the sample, such as 3; empty for the whole."


def page(exercise: Audit, found: Sequence[Finding], actor: Actor, number: int = 0) -> Message:
    """The findings of an audit, also withdrawn ones, with what whoever looks can do."""
    last = max(0, (len(found) - 1) // AT_ONCE)
    number = min(max(number, 0), last)
    blocks: list[Block] = [section(f"*Findings of {exercise.ref}*: {len(found):,}")]
    for each in found[number * AT_ONCE : (number + 1) * AT_ONCE]:
        blocks += _finding(exercise, each, actor)
    blocks += turning("finding", exercise.ref, number, last, "findings")
    if not found:
        blocks.append(small("None yet."))
    if actor.user_id == exercise.auditor_id and exercise.sampled_at is not None:
        row = button(
            "Raise a finding", "finding.raise", ButtonState(id=exercise.ref), spoken=f"Raise a finding of {exercise.ref}"
        )
        blocks.append(buttons("raise", row))
    return Message(f"OOB: findings of {exercise.ref}", tuple(unique(blocks)))


def withdrawing(finding: Finding) -> View:
    """Why is it withdrawn?"""
    blocks: list[Block] = [*_about(finding), inputs.reason("Why is it withdrawn?")]
    blocks.append(small("It stays in the log and in the report, with the reason."))
    return modal(
        callback_id="finding.withdraw",
        memory=ButtonState(id=finding.ref),
        title=f"Withdraw {finding.ref}",
        submit="Withdraw",
        blocks=blocks,
    )


def assigning(finding: Finding) -> View:
    """Who does what about it, until when?"""
    due = say_date(finding.due_on) if finding.due_on else None
    blocks: list[Block] = [
        *_about(finding),
        field("action", "What is to be done?", inputs.paragraph(finding.action), hint=inputs.NO_NAMES),
        field("owner", "By whom?", inputs.person(finding.owner_id)),
        field("due_on", "Until when?", inputs.line(due, 40), hint="A day to come, such as 26 Feb."),
    ]
    return modal(callback_id="finding.assign", memory=ButtonState(id=finding.ref), title=f"Action, {finding.ref}", blocks=blocks)


def responding(finding: Finding) -> View:
    """What does the service answer?"""
    blocks: list[Block] = [
        *_about(finding),
        field("response", "The service's response", inputs.paragraph(finding.response), hint=inputs.NO_NAMES),
    ]
    return modal(
        callback_id="finding.respond", memory=ButtonState(id=finding.ref), title=f"Respond, {finding.ref}", blocks=blocks
    )


def waiting(found: Sequence[Finding], today: date) -> list[Block]:
    """What somebody is to do about findings: on their list."""
    blocks: list[Block] = [section(f"*To be done about findings of an audit: {len(found):,}*")] if found else []
    for each in found[:AT_ONCE]:
        blocks += action(each, today)
    if len(found) > AT_ONCE:
        blocks.append(small(f"and {len(found) - AT_ONCE:,} more, of later days"))
    return blocks


def action(finding: Finding, today: date) -> list[Block]:
    """One of them, with Done."""
    late = finding.due_on is not None and finding.due_on < today
    due = f" · {'*over since' if late else 'by *'}{' ' if late else ''}{say_date(finding.due_on)}*" if finding.due_on else ""
    done = button("Done", "finding.done", ButtonState(id=finding.ref), spoken=f"Done: {finding.ref}")
    return [
        section(f"*{finding.ref}* of {finding.audit}{due}"),
        words_of_people(finding.action or ERASED, 500),
        buttons(f"finding.{finding.ref}", done),
    ]


def noted(finding: Finding) -> Message:
    """What the owner did is noted."""
    return Message.plain(
        f":white_check_mark: *{finding.ref}* is noted as done on {say_date(finding.done_on) if finding.done_on else ''}."
    )


def _about(finding: Finding) -> list[Block]:
    return [small(f"{finding.ref} of {finding.audit}"), words_of_people(finding.what, 500)]


def _finding(exercise: Audit, finding: Finding, actor: Actor) -> list[Block]:
    about = f"case {finding.number}" if finding.number else "the whole"
    raised = say_date(london_day(finding.raised_at))
    blocks: list[Block] = [section(f"*{finding.ref}* · {about} · raised {raised} · *{finding.status.words}*")]
    blocks.append(words_of_people(_said(finding), 1_500))
    if finding.owner_id is not None and finding.due_on is not None:
        state = f"done {say_date(finding.done_on)}" if finding.done_on else f"by {say_date(finding.due_on)}"
        blocks.append(small(f"Action: <@{finding.owner_id}>, {state}"))
    row = _steps(exercise, finding, actor)
    return [*blocks, *([buttons("steps", *row)] if row else [])]


def _said(finding: Finding) -> str:
    """What was typed about it, in order; one block, so that many fit in a message."""
    said = [finding.what]
    said += [f"Why it was withdrawn: {finding.reason}"] if finding.reason else []
    said += [f"To be done: {finding.action}"] if finding.action else []
    said += [f"The service's response: {finding.response}"] if finding.response else []
    return "\n".join(said)


def _steps(exercise: Audit, finding: Finding, actor: Actor) -> list[ButtonElement]:
    memory, ref = ButtonState(id=finding.ref), finding.ref
    audits, manages = actor.user_id == exercise.auditor_id, actor.may(MANAGERS)
    row = []
    if audits and finding.status is FindingStatus.RAISED:
        row.append(button("Confirm", "finding.confirm", memory, spoken=f"Confirm {ref}"))
    if audits and not finding.is_withdrawn:
        row.append(button("Withdraw…", "finding.withdraw", memory, spoken=f"Withdraw {ref}"))
    if not finding.is_withdrawn:
        row.append(button("Action…", "finding.assign", memory, spoken=f"Who does what about {ref}"))
    if manages and not audits:
        row.append(button("Respond…", "finding.respond", memory, spoken=f"Respond to {ref}"))
    return row
