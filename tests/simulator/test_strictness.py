"""The pretend Slack is as strict as Slack where apps go wrong."""

import asyncio
from typing import Any

import aiohttp
import pytest

from simulator.client import Workspace
from tests.support.processes import Slack

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [SECTION]}


async def call(slack: Slack, method: str, token: str | None = None, **arguments: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {slack.known['bot_token'] if token is None else token}"}
    url, sent = slack.known["api"] + method, headers if token != "" else {}
    async with aiohttp.ClientSession() as session, session.post(url, json=arguments, headers=sent) as answer:
        return dict(await answer.json())


async def error(slack: Slack, method: str, **arguments: Any) -> str | None:
    return (await call(slack, method, **arguments)).get("error")


@pytest.mark.parametrize(
    ("method", "token", "expected"),
    [
        ("auth.test", "", "not_authed"),
        ("auth.test", "xoxb-other", "invalid_auth"),
        ("auth.test", "xapp-simulated-token", "not_allowed_token_type"),
        ("apps.connections.open", "xoxb-simulated-token", "not_allowed_token_type"),
        ("apps.connections.open", "xapp-other", "invalid_auth"),
        ("no.such.method", None, "unknown_method"),
        ("conversations.members", None, "missing_scope"),
    ],
)
async def test_tokens_and_scopes_are_checked(slack: Slack, method: str, token: str | None, expected: str) -> None:
    assert (await call(slack, method, token)).get("error") == expected


async def test_conversations_know_their_members(slack: Slack) -> None:
    assert await error(slack, "chat.postMessage", channel="C0TEAM", text="hi") == "not_in_channel"
    assert await error(slack, "chat.postMessage", channel="C0NONE", text="hi") == "channel_not_found"
    assert await error(slack, "conversations.open", users="U0NONE") == "user_not_found"
    opened = await call(slack, "conversations.open", users="U0DANA")
    direct = opened["channel"]["id"]
    posted = await call(
        slack, "chat.postMessage", channel=direct, text="hi", metadata={"event_type": "x", "event_payload": {"k": 1}}
    )
    history = await call(slack, "conversations.history", channel=direct, include_all_metadata=True, limit=1)
    assert history["messages"][0]["metadata"]["event_payload"] == {"k": 1}
    assert "metadata" not in (await call(slack, "conversations.history", channel=direct, limit=1))["messages"][0]
    assert await error(slack, "chat.update", channel=direct, ts="1.0", text="new") == "message_not_found"
    assert (await call(slack, "chat.update", channel=direct, ts=posted["ts"], text="new"))["text"] == "new"
    assert await error(slack, "chat.postEphemeral", channel=direct, user="U0ELI", text="psst") == "user_not_in_channel"
    assert (await call(slack, "chat.postEphemeral", channel=direct, user="U0DANA", text="psst"))["ok"]
    assert (await call(slack, "chat.delete", channel=direct, ts=posted["ts"]))["ok"]
    assert await error(slack, "chat.delete", channel=direct, ts=posted["ts"]) == "message_not_found"
    assert await error(slack, "chat.postMessage", channel=direct) == "no_text"
    assert (await call(slack, "users.list"))["members"]


@pytest.mark.parametrize(
    "blocks",
    [
        [SECTION] * 51,
        [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}],
        [{"type": "section", "text": {"type": "mrkdwn", "text": ""}}],
        [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
        [SECTION | {"block_id": "a"}, SECTION | {"block_id": "a"}],
        [SECTION | {"block_id": "b" * 256}],
        [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 11}],
        [{"type": "context", "elements": []}],
        [{"type": "context", "elements": [{"type": "mrkdwn", "text": ""}]}],
        [{"type": "actions", "elements": []}],
        [{"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x"}}]}],
        [
            {
                "type": "actions",
                "elements": [{"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "x" * 76}}],
            }
        ],
        [
            {
                "type": "actions",
                "elements": [
                    {"type": "button", "action_id": "a", "value": "x" * 2001, "text": {"type": "plain_text", "text": "x"}}
                ],
            }
        ],
        [
            {
                "type": "actions",
                "elements": [{"type": "button", "action_id": "a", "style": "pink", "text": {"type": "plain_text", "text": "x"}}],
            }
        ],
        [
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "action_id": "a",
                        "accessibility_label": "x" * 76,
                        "text": {"type": "plain_text", "text": "x"},
                    }
                ],
            }
        ],
        [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "accessory": {"type": "teleporter", "action_id": "a"}}],
        [{"type": "actions", "elements": [{"type": "static_select", "action_id": "a", "options": []}]}],
        [{"type": "actions", "elements": [{"type": "number_input", "action_id": "a"}]}],
        [{"type": "actions", "elements": [{"type": "users_select", "action_id": "a", "placeholder": {"text": "x" * 151}}]}],
        [{"type": "carousel"}],
        [
            {
                "type": "input",
                "label": {"text": ""},
                "hint": {"text": "x" * 2001},
                "element": {"type": "plain_text_input", "action_id": "a", "max_length": 3001, "initial_value": "x" * 3002},
            }
        ],
    ],
)
async def test_blocks_over_a_limit_are_refused(slack: Slack, blocks: list[dict[str, Any]]) -> None:
    assert await error(slack, "chat.postMessage", channel="U0DANA", text="t", blocks=blocks) == "invalid_blocks"


