"""`/oob supervise @worker [day and time]`: sessions booked, begun and finalised, and their minutes (§6)."""

from __future__ import annotations

import asyncio
from datetime import datetime

from bot.documents import supervision_invite
from bot.documents import supervision_minute as paper
from bot.domain.notifications import FileReady
from bot.domain.people import MANAGERS, RECORDERS, Actor
from bot.domain.reading import days
from bot.domain.shared import text
from bot.domain.shared.calendar import LONDON
from bot.domain.shared.errors import Refusal
from bot.domain.supervision.session import Session
from bot.services.supervision import minutes
from bot.services.supervision import sessions as supervision_sessions
from bot.services.supervision.minutes import Written
from handlers.core.command_parser import PERSON
from handlers.core.form_state import FormState, under
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.core.user_names import names_of
from handlers.supervision import agenda
from handlers.supervision import session_views as views
from handlers.ui.button_state import unpack
from storage.db.engine import Tx
from storage.notifications import attachments, outbox
from storage.supervision import sessions

_NOW = frozenset({"", "now", "today", "begin", "start", "ad hoc"})
_OFF = frozenset({"cancel", "off"})
_END = frozenset({"finalise", "finalize", "finish", "end"})
_MINUTE = frozenset({"minute", "minutes"})


async def typed(call: Call) -> Answer:
    """Begin with who is named, book a day with them, or cancel it; with nobody the team."""
    named = PERSON.search(call.raw)
    said = text.clean(PERSON.sub(" ", call.raw))
    if named is None:
        if said.casefold() in _MINUTE:
            raise Refusal("no_person", "Please say whose minute, such as `/oob minutes @dana`.")
        if said:
            raise Refusal("no_person", "Please choose the worker from Slack's list, such as `/oob supervise @dana 2 Feb 10:00`.")
        return await agenda.typed(call)
    if said.casefold() in _NOW:
        return await _begin(call, named[1])
    if said.casefold() in _OFF:
        return await call.once(_cancel_of, named[1], call.actor)
    if said.casefold() in _END:
        return await call.show(_finishing_of, named[1], call.actor)
    if said.casefold() in _MINUTE:
        return await _minute(call, await call.ctx.read(_last_minute, named[1]))
    return await call.once(_book, named[1], _moment(said, call.ctx.now()), call.actor)


async def begin(call: Call) -> Answer:
    """The button: a session begins, and its agenda is shown."""
    return await _begin(call, unpack(call.entry.action.get("value")).id)


async def plan(call: Call) -> Answer:
    """The form in which a day is booked."""
    worker_id = unpack(call.entry.action.get("value")).id
    booked = await call.ctx.read(sessions.booked, worker_id, call.actor.user_id)
    return Answer.form(views.booking(worker_id, booked, call.ctx.today()))


async def book(call: Call) -> Answer:
    """That form sent off."""
    memory, form = unpack(call.entry.view.get("private_metadata")), FormState(call.entry.view)
    with under("on"):
        starts_at = _moment(form.typed("on") or "", call.ctx.now())
    return await call.once(_book, memory.id, starts_at, call.actor)


async def cancel(call: Call) -> Answer:
    """Cancel it."""
    return await call.once(_cancel, unpack(call.entry.action.get("value")).id, call.actor)


async def finish(call: Call) -> Answer:
    """Finalise…: what the minute will say, and what is left."""
    return await call.show(_finishing, unpack(call.entry.action.get("value")).id, call.actor)


async def finalise(call: Call) -> Answer:
    """The session ends; its minute is shown."""
    ref = unpack(call.entry.view.get("private_metadata")).id
    await call.once(_finalise, ref, call.actor)
    return await _minute(call, ref)


async def open_minute(call: Call) -> Answer:
    """The minute, to be copied."""
    return await _minute(call, unpack(call.entry.action.get("value")).id)


async def document(call: Call) -> Answer:
    """The minute as a document, by direct message; it stays to be read meanwhile."""
    ref = unpack(call.entry.action.get("value")).id
    written = await _written(call, ref)
    names = await names_of(call, written.people)
    await call.once(_send, ref, await asyncio.to_thread(paper.as_docx, written, names), call.actor)
    return Answer.message(views.minute(written, paper.as_text(written, names), document_comes=True))


async def on_ics(call: Call) -> Answer:
    """It is on ICS."""
    ref = unpack(call.entry.action.get("value")).id
    await call.once(_on_ics, ref, call.actor)
    return await _minute(call, ref)


async def _begin(call: Call, worker_id: str) -> Answer:
    await call.once(_begun, worker_id, call.actor)
    return await agenda.show(call, worker_id)


async def _minute(call: Call, ref: str) -> Answer:
    written = await _written(call, ref)
    return Answer.message(views.minute(written, paper.as_text(written, await names_of(call, written.people))))


