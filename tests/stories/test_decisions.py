"""§6, open or close: two people in supervision, what awaits a decision (R8), states, closing records (R9), reopening."""

import pytest

from tests.stories.conftest import Tell
from tests.support.telling import OWN, Event, at, core, decided, refer

OPENED = refer("2026-09-03", route="assessment")
CLOSE = {"decision": "close", "rc_code": "RC7", "rationale": "work completed"}


def seen(*days: str, case: str = "A") -> list[Event]:
    return [at(day, "W", "contact", case=case, kind="visit") for day in days]


def test_g40_closing_takes_the_worker_and_the_manager_in_a_session(tell: Tell) -> None:
    outside = at("2026-10-09", "M", "decide", case="A", **CLOSE)
    alone = tell("2026-10-09", OPENED, outside)
    assert (alone.refused, alone.case()["state"]) == ([(2, "no_session")], "open")
    begun = at("2026-10-09T14:00", "M", "supervise", worker="W")
    one = at("2026-10-09T14:10", "M", "decide", case="A", **CLOSE)
    pending = tell("2026-12-31", OPENED, begun, one)
    assert pending.case()["state"] == "close_proposed"
    assert [(each["to"], each["about"]) for each in pending.messages("notice")] == [("W", "decision_waits")]
    twice = tell("2026-10-09", OPENED, begun, one, at("2026-10-09T14:11", "M", "confirm", case="A"))
    assert (twice.refused, twice.case()["state"]) == ([(4, "not_two_people")], "close_proposed")
    both = tell("2026-10-09", OPENED, begun, one, at("2026-10-09T14:11", "W", "confirm", case="A"))
    assert both.case()["state"] == "closed"


def test_g40_either_of_the_two_may_confirm_first_and_a_colleague_cannot(tell: Tell) -> None:
    begun = at("2026-10-09T14:00", "M", "supervise", worker="W")
    first = at("2026-10-09T14:10", "W", "decide", case="A", **CLOSE)
    colleague = at("2026-10-09T14:11", "X", "confirm", case="A")
    other_manager = at("2026-10-09T14:12", "N", "confirm", case="A")
    story = tell("2026-10-09", OPENED, begun, first, colleague, other_manager, at("2026-10-09T14:13", "M", "confirm", case="A"))
    assert story.refused == [(4, "not_your_case"), (5, "no_session")]
    assert story.case()["state"] == "closed"


def test_g40_a_managers_own_case_is_decided_with_their_own_manager(tell: Tell) -> None:
    people = {"W": "social_worker", "M": "team_manager", "L": "team_manager", "N": "senior_manager"}
    own = refer("2026-09-03", by="M", route="assessment")
    story = tell(
        "2026-10-09",
        own,
        at("2026-10-09T13:00", "M", "supervise", worker="M"),
        at("2026-10-09T13:10", "L", "supervise", worker="M"),
        at("2026-10-09T14:00", "N", "supervise", worker="M"),
        at("2026-10-09T14:10", "N", "decide", case="A", **CLOSE),
        at("2026-10-09T14:11", "L", "confirm", case="A"),
        at("2026-10-09T14:12", "M", "confirm", case="A"),
        people=people,
    )
    assert story.refused == [(2, "not_two_people"), (3, "own_manager_decides"), (6, "own_manager_decides")]
    assert story.case()["state"] == "closed"


def test_g40_who_stands_in_confirms_for_who_is_away(tell: Tell) -> None:
    begun = at("2026-10-09T14:00", "M", "supervise", worker="W")
    one = at("2026-10-09T14:10", "M", "decide", case="A", **CLOSE)
    confirm = at("2026-10-09T14:20", "X", "confirm", case="A")
    away = {"at": "2026-10-08", "by": "W", "do": "away", "person": "W", "until": "2026-10-09", "cover": "X"}
    assert tell("2026-10-09", OPENED, away, begun, one, confirm).case()["state"] == "closed"
    earlier = away | {"until": "2026-10-08"}
    assert tell("2026-10-09", OPENED, earlier, begun, one, confirm).refused == [(5, "not_your_case")]


