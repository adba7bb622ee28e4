"""Supervision sessions (§6): booked, begun, finalised with a minute. Nothing in a session decides; two people do (`deciding`)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.domain.notifications import MinuteReady, SessionAgenda, SessionBegun, SessionBooked, SessionCancelled
from bot.domain.people import MANAGERS, RECORDERS, Actor, Person
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.calendar import london_day, say_date, say_moment, working_days_after
from bot.domain.shared.errors import Refusal
from bot.domain.supervision import decision
from bot.domain.supervision.minute import Carried
from bot.domain.supervision.session import Session, SessionKind, SessionStatus
from bot.services import people
from bot.services.cases.loading import save
from bot.services.cases.participants import is_over, leads, side_beside
from bot.services.guards import covered_by, holder, known, managers_only, visible
from bot.services.reminders import lists
from bot.services.supervision import minutes
from bot.services.supervision.actions import ActionAgreed, agree, all_done
from storage.cases import caseload, cases, lookups
from storage.db import numbers
from storage.db.engine import Tx
from storage.supervision import sessions

_UNDER_WAY = (SessionStatus.IN_SESSION,)
_LONGEST_AHEAD = timedelta(days=366)


def book(tx: Tx, worker_id: str, starts_at: datetime, actor: Actor) -> Session:
    """Book a session, or move the one that is booked; both are told, and a scheduled agenda comes before it.

    Refused: `managers_only`, `not_listed`, `not_two_people`, `own_manager_decides`, `session_in_past`, `session_far`.
    """
    tx.chain.lock(tx.workspace_id)
    _may_supervise(tx, worker_id, actor)
    if starts_at <= tx.now:
        raise Refusal("session_in_past", f"{say_moment(starts_at)} has passed. Please give a day and a time to come.", field="on")
    if starts_at > tx.now + _LONGEST_AHEAD:
        raise Refusal("session_far", "That is more than a year away. Please give a day within a year.", field="on")
    before = sessions.booked(tx, worker_id, actor.user_id)
    when: dict[str, Any] = {"held_on": london_day(starts_at), "starts_at": starts_at}
    if before is None:
        session = _new(tx, worker_id, SessionKind.SCHEDULED, actor, SessionStatus.DRAFT).model_copy(update=when)
        sessions.add(tx, session)
    elif before.starts_at == starts_at:
        return before
    else:
        session = before.model_copy(update=when | {"sequence": before.sequence + 1})
        sessions.change(tx, before.ref, **when, sequence=session.sequence)
    tx.log("session.booked", session.ref, worker=worker_id, at=starts_at.isoformat())
    people.tell(tx, worker_id, SessionBooked(session.ref, session.sequence))
    if session.held_on <= working_days_after(tx.today, 1, bank_holidays()):
        _send_agenda(tx, session)
    return session


def send_agendas(tx: Tx) -> int:
    """On a working morning: the agenda of each session that is booked until the next working day, once; how many letters."""
    until = working_days_after(tx.today, 1, bank_holidays())
    return sum(_send_agenda(tx, session) for session in sessions.booked_between(tx, tx.today, until))


def cancel(tx: Tx, ref: str, actor: Actor) -> Session:
    """Take back a booking, or a session begun by mistake in which nothing was said yet; the other one is told.

    Refused: `managers_only`, `session_gone`, `not_your_session`, `session_used`.
    """
    tx.chain.lock(tx.workspace_id)
    managers_only(actor, "cancel a session")
    session = sessions.get(tx, ref)
    if session is None or session.status is SessionStatus.FINALISED:
        raise Refusal("session_gone", "That session is not booked any more. Nothing was changed.")
    _led_by(tx, session, actor)
    if lookups.touched_in(tx, ref):
        raise Refusal("session_used", "Something was said in that session already. Please finalise it.")
    cancel_for(tx, session, actor)
    return session


def cancel_for(tx: Tx, session: Session, actor: Actor) -> None:
    """Cancel a booked session for another reason than its manager's: one of the two leaves. Both are told but who does it."""
    sessions.remove(tx, session.ref)
    tx.log("session.cancelled", session.ref, worker=session.worker_id)
    for other in session.people:
        if other != actor.user_id:
            people.tell(tx, other, SessionCancelled(session.ref, actor.user_id, session.when))


