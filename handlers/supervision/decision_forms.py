"""Open or close (§6): a case on the agenda with the facts of the dilemma beside it, the forms of a decision, what was decided."""

from __future__ import annotations

from datetime import date, timedelta

from slack_sdk.models.blocks import Block, ButtonElement, OverflowMenuElement

from bot.domain.cases.codes import DecisionKind
from bot.domain.cases.records import Decision
from bot.domain.obligations.awaiting_decision import Why
from bot.domain.obligations.closing_records import CHECKLIST
from bot.domain.shared import authorities
from bot.domain.shared.calendar import add_months, say_date, say_moment
from bot.domain.supervision.decision import AFTER_ASSESSMENT, CLOSURE_REASONS, FACTORS, LOCAL_REASONS, LONGEST_MONTHS
from bot.services.cases.view import CaseView
from handlers.ui import inputs
from handlers.ui.blocks import button, buttons, clip, field, option, section, sentence, small, words_of_people
from handlers.ui.button_state import ButtonState
from handlers.ui.decisions import confirm, expected, facts, half, proposed
from handlers.ui.decisions import why as why_waiting
from handlers.ui.obligations import WHY, lines

_ENTRY = 2_600
_KEEP_MONTHS = 3
_DEFER = timedelta(days=28)
_WHAT = 200
KNOWN = "known"
_LABELS = {
    DecisionKind.CLOSE: ("close", "Close…"),
    DecisionKind.KEEP_OPEN: ("keep_open", "Keep open…"),
    DecisionKind.DEFER: ("defer", "Defer…"),
    DecisionKind.REOPEN_RATIFIED: ("ratify", "Ratify…"),
}


def entry(look: CaseView, times: str, tags: list[str]) -> list[Block]:
    """A case that awaits a decision, on the agenda: why, the facts, what was proposed or confirmed, and the presses."""
    case, episode = look.case, look.episode
    if episode is None:
        return []
    days = (look.today - case.last_activity(episode)).days
    head = f"*{case.ref}* · {authorities.name_of(case.home)} · {episode.route.words} · open since {say_date(episode.opened_on)}"
    still = f"Last activity {say_date(case.last_activity(episode))} ({days:,} days){expected(episode.next_expected_contact)}"
    why = [WHY[each] for each in look.why] + tags
    words = [head + (f" · *{times}*" if times else ""), f"_{sentence('; '.join(why))}_" if why else "", still]
    words += [*half(look), *facts(look)]
    told = section(clip("\n".join(word for word in words if word), _ENTRY))
    told.accessory = _more(case.ref, look)
    row = presses(look)
    return [
        told,
        *(proposed(look) if episode.proposed_kind is not None else []),
        *why_waiting(look),
        *agreed(look),
        *([buttons(f"decide.{case.ref}", *row)] if row else []),
    ]


def agreed(look: CaseView) -> list[Block]:
    """What was agreed to be done, by whom and until when, and for who works on cases what it is."""
    lines, words = [], []
    for each in look.episode.actions if look.episode else ():
        if each.done_on is None:
            late = ", *past its day*" if each.due_on < look.today else ""
            lines.append(f"• Agreed: <@{each.worker_id}>, by {say_date(each.due_on)}{late}")
            words.append(f"By {say_date(each.due_on)}: {each.what}")
    if not lines:
        return []
    typed = [words_of_people("\n".join(clip(each, _WHAT) for each in words), 900)] if look.may_read(reasons=False) else []
    return [section(clip("\n".join(lines), 900)), *typed]


def presses(look: CaseView) -> list[ButtonElement]:
    """What can be pressed while a session is under way in which one may decide: to confirm, or to choose otherwise."""
    pending = look.pending
    if not look.may_decide:
        return []
    second = [confirm(look.case.ref, pending)] if pending is not None and look.may_confirm else []
    kinds = [DecisionKind.KEEP_OPEN, DecisionKind.CLOSE, DecisionKind.DEFER]
    if Why.TO_RATIFY in look.why:
        kinds[0] = DecisionKind.REOPEN_RATIFIED
    others = [kind for kind in kinds if not second or pending is None or kind is not pending.kind]
    return [*second, *(_press(look.case.ref, kind) for kind in others)][:3]