def test_what_one_confirmed_lapses_with_the_session_and_is_carried_forward(tell: Tell) -> None:
    proposed = at("2026-10-09T13:00", "W", "propose", case="A", decision="close")
    begun = at("2026-10-09T14:00", "M", "supervise", worker="W")
    one = at("2026-10-09T14:10", "M", "decide", case="A", **CLOSE)
    ended = at("2026-10-09T15:00", "M", "finalise", worker="W")
    story = tell("2026-10-09", OPENED, proposed, begun, one, ended, at("2026-10-09T16:00", "W", "confirm", case="A"))
    assert story.refused == [(6, "nothing_to_confirm")]
    assert story.case()["state"] == "close_proposed"
    assert story.agenda() == [("awaiting_decision", "A", ["R16"], 1)]
    again = [at("2026-11-06T14:00", "M", "supervise", worker="W"), at("2026-11-06T15:00", "M", "finalise", worker="W")]
    assert tell("2026-11-06", OPENED, proposed, begun, one, ended, again).agenda()[0][3] == 2
    done = decided("2026-11-09", decision="keep_open", next_decision_on="2026-11-16")
    after = tell("2026-11-16", OPENED, proposed, begun, one, ended, again, done)
    assert (after.agenda()[0][3], after.case()["state"]) == (0, "open")


def test_a_closing_agreed_for_a_later_day_takes_effect_on_that_day_also_at_a_weekend(tell: Tell) -> None:
    agreed = decided("2026-11-06", effective_on="2026-11-15")  # a Sunday
    assert tell("2026-11-14", OPENED, agreed).case()["state"] == "closing_agreed"
    story = tell("2026-11-15", OPENED, agreed)
    assert story.case()["state"] == "closed"
    assert story.waiting == {}
    assert story.asked("R9") == [("2026-12-04", "open", "ahead")]
    assert tell("2026-11-30", OPENED, agreed).digest("2026-11-16")["counts"]["closed"] == 1


def test_g40_nothing_ever_closes_a_case_but_two_people(tell: Tell) -> None:
    story = tell("2028-09-03", OPENED, at("2026-10-01", "W", "propose", case="A", decision="close"))
    assert story.case()["state"] == "close_proposed"
    assert story.waiting["A"] == ["proposed", "dormant"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"rc_code": None}, "rc_code_missing"),
        ({"rc_code": "RC0"}, "rc_code_unknown"),
        ({"rc_code": "RC8"}, "no_completed_assessment"),
        ({"rc_code": "RC9"}, "no_completed_assessment"),
        ({"effective_on": "2026-10-08"}, "effective_in_past"),
        ({"decision": "keep_open"}, "next_decision_missing"),
        ({"decision": "keep_open", "next_decision_on": "2026-10-09"}, "next_decision_range"),
        ({"decision": "defer", "next_decision_on": "2027-04-10"}, "next_decision_range"),
        ({"decision": "keep_open", "next_decision_on": "2027-04-09"}, None),
        ({"decision": "defer", "next_decision_on": "2026-10-10"}, None),
        ({}, None),
    ],
)
def test_i12_i13_what_a_decision_needs(tell: Tell, fields: dict[str, str | None], code: str | None) -> None:
    begun = at("2026-10-09T14:00", "M", "supervise", worker="W")
    told = {name: value for name, value in (CLOSE | fields).items() if value is not None}
    story = tell("2026-10-09", OPENED, begun, at("2026-10-09T14:10", "M", "decide", case="A", **told))
    assert story.refused == ([] if code is None else [(3, code)])


def test_i13_after_a_completed_assessment_rc8_will_do(tell: Tell) -> None:
    assert tell("2026-12-01", OPENED, core("2026-10-01", "2026-11-20"), decided("2026-11-24", rc_code="RC8")).refused == []


def test_g39_r9_the_closing_records_are_asked_for_once_after_fifteen_working_days(tell: Tell) -> None:
    story = tell("2026-12-31", OPENED, decided("2026-11-06"))
    assert story.said("R9") == [("2026-11-27", "W", "due")]
    assert story.digest("2026-11-23")["lists"]["debt"] == []
    assert story.digest("2026-11-30")["lists"]["debt"] == ["A"]
    done = at("2026-11-20", "W", "closing_records", case="A")
    complete = tell("2026-12-31", OPENED, decided("2026-11-06"), done)
    assert (complete.said("R9"), complete.asked("R9")) == ([], [("2026-11-27", "met", None)])
    assert tell("2026-11-05", OPENED, at("2026-11-04", "W", "closing_records", case="A")).refused == [(2, "not_closed")]


