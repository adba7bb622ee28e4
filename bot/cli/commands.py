"""What each sub-command of `oob` does: it reads the environment, builds things and runs them; nothing else does.

What only some commands need is imported in them: the bot itself takes a second to import, and `oob keys new` needs none of it.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot import collector_off
from bot.core import logging, settings
from bot.core.context import system_clock
from bot.core.settings import Settings, SettingsError
from bot.domain.shared.calendar import say_moment
from storage import migrations
from storage.crypto import key_ring
from storage.crypto.vault import Vault
from storage.db import audit_log, workspaces
from storage.db.engine import make_engine
from storage.maintenance import backup, rotation

if TYPE_CHECKING:
    from bot.cli import import_export

T = TypeVar("T")

Arguments = argparse.Namespace
USAGE = 2
BROKEN = 1


def carry_out(chosen: Arguments) -> int:
    """Run the sub-command of these arguments; its exit code."""
    try:
        return _COMMANDS[chosen.command](chosen)
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201 - sentences for the person at the terminal
        return USAGE
    except KeyboardInterrupt:
        return 0
    except BrokenPipeError:  # who reads has seen enough, such as `head`; Python would complain once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(_chosen: Arguments) -> int:
    with collector_off():
        import uvloop

        from bot.runtime.process import Process, open_ledger
    gc.freeze()  # what was imported stays for good: the collector need not look at it again
    logging.configure()
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

    def verdicts() -> list[audit_log.LogVerdict]:
        with engine.connect() as conn:
            return list(audit_log.verify(conn, vault))

    broken = False
    for verdict in _reachable(verdicts):
        broken = broken or verdict.problem is not None
        result = "holds" if verdict.problem is None else f"is broken: {verdict.problem}"
        print(f"{verdict.workspace_id}: {verdict.entries:,} entries, the chain {result}.")  # noqa: T201
    return BROKEN if broken else 0


def _keys(chosen: Arguments) -> int:
    if chosen.action == "new":
        print(key_ring.new_key())  # noqa: T201
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
    with collector_off():
        from bot.cli import doctor
    signs = {doctor.CheckResult.RIGHT: "ok   ", doctor.CheckResult.NOTE: "note ", doctor.CheckResult.WRONG: "WRONG"}
    findings = asyncio.run(doctor.examine(settings.read()))
    for finding in findings:
        print(f"{signs[finding.verdict]} {finding.what}: {finding.sentence}")  # noqa: T201
    return BROKEN if any(finding.verdict is doctor.CheckResult.WRONG for finding in findings) else 0


def _manifest(chosen: Arguments) -> int:
    from bot.cli import manifest

    print(manifest.link() if chosen.link else manifest.text().rstrip())  # noqa: T201
    return 0


def _rehearse(chosen: Arguments) -> int:
    """Play a story and tell what would have happened; 2 when the story itself is wrong."""
    with collector_off():
        from bot.cli import rehearse
        from bot.rehearsal import story
        from bot.rehearsal.runner import play
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
        for line in rehearse.lines(told):
            print(line)  # noqa: T201
    return 0


def _import(chosen: Arguments) -> int:
    from bot.cli import import_export

    return _with_cases(import_export.take_over, chosen)


def _export(chosen: Arguments) -> int:
    from bot.cli import import_export

    return _with_cases(import_export.give_out, chosen)


def _report(chosen: Arguments) -> int:
    from bot.cli import report as papers

    return _with_cases(papers.report, chosen)


def _with_cases(run: import_export.Command, chosen: Arguments) -> int:
    checked = _storage_settings()
    engine = _existing(checked, readonly=False)
    vault = Vault(_ring(checked, engine))
    return _reachable(lambda: run(chosen, checked, engine, vault, system_clock()))


def _existing(checked: Settings, *, readonly: bool) -> Engine:
    """The database of the settings, which must be there already."""
    if checked.embedded and not backup.database_file(checked).exists():
        raise SettingsError("There is no database at OOB_DATABASE_URL yet.")
    return make_engine(checked.database_url, readonly=readonly, patient=True)


def _ring(checked: Settings, engine: Engine) -> key_ring.KeyRing:
    def used() -> set[str]:
        with engine.connect() as conn:
            return workspaces.keys_used(conn)

    if not (found := _reachable(used)):
        raise SettingsError("There is no audit log yet: the bot has not run with this database.")
    return key_ring.load(checked, found)


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


_COMMANDS: dict[str, Callable[[Arguments], int]] = {
    "run": _run,
    "demo": _demo,
    "doctor": _doctor,
    "manifest": _manifest,
    "rehearse": _rehearse,
    "import": _import,
    "export": _export,
    "report": _report,
    "migrate": _migrate,
    "verify": _verify,
    "keys": _keys,
    "backup": _backup,
    "restore": _restore,
}