def close(look: CaseView, _number: int) -> list[Block]:
    """To close: why, with which reason, from when; what is outstanding has to be read."""
    waits = _pending(look, DecisionKind.CLOSE)
    assessed = any(each.completed_on for each in look.episode.assessments) if look.episode else False
    codes = {code: f"{code} {words}" for code, words in CLOSURE_REASONS.items() if assessed or code not in AFTER_ASSESSMENT}
    unmet = lines(look.outstanding, look.today)
    blocks: list[Block] = [section("\n".join([*half(look), *facts(look)]))]
    blocks += [
        field("rc_code", "Reason for closure", inputs.menu(codes, waits.rc_code if waits else None)),
        field("local_reason", "In our words", inputs.menu(LOCAL_REASONS, waits.local_reason if waits else None), optional=True),
        inputs.later("effective_on", "From when?", waits.effective_on if waits else None, hint="Today, if you leave it empty."),
        _factors(waits),
        _why(waits),
    ]
    if unmet:
        known = inputs.ticks({KNOWN: "I know what is outstanding"})
        blocks.append(field("unmet", "Outstanding", known, hint=clip("; ".join(unmet).replace("*", ""), 1_900)))
    return blocks


def keep_open(look: CaseView, _number: int) -> list[Block]:
    """To keep open until a day."""
    return _until(look, DecisionKind.KEEP_OPEN, add_months(look.today, _KEEP_MONTHS))


def defer(look: CaseView, _number: int) -> list[Block]:
    """To decide later."""
    return _until(look, DecisionKind.DEFER, look.today + _DEFER)


def ratify(look: CaseView, _number: int) -> list[Block]:
    """To ratify a reopening."""
    reopened = look.episode.reopened_at if look.episode else None
    said = f"It was reopened on {say_moment(reopened)}. " if reopened else ""
    words = f"{said}Both of you confirm that it is open again (§6)."
    return [section("\n".join([words, *half(look)])), _why(_pending(look, DecisionKind.REOPEN_RATIFIED))]


def agree(look: CaseView, _number: int) -> list[Block]:
    """Something to be done: what, by whom, until when."""
    worker = look.latest.worker_id if look.latest else None
    return [
        field("what", "What is to be done?", inputs.paragraph(), hint=inputs.NO_NAMES),
        field("worker", "By whom?", inputs.person(worker)),
        field("due_on", "Until when?", inputs.line(say_date(look.today + _DEFER), 40), hint="Such as 15 Mar 2027."),
        small("It is on the next agenda, until it is done."),
    ]


def action_done(look: CaseView, _number: int) -> list[Block]:
    """Which of the things that were agreed is done."""
    waiting = [each for each in (look.episode.actions if look.episode else ()) if each.done_on is None]
    choices = {str(each.number): f"by {say_date(each.due_on)}: {clip(each.what or '', _WHAT)}" for each in waiting}
    return [field("which", "What is done?", inputs.menu(choices, next(iter(choices), None)))]


def checklist(look: CaseView, _number: int) -> list[Block]:
    """What belongs to a closing (§6); each is ticked when it is done, or not needed."""
    return [
        section("The records of the closing on ICS (§6). Tick what is done, or is not needed here; it is complete when all is."),
        field("checked", "Closing checklist", inputs.ticks(CHECKLIST)),
        inputs.day("on", "Complete since when?", look.today, look.today),
    ]


def _press(ref: str, kind: DecisionKind) -> ButtonElement:
    step, label = _LABELS[kind]
    return button(label, f"case.{step}", ButtonState(id=ref), spoken=f"{label.rstrip('…')}, {ref}")


def _more(ref: str, look: CaseView) -> OverflowMenuElement:
    """The rest: to propose or, in a session, to agree on something to do; the case itself."""
    choices = {"agree": "Agree on something to do…"} if look.may_decide else {"propose": "Propose…"}
    choices |= {"open": "Open the case", "why": "Why is it asked?"}
    options = [option(ButtonState(id=ref, step=step).pack(), label) for step, label in choices.items()]
    return OverflowMenuElement(action_id="case.more", options=options)


def _pending(look: CaseView, kind: DecisionKind) -> Decision | None:
    """What the other one has confirmed of this kind: the form begins with it."""
    pending = look.pending
    return pending if pending is not None and pending.kind is kind else None


def _until(look: CaseView, kind: DecisionKind, proposed_day: date) -> list[Block]:
    waits = _pending(look, kind)
    latest = add_months(look.today, LONGEST_MONTHS)
    day = waits.next_decision_on if waits and waits.next_decision_on else proposed_day
    hint = f"After today, and by {say_date(latest)}: within six months it is decided again."
    return [
        section("\n".join([*half(look), *facts(look)])),
        field("next_decision_on", "Until when?", inputs.line(say_date(day), 40), hint=hint),
        _factors(waits),
        _why(waits),
    ]


def _factors(waits: Decision | None) -> Block:
    return field("factors", "What weighed", inputs.ticks(FACTORS, waits.factors if waits else ()), optional=True)


def _why(waits: Decision | None) -> Block:
    hint = f"{inputs.NO_NAMES} It goes into the minute."
    return field("rationale", "Why?", inputs.paragraph(waits.rationale if waits else None), hint=hint)
