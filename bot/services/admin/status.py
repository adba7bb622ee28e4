"""What an administrator looks at: how the bot is doing, the audit log, settings and holds (docs/domain.md §4)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.admin.retention import TeamSettings
from storage import audit_log_reader, people, reallocation
from storage.audit_log_reader import LogEntry
from storage.db.engine import Tx
from storage.inquiries import shared_directory as register
from storage.notifications import conversations, outbox
from storage.notifications.outbox import Counts
from storage.settings import team
from storage.settings.team import Hold

LOG_PAGE = 15


@dataclass(frozen=True)
class BotStatus:
    """Numbers about this workspace. `troubles` are words of Slack's or of the file system's, with how often."""

    people: dict[str, int]
    letters: Counts
    oldest: datetime | None
    unreachable: tuple[str, ...]
    troubles: dict[str, int]
    register_waiting: int
    register_problem: str | None
    log_entries: int
    log_head: str
    key_id: str
    holds: int
    disposed: int
    unassigned: tuple[str, ...] = ()


@dataclass(frozen=True)
class Backlog:
    """What waits to leave: direct messages, since when the oldest of them, and entries of the shared Directory.

    `sent` within a day, `failed`: given up so far.
    """

    letters: int
    oldest: datetime | None
    register: int
    sent: int
    failed: int


@dataclass(frozen=True)
class LogPage:
    """Entries of the audit log, the newest first, and whether there are older ones."""

    entries: tuple[LogEntry, ...] = field(repr=False)
    number: int
    more: bool


def status(tx: Tx) -> BotStatus:
    """How things stand. It reads only, and nothing about anybody but the number of staff in each role."""
    register_waiting, register_problem = register.waiting(tx)
    entries, head = audit_log_reader.head(tx)
    return BotStatus(
        people=dict(Counter(person.role.words for person in people.everyone(tx))),
        letters=outbox.counts(tx),
        oldest=outbox.oldest_due(tx),
        unreachable=tuple(sorted(conversations.unreachable(tx))),
        troubles=outbox.troubles(tx),
        register_waiting=register_waiting,
        register_problem=register_problem,
        log_entries=entries,
        log_head=head,
        key_id=tx.vault.key_id,
        holds=len(team.holds(tx)),
        disposed=sum(team.past_counts(tx).values()),
        unassigned=tuple(reallocation.unassigned(tx)),
    )


def backlog(tx: Tx) -> Backlog:
    """How much waits; asked with every heartbeat."""
    counts = outbox.counts(tx)
    return Backlog(counts.waiting, outbox.oldest_due(tx), register.waiting(tx)[0], counts.sent, counts.failed)


def number_unassigned(tx: Tx) -> int:
    """Return for how many open cases nobody on the list is responsible; looked at every hour."""
    return len(reallocation.unassigned(tx))


def log(tx: Tx, *, about: str | None, actor: str | None, page: int) -> LogPage:
    """A page of the audit log; that it was read is logged as well."""
    found = audit_log_reader.newest(tx, about=about, actor=actor, page=page, size=LOG_PAGE)
    tx.log("log.read", about or actor or "*", page=page)
    return LogPage(tuple(found[:LOG_PAGE]), page, more=len(found) > LOG_PAGE)


def team_settings(tx: Tx) -> TeamSettings:
    """What is set."""
    return team.settings(tx)


def holds(tx: Tx) -> list[Hold]:
    """Every legal hold; a disclosing read, so it is logged."""
    found = team.holds(tx)
    if found:
        tx.log("holds.read", "*", refs=[hold.subject for hold in found])
    return found
