"""One thread that commits everybody's work together (docs/decisions/0003-storage.md).

Queued functions run one after another in one transaction and are committed by one fsync. When one of them fails, the
transaction is rolled back and each runs alone, so functions must be repeatable: effects on the database only. A function is
in one of four states, and a caller who has no more time may take it back only while it is `QUEUED`.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from enum import Enum, auto
from typing import Any, TypeVar

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.core.context import TxContext, Undecided
from bot.domain.shared.errors import Refusal, Unavailable
from storage.crypto.vault import Vault
from storage.db import errors
from storage.db.batch import Batch, looked_up
from storage.db.engine import Tx
from storage.db.read_batcher import ReadBatcher

R = TypeVar("R")

_TOGETHER = 128
_RETRY_SECONDS = 0.1
_log = structlog.get_logger("oob.writer")


class _State(Enum):
    QUEUED = auto()
    RUNNING = auto()
    UNCERTAIN = auto()  # a COMMIT was lost: it runs again, and its replay key makes that harmless
    DONE = auto()


class _Job:
    """`answer` is what the caller waits for, for a while; `outcome` is how it ended, whenever that was."""

    __slots__ = ("answer", "args", "context", "error", "fn", "loop", "outcome", "result", "state")

    def __init__(self, context: TxContext, fn: Callable[..., Any], args: tuple[object, ...]) -> None:
        self.context = context
        self.fn = fn
        self.args = args
        self.loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[Any] = self.loop.create_future()
        self.outcome: asyncio.Future[Any] = self.loop.create_future()
        self.state = _State.QUEUED
        self.result: Any = None
        self.error: BaseException | None = None

    def deliver(self) -> None:
        """On the caller's loop: hand over what the writer's thread left."""
        for future in (self.answer, self.outcome):
            if future.done():
                continue
            if self.error is not None:
                future.set_exception(self.error)
                future.exception()  # a caller who has gone is not an error to report
            else:
                future.set_result(self.result)


class BatchingDatabase:
    """The `Ledger` of a process: one writing thread, a few readers."""

    def __init__(self, writing: Engine, reading: Engine, vault: Vault) -> None:
        self._writing = writing
        self._reading = reading
        self._vault = vault
        self._queue: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._last_reason = ""
        self._readers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="oob-reader")
        self._glances = ReadBatcher(reading, vault)
        self._thread = threading.Thread(target=self._run, name="oob-writer", daemon=True)
        self._thread.start()

    async def write(self, context: TxContext, fn: Callable[..., R], *args: object) -> R:
        """`fn(tx, *args)`, committed. Raises `Unavailable` when nothing was saved, `Undecided` when that is not yet known."""
        job = _Job(context, fn, args)
        with self._changed:
            if self._closing:
                raise Unavailable("stopping", "Not saved: OOB is just being restarted. Please try again in a minute.")
            self._queue.append(job)
            self._changed.notify()
        expiry = job.loop.call_later(context.patience, self._expire, job)
        try:
            return await job.answer  # type: ignore[no-any-return]  # what fn returned
        finally:
            expiry.cancel()

    async def glance(self, context: TxContext, fn: Callable[..., R], *args: object) -> R:
        """`fn(tx, *args)` on a reader, with those of everybody who asks at the moment: for a row or two."""
        return await self._glances.look(context, fn, *args)  # type: ignore[no-any-return]  # what fn returned

    async def read(self, context: TxContext, fn: Callable[..., R], *args: object) -> R:
        """`fn(tx, *args)` on a reader."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, context, fn, args)

    def close(self, seconds: float) -> bool:
        """Commit what is queued and stop; whether that was finished within `seconds`."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(seconds)
        self._glances.close(seconds)
        self._readers.shutdown(wait=False, cancel_futures=True)
        ending = threading.Thread(target=self._readers.shutdown, daemon=True)  # a read whose asker went away may still run
        ending.start()
        ending.join(seconds)
        finished = not self._thread.is_alive()
        if finished:
            self._writing.dispose()
            self._reading.dispose()
        return finished

    def _read(self, context: TxContext, fn: Callable[..., R], args: tuple[object, ...]) -> R:
        try:
            with self._reading.connect() as conn, conn.begin():
                return fn(Tx(Batch(conn, self._vault), context), *args)
        except (DBAPIError, PoolTimeout) as error:  # the latter: every connection is taken
            raise errors.said(error) from error

    def _expire(self, job: _Job) -> None:
        """Whoever waits for `job` can wait no longer; it is taken back, or they will be told."""
        if job.answer.done():
            return
        if self._withdraw(job):
            job.answer.set_exception(
                Unavailable("database_busy", "Not saved: the database does not answer just now. Please try again in a minute.")
            )
        else:
            job.answer.set_exception(Undecided(job.outcome))

    def _withdraw(self, job: _Job) -> bool:
        with self._changed:
            if job.state is not _State.QUEUED:
                return False
            job.state = _State.DONE
            return True

    def _run(self) -> None:
        while batch := self._take():
            self._commit(batch)

    def _take(self) -> list[_Job]:
        with self._changed:
            while not self._queue and not self._closing:
                self._changed.wait()
            return [self._queue.popleft() for _ in range(min(len(self._queue), _TOGETHER))]

    def _commit(self, jobs: list[_Job]) -> None:
        """One transaction for `jobs`; afterwards each is delivered, or queued again, or was run alone."""
        started: list[_Job] = []
        committing = False
        try:
            with self._writing.connect() as conn, conn.begin() as transaction:
                started = self._start(jobs)
                batch = Batch(conn, self._vault)
                work = [(job, Tx(batch, job.context)) for job in started]
                wanted = [each for job, tx in work for each in looked_up(job.fn, tx, *job.args)]
                for workspace_id in {key[0] for _, key in wanted}:
                    batch.chain.lock(workspace_id)  # what is read ahead stays true
                batch.find_together(wanted)
                for job, tx in work:
                    job.result = job.fn(tx, *job.args)
                batch.flush()
                committing = True
                transaction.commit()
        except Exception as error:  # noqa: BLE001 - whatever it was, somebody waits for an answer
            self._recover(jobs, started, error, committing=committing)
        else:
            self._last_reason = ""
            self._deliver(started)

    def _start(self, jobs: list[_Job]) -> list[_Job]:
        with self._changed:
            live = [job for job in jobs if job.state is not _State.DONE]
            for job in live:
                job.state = _State.RUNNING if job.state is _State.QUEUED else job.state
            return live

    def _recover(self, jobs: list[_Job], started: list[_Job], error: Exception, *, committing: bool) -> None:
        if isinstance(error, DBAPIError) and errors.reason(error) != self._last_reason:
            self._last_reason = errors.reason(error)
            _log.warning("write_failed", reason=self._last_reason, jobs=len(jobs), committing=committing)
        if not started and jobs and isinstance(error, DBAPIError):  # could not even begin: locked, or the server is away
            self._again(jobs, _State.QUEUED)
        elif committing and not errors.certainly_rolled_back(error):
            self._again(started, _State.UNCERTAIN)
        elif errors.worth_repeating(error):
            self._again(started, _State.QUEUED)
        elif len(started) > 1:
            for job in started:
                self._commit([job])
        else:
            for job in started or jobs:
                job.error = errors.unavailable(error) if isinstance(error, DBAPIError) else error
                if not isinstance(error, DBAPIError | Refusal):
                    _log.error("write_refused_by_bug", kind=type(error).__name__)
            self._deliver(started or jobs)

    def _again(self, jobs: list[_Job], state: _State) -> None:
        """Put jobs back in front, in order, and wait a little before the next try; at shutdown they fail instead."""
        with self._changed:
            live = [job for job in jobs if job.state is not _State.DONE]
            if not self._closing:
                for job in live:
                    if job.state is not _State.UNCERTAIN:
                        job.state = state
                self._queue.extendleft(reversed(live))
                self._changed.wait_for(lambda: self._closing, _RETRY_SECONDS)
                return
        for job in live:
            job.error = Unavailable(
                "stopping", "OOB is being restarted and could not reach its database. Please look again soon."
            )
        self._deliver(live)

    def _deliver(self, jobs: list[_Job]) -> None:
        with self._changed:
            for job in jobs:
                job.state = _State.DONE
        for loop in {job.loop for job in jobs}:
            mine = [job for job in jobs if job.loop is loop]
            try:
                loop.call_soon_threadsafe(_deliver_all, mine)
            except RuntimeError:  # the loop has ended, and so has everybody who waited on it
                continue


def _deliver_all(jobs: list[_Job]) -> None:
    for job in jobs:
        job.deliver()
