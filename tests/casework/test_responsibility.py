"""Nobody and nothing falls between two people (docs/domain.md §7.1), on both databases."""

import asyncio
import itertools
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.domain.cases.codes import AssessmentKind, Purpose
from bot.domain.inquiries.inquiry import AnswerGiven, Result
from bot.domain.notifications import ClockMoved
from bot.domain.people import Actor, Person, Role
from bot.domain.shared.errors import Refusal
from bot.services import people
from bot.services.admin import people_changes, status
from bot.services.cases import assessments, authorisations, corrections, referrals, work
from bot.services.digests import digests
from bot.services.inquiries import lifecycle
from handlers import notifications
from handlers.digests import digest_view
from storage import people as stored_people
from storage import reallocation
from storage.cases import caseload, cases
from storage.db.engine import Tx
from storage.notifications import outbox
from storage.notifications.tables import OutboxRow
from storage.reminders import obligations
from tests.support.databases import migrated_file
from tests.support.holding import DANA, MO, facts, opened
from tests.support.offices import Office, actor, logged_words

NIA = actor("U0NIA")
SAM = actor("U0SAM")
FAR = date(2099, 1, 1)


async def with_nia(office: Office) -> None:
    await office.does("U0SAM", people.name_person, Person(user_id="U0NIA", role=Role.TEAM_MANAGER))


async def moved_to_nia(office: Office) -> None:
    await with_nia(office)
    dana = Person(user_id="U0DANA", role=Role.SOCIAL_WORKER, manager_id="U0NIA")
    await office.does("U0SAM", people_changes.change_person, dana)


async def texts(office: Office, user: str) -> str:
    """Everything that waits to be sent to somebody, as Slack gets it."""

    def render(tx: Tx) -> str:
        mine = [each for each in outbox.everything_unsent(tx) if each.recipient == user]
        message, broken = notifications.render(tx, user, mine)
        assert broken == {}
        return str(message.to_json()) if message is not None else ""

    return await office.does("U0SAM", render)


async def test_a_new_manager_has_everything_at_once_and_all_three_are_told(office: Office) -> None:
    case = await opened(office)
    await moved_to_nia(office)
    assert [each.ref for each in await office.does("U0NIA", obligations.of_team, "U0NIA", FAR)] != []
    assert await office.does("U0MO", obligations.of_team, "U0MO", FAR) == []
    assert await office.does("U0NIA", caseload.numbers, "U0NIA") == {"U0DANA": 1}
    assert (await office.does("U0NIA", digests.briefing_for, "U0NIA", NIA)).caseload == {"U0DANA": 1}
    found = await office.does("U0SAM", cases.get, case.ref)
    assert found is not None
    assert found.latest is not None
    assert found.latest.manager_id == "U0NIA"
    assert "1 open case and what waits for a manager came to you" in await texts(office, "U0NIA")
    assert "moved from your lists to theirs" in await texts(office, "U0MO")
    assert "is your manager now" in await texts(office, "U0DANA")


async def test_what_waits_for_an_authorisation_is_asked_of_the_new_manager(office: Office) -> None:
    case = await opened(office)
    started = assessments.Start(AssessmentKind.CORE, Purpose.OTHER, date(2026, 12, 7))
    _, made = await office.does("U0DANA", assessments.start, case.ref, started, DANA)
    await office.does("U0DANA", authorisations.completion, case.ref, made.number, date(2026, 12, 7), DANA)
    await moved_to_nia(office)
    assert "authorise" in await texts(office, "U0NIA")


async def test_who_leaves_shows_what_they_hold_and_it_goes_where_it_was_sent(office: Office) -> None:
    case = await opened(office)
    held = await office.does("U0SAM", people_changes.holdings, "U0DANA")
    assert held.cases == (case.ref,)
    await office.does("U0SAM", people_changes.leave, "U0DANA", "U0ELI", None, SAM)
    assert await office.does("U0MO", caseload.numbers, "U0MO") == {"U0ELI": 1}
    assert case.ref in await texts(office, "U0ELI")


async def test_what_nobody_was_named_for_stays_with_the_manager_marked(office: Office) -> None:
    case = await opened(office)
    await office.does("U0SAM", people_changes.leave, "U0DANA", None, None, SAM)
    assert {each.ref for each in await office.does("U0MO", obligations.of_team, "U0MO", FAR)} == {case.ref}
    assert await office.does("U0SAM", reallocation.unassigned) == [case.ref]
    assert (await office.does("U0SAM", status.status)).unassigned == (case.ref,)
    assert (await office.does("U0MO", digests.briefing_for, "U0MO", MO)).unassigned == (case.ref,)


