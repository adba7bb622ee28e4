"""Reads of a row or two, by everybody who asks at the moment, in one transaction of one thread (docs/decisions/0017-speed.md).

A read of its own costs a connection, a transaction and a change of threads; who somebody is in the bot is asked at every entry.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

from bot.core.context import TxContext
from bot.domain.shared.errors import Unavailable
from storage.crypto.vault import Vault
from storage.db import errors
from storage.db.batch import Batch, looked_up
from storage.db.engine import Tx

_TOGETHER = 128


class _Glance:
    """A read that somebody waits for."""

    __slots__ = ("answer", "args", "context", "error", "fn", "loop", "result")

    def __init__(self, context: TxContext, fn: Callable[..., Any], args: tuple[object, ...]) -> None:
        self.context, self.fn, self.args = context, fn, args
        self.loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[Any] = self.loop.create_future()
        self.result: Any = None
        self.error: Exception | None = None

    def deliver(self) -> None:
        """On the asker's loop."""
        if self.answer.done():
            return
        if self.error is not None:
            self.answer.set_exception(self.error)
        else:
            self.answer.set_result(self.result)


class ReadBatcher:
    """The thread that looks."""

    def __init__(self, reading: Engine, vault: Vault) -> None:
        self._reading = reading
        self._vault = vault
        self._queue: deque[_Glance] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="oob-glances", daemon=True)
        self._thread.start()

    async def look(self, context: TxContext, fn: Callable[..., Any], *args: object) -> Any:  # noqa: ANN401 - what fn returned
        """`fn(tx, *args)` on a snapshot; it may only read, and little."""
        glance = _Glance(context, fn, args)
        with self._changed:
            if self._closing:
                raise Unavailable("stopping", "OOB is just being restarted. Please try again in a minute.")
            self._queue.append(glance)
            self._changed.notify()
        return await glance.answer

    def close(self, seconds: float) -> None:
        """Look at what is still asked, and end."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(seconds)

    def _run(self) -> None:
        while several := self._take():
            self._look(several)

    def _take(self) -> list[_Glance]:
        with self._changed:
            while not self._queue and not self._closing:
                self._changed.wait()
            return [self._queue.popleft() for _ in range(min(len(self._queue), _TOGETHER))]

    def _look(self, several: list[_Glance]) -> None:
        """All of them in one transaction; should that fail, each in its own."""
        try:
            with self._reading.connect() as conn, conn.begin():
                batch = Batch(conn, self._vault)
                work = [(each, Tx(batch, each.context)) for each in several]
                batch.find_together([wanted for each, tx in work for wanted in looked_up(each.fn, tx, *each.args)])
                for each, tx in work:
                    each.result = each.fn(tx, *each.args)
        except Exception as error:  # noqa: BLE001 - whatever it was, somebody waits for an answer
            if len(several) > 1:
                for each in several:
                    self._look([each])
                return
            several[0].error = errors.said(error)
        for each in several:
            try:
                each.loop.call_soon_threadsafe(each.deliver)
            except RuntimeError:  # the loop has ended, and so has who asked
                continue
