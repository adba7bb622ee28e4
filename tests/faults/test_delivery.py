"""Letters arrive once, whatever Slack does with them (docs/trust.md, Delivery, A1 to A12), on both databases."""

import asyncio
import socket
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.notifications import Handover
from bot.domain.people import Person, Role
from bot.services import people as services_people
from bot.services.cases import work
from handlers.core.slack_errors import FATES, Fate
from simulator.client import readable
from storage import people
from storage.notifications import conversations, outbox
from tests.support.offices import actor
from tests.support.patience import patience
from tests.support.post import Post


async def arrived(post: Post, before: int) -> int:
    return len(await post.has("U0DANA")) - before


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry-After": "1"}, 1), ({}, 10), ({"Retry-After": "soon"}, 10), ({"Retry-After": "3600"}, 3600)],
    ids=["1", "none", "soon", "3600"],
)
async def test_a1_slow_down_is_waited_out_as_long_as_slack_asks(post: Post, headers: dict[str, str], seconds: int) -> None:
    before = len(await post.has("U0DANA"))
    await post.workspace.fault(method="chat.postMessage", fault={"status": 429, "headers": headers})
    await post.owe()
    await post.deliver()
    await post.deliver(seconds - 0.5)
    assert await arrived(post, before) == 0
    await post.owe("U0ELI")
    await post.deliver(min(seconds, 30))
    await post.deliver(seconds)
    assert await arrived(post, before) == 1
    assert await post.waiting() == 0


async def test_a1_one_who_is_to_wait_for_an_hour_does_not_hold_up_the_others(post: Post) -> None:
    await post.workspace.fault(method="chat.postMessage", fault={"status": 429, "headers": {"Retry-After": "3600"}})
    await post.owe()
    await post.deliver()
    eli = len(await post.has("U0ELI"))
    await post.owe("U0ELI")
    await post.deliver(1)
    assert len(await post.has("U0ELI")) == eli, "Slack asked to slow down a second ago"
    await post.deliver(30)
    assert len(await post.has("U0ELI")) == eli + 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a2_a_server_error_is_looked_into_before_it_is_sent_again(post: Post, status: int) -> None:
    before = len(await post.has("U0DANA"))
    await post.workspace.fault(
        method="chat.postMessage", fault={"status": status, "body": "<html>Slack is having trouble</html>"}
    )
    await post.owe()
    looked = len(await post.workspace.calls("conversations.history"))
    await post.deliver()
    assert await arrived(post, before) == 0
    await post.deliver(5)
    assert await arrived(post, before) == 1
    assert len(await post.workspace.calls("conversations.history")) == looked + 1


@pytest.mark.parametrize(
    "fault", [{"seconds": 3}, {"after": 3}, {"drop": True}, {"cut": True}, {"empty": True}, {"html": True}], ids=str
)
async def test_a3_a4_a5_what_slack_did_and_did_not_say_so_is_found_and_not_repeated(post: Post, fault: dict[str, Any]) -> None:
    before = len(await post.has("U0DANA"))
    await post.workspace.fault(method="chat.postMessage", fault=fault)
    await post.owe()
    await post.deliver()
    assert await post.waiting() == 1
    if "seconds" in fault:  # Slack handles it when nobody waits for the answer any more
        await wait_for(post, before + 1)
    await post.deliver(31)
    await post.deliver(60)
    assert await arrived(post, before) == 1
    assert await post.waiting() == 0


async def wait_for(post: Post, number: int) -> None:
    async with patience("the message to arrive"):
        while len(await post.has("U0DANA")) < number:
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("word", ["token_revoked", "account_inactive", "invalid_auth"])
async def test_a6_a_refused_token_pauses_everything_and_what_waited_goes_as_one_message_each(post: Post, word: str) -> None:
    before = len(await post.has("U0DANA"))
    await post.workspace.fault(token=word)
    for _ in range(3):
        await post.owe()
        await post.owe("U0ELI")
        await post.deliver(1)
    assert word in str(post.problems[-1])
    tried = len([call for call in await post.workspace.calls() if call["error"] == word])
    await post.deliver(5)
    assert len([call for call in await post.workspace.calls() if call["error"] == word]) == tried, "it is left alone meanwhile"
    await post.workspace.fault(token=None)
    await post.deliver(16)
    await post.deliver(1)
    assert post.problems[-1] is None
    assert await arrived(post, before) == 1
    assert "And 2 things more" in (await post.texts("U0DANA"))[-1]


async def test_a6_the_minutes_question_resumes_at_once(post: Post) -> None:
    before = len(await post.has("U0DANA"))
    await post.workspace.fault(token="token_revoked")
    await post.owe()
    await post.deliver()
    await post.workspace.fault(token=None)
    post.room.token_works(None)
    await post.deliver()
    assert await arrived(post, before) == 1


async def test_a7_a_conversation_that_is_gone_is_opened_again(post: Post) -> None:
    await post.owe()
    await post.deliver(2)
    await post.workspace.fault(gone="U0DANA")
    await post.owe()
    await post.deliver(2)
    assert len(await post.has("U0DANA")) == 1
    assert await post.waiting() == 0


