"""What is missing or wrong is said in a sentence with what to do, and the exit code is 2."""

import base64
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot import __version__
from simulator.client import Workspace
from storage import migrations
from storage.crypto import key_ring
from tests.support.processes import ROOT, Bot, Slack, clean_environment, oob

GOOD = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_URL": "http://127.0.0.1:1/api"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_BOT_TOKEN": "xoxp-user"}, "is not a bot token"),
        ({"SLACK_APP_TOKEN": ""}, "SLACK_APP_TOKEN is missing"),
        ({"OOB_MODE": "http"}, "SLACK_SIGNING_SECRET is missing"),
        ({"OOB_MODE": "carrier pigeon"}, "OOB_MODE cannot be used"),
        ({"OOB_PORT": "http"}, "OOB_PORT cannot be used"),
        ({"OOB_ADMINS": "dana"}, "OOB_ADMINS holds dana"),
        ({"SLACK_API_URL": "http://slack.example/api"}, "SLACK_API_URL cannot be used"),
        ({"OOB_DATABASE_URL": "postgresql://localhost/x"}, "OOB_KEYS_FILE or OOB_KEYS is missing"),
        ({"OOB_DATABASE_URL": "mysql://localhost/x"}, "not an address that OOB can use"),
        ({"OOB_DATABASE_URL": "foo"}, "not an address that OOB can use"),
        ({"OOB_DATABASE_URL": "sqlite:////proc/no/oob.db"}, "cannot be used"),
        ({"OOB_KEYS": "“short”"}, "not 32 bytes"),
        ({"OOB_KEYS_FILE": "no/such/file"}, "is not there"),
        ({"OOB_RATE_PER_MINUTE": "0"}, "OOB_RATE_PER_MINUTE cannot be used"),
    ],
)
def test_a_wrong_environment_is_explained(change: dict[str, str], sentence: str, tmp_path: Path) -> None:
    ended = oob("run", **(GOOD | {"OOB_DATABASE_URL": f"sqlite:///{tmp_path / 'oob.db'}"} | change))
    assert ended.returncode == 2
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr


def test_every_problem_is_said_at_once() -> None:
    ended = oob("run")
    assert ended.returncode == 2
    assert "SLACK_BOT_TOKEN" in ended.stderr
    assert "SLACK_APP_TOKEN" in ended.stderr


def test_d2_a_database_that_cannot_be_reached_is_explained() -> None:
    url = "postgresql://nobody@127.0.0.1:1/none"
    for command in ("run", "migrate", "verify"):
        ended = oob(command, **(GOOD | {"OOB_DATABASE_URL": url, "OOB_KEYS": key_ring.new_key()}))
        assert ended.returncode == 2
        assert "OOB_DATABASE_URL cannot be used" in ended.stderr
        assert "Traceback" not in ended.stderr


def test_d6_a_damaged_database_is_explained(tmp_path: Path) -> None:
    (tmp_path / "oob.db").write_bytes(b"not a database" * 1000)
    ended = oob("run", **(GOOD | {"OOB_DATABASE_URL": f"sqlite:///{tmp_path / 'oob.db'}"}))
    assert ended.returncode == 2
    assert "cannot be used" in ended.stderr


def test_a_database_server_is_migrated_by_hand_and_the_bot_says_so(fresh_postgresql: object) -> None:
    url = fresh_postgresql.empty()  # type: ignore[attr-defined]
    environment = {"OOB_DATABASE_URL": url, "OOB_KEYS": key_ring.new_key()}
    refused = oob("run", **(GOOD | environment))
    assert refused.returncode == 2
    assert "Run `oob migrate`" in refused.stderr
    assert "There is no audit log yet" in oob("verify", **environment).stderr
    assert f"The database was at nothing and is at {migrations.newest()}" in oob("migrate", **environment).stdout
    assert f"was at {migrations.newest()}" in oob("migrate", **environment).stdout