def test_g37_a_family_that_turns_up_is_reopened_at_once_and_ratified_later(tell: Tell) -> None:
    reopened = at("2027-02-01", "W", "reopen", case="A", route="short_term")
    story = tell("2027-02-02", OPENED, decided("2026-11-06"), reopened)
    assert (story.case()["state"], story.case()["episodes"], len(story.case()["referrals"])) == ("open", 2, 1)
    assert story.waiting == {"A": ["to_ratify"]}
    ratified = decided("2027-02-03", decision="reopen_ratified")
    assert tell("2027-02-04", OPENED, decided("2026-11-06"), reopened, ratified).waiting == {}


def test_a_closing_in_error_is_undone_within_seven_days_by_a_manager_and_is_the_same_episode(tell: Tell) -> None:
    short = refer("2026-09-03")
    closed = decided("2026-11-06")
    undo = {"case": "A", "reason": "closed in error"}
    story = tell("2026-11-13", short, closed, at("2026-11-13", "M", "reopen_in_error", **undo))
    assert (story.case()["state"], story.case()["episodes"]) == ("open", 1)
    assert story.asked("R1") == [("2026-12-03", "open", "ahead")]
    assert story.asked("R9") == []
    assert story.waiting == {"A": ["dormant"]}  # since October, and nothing to ratify
    late = tell("2026-11-14", short, closed, at("2026-11-14", "M", "reopen_in_error", **undo))
    assert late.refused == [(5, "correction_too_late")]
    worker = tell("2026-11-10", short, closed, at("2026-11-09", "W", "reopen_in_error", **undo))
    assert worker.refused == [(5, "managers_only")]
    assert tell("2026-11-10", short, at("2026-11-09", "M", "reopen_in_error", **undo)).refused == [(2, "not_closed")]


def test_g34_g36_dormant_from_the_28th_day_and_kept_open_silent_until_the_day_agreed(tell: Tell) -> None:
    ccds = refer("2026-12-14", channel="ccds", form="written", route="assessment")
    done = at("2026-12-14", "W", "contact", case="A", kind="benefits_application")
    assert tell("2027-01-10", ccds, done).waiting == {}
    story = tell("2027-01-11", ccds, done)
    assert story.waiting == {"A": ["dormant"]}
    assert story.agenda()[0][:2] == ("awaiting_decision", "A")
    assert story.digest("2027-01-11")["lists"]["drift"] == []
    kept = decided("2027-01-12", decision="keep_open", next_decision_on="2027-03-15")
    assert tell("2027-03-14", ccds, done, kept).waiting == {}
    assert tell("2027-03-15", ccds, done, kept).waiting == {"A": ["date_reached"]}
    worked = at("2027-01-20", "W", "contact", case="A", kind="letter")
    assert tell("2027-03-14", ccds, done, kept, worked).waiting == {}


def test_g34_a_contact_that_is_expected_within_28_days_is_no_dormancy(tell: Tell) -> None:
    flag = at("2026-09-04", "W", "set_flag", case="A", next_expected_contact="2026-11-10")
    assert tell("2026-10-12", OPENED, flag).waiting == {"A": ["dormant"]}
    for day in ("2026-10-13", "2026-11-10"):
        assert tell(day, OPENED, flag).waiting == {}
    assert tell("2026-11-11", OPENED, flag).waiting == {"A": ["dormant"]}
    month = at("2026-09-04", "W", "set_flag", case="A", next_expected_contact="2026-10")
    assert tell("2026-10-31", OPENED, month).waiting == {}


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (at("2026-09-10", "W", "propose", case="A", decision="close"), "proposed"),
        (at("2026-09-10", "M", "propose", case="A", decision="keep_open"), "proposed"),
        (at("2026-09-10", "W", "set_flag", case="A", awaiting_family=True), "awaiting_family"),
        (at("2026-09-10", "W", "set_flag", case="A", moved_to=OWN), "moved_in"),
    ],
)
def test_g35_r8_what_people_raise_awaits_a_decision_until_one_is_newer(tell: Tell, event: Event, why: str) -> None:
    assert tell("2026-09-10", OPENED, event).waiting == {"A": [why]}
    answered = decided("2026-09-11", decision="keep_open", next_decision_on="2026-12-01")
    assert tell("2026-09-11", OPENED, event, answered).waiting == {}
    assert tell("2026-09-12", OPENED, event, answered, event | {"at": "2026-09-12"}).waiting == {"A": [why]}


