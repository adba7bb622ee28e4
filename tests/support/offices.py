"""A database with its writer, and desks for people in it, with a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from bot.core import settings
from bot.core.context import RequestContext, SlackMember, Workspace
from bot.domain.inquiries.inquiry import Inquiry
from bot.domain.people import Actor, Person, Role
from bot.domain.shared.errors import Refusal, Unavailable
from bot.services import people
from bot.services.inquiries import lifecycle
from storage import migrations
from storage.crypto.key_ring import KeyRing
from storage.crypto.vault import Vault
from storage.db import workspaces
from storage.db.engine import Tx, make_engine
from storage.db.writer import BatchingDatabase
from storage.notifications import outbox

R = TypeVar("R")

HOME = Workspace("T0SIM", None, "U0BOT", "B0BOT")
KEY = bytes(range(32))
MORNING = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)
TEAM = {
    "U0MO": Role.TEAM_MANAGER,
    "U0DANA": Role.SOCIAL_WORKER,
    "U0ELI": Role.SOCIAL_WORKER,
    "U0VI": Role.VIEWER,
    "U0ANA": Role.AUDITOR,
}


class Accounts:
    """Slack's word on accounts, as a test sets it: full members unless said otherwise."""

    def __init__(self) -> None:
        self.others: dict[str, str] = {}
        self.away = False

    async def member(self, user_id: str, patience: float) -> SlackMember:  # noqa: ARG002 - the protocol's
        """The account."""
        if self.away:
            raise Unavailable("slack_away", "Slack is away.")
        why_not = self.others.get(user_id, "")
        return SlackMember(user_id, HOME.workspace_id, full_member=not why_not, why_not=why_not)


class Office:
    """One database, open, with a team in it."""

    def __init__(self, database_url: str) -> None:
        self.url = database_url
        self.writing = make_engine(database_url)
        if migrations.current(self.writing) != migrations.newest():
            migrations.upgrade(self.writing)
        self.vault = Vault(KeyRing([KEY]))
        self.ledger = BatchingDatabase(self.writing, make_engine(database_url, readonly=True), self.vault)
        self.accounts = Accounts()
        self.now = MORNING
        self.settings = settings.read(bot_token="xoxb-", app_token="xapp-", admins=("U0SAM",), rate_per_minute=30)

    async def open(self) -> None:
        """Register the workspace and name the team."""
        sam = self.ctx("U0SAM")
        await sam.write(workspaces.register)
        for user_id, role in TEAM.items():
            await sam.write(people.name_person, Person(user_id=user_id, role=role))

    def ctx(self, user_id: str, *, hurried: bool = False) -> RequestContext:
        """The context of a request of `user_id`'s; nobody waits for an answer in Slack here, unless they are `hurried`."""
        ctx = RequestContext(self.ledger, self.accounts, HOME, self.settings, lambda: self.now, lambda: None).for_request(user_id)
        return ctx if hurried else replace(ctx, answer_by=None)

    async def does(self, user_id: str, fn: Callable[..., R], *args: Any) -> R:
        """`fn(tx, *args)` done by `user_id`, however long a busy machine takes."""
        return await self.ctx(user_id).write(fn, *args)

    def later(self, **by: float) -> None:
        """Move the clock."""
        self.now += timedelta(**by)

    def close(self) -> None:
        """End the writer."""
        assert self.ledger.close(10)


def logged_words(tx: Tx, words: str) -> Inquiry:
    """A line of text logged by whoever the transaction is for."""
    outcome = lifecycle.log_words(tx, words, actor(tx.actor_id))
    assert isinstance(outcome, lifecycle.Logged)
    return outcome.inquiry


def letters_waiting(tx: Tx) -> int:
    """How many letters are still to be sent."""
    return outbox.counts(tx).waiting


async def code_of(office: Office, user: str, fn: Callable[..., object], *args: object) -> str:
    """The code with which `fn`, done by `user`, is refused."""
    try:
        await office.does(user, fn, *args)
    except Refusal as refusal:
        return refusal.code
    raise AssertionError("it was not refused")


def actor(user_id: str) -> Actor:
    """Somebody of the team."""
    return Actor(workspace_id=HOME.workspace_id, user_id=user_id, roles=frozenset({TEAM.get(user_id, Role.ADMIN)}))
