"""The invariants I1 to I23 that a story can meet, and who may do what."""

from typing import Any

import pytest

from tests.stories.conftest import Tell
from tests.support.telling import OWN, Event, at, core, decided, refer

OPENED = refer("2026-09-03")


def test_i1_i3_a_referral_while_the_case_is_open_is_refused_also_on_the_same_day(tell: Tell) -> None:
    story = tell("2026-09-30", OPENED, refer("2026-09-03T10:00"), refer("2026-09-10"))
    assert story.refused == [(2, "case_open"), (3, "case_open")]
    assert (story.case()["episodes"], len(story.case()["referrals"])) == (1, 1)
    assert tell("2026-09-30", OPENED, at("2026-09-10", "W", "reopen", case="A", route="one_off")).refused == [(2, "case_open")]


def test_i2_an_episode_begins_no_earlier_than_the_last_one_ended(tell: Tell) -> None:
    closed = decided("2026-10-09")
    early = refer("2026-10-20", opened_on="2026-10-08")
    assert tell("2026-10-20", OPENED, closed, early).refused == [(5, "episodes_overlap")]
    assert tell("2026-10-20", OPENED, closed, early | {"opened_on": "2026-10-09"}).refused == []
    reopened = refer("2026-10-20")
    corrected = at("2026-10-21", "M", "correct", case="A", field="opened_on", to="2026-10-08", reason="slip")
    assert tell("2026-10-21", OPENED, closed, reopened, corrected).refused == [(6, "episodes_overlap")]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"home_authority": OWN}, "own_borough"),
        ({"home_authority": "E99999999"}, "authority_unknown"),
        ({"need_to_see_family": False}, "two_limbs"),
        ({"significant_activity": False}, "two_limbs"),
        ({"received_on": "2026-09-04"}, "future_date"),
        ({"opened_on": "2026-09-04"}, "future_date"),
        ({"received_on": "2026-09-02", "activated_on": "2026-09-01"}, "received_late"),
        ({"threshold_level": 5}, "out_of_range"),
        ({"source_code": "11"}, "source_unknown"),
        ({"route": "long"}, "value_unknown"),
        ({"ics_ref": "943 476 5919"}, "identifier"),
        ({"ics_ref": "?"}, "ics_ref_unreadable"),
        ({"activity_summary": "rang 020 7946 0018"}, "identifier"),
    ],
)
def test_i4_i5_i6_i7_i21_what_a_referral_is_refused_for(tell: Tell, fields: dict[str, Any], code: str) -> None:
    story = tell("2026-09-03", refer("2026-09-03", **fields))
    assert story.refused == [(1, code)]
    assert story.output["cases"] == []


@pytest.mark.parametrize("home", ["unknown", "no_fixed_abode", "outside_england", "E09000009"])
def test_g5_home_authorities_that_are_no_borough_of_ours(tell: Tell, home: str) -> None:
    assert tell("2026-09-03", refer("2026-09-03", home_authority=home)).refused == []


def test_g4_who_does_not_work_on_cases_cannot_refer_but_can_log_an_inquiry(tell: Tell) -> None:
    people = {"W": "social_worker", "M": "team_manager", "V": "viewer", "U": "auditor", "D": "admin"}
    events = [refer("2026-09-03", case=name, by=name) for name in ("V", "U", "D")]
    story = tell("2026-09-03", events, refer("2026-09-03", by="M"), people=people)
    assert story.refused == [(n, "workers_only") for n in (1, 2, 3)]
    assert story.case()["state"] == "open"


def test_i8_work_lies_within_its_episode_and_not_in_the_future(tell: Tell) -> None:
    visit: Event = at("2026-09-10", "W", "contact", case="A", kind="visit")
    story = tell(
        "2026-09-30", OPENED, visit | {"on": "2026-09-02"}, visit | {"on": "2026-09-11"}, visit | {"on": "2026-09-03"}, visit
    )
    assert story.refused == [(2, "outside_episode"), (3, "future_date")]


