"""How audit exercises look: the list, the plan, one of them with how far it is, and what was drawn (A1 to A9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ConfirmObject, PlainTextObject, StaticSelectElement
from slack_sdk.models.views import View

from bot.domain.audits.audit import Audit, AuditStatus, Finding, SampledCase
from bot.domain.audits.sampling import week_named, week_said
from bot.domain.shared.calendar import say_date, say_moment
from bot.services.audits.audits import AuditProgress, Since
from bot.services.audits.sampling import Sample
from handlers.reports.views import sample as sample_message
from handlers.ui import inputs
from handlers.ui.blocks import (
    Message,
    button,
    button_rows,
    buttons,
    field,
    header,
    listed,
    modal,
    option,
    paragraphs,
    section,
    small,
    words_of_people,
)
from handlers.ui.button_state import ButtonState

_LISTED = 12
_REFS = 25
_OPTIONS = 100
_UNDER_WAY = 5
_HOW = "`/oob audit new` begins one; `/oob help audit` says how it goes on."


def audits(found: Sequence[AuditProgress]) -> Message:
    """The audits that somebody may see."""
    if not found:
        return Message("OOB: audits", (section("There is no audit that you can see."), small(_HOW)))
    blocks: list[Block] = [header("Audits of new referrals")]
    for each in found[:_LISTED]:
        exercise = each.exercise
        line = section(
            f"*{exercise.ref}* · {progress(each)} · meeting {say_date(exercise.meeting_on)} · <@{exercise.auditor_id}>"
        )
        line.accessory = button("Open", "audit.open", ButtonState(id=exercise.ref), spoken=f"Open {exercise.ref}")
        blocks += [line, words_of_people(exercise.title, 150)]
    if len(found) > _LISTED:
        blocks.append(small(f"and {len(found) - _LISTED:,} older ones: `/oob audit AUD-…` opens one."))
    return Message("OOB: audits", (*blocks, small(_HOW)))


def under_way(found: Sequence[AuditProgress]) -> list[Block]:
    """The audits that somebody carries out, on their own page."""
    blocks: list[Block] = []
    for each in found[:_UNDER_WAY]:
        ref = each.exercise.ref
        line = section(f"*You audit {ref}* · {progress(each)} · report due {say_date(each.exercise.due_on)}")
        line.accessory = button("Open", "audit.open", ButtonState(id=ref), spoken=f"Open {ref}")
        blocks.append(line)
    return blocks


def plan(before: Audit | None, today: date, *, names_auditor: bool) -> View:
    """The plan of a new audit, or of one that is changed."""
    days = {name: inputs.line(say_date(getattr(before, name)) if before else None, 40) for name in _DAYS}
    blocks: list[Block] = [
        field("title", "Title", inputs.line(before.title if before else None, 120), hint="Such as: Thresholds in December."),
        field(
            "commissioned_by",
            "Commissioned by",
            inputs.line(before.commissioned_by if before else None, 120),
            hint="A body, no name.",
        ),
        field("meeting_on", "Day of the meeting", days["meeting_on"], hint=f"Such as 28 Jan {today.year + 1}."),
        field(
            "due_on",
            "The report is due",
            days["due_on"],
            hint="At the latest on the day of the meeting; empty: that day.",
            optional=True,
        ),
    ]
    if names_auditor:
        blocks.append(
            field(
                "auditor_id", "Who carries it out", inputs.person(before.auditor_id if before else None), hint=_WHO, optional=True
            )
        )
    blocks += [
        field("access_until", "The auditor sees the sampled cases until", days["access_until"], hint=_ACCESS, optional=True),
        field(
            "context",
            "What should be known of the time?",
            inputs.paragraph(before.context if before else None),
            hint=_CONTEXT,
            optional=True,
        ),
    ]
    title = f"Change {before.ref}" if before else "New audit"
    return modal(callback_id="audit.plan", memory=ButtonState(id=before.ref if before else ""), title=title, blocks=blocks)


_DAYS = ("meeting_on", "due_on", "access_until")
_WHO = "Somebody with the role of auditor, or a manager; you, if you leave it empty."
_ACCESS = "Empty: four weeks after the meeting."
_CONTEXT = f"It stands in the report, such as a programme that began. {inputs.NO_NAMES}"


@dataclass(frozen=True)
class May:
    """What whoever looks at an audit can do: carry it out, change its plan, cancel it; `opens`: the places of its cases."""

    conducts: bool = False
    plans: bool = False
    cancels: bool = False
    opens: tuple[int, ...] = ()


def page(found: AuditProgress, since: Since, findings: Sequence[Finding], may: May, said: str = "") -> Message:
    """One audit: what was planned and drawn, how far it is, and what can be done; `said` stands above it."""
    exercise = found.exercise
    facts = [
        f"*{exercise.ref}* · {progress(found)} · carried out by <@{exercise.auditor_id}>",
        f"Meeting *{say_date(exercise.meeting_on)}* · report due *{say_date(exercise.due_on)}*",
        f"The auditor sees the sampled cases until {say_date(exercise.access_until)}",
        f"Findings: {len(findings):,}{_since_report(exercise, findings)}",
    ]
    blocks: list[Block] = [section(said)] if said else []
    blocks += [section("\n".join(facts)), words_of_people(f"{exercise.title}. {exercise.commissioned_by}")]
    blocks += [words_of_people(exercise.context, 500)] if exercise.context else []
    if exercise.cancel_reason:
        blocks.append(words_of_people(f"Cancelled: {exercise.cancel_reason}", 500))
    elif exercise.sampled_at is not None:
        blocks.append(section("\n".join(_drawn(exercise, since))))
    else:
        command = f"`/oob audit sample {exercise.ref} 2026-W50 n=25 seed=…`"
        blocks.append(section(f"Nothing is drawn yet. Its auditor draws once: {command}"))
    blocks += _opening(exercise.ref, may.opens)
    return Message(f"OOB: {exercise.ref}", (*blocks, *button_rows("audit", _steps(exercise, may))))


def _since_report(exercise: Audit, findings: Sequence[Finding]) -> str:
    """Whether findings changed since the report was made."""
    reported, newest = exercise.reported_at, max((each.settled_at or each.raised_at for each in findings), default=None)
    changed = reported is not None and newest is not None and newest > reported
    return "; some changed since the report, so please make it again" if changed else ""


def _steps(exercise: Audit, may: May) -> list[ButtonElement]:
    memory, ref, row = ButtonState(id=exercise.ref), exercise.ref, []
    drawn, goes_on = exercise.sampled_at is not None, exercise.cancelled_at is None
    if may.conducts and drawn and goes_on and exercise.reported_at is None:
        row.append(button("Next case", "audit.next", memory, style="primary", spoken=f"The next case of {ref}"))
    if may.conducts and drawn and goes_on:
        row.append(button("Raise a finding", "finding.raise", memory, spoken=f"Raise a finding of {ref}"))
    if drawn:
        row.append(button("Findings", "finding.list", memory, spoken=f"The findings of {ref}"))
        row.append(button("Report", "audit.report", memory, spoken=f"The report of {ref}, as files"))
    if may.plans and goes_on:
        row.append(button("Change the plan", "audit.plan", memory, spoken=f"Change the plan of {ref}"))
    if may.cancels and goes_on:
        row.append(button("Cancel the audit…", "audit.cancel", memory, spoken=f"Cancel {ref}"))
    return row


def _opening(ref: str, places: Sequence[int]) -> list[Block]:
    """A menu that opens any case of the sample, also one that is complete."""
    if not places:
        return []
    options = [option(ButtonState(id=ref, n=place).pack(), f"Case {place}") for place in places[:_OPTIONS]]
    menu = StaticSelectElement(placeholder=PlainTextObject(text="Open a case…"), action_id="audit.pick", options=options)
    return [ActionsBlock(block_id="pick", elements=[menu])]


def cancelling(exercise: Audit) -> View:
    """Why is it cancelled?"""
    blocks: list[Block] = [section(f"*{exercise.ref}* stays on file, with the reason. Its auditor sees its cases no more.")]
    blocks.append(inputs.reason("Why is it cancelled?"))
    title = f"Cancel {exercise.ref}"
    return modal(
        callback_id="audit.cancel", memory=ButtonState(id=exercise.ref), title=title, submit="Cancel the audit", blocks=blocks
    )


def _drawn(exercise: Audit, since: Since) -> list[str]:
    frame = exercise.frame
    monday, _ = week_named(exercise.week or "")
    when = f", drawn on {say_moment(exercise.sampled_at)}" if exercise.sampled_at else ""
    lines = [
        f"Week *{week_said(monday)}*: {exercise.received:,} referrals, {frame.against_mean}{when}",
        f"Frame {len(exercise.refs):,}, SHA-256 `{frame.sha256}`, seed `{exercise.seed}`",
    ]
    if since.late:
        lines.append(f"Came to the frame later, and not in the sample: {listed(list(since.late[:_REFS]))}")
    if since.gone:
        lines.append(f"Count no more: {listed(list(since.gone[:_REFS]))}")
    if since.hidden:
        lines.append(f"Restricted since, and not to be looked at: {since.hidden:,}")
    return lines


def progress(found: AuditProgress) -> str:
    """How far it is: "in progress, 3 of 25 complete"."""
    if found.status in (AuditStatus.PLANNED, AuditStatus.SAMPLED, AuditStatus.CANCELLED):
        return f"{found.status.words}{f', {found.cases} cases' if found.cases else ''}"
    return f"{found.status.words}, {found.complete} of {found.cases} complete"


def frozen(exercise: Audit, items: Sequence[SampledCase]) -> Message:
    """What was drawn for an audit, and a warning of cases that the auditor has worked on (A2)."""
    own = [item.referral for item in items if item.conflict]
    monday, _ = week_named(exercise.week or "")
    drawn = f"The sample of *{exercise.ref}* is drawn: *{len(items)}* of {len(exercise.refs)} of {week_said(monday)}."
    blocks: list[Block] = [section(drawn)]
    if own:
        warned = ":warning: An auditor should not audit their own work: please tell who commissioned the audit."
        more = f" and {len(own) - _REFS:,} more" if len(own) > _REFS else ""
        blocks.append(
            section(f"{warned} You have worked on {listed(own[:_REFS])}{more}, or managed it. The report says how many.")
        )
    blocks += paragraphs([f"{item.number}. {item.referral}" for item in items], 40)
    start = button(
        "First case", "audit.next", ButtonState(id=exercise.ref), style="primary", spoken=f"The first case of {exercise.ref}"
    )
    return Message(f"OOB: {exercise.ref} is drawn.", (*blocks, buttons("audit", start)))


def preview(drawn: Sample, keep: Sequence[tuple[str, str]]) -> Message:
    """A sample that is looked at, with a button for each audit for which it could be kept: (its reference, draft)."""
    message = sample_message(drawn)
    if not keep:
        return message
    row = []
    for ref, draft in keep:
        made = button(
            f"Keep it for {ref}", "audit.keep", ButtonState(id=draft), spoken=f"Keep this sample for {ref}, once and for all"
        )
        asked = f"{len(drawn.refs)} cases of {drawn.frame.week} are the sample of {ref} then, once and for all."
        made.confirm = ConfirmObject(
            title=PlainTextObject(text="Keep this sample?"),
            text=PlainTextObject(text=asked),
            confirm=PlainTextObject(text="Keep it"),
            deny=PlainTextObject(text="Not yet"),
        )
        row.append(made)
    return Message(message.text, (*message.blocks, buttons("keep", *row)))


def report_comes(ref: str, *, final: bool, left: int, rows: bool) -> Message:
    """The report is on its way to who asked."""
    words = [f"The report of *{ref}* comes to you as a PDF and a .docx, by direct message."]
    if rows:
        words.append(
            "With it the files behind it, for you alone: cases, rows and weeks, as CSV. They name references: keep them safe."
        )
    if left:
        words.append(f"It is a draft: {left} {'form is' if left == 1 else 'forms are'} not complete.")
    if final:
        words.append("Every form is complete, so the audit is *reported*: its forms are not changed any more.")
    return Message(f"OOB: the report of {ref} comes.", (section("\n".join(words)),))
