"""Who confirms for whom, and in which supervision session (§6, G40; docs/domain.md §5.2, Decision)."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.cases.case import Case
from bot.domain.cases.episode import Episode
from bot.domain.people import MANAGERS, Actor, Person, Role
from bot.domain.supervision import decision
from bot.domain.supervision.decision import Side
from bot.domain.supervision.session import Session, SessionStatus
from bot.services.guards import as_actor, covered_by, known, rules_now, visible
from storage import people
from storage.db.engine import Tx
from storage.supervision import sessions


def side_in(tx: Tx, episode: Episode, person: Person) -> Side:
    """For whom somebody can confirm about a case. Refused: `not_listed`, `not_your_case`, `own_manager_decides`."""
    return side_beside(tx, known(tx, episode.worker_id), person)


def side_beside(tx: Tx, worker: Person, person: Person) -> Side:
    """For whom somebody can confirm about what a worker holds. Refused: `not_your_case`, `own_manager_decides`."""
    manager = people.get(tx, worker.manager_id) if worker.manager_id else None
    return decision.side_of(person, worker, manager, tx.today)


def under_way_for(tx: Tx, case: Case, episode: Episode, person_id: str, side: Side) -> Session | None:
    """The session under way in which somebody can confirm about a case: the worker's, or while they are away their deputy's.

    On the manager's side one's own (G40). On the worker's the one in which something waits already, else the newest; not one of a
    manager who may not know of the case, or who is none any more. Supervision is due every four weeks (R13): what began longer
    ago is none.
    """
    worker = people.get(tx, episode.worker_id)
    names = {episode.worker_id, *([worker.deputy_id] if worker and worker.is_away(tx.today) and worker.deputy_id else [])}
    found = [each for each in sessions.under_way(tx, names) if counts(tx, case, each)]
    if side == "manager":
        found = [each for each in found if each.manager_id == person_id]
    waiting = episode.pending.session if episode.pending else None
    return next((each for each in found if each.ref == waiting), next(iter(found), None))


def is_over(tx: Tx, session: Session) -> bool:
    """Whether a session that is under way began so long ago that the next one is due (R13)."""
    days = rules_now(tx).session_days
    return bool(days) and tx.today > session.held_on + timedelta(days=days)


def leads(tx: Tx, session: Session, actor: Actor) -> bool:
    """Whether somebody leads a session: its manager, who stands in for them, and who leads the worker now.

    Where its manager is none any more, a senior manager, too.
    """
    worker, manager = people.get(tx, session.worker_id), people.get(tx, session.manager_id)
    mine = {actor.user_id, *covered_by(tx, actor.user_id)}
    left = (manager is None or manager.role not in MANAGERS) and actor.may(frozenset({Role.SENIOR_MANAGER}))
    return session.manager_id in mine or left or (worker is not None and worker.manager_id == actor.user_id)


def counts(tx: Tx, case: Case, session: Session) -> bool:
    """Whether a case can be decided in a session: under way, not over, with a manager who may know of the case."""
    manager = people.get(tx, session.manager_id)
    if session.status is not SessionStatus.IN_SESSION or is_over(tx, session):
        return False
    if manager is None or manager.role not in MANAGERS:
        return False
    return visible(tx, case, as_actor(tx, manager))