def test_i12_a_closing_lies_on_or_after_everything_recorded(tell: Tell) -> None:
    story = tell("2026-10-09", OPENED, at("2026-10-09", "W", "contact", case="A", kind="visit"), decided("2026-10-09"))
    assert (story.refused, story.case()["state"]) == ([], "closed")


def test_i19_void_and_reclassified_referrals_count_nowhere_and_stay_on_file(tell: Tell) -> None:
    for do in ("void", "reclassify"):
        ended = at("2026-09-10", "M", do, case="A", reason="a slip")
        story = tell("2026-09-14", OPENED, ended)
        assert (story.case()["state"], story.case()["episodes"], story.case()["referrals"]) == (None, 0, [])
        assert story.digest("2026-09-07")["counts"]["referrals"] == 1
        again = tell("2026-09-21", OPENED, ended, refer("2026-09-15"))
        assert again.refused == []
        assert again.case()["referrals"] == [{"received_on": "2026-09-15", "re_referral": False}]
        assert again.digest("2026-09-21")["counts"] == {
            "inquiries": 0,
            "referrals": 1,
            "re_referrals": 0,
            "opened": 1,
            "closed": 0,
            "reopened": 0,
        }
        assert {status for _, status, _ in story.asked("R1")} == {"void"}


def test_a_referral_is_voided_by_a_manager_who_does_not_hold_it_with_a_reason(tell: Tell) -> None:
    story = tell(
        "2026-09-14",
        OPENED,
        at("2026-09-10", "W", "void", case="A", reason="slip"),
        at("2026-09-10", "M", "void", case="A"),
        refer("2026-09-03", case="B", by="M"),
        at("2026-09-10", "M", "void", case="B", reason="slip"),
    )
    assert story.refused == [(2, "managers_only"), (3, "reason_missing"), (5, "not_two_people")]


def test_no_further_action_counts_as_a_referral_and_takes_no_work(tell: Tell) -> None:
    nfa = at("2026-09-10", "M", "nfa", case="A", reason="advice given")
    story = tell("2026-09-14", OPENED, nfa, at("2026-09-11", "W", "contact", case="A", kind="visit"))
    assert story.refused == [(3, "case_closed")]
    assert len(story.case()["referrals"]) == 1
    worked = tell("2026-09-14", OPENED, at("2026-09-09", "W", "contact", case="A", kind="visit"), nfa)
    assert worked.refused == [(3, "nfa_with_activity")]


def test_i22_no_referral_after_the_childs_death(tell: Tell) -> None:
    closed = decided("2026-10-09", rc_code="RC2")
    died = at("2026-10-12", "W", "set_flag", case="A", deceased_on="2026-10-05")
    after = tell("2026-10-20", OPENED, closed, died, refer("2026-10-20"))
    assert after.refused == [(6, "after_death")]
    before = tell("2026-10-20", OPENED, closed, died, refer("2026-10-20", received_on="2026-10-05"))
    assert before.refused == []


def test_i23_references_count_on_and_one_of_a_refused_event_is_not_burnt(tell: Tell) -> None:
    story = tell(
        "2027-01-05",
        OPENED,
        refer("2026-09-04", case="B", home_authority=OWN),
        refer("2026-09-05", case="D"),
        refer("2027-01-04", case="E"),
    )
    assert [each["ref"] for each in story.output["cases"]] == ["OOB-2026-0001", "OOB-2026-0002", "OOB-2027-0001"]


def test_one_case_per_ics_reference(tell: Tell) -> None:
    story = tell("2026-09-04", refer("2026-09-03", ics_ref="ICS-1001"), refer("2026-09-04", case="B", ics_ref="ics-1001"))
    assert story.refused == [(2, "ics_ref_taken")]


@pytest.mark.parametrize(
    ("second", "again"),
    [("2027-09-03", True), ("2027-09-04", False), ("2026-11-01", True)],
)
def test_g38_a_re_referral_is_within_twelve_months_of_the_referral_before_the_day_itself_too(
    tell: Tell, second: str, again: bool
) -> None:
    story = tell(second, OPENED, decided("2026-10-09"), refer(second))
    assert [each["re_referral"] for each in story.case()["referrals"]] == [False, again]