def test_r8_h_a_review_that_recommends_closing_awaits_a_decision(tell: Tell) -> None:
    held = at("2027-01-12", "W", "review", assessment="C", authorised_by="M", outcome="recommend_close")
    story = tell("2027-01-12", OPENED, core("2026-10-01", "2026-11-20"), held)
    assert story.waiting == {"A": ["recommend_close"]}


def test_r8_d_at_the_threshold_core_assessment_or_close_is_to_be_decided(tell: Tell) -> None:
    short = refer("2026-09-03")
    visits = seen("2026-10-01", "2026-10-29", "2026-11-26")
    assert tell("2026-12-02", short, visits).waiting == {}
    assert tell("2026-12-03", short, visits).waiting == {"A": ["threshold"]}
    that_day = decided("2026-12-03", decision="keep_open", next_decision_on="2026-12-20")
    assert tell("2026-12-19", short, visits, that_day).waiting == {}
    before = decided("2026-12-02", decision="keep_open", next_decision_on="2026-12-20")
    assert tell("2026-12-03", short, visits, before).waiting == {"A": ["threshold"]}


def test_a_case_that_moved_elsewhere_does_not_await_a_decision(tell: Tell) -> None:
    assert tell("2026-09-12", OPENED, at("2026-09-10", "W", "set_flag", case="A", moved_to="E09000012")).waiting == {}


def test_a16_r12_what_is_late_and_still_drifts_until_somebody_works_on_it(tell: Tell) -> None:
    short = refer("2026-09-03")
    worked = seen("2026-11-20")
    story = tell("2026-12-21", short, worked)
    assert story.digest("2026-12-14")["lists"]["drift"] == []
    assert story.digest("2026-12-21")["lists"]["drift"] == ["A"]
    assert "R12" in story.agenda()[0][2]
    assert story.waiting == {"A": ["threshold"]}
    again = tell("2026-12-21", short, worked, seen("2026-12-18"))
    assert again.digest("2026-12-21")["lists"]["drift"] == []


def test_r12_an_action_past_its_date_drifts(tell: Tell) -> None:
    begun = at("2026-09-07T14:00", "M", "supervise", worker="W")
    ended = at("2026-09-07T15:00", "M", "finalise", worker="W", actions=[{"case": "A", "due_on": "2026-09-21", "what": "ring"}])
    story = tell("2026-10-05", OPENED, begun, ended)
    assert story.digest("2026-10-05")["lists"]["drift"] == ["A"]
    done = at("2026-10-06T15:00", "M", "finalise", worker="W", done=["A"])
    after = tell("2026-10-12", OPENED, begun, ended, at("2026-10-06", "M", "supervise", worker="W"), done)
    assert after.digest("2026-10-12")["lists"]["drift"] == []


def test_closed_is_read_only_but_for_the_record(tell: Tell) -> None:
    closed = [OPENED, *decided("2026-11-06")]
    refused = [
        at("2026-11-09", "W", "contact", case="A", kind="visit"),
        at("2026-11-09", "W", "assess_start", case="A", assessment="C"),
        at("2026-11-09", "W", "propose", case="A", decision="close"),
        at("2026-11-09", "M", "set_route", case="A", route="short_term", reason="x"),
        at("2026-11-09", "M", "reassign", case="A", to="X", reason="MANAGE"),
        at("2026-11-09", "W", "chronology", case="A", kind="hospital_history"),
        at("2026-11-09", "W", "set_flag", case="A", awaiting_family=True),
    ]
    story = tell("2026-11-10", closed, refused)
    assert [code for _, code in story.refused] == ["case_closed"] * len(refused)
    allowed = at("2026-11-09", "M", "correct", case="A", field="opened_on", to="2026-09-02", reason="slip")
    assert tell("2026-11-10", closed, allowed).refused == []


def test_a_second_session_with_the_same_worker_does_not_strand_what_was_half_decided_in_the_first(tell: Tell) -> None:
    first = at("2026-10-09T14:00", "M", "supervise", worker="W")
    half = at("2026-10-09T14:10", "M", "decide", case="A", **CLOSE)
    second = at("2026-10-09T14:20", "N", "supervise", worker="W")
    again = at("2026-10-09T14:21", "M", "supervise", worker="W")
    story = tell("2026-10-09", OPENED, first, half, second, again, at("2026-10-09T14:30", "W", "confirm", case="A"))
    assert (story.refused, story.case()["state"]) == ([], "closed")


