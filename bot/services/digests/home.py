"""What is one's own: what waits, the cases one holds with their clocks, and for a manager the team (`/oob mine`, App Home)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from bot.domain.audits.audit import Finding
from bot.domain.cases.case import Case
from bot.domain.cases.codes import SharingStatus
from bot.domain.cases.records import Authorisation
from bot.domain.obligations.caseload import CaseLine
from bot.domain.people import AUDITORS, MANAGERS, RECORDERS, Actor, Role
from bot.domain.shared.errors import Refusal
from bot.domain.shared.obligation import Obligation
from bot.domain.shared.ruleset import Version
from bot.domain.supervision.agenda import NEAR
from bot.domain.supervision.session import Session
from bot.services.audits import audits as audit_audits
from bot.services.audits import findings
from bot.services.audits.audits import AuditProgress
from bot.services.feedback.recording import AT_ONCE, Outstanding, outstanding
from bot.services.guards import covered_by, visible
from bot.services.reminders import lists
from bot.services.supervision import agenda
from bot.services.supervision.agenda import Next
from storage import people
from storage.cases import awaiting_authorisation, caseload, cases
from storage.db.engine import Tx
from storage.inquiries import inquiries
from storage.inquiries.inquiries import InquiryPage
from storage.reminders import obligations
from storage.reminders.obligations import Kept
from storage.settings import rulesets

_CASES = 15
_OFFERED = 100
_LOGGED = 50
_AHEAD = 4 * NEAR
"""How far ahead the soonest clock of a case is looked for: four times as far as agenda and digest look."""


@dataclass(frozen=True)
class OpenCase:
    """A case that somebody holds, and the soonest of its clocks."""

    line: CaseLine
    next: Obligation | None


@dataclass(frozen=True)
class TeamMember:
    """A worker of a manager's: open cases, what is over, how many await a decision, and the supervision that is next."""

    user_id: str
    open_cases: int
    over: int
    decisions: int
    session: Session | None = None


@dataclass(frozen=True)
class Mine:
    """Everything that waits for one person, what they hold, and whom they lead.

    `versions`: the rules that the dates of inquiries depend on; `asked`: what waits for this manager's word, `exempt` the cases
    of which somebody asks not to share; `next`: one's own next supervision; `findings`: those about which they are to do
    something; `audits`: those under way that they carry out.
    """

    inquiries: InquiryPage
    outstanding: Outstanding
    versions: tuple[Version, ...] = ()
    asked: tuple[tuple[str, Authorisation], ...] = ()
    exempt: tuple[str, ...] = ()
    held: tuple[OpenCase, ...] = ()
    holds: int = 0
    team: tuple[TeamMember, ...] = ()
    next: Next | None = None
    findings: tuple[Finding, ...] = ()
    audits: tuple[AuditProgress, ...] = ()


@dataclass(frozen=True)
class Due:
    """What is due for a person or a team, the soonest first."""

    kept: tuple[Kept, ...]
    team: bool


def mine(tx: Tx, actor: Actor) -> Mine:
    """Everything that is `actor`'s; the oldest ten of each kind that waits."""
    asked = _asked(tx, actor) if actor.may(MANAGERS) else []
    works = actor.may(RECORDERS)
    return Mine(
        inquiries=inquiries.unfinished_by(tx, actor.user_id, AT_ONCE),
        outstanding=outstanding(tx, actor),
        versions=tuple(rulesets.versions(tx)),
        asked=tuple((case.ref, each) for case in asked for each in case.unauthorised if each.requested_by != actor.user_id),
        exempt=tuple(case.ref for case in asked if _exempt_asked(case)),
        held=tuple(_held(tx, actor)) if works else (),
        holds=caseload.numbers(tx).get(actor.user_id, 0) if works else 0,
        team=tuple(_team(tx, actor)) if actor.may(MANAGERS) else (),
        next=agenda.next_of(tx, actor.user_id, actor) if works else None,
        findings=tuple(findings.owed_by(tx, actor)),
        audits=tuple(audit_audits.under_way(tx, actor)) if actor.may(AUDITORS) else (),
    )


def refs_held(tx: Tx, actor: Actor) -> list[str]:
    """The open cases that `actor` holds, the latest opened first."""
    return [line.ref for line in caseload.held_by(tx, actor.user_id, _OFFERED)]


def due(tx: Tx, actor: Actor, *, team: bool) -> Due:
    """What is due for `actor`, or for their team. Refused: `managers_only_list`."""
    if team and not actor.may(MANAGERS):
        raise Refusal("managers_only_list", "The whole team's list is for managers. `/oob due` shows yours.")
    person = people.get(tx, actor.user_id)
    kept = lists.due_of(tx, person, actor, team=team) if person else []
    if kept:
        tx.log("due.read", ",".join(dict.fromkeys(each.ref for each in kept[:_LOGGED])), total=len(kept), team=team)
    return Due(tuple(kept), team)


def _asked(tx: Tx, actor: Actor) -> list[Case]:
    """Cases of this manager's, or of one they stand in for, about which they are asked something."""
    covering = covered_by(tx, actor.user_id) | {actor.user_id}
    found = []
    for ref in awaiting_authorisation.waiting(tx):
        case = cases.get(tx, ref)
        episode = case.open_on(tx.today) if case and visible(tx, case, actor) else None
        if case and episode and episode.manager_id in covering and episode.worker_id != actor.user_id:
            found.append(case)
    return found


def _exempt_asked(case: Case) -> bool:
    return any(each.status is SharingStatus.EXEMPT_REQUESTED for each in case.sharings)


def _held(tx: Tx, actor: Actor) -> list[OpenCase]:
    lines = caseload.held_by(tx, actor.user_id, _CASES)
    soonest: dict[str, Obligation] = {}
    for kept in obligations.of_worker(tx, actor.user_id, tx.today + _AHEAD):
        if kept.asked.due is not None:
            soonest.setdefault(kept.ref, kept.asked)
    return [OpenCase(line, soonest.get(line.ref)) for line in lines]


def _team(tx: Tx, actor: Actor) -> list[TeamMember]:
    numbers = caseload.numbers(tx)
    over = Counter(
        each.worker_id for each in obligations.of_team(tx, actor.user_id, tx.today) if each.asked.state(tx.today) == "over"
    )
    waiting = Counter(
        line.worker_id for line in caseload.to_look_at(tx, tx.today, manager_id=actor.user_id) if line.why(tx.today)
    )
    led = [each for each in people.everyone(tx) if each.manager_id == actor.user_id and each.role in RECORDERS | {Role.ADMIN}]
    return [
        TeamMember(
            each.user_id,
            numbers.get(each.user_id, 0),
            over[each.user_id],
            waiting[each.user_id],
            agenda.next_session(tx, each.user_id),
        )
        for each in led
    ]
