"""A post room with a pretend Slack of each test's own, on both databases."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.offices import Office
from tests.support.post import Post, posting
from tests.support.processes import Slack


@pytest.fixture(scope="module")
def slack() -> Iterator[Slack]:
    """With the three seconds of the real one: deadlines are what these tests are about."""
    with Slack() as started:
        yield started


@pytest.fixture(scope="session")
def posts_slack() -> Iterator[Slack]:
    with Slack() as started:
        yield started


@pytest.fixture
async def fast_post(tmp_path: Path, posts_slack: Slack) -> AsyncIterator[Post]:
    """On SQLite only, for many cases of what does not depend on the database."""
    office = Office(f"sqlite:///{tmp_path / 'oob.db'}")
    await office.open()
    async with posting(office, posts_slack) as opened:
        yield opened
    office.close()


@pytest.fixture
async def post(office: Office, posts_slack: Slack) -> AsyncIterator[Post]:
    async with posting(office, posts_slack) as opened:
        yield opened
