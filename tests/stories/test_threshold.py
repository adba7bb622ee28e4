"""§4, the three-month threshold (R1), told as lives of cases."""

import pytest

from tests.stories.conftest import Tell
from tests.support.telling import at, core, decided, off, refer

ORDINARY = [
    ("2026-11-19", "W", "advance"),
    ("2026-12-03", "W", "due"),
    ("2026-12-04", "W", "over"),
    ("2026-12-04", "M", "over"),
    ("2026-12-07", "W", "weekly"),
]


def test_g27_r1_the_day_before_the_day_and_the_day_after_and_never_day_90(tell: Tell) -> None:
    story = tell("2026-12-07", refer("2026-09-03"))
    assert story.said("R1") == ORDINARY
    assert story.asked("R1") == [("2026-12-03", "open", "over")]
    assert tell("2026-12-02", refer("2026-09-03")).asked("R1") == [("2026-12-03", "open", "ahead")]
    assert tell("2026-12-03", refer("2026-09-03")).asked("R1") == [("2026-12-03", "open", "due")]


@pytest.mark.parametrize(
    ("opened", "due", "over_on"),
    [
        ("2026-11-27", "2027-02-27", "2027-03-01"),
        ("2026-11-30", "2027-02-28", "2027-03-01"),
        ("2027-11-29", "2028-02-29", "2028-03-01"),
        ("2027-11-30", "2028-02-29", "2028-03-01"),
        ("2028-02-29", "2028-05-29", "2028-05-30"),  # bank holiday Monday 29 May
        ("2027-08-31", "2027-11-30", "2027-12-01"),
        ("2027-10-31", "2028-01-31", "2028-02-01"),
    ],
)
def test_g27_r1_months_are_clamped_and_the_state_never_moves_with_weekends(
    tell: Tell, opened: str, due: str, over_on: str
) -> None:
    story = tell(over_on, refer(opened))
    assert story.asked("R1") == [(due, "open", "over")]
    assert [(day, to) for day, to, stage in story.said("R1") if stage == "over"] == [(over_on, "W"), (over_on, "M")]


@pytest.mark.parametrize("route", ["one_off", "short_term"])
def test_g26_one_off_and_short_term_work_have_the_threshold_and_g19_assessment_work_has_not(tell: Tell, route: str) -> None:
    assert tell("2026-12-07", refer("2026-09-03", route=route)).said("R1") == ORDINARY
    without = tell("2027-02-01", refer("2026-09-03", route="assessment"))
    assert (without.said("R1"), without.asked("R1")) == ([], [])


def test_g27_a_core_assessment_authorised_in_time_meets_it_and_starts_the_other_clocks(tell: Tell) -> None:
    story = tell("2026-12-31", refer("2026-09-03"), core("2026-10-01", "2026-11-18"))
    assert story.said("R1") == []
    assert story.asked("R1") == [("2026-12-03", "met", None)]
    assert story.asked("R2") == [("2027-05-18", "open", "ahead")]
    assert [story.asked("R5", about=whom) for whom in ("parents", "child")] == [[(None, "open", "ahead")]] * 2
    assert story.asked("R7") == [(None, "open", "ahead")]


def test_g27_a_core_assessment_that_is_only_started_or_of_another_kind_does_not_meet_it(tell: Tell) -> None:
    assert tell("2026-12-07", refer("2026-09-03"), core("2026-10-01", None)).said("R1") == ORDINARY
    initial = core("2026-10-01", "2026-11-18", kind="initial")
    assert tell("2026-12-07", refer("2026-09-03"), initial).said("R1") == ORDINARY
    single = core("2026-10-01", "2026-11-18", kind="single")
    assert tell("2026-12-07", refer("2026-09-03"), single).said("R1") == []


def test_r1_on_the_assessment_route_with_a_core_in_progress_only_the_digest_lists_it(tell: Tell) -> None:
    changed = at("2026-11-10", "M", "set_route", case="A", route="assessment", reason="it goes on")
    story = tell("2026-12-14", refer("2026-09-03"), core("2026-11-05", None), changed)
    assert story.said("R1") == []
    assert story.asked("R1") == [("2026-12-03", "open", "over")]
    assert story.digest("2026-12-07")["lists"]["threshold"] == ["A"]
    without_core = tell("2026-12-07", refer("2026-09-03"), changed)
    assert without_core.said("R1") == ORDINARY


