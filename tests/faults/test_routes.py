"""Who gets what cannot be brought, what is settled on its way, and what must not hold up the rest (docs/trust.md, Delivery)."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.domain.notifications import FileReady, RoleGiven
from bot.domain.people import Person, Role
from bot.services import people
from bot.services.cases import work
from simulator.client import readable
from storage.db.engine import Tx
from storage.notifications import attachments, conversations, outbox
from tests.support.offices import actor
from tests.support.patience import patience
from tests.support.post import Post


async def named(post: Post, user_id: str, role: Role, **more: Any) -> None:
    await post.office.does("U0SAM", people.name_person, Person(user_id=user_id, role=role, **more))


async def closed(post: Post, *users: str) -> None:
    for user in users:
        await post.workspace.add_user(id=user, name=user[2:].lower(), deleted=True)
    post.room = post.another()  # who somebody is it remembers for two minutes


def entries(tx: Tx) -> int:
    return int(tx.conn.execute(text("SELECT count(*) FROM audit_log WHERE action = 'letters.rerouted'")).scalar_one())


async def test_a_letter_for_an_absent_manager_whose_deputy_left_slack_waits_with_the_manager(post: Post) -> None:
    await named(post, "U0MO", Role.TEAM_MANAGER, away_from=date(2026, 12, 1), deputy_id="U0ELI")
    await closed(post, "U0ELI")
    before = len(await post.has("U0MO"))
    await post.refer("U0DANA", urgent=True, received_at=post.office.now)
    async with patience("messages that must not go round in circles"):
        await post.deliver(2, times=4)
    assert len(await post.has("U0MO")) == before + 1
    assert await post.ctx.read(entries) <= 3


async def test_two_managers_of_each_other_who_both_left_slack_end_the_journey(post: Post) -> None:
    await named(post, "U0VI", Role.TEAM_MANAGER)
    await named(post, "U0MO", Role.TEAM_MANAGER, manager_id="U0VI")
    await named(post, "U0VI", Role.TEAM_MANAGER, manager_id="U0MO")
    await closed(post, "U0MO", "U0VI")
    await post.office.does("U0DANA", work.not_mine, await post.refer("U0DANA"), actor("U0DANA"))
    async with patience("messages that must not go round in circles"):
        await post.deliver(2, times=5)
    assert await post.waiting() == 0
    assert (await post.ctx.read(outbox.counts)).failed > 0
    assert await post.ctx.read(entries) <= 6


async def test_who_was_taken_off_the_list_stands_in_for_nobody(post: Post) -> None:
    await named(post, "U0MO", Role.TEAM_MANAGER, away_from=date(2026, 12, 1), deputy_id="U0ELI")
    await post.office.does("U0SAM", people.remove_person, "U0ELI")
    eli, mo = len(await post.has("U0ELI")), len(await post.has("U0MO"))
    await post.refer("U0DANA", urgent=True, received_at=post.office.now)
    await post.deliver(2, times=2)
    assert (len(await post.has("U0ELI")), len(await post.has("U0MO"))) == (eli, mo + 1)


async def test_what_a_deputy_may_not_answer_or_asks_themselves_waits_for_the_manager(post: Post) -> None:
    await named(post, "U0MO", Role.TEAM_MANAGER, away_from=date(2026, 12, 1), deputy_id="U0DANA")
    dana, mo = len(await post.has("U0DANA")), len(await post.has("U0MO"))
    assert await post.office.does("U0DANA", work.not_mine, await post.refer("U0DANA"), actor("U0DANA")) == "U0MO"
    await post.deliver(2)
    assert (len(await post.has("U0DANA")), len(await post.has("U0MO"))) == (dana, mo + 1)


async def test_the_digest_of_an_absent_manager_whose_deputy_is_no_manager_waits_for_them(post: Post) -> None:
    await post.tick()
    await named(post, "U0MO", Role.TEAM_MANAGER, away_from=date(2026, 12, 1), deputy_id="U0DANA")
    before = len(await post.has("U0MO"))
    post.office.now = datetime(2026, 12, 14, 8, 30, tzinfo=UTC)
    await post.tick()
    await post.deliver(2, times=2)
    assert "your week" in str((await post.texts("U0MO"))[before:])


async def test_a_restricted_case_is_not_named_to_who_gets_a_letter_instead(post: Post) -> None:
    await named(post, "U0VI", Role.SENIOR_MANAGER)
    await post.workspace.add_user(id="U0VI", name="vi")
    await named(post, "U0MO", Role.TEAM_MANAGER, manager_id="U0VI")
    await closed(post, "U0MO")
    before = len(await post.has("U0VI"))
    await post.tick()
    ref = await post.refer("U0DANA", urgent=True, received_at=post.office.now)
    await post.office.does("U0DANA", work.set_flags, ref, {"restricted": True}, actor("U0DANA"))
    await post.deliver(2, times=3)
    post.office.now = datetime(2026, 12, 14, 8, 30, tzinfo=UTC)
    await post.tick()
    await post.deliver(2, times=4)
    told = [readable(message) for message in (await post.has("U0VI"))[before:]]
    assert told
    assert ref not in "".join(told)
    assert "1 more about a restricted case that you may not see" in "".join(told)


async def test_a_file_that_slack_takes_from_nobody_does_not_hold_up_the_letters(post: Post) -> None:
    for word in ("file_uploads_disabled", "missing_scope"):
        before = len(await post.has("U0DANA"))
        await post.workspace.fault(method="files.getUploadURLExternal", fault={"error": word}, times=9)
        await post.office.does(
            "U0DANA", lambda tx: outbox.queue(tx, "U0DANA", FileReady(attachments.keep(tx, "list", "csv", b"1")))
        )
        await post.owe()
        await post.deliver(2, times=4)
        texts = (await post.texts("U0DANA"))[before:]
        assert "OOB: you are on the list." in texts
        assert "could not be delivered" in str(texts)
        assert await post.waiting() == 0
        assert post.problems[-1] is None
        await post.workspace.fault(calm=True)


class OfALaterVersion(RoleGiven):
    """Queued by a newer replica: this version's registry has no such kind."""

    kind = "of_a_later_version"


