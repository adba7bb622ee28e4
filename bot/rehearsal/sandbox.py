"""Where a story is played: a database left as it was, a clock that the story moves, a post room that only collects."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from sqlalchemy import Connection, Engine

from bot.core.context import TxContext
from bot.domain.people import Actor, Person, Role
from bot.domain.shared.ruleset import RuleSet
from bot.rehearsal.story import Story, StoryError
from bot.services import people
from storage import migrations
from storage.crypto.key_ring import KeyRing
from storage.crypto.vault import Vault
from storage.db import workspaces
from storage.db.batch import Batch
from storage.db.engine import Tx, make_engine
from storage.notifications import outbox
from storage.settings import rulesets

R = TypeVar("R")
SYSTEM = "system"
_PATIENCE = 60.0
_KEY_BYTES = 32


class Sandbox:
    """One workspace of its own, in one transaction that is never committed; each act is a savepoint of it."""

    def __init__(self, conn: Connection, story: Story, now: datetime) -> None:
        self._conn = conn
        self._vault = Vault(KeyRing([os.urandom(_KEY_BYTES)]))
        self._workspace_id = f"REHEARSAL-{uuid4().hex}"
        self._roles = {member.name: member.role for member in story.people}
        self.now = now
        self.do(workspaces.register)
        self.do(_prepare, story)

    def actor(self, name: str | None) -> Actor:
        """One of the story's people; without a name whoever administers the bot."""
        role = self._roles.get(name or "", Role.ADMIN)
        return Actor(workspace_id=self._workspace_id, user_id=name or SYSTEM, roles=frozenset({role}))

    def do(self, fn: Callable[..., R], *args: object, by: str | None = None) -> R:
        """`fn(tx, *args)` in a savepoint, as `by` or as the bot itself: kept, or rolled back when it raises."""
        with self._conn.begin_nested():
            batch = Batch(self._conn, self._vault)
            context = TxContext(self._workspace_id, by or SYSTEM, self.now, _PATIENCE)
            result = fn(Tx(batch, context), *args)
            batch.flush()
        return result

    def post(self) -> list[outbox.QueuedNotification]:
        """The letters that are owed now, taken away."""
        return self.do(_collect)


@contextmanager
def opened(story: Story, now: datetime, database_url: str | None) -> Iterator[Sandbox]:
    """A stage in a temporary SQLite database, or in the database of that address, which is left as it was."""
    if database_url is not None:
        yield from _on(make_engine(database_url, patient=True), story, now)
        return
    with tempfile.TemporaryDirectory(prefix="oob-rehearsal-") as folder:
        yield from _on(make_engine(f"sqlite:///{Path(folder) / 'rehearsal.db'}"), story, now)


def _on(engine: Engine, story: Story, now: datetime) -> Iterator[Sandbox]:
    try:
        revision = migrations.current(engine)
        if revision is None:
            migrations.upgrade(engine)
        elif revision != migrations.newest():
            raise StoryError("That database is not at the newest version. Please run `oob migrate` there first.")
        with engine.connect() as conn, conn.begin() as transaction:
            yield Sandbox(conn, story, now)
            transaction.rollback()
    finally:
        engine.dispose()


def _prepare(tx: Tx, story: Story) -> None:
    """Name the people and set the rules; nobody is told of it."""
    if story.settings:
        rules = RuleSet.model_validate(story.settings)
        rulesets.begin_with(tx, rules)
    managers_first = sorted(story.people, key=lambda member: list(Role).index(member.role), reverse=True)
    for member in managers_first:
        people.name_person(tx, Person(user_id=member.name, role=member.role, manager_id=member.manager, nqsw=member.nqsw))
    _collect(tx)


def _collect(tx: Tx) -> list[outbox.QueuedNotification]:
    owed = outbox.everything_unsent(tx)
    outbox.sent(tx, [letter.key for letter in owed], None)
    return owed