def test_r1_backdated_past_its_day_it_is_said_once_as_over_the_next_morning(tell: Tell) -> None:
    story = tell("2026-12-10", refer("2026-12-09", opened_on="2026-09-03"))
    assert story.said("R1") == [("2026-12-10", "W", "over"), ("2026-12-10", "M", "over")]
    soon = tell("2026-12-10", refer("2026-12-09", opened_on="2026-09-15"))
    assert soon.said("R1") == [("2026-12-10", "W", "advance")]


def test_r1_closed_on_the_very_day_it_was_never_over(tell: Tell) -> None:
    story = tell("2026-12-31", refer("2026-09-03"), decided("2026-12-03"))
    assert story.said("R1") == [("2026-11-19", "W", "advance"), ("2026-12-03", "W", "due")]
    assert story.asked("R1") == [("2026-12-03", "stopped", None)]
    assert story.digest("2026-12-07")["lists"]["threshold"] == []


@pytest.mark.parametrize(
    ("reopened", "due"),
    [("2026-10-29", "2026-12-03"), ("2026-10-30", "2027-01-30"), ("2026-10-01", "2026-12-03")],
)
def test_r1_reopened_within_28_days_the_same_clock_goes_on_after_29_a_new_one_begins(tell: Tell, reopened: str, due: str) -> None:
    events = (refer("2026-09-03"), decided("2026-10-01"))
    again = tell(reopened, *events, at(f"{reopened}T15:00", "W", "reopen", case="A", route="short_term"))
    assert again.asked("R1") == [(due, "open", "ahead")]
    referred = tell(reopened, *events, refer(f"{reopened}T15:00"))
    assert referred.asked("R1") == [(due, "open", "ahead")]
    assert again.case()["episodes"] == 2


def test_r1_the_days_while_it_was_closed_count_and_sent_stages_are_not_sent_again(tell: Tell) -> None:
    story = tell(
        "2026-12-04",
        refer("2026-09-03"),
        decided("2026-11-20"),
        at("2026-12-01", "W", "reopen", case="A", route="short_term"),
    )
    assert story.said("R1") == [
        ("2026-11-19", "W", "advance"),
        ("2026-12-02", "W", "advance"),  # an episode of its own: the ledger's subject
        ("2026-12-03", "W", "due"),
        ("2026-12-04", "W", "over"),
        ("2026-12-04", "M", "over"),
    ]


def test_r1_a_manager_may_reset_the_clock_of_a_reopened_case_with_a_reason(tell: Tell) -> None:
    events = (refer("2026-09-03"), decided("2026-10-01"), at("2026-10-12", "W", "reopen", case="A", route="short_term"))
    assert tell("2026-10-20", *events).asked("R1") == [("2026-12-03", "open", "ahead")]
    reset = tell("2026-10-20", *events, at("2026-10-13", "M", "reset_clock", case="A", reason="a new matter"))
    assert reset.asked("R1") == [("2027-01-12", "open", "ahead")]
    assert tell("2026-10-20", *events, at("2026-10-13", "M", "reset_clock", case="A")).refused == [(6, "reason_missing")]
    assert tell("2026-10-20", *events, at("2026-10-13", "W", "reset_clock", case="A", reason="new")).refused == [
        (6, "managers_only")
    ]


def test_r1_reopened_on_the_assessment_route_no_clock_goes_on(tell: Tell) -> None:
    events = (refer("2026-09-03"), decided("2026-10-01"), at("2026-10-12", "W", "reopen", case="A", route="assessment"))
    assert tell("2026-12-31", *events).asked("R1") == []


