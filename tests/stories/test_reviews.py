"""§3, the six-monthly review of core assessments (R2), told as lives of cases."""

import pytest

from tests.stories.conftest import Tell
from tests.support.telling import CORE, at, core, decided, off, refer

OPENED = refer("2026-09-03", route="assessment")
DONE = core("2026-10-01", "2026-11-20")


def review(when: str, **fields: object) -> dict[str, object]:
    return at(when, "W", "review", assessment="C", authorised_by="M", **fields)


def test_g17_r2_four_stages_six_months_after_the_core_assessment(tell: Tell) -> None:
    story = tell("2027-06-07", OPENED, DONE)
    assert story.said("R2") == [
        ("2027-04-22", "W", "advance"),
        ("2027-05-13", "W", "early"),
        ("2027-05-20", "W", "due"),
        ("2027-05-21", "W", "over"),
        ("2027-05-21", "M", "over"),
        ("2027-05-24", "W", "weekly"),
        ("2027-06-01", "W", "weekly"),  # Monday 31 May is a bank holiday
        ("2027-06-07", "W", "weekly"),
    ]
    assert story.asked("R2") == [("2027-05-20", "open", "over")]


@pytest.mark.parametrize(
    ("completed", "due"),
    [("2026-08-31", "2027-02-28"), ("2027-08-29", "2028-02-29"), ("2027-08-31", "2028-02-29"), ("2027-12-30", "2028-06-30")],
)
def test_g17_r2_six_months_are_clamped_to_the_end_of_february(tell: Tell, completed: str, due: str) -> None:
    opened = refer("2026-08-03", route="assessment")
    assert tell(completed, opened, core("2026-08-10", completed)).asked("R2") == [(due, "open", "ahead")]


def test_r2_a_review_early_or_late_counts_from_the_day_it_was_held(tell: Tell) -> None:
    early = tell("2027-05-01", OPENED, DONE, review("2027-04-26"))
    assert early.asked("R2") == [("2027-10-26", "open", "ahead")]
    assert early.said("R2") == [("2027-04-22", "W", "advance")]
    late = tell("2027-06-30", OPENED, DONE, review("2027-06-11"))
    assert late.asked("R2") == [("2027-12-11", "open", "ahead")]


def test_r2_a_backdated_review_older_than_the_anchor_is_kept_and_moves_nothing(tell: Tell) -> None:
    story = tell("2027-06-01", OPENED, DONE, review("2027-05-03"), review("2027-05-04", on="2027-02-01"))
    assert story.refused == []
    assert story.asked("R2") == [("2027-11-03", "open", "ahead")]


def test_r2_a_new_core_assessment_begins_it_again(tell: Tell) -> None:
    again = core("2027-03-01", "2027-03-31", name="D")
    assert tell("2027-04-01", OPENED, DONE, again).asked("R2") == [("2027-09-30", "open", "ahead")]


def test_r2_there_is_none_without_a_core_or_where_it_only_referred_to_another_borough(tell: Tell) -> None:
    assert tell("2027-06-01", OPENED, core("2026-10-01", "2026-11-20", kind="initial")).asked("R2") == []
    referring = core("2026-10-01", "2026-11-20", purpose="refer_to_other_borough")
    assert tell("2027-06-01", OPENED, referring).asked("R2") == []
    long_term = refer("2026-09-03", route="assessment", long_term=True)
    assert tell("2027-01-01", long_term, referring).asked("R2") == [("2027-05-20", "open", "ahead")]
    both = core("2027-01-04", "2027-01-05", name="D")
    assert tell("2027-02-01", OPENED, referring, both).asked("R2") == [("2027-07-05", "open", "ahead")]


def test_r2_ends_with_the_episode_and_is_switched_off_by_a_manager_with_a_reason(tell: Tell) -> None:
    assert tell("2027-06-01", OPENED, DONE, decided("2027-01-12")).asked("R2") == [("2027-05-20", "stopped", None)]
    switched = at("2027-01-12", "M", "review_off", case="A", reason="the ward reviews")
    story = tell("2027-06-01", OPENED, DONE, switched)
    assert (story.asked("R2"), story.said("R2")) == ([("2027-05-20", "stopped", None)], [])
    assert tell("2027-06-01", OPENED, DONE, at("2027-01-12", "W", "review_off", case="A", reason="no")).refused == [
        (4, "managers_only")
    ]
    assert tell("2027-06-01", OPENED, DONE, at("2027-01-12", "M", "review_off", case="A")).refused == [(4, "reason_missing")]


