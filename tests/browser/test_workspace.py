"""The pretend workspace in a browser, as people use it: Chromium, the real simulator, the real bot."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from simulator.client import Workspace
from tests.browser.conftest import Opens, Window
from tests.support.cases import refers

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


async def test_an_inquiry_is_logged_by_text_seen_by_its_reader_alone_and_found_by_a_colleague(opens: Opens) -> None:
    dana, eli = await opens("dana"), await opens("eli")
    whisper = await dana.types("/oob inquiry Ward staff ask whether the marigold family is known to Ealing")
    await expect(whisper).to_contain_text("is logged")
    await expect(whisper).to_contain_text("Only visible to you")
    assert await eli.page.locator("article.whisper").count() == 0
    found = await eli.types("/oob inquiries marigold")
    await expect(found).to_contain_text("marigold family")


async def test_an_inquiry_is_logged_by_the_form_with_an_error_under_its_field(opens: Opens) -> None:
    dana: Window = await opens("dana")
    await dana.types("/oob inquiry")
    await dana.sends()
    await expect(dana.modal().locator("[data-block-id=asked_by_role] .error")).to_have_text("Please complete this.")
    await dana.input("asked_by_role").select_option("ward_staff")
    await dana.picks("authority_asked", "k&c", "Kensington and Chelsea")
    await dana.input("note").fill("born 943 476 5919")
    await dana.sends()
    error = dana.modal().locator("[data-block-id=note] .error")
    await expect(error).to_contain_text("NHS number")
    await expect(dana.input("note")).to_be_focused()
    await expect(dana.input("note")).to_have_attribute("aria-invalid", "true")
    await dana.input("note").fill("Asked by the ward round")
    await dana.sends()
    await expect(dana.modal()).to_contain_text("is logged")
    await expect(dana.modal()).to_contain_text("Kensington and Chelsea")
    await dana.modal().get_by_role("button", name="Done").click()
    await expect(dana.page.locator("dialog[open]")).to_have_count(0)
    await expect(dana.page.locator("#say")).to_be_focused()


async def test_undo_takes_back_once_however_often_it_is_pressed(opens: Opens) -> None:
    dana: Window = await opens("dana")
    whisper = await dana.types("/oob inquiry Ward staff ask about the tulip family")
    await whisper.get_by_role("button", name=re.compile("Undo|Take back")).dblclick()
    await expect(whisper).to_contain_text("taken back")
    again = await dana.types("/oob undo")
    await expect(again).not_to_contain_text("tulip")
    gone = await dana.types("/oob inquiries tulip")
    await expect(gone).to_contain_text("No inquiry was found")


async def test_a_shortcut_under_a_message_opens_the_form_filled_in(opens: Opens) -> None:
    dana: Window = await opens("dana")
    await dana.page.fill("#say", "Is the family on bay 7 known to Brent?")
    await dana.page.press("#say", "Enter")
    message = dana.page.locator("article.message", has_text="bay 7")
    await message.get_by_label("Message shortcuts").click()
    await message.get_by_role("button", name="Log as OOB inquiry").click()
    await expect(dana.input("note")).to_have_value("Is the family on bay 7 known to Brent?")
    await dana.page.keyboard.press("Escape")
    await expect(dana.page.locator("dialog[open]")).to_have_count(0)


async def test_everything_goes_by_keyboard_alone(opens: Opens) -> None:
    dana: Window = await opens("dana")
    keys = dana.page.keyboard
    for _ in range(40):
        if await dana.page.evaluate("document.activeElement.id") == "say":
            break
        await keys.press("Tab")
    await keys.type("/oob inquiry")
    await keys.press("Enter")
    await expect(dana.modal()).to_be_visible()
    await expect(dana.input("asked_by_role")).to_be_focused()
    await keys.press("w")  # ward staff
    for _ in range(60):
        focused = await dana.page.evaluate("document.activeElement.closest('[data-block-id]')?.dataset.blockId || ''")
        if focused == "authority_asked":
            break
        await keys.press("Tab")
    await keys.type("Camden")
    await dana.page.wait_for_function(
        "() => [...document.querySelectorAll('[data-block-id=authority_asked] option')].length === 1"
    )
    await keys.press("Enter")
    await expect(dana.modal()).to_contain_text("is logged")
    await keys.press("Escape")
    await expect(dana.page.locator("dialog[open]")).to_have_count(0)
    await expect(dana.page.locator("#say")).to_be_focused()


async def test_two_windows_hold_a_supervision_session(opens: Opens, workspace: Workspace) -> None:
    ref = await refers(workspace.person("U0DANA"))
    await workspace.person("U0DANA").types(f"propose {ref} close work completed")
    mo, dana = await opens("mo"), await opens("dana", "direct")
    agenda = await mo.types("/oob supervise @dana")
    await expect(agenda).to_contain_text("Awaiting an open or close decision (§6)")
    await agenda.get_by_role("button", name=f"Close, {ref}").click()
    await mo.input("rc_code").select_option("RC7")
    await mo.input("rationale").fill("work completed")
    await mo.modal().get_by_label("I know what is outstanding").check()
    await mo.sends()
    await expect(mo.modal()).to_contain_text("takes effect once the social worker confirms")
    await mo.page.keyboard.press("Escape")
    waits = dana.page.get_by_role("button", name=f"Confirm: close, {ref}")
    await waits.click()
    await expect(dana.page.locator("article.whisper").last).to_contain_text("It is closed from today.")
    again = await mo.types("/oob agenda @dana")
    await again.get_by_role("button", name="Finalise the session").click()
    await mo.sends()
    await expect(mo.modal()).to_contain_text("Confirmed by Dana Okafor and Mo Haddad")
    await mo.page.keyboard.press("Escape")
    await expect(dana.page.get_by_role("button", name="Open the minute").last).to_be_visible()


async def test_time_travel_leads_to_the_three_month_message(opens: Opens, workspace: Workspace) -> None:
    about = await workspace.get("/sim/changes/U0DANA")
    now = datetime.now(UTC) + timedelta(seconds=about["ahead"])
    began = f"{(now - timedelta(days=80)).date():%d/%m/%Y}"
    ref = await refers(workspace.person("U0DANA"), second={"opened_on": began})
    dana: Window = await opens("dana", "direct")
    before = await dana.page.locator("#day").text_content()
    await dana.page.locator("#travel summary").click()
    await dana.page.get_by_role("button", name="A month on").click()
    await dana.page.locator("#travel summary").click()
    await dana.page.get_by_role("button", name="Next Monday, 08:30").click()
    await expect(dana.page.locator("#status")).to_have_text("The app has followed.")
    await expect(dana.page.locator("#day")).not_to_have_text(before or "")
    await expect(dana.page.locator("#day")).to_contain_text("Mon ")
    monday = await dana.page.locator("#day").text_content()
    await dana.page.locator("#travel summary").click()
    await dana.page.get_by_role("button", name="Next working day, 08:30").click()  # that Monday may be a bank holiday
    await expect(dana.page.locator("#day")).not_to_have_text(monday or "")
    message = dana.page.locator("article.message", has_text="Three-month threshold (§4)").last
    await expect(message).to_contain_text(ref)
    await expect(message).to_contain_text("over since")


async def test_the_inspector_shows_what_crossed_the_wire_with_its_milliseconds(opens: Opens) -> None:
    dana: Window = await opens("dana")
    await dana.page.get_by_role("button", name="Inspector").click()
    await dana.types("/oob help")
    line = dana.page.locator("#wire-list li", has_text="/oob help").first
    await expect(line).to_contain_text(re.compile(r"slash_commands: /oob help · \d\d:\d\d · \d+ ms"))
    await line.locator("summary").click()
    await expect(line.locator("pre").first).to_contain_text('"command": "/oob"')


async def test_files_can_be_taken_away(opens: Opens) -> None:
    dana: Window = await opens("dana")
    for flower in ("daffodil", "crocus"):
        await dana.types(f"/oob inquiry Ward staff ask about the {flower} family")
    found = await dana.types("/oob inquiries since 1 Jan")
    await found.get_by_role("button", name=re.compile("list")).click()
    await dana.goes_to("direct")
    link = dana.page.locator(".file a", has_text=".csv").last
    async with dana.page.expect_download() as taken:
        await link.click()
    assert (await taken.value).suggested_filename.endswith(".csv")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
async def test_every_screen_is_accessible_and_fits(opens: Opens, scheme: str, width: int) -> None:
    dana: Window = await opens("dana", color_scheme=scheme, viewport={"width": width, "height": 800})
    await dana.types("/oob inquiry Ward staff ask about the lily family")
    await dana.types("/oob help")
    await looked_at(dana, "a conversation")
    await dana.types("/oob inquiry")
    await looked_at(dana, "a form")
    await dana.page.keyboard.press("Escape")
    await dana.goes_to("home")
    await dana.page.locator("[data-place=home]").click()
    await expect(dana.page.locator("article.home")).to_be_visible()
    await looked_at(dana, "the home")
    await dana.page.get_by_role("button", name="Inspector").click()
    await dana.page.locator("#wire-list li").first.wait_for()
    await looked_at(dana, "the inspector")


async def looked_at(window: Window, screen: str) -> None:
    """No violation of WCAG 2.1 AA, and nothing beside the screen."""
    found = await Axe().run(window.page, options=AXE)
    assert found.violations_count == 0, f"{screen}: {found.generate_report()}"
    assert await window.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), screen
