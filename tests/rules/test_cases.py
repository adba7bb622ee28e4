"""Cases and decisions as rules: who may know of one, what follows from its records, and what a referral has to hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.cases import activation
from bot.domain.cases.case import Case
from bot.domain.cases.codes import AssessmentKind, Channel, DecisionKind, ItemStatus, Purpose, RecordingRoute, ReferralForm, State
from bot.domain.cases.episode import Assessment, Episode
from bot.domain.cases.records import Decision, MedicalFileItem, Waiver
from bot.domain.obligations import of_case
from bot.domain.people import Actor, Person, Role
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.errors import Refusal
from bot.domain.shared.obligation import ObligationStatus
from bot.domain.shared.rule import Rule
from bot.domain.shared.ruleset import RuleSet
from bot.domain.supervision import decision

TODAY = date(2026, 12, 7)
NOW = datetime(2026, 12, 7, 9, tzinfo=UTC)


def person(name: str, role: Role = Role.SOCIAL_WORKER, **more: Any) -> Person:
    return Person(user_id=name, role=role, **more)


def actor(name: str, role: Role = Role.SOCIAL_WORKER) -> Actor:
    return Actor(workspace_id="T", user_id=name, roles=frozenset({role}))


def episode(**more: Any) -> Episode:
    known: dict[str, Any] = {
        "number": 1,
        "opened_on": TODAY,
        "clock_start": TODAY,
        "routes": (RecordingRoute.SHORT_TERM,),
        "worker_id": "W",
        "manager_id": "M",
    }
    return Episode(**(known | more))


def case(*episodes: Episode, **more: Any) -> Case:
    return Case(ref="OOB-2026-0001", ics_ref="ICS-1", created_by="W", created_at=NOW, episodes=episodes, **more)


WHOLE = activation.ReferralFacts(
    received_on=TODAY,
    activated_on=TODAY,
    channel=Channel.WARD_STAFF,
    form=ReferralForm.VERBAL,
    source_code="3F",
    referrer_role="ward sister",
    primary_need="N1",
    threshold_level=3,
    age_years=7,
    home_authority="E09000009",
    need_to_see_family=True,
    significant_activity=True,
    route=RecordingRoute.ASSESSMENT,
    opened_on=TODAY,
)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"primary_need": "N11"}, "need_unknown"),
        ({"referrer_role": "x" * 81}, "role_too_long"),
        ({"source_code": "7A"}, "source_unknown"),
        ({"threshold_level": 0}, "out_of_range"),
        ({"age_years": 26}, "out_of_range"),
        ({"activated_on": TODAY - timedelta(days=1)}, "received_late"),
    ],
)
def test_what_holds_for_a_referral_whenever_it_is_recorded_or_corrected(fields: dict[str, Any], code: str) -> None:
    WHOLE.within_bounds()
    with pytest.raises(Refusal) as refusal:
        WHOLE.model_copy(update=fields).within_bounds()
    assert refusal.value.code == code


def test_the_time_of_a_referral_is_of_its_day() -> None:
    facts = WHOLE.model_copy(update={"received_at": NOW - timedelta(days=1)})
    with pytest.raises(Refusal) as refusal:
        facts.checked(TODAY, RuleSet())
    assert refusal.value.field == "received_at"


def test_a_restricted_case_is_known_to_few_and_before_it_opened_to_who_made_it() -> None:
    hidden = case(episode(), restricted=True)
    assert [hidden.is_visible_to(actor(name)) for name in ("W", "M", "X")] == [True, True, False]
    assert hidden.is_visible_to(actor("D", Role.ADMIN))
    assert hidden.is_visible_to(actor("X"), frozenset({"W"}))
    assert [case(restricted=True).is_visible_to(actor(name)) for name in ("W", "X")] == [True, False]
    assert case(episode(void=True), restricted=True).is_visible_to(actor("W"))
    assert case().home == "unknown"


def test_states_follow_from_decisions_and_dates() -> None:
    agreed = Decision(
        number=1,
        episode=1,
        kind=DecisionKind.CLOSE,
        session="SUP-2026-0001",
        worker_at=NOW,
        manager_at=NOW,
        effective_on=TODAY + timedelta(days=3),
    )
    assert episode().state(TODAY) is State.OPEN
    proposed = episode(proposed_kind=DecisionKind.CLOSE, proposed_at=NOW)
    assert proposed.state(TODAY) is State.CLOSE_PROPOSED
    later = NOW + timedelta(hours=1)
    kept = agreed.model_copy(update={"kind": DecisionKind.KEEP_OPEN, "worker_at": later})
    assert proposed.model_copy(update={"decisions": (kept,)}).state(TODAY) is State.OPEN
    deferred = kept.model_copy(update={"kind": DecisionKind.DEFER})
    assert proposed.model_copy(update={"decisions": (deferred,)}).state(TODAY) is State.CLOSE_PROPOSED
    half = agreed.model_copy(update={"manager_at": None})
    assert episode(decisions=(half,)).state(TODAY) is State.CLOSE_PROPOSED
    assert episode(decisions=(half.model_copy(update={"lapsed_on": TODAY}),)).state(TODAY) is State.OPEN
    closing = episode(decisions=(agreed,))
    assert [closing.state(TODAY + timedelta(days=n)) for n in (2, 3)] == [State.CLOSING_AGREED, State.CLOSED]
    assert episode(decisions=(agreed,), closed_on=TODAY).state(TODAY) is State.CLOSED


def test_a_waiver_holds_for_what_it_was_given_for_and_not_for_what_comes_later() -> None:
    done = Assessment(
        number=7, kind=AssessmentKind.CORE, purpose=Purpose.REFER_TO_OTHER_BOROUGH, started_on=TODAY, completed_on=TODAY
    )
    waived = Waiver(number=9, episode=1, rule=Rule.SHARING, about="child", of=7, on=TODAY, by="M")
    placed = MedicalFileItem(number=11, of=7, about="letter", status=ItemStatus.WAIVED, placed_on=TODAY, by="M")
    asked = of_case.obligations(
        case(episode(assessments=(done,), waivers=(waived,)), medical_file_items=(placed,)), (), bank_holidays()
    )
    standing = {(each.rule, each.about): each.standing for each in asked}
    assert standing[Rule.SHARING, "child"] is ObligationStatus.WAIVED
    assert standing[Rule.SHARING, "parents"] is ObligationStatus.OPEN
    assert standing[Rule.MEDICAL_FILE, "letter"] is ObligationStatus.WAIVED
    other = done.model_copy(update={"number": 8})
    again = of_case.obligations(case(episode(assessments=(other,), waivers=(waived,))), (), bank_holidays())
    assert {each.standing for each in again if each.rule == Rule.SHARING} == {ObligationStatus.OPEN}


def test_no_clock_goes_on_where_none_ran() -> None:
    assert of_case.continued_clock(case(), TODAY, ()) is None
    assert of_case.continued_clock(case(episode()), TODAY, ()) is None
    closed = episode(closed_on=TODAY)
    assert of_case.continued_clock(case(closed), TODAY, ()) == closed
    assert of_case.continued_clock(case(episode(closed_on=TODAY, routes=(RecordingRoute.ASSESSMENT,))), TODAY, ()) is None


def test_g40_for_whom_somebody_can_confirm() -> None:
    worker, manager = person("W"), person("M", Role.TEAM_MANAGER)
    assert decision.side_of(worker, worker, manager, TODAY) == "worker"
    assert decision.side_of(manager, worker, manager, TODAY) == "manager"
    away = person("W", away_from=TODAY, deputy_id="X")
    assert decision.side_of(person("X"), away, manager, TODAY) == "worker"
    senior, other = person("N", Role.SENIOR_MANAGER), person("L", Role.TEAM_MANAGER)
    assert decision.side_of(senior, manager, senior, TODAY) == "manager"
    absent = person("N", Role.SENIOR_MANAGER, away_from=TODAY, deputy_id="L")
    assert decision.side_of(other, manager, absent, TODAY) == "manager"
    for who, holder, above in ((person("X"), worker, manager), (other, manager, senior), (other, manager, None)):
        with pytest.raises(Refusal):
            decision.side_of(who, holder, above, TODAY)


@pytest.mark.parametrize(
    ("code", "assessed", "refused"),
    [(None, False, "rc_code_missing"), ("RC0", True, "rc_code_unknown"), ("RC9", False, "no_completed_assessment")],
)
def test_i12_i13_the_reason_of_a_closing(code: str | None, assessed: bool, refused: str) -> None:
    done = Assessment(number=7, kind=AssessmentKind.CORE, purpose=Purpose.OTHER, started_on=TODAY, completed_on=TODAY)
    with pytest.raises(Refusal) as refusal:
        decision.sound_reason(code, episode(assessments=(done,) if assessed else ()))
    assert refusal.value.code == refused


def test_i12_a_closing_lies_on_or_after_everything_recorded() -> None:
    later = Assessment(number=7, kind=AssessmentKind.CORE, purpose=Purpose.OTHER, started_on=TODAY + timedelta(days=2))
    close = Decision(number=1, episode=1, kind=DecisionKind.CLOSE, session="S", rc_code="RC7", effective_on=TODAY)
    with pytest.raises(Refusal) as refusal:
        decision.sound(close, episode(assessments=(later,)), TODAY)
    assert refusal.value.code == "closed_before_entries"
