"""A browser, and the page of a pretend workspace with the real bot behind it.

Chromium comes from the distribution's packages (`.ci/run` installs it); without it these tests are skipped, but never in CI.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from simulator.client import Workspace
from tests.support.people import name_team
from tests.support.processes import PATIENTLY, Bot, Slack

PATIENCE = 120_000
"""Milliseconds, for a busy machine; a page that is well answers in a tenth of a second."""
expect.set_options(timeout=PATIENCE)
CHROMIUM = os.environ.get("OOB_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def bot(slack: Slack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """A bot that follows the workspace's time, with the usual team."""
    url = f"sqlite:///{tmp_path_factory.mktemp('bot') / 'oob.db'}"
    with Bot(slack, url, OOB_RATE_PER_MINUTE="100000", OOB_CLOCK="workspace", **PATIENTLY) as started:
        asyncio.run(name_team(slack.address, started))
        yield started


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium, without a window."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("there is no Chromium; .ci/run installs it")
        pytest.skip("there is no Chromium on this machine")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        await launched.close()


class Window:
    """A window in which somebody acts."""

    def __init__(self, page: Page, address: str, user: str) -> None:
        self.page = page
        self.user = user
        self._address = address
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda said: self.problems.append(said.text) if said.type == "error" else None)

    async def goes_to(self, place: str) -> None:
        """Open a conversation, or the home."""
        await self.page.goto(f"{self._address}/#{self.user}/{place}")
        await self.page.locator(f"[data-place={place}][aria-current]").wait_for()

    async def types(self, line: str) -> Locator:
        """Type into the composer and send it; the newest whisper."""
        whispers = self.page.locator("article.whisper")
        before = await whispers.count()
        await self.page.fill("#say", line)
        await self.page.press("#say", "Enter")
        answered = "n => document.querySelectorAll('article.whisper').length > n || document.querySelector('dialog[open]')"
        await self.page.wait_for_function(answered, arg=before)
        return whispers.last

    def modal(self) -> Locator:
        """The open form."""
        return self.page.locator("dialog#modal[open]")

    def input(self, block: str) -> Locator:
        """An input of the open form."""
        return self.modal().locator(f"[data-block-id='{block}'] :is(input, textarea, select)").first

    async def picks(self, block: str, typed: str, name: str) -> None:
        """Type into a menu that asks the bot, and take what it offers."""
        await self.input(block).fill(typed)
        await self.page.wait_for_function(
            "([id, name]) => [...document.querySelectorAll(`[data-block-id='${id}'] option`)].some((o) => o.value === name)",
            arg=[block, name],
        )
        await self.input(block).fill(name)
        await self.input(block).press("Tab")

    async def sends(self) -> None:
        """Send the form off."""
        await self.modal().locator("button[type=submit]").click()


Opens = Callable[..., Any]


@pytest.fixture
async def opens(browser: Browser, slack: Slack, bot: Bot) -> AsyncIterator[Opens]:  # noqa: ARG001 - a bot answers
    """`await opens("dana")`: a window in which she acts; no page may complain of anything."""
    windows: list[Window] = []

    async def made(name: str, place: str = "C0TEAM", **how: Any) -> Window:
        context = await browser.new_context(**({"viewport": {"width": 1200, "height": 900}} | how))
        context.set_default_timeout(PATIENCE)
        window = Window(await context.new_page(), slack.address, f"U0{name.upper()}")
        windows.append(window)
        await window.goes_to(place)
        return window

    yield made
    assert [problem for window in windows for problem in window.problems] == []


@pytest.fixture
async def workspace(slack: Slack) -> AsyncIterator[Workspace]:
    """The workspace by its client, for what a test does not look at."""
    async with Workspace(slack.address) as client:
        yield client


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a browser does is not measured for coverage: it is JavaScript, and a bot that other tests measure."""
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.unmeasured)