async def test_a7_what_an_archived_conversation_does_not_take_goes_to_the_manager(post: Post) -> None:
    await post.workspace.fault(archived="D0ELI")
    await hand_over(post, await post.refer("U0DANA"), "U0ELI")
    await post.deliver(2)
    await post.deliver(2)
    await post.workspace.fault(archived="D0ELI", on=False)
    told = (await post.has("U0MO"))[-1]
    assert "For <@U0ELI>, who is away or cannot be reached" in readable(told)


async def hand_over(post: Post, ref: str, to: str) -> None:
    await post.office.does("U0MO", work.reassign, ref, to, "MANAGE", actor("U0MO"))


async def test_a8_f1_a_closed_account_is_noticed_and_its_letters_go_to_the_manager(post: Post) -> None:
    """Slack takes a message for a closed account without a word; so the account is asked about first."""
    await post.workspace.add_user(id="U0ELI", name="eli", deleted=True)
    post.room = post.another()  # who somebody is it remembers for two minutes
    before = len(await post.has("U0ELI"))
    await hand_over(post, await post.refer("U0DANA"), "U0ELI")
    await post.deliver(2, times=2)
    assert len(await post.has("U0ELI")) == before
    assert "For <@U0ELI>, who is away or cannot be reached" in readable((await post.has("U0MO"))[-1])
    assert "U0ELI" in await post.ctx.read(conversations.unreachable)
    await hand_over(post, await post.refer("U0DANA"), "U0ELI")
    mo = len(await post.has("U0MO"))
    await post.deliver(2)
    assert len(await post.has("U0MO")) == mo + 1, "from now on they go there at once"
    await post.workspace.add_user(id="U0ELI", name="eli")


async def test_a8_what_is_personal_is_given_up_and_counted(post: Post) -> None:
    await post.workspace.add_user(id="U0GONE", name="gone", deleted=True)
    mo, failed = len(await post.has("U0MO")), (await post.ctx.read(outbox.counts)).failed
    gone = Person(user_id="U0GONE", role=Role.SOCIAL_WORKER, manager_id="U0MO")
    await post.office.does("U0SAM", services_people.name_person, gone)
    await post.deliver(2, times=2)
    assert await post.waiting() == 0
    assert (await post.ctx.read(outbox.counts)).failed == failed + 1
    assert len(await post.has("U0MO")) == mo


@pytest.mark.parametrize("word", ["invalid_blocks", "msg_too_long", "msg_blocks_too_long"])
async def test_a9_a10_what_slack_will_not_have_as_it_is_goes_as_a_plain_sentence(post: Post, word: str) -> None:
    before = len(await post.has("U0DANA"))
    await post.workspace.fault(method="chat.postMessage", fault={"error": word})
    await post.owe()
    await post.deliver()
    assert await arrived(post, before) == 1
    assert readable((await post.has("U0DANA"))[-1]) == "OOB: you are on the list."


async def test_a10_a_workspace_that_takes_no_more_messages_is_waited_for(post: Post) -> None:
    before = len(await post.has("U0DANA"))
    await post.workspace.fault(method="chat.postMessage", fault={"error": "message_limit_exceeded"}, times=3)
    await post.owe()
    await post.deliver(0)
    await post.deliver(600, times=4)
    assert await arrived(post, before) == 1


DOCUMENTED = [
    "account_inactive",
    "access_denied",
    "accesslimited",
    "as_user_not_supported",
    "attachment_payload_limit_exceeded",
    "cannot_reply_to_message",
    "channel_not_found",
    "deprecated_endpoint",
    "duplicate_channel_not_found",
    "duplicate_message_not_found",
    "ekm_access_denied",
    "enterprise_is_restricted",
    "external_channel_migrating",
    "fatal_error",
    "file_not_found",
    "file_update_failed",
    "file_upload_size_restricted",
    "file_uploads_disabled",
    "internal_error",
    "invalid_arg_name",
    "invalid_arguments",
    "invalid_array_arg",
    "invalid_auth",
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_channel",
    "invalid_charset",
    "invalid_cursor",
    "invalid_form_data",
    "invalid_limit",
    "invalid_metadata_format",
    "invalid_metadata_schema",
    "invalid_post_type",
    "invalid_ts_latest",
    "invalid_ts_oldest",
    "invalid_user_combination",
    "is_archived",
    "markdown_text_conflict",
    "message_limit_exceeded",
    "message_not_found",
    "messages_tab_disabled",
    "metadata_must_be_sent_from_app",
    "metadata_too_large",
    "method_deprecated",
    "method_not_supported_for_channel_type",
    "missing_argument",
    "missing_post_type",
    "missing_scope",
    "msg_blocks_too_long",
    "msg_too_long",
    "no_permission",
    "no_text",
    "not_allowed_token_type",
    "not_authed",
    "not_enough_users",
    "not_in_channel",
    "org_login_required",
    "posting_to_channel_denied",
    "rate_limited",
    "ratelimited",
    "request_timeout",
    "restricted_action",
    "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "service_unavailable",
    "snippet_too_large",
    "storage_limit_reached",
    "team_access_not_granted",
    "team_added_to_org",
    "team_not_found",
    "token_expired",
    "token_revoked",
    "too_many_attachments",
    "too_many_contact_cards",
    "too_many_users",
    "two_factor_setup_required",
    "unknown_snippet_type",
    "unknown_subtype",
    "alt_txt_too_large",
    "user_disabled",
    "user_not_found",
    "user_not_visible",
    "users_list_not_supplied",
    "cant_update_message",
    "edit_window_closed",
    "update_failed",
    "block_mismatch",
]
"""The error names of Slack's pages of chat.postMessage, chat.update, conversations.open and .history, files.* and users.info."""


