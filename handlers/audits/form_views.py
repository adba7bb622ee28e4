"""The audit form of a sampled case as one modal: facts and sections, then judgements (docs/domain.md §3.4, 3)."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, PlainTextObject, StaticSelectElement
from slack_sdk.models.views import View

from bot.domain.audits import sampling
from bot.domain.audits.audit import AuditSection, Grade, Judged, Judgements, Level, SampledCase, ShouldBe, Threshold
from bot.domain.cases.referral import SOURCES
from bot.domain.inquiries.inquiry import LEVELS
from bot.domain.shared import authorities
from bot.domain.shared.calendar import say_date, say_moment
from bot.domain.shared.code import Code
from bot.services.audits.forms import AuditForm
from handlers.ui import inputs
from handlers.ui.blocks import button, button_rows, field, modal, option, section, sentence, small, words_of_people
from handlers.ui.button_state import ButtonState

_LINES = 60
_FROM_THE_BOT = "From the bot, not the record. On ICS: *{ics}*"


def case(found: AuditForm, *, missing: bool = False) -> View:
    """A sampled case: facts, sections with their counts, what is judged so far; `missing`: with what is to be done first."""
    item = found.item
    todo = "\n".join(["*Not complete yet.* Still to do:", *(f"• {each}" for each in item.missing)])
    blocks: list[Block] = [
        *([section(todo)] if missing and item.missing else []),
        small(f"Case {item.number} of {found.cases} · {found.complete} complete · {_state(item)}"),
        section(_FROM_THE_BOT.format(ics=found.case.ics_ref)),
        section("*Facts*\n" + "\n".join(_facts(found))),
        section("*What the bot has, section by section: open each, or set it aside*"),
        *(_section(found, each) for each in AuditSection),
    ]
    if item.conflict:
        blocks.insert(
            1, section(":warning: You have worked on this case, or managed it. The report says that there is such a case.")
        )
    if item.unopened:
        blocks.append(_aside_menu(item))
    blocks.append(section("*Your judgement*\n" + "\n".join(_judged(item.judgements))))
    blocks += [words_of_people(words, 500) for words in (item.comment, item.reservations) if words]
    return _modal(found, [*blocks, *button_rows("form", _steps(found))])


def one_section(found: AuditForm, which: AuditSection) -> View:
    """What stands in a section: days and what it was; what people typed is on ICS."""
    lines = [f"• {say_date(line.on)}: {sentence(line.what)}" for line in found.sections[which]]
    blocks: list[Block] = [
        small(f"Case {found.item.number} · {_FROM_THE_BOT.format(ics=found.case.ics_ref)}"),
        section(f"*{sentence(which.words)}: {len(lines)}*"),
        section("\n".join(lines[-_LINES:]) if lines else "Nothing is recorded here."),
    ]
    if len(lines) > _LINES:
        blocks.append(small(f"These are the latest {_LINES}."))
    return _modal(found, [*blocks, *button_rows("back", _onwards(found.item))])


def aside(found: AuditForm, which: AuditSection) -> View:
    """Why a section is not relevant."""
    memory = ButtonState(id=found.item.audit, n=found.item.number, step=which.value)
    line = small(f"Case {found.item.number} · {sentence(which.words)}: {len(found.sections[which])}")
    why = inputs.reason("Why is it not relevant?", found.item.set_aside.get(which))
    return modal(callback_id="audit.aside", memory=memory, title="Set aside", submit="Set aside", blocks=[line, why])


def judging(found: AuditForm) -> View:
    """The first page of the judgements; what is left empty is asked later."""
    said = found.likely
    levels = {str(level): f"level {level}" for level in range(1, LEVELS + 1)}
    chosen = str(said.level_of_need) if said.level_of_need else None
    blocks: list[Block] = [
        small(f"Recorded: level {found.referral.threshold_level}. Empty answers are kept as not judged yet."),
        field("level_of_need", "Which level of need would you have applied?", inputs.menu(levels, chosen), optional=True),
        _asked("threshold", "The threshold that was applied was", Threshold, said),
        _asked("should_be", "It should have been a", ShouldBe, said),
        _asked("proportionate", "The level of assessment was", Level, said),
        _asked("urgent_met", "An urgent case: addressed in good time?", Judged, said),
        _asked("drift", "Was it allowed to drift?", Judged, said),
        _asked("signposting", "Was there a resource to signpost to?", Judged, said, "No means: no resource was found."),
        _asked("referrer_told", "Was the referrer told what happened?", Judged, said),
    ]
    memory = ButtonState(id=found.item.audit, n=found.item.number, step=f"v{found.item.version}")
    return modal(callback_id="audit.judge", memory=memory, title="Your judgement, 1 of 2", submit="Keep and go on", blocks=blocks)


def judging_more(found: AuditForm) -> View:
    """The second page."""
    item, said = found.item, found.likely
    blocks: list[Block] = [
        _asked("closing", "Is the decision to close evidenced?", Judged, said, "Both have to confirm it, in supervision (§6)."),
        _asked("grade", "Grade", Grade, said),
        field("comment", "Comment", inputs.paragraph(item.comment), hint=inputs.NO_NAMES, optional=True),
        field(
            "reservations", "Do you doubt any of what you saw?", inputs.paragraph(item.reservations), hint=_DOUBT, optional=True
        ),
    ]
    memory = ButtonState(id=item.audit, n=item.number, step=f"v{item.version}")
    return modal(callback_id="audit.judge_more", memory=memory, title="Your judgement, 2 of 2", submit="Keep", blocks=blocks)


_DOUBT = f"Such as a section that you could not see. {inputs.NO_NAMES}"


def _modal(found: AuditForm, blocks: Sequence[Block]) -> View:
    memory = ButtonState(id=found.item.audit, n=found.item.number)
    title = f"{found.item.audit}, case {found.item.number}"
    return modal(callback_id="answer", memory=memory, title=title, submit=None, blocks=blocks)


def _state(item: SampledCase) -> str:
    if item.completed_at is not None:
        return "this form is complete"
    looked = len(AuditSection) - len(item.unopened)
    answered = len(Judgements.model_fields) - len(item.judgements.unanswered)
    return f"sections {looked} of {len(AuditSection)}, judgements {answered} of {len(Judgements.model_fields)}"


def _facts(found: AuditForm) -> list[str]:
    referral, episode = found.referral, found.episode
    lines = [
        f"Referral *{referral.ref}* of {found.case.ref}, received {say_date(referral.received_on)}: {referral.status.words}",
        f"Source {referral.source_code} {SOURCES[referral.source_code]} · {referral.channel.words}, {referral.form.words}",
        f"{authorities.name_of(referral.home_authority)} · age band {sampling.band_of(referral.age_years)}",
        f"Level of need recorded: *{referral.threshold_level}*",
        _urgent(found),
    ]
    if episode is not None:
        closed = f", closed {say_date(episode.closed_on)}" if episode.closed_on else ", open"
        lines.append(f"Route: {', '.join(each.words for each in episode.routes)}{closed}")
    drifts = "it drifts today (R12)" if found.drifts else "it does not drift today"
    return [*lines, f"Reminders sent: {found.reminders} · {drifts}"]


def _urgent(found: AuditForm) -> str:
    referral = found.referral
    if not referral.urgent:
        return "Not urgent"
    answered = (
        f"first response {say_moment(referral.first_response_at)}" if referral.first_response_at else "no response recorded"
    )
    in_time = {True: ", in good time", False: ", *late*", None: ""}[found.in_time]
    return f"*Urgent*: {answered}{in_time} (audit)"


def _section(found: AuditForm, which: AuditSection) -> Block:
    item, number = found.item, len(found.sections[which])
    if which in item.opened:
        state = "opened :white_check_mark:"
    elif which in item.set_aside:
        state = "set aside :white_check_mark:"
    else:
        state = "*not looked at yet*"
    line = section(f"{sentence(which.words)}: *{number}* · {state}")
    memory = ButtonState(id=item.audit, n=item.number, step=which.value)
    line.accessory = button("Open", "audit.section", memory, spoken=f"Open {which.words}, {number}")
    return line


def _aside_menu(item: SampledCase) -> Block:
    options = [
        option(ButtonState(id=item.audit, n=item.number, step=each.value).pack(), sentence(each.words)) for each in item.unopened
    ]
    menu = StaticSelectElement(
        placeholder=PlainTextObject(text="Set a section aside…"), action_id="audit.set_aside", options=options
    )
    return ActionsBlock(block_id="aside", elements=[menu])


def _judged(said: Judgements) -> list[str]:
    lines = [f"{label}: *{_words(getattr(said, name))}*" for name, label in _SHORT.items() if getattr(said, name) is not None]
    left = len(said.unanswered)
    return lines + ([f"{left} still to be judged" if lines else "Nothing is judged yet."] if left else [])


_SHORT = {
    "level_of_need": "Level of need",
    "threshold": "Threshold",
    "should_be": "Should have been a",
    "proportionate": "Level of assessment",
    "urgent_met": "Urgent, in good time",
    "drift": "Drift",
    "signposting": "A resource to signpost to",
    "referrer_told": "Referrer told",
    "closing": "Closing evidenced",
    "grade": "Grade",
}


def _words(answer: object) -> str:
    return str(getattr(answer, "words", answer))


def _steps(found: AuditForm) -> list[ButtonElement]:
    memory, ref = ButtonState(id=found.item.audit, n=found.item.number), found.item.referral
    row = []
    if found.exercise.reported_at is None:
        row.append(button("Judge…", "audit.judge", memory, spoken=f"Judge {ref}"))
        if found.item.completed_at is None:
            row.append(button("Complete", "audit.complete", memory, style="primary", spoken=f"The form of {ref} is complete"))
    row.append(button("Raise a finding", "finding.raise", memory, spoken=f"Raise a finding about {ref}"))
    return [*row, button("Next case", "audit.next", memory, spoken="The next case that is not complete")]


def _onwards(item: SampledCase) -> list[ButtonElement]:
    """From a section to the next that was not looked at, or back."""
    row = []
    if item.unopened:
        which = item.unopened[0]
        memory = ButtonState(id=item.audit, n=item.number, step=which.value)
        row.append(button(f"Next: {which.words}", "audit.section", memory, style="primary", spoken=f"Open {which.words}"))
    return [
        *row,
        button("Back to the case", "audit.case", ButtonState(id=item.audit, n=item.number), spoken=f"Back to {item.referral}"),
    ]


def _asked(name: str, label: str, codes: type[Code], said: Judgements, hint: str | None = None) -> Block:
    return field(name, label, inputs.codes(codes, getattr(said, name)), hint=hint, optional=True)