async def _written(call: Call, ref: str) -> Written:
    return await call.ctx.write(_read, ref, call.actor)


def _moment(said: str, now: datetime) -> datetime:
    """A day to come, with its time. Refused: `date_unreadable`, `weekday_wrong`, `time_missing`."""
    _, at = days.read_moment(said, now, from_=now.astimezone(LONDON).date())
    if at is None:
        raise Refusal("time_missing", "Please give the time, too, such as 2 Feb 10:00.")
    return at


def _begun(tx: Tx, worker_id: str, actor: Actor) -> Answer:
    supervision_sessions.begin(tx, worker_id, actor)
    return Answer.nothing()


def _book(tx: Tx, worker_id: str, starts_at: datetime, actor: Actor) -> Answer:
    before = sessions.booked(tx, worker_id, actor.user_id)
    session = supervision_sessions.book(tx, worker_id, starts_at, actor)
    if session != before:
        _to_calendars(tx, session)
    return Answer.message(views.booked(session))


def _cancel_of(tx: Tx, worker_id: str, actor: Actor) -> Answer:
    found = sessions.booked(tx, worker_id, actor.user_id) or sessions.current(tx, worker_id, actor.user_id)
    if found is None:
        raise Refusal("session_gone", f"No supervision of yours with <@{worker_id}> is booked. Nothing was changed.")
    return _cancel(tx, found.ref, actor)


def _finishing_of(tx: Tx, worker_id: str, actor: Actor) -> Answer:
    found = sessions.current(tx, worker_id, actor.user_id)
    if found is None:
        raise Refusal("no_session", f"No supervision session of yours with <@{worker_id}> is under way.")
    return _finishing(tx, found.ref, actor)


def _last_minute(tx: Tx, worker_id: str) -> str:
    last = sessions.last_finalised(tx, worker_id)
    if last is None:
        raise Refusal("not_found", f"No supervision session with <@{worker_id}> was finalised.")
    return last.ref


def _cancel(tx: Tx, ref: str, actor: Actor) -> Answer:
    session = supervision_sessions.cancel(tx, ref, actor)
    if session.starts_at is not None:
        _to_calendars(tx, session, cancelled=True)
    return Answer.message(views.cancelled(session.worker_id, session.when))


def _to_calendars(tx: Tx, session: Session, *, cancelled: bool = False) -> None:
    """An entry for the calendars of both."""
    body = supervision_invite.entry(session, tx.workspace_id, tx.now, cancelled=cancelled)
    for who in session.people:
        outbox.queue(tx, who, FileReady(attachments.keep(tx, "supervision", "ics", body)))


def _finishing(tx: Tx, ref: str, actor: Actor) -> Answer:
    supervision_sessions.not_finalised_before(tx, ref)
    session, waiting, half = supervision_sessions.left(tx, ref, actor)
    return Answer.form(views.finishing(session, waiting, half))


def _finalise(tx: Tx, ref: str, actor: Actor) -> Answer:
    session = sessions.get(tx, ref)
    if session is None:
        raise Refusal("session_gone", "That session is not there any more. Nothing was changed.")
    supervision_sessions.finalise(tx, session.worker_id, (), (), actor, ref)
    return Answer.nothing()


def _read(tx: Tx, ref: str, actor: Actor) -> Written:
    return minutes.written(tx, minutes.minuted(tx, ref, actor), actor)


def _send(tx: Tx, ref: str, body: bytes, actor: Actor) -> Answer:
    outbox.queue(tx, actor.user_id, FileReady(attachments.keep(tx, ref.lower(), "docx", body)))
    tx.log("minute.exported", ref)
    return Answer.nothing()


def _on_ics(tx: Tx, ref: str, actor: Actor) -> Answer:
    minutes.minute_on_ics(tx, ref, actor)
    return Answer.nothing()


ROUTES = (
    Route(Kind.ACTION, "supervision.begin", MANAGERS, "Beginning supervision", begin),
    Route(Kind.ACTION, "supervision.plan", MANAGERS, "Booking supervision", plan),
    Route(Kind.SUBMISSION, "supervision.book", MANAGERS, "Booking supervision", book),
    Route(Kind.ACTION, "supervision.cancel", MANAGERS, "Cancelling supervision", cancel),
    Route(Kind.ACTION, "supervision.finish", MANAGERS, "Finalising supervision", finish),
    Route(Kind.SUBMISSION, "supervision.finalise", MANAGERS, "Finalising supervision", finalise),
    Route(Kind.ACTION, "minute.open", RECORDERS, "Reading a minute", open_minute),
    Route(Kind.ACTION, "minute.document", RECORDERS, "Taking a minute away", document),
    Route(Kind.ACTION, "minute.on_ics", RECORDERS, "Noting a minute as on ICS", on_ics),
)
