"""`oob demo`: start a pretend Slack and the bot on this machine, play the tour, and end."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from demo.tour import play
from simulator.client import Workspace

_ADMIN = "U0SAM"
_PICTURE_WIDTH = 100


@contextlib.contextmanager
def pretend_slack() -> Iterator[dict[str, str]]:
    """A simulator of our own; how to reach it."""
    manifest = Path(__file__).parent.parent / "manifest.yml"
    known = ["--manifest", str(manifest)] if manifest.exists() else []
    process = subprocess.Popen([sys.executable, "-m", "simulator", *known], stdout=subprocess.PIPE, text=True)
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
    }
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment, stderr=log)
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


async def _tour(address: str, console: Console) -> None:
    async with Workspace(address) as workspace:
        async with asyncio.timeout(30):
            while not (await workspace.about())["sockets"]:
                await asyncio.sleep(0.05)
        await play(workspace, console)


def main() -> int:
    """Play the tour; 0 when all of it worked."""
    parser = argparse.ArgumentParser(prog="oob demo", description="Play a short tour against a pretend Slack.")
    parser.add_argument("--picture", type=Path, help="save the tour as an SVG, too")
    picture = parser.parse_args().picture
    console = Console(highlight=False, record=picture is not None, width=_PICTURE_WIDTH if picture else None)
    with tempfile.TemporaryDirectory(prefix="oob-demo-") as folder, pretend_slack() as slack, bot(slack, Path(folder)):
        asyncio.run(_tour(slack["address"], console))
    if picture:
        drawn = console.export_svg(title="oob demo", clear=True)
        picture.write_text(re.sub(r"@font-face \{[^}]*\}|<!--.*?-->", "", drawn))  # the fonts would be fetched from elsewhere
    return 0


if __name__ == "__main__":
    sys.exit(main())