def test_r2_reopened_it_keeps_a_date_to_come_and_one_that_passed_is_due_four_weeks_later(tell: Tell) -> None:
    closed = decided("2027-01-12")
    before = tell("2027-05-20", OPENED, DONE, closed, at("2027-05-19", "W", "reopen", case="A", route="assessment"))
    assert before.asked("R2") == [("2027-05-20", "open", "due")]
    on_the_day = tell("2027-05-20", OPENED, DONE, closed, at("2027-05-20", "W", "reopen", case="A", route="assessment"))
    assert on_the_day.asked("R2") == [("2027-06-17", "open", "ahead")]
    after = tell("2027-08-27", OPENED, DONE, closed, at("2027-08-02", "W", "reopen", case="A", route="assessment"))
    assert after.asked("R2") == [("2027-08-30", "open", "ahead")]
    assert ("awaiting_decision", "A", ["R2", "reopened"], 0) in after.agenda()


def test_r2_after_a_downtime_only_the_latest_stage_is_said(tell: Tell) -> None:
    story = tell("2027-05-24", OPENED, DONE, off("2027-04-20", "2027-05-18T12:00"))
    assert story.said("R2")[:2] == [("2027-05-18T12:00", "W", "early"), ("2027-05-20", "W", "due")]


def test_r2_after_a_change_of_hands_what_was_sent_is_not_sent_again(tell: Tell) -> None:
    moved = at("2027-05-14", "M", "reassign", case="A", to="X", reason="MANAGE")
    story = tell("2027-05-21", OPENED, DONE, moved)
    assert [(to, stage) for _, to, stage in story.said("R2")] == [
        ("W", "advance"),
        ("W", "early"),
        ("X", "due"),
        ("X", "over"),
        ("M", "over"),
    ]


def test_i10_a_review_is_authorised_by_a_manager_who_is_another_person(tell: Tell) -> None:
    alone = at("2027-05-03", "W", "review", assessment="C")
    own = at("2027-05-03", "W", "review", assessment="C", authorised_by="W")
    manager = at("2027-05-03", "M", "review", assessment="C", authorised_by="M")
    assert tell("2027-06-01", OPENED, DONE, alone, own, manager).refused == [(n, "not_authorised") for n in (4, 5, 6)]


def test_a_review_needs_something_that_was_completed_before(tell: Tell) -> None:
    running = core("2026-10-01", None)
    assert tell("2026-12-01", OPENED, running, review("2026-11-20")).refused == [(3, "nothing_to_review")]
    early = tell("2026-12-01", OPENED, DONE, review("2026-12-01", on="2026-11-19"))
    assert (early.refused, early.asked("R2")) == ([], [("2027-05-20", "open", "ahead")])


def test_g3_r2_is_counted_with_the_rules_of_its_anchor(tell: Tell) -> None:
    changed = at("2026-11-25", "N", "set", effective_from="2027-01-01", review_months=3)
    story = tell("2027-02-02", OPENED, DONE, changed)
    assert story.asked("R2") == [("2027-05-20", "open", "ahead")]
    assert tell("2027-02-02", OPENED, DONE, changed, review("2027-01-04")).asked("R2") == [("2027-04-04", "open", "ahead")]


def test_g20_r5_a_review_is_shared_and_sent_out_as_an_assessment_is(tell: Tell) -> None:
    shared = [at("2026-11-23", "W", "share", assessment="C", with_=whom) for whom in ("parents", "child")]
    story = tell("2027-05-25", OPENED, DONE, shared, review("2027-05-10"))
    assert story.said("R5") == [("2027-05-24", "W", "due")] * 2
    again = [at("2027-05-11", "W", "share", assessment="C", review=True, with_=whom) for whom in ("parents", "child")]
    copy = at("2027-05-12", "W", "copy_sent", assessment="C", review=True)
    told = tell("2027-05-25", OPENED, DONE, shared, review("2027-05-10"), again, copy)
    assert (told.refused, told.said("R5")) == ([], [])
    assert {status for _, status, _ in told.asked("R5")} == {"met"}


def test_r2_kinds_that_count_as_core_are_a_setting(tell: Tell) -> None:
    initial = [at("2026-10-01", "W", "assess_start", case="A", assessment="C", **(CORE | {"kind": "initial"}))]
    completed = at("2026-11-20", "W", "assess_complete", assessment="C", authorised_by="M")
    settings = {"core_kinds": ["core", "initial"]}
    assert tell("2026-12-01", OPENED, initial, completed, settings=settings).asked("R2") == [("2027-05-20", "open", "ahead")]
