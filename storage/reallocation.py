"""What somebody leaves behind stays with their manager, and cases without anybody responsible are found (docs/domain.md §7.1)."""

from __future__ import annotations

from bot.domain.people import MANAGERS, Person
from storage import people
from storage.cases.tables import EpisodeRow
from storage.db.engine import Tx
from storage.reminders.tables import CaseloadRow, ObligationRow


def keep_with(tx: Tx, worker_id: str, manager_id: str) -> None:
    """Name the manager for everything that a worker leaves behind, so that it stays on that manager's lists."""
    unnamed = (EpisodeRow.worker_id == worker_id, EpisodeRow.named_manager_id.is_(None), EpisodeRow.closed_on.is_(None))
    tx.update(EpisodeRow, *unnamed, named_manager_id=manager_id)
    for row in (ObligationRow, CaseloadRow):
        tx.update(row, row.worker_id == worker_id, row.manager_id.is_(None), manager_id=manager_id)


def unassigned(tx: Tx) -> list[str]:
    """Return the open cases without a worker or a manager who is on the list; the cost is that of the list of staff."""
    staff = {each.user_id: each for each in people.everyone(tx)}
    query = tx.select(CaseloadRow, CaseloadRow.worker_id, CaseloadRow.manager_id).distinct()
    pairs = [
        (worker_id, named)
        for worker_id, named in tx.conn.execute(query)
        if worker_id not in staff or not _leads(staff, named or staff[worker_id].manager_id)
    ]
    found: list[str] = []
    for worker_id, named in pairs:
        same = CaseloadRow.manager_id.is_(None) if named is None else CaseloadRow.manager_id == named
        refs = tx.select(CaseloadRow, CaseloadRow.case_ref).where(CaseloadRow.worker_id == worker_id, same)
        found += tx.conn.execute(refs).scalars()
    return sorted(found)


def _leads(staff: dict[str, Person], manager_id: str | None) -> bool:
    return manager_id is not None and manager_id in staff and staff[manager_id].role in MANAGERS
