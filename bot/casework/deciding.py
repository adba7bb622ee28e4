"""Open or close (§6): proposals, supervision sessions, and decisions that two people confirm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.casework import people as staff
from bot.casework.casebook import closed_by, effected, existing, known, managers_only, next_number, opened, save, visible
from bot.rules import deciding, privacy
from bot.rules.case import Case
from bot.rules.codes import DecisionKind
from bot.rules.deciding import Side
from bot.rules.episode import Episode
from bot.rules.people import MANAGERS, Actor, Person
from bot.rules.records import Action, Decision, Record
from bot.rules.refusal import Refusal
from bot.rules.supervision import Session, SessionKind, SessionStatus
from storage import case_finding, caseload, cases, numbers, people, sessions
from storage.engine import Tx


@dataclass(frozen=True)
class Choice:
    """What is decided, why, and from when."""

    kind: DecisionKind
    rationale: str | None = None
    rc_code: str | None = None
    local_reason: str | None = None
    effective_on: date | None = None
    next_decision_on: date | None = None
    factors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Agreed:
    """Something that was agreed to be done about a case, by whom and until when."""

    ref: str
    worker_id: str
    due_on: date
    what: str | None = None


def propose(tx: Tx, ref: str, kind: DecisionKind, rationale: str | None, actor: Actor) -> Case:
    """Propose a decision; the case goes on the next agenda (R8 a). Refused: `case_closed`, `not_your_case`, `closing_agreed`."""
    case, episode = opened(tx, ref, actor)
    _not_agreed_yet(ref, episode)
    privacy.guard(rationale, field="rationale")
    if not actor.may(MANAGERS):
        _side(tx, episode, actor)
    proposed = episode.model_copy(
        update={"proposed_kind": kind, "proposed_at": tx.now, "proposed_by": actor.user_id, "proposed_reason": rationale}
    )
    return save(tx, case, [proposed], "decision.proposed", kind=kind)


def supervise(tx: Tx, worker_id: str, kind: SessionKind, actor: Actor) -> Session:
    """Begin a supervision session. Refused: `managers_only`, `not_listed`, `not_two_people`, `own_manager_decides`."""
    managers_only(actor, "hold a supervision session")
    worker = known(tx, worker_id)
    deciding.two_people(worker_id, actor.user_id)
    manager = known(tx, actor.user_id)
    deciding.side_of(manager, worker.model_copy(update={"away_from": None}), _manager_of(tx, worker), tx.today)
    session = Session(
        ref=numbers.next_ref(tx, "SUP"),
        worker_id=worker_id,
        manager_id=actor.user_id,
        held_on=tx.today,
        kind=kind,
        status=SessionStatus.IN_SESSION,
        items=tuple(_awaiting(tx, worker_id, actor)),
    )
    sessions.add(tx, session)
    tx.log("session.begun", session.ref, worker=worker_id, cases=len(session.items))
    return session


def decide(tx: Tx, ref: str, choice: Choice, actor: Actor) -> Case:
    """Confirm a decision for one's own side; it has effect when the other side confirms, too.

    Refused: `case_closed`, `no_session` (I14), `closing_agreed`, `not_your_case`, `own_manager_decides`, `not_two_people`,
    `identifier`, `rationale_missing`, `value_unknown`, and what `bot.rules.deciding.sound` refuses.
    """
    case, episode = opened(tx, ref, actor)
    _not_agreed_yet(ref, episode)
    _told_whole(choice)
    side = _side(tx, episode, actor)
    session = _session(tx, episode, actor, side)
    pending = episode.pending
    if (
        pending is not None
        and pending.session == session.ref
        and not getattr(pending, f"{side}_by")
        and _same(pending, choice, tx.today)
    ):
        return confirm(tx, ref, actor, also=choice.rationale)
    decision = Decision(
        number=next_number(case),
        episode=episode.number,
        kind=choice.kind,
        session=session.ref,
        factors=choice.factors,
        rationale=choice.rationale,
        effective_on=choice.effective_on,
        next_decision_on=choice.next_decision_on,
        rc_code=choice.rc_code,
        local_reason=choice.local_reason,
    ).model_copy(update={f"{side}_by": actor.user_id, f"{side}_at": tx.now})
    deciding.sound(decision, episode, tx.today)
    records: list[Record] = [decision]
    if pending is not None:
        records.append(pending.model_copy(update={"lapsed_on": tx.today}))
    after = save(tx, case, records, "decision.confirmed", kind=choice.kind, session=session.ref, side=side)
    other = session.worker_id if side == "manager" else session.manager_id
    staff.tell(tx, other, "decision_waits", f"{ref}|{after.version}")
    return after


def confirm(
    tx: Tx, ref: str, actor: Actor, seen: int | None = None, kind: DecisionKind | None = None, also: str | None = None
) -> Case:
    """Confirm what the other side confirmed: from now on it has effect, or from the day that was chosen.

    `seen` and `kind` are the number and the kind of what the person was shown: another decision in its place is not confirmed
    unseen. `also` is what the second of the two has to say beside the first one's rationale.

    Refused: `changed_meanwhile`, `case_closed`, `nothing_to_confirm`, `not_two_people`, `not_your_case`, `no_session`,
    `own_manager_decides`, and what `bot.rules.deciding.sound` refuses.
    """
    case, episode = opened(tx, ref, actor)
    pending = episode.pending
    if pending is None:
        raise Refusal("nothing_to_confirm", f"No decision about {ref} waits for a confirmation (§6).")
    if (seen is not None and seen != pending.number) or (kind is not None and kind is not pending.kind):
        raise Refusal("changed_meanwhile", f"Something else was decided about {ref} meanwhile. Please look at it again.")
    deciding.two_people(pending.worker_by or pending.manager_by, actor.user_id)
    side = _side(tx, episode, actor)
    if getattr(pending, f"{side}_by") is not None:
        raise Refusal("not_two_people", f"The {side}'s side has confirmed; the other one is missing (§6).")
    _confirmable(tx, ref, pending, side, actor)
    decision = pending.model_copy(update={f"{side}_by": actor.user_id, f"{side}_at": tx.now})
    if also is not None and also != decision.rationale:
        decision = decision.model_copy(update={"rationale": f"{decision.rationale}\n{also}"})
    if decision.kind is DecisionKind.CLOSE:
        decision = decision.model_copy(update={"effective_on": max(decision.effective_on or tx.today, tx.today)})
    deciding.sound(decision, episode, tx.today)
    records: list[Record] = [decision]
    if decision.kind is DecisionKind.CLOSE and decision.effective_on == tx.today:
        records.append(closed_by(episode, decision))
    caseload.decided(tx, ref)
    return save(tx, case, records, "decision.agreed", kind=decision.kind, effective_on=str(decision.effective_on or tx.today))


def finalise(tx: Tx, worker_id: str, agreed: tuple[Agreed, ...], done: tuple[str, ...], actor: Actor) -> Session:
    """End a session for good: what one of the two left unconfirmed lapses, and what was not decided is carried forward.

    Refused: `managers_only`, `no_session`, and for what was agreed `not_found`, `case_closed`, `not_listed`, `identifier`.
    """
    managers_only(actor, "finalise a supervision session")
    session = sessions.current(tx, worker_id, actor.user_id)
    if session is None:
        raise Refusal("no_session", f"No supervision session of yours with <@{worker_id}> is under way.")
    listed = _awaiting(tx, worker_id, actor)
    for ref in dict.fromkeys([*session.items, *listed, *case_finding.pending_in(tx, session.ref)]):
        _end_item(tx, ref, session, still_listed=ref in listed)
    for ref in done:
        _actions_done(tx, ref, actor)
    for each in agreed:
        _act(tx, each, session, actor)
    sessions.change(tx, session.ref, status=SessionStatus.FINALISED, finalised_at=tx.now)
    tx.log("session.finalised", session.ref, worker=worker_id)
    return session.model_copy(update={"status": SessionStatus.FINALISED, "finalised_at": tx.now})


def session_on_ics(tx: Tx, worker_id: str, actor: Actor) -> Session:
    """Note that the minute of a worker's last finalised session stands on ICS. Refused: `not_found`, `not_your_session`."""
    session = sessions.last_finalised(tx, worker_id)
    if session is None:
        raise Refusal("not_found", f"No supervision session with <@{worker_id}> was finalised.")
    if actor.user_id not in (session.worker_id, session.manager_id):
        raise Refusal("not_your_session", f"That session is <@{session.manager_id}>'s.")
    sessions.change(tx, session.ref, ics_recorded_on=tx.today)
    tx.log("recorded_on_ics", session.ref, on=str(tx.today))
    return session.model_copy(update={"ics_recorded_on": tx.today})


