"""`make pictures`: the README's pictures, taken of the running demo by Chromium."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from tests.browser.conftest import CHROMIUM

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
WIDE, PHONE = {"width": 1180, "height": 800}, {"width": 360, "height": 740}


@contextmanager
def demo() -> Iterator[str]:
    """A running demo, with its history; its address."""
    process = subprocess.Popen([sys.executable, "-m", "demo"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield next(found[0] for line in process.stdout if (found := re.search(r"http://\S+", line)))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


async def shown(browser: Browser, address: str, scheme: str, size: dict[str, int]) -> Page:
    """A page of the workspace."""
    context = await browser.new_context(color_scheme=scheme, viewport=size, locale="en-GB")  # type: ignore[arg-type]  # sizes
    page = await context.new_page()
    await page.goto(address)
    return page


async def goes(page: Page, address: str, who: str, place: str) -> None:
    """Somebody in a place, when it is there."""
    await page.goto(f"{address}#{who}/{place}")
    await page.reload()
    await page.locator(f"[data-place={place}][aria-current]").wait_for()
    if place == "home":
        await page.locator("[data-place=home]").click()
        await page.locator("article.home").wait_for()
    await asyncio.sleep(0.5)


async def take(browser: Browser, address: str, scheme: str) -> None:
    """Every picture in one scheme of colours."""
    page = await shown(browser, address, scheme, WIDE)
    await goes(page, address, "U0DANA", "direct")
    await page.screenshot(path=FOLDER / f"messages-{scheme}.png")
    await page.fill("#say", "/oob inquiry")
    await page.press("#say", "Enter")
    await page.locator("dialog#modal[open]").wait_for()
    await page.screenshot(path=FOLDER / f"form-{scheme}.png")
    await page.keyboard.press("Escape")
    await goes(page, address, "U0MO", "C0TEAM")
    whispers = page.locator("article.whisper")
    before = await whispers.count()
    await page.fill("#say", "/oob supervise @dana")
    await page.press("#say", "Enter")
    await whispers.nth(before).wait_for()  # an older one says the same
    await page.get_by_role("button", name="Inspector").click()
    await page.locator("article.whisper").last.evaluate("node => node.scrollIntoView()")
    await asyncio.sleep(0.5)
    await page.screenshot(path=FOLDER / f"supervision-{scheme}.png")
    await page.get_by_role("button", name="Inspector").click()
    await goes(page, address, "U0ANA", "C0TEAM")
    await page.fill("#say", "/oob audit next")
    await page.press("#say", "Enter")
    await page.locator("dialog#modal[open]").wait_for()
    await page.screenshot(path=FOLDER / f"audit-{scheme}.png")
    await page.keyboard.press("Escape")
    await page.context.close()  # each page listens for changes, and a browser has six lines to a place
    phone = await shown(browser, address, scheme, PHONE)
    await goes(phone, address, "U0DANA", "home")
    await phone.screenshot(path=FOLDER / f"phone-{scheme}.png")
    await phone.context.close()


async def main() -> None:
    """Take all of them, in light and in dark."""
    FOLDER.mkdir(exist_ok=True)
    with demo() as address:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for scheme in ("light", "dark"):
                await take(browser, address, scheme)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
