"""Nobody closes a case alone, outside supervision, or by waiting (§6, G40, I14): each way that we could think of is tried."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.cases.case import Case
from bot.domain.cases.codes import ActivityKind, DecisionKind, ReferralStatus, State
from bot.domain.people import Actor, Person, Role
from bot.domain.shared.errors import Refusal
from bot.services import people, scheduled_run
from bot.services.cases import corrections, referrals, work
from bot.services.supervision import decisions, sessions
from bot.services.supervision.decisions import Choice
from handlers.core.interaction import READERS, Interaction, Kind
from handlers.core.routing import Call
from handlers.router import ROUTES
from handlers.ui.button_state import ButtonState
from storage.cases import cases
from storage.db.engine import Tx
from tests.support.holding import DANA, ELI, MO, TODAY, opened
from tests.support.offices import HOME, Office, code_of

CLOSE = Choice(DecisionKind.CLOSE, "done", rc_code="RC7")
LIN = Actor(workspace_id=HOME.workspace_id, user_id="U0LIN", roles=frozenset({Role.TEAM_MANAGER}))
SAM = Actor(workspace_id=HOME.workspace_id, user_id="U0SAM", roles=frozenset({Role.ADMIN}))


def loaded(tx: Tx, ref: str) -> Case:
    found = cases.get(tx, ref)
    assert found is not None
    return found


async def is_open(office: Office, ref: str) -> None:
    case = await office.does("U0SAM", loaded, ref)
    assert case.latest is None or case.latest.state(office.now.date()) in (State.OPEN, State.CLOSE_PROPOSED)
    for episode in case.episodes:
        assert (episode.closed_on, episode.rc_code) == (None, None)
        for decision in episode.decisions:
            assert decision.effective_at is None
            assert len(decision.both) == 1


async def team(office: Office, **dana: Any) -> Case:
    await office.does("U0SAM", people.name_person, Person(user_id="U0LIN", role=Role.TEAM_MANAGER))
    case = await opened(office)
    told = {"user_id": "U0DANA", "role": Role.SOCIAL_WORKER, "manager_id": "U0MO"} | dana
    await office.does("U0SAM", people.name_person, Person(**told))
    return case


async def begun(office: Office, manager: Actor = MO) -> str:
    return (await office.does(manager.user_id, sessions.begin, "U0DANA", manager)).ref


async def pending(office: Office, ref: str, by: Actor) -> int:
    after = await office.does(by.user_id, decisions.decide, ref, CLOSE, by)
    assert after.latest is not None
    assert after.latest.pending is not None
    return after.latest.pending.number


async def test_i14_nobody_decides_outside_a_session(office: Office) -> None:
    case = await team(office)
    for somebody in (DANA, MO, LIN):
        assert await code_of(office, somebody.user_id, decisions.decide, case.ref, CLOSE, somebody) == "no_session"
        assert await code_of(office, somebody.user_id, decisions.confirm, case.ref, somebody) == "nothing_to_confirm"
    await office.does("U0MO", sessions.book, "U0DANA", datetime(2026, 12, 8, 10, tzinfo=UTC), MO)
    assert await code_of(office, "U0MO", decisions.decide, case.ref, CLOSE, MO) == "no_session"
    ref = await begun(office)
    await office.does("U0MO", sessions.finalise, "U0DANA", (), (), MO, ref)
    assert await code_of(office, "U0DANA", decisions.decide, case.ref, CLOSE, DANA) == "no_session"
    await is_open(office, case.ref)


async def test_i14_a_session_with_somebody_else_does_not_count(office: Office) -> None:
    case = await team(office)
    await office.does("U0MO", sessions.begin, "U0ELI", MO)
    assert await code_of(office, "U0MO", decisions.decide, case.ref, CLOSE, MO) == "no_session"
    await begun(office, LIN)
    assert await code_of(office, "U0MO", decisions.decide, case.ref, CLOSE, MO) == "no_session"
    number = await pending(office, case.ref, DANA)
    assert await code_of(office, "U0ELI", decisions.confirm, case.ref, ELI, number) == "not_your_case"
    assert await code_of(office, "U0SAM", decisions.confirm, case.ref, SAM, number) == "workers_only"
    await is_open(office, case.ref)


@pytest.mark.parametrize("first", [DANA, MO], ids=["worker", "manager"])
async def test_g40_one_person_is_not_both_whatever_they_become_in_between(office: Office, first: Actor) -> None:
    case = await team(office)
    await begun(office)
    number = await pending(office, case.ref, first)
    assert await code_of(office, first.user_id, decisions.confirm, case.ref, first, number) == "not_two_people"
    for role in (Role.SENIOR_MANAGER, Role.TEAM_MANAGER, Role.SOCIAL_WORKER):
        await office.does("U0SAM", people.name_person, Person(user_id=first.user_id, role=role))
        promoted = Actor(workspace_id=HOME.workspace_id, user_id=first.user_id, roles=frozenset({role}))
        assert await code_of(office, first.user_id, decisions.confirm, case.ref, promoted, number) == "not_two_people"
    await is_open(office, case.ref)


async def test_g40_a_manager_who_stands_in_for_the_worker_is_not_both(office: Office) -> None:
    case = await team(office, away_from=TODAY, deputy_id="U0MO")
    await begun(office)
    number = await pending(office, case.ref, MO)
    assert await code_of(office, "U0MO", decisions.confirm, case.ref, MO, number) == "not_two_people"
    await office.does("U0MO", decisions.decide, case.ref, CLOSE, MO)
    await is_open(office, case.ref)


async def test_g40_a_worker_who_stands_in_for_the_manager_is_not_both(office: Office) -> None:
    case = await team(office)
    mo = Person(user_id="U0MO", role=Role.TEAM_MANAGER, away_from=TODAY, deputy_id="U0DANA")
    await office.does("U0SAM", people.name_person, mo)
    assert await code_of(office, "U0DANA", sessions.begin, "U0DANA", DANA) == "managers_only"
    await is_open(office, case.ref)


async def test_g40_a_manager_who_holds_the_case_neither_supervises_nor_decides_alone(office: Office) -> None:
    case = await team(office)
    await office.does("U0MO", work.reassign, case.ref, "U0MO", "MANAGE", MO)
    assert await code_of(office, "U0MO", sessions.begin, "U0MO", MO) == "not_two_people"
    assert await code_of(office, "U0LIN", sessions.begin, "U0MO", LIN) == "own_manager_decides"
    assert await code_of(office, "U0MO", decisions.decide, case.ref, CLOSE, MO) == "no_session"
    await is_open(office, case.ref)


async def test_g40_a_case_taken_from_the_worker_in_between_takes_half_the_decision_with_it(office: Office) -> None:
    case = await team(office)
    await begun(office)
    number = await pending(office, case.ref, DANA)
    await office.does("U0MO", work.reassign, case.ref, "U0MO", "MANAGE", MO)
    assert await code_of(office, "U0MO", decisions.confirm, case.ref, MO, number) == "nothing_to_confirm"
    await is_open_but_for_lapsed(office, case.ref)


async def is_open_but_for_lapsed(office: Office, ref: str) -> None:
    case = await office.does("U0SAM", loaded, ref)
    assert case.latest is not None
    assert case.latest.state(office.now.date()) is State.OPEN


async def test_g40_time_alone_decides_nothing(office: Office) -> None:
    case = await team(office)
    await begun(office)
    await pending(office, case.ref, MO)
    for _ in range(60):
        office.later(days=30)
        await office.does("system", scheduled_run.tick)
    await is_open(office, case.ref)
    after = await office.does("U0SAM", loaded, case.ref)
    assert [episode.closed_on for episode in after.episodes] == [None]


async def test_g40_no_correction_closes_a_case(office: Office) -> None:
    case = await team(office)
    for field, to in (("closed_on", TODAY), ("rc_code", "RC7"), ("closing_records_on", TODAY)):
        for somebody in (DANA, MO):
            with pytest.raises(Refusal):
                await office.does(somebody.user_id, corrections.correct, case.ref, field, to, "because", somebody)
    assert await code_of(office, "U0DANA", work.closing_records, case.ref, TODAY, DANA) == "not_closed"
    await is_open(office, case.ref)


async def test_g40_a_referral_on_which_work_was_done_is_not_ended_instead(office: Office) -> None:
    case = await team(office)
    await office.does("U0DANA", work.contact, case.ref, work.Contact(ActivityKind.VISIT, TODAY), DANA)
    ends = (referrals.end_referral, case.ref, ReferralStatus.NFA, "nothing to do", MO)
    assert await code_of(office, "U0MO", *ends) == "nfa_with_activity"
    assert await code_of(office, "U0DANA", referrals.end_referral, case.ref, ReferralStatus.VOID, "x", DANA) == "managers_only"
    await is_open(office, case.ref)


FILLED: dict[str, Any] = {
    "rc_code": "RC7",
    "decision": "close",
    "route": "one_off",
    "status": "nfa",
    "field": "closed_on",
    "which": "R5|",
}
TYPED = {"rationale": "done", "reason": "done", "to": "today", "on": "today", "next_decision_on": "1 Mar 2027", "what": "ring"}


def values() -> dict[str, Any]:
    """Every input of every form, filled in so that something is closed if anything can be."""
    chosen = {block: {"value": {"selected_option": {"value": value}}} for block, value in FILLED.items()}
    typed = {block: {"value": {"value": value}} for block, value in TYPED.items()}
    ticked = {"unmet": {"value": {"selected_options": [{"value": "known"}]}}}
    return chosen | typed | ticked | {"worker": {"value": {"selected_user": "U0DANA"}}}


def press(kind: Kind, name: str, user: str, memory: ButtonState, again: int) -> Interaction:
    """An entry by one person, with everything in it that a form or a button could carry."""
    state = {"state": {"values": values()}}
    person: dict[str, Any] = {"team": {"id": "T0SIM"}, "user": {"id": user, "team_id": "T0SIM"}, "trigger_id": f"{again}.a"}
    packed = memory.pack()
    bodies: dict[Kind, dict[str, Any]] = {
        Kind.COMMAND: {
            "team_id": "T0SIM",
            "user_id": user,
            "text": f"{name} {memory.id} close RC7 done",
            "trigger_id": f"{again}.a",
        },
        Kind.ACTION: person
        | {
            "actions": [{"action_id": name, "value": packed, "selected_option": {"value": packed}, "action_ts": str(again)}],
            "view": state,
        },
        Kind.SUBMISSION: person
        | {"view": {"id": f"V{again}", "hash": "h", "callback_id": name, "private_metadata": packed} | state},
    }
    return READERS[kind](bodies[kind])


@pytest.mark.parametrize("alone", [DANA, MO, LIN], ids=["worker", "manager", "another manager"])
async def test_g40_no_entry_point_lets_one_person_close_a_case(office: Office, alone: Actor, figure: Callable[..., None]) -> None:
    """Every command, button and form, each pressed by one person in their own session, with what waits for the second word."""
    case = await team(office)
    await office.does("U0DANA", work.contact, case.ref, work.Contact(ActivityKind.VISIT, TODAY), DANA)
    if alone is not DANA:
        await begun(office, alone)
    else:
        await begun(office)
    number = await pending(office, case.ref, alone)
    tried = 0
    for again, (kind, name) in enumerate(sorted(ROUTES)):
        if kind not in (Kind.COMMAND, Kind.ACTION, Kind.SUBMISSION) or name in ("?", "case.end_referral"):
            continue
        for n in (0, 1, number):
            await alone_at(office, kind, name, alone, ButtonState(id=case.ref, n=n), again * 1000 + tried)
            tried += 1
    figure("§6", "cases closed by one person at every entry point", 0, tried)
    after = await office.does("U0SAM", loaded, case.ref)
    assert after.latest is not None
    assert after.latest.closed_on is None
    assert all(len(each.both) == 1 for each in after.latest.decisions)
    assert tried > 300
    assert after.latest.pending is not None
    other = DANA if alone is not DANA else MO
    await alone_at(office, Kind.ACTION, "case.confirm", other, ButtonState(id=case.ref, n=after.latest.pending.number), 0)
    closed = await office.does("U0SAM", loaded, case.ref)
    assert closed.latest is not None
    assert closed.latest.decided is not None  # the presses do reach what they press


async def alone_at(office: Office, kind: Kind, name: str, alone: Actor, memory: ButtonState, again: int) -> None:
    """One entry of one person; what it answers does not matter here."""
    made, route = press(kind, name, alone.user_id, memory, again), ROUTES[kind, name]
    if not alone.may(route.roles):
        return
    try:
        await route.handler(Call(made, office.ctx(alone.user_id), alone, f"{memory.id} close done"))
    except (Refusal, LookupError, ValueError, TypeError, json.JSONDecodeError):
        return