def take_effect(tx: Tx) -> int:
    """Close the cases whose agreed closing has come into effect; how many. Only what two people agreed is closed (G40)."""
    due = caseload.closing_by(tx, tx.today)
    for ref in due:
        case = cases.get(tx, ref)
        if case is not None:
            effected(tx, case)
    return len(due)


def _confirmable(tx: Tx, ref: str, pending: Decision, side: Side, actor: Actor) -> None:
    """Whether the session in which the first of the two confirmed is still under way, and on the manager's side one's own."""
    held = sessions.get(tx, pending.session)
    if held is None or held.status is SessionStatus.FINALISED:
        raise Refusal("nothing_to_confirm", f"The session of that has ended; please decide about {ref} again.")
    if side == "manager" and held.manager_id != actor.user_id:
        raise Refusal("no_session", f"That was decided in <@{held.manager_id}>'s session. They confirm it, or you hold your own.")


def _same(pending: Decision, choice: Choice, today: date) -> bool:
    """Whether the second person chose what the first one did; reasons may be told in other words."""
    fields = ("kind", "rc_code", "local_reason", "next_decision_on")
    together = (pending.effective_on or today) == (choice.effective_on or today)
    return together and all(getattr(pending, name) == getattr(choice, name) for name in fields)


def _told_whole(choice: Choice) -> None:
    """Whether a choice is told with its reason, in words and codes that may be kept."""
    privacy.guard(choice.rationale, field="rationale")
    if not choice.rationale:
        raise Refusal("rationale_missing", "Please say why it is decided so (§6).", field="rationale")
    if set(choice.factors) - set(deciding.FACTORS):
        raise Refusal("value_unknown", f"Factors are {', '.join(deciding.FACTORS)}.", field="factors")
    if choice.local_reason is not None and choice.local_reason not in deciding.LOCAL_REASONS:
        raise Refusal("value_unknown", f"A local reason is one of {', '.join(deciding.LOCAL_REASONS)}.", field="local_reason")


