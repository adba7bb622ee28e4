"""The pretend Slack misbehaves on command, as Slack has been seen to (docs/trust.md, Fault table)."""

import json
import time
from typing import Any

import aiohttp
import pytest

from simulator.client import Person, Workspace, readable
from tests.support.cases import fresh
from tests.support.processes import Slack

MESSAGE = {"channel": "U0DANA", "text": "hello"}


async def post(slack: Slack, method: str = "chat.postMessage", **arguments: Any) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {slack.known['bot_token']}"}
    url, body = slack.known["api"] + method, arguments or MESSAGE
    async with aiohttp.ClientSession() as session, session.post(url, json=body, headers=headers) as answer:
        return answer.status, await answer.text()


async def posted(workspace: Workspace) -> int:
    return len((await workspace.person("U0DANA").sees())["direct"])


@pytest.mark.parametrize(
    ("fault", "handled"),
    [
        ({"status": 429, "headers": {"Retry-After": "1"}}, 0),
        ({"status": 503, "body": "<html>"}, 0),
        ({"error": "fatal_error"}, 0),
        ({"html": True}, 1),
        ({"cut": True}, 1),
        ({"empty": True}, 1),
        ({"drop": True}, 1),
        ({"seconds": 0.2}, 1),
        ({"after": 0.2}, 1),
    ],
    ids=str,
)
async def test_a_call_is_handled_or_not_and_answered_badly_once(
    slack: Slack, workspace: Workspace, fault: dict[str, Any], handled: int
) -> None:
    before = await posted(workspace)
    await workspace.fault(method="chat.postMessage", fault=fault)
    began = time.monotonic()
    try:
        status, text = await post(slack)
    except aiohttp.ClientError:
        status, text = 0, ""
    whole = status == 200 and text.startswith("{") and text.endswith("}") and json.loads(text)["ok"]
    assert whole == ("seconds" in fault or "after" in fault)
    assert await posted(workspace) - before == handled
    assert not whole or time.monotonic() - began >= 0.2
    assert json.loads((await post(slack))[1])["ok"]


@pytest.mark.parametrize("word", ["token_revoked", "account_inactive", "invalid_auth"])
async def test_a_refused_token_is_refused_until_it_is_taken_again(slack: Slack, workspace: Workspace, word: str) -> None:
    await workspace.fault(token=word)
    assert json.loads((await post(slack, "auth.test"))[1])["error"] == word
    await workspace.fault(token=None)
    assert json.loads((await post(slack, "auth.test"))[1])["ok"]


async def test_an_archived_channel_takes_nothing(slack: Slack, workspace: Workspace) -> None:
    await post(slack, "conversations.open", users="U0ELI")
    await workspace.fault(archived="D0ELI")
    assert json.loads((await post(slack, channel="D0ELI", text="hello"))[1])["error"] == "is_archived"
    await workspace.fault(archived="D0ELI", on=False)
    assert json.loads((await post(slack, channel="D0ELI", text="hello"))[1])["ok"]


async def test_b1_a_payload_that_slack_brings_three_times_has_one_effect(workspace: Workspace, dana: Person) -> None:
    await workspace.fault(repeats=2)
    words = f"ward asks Ealing about {fresh()}"
    seen = await dana.types(f"inquiry {words}")
    await workspace.fault(repeats=0)
    assert "is logged" in seen.text
    listed = readable((await dana.types(f"inquiries {words.rsplit(maxsplit=1)[-1]}")).raw["ephemerals"][-1])
    assert "1 inquiry" in listed
