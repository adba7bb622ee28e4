"""What a manager reads once a week, and the list a worker has on Monday (docs/domain.md §3.3)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.digests import digest
from bot.domain.digests.digest import Digest
from bot.domain.notifications import ClockMoved
from bot.domain.obligations.caseload import CaseLine
from bot.domain.people import Actor, Role
from bot.domain.shared.calendar import midnight, week_of
from bot.domain.shared.ruleset import in_force
from bot.domain.supervision.agenda import NEAR, Asked
from bot.domain.supervision.session import Session, session_due
from bot.services.guards import rules_now, visible
from bot.services.reminders import lists as reminder_lists
from bot.services.supervision.agenda import next_session
from storage import audit_log_reader, people, reallocation
from storage.cases import awaiting_authorisation, caseload, cases, lookups
from storage.db.engine import Tx
from storage.digests import weekly
from storage.digests.weekly import Week
from storage.notifications import outbox
from storage.reminders import obligations
from storage.reports import counts
from storage.settings import rulesets
from storage.supervision import sessions


@dataclass(frozen=True)
class Briefing:
    """A digest with what only a message shows.

    `caseload`: open cases by worker; `happened`: what was granted, moved, missed and recorded late in the week; `undelivered`:
    who could not be written to, and how often; `log`: how long the audit log is, and the beginning of its newest hash;
    `asked_of`: cases about which something waits for a manager's word; `booked`: worker → when their next session is;
    `unfinished`, `not_on_ics`: the manager's own sessions that were not finalised, and whose minutes are not on ICS;
    `manager_id`: whose team it is about; `unassigned`: open cases for which nobody is responsible; `clocks`: due dates that
    corrections moved in the week.
    """

    digest: Digest
    caseload: dict[str, int]
    happened: Week
    undelivered: dict[str, int]
    log: tuple[int, str]
    asked_of: tuple[str, ...] = ()
    booked: dict[str, str] = field(default_factory=dict)
    unfinished: tuple[Session, ...] = ()
    not_on_ics: tuple[Session, ...] = ()
    manager_id: str = ""
    unassigned: tuple[str, ...] = ()
    clocks: tuple[ClockMoved, ...] = ()


@dataclass(frozen=True)
class Worklist:
    """A worker's Monday list: references by list, and what is asked of them."""

    lists: dict[str, list[str]]
    asked: tuple[Asked, ...]
    lines: tuple[CaseLine, ...]


def briefing_for(tx: Tx, manager_id: str, reader: Actor) -> Briefing:
    """Everything a digest's message shows about the team of `manager_id`, but restricted cases that `reader` may not see."""
    found = digest_for(tx, manager_id, reader)
    team = [person.user_id for person in people.everyone(tx) if person.manager_id == manager_id]
    first, last = digest.week_before(tx.today)
    numbers = caseload.numbers(tx, manager_id)
    happened = weekly.of_team(tx, manager_id, first, last)
    hidden = _hidden(tx, happened.refs, reader)
    return Briefing(
        digest=found,
        caseload={worker: numbers.get(worker, 0) for worker in sorted({*team, *numbers})},
        happened=happened.without(hidden),
        asked_of=tuple(ref for ref in awaiting_authorisation.waiting(tx) if _led(tx, ref, manager_id, reader)),
        undelivered=outbox.undelivered(tx, [*team, manager_id], midnight(first)),
        log=audit_log_reader.head(tx),
        booked={each: session.when for each in found.sessions if (session := next_session(tx, each)) is not None},
        unfinished=tuple(sessions.unfinished(tx, manager_id)),
        not_on_ics=tuple(sessions.not_on_ics(tx, manager_id)),
        manager_id=manager_id,
        unassigned=_unassigned(tx, reader),
        clocks=_clocks_moved(tx, manager_id, reader, (midnight(first), midnight(last + timedelta(days=1)))),
    )


def _unassigned(tx: Tx, reader: Actor) -> tuple[str, ...]:
    found = reallocation.unassigned(tx)
    hidden = _hidden(tx, set(found), reader)
    return tuple(ref for ref in found if ref not in hidden)


def _clocks_moved(tx: Tx, manager_id: str, reader: Actor, week: tuple[datetime, datetime]) -> tuple[ClockMoved, ...]:
    told = [each for each in outbox.made_between(tx, ClockMoved.kind, *week) if isinstance(each, ClockMoved)]
    return tuple(dict.fromkeys(each for each in told if _led(tx, each.ref, manager_id, reader)))


def digest_for(tx: Tx, manager_id: str, reader: Actor | None = None) -> Digest:
    """The digest to a manager about the workers who report to them, without what `reader` may not see (None: the bot itself)."""
    first, last = digest.week_before(tx.today)
    kept = reminder_lists.seen(tx, obligations.of_team(tx, manager_id, tx.today + NEAR), reader)
    asked = [Asked(each.ref, each.asked) for each in kept]
    lists = _lists(tx, asked, reader, manager_id=manager_id)
    return Digest(
        week=week_of(tx.today),
        counts=counts.week(tx, first, last, manager_id),
        before=counts.week(tx, *digest.week_before(first), manager_id),
        lists=lists,
        sessions=sessions_due(tx, manager_id),
        inquiries=digest.awaited_inquiries(asked, tx.today),
        referrers=digest.untold_referrers(asked, tx.today),
        asked=tuple(asked),
        lines=_named(tx, lists),
    )


def worklist_for(tx: Tx, worker_id: str, reader: Actor | None = None) -> Worklist:
    """A worker's Monday list: the lists of the digest, of their own cases only; without what `reader` may not see."""
    kept = reminder_lists.seen(tx, obligations.of_worker(tx, worker_id, tx.today + NEAR), reader)
    asked = [Asked(each.ref, each.asked) for each in kept]
    lists = _lists(tx, asked, reader, worker_id=worker_id)
    return Worklist(lists, tuple(asked), _named(tx, lists))


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


def _lists(
    tx: Tx, asked: Sequence[Asked], reader: Actor | None, *, worker_id: str | None = None, manager_id: str | None = None
) -> dict[str, list[str]]:
    lines = caseload.to_look_at(tx, tx.today, worker_id=worker_id, manager_id=manager_id)
    last_day = rules_now(tx).short_term_last_day
    short = caseload.on_short_routes(tx, worker_id=worker_id, manager_id=manager_id) if last_day is not None else []
    seen, seen_short = reminder_lists.visible_lines(tx, lines, reader), reminder_lists.visible_lines(tx, short, reader)
    return digest.lists(seen, asked, seen_short, last_day, tx.today)


def _named(tx: Tx, lists: dict[str, list[str]]) -> tuple[CaseLine, ...]:
    """What is known of the cases that the lists name."""
    return tuple(caseload.named(tx, {ref for refs in lists.values() for ref in refs}))


def _hidden(tx: Tx, refs: Collection[str], reader: Actor) -> set[str]:
    """Those of these that are restricted and not for `reader`."""
    found = {ref: cases.get(tx, ref) for ref in lookups.restricted_among(tx, sorted(refs))}
    return {ref for ref, case in found.items() if case is None or not visible(tx, case, reader)}


def _led(tx: Tx, ref: str, manager_id: str, reader: Actor) -> bool:
    """Whether a case is led by this manager, and `reader` may know of it."""
    case = cases.get(tx, ref)
    episode = case.open_on(tx.today) if case is not None and visible(tx, case, reader) else None
    return episode is not None and episode.manager_id == manager_id