@pytest.mark.parametrize(("name", "value"), [("SLACK_BOT_TOKEN", "xoxb-wrong"), ("SLACK_APP_TOKEN", "xapp-wrong")])
async def test_a6_a_token_that_slack_refuses_at_the_start_is_explained(
    slack: Slack, tmp_path: Path, name: str, value: str
) -> None:
    bot = Bot(slack, f"sqlite:///{tmp_path / 'oob.db'}", **{name: value})
    ended = oob("run", **{k: v for k, v in bot.environment.items() if k.startswith(("OOB_", "SLACK_"))})
    assert ended.returncode == 2
    assert f"Slack refused {name} (invalid_auth)" in ended.stderr


def test_a_port_that_is_taken_is_explained(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = oob("run", **(GOOD | {"OOB_DATABASE_URL": f"sqlite:///{tmp_path / 'oob.db'}", "OOB_PORT": port}))
    assert ended.returncode == 2
    assert "Choose another with OOB_PORT" in ended.stderr


def test_verify_makes_no_database_where_there_is_none(tmp_path: Path) -> None:
    ended = oob("verify", OOB_DATABASE_URL=f"sqlite:///{tmp_path / 'typo.db'}")
    assert ended.returncode == 2
    assert "There is no database" in ended.stderr
    assert not (tmp_path / "typo.db").exists()


def test_a_new_key_is_printed_alone() -> None:
    made = oob("keys", "new")
    assert len(base64.urlsafe_b64decode(made.stdout.strip())) == 32
    assert "apart from" in made.stderr


async def test_g_a_start_with_another_key_is_refused_and_changes_nothing(
    slack: Slack, workspace: Workspace, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'oob.db'}"
    with Bot(slack, url) as bot:
        assert (await workspace.about())["sockets"] == 1
        known = {k: v for k, v in bot.environment.items() if k.startswith(("OOB_", "SLACK_"))}
    for change in ({"OOB_KEYS": key_ring.new_key()},):
        refused = oob("run", **(known | change))
        assert refused.returncode == 2
        assert "Nothing was changed" in refused.stderr
    (tmp_path / "oob.keys").rename(tmp_path / "elsewhere")
    assert "does not make a new one" in oob("run", **known).stderr
    assert not (tmp_path / "oob.keys").exists()


def test_verify_finds_a_log_that_was_changed(slack: Slack, tmp_path: Path) -> None:
    import asyncio
    import sqlite3

    from tests.support.people import name_team

    with Bot(slack, f"sqlite:///{tmp_path / 'oob.db'}") as bot:
        asyncio.run(name_team(slack.address, bot))
    environment = {"OOB_DATABASE_URL": bot.environment["OOB_DATABASE_URL"]}
    assert oob("verify", **environment).returncode == 0
    with sqlite3.connect(tmp_path / "oob.db") as conn:
        conn.execute("DROP TRIGGER audit_log_refuses_UPDATE")
        conn.execute("UPDATE audit_log SET actor = 'U0EVIL' WHERE seq = 2")
    conn.close()
    broken = oob("verify", **environment)
    assert broken.returncode == 1
    assert "entry 2 was changed" in broken.stdout


def test_the_demo_plays_its_tour_and_ends() -> None:
    played = oob("demo", "--tour", COLUMNS="120", **{k: v for k, v in os.environ.items() if k.startswith("COVERAGE")})
    assert played.returncode == 0, played.stderr
    assert "found by a colleague" in played.stdout


def test_started_by_its_name_it_says_what_is_missing_and_its_version() -> None:
    """The other tests here fork it from a process that has imported it already."""

    def started(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            env=clean_environment(),
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )

    assert started("run").returncode == 2
    assert "SLACK_BOT_TOKEN is missing" in started("run").stderr
    assert started("--version").stdout == f"oob {__version__}\n"
    assert "a pretend Slack in the browser" in started("--help").stdout


def test_help_and_version_need_nothing_but_the_standard_library() -> None:
    script = (
        "import contextlib, sys; from bot.__main__ import main\n"
        "with contextlib.suppress(SystemExit): main(['--help'])\n"
        "print({'sqlalchemy', 'slack_bolt', 'pydantic', 'storage', 'aiohttp'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert said.splitlines()[-1] == "set()"
