"""Letters about cases: handed over, asked for authorisation, answered. References only; no word that anybody typed but a note."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import Block, DividerBlock

from bot.domain.cases.case import Case
from bot.domain.cases.records import CHANGES, Action, Authorisation, Decision, Sharing
from bot.domain.obligations.after_assessment import With
from bot.domain.shared import authorities
from bot.domain.shared.calendar import say_date
from bot.domain.shared.obligation import Obligation
from handlers.cases import card_view as cards
from handlers.ui.blocks import MESSAGE_BLOCKS, Message, button, buttons, section, sentence, small, unique, words_of_people
from handlers.ui.button_state import ButtonState
from handlers.ui.decisions import confirm, details, said
from handlers.ui.obligations import lines, outstanding

_SHOWN = 20


def handover(case: Case, clocks: Sequence[Obligation], today: date) -> Message:
    """A case came to somebody: which clocks run on it."""
    route = case.latest.route.words if case.latest else "void"
    words = f"*{case.ref}* ({authorities.name_of(case.home)}, {route}) is yours from now on. ICS: {case.ics_ref}."
    ordered = sorted(clocks, key=lambda each: (each.due or date.max, each.rule))
    running_ = [f"• {sentence(line)}" for line in lines(ordered, today)[:_SHOWN]]
    running = "*These clocks run:*\n" + "\n".join(running_) if running_ else "No clocks run on it now."
    return Message(f"OOB: {case.ref} is yours now.", (section(words), section(running), *_open(case.ref)))


def reallocated(ref: str, to: str, reason: str | None) -> Message:
    """A case went from its reader to somebody else."""
    why = f" Why: {CHANGES[reason].lower()}." if reason in CHANGES else ""
    words = f"*{ref}* is allocated to <@{to}> from today.{why} You get no more reminders about it."
    return Message(f"OOB: {ref} was reallocated.", (section(words), *_open(ref)))


def restricted_met(ref: str, by: str, what: str, at: str) -> Message:
    """Somebody who may not know of a case had something to say about its child: the manager rings them."""
    words = (
        f":rotating_light: <@{by}> tried to log {what} about the child of *{ref}*, which is restricted, on {at}. They were told "
        "only to ring their duty manager, and keep their draft. Please ring them now."
    )
    return Message(f"OOB: {ref} needs you now.", (section(words), *_open(ref)))


def clock_moved(ref: str, by: str, moved: str) -> Message:
    """A correction moved a due date: before and after."""
    words = f"<@{by}> corrected *{ref}*. {sentence(moved)}."
    return Message(f"OOB: a due date moved, {ref}.", (section(words), *_open(ref)))


def authorise(ref: str, asked: Authorisation) -> Message:
    """A manager is asked to authorise."""
    return Message(f"OOB: you are asked to authorise something on {ref}.", (*cards.authorisation(ref, asked), *_open(ref)))


def authorised(ref: str, asked: Authorisation) -> Message:
    """Who asked is told what the manager said."""
    if asked.agreed:
        words = f"<@{asked.answered_by}> has authorised the {asked.wanted.words} of *{ref}*, {say_date(asked.on)} (§3)."
        return Message(f"OOB: authorised, {ref}.", (section(words), *_open(ref)))
    words = f"<@{asked.answered_by}> says *not yet* about the {asked.wanted.words} of *{ref}*."
    note = [words_of_people(asked.note)] if asked.note else []
    return Message(f"OOB: not yet, {ref}.", (section(words), *note, *_open(ref)))


def exempt_asked(case: Case, asked: Sharing) -> Message:
    """The team manager is asked to agree that something is not shared, with the reason that was given."""
    who = f"<@{asked.requested_by}> asks you to agree that {_what(case, asked)} of *{case.ref}*"
    words = f"{who} is not shared with {_whom(asked)} (§3)."
    agree = button(
        "Agree not to share", "case.exempt", ButtonState(id=case.ref, n=asked.of), spoken=f"Agree not to share, {case.ref}"
    )
    why: list[Block] = [words_of_people(f"Reason given: {asked.reason}")] if asked.reason else []
    return Message(f"OOB: you are asked about {case.ref}.", (section(words), *why, buttons("exempt", agree), *_open(case.ref)))


def exempt_agreed(case: Case, agreed: Sharing) -> Message:
    """Who asked is told that the team manager agreed."""
    words = f"<@{agreed.exempt_by}> agrees that {_what(case, agreed)} of *{case.ref}* is not shared with {_whom(agreed)} (§3)."
    return Message(f"OOB: agreed, {case.ref}.", (section(words), *_open(case.ref)))


def not_mine(ref: str, who: str) -> Message:
    """A worker says that a case is not theirs; the manager gives it to somebody else, or talks to them."""
    words = f"<@{who}> says that *{ref}* is not theirs. It stays with them until you change it."
    give = button("Give to somebody else", "case.reassign", ButtonState(id=ref), spoken=f"Give {ref} to somebody else")
    return Message(f"OOB: who holds {ref}?", (section(words), buttons("reassign", give), *_open(ref)))


def decision_waits(ref: str, pending: Decision, unmet: Sequence[str] = ()) -> Message:
    """One side has confirmed; a decision takes both (§6). What it says, why, and what is outstanding."""
    who = pending.worker_by or pending.manager_by
    words = f"<@{who}> has confirmed for *{ref}*: *{pending.kind.words}*{details(pending)}. It takes both of you (§6)."
    reason: list[Block] = [words_of_people(f"Why: {pending.rationale}", 600)] if pending.rationale else []
    row = buttons(
        "decide", confirm(ref, pending), button("Open the case", "case.open", ButtonState(id=ref), spoken=f"Open {ref}")
    )
    return Message(f"OOB: a decision about {ref} waits for you.", (section(f"{words}\n{outstanding(unmet)}"), *reason, row))


def decided(ref: str, decision: Decision, today: date) -> Message:
    """Who confirmed first is told that the other one has, too."""
    worker_last = decision.worker_at is not None and decision.worker_at == decision.effective_at
    second = decision.worker_by if worker_last else decision.manager_by
    words = f"<@{second}> has confirmed as well for *{ref}*: {said(decision, today)}"
    return Message(f"OOB: decided, {ref}.", (section(words), *_open(ref)))


def closing_undone(ref: str, who: str) -> Message:
    """A closing was undone as an error."""
    words = f"<@{who}> has undone the closing of *{ref}* as an error. It is open again, with the same clocks (§6)."
    return Message(f"OOB: {ref} is open again.", (section(words), *_open(ref)))


def action(ref: str, agreed: Action) -> Message:
    """Somebody is to do something, as agreed in supervision."""
    words = f"In supervision it was agreed that you do this about *{ref}* by *{say_date(agreed.due_on)}* (§6):"
    what: list[Block] = [words_of_people(agreed.what)] if agreed.what else []
    done = button("Done", "case.action_done", ButtonState(id=ref), spoken=f"Done, about {ref}")
    return Message(f"OOB: something is agreed about {ref}.", (section(words), *what, buttons("action", done), *_open(ref)))


def for_another(addressee: str, message: Message) -> Message:
    """What was meant for somebody who is away, or for whom Slack takes nothing."""
    return Message(message.text, (section(f"For <@{addressee}>, who is away or cannot be reached:"), *message.blocks))


def perhaps_again(message: Message) -> Message:
    """A message of which an earlier try may have arrived, and we are not allowed to look."""
    said = small("You may have had this message already: Slack did not say whether it arrived.")
    return Message(message.text, (*message.blocks[: MESSAGE_BLOCKS - 1], said))


def answered(ref: str) -> Message:
    """In the place of a letter that somebody answered."""
    return Message(f"OOB: settled, {ref}.", (section(f"✓ *{ref}*: settled."), *_open(ref)))


def settled() -> Message:
    """What a message becomes when everything in it was done elsewhere."""
    return Message.plain("Everything in this message is settled. :tea:")


def together(parts: Sequence[Message]) -> Message:
    """Several letters as one message; of those for which it has no room a line each, so that nothing is lost."""
    if len(parts) == 1:
        return parts[0]
    blocks: list[Block] = []
    rest: list[str] = []
    for part in parts:
        room = MESSAGE_BLOCKS - 1 - len(blocks)
        if rest or len(part.blocks) + bool(blocks) > room:
            rest.append(f"• {part.text.removeprefix('OOB: ')}")
        else:
            blocks += [*([DividerBlock()] if blocks else []), *part.blocks]
    if rest:
        blocks.append(section("\n".join(["*And:*", *rest])))
    more = "one thing" if len(parts) == 2 else f"{len(parts) - 1} things"  # noqa: PLR2004 - one beside the first
    return Message(f"{parts[0].text} And {more} more.", tuple(unique(blocks)))


def told(ref: str) -> Message:
    """A letter whose words are not for this reader any more."""
    return Message.plain(f"Something you asked about {ref} was answered. Please ask your manager.")


def _whom(shared: Sharing) -> str:
    return With(shared.whom).words


def _what(case: Case, shared: Sharing) -> str:
    """The assessment or review that it is about."""
    made = next((each for episode in case.episodes for each in episode.assessments if each.number == shared.of), None)
    return f"the {made.kind.words}" if made else "the review"


def _open(ref: str) -> list[Block]:
    return [buttons("open", button("Open the case", "case.open", ButtonState(id=ref), spoken=f"Open {ref}"))]
