"""`oob import` and `oob export`: the terminal's side, with a bar that shows how far it is."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine

from bot.core.context import TxContext
from bot.core.settings import Settings, SettingsError
from bot.csv_exchange import reader, writer
from bot.csv_exchange.reader import UnreadableFile
from bot.domain.people import Role
from bot.domain.shared.errors import Refusal
from bot.services.cases import importing
from storage import people
from storage.crypto.vault import Vault
from storage.db import workspaces
from storage.db.batch import Batch
from storage.db.engine import Tx

_PATIENCE = 60.0


def take_over(chosen: Namespace, settings: Settings, engine: Engine, vault: Vault, now: datetime) -> int:
    """Check a file, and put it on file if nothing is wrong with any line; 1 when something is."""
    body = _body(chosen.file)
    columns, workers = _pairs(chosen.column, "--column"), _pairs(chosen.worker, "--worker")
    places = _pairs(chosen.authority, "--authority")
    with transaction(chosen, settings, engine, vault, now) as tx, _bar() as bar:
        try:
            read = reader.read(body, columns, workers, tx.today, places)
        except UnreadableFile as error:
            raise SettingsError(str(error)) from None
        except Refusal as refusal:
            raise SettingsError(f"--authority: {refusal.sentence}") from None
        found = (*read.problems, *importing.problems(tx, read.rows))
        if read.ignored:
            _say(f"Not read, and not kept: {', '.join(read.ignored)}.")
        if found:
            for line in reader.listed(found):
                print(line)  # noqa: T201 - for the person at the terminal
            _say(f"{len(found):,} problems. Nothing was changed.")
            return 1
        over = len(read.rows)
        if chosen.dry_run:
            _say(f"{over:,} cases can be taken over. Nothing was changed.")
            return 0
        task = bar.add_task("Taking over", total=over)
        importing.carry_out(tx, list(read.rows), tx.actor_id, lambda done: bar.update(task, completed=done))
        commit(tx)
    _say(f"{over:,} cases were taken over.")
    return 0


def give_out(chosen: Namespace, settings: Settings, engine: Engine, vault: Vault, now: datetime) -> int:
    """Write every case to a file that only its owner may read."""
    if chosen.file.exists():
        raise SettingsError(f"{chosen.file} exists already; nothing was written.")
    with transaction(chosen, settings, engine, vault, now) as tx, _bar() as bar:
        task = bar.add_task("Writing", total=None)
        body = writer.export(tx, lambda done, total: bar.update(task, completed=done, total=total))
        with os.fdopen(os.open(chosen.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(body)
        commit(tx)
    _say(f"{chosen.file} holds every case, restricted ones, too. Please keep it where such files are kept.")
    return 0


@contextmanager
def transaction(chosen: Namespace, settings: Settings, engine: Engine, vault: Vault, now: datetime) -> Iterator[Tx]:
    """One transaction of the workspace, as its administrator; rolled back unless it was committed."""
    try:
        with engine.connect() as conn, conn.begin():
            known = workspaces.every_id(conn)
            workspace_id = str(chosen.workspace or (known[0] if len(known) == 1 else ""))
            if workspace_id not in known:
                raise SettingsError(f"Please say which workspace with --workspace: {', '.join(known) or 'there is none yet'}.")
            batch = Batch(conn, vault)
            probe = Tx(batch, TxContext(workspace_id, "system", now, _PATIENCE))
            admins = [*settings.admins, *people.with_role(probe, Role.ADMIN)]
            yield Tx(batch, TxContext(workspace_id, admins[0] if admins else "system", now, _PATIENCE))
    finally:
        engine.dispose()


def commit(tx: Tx) -> None:
    """Keep what a transaction did."""
    tx.batch.flush()
    transaction = tx.conn.get_transaction()
    if transaction is not None:
        transaction.commit()


def _bar() -> Progress:
    """A bar on the terminal's other channel, so that what is printed can be kept."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True))


def _body(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}.") from None


def _pairs(given: list[str], option: str) -> dict[str, str]:
    pairs = [each.partition("=") for each in given]
    if any(not sign or not value for _, sign, value in pairs):
        raise SettingsError(f"{option} takes NAME=VALUE.")
    return {name.strip(): value.strip() for name, _, value in pairs}


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)  # noqa: T201 - for the person at the terminal


Command = Callable[[Namespace, Settings, Engine, Vault, datetime], int]
