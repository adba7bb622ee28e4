"""Open or close (§6): proposals, and decisions that two people confirm in a supervision session (`supervising`)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from bot.domain.cases.case import Case
from bot.domain.cases.codes import DecisionKind
from bot.domain.cases.episode import Episode
from bot.domain.cases.records import Decision, Record
from bot.domain.notifications import DecisionMade, DecisionWaits
from bot.domain.people import MANAGERS, Actor
from bot.domain.shared import privacy
from bot.domain.shared.calendar import say_moment
from bot.domain.shared.errors import Refusal
from bot.domain.supervision import decision as supervision_decision
from bot.domain.supervision.decision import Side
from bot.domain.supervision.session import Session, SessionStatus
from bot.services import people as services_people
from bot.services.cases.loading import closed_by, effected, existing, next_number, opened, save
from bot.services.cases.participants import counts, side_in, under_way_for
from bot.services.guards import known, workers_only
from bot.services.supervision.actions import ActionAgreed, agree_now
from storage import people
from storage.cases import caseload, cases
from storage.db.engine import Tx
from storage.supervision import sessions


@dataclass(frozen=True)
class Choice:
    """What is decided, why, and from when. `unmet_known`: that what is outstanding was read, where a form asks for that."""

    kind: DecisionKind
    rationale: str | None = None
    rc_code: str | None = None
    local_reason: str | None = None
    effective_on: date | None = None
    next_decision_on: date | None = None
    factors: tuple[str, ...] = ()
    unmet_known: bool = True


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


def decide(tx: Tx, ref: str, choice: Choice, actor: Actor, seen: int | None = None) -> Case:
    """Confirm a decision for one's own side; it has effect when the other side confirms, too.

    `seen` is the episode's `decision_stamp` when the person was asked: what came in between is not replaced unread.
    Refused: `decided_already`, `changed_meanwhile`, `other_session`, `case_closed`, `no_session` (I14), `closing_agreed`,
    `not_your_case`, `own_manager_decides`, `not_two_people`, `identifier`, `rationale_missing`, `value_unknown`, `unmet_unread`
    (R5), and what `bot.domain.supervision.decision.sound` refuses.
    """
    tx.chain.lock(tx.workspace_id)
    _not_decided_since(tx, ref, seen, actor)
    case, episode = opened(tx, ref, actor)
    _not_agreed_yet(ref, episode)
    _told_whole(choice)
    side = _side(tx, episode, actor)
    session = _session(tx, case, episode, actor, side)
    pending = episode.pending
    if pending is not None and pending.session == session.ref and _same(pending, choice, tx.today):
        if not getattr(pending, f"{side}_by"):
            return confirm(tx, ref, actor, also=choice)
        if actor.user_id in pending.both and choice.rationale == pending.rationale:  # the same word again
            return case
    if pending is not None and actor.user_id not in pending.both and _waits_elsewhere(tx, case, pending, session):
        raise Refusal("other_session", f"{_said_by(pending)} in another supervision. It is decided there, or lapses there.")
    if pending is not None and seen not in (None, episode.decision_stamp) and actor.user_id not in pending.both:
        raise Refusal("changed_meanwhile", f"{_said_by(pending)} meanwhile. Please look at {ref} again, then confirm or choose.")
    told = {name: value for name, value in asdict(choice).items() if name in Decision.model_fields}
    decision = Decision(number=next_number(case), episode=episode.number, session=session.ref, **told)
    decision = decision.model_copy(update={f"{side}_by": actor.user_id, f"{side}_at": tx.now})
    supervision_decision.sound(decision, episode, tx.today)
    records: list[Record] = [decision]
    if pending is not None:
        records.append(pending.model_copy(update={"lapsed_on": tx.today}))
    after = save(tx, case, records, "decision.confirmed", kind=choice.kind, session=session.ref, side=side)
    other = session.worker_id if side == "manager" else session.manager_id
    services_people.tell(tx, other, DecisionWaits(ref, decision.number))
    return after


def confirm(
    tx: Tx, ref: str, actor: Actor, seen: int | None = None, kind: DecisionKind | None = None, also: Choice | None = None
) -> Case:
    """Confirm what the other side confirmed: from now on it has effect, or from the day that was chosen.

    `seen` and `kind` are the number and the kind of what the person was shown: another decision in its place is not confirmed
    unseen. `also` is what the second of the two has to say beside the first one's rationale and factors. Who confirmed first is
    told.

    Refused: `decided_already`, `changed_meanwhile`, `case_closed`, `nothing_to_confirm`, `not_two_people`, `not_your_case`,
    `no_session`, `own_manager_decides`, `first_word_gone`, and what `bot.domain.supervision.decision.sound` refuses.
    """
    tx.chain.lock(tx.workspace_id)
    _not_decided_before(tx, ref, seen, actor)
    case, episode = opened(tx, ref, actor)
    pending = episode.pending
    if pending is None:
        raise Refusal("nothing_to_confirm", f"No decision about {ref} waits for a confirmation (§6).")
    if (seen is not None and seen != pending.number) or (kind is not None and kind is not pending.kind):
        raise Refusal("changed_meanwhile", f"{_said_by(pending)} meanwhile. Please look at {ref} again.")
    first = pending.worker_by or pending.manager_by
    supervision_decision.two_people(first, actor.user_id)
    side = _side(tx, episode, actor)
    if getattr(pending, f"{side}_by") is not None:
        raise Refusal("not_two_people", f"The {side}'s side has confirmed; the other one is missing (§6).")
    _confirmable(tx, ref, pending, side, actor)
    _still_stands(tx, ref, pending, episode)
    decision = _for_both_sides(pending, side, actor, also, tx)
    supervision_decision.sound(decision, episode, tx.today)
    records: list[Record] = [decision]
    if decision.kind is DecisionKind.CLOSE and decision.effective_on == tx.today:
        records.append(closed_by(episode, decision))
    if decision.kind is not DecisionKind.DEFER:  # what is put off has stood there once more
        caseload.decided(tx, ref)
    after = save(tx, case, records, "decision.agreed", kind=decision.kind, effective_on=str(decision.effective_on or tx.today))
    if first is not None:
        services_people.tell(tx, first, DecisionMade(ref, decision.number))
    return after


def agree(tx: Tx, agreed: ActionAgreed, actor: Actor) -> Case:
    """Note, in the session that is under way, what somebody will do about a case.

    Refused: `case_closed`, `not_your_case`, `own_manager_decides`, `no_session`, and what `acting.agree_now` refuses.
    """
    case, episode = opened(tx, agreed.ref, actor)
    session = _session(tx, case, episode, actor, _side(tx, episode, actor))
    return agree_now(tx, agreed, session, actor)


def take_effect(tx: Tx) -> int:
    """Close the cases whose agreed closing has come into effect; how many. Only what two people agreed is closed (G40)."""
    due = caseload.closing_by(tx, tx.today)
    for ref in due:
        case = cases.get(tx, ref)
        if case is not None:
            effected(tx, case)
    return len(due)


def _for_both_sides(pending: Decision, side: Side, actor: Actor, also: Choice | None, tx: Tx) -> Decision:
    """The decision with its second confirmation."""
    decision = pending.model_copy(update={f"{side}_by": actor.user_id, f"{side}_at": tx.now})
    if also is not None:
        words = dict.fromkeys([decision.rationale, also.rationale])
        weighed = tuple(dict.fromkeys([*decision.factors, *also.factors]))
        decision = decision.model_copy(update={"rationale": "\n".join(filter(None, words)), "factors": weighed})
    if decision.kind is DecisionKind.CLOSE:
        decision = decision.model_copy(update={"effective_on": max(decision.effective_on or tx.today, tx.today)})
    return decision


def _not_decided_since(tx: Tx, ref: str, seen: int | None, actor: Actor) -> None:
    """Say who decided what, and when, to who comes a moment later with a form."""
    latest = _latest(tx, ref, actor) if seen is not None else None
    if latest is not None and latest.decision_stamp != seen and latest.pending is None and latest.decided is not None:
        raise _decided(ref, latest.decided)


def _not_decided_before(tx: Tx, ref: str, number: int | None, actor: Actor) -> None:
    """The same to who comes with the button of a decision that is made."""
    latest = _latest(tx, ref, actor) if number is not None else None
    for decision in latest.decisions if latest is not None else ():
        if decision.number == number and decision.effective_at is not None:
            raise _decided(ref, decision)


def _latest(tx: Tx, ref: str, actor: Actor) -> Episode | None:
    workers_only(actor)
    return existing(tx, ref, actor).latest


def _decided(ref: str, decision: Decision) -> Refusal:
    both = f"<@{decision.worker_by}> and <@{decision.manager_by}>"
    when = f" on {say_moment(decision.effective_at)}" if decision.effective_at else ""
    return Refusal("decided_already", f"{ref} is decided: *{decision.kind.words}*, by {both}{when}. Nothing was changed.")


def _said_by(pending: Decision) -> str:
    """Who confirmed what, and when: "<@M> chose close on Fri 9 Oct 2026, 14:10,"."""
    when = pending.worker_at or pending.manager_at
    said = f" on {say_moment(when)}" if when else ""
    return f"<@{pending.worker_by or pending.manager_by}> chose *{pending.kind.words}*{said},"


def _confirmable(tx: Tx, ref: str, pending: Decision, side: Side, actor: Actor) -> None:
    """Whether the session in which the first of the two confirmed is still under way, and on the manager's side one's own."""
    held = sessions.get(tx, pending.session)
    if held is None or held.status is not SessionStatus.IN_SESSION:
        raise Refusal("nothing_to_confirm", f"The session of that has ended; please decide about {ref} again.")
    if side == "manager" and held.manager_id != actor.user_id:
        raise Refusal("no_session", f"That was chosen in <@{held.manager_id}>'s session. They confirm it, or you hold your own.")


def _still_stands(tx: Tx, ref: str, pending: Decision, episode: Episode) -> None:
    """Whether who confirmed first is still somebody who may: roles end, and people leave."""
    first: Side = "worker" if pending.worker_by else "manager"
    person = people.get(tx, pending.worker_by or pending.manager_by or "")
    try:
        stands = person is not None and side_in(tx, episode, person) == first
    except Refusal:
        stands = False
    if not stands:
        raise Refusal("first_word_gone", f"Who confirmed first may not decide about {ref} any more. Please decide it again.")


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
    if set(choice.factors) - set(supervision_decision.FACTORS):
        raise Refusal("value_unknown", f"Factors are {', '.join(supervision_decision.FACTORS)}.", field="factors")
    if not choice.unmet_known:
        raise Refusal("unmet_unread", "Please tick that you know what is outstanding, or see to it first.", field="unmet")
    if choice.local_reason is not None and choice.local_reason not in supervision_decision.LOCAL_REASONS:
        raise Refusal(
            "value_unknown", f"A local reason is one of {', '.join(supervision_decision.LOCAL_REASONS)}.", field="local_reason"
        )


def _not_agreed_yet(ref: str, episode: Episode) -> None:
    if episode.closing is not None:
        raise Refusal("closing_agreed", f"That {ref} closes is agreed already (§6). Nothing was changed.")


def _waits_elsewhere(tx: Tx, case: Case, pending: Decision, session: Session) -> bool:
    """Whether what waits can still be decided in another session."""
    held = sessions.get(tx, pending.session) if pending.session != session.ref else None
    return held is not None and counts(tx, case, held)


def _side(tx: Tx, episode: Episode, actor: Actor) -> Side:
    return side_in(tx, episode, known(tx, actor.user_id))


def _session(tx: Tx, case: Case, episode: Episode, actor: Actor, side: Side) -> Session:
    """The session under way in which `actor` can confirm. Refused: `no_session`."""
    session = under_way_for(tx, case, episode, actor.user_id, side)
    if session is None:
        raise Refusal(
            "no_session",
            "Open or close is decided in supervision (§6). Please begin a session with `/oob supervise`; an ad hoc one will do.",
        )
    return session