def test_g38_a_reopening_is_no_referral_and_a_closing_does_not_begin_the_year(tell: Tell) -> None:
    reopened = at("2027-08-02", "W", "reopen", case="A", route="one_off")
    story = tell("2027-10-04", OPENED, decided("2027-06-09"), reopened, decided("2027-09-06"), refer("2027-10-01"))
    assert [each["re_referral"] for each in story.case()["referrals"]] == [False, False]
    noted = refer("2027-10-01", previous_referral_on="2026-10-01")
    again = tell("2027-10-04", OPENED, decided("2027-06-09"), reopened, decided("2027-09-06"), noted)
    assert [each["re_referral"] for each in again.case()["referrals"]] == [False, True]
    counts = again.digest("2027-10-04")["counts"]
    assert (counts["referrals"], counts["re_referrals"], counts["opened"], counts["reopened"]) == (1, 1, 0, 1)


def test_a_restricted_case_is_seen_by_its_worker_its_manager_and_administrators_only(tell: Tell) -> None:
    people = {"W": "social_worker", "X": "social_worker", "M": "team_manager", "L": "team_manager", "D": "admin"}
    hidden = refer("2026-09-03", restricted=True)
    proposed = at("2026-09-04", "W", "propose", case="A", decision="close")
    show = [{"at": "2026-09-05", "what": "decision_list", "by": name} for name in ("W", "X", "M", "L", "D")]
    story = tell(
        "2026-09-07", hidden, proposed, at("2026-09-04", "X", "contact", case="A", kind="visit"), show=show, people=people
    )
    assert story.refused == [(3, "not_found")]
    assert [len(answer) for answer in story.answers] == [1, 0, 1, 0, 1]
    assert story.digest("2026-09-07")["lists"]["decisions"] == ["A"]
    assert story.digest("2026-09-07", "L")["lists"]["decisions"] == []


def test_corrections_are_the_workers_or_a_managers_with_a_reason_and_hold_the_rules(tell: Tell) -> None:
    correct: Event = {
        "at": "2026-09-10",
        "by": "W",
        "do": "correct",
        "case": "A",
        "field": "threshold_level",
        "to": 2,
        "reason": "slip",
    }
    story = tell(
        "2026-09-10",
        OPENED,
        correct,
        correct | {"by": "X"},
        {name: value for name, value in correct.items() if name != "reason"},
        correct | {"field": "name"},
        correct | {"field": "received_on", "to": "2026-09-11"},
        correct | {"field": "received_on", "to": "2026-09-04"},
        correct | {"field": "home_authority", "to": OWN},
        correct | {"field": "threshold_level", "to": "many"},
        correct | {"field": "ics_ref", "to": "ICS-77"},
    )
    assert story.refused == [
        (3, "not_your_case"),
        (4, "reason_missing"),
        (5, "field_unknown"),
        (6, "future_date"),
        (7, "received_late"),
        (8, "own_borough"),
        (9, "value_refused"),
    ]


def test_a_corrected_completion_moves_every_clock_that_hangs_on_it(tell: Tell) -> None:
    done = core("2026-10-01", "2026-11-20")
    correct = at("2026-11-24", "M", "correct", case="A", assessment="C", field="completed_on", to="2026-11-10", reason="slip")
    story = tell("2026-12-31", OPENED, done, correct)
    assert story.asked("R2") == [("2027-05-10", "open", "ahead")]
    assert [day for day, _, _ in story.said("R7")] == ["2026-12-08"]


def test_a_case_given_to_the_same_worker_or_to_nobody_who_can_hold_it_is_refused(tell: Tell) -> None:
    people = {"W": "social_worker", "X": "social_worker", "M": "team_manager", "V": "viewer"}
    give: Event = {"at": "2026-09-10", "by": "M", "do": "reassign", "case": "A", "to": "X", "reason": "MANAGE"}
    story = tell("2026-09-10", OPENED, give | {"to": "W"}, give | {"to": "V"}, give | {"by": "X"}, give, people=people)
    assert story.refused == [(2, "same_worker"), (3, "cannot_hold"), (4, "managers_only")]
