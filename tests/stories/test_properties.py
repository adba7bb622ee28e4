"""Properties of every life of a case: never before its day, never twice, the same however unrelated events are ordered."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.calendar import is_working_day
from bot.domain.shared.obligation import back
from tests.support import telling
from tests.support.telling import Event, Outcome, at, core, decided, refer

pytestmark = pytest.mark.unmeasured

FIRST = date(2026, 1, 5)
BEFORE = {("R1", "advance"): 14, ("R2", "advance"): 28, ("R2", "early"): 7}
"""Days before the due day on which a stage is sent, or on the working day before that."""
PLAY = settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@st.composite
def lives(draw: st.DrawFn, name: str = "A") -> list[Event]:
    """A referral and a few things that may happen after it, refused or not."""
    opened = FIRST + timedelta(days=draw(st.integers(0, 100)))
    events = [refer(opened.isoformat(), case=name, route=draw(st.sampled_from(["one_off", "short_term", "assessment"])))]
    day = opened
    for number in range(draw(st.integers(0, 5))):
        day += timedelta(days=draw(st.integers(1, 70)))
        events += _something(draw(st.integers(0, 5)), day.isoformat(), name, f"{name}{number}")
    return events


def _something(which: int, day: str, name: str, made: str) -> list[Event]:
    choices: list[list[Event]] = [
        [at(day, "W", "contact", case=name, kind="visit")],
        core(day, day, case=name, name=made),
        decided(day, case=name),
        [at(day, "W", "reopen", case=name, route="short_term")],
        [at(day, "M", "reassign", case=name, to="X", reason="MANAGE")],
        [at(day, "W", "feedback", feedback=made, case=name, target="mdt_meeting")],
    ]
    return choices[which]


def items(story: Outcome, case: str = "A") -> list[tuple[str, str, str, str, str, str | None]]:
    """(at, to, rule, stage, what it is about, due) of everything said about a case."""
    return [
        (message["at"], message["to"], item["rule"], item["stage"], f"{item.get('about')} {item.get('assessment')}", item["due"])
        for message in story.messages("reminder")
        for item in message["items"]
        if item.get("case") == case
    ]


def play(url: str, events: list[Event], until: str = "2026-12-31") -> Outcome:
    return telling.told(url, until, events)


@PLAY
@given(lives())
def test_nothing_is_said_before_its_day_on_a_day_off_or_twice(stage_url: str, events: list[Event]) -> None:
    said = items(play(stage_url, events))
    for moment, _, rule, stage, _, due in said:
        day = datetime.fromisoformat(moment).date()
        assert is_working_day(day, bank_holidays())
        if due is not None and stage in ("over", "weekly"):
            assert day > date.fromisoformat(due)
        elif due is not None:
            assert day >= back(date.fromisoformat(due) - timedelta(days=BEFORE.get((rule, stage), 0)), bank_holidays())
        if rule == "R4":
            assert moment.endswith("16:00")
    once = Counter((to, rule, stage, about, due) for _, to, rule, stage, about, due in said if stage != "weekly")
    reopenings = sum(event["do"] in ("reopen", "refer") for event in events)
    assert max(once.values(), default=1) <= reopenings  # an episode of its own is a subject of its own
    mondays = [(moment, rule) for moment, _, rule, stage, _, _ in said if stage == "weekly"]
    weekly = Counter((date.fromisoformat(moment[:10]).isocalendar()[:2], rule) for moment, rule in mondays)
    assert max(weekly.values(), default=1) == 1


@PLAY
@given(lives(), st.integers(30, 330))
def test_what_was_said_by_a_day_does_not_depend_on_when_one_looks(stage_url: str, events: list[Event], days: int) -> None:
    until = max(FIRST + timedelta(days=days), date.fromisoformat(events[0]["at"]))
    kept = [event for event in events if date.fromisoformat(event["at"][:10]) <= until] or events[:1]
    short, long = play(stage_url, kept, until.isoformat()), play(stage_url, events)
    assert items(short) == [item for item in items(long) if item[0][:10] <= until.isoformat()]


@PLAY
@given(lives("A"), lives("B"))
def test_cases_that_have_nothing_to_do_with_each_other_do_not_change_each_other(
    stage_url: str, one: list[Event], other: list[Event]
) -> None:
    alone = [event for event in one if event["do"] not in ("supervise", "decide", "confirm")]
    beside = [event for event in other if event["do"] not in ("supervise", "decide", "confirm")]
    first, second = play(stage_url, alone), play(stage_url, [*beside, *alone])
    assert items(first) == items(second)
    assert first.case()["obligations"] == second.case("A")["obligations"]


@PLAY
@given(st.dates(date(2026, 1, 5), date(2027, 1, 5)), st.integers(0, 200))
def test_a_state_only_ever_moves_on(stage_url: str, opened: date, days: int) -> None:
    order: list[Any] = ["ahead", "due", "over"]
    states = []
    for later in (days, days + 1, days + 40):
        until = opened + timedelta(days=later)
        states.append(play(stage_url, [refer(opened.isoformat())], until.isoformat()).asked("R1")[0][2])
    assert states == sorted(states, key=order.index)