async def test_a_manager_who_leaves_hands_over_the_team(office: Office) -> None:
    case = await opened(office)
    await with_nia(office)
    await office.does("U0SAM", people_changes.leave, "U0MO", None, "U0NIA", SAM)
    assert await office.does("U0NIA", caseload.numbers, "U0NIA") == {"U0DANA": 1}
    found = await office.does("U0SAM", cases.get, case.ref)
    assert found is not None
    assert found.latest is not None
    assert found.latest.manager_id == "U0NIA"


async def test_both_gone_and_no_senior_manager_somebody_is_told_and_it_is_shown(office: Office) -> None:
    case = await opened(office, received_on=date(2026, 9, 1), opened_on=date(2026, 9, 1))
    for who in ("U0DANA", "U0MO"):
        await office.does("U0SAM", people.remove_person, who)
    assert await office.does("U0SAM", reallocation.unassigned) == [case.ref]
    to = await office.does("U0SAM", people.recipient_for, "U0DANA", "U0MO")
    assert to == "U0SAM"


async def test_an_answer_and_an_agreed_exemption_go_to_the_deputy(office: Office) -> None:
    inquiry = await office.does("U0DANA", logged_words, "ward asks Ealing")
    await office.does("U0SAM", people.set_absence, "U0DANA", office.now.date(), None, "U0ELI")
    answer = AnswerGiven(result=Result.KNOWN_OPEN, answered_on=office.now.date())
    await office.does("U0MO", lifecycle.answer_inquiry, inquiry.ref, inquiry.version, answer, MO)
    assert inquiry.ref in await texts(office, "U0ELI")


async def test_reassigning_tells_the_former_worker_with_the_reason(office: Office) -> None:
    case = await opened(office)
    await office.does("U0MO", work.reassign, case.ref, "U0ELI", "ABSENC", MO)
    assert "is allocated to <@U0ELI> from today. Why: worker is absent." in await texts(office, "U0DANA")


async def test_a_digest_says_whose_team_it_is_about(office: Office) -> None:
    await opened(office)
    found = await office.does("U0MO", digests.briefing_for, "U0MO", MO)
    assert "The team of <@U0MO>" in str(digest_view.digest(found, office.now.date()).to_json())


async def test_a_correction_that_moves_a_due_date_is_told_with_before_and_after(office: Office) -> None:
    case = await opened(office)
    await office.does("U0DANA", corrections.correct, case.ref, "opened_on", date(2026, 12, 7), "as it was", DANA)
    assert "corrected" not in await texts(office, "U0MO")
    case = await office.does("U0DANA", referrals.refer, facts(date(2026, 12, 1)), referrals.NewCase("ICS-2002"), DANA)
    await office.does("U0DANA", corrections.correct, case.ref, "received_on", date(2026, 11, 30), "a slip", DANA)
    await office.does("U0DANA", corrections.correct, case.ref, "opened_on", date(2026, 12, 2), "a slip", DANA)
    told = await texts(office, "U0MO")
    assert "three-month threshold (§4): Mon 1 Mar 2027 became Tue 2 Mar 2027" in told
    briefing = await office.does("U0MO", digests.briefing_for, "U0MO", MO)
    office.later(days=7)
    briefing = await office.does("U0MO", digests.briefing_for, "U0MO", MO)
    assert [each.ref for each in briefing.clocks] == [case.ref]


async def test_a_day_that_begins_a_clock_is_the_workers_on_the_day_of_recording_only(office: Office) -> None:
    case = await opened(office)
    office.later(days=1)
    with pytest.raises(Refusal, match="managers_only"):
        await office.does("U0DANA", corrections.correct, case.ref, "opened_on", date(2026, 12, 8), "a slip", DANA)
    await office.does("U0MO", corrections.correct, case.ref, "opened_on", date(2026, 12, 8), "a slip", MO)


async def test_a_colleagues_referral_of_a_restricted_child_is_not_lost(office: Office) -> None:
    case = await opened(office)
    await office.does("U0MO", work.set_flags, case.ref, {"restricted": True}, MO)
    assert await office.does("U0ELI", referrals.met_restricted, "ICS-1001", actor("U0ELI"), "a referral")
    told = await texts(office, "U0MO")
    assert "<@U0ELI> tried to log a referral about the child of" in told
    assert case.ref in told
    assert not await office.does("U0DANA", referrals.met_restricted, "ICS-1001", DANA, "a referral")


async def test_a_notification_of_any_length_is_queued_once(office: Office) -> None:
    case = await opened(office)
    for words in ("a", "a" * 400, "b" * 400):
        moved = ClockMoved(case.ref, "U0DANA", "20261207090000", words)
        assert await office.does("U0SAM", people.tell_first, "U0MO", moved)
        assert not await office.does("U0SAM", people.tell_first, "U0MO", moved)


