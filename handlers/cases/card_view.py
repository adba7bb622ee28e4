"""How a case looks: its card, what was just done, its timeline, why something is asked, and the frame of its forms."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import ActionsBlock, Block, PlainTextObject, StaticSelectElement
from slack_sdk.models.views import View

from bot.domain.cases.codes import SharingStatus, State
from bot.domain.cases.records import Authorisation
from bot.domain.digests.timeline import Happened
from bot.domain.people import RECORDERS
from bot.domain.shared import authorities, privacy
from bot.domain.shared.calendar import say_date, say_moment
from bot.domain.shared.rule import Rule
from bot.domain.shared.text import ordinal
from bot.services.cases.view import CaseView
from handlers.ui.blocks import (
    Message,
    button,
    buttons,
    listed,
    modal,
    option,
    section,
    sentence,
    small,
    words_of_people,
)
from handlers.ui.button_state import ButtonState
from handlers.ui.decisions import confirm, expected, half, proposed, why
from handlers.ui.obligations import PROMPTS, WHY, lines

_CLOCKS_SHOWN = 12
_NEXT_SHOWN = 3
_ASKED_SHOWN = 5
_TIMELINE_SHOWN = 40


def card(look: CaseView, first: Sequence[tuple[str, str]], more: Sequence[tuple[str, str]]) -> Message:
    """A case on one card: state, clocks, what is outstanding, and what can be done next.

    `first`: (id, label) of the buttons that are most relevant; `more`: (step, label) of the menu beside them.
    """
    case = look.case
    asked = [f"• {sentence(line)}" for line in lines(look.open, look.today)] + [
        f"• {sentence(PROMPTS[each])}" for each in look.prompts
    ]
    if len(asked) > _CLOCKS_SHOWN:
        asked = [*asked[:_CLOCKS_SHOWN], f"and {len(asked) - _CLOCKS_SHOWN} more"]
    blocks: list[Block] = [section(_head(look))]
    blocks.append(section("*What the guidelines ask*\n" + "\n".join(asked) if asked else "Nothing is asked of it now. :tea:"))
    if look.why:
        blocks.append(section(f"*Open or close? (§6)* {sentence('; '.join(WHY[each] for each in look.why))}."))
    blocks += proposed(look)
    if look.pending is not None:
        blocks += [section("\n".join(half(look))), *why(look)]
        blocks += [buttons("confirm", confirm(case.ref, look.pending))] if look.may_confirm else []
    blocks += _waiting(look)
    blocks.append(section("\n".join(_facts(look))))
    row = [button(label, action, ButtonState(id=case.ref), spoken=f"{label}, {case.ref}") for action, label in first]
    blocks.append(ActionsBlock(block_id="next", elements=[*row, _menu(case.ref, more)]))
    return Message(f"OOB: {case.ref}", tuple(blocks))


def done(look: CaseView, recorded: str, readings: Sequence[Block] = ()) -> Message:
    """What was recorded, the next dates, and which section asks for them; Undo while that is one's own to take back."""
    case, latest = look.case, look.latest
    blocks: list[Block] = [section(f"*{case.ref}*: {recorded}"), *readings]
    state = look.state.words if look.state else "void"
    facts = [f"It is *{state}*."] if latest and look.state is not State.OPEN else []
    asked = lines(look.open, look.today)
    facts += [f"Next: {line}." for line in asked[:_NEXT_SHOWN]]
    facts += [f"and {len(asked) - _NEXT_SHOWN} more"] if len(asked) > _NEXT_SHOWN else []
    if facts:
        blocks.append(section("\n".join(facts)))
    typed = latest.activities[-1].note if latest and latest.activities else None
    if look.may_undo and privacy.name_like(typed):
        blocks.append(section(":warning: The text may hold a name. If it does, press Undo and record it again without."))
    row = [button("Open the case", "case.open", ButtonState(id=case.ref), spoken=f"Open {case.ref}")]
    if latest and look.session is not None and look.actor.user_id in look.session.people:
        memory = ButtonState(id=look.session.worker_id)
        row.append(button("Agenda", "agenda.open", memory, spoken="Back to the agenda"))
    elif latest and look.actor.may(RECORDERS):
        row.append(button("Correct", "case.correct", ButtonState(id=case.ref), spoken=f"Correct something on {case.ref}"))
    if look.may_undo:
        row.append(
            button(
                "Undo", "case.undo", ButtonState(id=case.ref, n=case.version), spoken=f"Take back what was recorded on {case.ref}"
            )
        )
    return Message(f"OOB: saved, {case.ref}.", (*blocks, buttons("steps", *row)))


def form(action: str, title: str, submit: str, look: CaseView, number: int, inputs: Sequence[Block]) -> View:
    """The form of a step, under a line that says which case it is about."""
    line = small(f"{look.case.ref} · ICS {look.case.ics_ref} · {authorities.name_of(look.case.home)}")
    memory = ButtonState(id=look.case.ref, n=number)
    return modal(callback_id=action, memory=memory, title=title, submit=submit, blocks=[line, *inputs])


def timeline(look: CaseView, happened: Sequence[Happened]) -> View:
    """What happened, the newest first; reasons and notes in plain text."""
    blocks: list[Block] = []
    for each in happened[:_TIMELINE_SHOWN]:
        who = f" · <@{each.who}>" if each.who else ""
        blocks.append(section(f"*{say_date(each.on)}* · {sentence(each.what)}{who}"))
        if each.said and look.may_read(reasons=each.reasoned):
            blocks.append(words_of_people(each.said, 500))
    if len(happened) > _TIMELINE_SHOWN:
        blocks.append(small(f"These are the newest {_TIMELINE_SHOWN} of {len(happened):,}."))
    return modal(
        callback_id="answer",
        memory=ButtonState(id=look.case.ref),
        title=look.case.ref,
        submit=None,
        blocks=blocks or [section("Nothing yet.")],
    )


