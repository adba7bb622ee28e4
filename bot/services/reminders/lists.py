"""What people look at: the agenda, what is due, who awaits a decision (docs/domain.md §3.2). Digests are in `briefing`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.cases.case import may_know
from bot.domain.inquiries.inquiry import Inquiry
from bot.domain.obligations.caseload import CaseLine
from bot.domain.people import RECORDERS, Actor, Person, Role
from bot.domain.shared.obligation import Obligation
from bot.domain.supervision import agenda
from bot.domain.supervision.agenda import NEAR, AgendaEntry, Asked
from bot.services.guards import covered_by
from storage import people
from storage.cases import caseload, lookups
from storage.db.engine import Tx
from storage.inquiries import inquiries
from storage.reminders import obligations
from storage.reminders.obligations import Kept
from storage.supervision import sessions

_EVER = datetime(1900, 1, 1, tzinfo=UTC)
_TO_STORE = 40


@dataclass(frozen=True)
class GatheredCases:
    """An agenda with what its lines are about: what is asked, by reference, and the open cases, by reference."""

    entries: list[AgendaEntry]
    asked: dict[str, list[Obligation]]
    lines: dict[str, CaseLine]


def agenda_of(tx: Tx, worker_id: str, viewer: Actor | None = None) -> list[AgendaEntry]:
    """The supervision agenda of a worker today, without what `viewer` may not know of (None: the bot itself)."""
    return gathered(tx, worker_id, viewer).entries


def gathered(tx: Tx, worker_id: str, viewer: Actor | None = None) -> GatheredCases:
    """The same, with what its lines are about."""
    last = sessions.last_finalised(tx, worker_id)
    since = last.finalised_at if last and last.finalised_at else _EVER
    lines = visible_lines(tx, caseload.to_look_at(tx, tx.today, worker_id=worker_id), viewer)
    asked = seen(tx, obligations.of_worker(tx, worker_id, tx.today + NEAR), viewer)
    new = visible_lines(tx, caseload.new_since(tx, worker_id, since), viewer)
    unfinished = inquiries.unfinished_by(tx, worker_id, _TO_STORE).inquiries
    waiting = [each.ref for each in unfinished if _to_store(each) and (viewer is None or each.is_visible_to(viewer))]
    carried = caseload.carried(tx, worker_id)
    entries = agenda.build(lines, [Asked(each.ref, each.asked) for each in asked], new, waiting, carried, tx.today)
    by_ref: dict[str, list[Obligation]] = {}
    for each in asked:
        if agenda.stands(each.asked, tx.today):
            by_ref.setdefault(each.ref, []).append(each.asked)
    return GatheredCases(entries, by_ref, {line.ref: line for line in (*new, *lines)})


def decision_list(tx: Tx, viewer: Actor | None = None) -> list[tuple[CaseLine, tuple[str, ...]]]:
    """Every open case that awaits a decision, with the reasons (§6, R8)."""
    lines = visible_lines(tx, caseload.to_look_at(tx, tx.today), viewer)
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
    return seen(tx, ordered, viewer)


def asked_about(tx: Tx, ref: str) -> list[Obligation]:
    """What is and was asked about a case, an inquiry or feedback."""
    return [each.asked for each in obligations.of(tx, ref)]


def workers(tx: Tx) -> list[str]:
    """Those who have an agenda: social workers, and managers who hold a case."""
    holding = caseload.numbers(tx)
    return [
        person.user_id
        for person in people.everyone(tx)
        if person.role is Role.SOCIAL_WORKER or (person.role in RECORDERS and person.user_id in holding)
    ]


def _to_store(inquiry: Inquiry) -> bool:
    """Whether an inquiry is to be stored in the shared Directory and is not yet (G12)."""
    return inquiry.facts.store_in_directory and not inquiry.facts.directory_ref and inquiry.filed_at is None


def visible_lines(tx: Tx, lines: Sequence[CaseLine], viewer: Actor | None) -> list[CaseLine]:
    """Without the restricted cases of others."""
    if viewer is None:
        return list(lines)
    covering = covered_by(tx, viewer.user_id)
    return [line for line in lines if not line.restricted or may_know(viewer, {line.worker_id, line.manager_id}, covering)]


def seen(tx: Tx, kept: Sequence[Kept], viewer: Actor | None) -> list[Kept]:
    """Obligations without those of what is restricted and not for `viewer` (None: the bot itself)."""
    if viewer is None:
        return list(kept)
    refs = sorted({each.ref for each in kept})
    hidden = lookups.restricted_among(tx, refs) | inquiries.restricted_among(tx, refs)
    covering = covered_by(tx, viewer.user_id)
    return [each for each in kept if each.ref not in hidden or may_know(viewer, {each.worker_id, each.manager_id}, covering)]
