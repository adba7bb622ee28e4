"""The simulator with the three seconds of the real Slack: its limits are what these tests are about."""

from collections.abc import Iterator

import pytest

from tests.support.processes import Slack


@pytest.fixture(scope="module")
def slack() -> Iterator[Slack]:
    with Slack() as started:
        yield started
