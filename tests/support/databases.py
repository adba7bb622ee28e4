"""Databases for tests: empty ones, and copies of one that is migrated already, which cost a tenth of migrating each."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from storage import migrations
from storage.db.engine import make_engine

_NUMBERS = itertools.count(1)
_ROOM = 4 * 1024**3


class PostgresqlDatabases:
    """Makes databases nobody has used, on one server.

    The server need not keep anything through a power cut, so nothing is flushed to its disk (tests that end a server have one
    of their own).
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._connection = psycopg.connect(address, autocommit=True)
        self._template: str | None = None
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        self._connection.execute("SELECT pg_reload_conf()")

    def close(self) -> None:
        """End the connection; the databases go with their server."""
        self._connection.close()

    def empty(self) -> str:
        """The address of a database without tables."""
        return self._make("")

    def migrated(self) -> str:
        """The address of a database at the newest version."""
        if self._template is None:
            url = self._make("")
            _migrate(url)
            self._template = make_url(url).database
        return self._make(f" TEMPLATE {self._template}")

    def drop(self, url: str) -> None:
        """Delete a database that is not needed any more; who is still connected is put out."""
        self._connection.execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)".encode())

    def _make(self, like: str) -> str:
        name = f"oob_{os.getpid()}_{next(_NUMBERS)}"
        self._connection.execute(f"CREATE DATABASE {name}{like}".encode())
        return make_url(self._address).set(database=name).render_as_string(hide_password=False)


def data_folder() -> tempfile.TemporaryDirectory[str]:
    """Where a server for tests keeps its data: in memory where there is room, because it writes a lot and keeps nothing."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > _ROOM
    return tempfile.TemporaryDirectory(prefix="oob-pg-", dir=memory if roomy else None)


def migrated_file(template: Path, to: Path) -> str:
    """The address of a SQLite database at the newest version; `template`: where the first one is kept."""
    if not template.exists():
        _migrate(f"sqlite:///{template}")
    shutil.copyfile(template, to)
    return f"sqlite:///{to}"


def _migrate(url: str) -> None:
    engine = make_engine(url)
    migrations.upgrade(engine)
    engine.dispose()  # closes the log into the file, and leaves a template that nobody is connected to