def test_r1_an_opening_day_that_is_corrected_moves_the_clock_and_the_new_stages_are_sent(tell: Tell) -> None:
    corrected = at("2026-11-20", "M", "correct", case="A", field="opened_on", to="2026-09-10", reason="a slip")
    story = tell("2026-12-11", refer("2026-09-03"), corrected)
    assert story.asked("R1") == [("2026-12-10", "open", "over")]
    assert story.said("R1") == [
        ("2026-11-19", "W", "advance"),
        ("2026-11-26", "W", "advance"),
        ("2026-12-10", "W", "due"),
        ("2026-12-11", "W", "over"),
        ("2026-12-11", "M", "over"),
    ]


def test_r1_after_a_change_of_hands_the_new_worker_and_their_manager_hear_and_nothing_twice(tell: Tell) -> None:
    moved = at("2026-11-23", "M", "reassign", case="A", to="X", reason="MANAGE")
    story = tell("2026-12-07", refer("2026-09-03"), moved)
    assert story.said("R1") == [
        ("2026-11-19", "W", "advance"),
        ("2026-12-03", "X", "due"),
        ("2026-12-04", "X", "over"),
        ("2026-12-04", "M", "over"),
        ("2026-12-07", "X", "weekly"),
    ]
    handover = story.messages("handover", "X")
    assert [(each["at"], each["case"]) for each in handover] == [("2026-11-23T09:00", "A")]
    assert {item["rule"] for item in handover[0]["items"]} == {"R1", "R16"}


def test_r1_while_the_bot_was_off_only_the_latest_stage_is_said_at_its_start(tell: Tell) -> None:
    story = tell("2026-12-07", refer("2026-09-03"), off("2026-11-18", "2026-12-04T10:00"))
    assert story.said("R1") == [
        ("2026-12-04T10:00", "W", "over"),
        ("2026-12-04T10:00", "M", "over"),
        ("2026-12-07", "W", "weekly"),
    ]
    weekend = tell("2026-12-07", refer("2026-09-03"), off("2026-11-18", "2026-12-05T10:00"))
    assert weekend.said("R1") == [("2026-12-07", "W", "over"), ("2026-12-07", "M", "over")]
    early = tell("2026-12-07", refer("2026-09-03"), off("2026-11-18", "2026-11-19T07:00"))
    assert early.said("R1") == ORDINARY


def test_r1_a_missed_monday_is_made_up_in_its_week_and_older_ones_are_not(tell: Tell) -> None:
    story = tell("2026-12-21", refer("2026-09-03"), off("2026-12-05", "2026-12-16T11:00"))
    assert story.said("R1")[4:] == [("2026-12-16T11:00", "W", "weekly"), ("2026-12-21", "W", "weekly")]


def test_r1_a_snooze_holds_back_the_worker_only(tell: Tell) -> None:
    snoozed = at("2026-12-02", "W", "snooze", case="A", rule="R1", until="2026-12-08", reason="on leave")
    story = tell("2026-12-14", refer("2026-09-03"), snoozed)
    assert story.said("R1") == [
        ("2026-11-19", "W", "advance"),
        ("2026-12-04", "M", "over"),
        ("2026-12-08", "W", "over"),
        ("2026-12-14", "W", "weekly"),
    ]
    assert story.asked("R1") == [("2026-12-03", "open", "over")]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"until": "2026-12-10"}, "snooze_too_long"),
        ({"until": "2026-12-02"}, "snooze_too_long"),
        ({"reason": None}, "reason_missing"),
        ({"rule": "R2"}, "nothing_to_snooze"),
    ],
)
def test_r1_a_snooze_is_seven_days_at_most_with_a_reason_for_what_is_asked(tell: Tell, fields: dict[str, str], code: str) -> None:
    usual = {"rule": "R1", "until": "2026-12-09", "reason": "on leave"}
    allowed = at("2026-12-02", "W", "snooze", case="A", **usual)
    assert tell("2026-12-03", refer("2026-09-03"), allowed).refused == []
    refused = at("2026-12-02", "W", "snooze", case="A", **(usual | fields))
    assert tell("2026-12-03", refer("2026-09-03"), refused).refused == [(2, code)]


