"""Many new cases at once: one statement a table for each hundred (docs/guide/import.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert

from bot.domain.cases.case import Case
from bot.domain.cases.episode import Episode
from bot.domain.cases.records import Record
from bot.domain.obligations.caseload import CaseLine
from storage.cases import caseload, cases
from storage.cases.tables import CaseRow
from storage.db.columns import table_of
from storage.db.engine import Tx
from storage.reminders import obligations
from storage.reminders.obligations import Kept
from storage.reminders.tables import CaseloadRow, ObligationRow

AT_ONCE = 100

New = tuple[Case, list[Kept], CaseLine | None]


def add(tx: Tx, made: Sequence[New]) -> None:
    """Insert cases that nobody has yet, with their records, what is asked of them, and their lines."""
    rows: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for case, kept, line in made:
        rows[CaseRow].append(cases.head_of(tx, case))
        for record in _records(case):
            table, values = cases.row_of(tx, case.ref, record)
            rows[table].append(values)
        rows[ObligationRow] += [obligations.row_of(tx, each) for each in kept]
        if line is not None:
            rows[CaseloadRow].append(caseload.row_of(tx, line, line.look_from, None))
    for table, several in rows.items():
        if several:
            tx.conn.execute(insert(table_of(table)), several)


def _records(case: Case) -> list[Record]:
    hanging: list[Record] = [each for episode in case.episodes for name in Episode.HANGING for each in getattr(episode, name)]
    beside = (case.referrals, case.home_authorities, case.assignments, case.sharings, case.chronologies)
    return [*case.episodes, *hanging, *(each for several in beside for each in several)]
