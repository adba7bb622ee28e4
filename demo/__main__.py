"""`oob demo`: a pretend Slack and the bot on this machine, in the browser, or with `--tour` in the terminal."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from demo.history import live
from demo.tour import play
from simulator.client import Workspace

_ADMIN = "U0SAM"
_PICTURE_WIDTH = 100


@contextlib.contextmanager
def pretend_slack(port: int = 0) -> Iterator[dict[str, str]]:
    """A simulator of our own; how to reach it."""
    manifest = Path(__file__).parent.parent / "manifest.yml"
    known = ["--manifest", str(manifest)] if manifest.exists() else []
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "--port", str(port), *known],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        yield json.loads(process.stdout.readline())
    finally:
        _end(process)


@contextlib.contextmanager
def bot(slack: dict[str, str], folder: Path) -> Iterator[None]:
    """The bot, connected to that Slack, with its data in `folder`."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("OOB_", "SLACK_"))}
    environment = mine | {
        "SLACK_BOT_TOKEN": slack["bot_token"],
        "SLACK_APP_TOKEN": slack["app_token"],
        "SLACK_API_URL": slack["api"],
        "OOB_DATABASE_URL": f"sqlite:///{folder / 'oob.db'}",
        "OOB_ADMINS": _ADMIN,
        "OOB_PORT": "0",
        "OOB_CLOCK": "workspace",
        "OOB_RATE_PER_MINUTE": "1000",
    }
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment, stderr=log, start_new_session=True)
        try:
            yield
        finally:
            _end(process)


def _end(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(12)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


async def _connected(workspace: Workspace) -> None:
    async with asyncio.timeout(30):
        while not (await workspace.about())["sockets"]:
            await asyncio.sleep(0.05)


async def _tour(address: str, console: Console) -> None:
    async with Workspace(address) as workspace:
        await _connected(workspace)
        await play(workspace, console)


async def _browser(address: str, console: Console, *, empty: bool) -> None:
    """Live the history, say where the workspace is, and stay until somebody ends it."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    console.print(
        "OOB: a pretend workspace and the real bot, on this machine only. Some weeks of invented history are lived first…"
    )
    async with Workspace(address) as workspace:
        await _connected(workspace)
        living = asyncio.ensure_future(asyncio.sleep(0) if empty else live(workspace, datetime.now(UTC).date()))
        ended = asyncio.ensure_future(stop.wait())
        await asyncio.wait({living, ended}, return_when=asyncio.FIRST_COMPLETED)
        if not ended.done():
            await living
            console.print(f"Open [bold]{address}/[/bold] in a browser. Ctrl-C ends it, and nothing is kept.", soft_wrap=True)
        await ended
        living.cancel()


def main() -> int:
    """Serve the workspace until Ctrl-C, or play the tour; 0 when all of it worked."""
    parser = argparse.ArgumentParser(prog="oob demo", description="A pretend Slack in the browser, with the real bot.")
    parser.add_argument("--tour", action="store_true", help="a short tour in the terminal instead; it ends by itself")
    parser.add_argument("--picture", type=Path, help="save the tour as an SVG, too")
    parser.add_argument("--port", type=int, default=0, help="of the workspace; 0 takes a free one")
    parser.add_argument("--empty", action="store_true", help="without history: only the administrator is on the list")
    chosen = parser.parse_args()
    picture = chosen.picture
    console = Console(highlight=False, record=picture is not None, width=_PICTURE_WIDTH if picture else None)
    with (
        tempfile.TemporaryDirectory(prefix="oob-demo-") as folder,
        pretend_slack(chosen.port) as slack,
        bot(slack, Path(folder)),
    ):
        told = _tour(slack["address"], console) if chosen.tour or picture else None
        asyncio.run(told or _browser(slack["address"], console, empty=chosen.empty))
    if picture:
        drawn = console.export_svg(title="oob demo --tour", clear=True)
        picture.write_text(re.sub(r"@font-face \{[^}]*\}|<!--.*?-->", "", drawn))  # the fonts would be fetched from elsewhere
    return 0


if __name__ == "__main__":
    sys.exit(main())
