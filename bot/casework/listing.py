"""What people look at: the agenda, what is due, who awaits a decision, the digest and the worker's list (domain.md §3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.casework.casebook import covered_by, existing, rules_now, visible
from bot.rules import agenda, digest
from bot.rules.agenda import NEAR, Asked, Entry
from bot.rules.case import may_know
from bot.rules.caseload import Line
from bot.rules.digest import Digest
from bot.rules.inquiry import Inquiry
from bot.rules.obligations import Obligation
from bot.rules.people import RECORDERS, Actor, Person, Role
from bot.rules.ruleset import in_force
from bot.rules.supervision import session_due
from storage import case_finding, caseload, cases, counting, inquiries, obligations, people, rulesets, sessions
from storage.engine import Tx
from storage.obligations import Kept

_EVER = datetime(1900, 1, 1, tzinfo=UTC)
_TO_STORE = 40


def agenda_of(tx: Tx, worker_id: str, viewer: Actor | None = None) -> list[Entry]:
    """The supervision agenda of a worker today, without what `viewer` may not know of (None: the bot itself)."""
    last = sessions.last_finalised(tx, worker_id)
    since = last.finalised_at if last and last.finalised_at else _EVER
    lines = _visible(tx, caseload.to_look_at(tx, tx.today, worker_id=worker_id), viewer)
    asked = _seen(tx, obligations.of_worker(tx, worker_id, tx.today + NEAR), viewer)
    new = _visible(tx, caseload.new_since(tx, worker_id, since), viewer)
    unfinished = inquiries.unfinished_by(tx, worker_id, _TO_STORE).inquiries
    waiting = [each.ref for each in unfinished if _to_store(each) and (viewer is None or each.is_visible_to(viewer))]
    carried = caseload.carried(tx, [line.ref for line in lines])
    return agenda.build(lines, [Asked(each.ref, each.asked) for each in asked], new, waiting, carried, tx.today)


def decision_list(tx: Tx, viewer: Actor | None = None) -> list[tuple[Line, tuple[str, ...]]]:
    """Every open case that awaits a decision, with the reasons (§6, R8)."""
    lines = _visible(tx, caseload.to_look_at(tx, tx.today), viewer)
    return [(line, tuple(each.value for each in why)) for line in lines if (why := line.why(tx.today))]


def due_of(tx: Tx, person: Person, viewer: Actor | None = None, *, team: bool = True) -> list[Kept]:
    """What is open for a worker and, unless `team` is left out, for a manager's team, the soonest first.

    Due within 28 days or without a date.
    """
    until = tx.today + NEAR
    found = obligations.of_worker(tx, person.user_id, until)
    if team and person.role is not Role.SOCIAL_WORKER:
        found += [each for each in obligations.of_team(tx, person.user_id, until) if each.worker_id != person.user_id]
    ordered = sorted(found, key=lambda each: (each.asked.due or tx.today, each.ref, each.asked.rule, each.asked.subject))
    return _seen(tx, ordered, viewer)


def digest_for(tx: Tx, manager_id: str) -> Digest:
    """The digest to a manager about the workers who report to them."""
    first, last = digest.week_before(tx.today)
    asked = [Asked(each.ref, each.asked) for each in obligations.of_team(tx, manager_id, tx.today + NEAR)]
    return Digest(
        week=digest.week_of(tx.today),
        counts=counting.week(tx, first, last, manager_id),
        lists=_lists(tx, asked, caseload.to_look_at(tx, tx.today, manager_id=manager_id), manager_id=manager_id),
        sessions=sessions_due(tx, manager_id),
        inquiries=digest.awaited_inquiries(asked, tx.today),
        referrers=digest.untold_referrers(asked, tx.today),
    )


def asked_about(tx: Tx, ref: str) -> list[Obligation]:
    """What is and was asked about a case, an inquiry or feedback."""
    return [each.asked for each in obligations.of(tx, ref)]


def worklist_for(tx: Tx, worker_id: str) -> dict[str, list[str]]:
    """A worker's Monday list: the lists of the digest, of their own cases only."""
    asked = [Asked(each.ref, each.asked) for each in obligations.of_worker(tx, worker_id, tx.today + NEAR)]
    return _lists(tx, asked, caseload.to_look_at(tx, tx.today, worker_id=worker_id), worker_id=worker_id)


def sessions_due(tx: Tx, manager_id: str) -> list[str]:
    """Workers of a manager whose last finalised session is longer ago than the rules ask (R13)."""
    versions = rulesets.versions(tx)
    late = []
    for person in people.everyone(tx):
        if person.manager_id != manager_id or person.role is not Role.SOCIAL_WORKER:
            continue
        last = sessions.last_finalised(tx, person.user_id)
        allocated = sessions.first_allocated(tx, person.user_id)
        since = last.held_on if last else allocated
        rules = in_force(versions, since or tx.today).rules
        due = session_due(last.held_on if last else None, allocated, rules, nqsw=person.nqsw)
        if due is not None and tx.today > due:
            late.append(person.user_id)
    return late


def family_of(tx: Tx, ref: str, viewer: Actor) -> list[str]:
    """The other cases of the same family that `viewer` may know of: brothers and sisters are looked at together."""
    case = existing(tx, ref, viewer)
    if case.family_group is None:
        return []
    others = (cases.get(tx, other) for other in case_finding.family(tx, case.family_group) if other != ref)
    return [other.ref for other in others if other is not None and visible(tx, other, viewer)]


def workers(tx: Tx) -> list[str]:
    """Those who have an agenda: social workers, and managers who hold a case."""
    holding = caseload.numbers(tx)
    return [
        person.user_id
        for person in people.everyone(tx)
        if person.role is Role.SOCIAL_WORKER or (person.role in RECORDERS and person.user_id in holding)
    ]


def _lists(
    tx: Tx, asked: Sequence[Asked], lines: Sequence[Line], *, worker_id: str | None = None, manager_id: str | None = None
) -> dict[str, list[str]]:
    last_day = rules_now(tx).short_term_last_day
    short = caseload.on_short_routes(tx, worker_id=worker_id, manager_id=manager_id) if last_day is not None else []
    return digest.lists(lines, asked, short, last_day, tx.today)


def _to_store(inquiry: Inquiry) -> bool:
    """Whether an inquiry is to be stored in the shared Directory and is not yet (G12)."""
    return inquiry.facts.store_in_directory and not inquiry.facts.directory_ref and inquiry.filed_at is None


def _visible(tx: Tx, lines: Sequence[Line], viewer: Actor | None) -> list[Line]:
    """Without the restricted cases of others."""
    if viewer is None:
        return list(lines)
    covering = covered_by(tx, viewer.user_id)
    return [line for line in lines if not line.restricted or may_know(viewer, {line.worker_id, line.manager_id}, covering)]


def _seen(tx: Tx, kept: Sequence[Kept], viewer: Actor | None) -> list[Kept]:
    """The same for obligations."""
    if viewer is None:
        return list(kept)
    refs = sorted({each.ref for each in kept})
    hidden = case_finding.restricted_among(tx, refs) | inquiries.restricted_among(tx, refs)
    covering = covered_by(tx, viewer.user_id)
    return [each for each in kept if each.ref not in hidden or may_know(viewer, {each.worker_id, each.manager_id}, covering)]
