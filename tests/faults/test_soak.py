"""The soak, short: the scenarios of `make soak` with a few people and kills."""

import os
import subprocess
import sys

import pytest

from tests.soak.__main__ import SHORT
from tests.support.processes import ROOT

pytestmark = pytest.mark.unmeasured


@pytest.mark.parametrize("name", list(SHORT))
def test_r2_r3_r9_the_short_soak_loses_and_repeats_nothing(name: str, request: pytest.FixtureRequest) -> None:
    environment = {"OOB_TEST_DATABASE_URL": request.getfixturevalue("postgresql_server")} if "PostgreSQL" in name else {}

    command = [sys.executable, "-m", "tests.soak", "--short", "--only", name]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=900, env=os.environ | environment
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert "0 lost, 0 repeated" in done.stdout or "at most 1 message each, at least 1" in done.stdout