async def test_a_letter_that_cannot_be_rendered_waits_and_holds_up_nobody_elses(post: Post) -> None:
    before = len(await post.has("U0DANA"))
    await post.owe(kind=OfALaterVersion)
    await post.owe()
    await post.deliver(2, times=3)
    assert (await post.texts("U0DANA"))[before:] == ["OOB: you are on the list."]
    assert await post.waiting() == 1
    assert "not_rendered" in await post.ctx.read(outbox.troubles)


async def test_an_apps_own_setting_pauses_everything_and_gives_nothing_up(post: Post) -> None:
    before = len(await post.has("U0DANA"))
    await post.workspace.fault(method="chat.postMessage", fault={"error": "messages_tab_disabled"}, times=3)
    await post.owe()
    await post.deliver(2)
    assert "messages_tab_disabled" in str(post.problems[-1])
    await post.deliver(16, times=4)
    assert len(await post.has("U0DANA")) == before + 1


@pytest.mark.parametrize("late", ["sent", "put_off"])
async def test_c4_a_replica_that_stood_still_changes_nothing_of_what_another_one_does(post: Post, late: str) -> None:
    await post.owe()
    post.office.later(seconds=2)
    (stale,) = await post.office.does("system", conversations.claim, 1, (), ())
    post.office.later(seconds=31)
    (taken,) = await post.office.does("system", conversations.claim, 1, (), ())
    assert await post.office.does("system", conversations.repacked, stale, ()) is None
    if late == "sent":
        await post.office.does("system", conversations.sent, stale, None, None)
    else:
        await post.office.does("system", conversations.put_off, stale, post.office.now, "late", *[False])
    assert not await post.ctx.read(conversations.ready), "the conversation is still leased to the other"
    assert taken.uncertain
    assert await post.waiting() == (0 if late == "sent" else 1)
    before = len(await post.has("U0DANA"))
    await post.deliver(31)
    assert len(await post.has("U0DANA")) == before + (0 if late == "sent" else 1)


