"""`oob demo` as a newcomer meets it: one command, one address, an inquiry logged in the browser."""

import asyncio
import re
import signal
import subprocess
import sys

from playwright.async_api import Browser, expect

from tests.support.processes import PATIENCE, ROOT


async def test_one_command_leads_to_an_inquiry_in_the_browser_and_ctrl_c_ends_it(browser: Browser) -> None:
    process = subprocess.Popen([sys.executable, "-m", "bot", "demo"], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout is not None
        address = ""
        while not address:
            line = await asyncio.to_thread(process.stdout.readline)
            assert line, "the demo ended"
            address = found[0] if (found := re.search(r"http://127\.0\.0\.1:\d+/", line)) else ""
        page = await browser.new_page()
        await page.goto(f"{address}#U0DANA/direct")
        await expect(page.locator("#messages")).to_contain_text("Three-month threshold (§4)")
        await expect(page.locator("#places")).to_contain_text("OOB, home")
        await page.fill("#say", "/oob inquiry Ward staff ask about the iris family")
        await page.press("#say", "Enter")
        await expect(page.locator("article.whisper").last).to_contain_text("is logged")
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        if process.stdout is not None:
            process.stdout.close()
