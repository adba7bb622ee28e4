"""Supervision when people change, leave, are away, or press what they should not: on both databases (§6)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.documents import supervision_minute as paper
from bot.domain.cases.codes import DecisionKind, ReferralStatus
from bot.domain.notifications import ActionAssigned, DecisionWaits, Notification, SessionAgenda
from bot.domain.people import Actor, Person, Role
from bot.domain.supervision.minute import Agreed as Noted
from bot.domain.supervision.minute import Carried, Decided, Minute
from bot.domain.supervision.session import Session, SessionKind, SessionStatus
from bot.services import people
from bot.services.cases import referrals, view, work
from bot.services.supervision import actions, decisions, minutes
from bot.services.supervision import sessions as supervision_sessions
from bot.services.supervision.actions import ActionAgreed
from handlers import notifications
from handlers.supervision import session_views as views
from simulator.blockkit import message_problems
from storage.cases import caseload, cases
from storage.db.engine import Tx
from storage.notifications import outbox
from storage.notifications.outbox import QueuedNotification
from storage.supervision import sessions
from tests.support.holding import DANA, ELI, MO, TODAY, opened
from tests.support.offices import HOME, Office, code_of

CLOSE = decisions.Choice(DecisionKind.CLOSE, "work completed", rc_code="RC7", factors=("workload",))
LIN = Actor(workspace_id=HOME.workspace_id, user_id="U0LIN", roles=frozenset({Role.TEAM_MANAGER}))


async def named(office: Office, user: str, role: Role, **more: Any) -> None:
    await office.does("U0SAM", people.name_person, Person(user_id=user, role=role, **more))


async def begun(office: Office, manager: Actor = MO) -> Session:
    return await office.does(manager.user_id, supervision_sessions.begin, "U0DANA", manager)


async def chosen(office: Office, ref: str, by: Actor, choice: decisions.Choice = CLOSE) -> int:
    after = await office.does(by.user_id, decisions.decide, ref, choice, by)
    assert after.latest is not None
    assert after.latest.pending is not None
    return after.latest.pending.number


async def told(office: Office, user: str, notification: Notification) -> str:
    """What a letter says now, as blocks; empty when it says nothing."""
    queued = QueuedNotification(outbox.key_of(notification, user), user, notification.kind, notification.pack())
    message, broken = await office.does(user, notifications.render, user, [queued])
    assert broken == {}
    return "" if message is None else str(message.to_json())


async def test_g40_the_first_word_of_somebody_who_is_no_manager_any_more_closes_nothing(office: Office) -> None:
    case = await opened(office)
    await begun(office)
    await chosen(office, case.ref, MO)
    await named(office, "U0MO", Role.VIEWER)
    assert await code_of(office, "U0DANA", decisions.confirm, case.ref, DANA) == "first_word_gone"
    await office.does("U0SAM", people.remove_person, "U0MO")
    assert await code_of(office, "U0DANA", decisions.confirm, case.ref, DANA) == "first_word_gone"


async def test_r13_a_session_that_began_more_than_four_weeks_ago_is_none(office: Office) -> None:
    case = await opened(office)
    await begun(office)
    await chosen(office, case.ref, DANA)
    office.later(days=29)
    assert await code_of(office, "U0MO", decisions.decide, case.ref, CLOSE, MO) == "no_session"
    assert await code_of(office, "U0DANA", decisions.decide, case.ref, CLOSE, DANA) == "no_session"
    assert await code_of(office, "U0MO", supervision_sessions.begin, "U0DANA", MO) == "session_over"
    await office.does("U0MO", supervision_sessions.finalise, "U0DANA", (), (), MO)
    await begun(office)
    await chosen(office, case.ref, MO)


async def test_a_session_whose_worker_left_is_finalised_all_the_same(office: Office) -> None:
    case = await opened(office)
    session = await begun(office)
    await chosen(office, case.ref, MO)
    await office.does("U0SAM", people.remove_person, "U0DANA")
    _, _, half = await office.does("U0MO", supervision_sessions.left, session.ref, MO)
    assert half == [case.ref]
    ended = await office.does("U0MO", supervision_sessions.finalise, "U0DANA", (), (), MO, session.ref)
    assert ended.status is SessionStatus.FINALISED


async def test_a_session_whose_manager_left_is_finalised_by_who_leads_the_worker_now(office: Office) -> None:
    await opened(office)
    session = await begun(office)
    await named(office, "U0LIN", Role.TEAM_MANAGER)
    assert await code_of(office, "U0LIN", supervision_sessions.left, session.ref, LIN) == "not_your_session"
    await office.does("U0SAM", people.remove_person, "U0MO")
    await named(office, "U0DANA", Role.SOCIAL_WORKER, manager_id="U0LIN")
    await office.does("U0LIN", supervision_sessions.finalise, "U0DANA", (), (), LIN, session.ref)
    assert (await office.does("U0LIN", minutes.minuted, session.ref, LIN)).ref == session.ref
    assert await code_of(office, "U0LIN", supervision_sessions.begin, "U0VI", LIN) == "cannot_hold"


async def test_a_session_begun_by_mistake_is_taken_back_while_nothing_was_said(office: Office) -> None:
    case = await opened(office)
    session = await begun(office)
    await office.does("U0MO", supervision_sessions.cancel, session.ref, MO)
    assert await office.does("U0MO", sessions.get, session.ref) is None
    again = await begun(office)
    await chosen(office, case.ref, MO)
    assert await code_of(office, "U0MO", supervision_sessions.cancel, again.ref, MO) == "session_used"


async def test_a_restricted_case_is_not_decided_with_a_manager_who_may_not_know_of_it(office: Office) -> None:
    case = await opened(office)
    await named(office, "U0LIN", Role.TEAM_MANAGER)
    await office.does("U0DANA", work.set_flags, case.ref, {"restricted": True}, DANA)
    session = await begun(office, LIN)
    assert await code_of(office, "U0DANA", decisions.decide, case.ref, CLOSE, DANA) == "no_session"
    assert (await office.does("U0LIN", supervision_sessions.left, session.ref, LIN))[1:] == ([], [])
    held = await begun(office)
    await chosen(office, case.ref, DANA)
    found = await office.does("U0DANA", cases.get, case.ref)
    assert found is not None
    assert found.episodes[0].decisions[0].session == held.ref


async def test_a_closing_lies_six_months_ahead_at_most_and_says_from_when(office: Office) -> None:
    case = await opened(office)
    await begun(office)
    far = replace(CLOSE, effective_on=TODAY + timedelta(days=400))
    assert await code_of(office, "U0MO", decisions.decide, case.ref, far, MO) == "effective_far"
    number = await chosen(office, case.ref, MO, replace(CLOSE, effective_on=TODAY + timedelta(days=3)))
    letter = await told(office, "U0DANA", DecisionWaits(case.ref, number))
    assert "from Thu 10 Dec 2026" in letter
    assert "Why: work completed" in letter


async def test_who_stands_in_for_the_worker_is_offered_to_confirm(office: Office) -> None:
    case = await opened(office)
    await begun(office)
    await chosen(office, case.ref, MO)
    await named(office, "U0DANA", Role.SOCIAL_WORKER, manager_id="U0MO", away_from=TODAY, deputy_id="U0ELI")
    look = await office.does("U0ELI", view.looked, case.ref, ELI)
    assert (look.may_decide, look.may_confirm) == (True, True)
    assert not (await office.does("U0MO", view.looked, case.ref, MO)).may_confirm
    closed = await office.does("U0ELI", decisions.confirm, case.ref, ELI)
    assert closed.episodes[0].closed_on == TODAY


async def test_what_waits_in_one_session_is_not_replaced_from_another(office: Office) -> None:
    case = await opened(office)
    await named(office, "U0LIN", Role.TEAM_MANAGER)
    await begun(office)
    await chosen(office, case.ref, MO)
    await begun(office, LIN)
    assert not (await office.does("U0LIN", view.looked, case.ref, LIN)).may_confirm
    assert await code_of(office, "U0LIN", decisions.decide, case.ref, CLOSE, LIN) == "other_session"
    assert (await office.does("U0DANA", view.looked, case.ref, DANA)).may_confirm
    await office.does("U0DANA", decisions.decide, case.ref, CLOSE, DANA)
    found = await office.does("U0DANA", cases.get, case.ref)
    assert found is not None
    assert found.episodes[0].closed_on == TODAY


async def test_a_letter_about_a_decision_that_was_replaced_says_nothing(office: Office) -> None:
    case = await opened(office)
    await begun(office)
    first = await chosen(office, case.ref, MO)
    keep = decisions.Choice(DecisionKind.KEEP_OPEN, "still needed", next_decision_on=TODAY + timedelta(days=30))
    second = await chosen(office, case.ref, DANA, keep)
    assert await told(office, "U0DANA", DecisionWaits(case.ref, first)) == ""
    assert "keep open" in await told(office, "U0MO", DecisionWaits(case.ref, second))


async def test_the_agenda_before_a_session_waits_for_a_manager_whose_deputy_may_not_read_it(office: Office) -> None:
    await opened(office)
    await named(office, "U0MO", Role.TEAM_MANAGER, away_from=TODAY, deputy_id="U0ELI")
    booked = await office.does("U0MO", supervision_sessions.book, "U0DANA", datetime(2026, 12, 8, 10, tzinfo=UTC), MO)
    letters = [each for each in await office.does("system", outbox.everything_unsent) if each.kind == "agenda"]
    assert sorted(each.recipient for each in letters) == ["U0DANA", "U0MO"]
    assert "Supervision agenda" in await told(office, "U0DANA", SessionAgenda(booked.ref, 0))
    office.later(days=4)
    assert await told(office, "U0DANA", SessionAgenda(booked.ref, 0)) == ""


async def test_who_is_to_do_something_is_told_what_and_only_who_may_know_of_the_case(office: Office) -> None:
    case = await opened(office)
    await begun(office)
    after = await office.does("U0MO", decisions.agree, ActionAgreed(case.ref, "U0ELI", TODAY, "ring the clinic"), MO)
    number = after.episodes[0].actions[0].number
    assert "ring the clinic" in await told(office, "U0ELI", ActionAssigned(case.ref, number))
    await office.does("U0ELI", actions.done, case.ref, number, ELI)
    assert await told(office, "U0ELI", ActionAssigned(case.ref, number)) == ""
    await office.does("U0DANA", work.set_flags, case.ref, {"restricted": True}, DANA)
    told_eli = ActionAgreed(case.ref, "U0ELI", TODAY, "ring the clinic")
    assert await code_of(office, "U0MO", decisions.agree, told_eli, MO) == "not_for_them"


async def test_a_referral_that_is_taken_back_takes_half_a_decision_with_it(office: Office) -> None:
    case = await opened(office)
    await begun(office)
    await chosen(office, case.ref, DANA)
    after = await office.does("U0MO", referrals.end_referral, case.ref, ReferralStatus.VOID, "a slip", MO)
    assert [each.lapsed_on for each in after.episodes[0].decisions] == [TODAY]


async def test_what_both_weighed_is_kept_and_what_nobody_typed_was_not_erased(office: Office) -> None:
    case = await opened(office)
    session = await begun(office)
    await chosen(office, case.ref, MO)
    await office.does("U0DANA", decisions.decide, case.ref, replace(CLOSE, factors=("risk",), rationale="safe now"), DANA)
    ended = await office.does("U0MO", supervision_sessions.finalise, "U0DANA", (), (), MO, session.ref)
    written = await office.does("U0MO", minutes.written, ended, MO)
    text = paper.as_text(written, {})
    assert "Weighed: workload, risk" in text
    assert "Why: work completed\n  safe now" in text
    assert "erased" not in text


async def test_what_is_put_off_has_stood_there_once_more(office: Office) -> None:
    case = await opened(office)
    defer = decisions.Choice(DecisionKind.DEFER, "next time", next_decision_on=TODAY + timedelta(days=7))
    await begun(office)
    await chosen(office, case.ref, MO)
    await office.does("U0MO", supervision_sessions.finalise, "U0DANA", (), (), MO)
    await begun(office)
    await chosen(office, case.ref, MO, defer)
    await office.does("U0DANA", decisions.confirm, case.ref, DANA)
    assert await office.does("U0MO", _carried) == {case.ref: 1}


def _carried(tx: Tx) -> dict[str, int]:
    return caseload.carried(tx, "U0DANA")


@pytest.mark.parametrize(("decided", "carried"), [(50, 0), (200, 10), (1, 10_000)])
def test_e_a_minute_of_any_length_is_one_that_slack_takes_with_its_buttons(decided: int, carried: int) -> None:
    base = Decided(
        ref="OOB-2026-0001",
        number=1,
        kind=DecisionKind.CLOSE,
        worker_by="U0DANA",
        manager_by="U0MO",
        decided_at=datetime(2026, 12, 7, 9, tzinfo=UTC),
        rc_code="RC7",
    )
    minute = Minute(
        decided=tuple(base.model_copy(update={"ref": f"OOB-2026-{number:04d}"}) for number in range(decided)),
        agreed=(Noted(ref="OOB-2026-0001", number=2, worker_id="U0DANA", due_on=TODAY),),
        carried=tuple(Carried(ref=f"OOB-2027-{number:05d}", times=1 + number % 3) for number in range(carried)),
    )
    held = Session(
        ref="SUP-2026-0001",
        worker_id="U0DANA",
        manager_id="U0MO",
        held_on=TODAY,
        kind=SessionKind.AD_HOC,
        status=SessionStatus.FINALISED,
        minute=minute,
    )
    words = {(each.ref, 1): "x" * 2_990 + "\nend" for each in minute.decided}
    written = minutes.Written(held, minute, words, {})
    text = paper.as_text(written, {})
    shown = views.minute(written, text).to_json()
    assert message_problems(shown) == []
    assert shown["blocks"][-1]["type"] == "actions"
    assert ("This is not all of it" in str(shown)) == (len(text) > 110_000)
    assert all(ref in text for ref in minute.refs)