async def test_what_is_settled_while_its_message_is_on_its_way_is_brought_up_to_date(post: Post) -> None:
    ref = await post.refer("U0DANA", urgent=True, received_at=post.office.now)
    await post.workspace.fault(method="chat.postMessage", fault={"drop": True})
    await post.deliver(2)
    post.office.later(minutes=30)
    await post.office.does("U0DANA", work.respond, ref, post.office.now, actor("U0DANA"))
    await post.deliver(31, times=3)
    assert f"✓ *{ref}*" in readable((await post.has("U0MO"))[-1])


async def test_a_change_while_a_message_is_renewed_is_not_forgotten(post: Post) -> None:
    refs = [await post.refer("U0DANA", urgent=True, received_at=post.office.now) for _ in range(2)]
    await post.deliver(2)
    post.office.later(minutes=30)
    await post.office.does("U0DANA", work.respond, refs[0], post.office.now, actor("U0DANA"))
    await post.workspace.fault(method="chat.update", fault={"after": 0.5})
    post.office.later(seconds=2)
    renewing = asyncio.create_task(post.room.deliver())
    async with patience("the message to be renewed"):
        while not await post.workspace.calls("chat.update"):
            await asyncio.sleep(0.02)
    await post.office.does("U0DANA", work.respond, refs[1], post.office.now, actor("U0DANA"))
    await renewing
    await post.deliver(2, times=2)
    assert "Nothing here needs you any more" in readable((await post.has("U0MO"))[-1])


async def test_a_handover_that_comes_late_is_not_told_to_who_no_longer_holds_the_case(post: Post) -> None:
    ref = await post.refer("U0DANA")
    before = len(await post.has("U0ELI"))
    await post.office.does("U0MO", work.reassign, ref, "U0ELI", "MANAGE", actor("U0MO"))
    await post.office.does("U0MO", work.reassign, ref, "U0DANA", "MANAGE", actor("U0MO"))
    await post.deliver(2, times=2)
    assert len(await post.has("U0ELI")) == before
    assert f"*{ref}*" in readable((await post.has("U0DANA"))[-1])


async def test_at_most_one_repeat_where_slack_neither_tells_nor_lets_us_look(post: Post) -> None:
    before = len(await post.has("U0DANA"))
    await post.workspace.fault(method="chat.postMessage", fault={"drop": True}, times=5)
    await post.workspace.fault(method="conversations.history", fault={"error": "missing_scope"}, times=9)
    await post.owe()
    await post.deliver(40, times=6)
    told = await post.has("U0DANA")
    assert len(told) - before <= 2
    assert "You may have had this message already" in readable(told[-1])
    assert "never_told" in await post.ctx.read(outbox.troubles)


async def test_c6_a_clock_that_was_a_day_ahead_does_not_take_the_place_of_the_real_morning(post: Post) -> None:
    post.office.now = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
    await post.tick()
    day = date(2026, 9, 7)
    await post.refer("U0DANA", opened_on=day, received_on=day, activated_on=day)
    ahead = datetime(2026, 12, 8, 8, 30, tzinfo=UTC)
    post.office.now = ahead
    await post.tick()
    await post.deliver()
    post.office.now = ahead - timedelta(days=1)
    late = await post.refer("U0DANA", opened_on=day, received_on=day, activated_on=day)
    await post.tick()
    await post.deliver(2)
    before = len(await post.has("U0DANA"))
    post.office.now = ahead + timedelta(milliseconds=3)
    await post.tick()
    await post.deliver(2)
    assert f"*{late}*" in readable((await post.has("U0DANA"))[before])


async def test_a_digest_stays_as_it_was_sent(post: Post) -> None:
    await post.tick()
    post.office.now = datetime(2026, 12, 11, 15, 0, tzinfo=UTC)
    ref = await post.refer("U0DANA", urgent=True, received_at=post.office.now)
    await post.deliver(2, times=2)
    post.office.now = datetime(2026, 12, 15, 8, 30, tzinfo=UTC)  # the first working morning done of that week
    await post.tick()
    await post.deliver(2)
    sent = (await post.has("U0MO"))[-1]
    assert "with the week before in brackets" in readable(sent)
    post.office.later(hours=1)
    await post.office.does("U0DANA", work.respond, ref, post.office.now, actor("U0DANA"))
    await post.deliver(2, times=3)
    assert (await post.has("U0MO"))[-1] == sent
