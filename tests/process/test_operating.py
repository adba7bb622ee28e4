"""What an operator does beside the bot: doctor, manifest, metrics, an update from the version before (docs/guide/admin.md)."""

import asyncio
import re
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from bot import __version__
from simulator.client import Workspace
from storage import migrations
from storage.db.engine import make_engine
from tests.support.people import name_team
from tests.support.processes import KEY, PATIENTLY, ROOT, Bot, Slack, oob


def environment(slack: Slack, database_url: str) -> dict[str, str]:
    made = Bot(slack, database_url).environment
    return {name: value for name, value in made.items() if name.startswith(("OOB_", "SLACK_"))}


def lines(output: str) -> dict[str, tuple[str, str]]:
    """What was looked at → (how it went, the sentence)."""
    found = re.findall(r"^(ok|note|WRONG) +([\w -]+?): (.*)$", output, re.MULTILINE)
    return {what: (how, sentence) for how, what, sentence in found}


def test_the_doctor_looks_at_everything_before_the_first_start(slack: Slack, tmp_path: Path) -> None:
    seen = oob("doctor", **environment(slack, f"sqlite:///{tmp_path / 'oob.db'}"))
    assert seen.returncode == 0, seen.stdout + seen.stderr
    found = lines(seen.stdout)
    assert {what: how for what, (how, _) in found.items()} == {
        "bot token": "ok",
        "scopes": "ok",
        "clock": "ok",
        "socket": "ok",
        "blocks": "ok",
        "database": "note",
        "keys": "note",
        "audit log": "note",
        "shared Directory": "note",
        "bank holidays": "ok",
        "administrators": "ok",
        "data protection": "note",
    }
    assert "docs/privacy/dpia.md" in found["data protection"][1]
    assert not (tmp_path / "oob.db").exists()


async def test_the_doctor_is_content_with_a_bot_that_works(slack: Slack, workspace: Workspace, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    with Bot(slack, f"sqlite:///{tmp_path / 'oob.db'}", OOB_RATE_PER_MINUTE="1000", **PATIENTLY) as bot:
        await name_team(slack.address, bot)
        assert "is logged" in (await workspace.person("U0DANA").types("inquiry ward asks")).text
        more = {"OOB_DPIA_REF": "IG-2026-17", "OOB_SHARED_DIRECTORY": str(share)}
        seen = await asyncio.to_thread(oob, "doctor", **environment(slack, bot.environment["OOB_DATABASE_URL"]), **more)
    found = lines(seen.stdout)
    assert {how for how, _ in found.values()} == {"ok"}, seen.stdout
    assert "chain holds" in found["audit log"][1]
    assert "mode 0600" in found["keys"][1]
    assert "IG-2026-17" in found["data protection"][1]


@pytest.mark.parametrize(
    ("change", "what", "sentence"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "bot token", "invalid_auth"),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, "socket", "invalid_auth"),
        ({"SLACK_API_URL": "http://127.0.0.1:1/api"}, "bot token", "cannot be reached"),
        ({"OOB_SHARED_DIRECTORY": "no/such/folder"}, "shared Directory", "is not there"),
        ({"OOB_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x", "OOB_KEYS": KEY}, "database", "cannot be used"),
    ],
)
def test_the_doctor_says_what_is_wrong_and_ends_with_1(
    slack: Slack, tmp_path: Path, change: dict[str, str], what: str, sentence: str
) -> None:
    seen = oob("doctor", **(environment(slack, f"sqlite:///{tmp_path / 'oob.db'}") | change))
    assert seen.returncode == 1, seen.stdout + seen.stderr
    how, said = lines(seen.stdout)[what]
    assert (how, sentence in said) == ("WRONG", True), said


