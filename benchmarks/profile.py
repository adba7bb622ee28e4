"""Where the time of a committed inquiry goes on the writer's thread: `python -m benchmarks.profile` (docs/performance.md).

Inquiries are logged as the handler logs them, some at a time in one transaction, on SQLite. The shares are the profiler's; the
total is measured without it.
"""

from __future__ import annotations

import cProfile
import itertools
import pstats
import sys
import tempfile
import time
from typing import Any

from sqlalchemy import Engine

from benchmarks.contenders import PEOPLE, with_team
from bot.core.context import TxContext, system_clock
from bot.domain.people import Actor, Role
from bot.domain.shared.bank_holidays import bank_holidays
from handlers.core.responses import Answer
from handlers.inquiries import log as handler
from storage.crypto.key_ring import KeyRing
from storage.crypto.vault import Vault
from storage.db.batch import Batch, looked_up
from storage.db.engine import Tx, make_engine
from storage.requests import idempotency
from tests.support.offices import KEY

HOME, BATCHES = "T0SIM", 40
PARTS = {
    "rendering the answer": (("handlers/core/responses.py", "message"), ("handlers/inquiries/messages.py", "logged")),
    "the privacy guard": (("bot/services/inquiries/lifecycle.py", "_guard"),),
    "reading the words": (("bot/domain/free_text.py", "inquiry"),),
    "what the rules ask (R3)": (("bot/services/reminders/obligations.py", "refresh_inquiry"),),
    "encryption and digests": (
        ("storage/crypto/vault.py", "_seal"),
        ("storage/crypto/vault.py", "digest"),
        ("storage/crypto/vault.py", "_open"),
    ),
    "reading what is known": (("storage/db/batch.py", "find_together"), ("storage/db/audit_log.py", "lock")),
    "inserting rows": (("storage/db/batch.py", "flush"),),
    "begin and commit": (("sqlalchemy/engine/base.py", "_begin_impl"), ("sqlalchemy/engine/base.py", "_commit_impl")),
}


class Writer:
    """What the writer's thread does with the jobs of a moment."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._vault = Vault(KeyRing([KEY]))
        self._numbers = itertools.count(1)

    def commit(self, together: int) -> None:
        """Log so many inquiries in one transaction."""
        with self._engine.connect() as conn, conn.begin():
            batch = Batch(conn, self._vault)
            work = [self._job(batch) for _ in range(together)]
            batch.chain.lock(HOME)
            batch.find_together([each for tx, arguments in work for each in looked_up(idempotency.once, tx, *arguments)])
            for tx, arguments in work:
                idempotency.once(tx, *arguments)
            batch.flush()

    def _job(self, batch: Batch) -> tuple[Tx, tuple[Any, ...]]:
        number = next(self._numbers)
        who = PEOPLE[number % len(PEOPLE)]
        actor = Actor(workspace_id=HOME, user_id=who, roles=frozenset({Role.SOCIAL_WORKER}))
        words = f"nurse on the ward asks whether the family is known to Ealing, bed {number}"
        key = f"command|{who}|{number}"
        return Tx(batch, TxContext(HOME, who, system_clock(), 60)), (key, Answer, handler._log_words, words, actor, False)  # noqa: SLF001


def main() -> None:
    """Measure one at a time and sixteen at a time."""
    bank_holidays()
    with tempfile.TemporaryDirectory(prefix="oob-bench-") as folder:
        url = f"sqlite:///{folder}/oob.db"
        with_team(url)
        writer = Writer(make_engine(url))
        for together in (1, 16):
            for _ in range(BATCHES):
                writer.commit(together)
            began = time.perf_counter()
            for _ in range(BATCHES):
                writer.commit(together)
            each = (time.perf_counter() - began) / BATCHES / together * 1e6
            sys.stdout.write(f"{together} at a time: {each:,.0f} µs each\n")
            for part, share in _shares(writer, together).items():
                sys.stdout.write(f"  {part}: {share:.0%}\n")


def _shares(writer: Writer, together: int) -> dict[str, float]:
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(BATCHES):
        writer.commit(together)
    profile.disable()
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, Any]] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    whole = sum(own for _, _, own, _, _ in stats.values())
    found = {
        part: sum(
            spent
            for (file, _, name), (_, _, _, spent, _) in stats.items()
            for end, fn in ends
            if file.endswith(end) and name == fn
        )
        for part, ends in PARTS.items()
    }
    return {part: spent / whole for part, spent in found.items()}


if __name__ == "__main__":
    main()
