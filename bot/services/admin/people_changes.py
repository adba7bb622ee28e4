"""When somebody gets another manager, or leaves: what moves and who is told, as one log entry (docs/domain.md §7.1)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.cases.case import Case
from bot.domain.cases.codes import SharingStatus
from bot.domain.notifications import AuthorisationAsked, ExemptionAsked, ManagerChanged, stamp
from bot.domain.people import MANAGERS, Actor, Person
from bot.domain.shared.errors import Refusal
from bot.services import people as services_people
from bot.services.cases import work
from bot.services.supervision import sessions
from storage import people
from storage.cases import awaiting_authorisation, caseload, cases
from storage.db.engine import Tx
from storage.supervision import sessions as stored_sessions


@dataclass(frozen=True)
class Holdings:
    """What somebody is responsible for: open cases, requests that wait for a manager, booked sessions, people, deputyships."""

    cases: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    sessions: int = 0
    team: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether there is anything to hand over."""
        return bool(self.cases or self.requests or self.sessions or self.team or self.covers)


def holdings(tx: Tx, user_id: str) -> Holdings:
    """Return what somebody holds and leads today."""
    staff = people.everyone(tx)
    refs = tuple(line.ref for line in caseload.of_worker(tx, user_id))
    team = tuple(each.user_id for each in staff if each.manager_id == user_id)
    led = {line.ref for each in team for line in caseload.of_worker(tx, each)}
    booked = stored_sessions.booked(tx, user_id)
    return Holdings(
        cases=refs,
        requests=tuple(ref for ref in awaiting_authorisation.waiting(tx) if ref in led or ref in refs),
        sessions=int(booked is not None) + sum(stored_sessions.booked(tx, each, user_id) is not None for each in team),
        team=team,
        covers=tuple(each.user_id for each in staff if each.deputy_id == user_id),
    )


def moving(tx: Tx, person: Person) -> Holdings:
    """Return what moves to another manager when somebody is named as in `person`; nothing where the manager stays."""
    before = people.get(tx, person.user_id)
    if before is None or before.manager_id == person.manager_id or person.manager_id is None:
        return Holdings()
    refs = tuple(line.ref for line in caseload.of_worker(tx, person.user_id) if line.named_manager_id is None)
    return Holdings(cases=refs, requests=tuple(ref for ref in awaiting_authorisation.waiting(tx) if ref in refs))


def change_person(tx: Tx, person: Person) -> Person:
    """Name somebody; with another manager, their open cases and what waits for a manager move, and all three are told.

    Refused as `name_person`.
    """
    before, moves = people.get(tx, person.user_id), moving(tx, person)
    after = services_people.name_person(tx, person)
    if before is None or before.manager_id == after.manager_id or after.manager_id is None:
        return after
    told = ManagerChanged(after.user_id, before.manager_id or "", after.manager_id, stamp(tx.now), len(moves.cases))
    for each in (before.manager_id, after.manager_id, after.user_id):
        if each is not None and each != tx.actor_id and people.get(tx, each) is not None:
            services_people.tell(tx, each, told)
    for ref in moves.requests:
        if (case := cases.get(tx, ref)) is not None:
            _ask_anew(tx, case, after.manager_id)
    tx.log("person.manager_changed", after.user_id, before=before.manager_id, after=after.manager_id, cases=list(moves.cases))
    return after


def leave(tx: Tx, user_id: str, cases_to: str | None, team_to: str | None, actor: Actor) -> Holdings:
    """Take somebody off the list, and give what they hold to who was named; the rest stays with their manager.

    Return what they held. Refused: `not_listed`, `cannot_hold`, `no_such_manager`, `own_manager`.
    """
    held = holdings(tx, user_id)
    if team_to is not None and not services_people.leads(tx, team_to):
        raise Refusal("no_such_manager", f"<@{team_to}> is not on the list as a manager yet.", field="team_to")
    # an administrator may take people off the list, and only here reassign cases, which is a manager's to do
    manager = Actor(workspace_id=actor.workspace_id, user_id=actor.user_id, roles=actor.roles | MANAGERS)
    if cases_to is not None:
        for ref in held.cases:
            work.reassign(tx, ref, cases_to, "LEFTRL", manager)
    for member in held.team:
        if team_to is not None and (person := people.get(tx, member)) is not None and member != team_to:
            change_person(tx, person.model_copy(update={"manager_id": team_to}))
    for each in (user_id, *held.team):
        if (booked := stored_sessions.booked(tx, each)) is not None and user_id in booked.people:
            sessions.cancel_for(tx, booked, actor)
    services_people.remove_person(tx, user_id)
    tx.log("person.left", user_id, cases=list(held.cases), cases_to=cases_to, team=list(held.team), team_to=team_to)
    return held


def _ask_anew(tx: Tx, case: Case, manager_id: str) -> None:
    """Ask the new manager what waits for the answer of the former one."""
    for asked in case.authorisations:
        if asked.agreed is None:
            services_people.tell(tx, manager_id, AuthorisationAsked(case.ref, asked.number))
    for shared in case.sharings:
        if shared.status is SharingStatus.EXEMPT_REQUESTED:
            services_people.tell(tx, manager_id, ExemptionAsked(case.ref, f"{shared.of}.{shared.whom}"))