def test_the_doctor_finds_a_loose_keys_file_and_a_log_that_was_changed(slack: Slack, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'oob.db'}"
    with Bot(slack, url, **PATIENTLY) as bot:
        asyncio.run(name_team(slack.address, bot))
    (tmp_path / "oob.keys").chmod(0o644)
    assert "chmod 600" in lines(oob("doctor", **environment(slack, url)).stdout)["keys"][1]
    (tmp_path / "oob.keys").chmod(0o600)
    engine = make_engine(url)
    with engine.begin() as conn:
        conn.execute(text("DROP TRIGGER audit_log_refuses_update"))
        conn.execute(text("UPDATE audit_log SET actor = 'U0EVIL' WHERE seq = 1"))
    engine.dispose()
    assert "entry 1 was changed" in lines(oob("doctor", **environment(slack, url)).stdout)["audit log"][1]


def test_the_doctor_says_that_a_database_server_has_to_be_migrated(slack: Slack, fresh_postgresql: object) -> None:
    url = fresh_postgresql.empty()  # type: ignore[attr-defined]
    seen = oob("doctor", **environment(slack, url), OOB_KEYS=KEY, OOB_MODE="http")
    assert "run `oob migrate`" in lines(seen.stdout)["database"][1]
    assert "Slack has to reach /slack/events" in lines(seen.stdout)["socket"][1]
    oob("migrate", OOB_DATABASE_URL=url, OOB_KEYS=KEY)
    assert lines(oob("doctor", **environment(slack, url), OOB_KEYS=KEY).stdout)["database"] == (
        "ok",
        f"It answers, at version {migrations.newest()}.",
    )


def test_the_manifest_is_printed_and_made_into_an_address() -> None:
    printed = oob("manifest")
    assert yaml.safe_load(printed.stdout) == yaml.safe_load((ROOT / "manifest.yml").read_text())
    link = oob("manifest", "--link").stdout.strip()
    assert link.startswith("https://api.slack.com/apps?new_app=1&manifest_yaml=")
    (carried,) = parse_qs(urlsplit(link).query)["manifest_yaml"]
    assert yaml.safe_load(carried) == yaml.safe_load(printed.stdout)


def test_metrics_count_by_words_of_ours_and_nothing_of_anybodys(slack: Slack, tmp_path: Path) -> None:
    with Bot(slack, f"sqlite:///{tmp_path / 'oob.db'}", OOB_RATE_PER_MINUTE="1000", **PATIENTLY) as bot:

        async def work() -> None:
            await name_team(slack.address, bot)
            async with Workspace(slack.address) as workspace:
                dana = workspace.person("U0DANA")
                await dana.types("inquiry canary-metrics")
                await dana.types("canary-verb nonsense")
                await workspace.deliver(
                    "interactive",
                    {
                        "type": "block_actions",
                        "trigger_id": "1.a",
                        "user": {"id": "U0DANA", "team_id": "T0SIM"},
                        "team": {"id": "T0SIM"},
                        "actions": [{"action_id": "canary.action"}],
                    },
                )

        asyncio.run(work())
        with urllib.request.urlopen(f"{bot.address}/metrics") as answer:
            said = answer.read().decode()
            assert answer.headers["content-type"].startswith("text/plain")
    assert 'oob_entries_total{kind="command",name="inquiry",outcome="answered"} 1.0' in said
    assert 'name="unknown"' in said
    assert "oob_ready 1.0" in said
    assert f'oob_build_info{{version="{__version__}"}} 1.0' in said
    assert "oob_last_beat_timestamp_seconds" in said
    assert "canary" not in said
    assert "U0DANA" not in said


def test_an_update_keeps_what_the_version_before_wrote(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    with engine.begin() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "0001")
        conn.execute(
            text(
                "INSERT INTO inquiries (workspace_id, ref, logged_by, logged_at, version, status, asked_on, urgent, result, "
                "outcome, store_in_directory) VALUES ('T', 'INQ-2026-0001', 'U', '2026-12-07 09:00:00', 1, 'logged', "
                "'2026-12-07', false, 'awaiting', 'none', false)"
            )
        )
    migrations.upgrade(engine)
    with engine.connect() as conn:
        row = conn.execute(text("SELECT ref, restricted FROM inquiries")).one()
    assert (row.ref, bool(row.restricted)) == ("INQ-2026-0001", False)
    engine.dispose()
