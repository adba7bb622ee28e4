"""What people do with reminders and digests, below Slack: not mine, put on the agenda, and what a digest counts."""

from datetime import timedelta

from bot.domain.feedback.feedback import FeedbackFacts, Target
from bot.domain.people import Person, Role
from bot.services import people, scheduled_run
from bot.services.cases import referrals, work
from bot.services.cases.referrals import NewCase
from bot.services.digests import digests
from bot.services.feedback import lifecycle
from tests.support.holding import facts
from tests.support.offices import MORNING, Office, actor, code_of, letters_waiting

DANA, ELI, MO = actor("U0DANA"), actor("U0ELI"), actor("U0MO")


async def led(office: Office) -> str:
    """Mo leads Dana and Eli; a case of Dana's."""
    for worker in ("U0DANA", "U0ELI"):
        await office.does("U0SAM", people.name_person, Person(user_id=worker, role=Role.SOCIAL_WORKER, manager_id="U0MO"))
    case = await office.does("U0DANA", referrals.refer, facts(), NewCase("ICS-77"), DANA)
    return str(case.ref)


async def test_not_mine_tells_the_manager_once_and_changes_nothing(office: Office) -> None:
    ref = await led(office)
    before = await office.ctx("U0SAM").read(letters_waiting)
    assert await office.does("U0DANA", work.not_mine, ref, DANA) == "U0MO"
    assert await office.does("U0DANA", work.not_mine, ref, DANA) == "U0MO"
    assert await office.ctx("U0SAM").read(letters_waiting) == before + 1
    assert await code_of(office, "U0ELI", work.not_mine, ref, ELI) == "not_your_case"
    assert await code_of(office, "U0DANA", work.not_mine, "OOB-2026-0999", DANA) == "not_found"


async def test_not_mine_of_a_case_without_a_manager_says_so(office: Office) -> None:
    case = await office.does("U0DANA", referrals.refer, facts(), NewCase("ICS-78"), DANA)
    assert await code_of(office, "U0DANA", work.not_mine, case.ref, DANA) == "no_manager"


async def test_a_case_is_put_on_the_agenda_by_a_manager_once(office: Office) -> None:
    ref = await led(office)
    assert await code_of(office, "U0DANA", work.put_on_agenda, ref, DANA) == "managers_only"
    after = await office.does("U0MO", work.put_on_agenda, ref, MO)
    assert after.latest is not None
    assert (after.latest.proposed_by, after.latest.proposed_kind) == ("U0MO", None)
    assert after.latest.state(office.ctx("U0MO").today()).value == "open"
    assert await code_of(office, "U0MO", work.put_on_agenda, ref, MO) == "on_agenda"
    digest = await office.ctx("U0MO").read(digests.digest_for, "U0MO")
    assert digest.lists["decisions"] == [ref]


async def test_a_restricted_case_of_another_team_cannot_be_put_on_an_agenda(office: Office) -> None:
    ref = await led(office)
    await office.does("U0DANA", work.set_flags, ref, {"restricted": True}, DANA)
    other = actor("U0VI")
    await office.does("U0SAM", people.name_person, Person(user_id="U0VI", role=Role.TEAM_MANAGER))
    manager = other.model_copy(update={"roles": frozenset({Role.TEAM_MANAGER})})
    assert await code_of(office, "U0VI", work.put_on_agenda, ref, manager) == "not_found"


async def test_a_digest_names_what_was_moved_waived_missed_and_recorded_late_last_week(office: Office) -> None:
    ref = await led(office)
    early = MORNING - timedelta(days=5)
    note = FeedbackFacts(about="ICS-77", target=Target.MDT_MEETING, given_on=early.date())
    told = await office.does("U0DANA", lifecycle.give, note, DANA)
    await office.does("U0MO", work.reassign, ref, "U0ELI", "MANAGE", MO)
    office.later(days=7)
    monday = office.ctx("U0MO").today()
    found = await office.ctx("U0MO").read(digests.briefing_for, "U0MO", MO)
    assert [(each[0], each[1]) for each in found.happened.reassigned] == [(ref, "U0ELI")]
    assert [(late.ref, late.what, late.on) for late in found.happened.late] == [(told.ref, "feedback", early.date())]
    assert found.caseload == {"U0DANA": 0, "U0ELI": 1}
    assert found.digest.counts["referrals"] == 1
    assert found.digest.before["referrals"] == 0
    assert found.log[0] > 0
    assert found.undelivered == {}
    assert monday.isoweekday() == 1


async def test_planning_twice_owes_nothing_more(office: Office) -> None:
    await led(office)
    await office.does("system", scheduled_run.tick)
    office.later(days=7)
    first = await office.does("system", scheduled_run.tick)
    assert first > 0
    assert not await office.ctx("system").read(scheduled_run.owes)
    assert await office.does("system", scheduled_run.tick) == 0
