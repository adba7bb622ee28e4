"""Supervision on both databases (§6): booking, sessions, minutes, what is agreed to be done, and who is told what."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.documents import supervision_invite
from bot.documents import supervision_minute as paper
from bot.domain.cases.codes import DecisionKind, RecordingRoute
from bot.domain.people import Actor, Person, Role
from bot.domain.shared.errors import Refusal
from bot.domain.shared.rule import AgendaSection
from bot.domain.supervision.minute import Minute
from bot.domain.supervision.session import Session, SessionKind, SessionStatus
from bot.services import people, scheduled_run
from bot.services.admin import retention
from bot.services.cases import referrals, work
from bot.services.supervision import actions, agenda, decisions, minutes
from bot.services.supervision import sessions as supervision_sessions
from bot.services.supervision.actions import ActionAgreed
from storage.cases import cases
from storage.db import history
from storage.db.engine import Tx
from storage.notifications import outbox
from storage.settings import team as settings
from storage.supervision import sessions
from tests.support.holding import DANA, ELI, MO, TODAY, closed, opened
from tests.support.offices import HOME, Office, code_of

NAMES = {"U0DANA": "Dana Okafor", "U0MO": "Mo Haddad"}
CLOSE = decisions.Choice(DecisionKind.CLOSE, "work completed", rc_code="RC7", factors=("workload",))
KEEP = decisions.Choice(DecisionKind.KEEP_OPEN, "clinic in the spring", next_decision_on=TODAY + timedelta(days=60))


def new(number: int) -> referrals.NewCase:
    return referrals.NewCase(f"ICS-20{number:02d}")


async def begun(office: Office) -> Session:
    return await office.does("U0MO", supervision_sessions.begin, "U0DANA", MO)


async def finalised(office: Office, ref: str | None = None) -> Session:
    return await office.does("U0MO", supervision_sessions.finalise, "U0DANA", (), (), MO, ref)


async def decided(office: Office, ref: str, choice: decisions.Choice) -> None:
    await office.does("U0MO", decisions.decide, ref, choice, MO)
    await office.does("U0DANA", decisions.confirm, ref, DANA)


async def refused(office: Office, user: str, fn: Any, *args: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await office.does(user, fn, *args)
    return caught.value


def owed(tx: Tx) -> list[tuple[str, str]]:
    return sorted((letter.kind, letter.recipient) for letter in outbox.everything_unsent(tx))


def stored(tx: Tx, ref: str) -> Session:
    found = sessions.get(tx, ref)
    assert found is not None
    return found


async def test_a_booked_session_is_moved_by_booking_again_and_its_calendar_entry_keeps_its_name(office: Office) -> None:
    await opened(office)
    first = await office.does("U0MO", supervision_sessions.book, "U0DANA", datetime(2027, 2, 2, 10, tzinfo=UTC), MO)
    same = await office.does("U0MO", supervision_sessions.book, "U0DANA", datetime(2027, 2, 2, 10, tzinfo=UTC), MO)
    moved = await office.does("U0MO", supervision_sessions.book, "U0DANA", datetime(2027, 2, 3, 14, 30, tzinfo=UTC), MO)
    assert (same.sequence, moved.sequence, first.ref == moved.ref) == (0, 1, True)
    assert moved.when == "Wed 3 Feb 2027, 14:30"
    entry = supervision_invite.entry(moved, "T0SIM", office.now).decode()
    for line in ("SEQUENCE:1", "DTSTART:20270203T143000Z", f"UID:{moved.ref}.T0SIM@oob".lower().replace("uid", "UID")):
        assert line in entry
    assert "OOB-" not in entry
    cancelled = supervision_invite.entry(moved, "T0SIM", office.now, cancelled=True).decode()
    assert "METHOD:CANCEL" in cancelled
    assert "SEQUENCE:2" in cancelled
    await office.does("U0MO", supervision_sessions.cancel, moved.ref, MO)
    assert await code_of(office, "U0MO", supervision_sessions.cancel, moved.ref, MO) == "session_gone"


@pytest.mark.parametrize(
    ("moment", "code"),
    [(datetime(2026, 12, 7, 8, 59, tzinfo=UTC), "session_in_past"), (datetime(2028, 1, 4, 10, tzinfo=UTC), "session_far")],
)
async def test_a_session_is_booked_for_a_day_within_a_year(office: Office, moment: datetime, code: str) -> None:
    await opened(office)
    assert await code_of(office, "U0MO", supervision_sessions.book, "U0DANA", moment, MO) == code


async def test_the_agenda_comes_once_on_the_working_day_before_also_before_a_weekend(office: Office) -> None:
    await opened(office)
    await office.does("system", scheduled_run.tick)
    await office.does("U0MO", supervision_sessions.book, "U0DANA", datetime(2026, 12, 14, 10, tzinfo=UTC), MO)
    sent = {}
    for day in (10, 11, 12, 13, 14):
        office.now = datetime(2026, 12, day, 8, 30, tzinfo=UTC)
        await office.does("system", scheduled_run.tick)
        await office.does("system", scheduled_run.tick)
        sent[day] = [who for kind, who in await office.does("system", owed) if kind == "agenda"]
    assert sent == {10: [], 11: ["U0DANA", "U0MO"], 12: ["U0DANA", "U0MO"], 13: ["U0DANA", "U0MO"], 14: ["U0DANA", "U0MO"]}


async def test_what_is_booked_for_tomorrow_brings_its_agenda_at_once(office: Office) -> None:
    await opened(office)
    await office.does("U0MO", supervision_sessions.book, "U0DANA", datetime(2026, 12, 8, 10, tzinfo=UTC), MO)
    assert [who for kind, who in await office.does("system", owed) if kind == "agenda"] == ["U0DANA", "U0MO"]


async def test_a_session_that_is_under_way_goes_on_and_a_booked_one_becomes_it(office: Office) -> None:
    await opened(office)
    booked = await office.does("U0MO", supervision_sessions.book, "U0DANA", datetime(2026, 12, 7, 14, tzinfo=UTC), MO)
    one, two = await begun(office), await begun(office)
    assert (one.ref, two.ref, one.kind) == (booked.ref, booked.ref, SessionKind.SCHEDULED)
    assert [each for each in await office.does("system", owed) if each[0] == "session_begun"] == [("session_begun", "U0DANA")]
    await finalised(office)
    other = await begun(office)
    assert (other.kind, other.ref == booked.ref) == (SessionKind.AD_HOC, False)


async def test_a_booking_that_was_not_held_is_gone_when_the_next_session_begins(office: Office) -> None:
    await opened(office)
    missed = await office.does("U0MO", supervision_sessions.book, "U0DANA", datetime(2026, 12, 8, 10, tzinfo=UTC), MO)
    office.later(days=3)
    assert (await begun(office)).kind is SessionKind.AD_HOC
    assert await office.does("U0MO", sessions.get, missed.ref) is None


async def test_b4_who_comes_second_is_told_who_did_what_and_when(office: Office) -> None:
    case = await opened(office)
    await begun(office)
    await office.does("U0MO", decisions.decide, case.ref, CLOSE, MO, 0)
    late = await refused(office, "U0DANA", decisions.decide, case.ref, KEEP, DANA, 0)
    assert (late.code, "<@U0MO> chose *close* on Mon 7 Dec 2026, 09:00" in late.sentence) == ("changed_meanwhile", True)
    office.later(minutes=2)
    same = await office.does("U0DANA", decisions.decide, case.ref, CLOSE, DANA, 0)
    assert same.latest is not None
    assert same.latest.closed_on == TODAY
    number = same.latest.decisions[0].number
    for user, actor_ in (("U0MO", MO), ("U0DANA", DANA)):
        again = await refused(office, user, decisions.confirm, case.ref, actor_, number)
        assert (again.code, "by <@U0DANA> and <@U0MO> on Mon 7 Dec 2026, 09:02" in again.sentence) == ("decided_already", True)
    form = await refused(office, "U0MO", decisions.decide, case.ref, KEEP, MO, 1)
    assert form.code == "decided_already"


async def test_the_same_word_twice_is_one_word(office: Office) -> None:
    case = await opened(office)
    await begun(office)
    once = await office.does("U0MO", decisions.decide, case.ref, CLOSE, MO, 0)
    twice = await office.does("U0MO", decisions.decide, case.ref, CLOSE, MO, 0)
    assert once == twice
    assert len([each for each in await office.does("system", owed) if each[0] == "decision_waits"]) == 1


async def test_who_confirmed_first_is_told_and_an_undone_closing_is_told_to_the_worker(office: Office) -> None:
    case = await opened(office)
    await begun(office)
    await decided(office, case.ref, CLOSE)
    assert ("decided", "U0MO") in await office.does("system", owed)
    await office.does("U0MO", referrals.reopen_in_error, case.ref, "not yet", MO)
    assert ("closing_undone", "U0DANA") in await office.does("system", owed)


async def test_outstanding_sharing_has_to_be_read_before_closing_where_a_form_asks(office: Office) -> None:
    case = await opened(office)
    await begun(office)
    unread = decisions.Choice(DecisionKind.CLOSE, "done", rc_code="RC7", unmet_known=False)
    assert await code_of(office, "U0MO", decisions.decide, case.ref, unread, MO) == "unmet_unread"


async def test_a_reopening_is_ratified_by_both_and_nothing_else_is(office: Office) -> None:
    case = await opened(office)
    ratify = decisions.Choice(DecisionKind.REOPEN_RATIFIED, "they came back")
    await begun(office)
    assert await code_of(office, "U0MO", decisions.decide, case.ref, ratify, MO) == "nothing_to_ratify"
    await decided(office, case.ref, CLOSE)
    office.later(days=1)
    await office.does("U0DANA", referrals.reopen, case.ref, RecordingRoute.SHORT_TERM, DANA, None)
    found = await office.does("U0MO", agenda.agenda, "U0DANA", MO)
    assert [(each.section, each.why) for each in found.gathered.entries] == [(AgendaSection.AWAITING_DECISION, ("to_ratify",))]
    office.later(minutes=5)
    await decided(office, case.ref, ratify)
    after = await office.does("U0MO", agenda.agenda, "U0DANA", MO)
    assert after.waiting == 0


async def test_the_minute_says_what_both_decided_and_stays_as_it_was(office: Office) -> None:
    first, second, third = [await opened(office, new(number)) for number in (1, 2, 3)]
    for case in (second, third):
        await office.does("U0DANA", decisions.propose, case.ref, DecisionKind.CLOSE, "perhaps", DANA)
    session = await begun(office)
    await decided(office, first.ref, CLOSE)
    await office.does("U0MO", decisions.decide, second.ref, CLOSE, MO)
    await office.does(
        "U0MO", decisions.agree, ActionAgreed(third.ref, "U0DANA", TODAY + timedelta(days=9), "ring the clinic"), MO
    )
    ended = await finalised(office, session.ref)
    minute = ended.minute
    assert minute is not None
    assert [(each.ref, each.kind, each.rc_code) for each in minute.decided] == [(first.ref, DecisionKind.CLOSE, "RC7")]
    assert [(each.ref, each.due_on) for each in minute.agreed] == [(third.ref, TODAY + timedelta(days=9))]
    assert [(each.ref, each.times, each.half) for each in minute.carried] == [(second.ref, 1, True), (third.ref, 1, False)]
    await office.does("U0MO", referrals.reopen_in_error, first.ref, "a slip", MO)
    await begun(office)
    await decided(office, second.ref, KEEP)
    await finalised(office)
    kept = await office.does("U0MO", stored, session.ref)
    assert kept == ended
    written = await office.does("U0MO", minutes.written, kept, MO)
    text = paper.as_text(written, NAMES)
    closing = f"{first.ref} (ICS ICS-2001): close (RC7"
    for words in (closing, "Why: work completed", "Weighed: workload", "ring the clinic", "1st time"):
        assert words in text
    assert "Dana Okafor and Mo Haddad" in text
    with zipfile.ZipFile(io.BytesIO(paper.as_docx(written, NAMES))) as document:
        body = document.read("word/document.xml").decode()
    for words in ("Why: work completed", "ring the clinic", "1st time", first.ref):
        assert words in body


async def test_what_is_finalised_is_finalised_once_and_says_by_whom(office: Office) -> None:
    await opened(office)
    session = await begun(office)
    await finalised(office, session.ref)
    late = await refused(office, "U0MO", supervision_sessions.finalise, "U0DANA", (), (), MO, session.ref)
    assert (late.code, "<@U0MO> finalised that session on Mon 7 Dec 2026, 09:00" in late.sentence) == ("session_finalised", True)
    assert await code_of(office, "U0MO", supervision_sessions.finalise, "U0DANA", (), (), MO) == "no_session"
    with_nothing = (await office.does("U0MO", stored, session.ref)).minute
    assert with_nothing == Minute()


async def test_a_half_decision_cannot_be_confirmed_after_the_session_and_counts_as_carried(office: Office) -> None:
    case = await opened(office)
    for times in (1, 2, 3):
        await begun(office)
        await office.does("U0MO", decisions.decide, case.ref, CLOSE, MO)
        ended = await finalised(office)
        assert ended.minute is not None
        assert [(each.times, each.half) for each in ended.minute.carried] == [(times, True)]
        assert await code_of(office, "U0DANA", decisions.confirm, case.ref, DANA) == "nothing_to_confirm"
        office.later(days=1)
    await office.does("U0DANA", decisions.propose, case.ref, DecisionKind.CLOSE, None, DANA)
    found = await office.does("U0MO", agenda.agenda, "U0DANA", MO)
    assert [(entry.ref, entry.carried) for entry in found.gathered.entries] == [(case.ref, 3)]


async def test_what_was_agreed_stands_on_the_next_agenda_until_it_is_done(office: Office) -> None:
    case = await opened(office)
    session = await begun(office)
    told = ActionAgreed(case.ref, "U0ELI", TODAY + timedelta(days=5), "ask the clinic")
    after = await office.does("U0MO", decisions.agree, told, MO)
    assert after.latest is not None
    number = after.latest.actions[0].number
    await finalised(office, session.ref)
    found = await office.does("U0DANA", agenda.agenda, "U0DANA", DANA)
    assert [(entry.section, "action" in entry.tags) for entry in found.gathered.entries] == [(AgendaSection.FEEDBACK, True)]
    lin = Actor(workspace_id=HOME.workspace_id, user_id="U0LIN", roles=frozenset({Role.SOCIAL_WORKER}))
    assert await code_of(office, "U0LIN", actions.done, case.ref, number, lin) == "not_yours"
    await office.does("U0ELI", actions.done, case.ref, number, ELI)
    assert await code_of(office, "U0ELI", actions.done, case.ref, number, ELI) == "action_done"
    after_that = await office.does("U0DANA", agenda.agenda, "U0DANA", DANA)
    assert after_that.done == ((case.ref, "U0ELI", TODAY),)


@pytest.mark.parametrize(
    ("agreed", "code"),
    [
        ({"what": None}, "action_missing"),
        ({"due_on": TODAY - timedelta(days=1)}, "action_range"),
        ({"due_on": date(2028, 12, 7)}, "action_range"),
        ({"worker_id": "U0VI"}, "cannot_hold"),
        ({"what": "ring 07700 900123"}, "identifier"),
    ],
)
async def test_an_action_says_what_by_whom_and_until_when(office: Office, agreed: dict[str, Any], code: str) -> None:
    case = await opened(office)
    await begun(office)
    told = replace(ActionAgreed(case.ref, "U0DANA", TODAY, "ring"), **agreed)
    assert await code_of(office, "U0MO", decisions.agree, told, MO) == code


async def test_nothing_is_agreed_outside_a_session(office: Office) -> None:
    case = await opened(office)
    told = ActionAgreed(case.ref, "U0DANA", TODAY, "ring")
    assert await code_of(office, "U0MO", decisions.agree, told, MO) == "no_session"


async def test_reasons_are_erased_a_month_after_the_minute_is_on_ics_and_from_history_too(office: Office) -> None:
    case = await opened(office)
    session = await begun(office)
    await decided(office, case.ref, KEEP)
    await office.does("U0MO", decisions.agree, ActionAgreed(case.ref, "U0DANA", TODAY, "tell nobody else"), MO)
    await finalised(office, session.ref)
    await office.does("U0DANA", actions.all_done, case.ref, DANA)
    assert await code_of(office, "U0ELI", minutes.minute_on_ics, session.ref, ELI) == "not_your_session"
    for actor_ in (DANA, MO):
        noted = await office.does(actor_.user_id, minutes.minute_on_ics, session.ref, actor_)
        assert noted.ics_recorded_on == TODAY
    office.later(days=29)
    assert await office.does("system", retention.erase_texts) == 0
    await office.does("U0SAM", settings.hold, case.ref, "an inquiry of the court")
    office.later(days=1)
    assert await office.does("system", retention.erase_texts) == 0
    await office.does("U0SAM", settings.release, case.ref)
    assert await office.does("system", retention.erase_texts) == 1
    assert await office.does("system", retention.erase_texts) == 0
    left = await office.does("U0MO", everything_typed, case.ref)
    assert "clinic in the spring" not in left
    assert "tell nobody else" not in left
    written = await office.does("U0MO", minutes.written, noted, MO)
    assert paper.as_text(written, NAMES).count("(The words are erased here; ICS has them.)") == 2


def everything_typed(tx: Tx, ref: str) -> str:
    return f"{cases.get(tx, ref)} {[former.facts for former in history.of(tx, ref)]}"


async def test_r15_a_case_that_is_disposed_of_leaves_sessions_and_minutes(office: Office) -> None:
    one, two = await opened(office, new(1)), await opened(office, new(2))
    for case in (one, two):
        await office.does("U0DANA", decisions.propose, case.ref, DecisionKind.CLOSE, None, DANA)
    session = await begun(office)
    await decided(office, one.ref, CLOSE)
    await finalised(office, session.ref)
    await office.does("U0DANA", work.closing_records, one.ref, TODAY, DANA)
    await office.does("U0MO", lambda tx: retention._delete(tx, retention.DisposalDue(one.ref, "case", TODAY)))
    kept = await office.does("U0MO", stored, session.ref)
    assert kept.minute is not None
    assert (kept.items, kept.minute.refs) == ((two.ref,), (two.ref,))


async def test_a_restricted_case_is_left_out_of_a_minute_for_who_may_not_know_of_it(office: Office) -> None:
    case = await opened(office)
    session = await begun(office)
    await decided(office, case.ref, KEEP)
    ended = await finalised(office, session.ref)
    await office.does("U0DANA", work.set_flags, case.ref, {"restricted": True}, DANA)
    await office.does("U0SAM", work.reassign, case.ref, "U0ELI", "MANAGE", MO)
    written = await office.does("U0DANA", minutes.written, ended, DANA)
    assert (written.minute.refs, written.words) == ((), {})


async def test_an_agenda_is_for_its_worker_who_stands_in_and_managers(office: Office) -> None:
    await opened(office)
    for user, actor_ in (("U0DANA", DANA), ("U0MO", MO)):
        assert (await office.does(user, agenda.agenda, "U0DANA", actor_)).worker_id == "U0DANA"
    assert await code_of(office, "U0ELI", agenda.agenda, "U0DANA", ELI) == "not_your_agenda"
    assert await code_of(office, "U0MO", agenda.agenda, "U0ANA", MO) == "cannot_hold"
    away = Person(user_id="U0DANA", role=Role.SOCIAL_WORKER, manager_id="U0MO", away_from=TODAY, deputy_id="U0ELI")
    await office.does("U0SAM", people.name_person, away)
    assert (await office.does("U0ELI", agenda.agenda, "U0DANA", ELI)).open_cases == 1


async def test_states_of_a_session_go_one_way(office: Office) -> None:
    await opened(office)
    session = await begun(office)
    await finalised(office, session.ref)
    begun_only = (SessionStatus.IN_SESSION,)
    assert not await office.does("U0MO", lambda tx: sessions.change(tx, session.ref, was=begun_only, minute=None))
    assert await code_of(office, "U0MO", supervision_sessions.cancel, session.ref, MO) == "session_gone"
    await closed(office, (await opened(office, new(9))).ref)
