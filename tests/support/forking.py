"""Processes of the bot and of the pretend Slack, forked from one that has imported them: a start costs a twentieth.

They are processes like any other: of their own, with real sockets, ended by real signals. What `python -m bot` does before it has
imported itself is tested where starting is the subject (tests/process/test_starting.py, tests/installing).
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TextIO

_PRELOADED = [
    "bot.cli.commands",
    "bot.cli.doctor",
    "bot.cli.import_export",
    "bot.cli.report",
    "bot.runtime.process",
    "bot.rehearsal.runner",
    "bot.cli.rehearse",
    "simulator.__main__",
    "tests.support.dying",
    "uvloop",
]
_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(_PRELOADED)
PATIENT = "OOB_TEST_PATIENT"
"""In the environment of a child that is to wait a minute where Slack waits three seconds: this machine may be busy."""
_CHILDREN = threading.Lock()
"""multiprocessing reads how a child ended once, whoever asks: two threads must not ask at the same time."""


class Forked:
    """A process that runs `module`'s main with arguments; as much of `subprocess.Popen` as the tests use."""

    def __init__(
        self, module: str, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, *, together: bool = False
    ) -> None:
        """`together`: its standard error goes where its standard output goes, and `stderr` is None."""
        self.stdout, out = _pipe()
        self.stderr: TextIO | None = None
        err = out
        if not together:
            self.stderr, err = _pipe()
        self._process: BaseProcess = _FORKING.Process(
            target=_live, args=(module, list(arguments), dict(environment), str(folder), out, err), daemon=True
        )
        with _CHILDREN:
            self._process.start()
        for end in {out, err}:
            end.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        with _CHILDREN:
            return self._process.exitcode

    def poll(self) -> int | None:
        """How it ended, or None."""
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Wait for its end; raises `TimeoutExpired`."""
        if not wait([self._process.sentinel], timeout):
            raise subprocess.TimeoutExpired(self._process.name, timeout)
        code = self.returncode
        assert code is not None
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal unless it has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


def _pipe() -> tuple[TextIO, Connection]:
    reading, writing = os.pipe()
    return os.fdopen(reading, encoding="utf-8"), Connection(writing, readable=False)


def _live(module: str, arguments: list[str], environment: dict[str, str], folder: str, out: Connection, err: Connection) -> None:
    """The child: as if it had been started by its name."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    sys.argv = [module, *arguments]
    _measure_unless_told_otherwise(environment)
    if environment.get(PATIENT):
        _be_patient()
    main: Callable[[], int | None] = importlib.import_module(module).main
    sys.exit(main())


def _be_patient() -> None:
    """Slack's three seconds, and the bot's share of them, are a minute where the deadline is not what the test is about."""
    from bot.core import context
    from simulator import delivery, world

    context.ANSWER_WITHIN, delivery.ACK_SECONDS, world.TRIGGER_SECONDS = 50.0, 60.0, 60.0


def _measure_unless_told_otherwise(environment: Mapping[str, str]) -> None:
    """Stop measuring coverage where the test is not measured (tests/conftest.py): its environment says nothing of it then."""
    import coverage

    if (running := coverage.Coverage.current()) is not None and "COVERAGE_PROCESS_CONFIG" not in environment:
        running.stop()