def begin(tx: Tx, worker_id: str, actor: Actor) -> Session:
    """Begin the session that is booked for today, or one ad hoc; one that is under way with the same two goes on.

    The worker is told. Refused: `managers_only`, `not_listed`, `cannot_hold`, `not_two_people`, `own_manager_decides`,
    `session_over`.
    """
    tx.chain.lock(tx.workspace_id)
    under_way = sessions.current(tx, worker_id, actor.user_id)
    if under_way is not None:
        managers_only(actor, "hold a supervision session")
        if is_over(tx, under_way):
            began = f"That one began on {say_date(under_way.held_on)}, and the next is due."
            raise Refusal("session_over", f"{began} Please finalise it first: `/oob supervise` <@{worker_id}> `finalise`.")
        return under_way
    session = supervise(tx, worker_id, None, actor)
    people.tell(tx, worker_id, SessionBegun(session.ref))
    return session


def supervise(tx: Tx, worker_id: str, kind: SessionKind | None, actor: Actor) -> Session:
    """Begin a session of a kind; None: scheduled if one is booked for today, else ad hoc.

    Refused: `managers_only`, `not_listed`, `not_two_people`, `own_manager_decides`.
    """
    _may_supervise(tx, worker_id, actor)
    items = tuple(awaiting(tx, worker_id, actor))
    draft = sessions.booked(tx, worker_id, actor.user_id)
    if draft is not None and draft.held_on == tx.today:
        session = draft.model_copy(update={"status": SessionStatus.IN_SESSION, "items": items})
        sessions.change(tx, draft.ref, status=session.status.value, items=list(items))
    else:
        if draft is not None and draft.held_on < tx.today:  # it was not held
            sessions.remove(tx, draft.ref)
        made = _new(tx, worker_id, kind or SessionKind.AD_HOC, actor, SessionStatus.IN_SESSION)
        session = made.model_copy(update={"items": items})
        sessions.add(tx, session)
    tx.log("session.begun", session.ref, worker=worker_id, cases=len(items))
    return session


def finalise(
    tx: Tx, worker_id: str, agreed: tuple[ActionAgreed, ...], done: tuple[str, ...], actor: Actor, ref: str | None = None
) -> Session:
    """End a session for good: what one of the two left unconfirmed lapses, what was not decided is carried forward.

    The minute is made of what was decided and agreed, and is not changed again. `ref`: the session that the person was shown.
    Refused: `managers_only`, `no_session`, `session_finalised`, `not_your_session`, and for what was agreed `not_found`,
    `case_closed`, `not_listed`, `identifier`.
    """
    tx.chain.lock(tx.workspace_id)
    managers_only(actor, "finalise a supervision session")
    session = sessions.get(tx, ref) if ref is not None else sessions.current(tx, worker_id, actor.user_id)
    if session is None or session.status is not SessionStatus.IN_SESSION:
        not_finalised_before(tx, ref)
        raise Refusal("no_session", f"No supervision session of yours with <@{worker_id}> is under way.")
    _led_by(tx, session, actor)
    carried = _end_items(tx, session, set(awaiting(tx, worker_id, actor)))
    for each in done:
        all_done(tx, each, actor)
    for action in agreed:
        agree(tx, action, session, actor)
    minute = minutes.made(tx, session, carried)
    ended = session.model_copy(update={"status": SessionStatus.FINALISED, "finalised_at": tx.now, "minute": minute})
    values = {"status": ended.status.value, "finalised_at": tx.now, "minute": minute.model_dump(mode="json")}
    if not sessions.change(tx, session.ref, was=_UNDER_WAY, **values):
        raise Refusal("changed_meanwhile", "Not finalised: somebody changed that session just now. Please look at it again.")
    tx.log("session.finalised", session.ref, worker=worker_id, decided=len(minute.decided), carried=len(carried))
    people.tell(tx, worker_id, MinuteReady(session.ref))
    return ended


def left(tx: Tx, ref: str, actor: Actor) -> tuple[Session, list[str], list[str]]:
    """A session that is to be finalised, what would be carried forward, and what one of the two has confirmed.

    Refused: `session_gone`, `not_your_session`.
    """
    session = sessions.get(tx, ref)
    if session is None or session.status is not SessionStatus.IN_SESSION:
        raise Refusal("session_gone", "That session is not under way any more. Nothing was changed.")
    _led_by(tx, session, actor)
    pending = [(each, cases.get(tx, each)) for each in lookups.pending_in(tx, ref)]
    half = [each for each, case in pending if case is not None and visible(tx, case, actor)]
    return session, awaiting(tx, session.worker_id, actor), half


