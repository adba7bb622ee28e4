"""What lists cost: the rows that they list, whatever is stored beside them (domain of P4; SQLite's VM steps need no clock)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from bot.casework import briefing, listing, planning
from bot.casework import people as staff
from bot.casework.referring import NewCase, refer
from bot.casework.working import Contact, contact
from bot.desk import Context
from bot.rules.activation import ReferralFacts
from bot.rules.codes import ActivityKind, Channel, Form, Route
from bot.rules.people import Actor, Person, Role
from storage import migrations, workspaces
from storage.auditlog import Chain
from storage.case_tables import CaseRow, EpisodeRow, ReferralRow
from storage.clock_tables import CaseloadRow, LedgerRow, ObligationRow
from storage.engine import Tx, make_engine
from storage.keys import KeyRing
from storage.vault import Vault

HOME, NOW = "T0SIM", datetime(2026, 12, 7, 8, 30, tzinfo=UTC)
WORKER = Actor(workspace_id=HOME, user_id="W", roles=frozenset({Role.SOCIAL_WORKER}))
LISTS: dict[str, Callable[[Tx], object]] = {
    "agenda": lambda tx: listing.agenda_of(tx, "W"),
    "due": lambda tx: listing.due_of(tx, Person(user_id="W", role=Role.SOCIAL_WORKER)),
    "digest": lambda tx: briefing.digest_for(tx, "M"),
    "decision list": listing.decision_list,
    "worklist": lambda tx: briefing.worklist_for(tx, "W"),
    "sweep with nothing due": planning.owes,
}


class Team:
    """A database with one small team at work, and any number of cases of other teams beside it."""

    def __init__(self, path: Path, beside: int) -> None:
        self.engine = make_engine(f"sqlite:///{path}")
        self.vault = Vault(KeyRing([bytes(range(32))]))
        migrations.upgrade(self.engine)
        self.do(_people, at=NOW - timedelta(days=120))
        for number, days in enumerate((100, 93, 40, 20, 3)):
            self.do(_case, number, by="W", at=NOW - timedelta(days=days))
        self.do(planning.tick, at=NOW - timedelta(days=7))
        self.do(_others, beside)
        with self.engine.connect() as conn:
            conn.exec_driver_sql("ANALYZE")

    def do(self, fn: Callable[..., Any], *args: object, by: str = "system", at: datetime = NOW) -> Any:
        with self.engine.connect() as conn, conn.begin():
            tx = Tx(conn, Context(HOME, by, at, 60), self.vault, Chain(conn, self.vault))
            result = fn(tx, *args)
            tx.chain.flush()
        return result

    def steps(self, fn: Callable[[Tx], object]) -> tuple[object, int]:
        """What it lists, and how many steps SQLite's virtual machine took."""
        taken = 0

        def step() -> int:
            nonlocal taken
            taken += 1
            return 0

        with self.engine.connect() as conn, conn.begin():
            driver: Any = conn.connection.driver_connection
            driver.set_progress_handler(step, 1)
            try:
                listed = fn(Tx(conn, Context(HOME, "system", NOW, 60), self.vault, Chain(conn, self.vault)))
            finally:
                driver.set_progress_handler(None, 1)
        return listed, taken


def _people(tx: Tx) -> None:
    workspaces.register(tx)
    for name, role, manager in (("M", Role.TEAM_MANAGER, None), ("W", Role.SOCIAL_WORKER, "M")):
        staff.name_person(tx, Person(user_id=name, role=role, manager_id=manager))


def _case(tx: Tx, number: int) -> None:
    facts = ReferralFacts(
        received_on=tx.today,
        activated_on=tx.today,
        channel=Channel.WARD_STAFF,
        form=Form.VERBAL,
        source_code="3F",
        threshold_level=3,
        home_authority="E09000009",
        need_to_see_family=True,
        significant_activity=True,
        route=Route.SHORT_TERM,
        opened_on=tx.today,
    )
    case = refer(tx, facts, NewCase(f"ICS-{number}"), WORKER)
    contact(tx, case.ref, Contact(ActivityKind.VISIT, tx.today), WORKER)


def _others(tx: Tx, number: int) -> None:
    """Copies of this team's rows under other names and other people, ended, open, due and sent."""
    sample = {table: dict(tx.conn.execute(table.__table__.select()).mappings().first() or {}) for table in _COPIED}
    for table, row in sample.items():
        batch = [row | _other(table, n) for n in range(number)]
        for begin in range(0, number, 5000):
            tx.conn.execute(insert(table), batch[begin : begin + 5000])


_COPIED: tuple[type[Any], ...] = (CaseRow, EpisodeRow, ReferralRow, ObligationRow, CaseloadRow, LedgerRow)


def _other(table: type[Any], number: int) -> dict[str, Any]:
    ref = f"OOB-2020-{number:06d}"
    day = date(2018, 1, 1) + timedelta(days=number % 3000)
    changed: dict[str, Any] = {
        "ref": ref,
        "case_ref": ref,
        "ics_ref": f"OLD-{number}",
        "worker_id": f"W{number % 500}",
        "recipient": f"W{number % 500}",
    }
    changed |= {"manager_id": f"M{number % 50}", "subject": f"{ref}#1", "received_on": day, "opened_on": day, "due_on": day}
    if table is ReferralRow:
        changed["ref"] = f"R-2020-{number:06d}"
    if table is CaseloadRow:
        changed["look_from"] = date(2099, 1, 1)
    if table is ObligationRow:
        changed |= {"send_on": None, "status": "open" if number % 3 else "met"}
    return {name: value for name, value in changed.items() if name in table.__table__.columns}


@pytest.fixture(scope="module")
def teams(tmp_path_factory: pytest.TempPathFactory) -> tuple[Team, Team]:
    """A team among a thousand cases, and the same team among a hundred thousand."""
    folder = tmp_path_factory.mktemp("lists")
    return Team(folder / "small.db", 1_000), Team(folder / "large.db", 100_000)


@pytest.mark.parametrize("name", LISTS)
def test_p4_a_list_costs_what_it_lists_among_1_000_and_among_100_000_cases(teams: tuple[Team, Team], name: str) -> None:
    small, large = teams
    (listed, steps), (listed_too, steps_too) = small.steps(LISTS[name]), large.steps(LISTS[name])
    assert listed == listed_too
    assert steps == steps_too
    assert 0 < steps < 20_000


def test_p4_the_lists_that_are_measured_are_not_empty(teams: tuple[Team, Team]) -> None:
    small, _ = teams
    digest, _ = small.steps(LISTS["digest"])
    agenda, _ = small.steps(LISTS["agenda"])
    assert digest.lists["threshold"] == ["OOB-2026-0001", "OOB-2026-0002"]  # type: ignore[attr-defined]  # a Digest
    assert len(agenda) == 5  # type: ignore[arg-type]  # entries