def test_what_was_proposed_or_half_decided_during_a_session_is_carried_forward_too(tell: Tell) -> None:
    begun = at("2026-09-29T14:00", "M", "supervise", worker="W")
    half = at("2026-09-29T14:10", "M", "decide", case="A", **CLOSE)
    proposed = at("2026-09-29T14:20", "W", "propose", case="A", decision="close")
    ended = at("2026-09-29T15:00", "M", "finalise", worker="W")
    lapsed = tell("2026-09-29", OPENED, begun, half, ended)
    assert (lapsed.case()["state"], lapsed.waiting) == ("open", {})
    left = tell("2026-09-29", OPENED, begun, half, proposed, ended)
    assert left.agenda()[0][3] == 1


def test_who_stands_in_may_be_supervised_in_the_place_of_who_is_away(tell: Tell) -> None:
    away = {"at": "2026-10-08", "by": "W", "do": "away", "person": "W", "until": "2026-10-09", "cover": "X"}
    begun = at("2026-10-09T14:00", "M", "supervise", worker="X")
    half = at("2026-10-09T14:10", "M", "decide", case="A", **CLOSE)
    story = tell("2026-10-09", OPENED, away, begun, half, at("2026-10-09T14:20", "X", "confirm", case="A"))
    assert (story.refused, story.case()["state"]) == ([], "closed")


def test_a_decision_without_a_reason_is_refused(tell: Tell) -> None:
    begun = at("2026-10-09T14:00", "M", "supervise", worker="W")
    silent = at("2026-10-09T14:10", "M", "decide", case="A", decision="close", rc_code="RC7")
    assert tell("2026-10-09", OPENED, begun, silent).refused == [(3, "rationale_missing")]


def test_a_contact_that_was_expected_and_did_not_come_asks_again_after_a_decision(tell: Tell) -> None:
    expected = at("2026-09-04", "W", "set_flag", case="A", next_expected_contact="2026-10-10")
    deferred = decided("2026-10-05", decision="defer", next_decision_on="2026-12-20")
    assert tell("2026-10-10", OPENED, expected, deferred).waiting == {}
    assert tell("2026-10-11", OPENED, expected, deferred).waiting == {"A": ["dormant"]}


def test_what_was_agreed_to_be_done_stands_on_the_next_agenda(tell: Tell) -> None:
    begun = at("2026-09-07T14:00", "M", "supervise", worker="W")
    ended = at("2026-09-07T15:00", "M", "finalise", worker="W", actions=[{"case": "A", "due_on": "2026-09-21"}])
    assert "action" in tell("2026-09-08", OPENED, begun, ended).agenda()[0][2]


def test_the_day_of_a_closing_is_a_managers_to_correct_and_nobody_closes_by_correcting(tell: Tell) -> None:
    agreed = decided("2026-10-05", effective_on="2026-10-30")
    forward = at("2026-10-06", "W", "correct", case="A", field="closed_on", to="2026-10-06", reason="slip")
    assert tell("2026-10-06", OPENED, agreed, forward).refused == [(5, "not_closed")]
    closed = decided("2026-10-05")
    for by, code in (("W", [(5, "managers_only")]), ("M", [])):
        correct = at("2026-10-07", by, "correct", case="A", field="closed_on", to="2026-10-02", reason="slip")
        assert tell("2026-10-07", OPENED, closed, correct).refused == code
    reason = at("2026-10-07", "M", "correct", case="A", field="rc_code", to="RC8", reason="slip")
    assert tell("2026-10-07", OPENED, closed, reason).refused == [(5, "no_completed_assessment")]


def test_confirming_something_else_than_what_was_decided_is_refused(tell: Tell) -> None:
    begun = at("2026-10-09T14:00", "M", "supervise", worker="W")
    half = at("2026-10-09T14:10", "M", "decide", case="A", **CLOSE)
    other = at("2026-10-09T14:20", "W", "confirm", case="A", decision="keep_open")
    assert tell("2026-10-09", OPENED, begun, half, other).refused == [(4, "changed_meanwhile")]
