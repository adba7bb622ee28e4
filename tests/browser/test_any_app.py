"""Any Bolt app in the browser: modals that are pushed, updated and taken away, questions before a button, dates, lists.

The app is a few lines and knows nothing of OOB.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, expect
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from simulator.client import Workspace
from tests.browser.conftest import Window
from tests.support.processes import Slack

Json = dict[str, Any]


def view(title: str, *blocks: Json, submit: str | None = "Go") -> Json:
    made: Json = {"type": "modal", "callback_id": "form", "title": plain(title), "blocks": list(blocks)}
    return made | ({"submit": plain(submit)} if submit else {})


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(action_id: str, **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(action_id.title()), "value": "1", **more}


TEXT = {"type": "input", "block_id": "name", "label": plain("Name"), "element": {"type": "plain_text_input", "action_id": "v"}}
SURE = {"title": plain("Sure?"), "text": plain("It goes for good."), "confirm": plain("Yes, go"), "deny": plain("No, stay")}


@pytest.fixture
async def app(slack: Slack) -> AsyncIterator[list[str]]:
    """The app at work; what it was told."""
    told: list[str] = []
    async with Workspace(slack.address) as workspace:
        about = await workspace.about()
    bolt = AsyncApp(client=AsyncWebClient(token=about["bot_token"], base_url=f"{slack.address}/api/"))

    @bolt.command("/oob")
    async def command(ack: Any, client: Any, body: Json) -> None:
        await ack({"text": "Here", "blocks": [{"type": "actions", "elements": [button("delete", style="danger", confirm=SURE)]}]})
        if body["text"] == "form":
            await client.views_open(
                trigger_id=body["trigger_id"], view=view("First", {"type": "actions", "elements": [button("more")]}, TEXT)
            )

    @bolt.action("more")
    async def more(ack: Any, client: Any, body: Json) -> None:
        await ack()
        told.append(f"pressed with {body['view']['state']['values']['name']['v']['value']}")
        await client.views_push(trigger_id=body["trigger_id"], view=view("Second", TEXT))

    @bolt.action("delete")
    async def delete(ack: Any) -> None:
        await ack()
        told.append("deleted")

    @bolt.view("form")
    async def sent(ack: Any, body: Json) -> None:
        name = body["view"]["state"]["values"]["name"]["v"]["value"]
        if name == "wrong":
            await ack(response_action="errors", errors={"name": "Not that one."})
        elif name == "again":
            await ack(response_action="update", view=view("Third", {"type": "divider"}, submit=None))
        elif name == "all":
            await ack(response_action="clear")
        else:
            await ack()

    handler = AsyncSocketModeHandler(bolt, about["app_token"])
    handler.client.web_client.base_url = f"{slack.address}/api/"
    await handler.connect_async()
    yield told
    await handler.close_async()


@pytest.fixture
async def dana(browser: Browser, slack: Slack, app: list[str]) -> Window:  # noqa: ARG001 - somebody answers
    page = await browser.new_page()
    page.set_default_timeout(120_000)
    window = Window(page, slack.address, "U0DANA")
    await window.goes_to("C0TEAM")
    return window


async def test_modals_are_pushed_updated_and_cleared_with_errors_under_their_inputs(dana: Window, app: list[str]) -> None:
    await dana.types("/oob form")
    title = dana.modal().locator("h2")
    await expect(title).to_have_text("First")
    await dana.input("name").fill("half typed")
    await dana.modal().get_by_role("button", name="More").click()
    await expect(title).to_have_text("Second")
    assert app == ["pressed with half typed"]
    await dana.input("name").fill("wrong")
    await dana.sends()
    await expect(dana.modal().locator("[data-block-id=name] .error")).to_have_text("Not that one.")
    await dana.input("name").fill("again")
    await dana.sends()
    await expect(title).to_have_text("Third")
    await dana.modal().get_by_role("button", name="Close this form").click()
    await expect(title).to_have_text("First")
    await dana.input("name").fill("all")
    await dana.sends()
    await expect(dana.page.locator("dialog[open]")).to_have_count(0)


async def test_a_button_that_asks_first_is_pressed_after_yes_only(dana: Window, app: list[str]) -> None:
    whisper = await dana.types("/oob")
    press = whisper.get_by_role("button", name="Delete")
    question = dana.page.locator("dialog#confirm[open]")
    await press.click()
    await expect(question).to_contain_text("It goes for good.")
    await question.get_by_role("button", name="No, stay").click()
    assert app == []
    await press.click()
    await question.get_by_role("button", name="Yes, go").click()
    await expect(dana.page.locator("#status")).to_have_text("")
    assert app == ["deleted"]


async def test_what_the_app_does_not_answer_is_said(dana: Window, slack: Slack) -> None:
    async with Workspace(slack.address) as workspace:
        await workspace.fault(cut=True)
    await dana.page.fill("#say", "/nothing here")
    await dana.page.press("#say", "Enter")
    await expect(dana.page.locator("#status")).to_contain_text("is not a command of an app here")
