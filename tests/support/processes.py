"""The real processes that tests talk to: a pretend Slack and the bot, started, watched and ended by us."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

from tests.support.forking import PATIENT, Forked

ROOT = Path(__file__).parents[2]
PATIENCE = 180.0
PATIENTLY = {PATIENT: "1"}
"""For the environment of a bot in a test that is not about Slack's three seconds (tests.support.forking)."""
KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()


def clean_environment() -> dict[str, str]:
    """This process's environment without any setting of the bot's."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("OOB_", "SLACK_"))}


class Slack:
    """A simulator process."""

    def __init__(self, *, patient: bool = False) -> None:
        """`patient`: wait a minute where Slack waits three seconds, in tests that are not about that."""
        environment = {**os.environ, **({PATIENT: "1"} if patient else {})}
        self._process = Forked("simulator.__main__", ["--manifest", str(ROOT / "manifest.yml")], environment, ROOT, together=True)
        self.known: dict[str, str] = json.loads(self._process.stdout.readline())
        self.address = self.known["address"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)
        self._process.stdout.close()


class Bot:
    """A bot process; its log is read as it is written."""

    def __init__(self, slack: Slack, database_url: str, **environment: str) -> None:
        self.environment = clean_environment() | {
            "SLACK_BOT_TOKEN": slack.known["bot_token"],
            "SLACK_APP_TOKEN": slack.known["app_token"],
            "SLACK_SIGNING_SECRET": slack.known["signing_secret"],
            "SLACK_API_URL": slack.known["api"],
            "OOB_DATABASE_URL": database_url,
            "OOB_ADMINS": "U0SAM",
            "OOB_PORT": "0",
            **environment,
        }
        self.command: list[str] | None = None
        """What is started in the place of this checkout's bot."""
        self.folder = ROOT
        self.log: list[dict[str, Any]] = []
        self.raw: list[str] = []
        self._changed = threading.Condition()
        self.process: Forked | subprocess.Popen[str] | None = None

    @classmethod
    def on_server(cls, slack: Slack, database_url: str, **environment: str) -> Self:
        """A bot on a migrated database of a server, with keys of its own."""
        return cls(slack, database_url, OOB_KEYS=KEY, **environment)

    def start(self, *, until: str = "ready", dying: str | None = None) -> Self:
        """Start it and wait until its log says so; `dying`: the step at which it is killed (tests.support.dying)."""
        self.log = []
        if self.command is not None:
            command = [*self.command, "run"]
            self.process = subprocess.Popen(command, env=self.environment, stderr=subprocess.PIPE, text=True, cwd=self.folder)
        elif dying is not None:
            self.process = Forked("tests.support.dying", [dying, "run"], self.environment, self.folder)
        else:
            self.process = Forked("bot.__main__", ["run"], self.environment, self.folder)
        threading.Thread(target=self._read, args=(self.process,), daemon=True).start()
        self.said(until)
        if until == "ready" and self.environment.get("OOB_MODE") != "http":
            self.said("socket_connected")
        return self

    def said(self, event: str, after: int = 0) -> dict[str, Any]:
        """Wait for a log line `event`, and give it."""
        with self._changed:
            found = self._changed.wait_for(lambda: self._find(event, after) or self._ended(), PATIENCE)
            line = self._find(event, after)
        assert found, f"the bot did not say {event}: {self.raw[-5:]}"
        assert line, f"the bot did not say {event}: {self.raw[-5:]}"
        return line

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.said('listening')['port']}"

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        assert self.process is not None
        self.process.kill()
        self._wait()

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self._wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.stop()

    def _wait(self) -> int:
        assert self.process is not None
        code = self.process.wait(PATIENCE)
        with self._changed:
            self._changed.wait_for(lambda: self.process is None or self.process.stderr is None or self.process.stderr.closed, 5)
        return code

    def _find(self, event: str, after: int) -> dict[str, Any] | None:
        return next((line for line in self.log[after:] if line.get("event") == event), None)

    def _ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def _read(self, process: Forked | subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        for line in process.stderr:
            with self._changed:
                self.raw.append(line.rstrip())
                if line.startswith("{"):
                    self.log.append(json.loads(line))
                self._changed.notify_all()
        with self._changed:
            process.stderr.close()
            if process.stdout is not None:
                process.stdout.close()
            self._changed.notify_all()


def oob(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `oob ARGUMENTS` to its end."""
    process = Forked("bot.__main__", arguments, clean_environment() | environment, ROOT)
    assert process.stderr is not None
    with ThreadPoolExecutor(1) as beside:
        error = beside.submit(process.stderr.read)
        said = process.stdout.read()
    process.stdout.close()
    process.stderr.close()
    return subprocess.CompletedProcess(arguments, process.wait(PATIENCE), said, error.result())