STAFF = ("U0A", "U0B", "U0C")
LEADS = ("U0M", "U0N")
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("refer"), st.sampled_from(STAFF), st.just("")),
        st.tuples(st.just("manager"), st.sampled_from(STAFF), st.sampled_from(LEADS)),
        st.tuples(st.just("leave"), st.sampled_from((*STAFF, *LEADS)), st.sampled_from((*STAFF, ""))),
        st.tuples(st.just("reassign"), st.sampled_from(STAFF), st.sampled_from(STAFF)),
        st.tuples(st.just("away"), st.sampled_from((*STAFF, *LEADS)), st.sampled_from((*STAFF, *LEADS))),
    ),
    max_size=8,
)


@pytest.mark.unmeasured
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts=ACTS)
def test_every_open_demand_is_on_one_workers_and_one_managers_list_or_nobodys(
    sqlite_template: Path, acts: list[tuple[str, str, str]]
) -> None:
    with TemporaryDirectory() as folder:
        wrong = asyncio.run(lived(migrated_file(sqlite_template, Path(folder) / "oob.db"), acts))
    assert wrong == []


async def lived(url: str, acts: list[tuple[str, str, str]]) -> list[str]:
    """Live these acts; return what was wrong after each."""
    office = Office(url)
    await office.open()
    numbers, wrong, told = itertools.count(1), [], set[str]()
    for lead in LEADS:
        await office.does("U0SAM", people.name_person, Person(user_id=lead, role=Role.TEAM_MANAGER))
    for worker in STAFF:
        await office.does("U0SAM", people.name_person, Person(user_id=worker, role=Role.SOCIAL_WORKER, manager_id="U0M"))
    for act in acts:
        before = await office.does("U0SAM", on_the_list)
        with suppress(Refusal):
            await _act(office, numbers, *act)
        wrong += await office.does("U0SAM", misplaced)
        wrong += await office.does("U0SAM", sent_astray, told, before)
    office.close()
    return wrong


async def _act(office: Office, numbers: "itertools.count[int]", what: str, who: str, to: str) -> None:
    leads = Actor(workspace_id=SAM.workspace_id, user_id="U0SAM", roles=frozenset({Role.TEAM_MANAGER, Role.ADMIN}))
    if what == "refer":
        about = referrals.NewCase(f"ICS-{next(numbers):04d}")
        await office.does(
            who,
            referrals.refer,
            facts(),
            about,
            Actor(workspace_id=SAM.workspace_id, user_id=who, roles=frozenset({Role.SOCIAL_WORKER})),
        )
    elif what == "manager":
        person = await office.does("U0SAM", stored_people.get, who)
        if person is not None:
            await office.does("U0SAM", people_changes.change_person, person.model_copy(update={"manager_id": to}))
    elif what == "leave":
        team_to = next(lead for lead in LEADS if lead != who) if who in LEADS else None
        await office.does("U0SAM", people_changes.leave, who, to if to and to != who else None, team_to, SAM)
    elif what == "reassign":
        for line in await office.does("U0SAM", caseload.of_worker, who):
            await office.does("U0SAM", work.reassign, line.ref, to, "MANAGE", leads)
    else:
        await office.does("U0SAM", people.set_absence, who, office.now.date(), None, to)


def on_the_list(tx: Tx) -> set[str]:
    return {each.user_id for each in stored_people.everyone(tx)}


def misplaced(tx: Tx) -> list[str]:
    """Open demands that are not on exactly one worker's and one manager's list, of cases for which somebody is responsible."""
    staff, nobodys = on_the_list(tx), set(reallocation.unassigned(tx))
    lists = {user: {_named(kept) for kept in obligations.of_team(tx, user, FAR)} for user in LEADS}
    wrong = []
    for kept in obligations.all_open(tx):
        leads = [user for user, names in lists.items() if user in staff and _named(kept) in names]
        mine = {_named(each) for each in obligations.of_worker(tx, kept.worker_id, FAR)}
        if kept.ref not in nobodys and (len(leads) != 1 or _named(kept) not in mine):
            wrong.append(f"{_named(kept)}: {kept.worker_id}, {leads}")
    return wrong


def _named(kept: obligations.Kept) -> str:
    return f"{kept.ref} {kept.asked.rule} {kept.asked.subject}"


def sent_astray(tx: Tx, told: set[str], before: set[str]) -> list[str]:
    """New notifications to somebody who was on the list neither before the act nor after it; `told`: what is not new."""
    rows = [row for row in tx.conn.execute(select(OutboxRow.key, OutboxRow.recipient)) if row.key not in told]
    told |= {row.key for row in rows}
    known = before | on_the_list(tx) | {"U0SAM"}
    return [row.key for row in rows if row.recipient not in known]
