"""Letters of supervision (§6), as things stand when they are sent: booked, cancelled, begun, the agenda before it, the minute."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.people import Actor
from bot.domain.shared.errors import Refusal
from bot.domain.shared.rule import AgendaSection
from bot.domain.supervision.session import Session, SessionStatus
from bot.services.supervision import agenda as supervision_agenda
from handlers.supervision import agenda_view, session_views
from handlers.ui.blocks import Message
from storage.db.engine import Tx
from storage.supervision import sessions


def letter(tx: Tx, kind: str, subject: str, reader: Actor) -> Message | None:
    """One of them, None when there is nothing left to say."""
    if kind == "session_cancelled":
        _, manager_id, when = subject.split("|")
        return session_views.cancelled_for_you(manager_id, when)
    ref, _, sequence = subject.partition("|")
    session = sessions.get(tx, ref)
    if session is None or not reader.roles:
        return None
    return _OF_SESSIONS[kind](tx, session, sequence, reader)


def _booked(tx: Tx, session: Session, sequence: str, _reader: Actor) -> Message | None:
    """A booking that was moved since, or held, says nothing any more."""
    return session_views.booked_for_you(session) if _stands(session, sequence) and session.held_on >= tx.today else None


def _agenda(tx: Tx, session: Session, sequence: str, reader: Actor) -> Message | None:
    """The first page of the agenda, before a dated session."""
    if not _stands(session, sequence) or session.held_on < tx.today:
        return None
    try:
        found = supervision_agenda.agenda(tx, session.worker_id, reader)
    except Refusal:  # not for this reader any more
        return None
    page = agenda_view.page_of(found.gathered.entries, 0)
    waiting = [each.ref for each in page.entries if each.section is AgendaSection.AWAITING_DECISION]
    return agenda_view.agenda(
        supervision_agenda.with_lines(tx, found, page.refs), page, supervision_agenda.closely(tx, waiting, reader)
    )


def _begun(_tx: Tx, session: Session, _sequence: str, _reader: Actor) -> Message | None:
    return session_views.begun_for_you(session) if session.status is SessionStatus.IN_SESSION else None


def _minute(_tx: Tx, session: Session, _sequence: str, _reader: Actor) -> Message | None:
    return session_views.minute_ready(session) if session.minute is not None else None


def _stands(session: Session, sequence: str) -> bool:
    return session.status is SessionStatus.DRAFT and str(session.sequence) == sequence


_OF_SESSIONS: dict[str, Callable[[Tx, Session, str, Actor], Message | None]] = {
    "session_booked": _booked,
    "agenda": _agenda,
    "session_begun": _begun,
    "minute": _minute,
}
KINDS = frozenset({"session_cancelled", *_OF_SESSIONS})
