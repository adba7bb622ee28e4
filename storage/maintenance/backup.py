"""A copy of the embedded database, and the way back (docs/guide/admin.md). Keys are never in it."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlalchemy import Connection

from bot.core.settings import Settings, SettingsError
from storage import migrations
from storage.crypto import key_ring
from storage.crypto.vault import Vault
from storage.db import audit_log, workspaces
from storage.db.engine import make_engine

_PAGES = 2_000
_SERVER = "With a database server use its own tools (pg_dump, pg_restore). The keys are apart from it in either case."


def database_file(settings: Settings) -> Path:
    """The file of the embedded database; `SettingsError` for a database server."""
    if not settings.embedded:
        raise SettingsError(_SERVER)
    return Path(settings.database_url.removeprefix("sqlite:///"))


def back_up(settings: Settings, target: Path) -> int:
    """Copy the database to `target` while the bot works; the number of bytes. A file that is there is never replaced."""
    source = database_file(settings)
    if not source.exists():
        raise SettingsError("There is no database at OOB_DATABASE_URL yet.")
    _absent(target)
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        _copy(source, part)
        os.link(part, target)
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def restore(settings: Settings, backup: Path) -> list[audit_log.LogVerdict]:
    """Put a backup in the place of a database that is not there, once its keys and its audit log were checked.

    Raises `SettingsError` and changes nothing when a database is there, the backup is none or is from a newer version, a key
    is missing, or the audit log does not hold.
    """
    target = database_file(settings)
    _absent(target)
    if not backup.exists():
        raise SettingsError(f"There is no backup {backup}.")
    engine = make_engine(f"sqlite:///{backup}", readonly=True)
    try:
        with engine.connect() as conn:
            verdicts = _checked(conn, settings, backup)
        if migrations.current(engine) not in migrations.known():
            raise SettingsError("The backup was made by a newer version of OOB. Install that version first. Nothing was changed.")
    finally:
        engine.dispose()
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        _copy(backup, part)
        os.link(part, target)
    finally:
        part.unlink(missing_ok=True)
    return verdicts


def _checked(conn: Connection, settings: Settings, backup: Path) -> list[audit_log.LogVerdict]:
    used = workspaces.keys_used(conn)
    if not used:
        raise SettingsError(f"{backup} is not a backup of OOB. Nothing was changed.")
    verdicts = list(audit_log.verify(conn, Vault(key_ring.load(settings, used))))
    if broken := [verdict for verdict in verdicts if verdict.problem]:
        raise SettingsError(f"The backup's audit log is broken: {broken[0].problem}. Nothing was changed.")
    return verdicts


def _copy(source: Path, target: Path) -> None:
    """A consistent copy as one file, on disk when this returns, whatever is written to `source` meanwhile."""
    reading, writing = sqlite3.connect(f"file:{source}?mode=ro", uri=True), sqlite3.connect(target)
    try:
        reading.backup(writing, pages=_PAGES)
        writing.execute("PRAGMA journal_mode=DELETE")
    finally:
        reading.close()
        writing.close()
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _absent(path: Path) -> None:
    if path.exists():
        raise SettingsError(f"{path} is there already. Nothing was changed; move it away first.")
