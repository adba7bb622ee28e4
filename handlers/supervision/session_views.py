"""How supervision looks (§6): booking, beginning and finalising a session, and its minute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from bot.domain.shared.calendar import say_date
from bot.domain.supervision.session import Session
from bot.services.supervision.minutes import Written
from handlers.ui import inputs
from handlers.ui.blocks import Message, button, buttons, copyable, field, listed, modal, section, small
from handlers.ui.button_state import ButtonState

_REFS = 12
_TEXTS = 40


def booking(worker_id: str, booked: Session | None, today: date) -> View:
    """When is it to be?"""
    day = booked.held_on if booked is not None and booked.held_on >= today else None
    known = f"It is booked for {booked.when}; another day moves it. " if booked is not None and day else ""
    return modal(
        callback_id="supervision.book",
        memory=ButtonState(id=worker_id),
        title="Book supervision",
        submit="Book it",
        blocks=[
            section(f"{known}Both of you get an entry for the calendar, and the agenda on the working day before."),
            field("on", "When?", inputs.line(limit=40), hint="A day and a time, such as 2 Feb 10:00."),
        ],
    )


def booked(session: Session) -> Message:
    """It is booked."""
    words = f"Supervision with <@{session.worker_id}> is booked for *{session.when}*. Both of you get an entry for the calendar."
    cancel = button("Cancel it", "supervision.cancel", ButtonState(id=session.ref), spoken="Cancel the booking")
    return Message("OOB: supervision is booked.", (section(words), buttons("booking", open_agenda(session), cancel)))


def booked_for_you(session: Session) -> Message:
    """The worker is told."""
    words = f"<@{session.manager_id}> has booked supervision with you for *{session.when}* (§6)."
    return Message("OOB: supervision is booked.", (section(words), buttons("booking", open_agenda(session))))


def cancelled(worker_id: str, when: str) -> Message:
    """The booking is taken back."""
    return Message.plain(f"The supervision with <@{worker_id}> on {when} is cancelled; they are told.")


def cancelled_for_you(manager_id: str, when: str) -> Message:
    """The worker is told."""
    return Message.plain(f"<@{manager_id}> has cancelled your supervision on {when}.")


def begun_for_you(session: Session) -> Message:
    """The worker is told that a session is under way."""
    words = f"<@{session.manager_id}> has begun supervision with you. Open the agenda to confirm decisions (§6)."
    return Message("OOB: supervision has begun.", (section(words), buttons("begun", open_agenda(session))))


def finishing(session: Session, waiting: Sequence[str], half: Sequence[str]) -> View:
    """Finalise? What is decided, what would lapse, and what is carried forward."""
    left = [ref for ref in waiting if ref not in half]
    blocks: list[Block] = [
        section("The minute is made of what both of you confirmed, and of what was agreed. It is not changed again (§6)."),
        section(
            f"*Not decided, carried forward: {len(left):,}*\n{_some(left)}" if left else "Nothing else waits for a decision."
        ),
    ]
    if half:
        lapses = f"*Confirmed by one of you only, so it lapses: {len(half):,}*\n{_some(half)}"
        blocks.append(section(f"{lapses}\nTo decide it, let the other one confirm before you finalise."))
    mistake = f"Begun by mistake? `/oob supervise` <@{session.worker_id}> `cancel` takes it back while nothing was said in it."
    blocks.append(small(mistake))
    return modal(
        callback_id="supervision.finalise",
        memory=ButtonState(id=session.ref),
        title="Finalise the session",
        submit="Finalise",
        blocks=blocks,
    )


def minute(written: Written, text: str, *, document_comes: bool = False) -> Message:
    """The minute to copy into ICS, and the word that it is there."""
    session = written.session
    memory = ButtonState(id=session.ref)
    row = [button("As a document", "minute.document", memory, spoken="Send me the minute as a document")]
    if session.ics_recorded_on is None:
        row.append(button("On ICS", "minute.on_ics", memory, style="primary", spoken="The minute is on ICS"))
        state = "Please copy it into ICS, on the supervision file and on each child's record, then press On ICS."
    else:
        state = f"On ICS since *{say_date(session.ics_recorded_on)}*. The reasons in it are erased here some weeks later."
    if document_comes:
        state += " The document comes by direct message."
    row.append(open_agenda(session))
    head = section(f"*Supervision {session.ref}*, {say_date(session.held_on)} · {_numbers(written)}")
    blocks = copyable(text)
    if len(blocks) > _TEXTS:
        blocks = [*blocks[:_TEXTS], section("*This is not all of it.* The whole minute is in the document: press As a document.")]
    return Message("OOB: the minute of a supervision.", (head, *blocks, section(state), buttons("minute", *row)))


def minute_ready(session: Session) -> Message:
    """The worker is told that the minute is there."""
    open_ = button("Open the minute", "minute.open", ButtonState(id=session.ref), spoken="Open the minute")
    words = f"<@{session.manager_id}> has finalised your supervision of {say_date(session.held_on)} (§6)."
    return Message("OOB: your supervision is finalised.", (section(words), buttons("minute", open_)))


def open_agenda(session: Session) -> ButtonElement:
    """The button to the worker's agenda."""
    return button("Agenda", "agenda.open", ButtonState(id=session.worker_id), spoken="Open the agenda")


def _numbers(written: Written) -> str:
    minute = written.minute
    counts = [
        (len(minute.decided), "decided"),
        (len(minute.agreed), "agreed to be done"),
        (len(minute.carried), "carried forward"),
    ]
    return listed([f"{number:,} {words}" for number, words in counts])


def _some(refs: Sequence[str]) -> str:
    more = f", and {len(refs) - _REFS:,} more" if len(refs) > _REFS else ""
    return ", ".join(refs[:_REFS]) + more
