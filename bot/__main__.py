"""The command line, `oob`. It reads the environment, builds things and runs them; nothing else does."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import uvloop
from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot import doctor, logs, manifest, settings
from bot.desk import system_clock
from bot.exchange import command
from bot.papers import command as papers
from bot.process import Process, open_ledger
from bot.rehearsal import story, words
from bot.rehearsal.play import play
from bot.rules.calendar import say_moment
from bot.settings import Settings, SettingsError
from storage import auditlog, backup, keys, migrations, rotation, workspaces
from storage.engine import make_engine
from storage.vault import Vault

T = TypeVar("T")

Arguments = argparse.Namespace
USAGE = 2
BROKEN = 1


def main(arguments: list[str] | None = None) -> int:
    """Run one sub-command; 0 when it did its work, 1 when what it checked is broken, 2 when it could not start."""
    parser = argparse.ArgumentParser(prog="oob", description="A Slack bot that keeps the clocks of out of borough work.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (run, summary) in _COMMANDS.items():
        commands.add_parser(name, help=summary, description=summary).set_defaults(run=run)
    commands.choices["keys"].add_argument(
        "action",
        choices=["new", "status", "rotate"],
        help="new: print a fresh key; status: which keys are in use; rotate: wrap every data key by the first one",
    )
    for name in ("backup", "restore"):
        commands.choices[name].add_argument("file", type=Path, help="the backup")
    commands.choices["demo"].add_argument("--tour", action="store_true", help="a short tour in the terminal; it ends by itself")
    commands.choices["demo"].add_argument("--port", default="0", help="of the workspace in the browser; 0 takes a free one")
    commands.choices["demo"].add_argument("--empty", action="store_true", help="without invented history")
    commands.choices["manifest"].add_argument(
        "--link", action="store_true", help="print an address that opens Slack with a new app made of it"
    )
    commands.choices["rehearse"].add_argument("story", type=Path, help="the story: YAML or JSON (docs/guide/rehearse.md)")
    commands.choices["rehearse"].add_argument("--json", action="store_true", help="for programs (docs/stories-reference.md)")
    commands.choices["rehearse"].add_argument("--database", metavar="URL", help="play there instead of in a temporary database")
    command.arguments(commands.choices["import"], commands.choices["export"])
    papers.arguments(commands.choices["report"])
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201 - sentences for the person at the terminal
        return USAGE
    except KeyboardInterrupt:
        return 0
    except BrokenPipeError:  # who reads has seen enough, such as `head`; Python would complain once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(_chosen: Arguments) -> int:
    logs.configure()
    checked = settings.read()
    ledger = open_ledger(checked)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(Process(checked, ledger).run())
    return 0


def _demo(chosen: Arguments) -> int:
    more = ["--port", chosen.port, *(f"--{name}" for name in ("tour", "empty") if getattr(chosen, name))]
    os.execv(sys.executable, [sys.executable, "-m", "demo", *more])  # noqa: S606 - the demo itself ends what it starts


def _migrate(_chosen: Arguments) -> int:
    engine = make_engine(_storage_settings().database_url)
    before = _reachable(lambda: migrations.current(engine))
    _reachable(lambda: migrations.upgrade(engine))
    print(f"The database was at {before or 'nothing'} and is at {migrations.newest()}.")  # noqa: T201
    return 0


def _verify(_chosen: Arguments) -> int:
    """Check the audit log of every workspace and say what was found."""
    checked = _storage_settings()
    engine = _existing(checked, readonly=True)
    vault = Vault(_ring(checked, engine))

    def verdicts() -> list[auditlog.Verdict]:
        with engine.connect() as conn:
            return list(auditlog.verify(conn, vault))

    broken = False
    for verdict in _reachable(verdicts):
        broken = broken or verdict.problem is not None
        result = "holds" if verdict.problem is None else f"is broken: {verdict.problem}"
        print(f"{verdict.workspace_id}: {verdict.entries:,} entries, the chain {result}.")  # noqa: T201
    return BROKEN if broken else 0


def _keys(chosen: Arguments) -> int:
    if chosen.action == "new":
        print(keys.new_key())  # noqa: T201
        print("Keep it apart from the database's backups.", file=sys.stderr)  # noqa: T201
        return 0
    checked = _storage_settings()
    engine = _existing(checked, readonly=chosen.action == "status")
    ring = _ring(checked, engine)
    if chosen.action == "rotate":
        changed = _reachable(lambda: rotation.rotate(engine, Vault(ring), system_clock()))
        print(f"{changed:,} data keys are wrapped by {ring.active} now. Keep the older keys: the audit log needs them.")  # noqa: T201
        return 0
    with engine.connect() as conn:
        for key_id, since, wrapped in rotation.status(conn):
            active = " (active)" if key_id == ring.active else ""
            print(f"{key_id}{active}: in use since {say_moment(since)}, {wrapped:,} data keys")  # noqa: T201
    return 0


def _backup(chosen: Arguments) -> int:
    size = _reachable(lambda: backup.back_up(_storage_settings(), chosen.file))
    print(f"{chosen.file} holds the database ({size:,} bytes) and no keys.")  # noqa: T201
    return 0


def _restore(chosen: Arguments) -> int:
    verdicts = _reachable(lambda: backup.restore(_storage_settings(), chosen.file))
    entries = sum(verdict.entries for verdict in verdicts)
    print(f"Restored. The keys are the right ones, and the audit log holds ({entries:,} entries).")  # noqa: T201
    return 0


def _doctor(_chosen: Arguments) -> int:
    """Look at everything around the bot; 1 when something is wrong."""
    signs = {doctor.Verdict.RIGHT: "ok   ", doctor.Verdict.NOTE: "note ", doctor.Verdict.WRONG: "WRONG"}
    findings = asyncio.run(doctor.examine(settings.read()))
    for finding in findings:
        print(f"{signs[finding.verdict]} {finding.what}: {finding.sentence}")  # noqa: T201
    return BROKEN if any(finding.verdict is doctor.Verdict.WRONG for finding in findings) else 0


def _manifest(chosen: Arguments) -> int:
    print(manifest.link() if chosen.link else manifest.text().rstrip())  # noqa: T201
    return 0


def _rehearse(chosen: Arguments) -> int:
    """Play a story and tell what would have happened; 2 when the story itself is wrong."""
    try:
        told = play(story.read(chosen.story.read_text(encoding="utf-8")), chosen.database)
    except (story.StoryError, OSError, UnicodeDecodeError, ArgumentError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return USAGE
    except DBAPIError as error:
        print(f"That database cannot be used: {' '.join(str(error.orig).split())}", file=sys.stderr)  # noqa: T201
        return USAGE
    if chosen.json:
        print(json.dumps(told.output, ensure_ascii=False, indent=1))  # noqa: T201
        for number, name in told.unused:
            print(f"Event {number}: the field {name} meant nothing there.", file=sys.stderr)  # noqa: T201
    else:
        for line in words.lines(told):
            print(line)  # noqa: T201
    return 0


def _import(chosen: Arguments) -> int:
    return _with_cases(command.take_over, chosen)


def _export(chosen: Arguments) -> int:
    return _with_cases(command.give_out, chosen)


def _report(chosen: Arguments) -> int:
    return _with_cases(papers.report, chosen)


def _with_cases(run: command.Command, chosen: Arguments) -> int:
    checked = _storage_settings()
    engine = _existing(checked, readonly=False)
    vault = Vault(_ring(checked, engine))
    return _reachable(lambda: run(chosen, checked, engine, vault, system_clock()))


def _existing(checked: Settings, *, readonly: bool) -> Engine:
    """The database of the settings, which must be there already."""
    if checked.embedded and not backup.database_file(checked).exists():
        raise SettingsError("There is no database at OOB_DATABASE_URL yet.")
    return make_engine(checked.database_url, readonly=readonly, patient=True)


def _ring(checked: Settings, engine: Engine) -> keys.KeyRing:
    def used() -> set[str]:
        with engine.connect() as conn:
            return workspaces.keys_used(conn)

    if not (found := _reachable(used)):
        raise SettingsError("There is no audit log yet: the bot has not run with this database.")
    return keys.load(checked, found)


def _storage_settings() -> Settings:
    """The settings for a command that needs no Slack."""
    return settings.read(bot_token="xoxb-", app_token="xapp-", mode="socket")  # noqa: S106 - not tokens, placeholders


def _reachable(work: Callable[[], T]) -> T:
    try:
        return work()
    except DBAPIError as error:
        raise SettingsError(
            f"The database of OOB_DATABASE_URL cannot be used ({type(error.orig).__name__}). Check the address and that it runs."
        ) from None


_COMMANDS: dict[str, tuple[Callable[[Arguments], int], str]] = {
    "run": (_run, "start the bot with the tokens of the environment"),
    "demo": (_demo, "a pretend Slack in the browser, with the real bot"),
    "doctor": (_doctor, "look at tokens, socket, database, keys and the rest, and say what is wrong"),
    "manifest": (_manifest, "print the manifest of the Slack app"),
    "rehearse": (_rehearse, "play a story of cases through the rules and tell what would have been said"),
    "import": (_import, "take over cases from a CSV file of the record system"),
    "export": (_export, "write every case to a CSV file"),
    "report": (_report, "print the figures of a period: referrals, rereferrals, consistency or workload"),
    "migrate": (_migrate, "bring the database to the version of this program"),
    "verify": (_verify, "check the audit log's chain"),
    "keys": (_keys, "make, list and change master keys"),
    "backup": (_backup, "copy the embedded database to a file while the bot works"),
    "restore": (_restore, "put a backup in the place of a database that is not there"),
}

if __name__ == "__main__":
    sys.exit(main())
