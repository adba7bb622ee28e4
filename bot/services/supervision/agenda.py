"""The supervision agenda of a worker as people look at it (docs/domain.md §3.2): its head, its lines, cases looked at closely."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.people import MANAGERS, Actor
from bot.domain.shared.errors import Refusal
from bot.domain.shared.rule import AgendaSection
from bot.domain.supervision.session import Session
from bot.services.cases import view
from bot.services.cases.view import CaseView
from bot.services.reminders import lists
from bot.services.reminders.lists import GatheredCases
from bot.services.supervision import sessions as supervision_sessions
from storage.cases import caseload, lookups
from storage.db.engine import Tx
from storage.supervision import sessions

_LOGGED = 50


@dataclass(frozen=True)
class Agenda:
    """A worker's agenda for `viewer` today.

    `under_way` and `booked`: their session with the viewer, or for the worker with anybody; `last`: the last that was finalised;
    `done`: (case, who, when) of what was agreed there and is done; `open_cases` counts all of theirs.
    """

    worker_id: str
    manager_id: str | None
    viewer: Actor
    today: date
    gathered: GatheredCases
    open_cases: int
    under_way: Session | None = None
    booked: Session | None = None
    last: Session | None = None
    done: tuple[tuple[str, str, date], ...] = ()

    @property
    def carried(self) -> int:
        """How many of its cases an earlier session left undecided."""
        return sum(entry.carried > 0 for entry in self.gathered.entries)

    @property
    def waiting(self) -> int:
        """How many cases await an open or close decision."""
        return sum(entry.section is AgendaSection.AWAITING_DECISION for entry in self.gathered.entries)

    @property
    def leads(self) -> bool:
        """Whether the viewer is a manager who looks at somebody else's."""
        return self.viewer.may(MANAGERS) and self.viewer.user_id != self.worker_id


@dataclass(frozen=True)
class Next:
    """When somebody's next supervision is, if it is booked or under way, and how many cases await a decision there."""

    worker_id: str
    session: Session | None
    waiting: int


def agenda(tx: Tx, worker_id: str, viewer: Actor) -> Agenda:
    """The agenda of a worker. It reads only; `seen` notes who saw it. Refused: `not_listed`, `cannot_hold`, `not_your_agenda`."""
    worker = supervision_sessions.may_see(tx, worker_id, viewer)
    found = lists.gathered(tx, worker_id, viewer)
    manager_id = viewer.user_id if viewer.may(MANAGERS) and viewer.user_id != worker_id else None
    last = sessions.last_finalised(tx, worker_id)
    done = lookups.done_in(tx, last.ref) if last else []
    hidden = lookups.restricted_among(tx, [each[0] for each in done]) - found.lines.keys()
    return Agenda(
        worker_id=worker_id,
        manager_id=worker.manager_id,
        viewer=viewer,
        today=tx.today,
        gathered=found,
        open_cases=caseload.numbers(tx).get(worker_id, 0),
        under_way=sessions.current(tx, worker_id, manager_id),
        booked=sessions.booked(tx, worker_id, manager_id),
        last=last,
        done=tuple(each for each in done if each[0] not in hidden),
    )


def with_lines(tx: Tx, found: Agenda, refs: Iterable[str]) -> Agenda:
    """The agenda with what is known of these cases, also of those that stand on it for what is asked alone."""
    missing = {ref for ref in refs if ref not in found.gathered.lines}
    known = {line.ref: line for line in lists.visible_lines(tx, caseload.named(tx, missing), found.viewer)}
    return replace(found, gathered=replace(found.gathered, lines=found.gathered.lines | known))


def closely(tx: Tx, refs: Iterable[str], viewer: Actor) -> dict[str, CaseView]:
    """Cases of a page of the agenda, looked at with everything that bears on a decision."""
    found = {}
    for ref in refs:
        try:
            found[ref] = view.looked(tx, ref, viewer)
        except Refusal:  # closed to this viewer since the list was made
            continue
    return found


def seen(tx: Tx, worker_id: str, refs: Iterable[str], page: int) -> None:
    """Note that somebody looked at a page of an agenda: it discloses what stands there."""
    tx.log("agenda.read", worker_id, refs=list(refs)[:_LOGGED], page=page)


def next_of(tx: Tx, worker_id: str, viewer: Actor) -> Next:
    """When a worker's next supervision is; of the cases there those that `viewer` may know of."""
    return Next(worker_id, next_session(tx, worker_id), len(supervision_sessions.awaiting(tx, worker_id, viewer)))


def next_session(tx: Tx, worker_id: str) -> Session | None:
    """The session of a worker that is under way, or else booked and not past."""
    booked = sessions.booked(tx, worker_id)
    return sessions.current(tx, worker_id) or (booked if booked is not None and booked.held_on >= tx.today else None)