def test_r1_is_waived_by_a_manager_with_a_reason_and_then_silent(tell: Tell) -> None:
    waived = at("2026-11-25", "M", "waive", case="A", rule="R1", reason="agreed")
    story = tell("2026-12-31", refer("2026-09-03"), waived)
    assert story.said("R1") == [("2026-11-19", "W", "advance")]
    assert story.asked("R1") == [("2026-12-03", "waived", None)]
    assert "threshold" not in story.waiting.get("A", [])


def test_g25_r14_after_its_last_day_short_term_work_is_not_offered_and_open_cases_are_listed_before(tell: Tell) -> None:
    settings = {"short_term_last_day": "2026-11-30"}
    story = tell(
        "2026-12-07",
        refer("2026-09-03"),
        refer("2026-11-30", case="B"),
        refer("2026-12-01", case="D"),
        refer("2026-12-01", case="E", route="assessment"),
        at("2026-12-02", "M", "set_route", case="E", route="one_off", reason="quick"),
        settings=settings,
    )
    assert story.refused == [(3, "route_withdrawn"), (5, "route_withdrawn")]
    assert story.digest("2026-10-26")["lists"]["short_term_ending"] == []
    assert story.digest("2026-11-02")["lists"]["short_term_ending"] == ["A"]
    assert story.digest("2026-12-07")["lists"]["short_term_ending"] == ["A", "B"]


def test_g3_r1_a_later_version_of_the_rules_touches_only_clocks_that_start_under_it(tell: Tell) -> None:
    changed = at("2026-09-20", "N", "set", effective_from="2026-10-01", threshold_months=4)
    story = tell("2026-12-31", refer("2026-09-03"), changed, refer("2026-09-30", case="B"), refer("2026-10-01", case="D"))
    assert [story.asked("R1", case)[0][0] for case in ("A", "B", "D")] == ["2026-12-03", "2026-12-30", "2027-02-01"]


def test_r1_settings_of_zero_switch_the_clock_or_its_first_message_off(tell: Tell) -> None:
    assert tell("2026-12-31", refer("2026-09-03"), settings={"threshold_months": 0}).asked("R1") == []
    quiet = tell("2026-12-03", refer("2026-09-03"), settings={"threshold_advance_days": 0})
    assert quiet.said("R1") == [("2026-12-03", "W", "due")]


@pytest.mark.parametrize("opened", ["2026-07-25", "2026-12-29"])
def test_r1_both_clock_changes_leave_the_morning_at_half_past_eight_in_london(tell: Tell, opened: str) -> None:
    story = tell("2027-04-05", refer(opened))
    assert {message["at"][11:] for message in story.output["messages"]} == {"08:30"}


def test_r1_a_corrected_reopening_is_counted_anew_and_a_clock_that_was_reset_stays_its_own(tell: Tell) -> None:
    events = (refer("2026-09-03"), decided("2026-10-01"), at("2026-10-30", "W", "reopen", case="A", route="short_term"))
    correct = at("2026-11-02", "M", "correct", case="A", field="opened_on", to="2026-10-29", reason="slip")
    assert tell("2026-11-02", *events).asked("R1") == [("2027-01-30", "open", "ahead")]
    assert tell("2026-11-02", *events, correct).asked("R1") == [("2026-12-03", "open", "ahead")]
    early = (*events[:2], at("2026-10-20", "W", "reopen", case="A", route="short_term"))
    reset = at("2026-10-21", "M", "reset_clock", case="A", reason="a new matter")
    moved = correct | {"to": "2026-10-19"}
    assert tell("2026-11-02", *early, reset, moved).asked("R1") == [("2027-01-19", "open", "ahead")]


def test_a_snooze_ends_when_the_case_changes_hands(tell: Tell) -> None:
    snoozed = at("2026-11-18", "W", "snooze", case="A", rule="R1", until="2026-11-25", reason="on leave")
    moved = at("2026-11-20", "M", "reassign", case="A", to="X", reason="MANAGE")
    assert tell("2026-11-25", refer("2026-09-03"), snoozed, moved).said("R1") == [("2026-11-23", "X", "advance")]