async def test_a_message_needs_words_for_notifications_and_not_too_many(slack: Slack) -> None:
    assert await error(slack, "chat.postMessage", channel="U0DANA", blocks=[SECTION]) == "invalid_blocks"
    assert await error(slack, "chat.postMessage", channel="U0DANA", text="x" * 40_001) == "msg_too_long"


@pytest.mark.parametrize(
    "change",
    [
        {"title": {"text": "x" * 25}},
        {"submit": {"text": "x" * 25}},
        {"private_metadata": "x" * 3001},
        {"callback_id": "x" * 256},
        {"blocks": [{"type": "input", "label": {"text": "l"}, "element": {"type": "datepicker", "action_id": "a"}}]},
        {"type": "window"},
    ],
)
async def test_views_over_a_limit_are_refused(slack: Slack, change: dict[str, Any]) -> None:
    assert await error(slack, "views.open", trigger_id="x", view=MODAL | change) == "invalid_arguments"


async def test_views_need_a_live_trigger_and_the_newest_hash(slack: Slack, workspace: Workspace) -> None:
    assert await error(slack, "views.open", trigger_id="1.nonsense", view=MODAL) == "invalid_trigger_id"
    assert await error(slack, "views.push", trigger_id="1.nonsense", view=MODAL) == "invalid_trigger_id"
    assert await error(slack, "views.update", view_id="V0", view=MODAL) == "not_found"
    assert await error(slack, "views.publish", user_id="U0NONE", view=MODAL | {"type": "home"}) == "user_not_found"
    payload = (await workspace.person("U0DANA").types("anything")).raw["payload"]
    opened = await call(slack, "views.open", trigger_id=payload["trigger_id"], view=MODAL)
    assert await error(slack, "views.open", trigger_id=payload["trigger_id"], view=MODAL) == "exchanged_trigger_id"
    view = opened["view"]
    updated = await call(slack, "views.update", view_id=view["id"], hash=view["hash"], view=MODAL)
    assert updated["ok"]
    assert await error(slack, "views.update", view_id=view["id"], hash=view["hash"], view=MODAL) == "hash_conflict"
    late = (await workspace.person("U0DANA").types("anything")).raw["payload"]["trigger_id"]
    await asyncio.sleep(3.1)  # Slack's own limit is what this is about
    assert await error(slack, "views.open", trigger_id=late, view=MODAL) == "expired_trigger_id"


async def test_a_response_url_takes_five_posts_to_its_reader_alone(workspace: Workspace) -> None:
    dana = workspace.person("U0DANA")
    url = (await dana.types("anything")).raw["payload"]["response_url"]
    async with aiohttp.ClientSession() as session:
        statuses = []
        for number in range(6):
            async with session.post(url, json={"text": f"whisper {number}"}) as answer:
                statuses.append(answer.status)
        async with session.post(url.rsplit("/", 1)[0] + "/nonsense", json={"text": "x"}) as answer:
            assert answer.status == 404
    assert statuses == [200] * 5 + [404]
    assert "whisper 4" in str((await dana.sees())["ephemerals"])
    assert "whisper" not in str(await workspace.person("U0ELI").sees())


async def test_without_an_app_people_read_slacks_own_error(workspace: Workspace) -> None:
    assert (await workspace.person("U0DANA").types("anything")).error == "dispatch_failed"


async def test_faults_are_played_in_order_and_then_end(slack: Slack, workspace: Workspace) -> None:
    await workspace.fault(method="auth.test", fault={"error": "fatal_error"}, times=2)
    assert [await error(slack, "auth.test") for _ in range(3)] == ["fatal_error", "fatal_error", None]
    await workspace.fault(method="auth.test", fault={"drop": True})
    with pytest.raises(aiohttp.ClientError):
        await call(slack, "auth.test")
    assert [made["error"] for made in await workspace.calls("auth.test")][-2:] == [None, None]