def test_a11_every_documented_error_has_one_class_and_every_class_is_used() -> None:
    assert [word for word in DOCUMENTED if word not in FATES] == []
    assert set(FATES.values()) == set(Fate)


@pytest.mark.parametrize("word", sorted(word for word, fate in FATES.items() if fate is not Fate.DESTINATION))
async def test_a11_after_any_documented_error_the_letter_arrives_once(fast_post: Post, word: str) -> None:
    post = fast_post
    before = len(await post.has("U0DANA"))
    await post.workspace.fault(method="chat.postMessage", fault={"error": word})
    await post.owe()
    await post.deliver(2)
    await post.deliver(31)
    assert await arrived(post, before) == 1
    assert await post.waiting() == 0


@pytest.mark.parametrize("word", sorted(word for word, fate in FATES.items() if fate is Fate.DESTINATION))
async def test_a11_a_conversation_that_takes_nothing_is_opened_anew_and_then_left(fast_post: Post, word: str) -> None:
    post = fast_post
    before, mo = len(await post.has("U0DANA")), len(await post.has("U0MO"))
    await post.workspace.fault(method="chat.postMessage", fault={"error": word}, times=2)
    await post.office.does("system", outbox.queue, "U0DANA", Handover(await post.refer("U0DANA"), 1))
    await post.deliver(2)
    await post.deliver(2)
    assert (await arrived(post, before), len(await post.has("U0MO")) - mo) == (0, 1)
    await post.office.does("system", conversations.reachable_again, "U0DANA")


async def test_a11_a_word_that_nobody_documented_counts_as_not_done(post: Post) -> None:
    before = len(await post.has("U0DANA"))
    await post.workspace.fault(method="chat.postMessage", fault={"error": "something_new"})
    await post.owe()
    await post.deliver()
    await post.deliver(5)
    assert await arrived(post, before) == 1


def unused_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.mark.parametrize(
    "address",
    ["http://slack.invalid/api/", "https://127.0.0.1:{tls}/api/", "http://127.0.0.1:{closed}/api/"],
    ids=["DNS", "TLS", "proxy"],
)
async def test_a12_a_network_that_does_not_lead_to_slack_is_waited_for(post: Post, address: str) -> None:
    before = len(await post.has("U0DANA"))
    plain = post.slack.address.rsplit(":", 1)[1]
    astray = post.another(address=address.format(tls=plain, closed=unused_port()))
    await post.owe()
    await astray.deliver()
    assert await post.waiting() == 1
    post.office.now += timedelta(seconds=5)
    await post.deliver()
    assert await arrived(post, before) == 1


async def test_where_slack_does_not_let_us_look_the_repeat_says_that_it_may_be_one(post: Post) -> None:
    before = len(await post.has("U0DANA"))
    await post.workspace.fault(method="chat.postMessage", fault={"drop": True})
    await post.owe()
    await post.deliver()
    await post.workspace.fault(method="conversations.history", fault={"error": "missing_scope"})
    await post.deliver(5)
    assert await arrived(post, before) == 2
    assert "You may have had this message already" in readable((await post.has("U0DANA"))[-1])


async def test_f3_somebody_who_is_a_guest_by_now_gets_nothing_and_their_manager_does(post: Post) -> None:
    await post.workspace.add_user(id="U0ELI", name="eli", is_restricted=True)
    post.room = post.another()
    before, mo = len(await post.has("U0ELI")), len(await post.has("U0MO"))
    await hand_over(post, await post.refer("U0DANA"), "U0ELI")
    await post.deliver(2, times=2)
    assert (len(await post.has("U0ELI")) - before, len(await post.has("U0MO")) - mo) == (0, 1)
    await post.workspace.add_user(id="U0ELI", name="eli")


async def test_who_has_no_manager_is_counted_and_nobody_else_is_told(post: Post) -> None:
    mo = await post.ctx.read(people.get, "U0MO")
    assert mo is not None
    assert mo.manager_id is None
    await post.workspace.add_user(id="U0MO", name="mo", deleted=True)
    post.room = post.another()
    before = len(await post.has("U0MO"))
    await post.office.does("U0DANA", work.not_mine, await post.refer("U0DANA"), actor("U0DANA"))
    await post.deliver(2, times=2)
    assert len(await post.has("U0MO")) == before
    await post.workspace.add_user(id="U0MO", name="mo")
    assert await post.waiting() == 0
    assert (await post.ctx.read(outbox.counts)).failed > 0
