"""One message a person, whatever happened to the clock, the bot or the people (docs/trust.md, Fault table C6 to C8, F)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.people import Person, Role
from bot.services import people, scheduled_run
from bot.services.cases import work
from simulator.client import readable
from storage.reminders import log, runs
from storage.reminders.tables import LedgerRow
from tests.support.offices import actor
from tests.support.post import Post

MONDAY = datetime(2026, 12, 7, 8, 45, tzinfo=UTC)


async def at(post: Post, moment: datetime) -> None:
    """It is that time: what is owed is planned, and what is planned is delivered."""
    post.office.now = moment
    await post.tick()
    await post.deliver()
    await post.deliver(2)


async def got(post: Post, user_id: str, before: int) -> list[str]:
    return [readable(message) for message in (await post.has(user_id))[before:]]


async def counts(post: Post, *users: str) -> dict[str, int]:
    return {user: len(await post.has(user)) for user in users}


async def opened_on(post: Post, day: date, worker: str = "U0DANA") -> str:
    return await post.refer(worker, opened_on=day, received_on=day, activated_on=day)


async def test_the_three_months_are_said_on_their_days_once_each_in_one_message(post: Post) -> None:
    await at(post, datetime(2026, 9, 3, 8, 0, tzinfo=UTC))
    ref = await opened_on(post, date(2026, 9, 3))
    before = await counts(post, "U0DANA", "U0MO")
    said: list[tuple[date, str]] = []
    day = datetime(2026, 11, 16, 8, 30, tzinfo=UTC)
    while day < datetime(2026, 12, 5, tzinfo=UTC):
        earlier = (await counts(post, "U0DANA"))["U0DANA"]
        await at(post, day)
        said += [
            (day.date(), words) for words in await got(post, "U0DANA", earlier) if "hree-month" in words.split("*Your list")[0]
        ]
        day += timedelta(days=1)
    assert [each for each, _ in said] == [date(2026, 11, 19), date(2026, 12, 3), date(2026, 12, 4)]
    assert all(f"*{ref}*" in words and "(§4)" in words for _, words in said)
    escalated = (await got(post, "U0MO", before["U0MO"]))[-1]
    assert "over since Thu 3 Dec 2026*. A core assessment, or a decision to close. · <@U0DANA>" in escalated


@pytest.mark.parametrize("away", [timedelta(hours=1), timedelta(days=3), timedelta(days=30)], ids=["1 hour", "3 days", "30 days"])
async def test_c8_r9_after_a_downtime_there_is_one_message_a_person(post: Post, away: timedelta) -> None:
    post.office.now = datetime(2026, 9, 3, 9, 0, tzinfo=UTC)
    await post.tick()
    for number in range(6):
        await opened_on(post, date(2026, 9, 3) - timedelta(days=number), ("U0DANA", "U0ELI")[number % 2])
    await at(post, datetime(2026, 11, 27, 8, 30, tzinfo=UTC))
    before = await counts(post, "U0DANA", "U0ELI", "U0MO")
    back = datetime(2026, 11, 30, 8, 30, tzinfo=UTC) + away  # a Monday, so the digest and the lists are owed, too
    await at(post, back)
    for _ in range(3):
        await post.tick()
        await post.deliver(5)
    after = await counts(post, "U0DANA", "U0ELI", "U0MO")
    assert {user: after[user] - before[user] for user in after} == dict.fromkeys(after, 1)


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(hours=1), timedelta(days=-1), timedelta(days=365)], ids=str)
async def test_c6_after_a_jump_of_the_clock_and_back_nothing_is_lost_and_nothing_is_twice(post: Post, jump: timedelta) -> None:
    post.office.now = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
    await post.tick()
    ref = await opened_on(post, date(2026, 9, 7))
    await at(post, datetime(2026, 12, 4, 8, 30, tzinfo=UTC))
    before = await counts(post, "U0DANA")
    post.office.now = MONDAY + jump
    await post.owe()
    await post.tick()
    await post.deliver()
    await at(post, MONDAY)
    await post.tick()
    await post.deliver(70)
    told = await got(post, "U0DANA", before["U0DANA"])
    reminders = [words for words in told if f"*{ref}* · Three-month" in words]
    assert len(reminders) == (2 if jump.days > 0 else 1), told  # a year ahead it was over; back again its day is said as well
    await at(post, MONDAY + timedelta(days=1))
    assert f"*{ref}* · Three-month threshold (§4): *over since" in (await got(post, "U0DANA", before["U0DANA"]))[-1]
    assert await post.waiting() == 0


async def test_c7_both_nights_on_which_the_clock_changes_have_one_morning(post: Post) -> None:
    for night, sunday in ((date(2026, 10, 25), datetime(2026, 10, 26, 8, 30)), (date(2027, 3, 28), datetime(2027, 3, 30, 7, 30))):
        moment = sunday.replace(tzinfo=UTC)
        post.office.now = moment - timedelta(minutes=1)
        assert not await post.ctx.read(scheduled_run.owes)
        post.office.now = moment
        assert await post.ctx.read(scheduled_run.owes), night
        await post.tick()
        assert not await post.ctx.read(scheduled_run.owes), night


async def test_c7_nothing_is_said_on_a_bank_holiday_and_the_digest_comes_on_the_day_after(post: Post) -> None:
    post.office.now = datetime(2026, 12, 21, 9, 0, tzinfo=UTC)
    await post.tick()
    await post.deliver(2)
    before = await counts(post, "U0MO")
    for day in (25, 26, 27, 28):
        await at(post, datetime(2026, 12, day, 9, 0, tzinfo=UTC))
    assert await counts(post, "U0MO") == before
    await at(post, datetime(2026, 12, 29, 8, 30, tzinfo=UTC))
    digest = await got(post, "U0MO", before["U0MO"])
    assert len(digest) == 1
    assert "*Mon 21 Dec 2026 to Sun 27 Dec 2026*" in digest[0]
    assert "*Drift: nothing done for four weeks, and something past its date (audit): 0 cases*" in digest[0]
    for _ in range(3):
        await at(post, post.office.now + timedelta(hours=3))
    assert (await counts(post, "U0MO"))["U0MO"] == before["U0MO"] + 1, "not twice in one week"


async def test_f2_what_is_meant_for_a_manager_who_is_away_goes_to_the_deputy(post: Post) -> None:
    post.office.now = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
    await post.tick()
    nia = Person(user_id="U0VI", role=Role.TEAM_MANAGER)
    await post.workspace.add_user(id="U0VI", name="vi")
    post.room = post.another()
    await post.office.does("U0SAM", people.name_person, nia)
    await post.office.does("U0SAM", people.set_absence, "U0MO", date(2026, 12, 1), None, "U0VI")
    await post.deliver(2, times=2)
    before = await counts(post, "U0MO", "U0VI")
    received = post.office.now
    ref = await post.refer("U0DANA", urgent=True, received_at=received)
    await post.deliver(2)
    assert await counts(post, "U0MO") == {"U0MO": before["U0MO"]}
    assert f":rotating_light: *{ref}*" in (await got(post, "U0VI", before["U0VI"]))[0]
    await at(post, datetime(2026, 12, 7, 8, 30, tzinfo=UTC))
    assert "For <@U0MO>, who is away or cannot be reached" in (await got(post, "U0VI", before["U0VI"]))[-1]


async def test_f1_what_is_meant_for_somebody_who_left_goes_to_the_manager(post: Post) -> None:
    post.office.now = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
    await post.tick()
    ref = await opened_on(post, date(2026, 9, 7), "U0ELI")
    await post.deliver(2, times=2)
    await post.office.does("U0SAM", people.remove_person, "U0ELI")
    before = await counts(post, "U0MO", "U0ELI")
    await at(post, MONDAY)
    assert (await counts(post, "U0ELI"))["U0ELI"] == before["U0ELI"]
    told = await got(post, "U0MO", before["U0MO"])
    assert len(told) == 1
    assert (
        f"*{ref}* · Three-month threshold (§4): *today*, Mon 7 Dec 2026. A core assessment, or a decision to close. · <@U0ELI>"
        in told[0]
    )


async def test_what_was_done_before_its_message_went_is_not_chased(post: Post) -> None:
    received = post.office.now
    ref = await post.refer("U0DANA", urgent=True, received_at=received)
    before = await counts(post, "U0MO")
    post.office.later(minutes=30)
    await post.office.does("U0DANA", work.respond, ref, post.office.now, actor("U0DANA"))
    await post.deliver(2)
    assert await counts(post, "U0MO") == before
    assert await post.waiting() == 0
    assert [row["status"] for row in await post.ctx.read(log.about, [ref])] == [log.SUPPRESSED]


async def test_a_message_says_what_is_settled_once_it_was_done_elsewhere(post: Post) -> None:
    received = post.office.now
    ref = await post.refer("U0DANA", urgent=True, received_at=received)
    await post.deliver(2)
    assert "needs you" in (await post.texts("U0MO"))[-1]
    post.office.later(minutes=30)
    await post.office.does("U0DANA", work.respond, ref, post.office.now, actor("U0DANA"))
    before = await counts(post, "U0MO")
    await post.deliver(2)
    assert await counts(post, "U0MO") == before
    assert f"✓ *{ref}* first response to an urgent case (audit): settled" in readable((await post.has("U0MO"))[-1])


async def test_superseded_stages_stand_in_the_ledger(post: Post) -> None:
    post.office.now = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
    await post.tick()
    ref = await opened_on(post, date(2026, 9, 7))
    await at(post, datetime(2026, 12, 8, 8, 30, tzinfo=UTC))
    with post.office.writing.connect() as conn:
        query = LedgerRow.__table__.select().where(LedgerRow.ref == ref, LedgerRow.rule == "R1")
        found = {(row["stage"], row["status"]) for row in conn.execute(query).mappings()}
    assert found == {("advance", "superseded"), ("due", "superseded"), ("over", "sent")}


async def test_the_first_start_owes_no_digest_and_the_second_week_does(post: Post) -> None:
    before = await counts(post, "U0MO")
    await at(post, datetime(2026, 12, 9, 10, 0, tzinfo=UTC))
    assert await counts(post, "U0MO") == before
    await at(post, datetime(2026, 12, 14, 8, 30, tzinfo=UTC))
    assert "OOB: your week." in (await post.texts("U0MO"))[before["U0MO"] :]
    assert await post.ctx.read(runs.done, runs.MORNING, date(2026, 12, 14), date(2026, 12, 14))


async def test_a_message_that_is_not_there_any_more_is_not_brought_up_to_date_for_ever(post: Post) -> None:
    received = post.office.now
    ref = await post.refer("U0DANA", urgent=True, received_at=received)
    await post.deliver(2)
    await post.workspace.fault(method="chat.update", fault={"error": "message_not_found"})
    post.office.later(minutes=30)
    await post.office.does("U0DANA", work.respond, ref, post.office.now, actor("U0DANA"))
    await post.deliver(2, times=2)
    assert await post.waiting() == 0