def may_see(tx: Tx, worker_id: str, actor: Actor) -> Person:
    """The worker whose agenda it is, for them, who stands in for them, and managers.

    Refused: `not_listed`, `cannot_hold`, `not_your_agenda`.
    """
    worker = known(tx, worker_id)
    if worker.role not in RECORDERS:
        raise Refusal("cannot_hold", f"<@{worker_id}> is a {worker.role.words}; an agenda is for who holds cases.")
    if not actor.may(MANAGERS) and worker_id not in {actor.user_id, *covered_by(tx, actor.user_id)}:
        raise Refusal("not_your_agenda", f"<@{worker_id}>'s agenda is for them and for managers. `/oob agenda` shows yours.")
    return worker


def not_finalised_before(tx: Tx, ref: str | None) -> None:
    """Say who finalised what, and when, to who comes second: `session_finalised`."""
    ended = sessions.get(tx, ref) if ref is not None else None
    if ended is not None and ended.finalised_at is not None:
        when = say_moment(ended.finalised_at)
        raise Refusal("session_finalised", f"<@{ended.manager_id}> finalised that session on {when}. Nothing was changed.")


def awaiting(tx: Tx, worker_id: str, actor: Actor) -> list[str]:
    """The cases of a worker that await a decision, without restricted ones that `actor` may not know of."""
    lines = lists.visible_lines(tx, caseload.to_look_at(tx, tx.today, worker_id=worker_id), actor)
    return [line.ref for line in lines if line.why(tx.today)]


def _send_agenda(tx: Tx, session: Session) -> int:
    """The agenda to both; how many letters are new."""
    agenda = SessionAgenda(session.ref, session.sequence)
    theirs = people.tell(tx, session.worker_id, agenda, RECORDERS)
    return theirs + people.tell(tx, session.manager_id, agenda, MANAGERS)


def _may_supervise(tx: Tx, worker_id: str, actor: Actor) -> None:
    managers_only(actor, "hold a supervision session")
    worker = holder(tx, worker_id)
    decision.two_people(worker_id, actor.user_id)
    side_beside(tx, worker.model_copy(update={"away_from": None}), known(tx, actor.user_id))


def _new(tx: Tx, worker_id: str, kind: SessionKind, actor: Actor, status: SessionStatus) -> Session:
    return Session(
        ref=numbers.next_ref(tx, "SUP"),
        worker_id=worker_id,
        manager_id=actor.user_id,
        held_on=tx.today,
        kind=kind,
        status=status,
    )


def _led_by(tx: Tx, session: Session, actor: Actor) -> None:
    """Refuse all but who leads it: `not_your_session`."""
    if not leads(tx, session, actor):
        raise Refusal("not_your_session", f"That session is <@{session.manager_id}>'s.")


def _end_items(tx: Tx, session: Session, listed: set[str]) -> list[Carried]:
    """What is left at the end of a session: half decisions lapse, and what was not decided is counted.

    Only cases about which something was said in the session are looked at; the others that are still listed were not decided.
    """
    touched = lookups.touched_in(tx, session.ref)
    carried = [Carried(ref=ref, times=caseload.carry(tx, ref)) for ref in sorted(listed.difference(touched))]
    for ref in touched:
        carried += _end_item(tx, ref, session, still_listed=ref in listed)
    return carried


def _end_item(tx: Tx, ref: str, session: Session, *, still_listed: bool) -> list[Carried]:
    """The same of one case."""
    case = cases.get(tx, ref)
    episode = case.open_on(tx.today) if case else None
    if case is None or episode is None:
        return []
    half = episode.pending is not None and episode.pending.session == session.ref
    if half and episode.pending is not None:
        save(tx, case, [episode.pending.model_copy(update={"lapsed_on": tx.today})], "decision.lapsed", session=session.ref)
    decided = episode.decided
    if not (still_listed or half) or (decided is not None and decided.session == session.ref):
        return []
    return [Carried(ref=ref, times=caseload.carry(tx, ref), half=half)]
