"""Render the notifications of supervision (§6): booked, cancelled, begun, the agenda before it, the minute."""

from __future__ import annotations

from bot.domain.notifications import MinuteReady, SessionAgenda, SessionBegun, SessionBooked, SessionCancelled
from bot.domain.shared.errors import Refusal
from bot.domain.shared.rule import AgendaSection
from bot.domain.supervision.session import Session, SessionStatus
from bot.services.supervision import agenda as supervision_agenda
from handlers.supervision import agenda_view, session_views
from handlers.ui.blocks import Message
from handlers.ui.rendering import Receiver, renders
from storage.db.engine import Tx
from storage.supervision import sessions


@renders(SessionCancelled)
def cancelled(_tx: Tx, told: SessionCancelled, _to: Receiver) -> Message | None:
    """A session does not take place; there is no row of it any more."""
    return session_views.cancelled_for_you(told.manager_id, told.when)


@renders(SessionBooked)
def booked(tx: Tx, told: SessionBooked, to: Receiver) -> Message | None:
    """A booking; one that was moved since, or held, says nothing."""
    session = _still_booked(tx, told, to)
    return session_views.booked_for_you(session) if session is not None else None


@renders(SessionAgenda)
def agenda(tx: Tx, told: SessionAgenda, to: Receiver) -> Message | None:
    """The first page of the agenda, before a dated session."""
    session = _still_booked(tx, told, to)
    if session is None:
        return None
    try:
        found = supervision_agenda.agenda(tx, session.worker_id, to.actor)
    except Refusal:  # not for this reader any more
        return None
    page = agenda_view.page_of(found.gathered.entries, 0)
    waiting = [each.ref for each in page.entries if each.section is AgendaSection.AWAITING_DECISION]
    return agenda_view.agenda(
        supervision_agenda.with_lines(tx, found, page.refs), page, supervision_agenda.closely(tx, waiting, to.actor)
    )


@renders(SessionBegun)
def begun(tx: Tx, told: SessionBegun, to: Receiver) -> Message | None:
    """While the session is under way."""
    session = _session(tx, told.ref, to)
    return session_views.begun_for_you(session) if session and session.status is SessionStatus.IN_SESSION else None


@renders(MinuteReady)
def minute(tx: Tx, told: MinuteReady, to: Receiver) -> Message | None:
    """Once there is a minute."""
    session = _session(tx, told.ref, to)
    return session_views.minute_ready(session) if session and session.minute is not None else None


def _session(tx: Tx, ref: str, to: Receiver) -> Session | None:
    return sessions.get(tx, ref) if to.actor.roles else None


def _still_booked(tx: Tx, told: SessionBooked | SessionAgenda, to: Receiver) -> Session | None:
    session = _session(tx, told.ref, to)
    if session is None or session.status is not SessionStatus.DRAFT or session.sequence != told.sequence:
        return None
    return session if session.held_on >= tx.today else None