def awaits_response(look: CaseView) -> bool:
    """Whether it was referred as urgent and nobody has responded yet (R11)."""
    return look.episode is not None and any(each.rule == Rule.FIRST_RESPONSE for each in look.open)


def authorisation(ref: str, asked: Authorisation) -> list[Block]:
    """What waits for a manager's word, with the two presses."""
    memory = ButtonState(id=ref, n=asked.number)
    outcome = f", outcome: {asked.outcome.words}" if asked.outcome else ""
    who = f"<@{asked.requested_by}> asks a manager to authorise the {asked.wanted.words}"
    words = f"{who} of *{ref}*: {say_date(asked.on)}{outcome} (§3)."
    yes = button("Authorise", "case.authorise", memory, style="primary", spoken=f"Authorise the {asked.wanted.words} of {ref}")
    no = button("Not yet", "case.decline", memory, spoken=f"Not yet: {ref}")
    return [section(words), buttons(f"authorise.{asked.number}", yes, no)]


def _head(look: CaseView) -> str:
    state = look.state.words if look.state else "void: its referral was taken back"
    left = " (no longer on the list of staff: please reassign it)" if look.worker_left else ""
    held = f" · allocated to <@{look.latest.worker_id}>{left}" if look.latest and look.episode else ""
    named = look.latest.named_manager_id if look.latest and look.episode else None
    led = f" · manager named for it: <@{named}>" if named else ""
    return f"*{look.case.ref}* · {state}{held}{led}"


def _facts(look: CaseView) -> list[str]:
    case, episode = look.case, look.latest
    lines = [f"ICS reference *{case.ics_ref}* · home authority *{authorities.name_of(case.home)}*"]
    if episode is None:
        return lines
    route = f"{sentence(episode.route.words)}, {episode.service.words}{', long-term' if episode.long_term else ''}"
    opened = f"open since *{say_date(episode.opened_on)}*" if look.episode else f"opened {say_date(episode.opened_on)}"
    number = f" · opened for the {ordinal(len(case.living_episodes))} time" if len(case.living_episodes) > 1 else ""
    lines.append(f"{route} · {opened}{number}")
    if look.episode:
        last = case.last_activity(episode)
        days = (look.today - last).days
        ago = "today" if days == 0 else f"{days:,} day{'s' if days > 1 else ''} ago"
        lines.append(f"Last activity {say_date(last)} ({ago}){expected(episode.next_expected_contact)}")
    running = [each for each in episode.assessments if each.is_running]
    lines += [f"{sentence(each.kind.words)} under way since {say_date(each.started_on)}" for each in running]
    lines += _ended(look)
    if look.is_re_referral:
        lines.append("Its latest referral counts as a re-referral")
    if case.family_group or look.family:
        lines.append(f"Family {case.family_group}" + (f": {listed(list(look.family))}" if look.family else ""))
    if case.restricted:
        lines.append(":lock: Restricted: seen by who holds it, their manager and administrators only")
    return lines


def _ended(look: CaseView) -> list[str]:
    """What is agreed or recorded about its end."""
    episode, case = look.latest, look.case
    lines = []
    if episode and episode.closed_on:
        lines.append(f"Closed on *{say_date(episode.closed_on)}*{f' ({episode.rc_code})' if episode.rc_code else ''}")
    elif episode and episode.closing and episode.closing.effective_on:
        lines.append(f"It closes on *{say_date(episode.closing.effective_on)}*, as agreed")
    if case.deceased_on:
        lines.append(f"The child died on {say_date(case.deceased_on)}")
    return lines


def _waiting(look: CaseView) -> list[Block]:
    """What waits for another person's word: a manager presses, the others see that it waits."""
    blocks: list[Block] = []
    waiting = look.case.unauthorised if look.episode else ()
    for asked in waiting[:_ASKED_SHOWN]:
        if look.is_manager and asked.requested_by != look.actor.user_id:
            blocks += authorisation(look.case.ref, asked)
        else:
            since = say_moment(asked.requested_at)
            blocks.append(section(f"A manager is asked to authorise the {asked.wanted.words}, since {since} (§3)."))
    if len(waiting) > _ASKED_SHOWN:
        blocks.append(section(f"and {len(waiting) - _ASKED_SHOWN:,} more that wait for a manager's word"))
    wanted = [each for each in look.case.sharings if each.status is SharingStatus.EXEMPT_REQUESTED]
    if wanted and look.episode:
        blocks.append(section(f"<@{wanted[0].requested_by}> asks the team manager to agree that it is not shared (§3)."))
        if look.is_manager and wanted[0].requested_by != look.actor.user_id:
            agree = button(
                "Agree not to share", "case.exempt", ButtonState(id=look.case.ref), spoken=f"Agree not to share, {look.case.ref}"
            )
            blocks.append(buttons("exempt", agree))
    return blocks


def _menu(ref: str, more: Sequence[tuple[str, str]]) -> StaticSelectElement:
    options = [option(ButtonState(id=ref, step=step).pack(), label) for step, label in more]
    return StaticSelectElement(placeholder=PlainTextObject(text="More…"), action_id="case.more", options=options)