def _not_agreed_yet(ref: str, episode: Episode) -> None:
    if episode.closing is not None:
        raise Refusal("closing_agreed", f"That {ref} closes is agreed already (§6). Nothing was changed.")


def _manager_of(tx: Tx, worker: Person) -> Person | None:
    return people.get(tx, worker.manager_id) if worker.manager_id else None


def _side(tx: Tx, episode: Episode, actor: Actor) -> Side:
    worker = known(tx, episode.worker_id)
    return deciding.side_of(known(tx, actor.user_id), worker, _manager_of(tx, worker), tx.today)


def _session(tx: Tx, episode: Episode, actor: Actor, side: Side) -> Session:
    """The session under way with the case's worker: on the manager's side one's own (G40), on the worker's the newest."""
    manager_id = actor.user_id if side == "manager" else None
    worker = known(tx, episode.worker_id)
    covering = [worker.deputy_id] if worker.is_away(tx.today) and worker.deputy_id else []
    found = (sessions.current(tx, name, manager_id) for name in (episode.worker_id, *covering))
    session = next((each for each in found if each is not None), None)
    if session is None:
        raise Refusal(
            "no_session",
            "Open or close is decided in supervision (§6). Please begin a session with `/oob supervise`; an ad hoc one will do.",
        )
    return session


def _awaiting(tx: Tx, worker_id: str, actor: Actor) -> list[str]:
    """The cases of a worker that await a decision, without restricted ones that `actor` may not know of."""
    lines = [line for line in caseload.to_look_at(tx, tx.today, worker_id=worker_id) if line.why(tx.today)]
    found = ((line.ref, cases.get(tx, line.ref)) for line in lines if line.restricted)
    hidden = {ref for ref, case in found if case is not None and not visible(tx, case, actor)}
    return [line.ref for line in lines if line.ref not in hidden]


def _end_item(tx: Tx, ref: str, session: Session, *, still_listed: bool) -> None:
    """What is left of a case at the end of a session: half a decision lapses, and what was not decided is counted."""
    case = cases.get(tx, ref)
    episode = case.open_on(tx.today) if case else None
    if case is None or episode is None:
        return
    half = episode.pending is not None and episode.pending.session == session.ref
    if half and episode.pending is not None:
        save(tx, case, [episode.pending.model_copy(update={"lapsed_on": tx.today})], "decision.lapsed", session=session.ref)
    decided = episode.decided
    if (still_listed or half) and not (decided is not None and decided.session == session.ref):
        caseload.carry(tx, ref)


def _act(tx: Tx, agreed: Agreed, session: Session, actor: Actor) -> None:
    case, episode = opened(tx, agreed.ref, actor)
    privacy.guard(agreed.what, field="what")
    known(tx, agreed.worker_id)
    action = Action(
        number=next_number(case),
        episode=episode.number,
        session=session.ref,
        worker_id=agreed.worker_id,
        what=agreed.what,
        due_on=agreed.due_on,
    )
    save(tx, case, [action], "action.agreed", due_on=str(agreed.due_on))


def _actions_done(tx: Tx, ref: str, actor: Actor) -> None:
    case = existing(tx, ref, actor)
    latest = case.latest
    waiting = [each for each in (latest.actions if latest else ()) if each.done_on is None]
    if waiting:
        save(tx, case, [each.model_copy(update={"done_on": tx.today}) for each in waiting], "action.done")
