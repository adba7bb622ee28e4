"""§3, §5 and §8, what follows an assessment: sharing, the medical file, the chronology, copies (R5, R6, R7, R10)."""

import pytest

from tests.stories.conftest import Tell
from tests.support.telling import at, core, decided, refer

OPENED = refer("2026-09-03", route="assessment")
DONE = core("2026-10-01", "2026-11-20")
REFERRING = core("2026-10-01", "2026-11-20", kind="initial", purpose="refer_to_other_borough")


def share(when: str, whom: str, **fields: object) -> dict[str, object]:
    return at(when, "W", "share", assessment="C", with_=whom, **fields)


def test_g20_r5_parents_and_child_are_asked_about_once_ten_working_days_after(tell: Tell) -> None:
    story = tell("2026-12-31", OPENED, DONE)
    assert story.said("R5") == [("2026-12-04", "W", "due")] * 2
    assert tell("2026-12-31", OPENED, DONE, share("2026-12-01", "parents")).said("R5") == [("2026-12-04", "W", "due")]
    items = story.messages("reminder")[0]["items"]
    assert [(item["about"], item["due"], item["assessment"]) for item in items] == [("child", None, "C"), ("parents", None, "C")]


def test_g20_r5_is_met_for_each_by_itself_and_not_age_appropriate_is_for_the_child(tell: Tell) -> None:
    inappropriate = {"status": "not_age_appropriate", "reason": "two years old"}
    story = tell("2026-12-31", OPENED, DONE, share("2026-11-23", "parents"), share("2026-11-23", "child", **inappropriate))
    assert (story.refused, story.said("R5")) == ([], [])
    assert [story.asked("R5", about=whom) for whom in ("parents", "child")] == [[(None, "met", None)]] * 2
    assert story.case()["assessments"][0]["child"] == "not_age_appropriate"
    wrong = tell(
        "2026-12-31",
        OPENED,
        DONE,
        share("2026-11-23", "parents", **inappropriate),
        share("2026-11-23", "child", status="not_age_appropriate"),
    )
    assert wrong.refused == [(4, "child_only"), (5, "reason_missing")]


def test_g21_i11_an_exemption_is_asked_by_the_worker_and_agreed_by_the_team_manager_alone(tell: Tell) -> None:
    asked = at("2026-11-23", "W", "exempt_request", assessment="C", with_="parents", reason="risk")
    requested = tell("2026-11-24", OPENED, DONE, asked)
    assert requested.case()["assessments"][0]["parents"] == "exempt_requested"
    approve = {"assessment": "C", "with_": "parents", "reason": "agreed"}
    story = tell(
        "2026-12-31",
        OPENED,
        DONE,
        asked,
        at("2026-11-24", "W", "exempt_approve", **approve),
        at("2026-11-24", "N", "exempt_approve", **approve),
        at("2026-11-25", "M", "exempt_approve", **approve),
    )
    assert story.refused == [(5, "team_manager_agrees"), (6, "team_manager_agrees")]
    assert story.case()["assessments"][0]["parents"] == "exempt"
    assert story.case()["assessments"][0]["form"] == "not_applicable"
    assert story.asked("R5", about="parents") == [(None, "met", None)]


def test_i11_who_asked_or_holds_the_case_cannot_agree_and_for_a_managers_case_their_manager_does(tell: Tell) -> None:
    own = refer("2026-09-03", by="M", route="assessment")
    made = [
        at("2026-10-01", "M", "assess_start", case="A", assessment="C"),
        at("2026-11-20", "M", "assess_complete", assessment="C", authorised_by="N"),
        at("2026-11-23", "M", "exempt_request", assessment="C", with_="child", reason="risk"),
    ]
    approve = {"assessment": "C", "with_": "child"}
    story = tell(
        "2026-12-31",
        own,
        made,
        at("2026-11-24", "M", "exempt_approve", **approve),
        at("2026-11-24", "N", "exempt_approve", **approve),
    )
    assert story.refused == [(5, "team_manager_agrees")]
    assert story.case()["assessments"][0]["child"] == "exempt"


def test_r5_a_request_not_answered_for_more_than_five_working_days_reaches_the_manager(tell: Tell) -> None:
    asked = at("2026-11-23", "W", "exempt_request", assessment="C", with_="parents", reason="risk")
    story = tell("2026-12-31", OPENED, DONE, share("2026-11-23", "child"), asked)
    assert story.said("R5") == [("2026-12-01", "M", "over"), ("2026-12-04", "W", "due")]
    agreed = at("2026-11-30", "M", "exempt_approve", assessment="C", with_="parents")
    assert tell("2026-12-31", OPENED, DONE, share("2026-11-23", "child"), asked, agreed).said("R5") == []


def test_g22_g42_r6_our_assessment_and_the_letter_are_two_items_asked_about_once(tell: Tell) -> None:
    story = tell("2026-12-31", OPENED, REFERRING)
    assert story.said("R6") == [("2026-12-04", "W", "due")] * 2
    assert [story.asked("R6", about=item) for item in ("assessment", "letter")] == [[(None, "open", "ahead")]] * 2
    placed = at("2026-11-24", "W", "medical_file", case="A", about="referral", status="placed")
    one = tell("2026-12-31", OPENED, REFERRING, placed)
    assert one.said("R6") == [("2026-12-04", "W", "due")]
    assert one.asked("R6", about="letter") == [(None, "met", None)]
    assert tell("2026-12-31", OPENED, DONE).asked("R6") == []


@pytest.mark.parametrize(
    ("reason", "status", "items"),
    [
        ("overdose", "not_needed", ["letter"]),
        ("self_harm", "not_needed", ["letter"]),
        ("other", "outstanding", ["assessment", "letter"]),
    ],
)
def test_g23_g24_i16_the_camhs_exception_is_for_overdose_and_self_harm_only(
    tell: Tell, reason: str, status: str, items: list[str]
) -> None:
    joint = core("2026-10-01", "2026-11-20", purpose="refer_to_other_borough", camhs_joint=True, camhs_reason=reason)
    story = tell("2026-11-25", OPENED, joint)
    assert story.case()["assessments"][0]["medical_file"] == status
    assert [each["about"] for each in story.case()["obligations"] if each["rule"] == "R6"] == items
    assert len(story.asked("R5")) == 2  # sharing with parents and child is untouched (§1.4, 6)


def test_i16_without_joint_work_there_is_no_exception(tell: Tell) -> None:
    alone = core("2026-10-01", "2026-11-20", purpose="refer_to_other_borough", camhs_reason="overdose")
    assert tell("2026-11-25", OPENED, alone).case()["assessments"][0]["medical_file"] == "outstanding"


def test_r6_the_letter_is_waived_by_a_manager_with_a_reason(tell: Tell) -> None:
    waive = {"case": "A", "about": "referral", "status": "waived"}
    story = tell(
        "2026-12-31",
        OPENED,
        REFERRING,
        at("2026-11-24", "W", "medical_file", **waive, reason="not sent"),
        at("2026-11-24", "M", "medical_file", **waive),
        at("2026-11-24", "M", "medical_file", **waive, reason="not sent"),
    )
    assert story.refused == [(4, "managers_only"), (5, "reason_missing")]
    assert story.asked("R6", about="letter") == [(None, "waived", None)]


def test_g29_g33_r7_a_core_assessment_asks_for_a_chronology_and_another_does_not(tell: Tell) -> None:
    story = tell("2026-12-31", OPENED, DONE)
    assert story.said("R7") == [("2026-12-18", "W", "due")]
    assert tell("2026-12-31", OPENED, core("2026-10-01", "2026-11-20", kind="initial")).asked("R7") == []


@pytest.mark.parametrize("kind", ["hospital_history", "home_authority"])
def test_g30_g31_i15_either_kind_of_chronology_will_do_and_no_other(tell: Tell, kind: str) -> None:
    done = at("2026-12-01", "W", "chronology", case="A", kind=kind)
    story = tell("2026-12-31", OPENED, DONE, done)
    assert (story.said("R7"), story.asked("R7")) == ([], [(None, "met", None)])
    third = at("2026-12-01", "W", "chronology", case="A", kind="school")
    assert tell("2026-12-31", OPENED, DONE, third).refused == [(4, "chronology_kind")]


def test_r7_a_chronology_of_an_earlier_episode_meets_it_and_is_asked_to_be_updated(tell: Tell) -> None:
    story = tell(
        "2027-06-10",
        OPENED,
        DONE,
        at("2026-12-01", "W", "chronology", case="A", kind="hospital_history"),
        decided("2026-12-10"),
        at("2027-06-01", "W", "reopen", case="A", route="assessment"),
        core("2027-06-02", "2027-06-09", name="D"),
    )
    assert story.asked("R7") == [(None, "met", None)]
    assert any("chronology_update" in tags for _, _, tags, _ in story.agenda())


def test_g32_senior_management_may_ask_for_a_chronology_with_every_assessment(tell: Tell) -> None:
    initial = core("2026-10-01", "2026-11-20", kind="initial")
    wider = {"effective_from": "2026-11-01", "chronology_required_for": "all_assessments"}
    assert tell("2026-12-31", OPENED, at("2026-10-02", "M", "set", **wider), initial).refused == [(2, "seniors_only")]
    story = tell("2026-12-31", OPENED, at("2026-10-02", "N", "set", **wider), initial)
    assert story.asked("R7") == [(None, "open", "ahead")]
    early = core("2026-10-01", "2026-10-30", kind="initial")
    assert tell("2026-12-31", OPENED, at("2026-10-02", "N", "set", **wider), early).asked("R7") == []


def test_g46_g47_g48_i17_the_satisfaction_form_by_route(tell: Tell) -> None:
    def form(route: str, **fields: object) -> tuple[list[tuple[int, str]], str | None]:
        story = tell(
            "2026-12-01",
            refer("2026-09-03", route=route),
            core("2026-10-01", "2026-11-20"),
            at("2026-11-24", "W", "copy_sent", assessment="C", **fields),
        )
        return story.refused, story.case()["assessments"][0]["form"]

    assert form("assessment") == ([], "included")
    assert form("assessment", form="not_included") == ([(4, "reason_missing")], None)
    assert form("assessment", form="not_included", reason="moved away") == ([], "not_included")
    for route in ("one_off", "short_term"):
        assert form(route) == ([], "not_applicable")
        assert form(route, form="included") == ([(4, "form_not_asked")], None)
        assert form(route, form="special_circumstances") == ([(4, "reason_missing")], None)
        assert form(route, form="special_circumstances", reason="the family asked") == ([], "special_circumstances")


def test_i10_an_assessment_is_completed_with_the_word_of_a_manager_who_is_another_person(tell: Tell) -> None:
    started = core("2026-10-01", None)
    complete = {"assessment": "C"}
    story = tell(
        "2026-12-01",
        OPENED,
        started,
        at("2026-11-20", "W", "assess_complete", **complete),
        at("2026-11-20", "W", "assess_complete", **complete, authorised_by="W"),
        at("2026-11-20", "W", "assess_complete", **complete, authorised_by="X"),
        at("2026-11-20", "M", "assess_complete", **complete, authorised_by="M"),
        at("2026-11-20", "W", "assess_complete", **complete, authorised_by="N"),
    )
    assert story.refused == [(n, "not_authorised") for n in (3, 4, 5, 6)]
    assert story.case()["assessments"][0]["completed_on"] == "2026-11-20"


def test_i9_dates_of_assessments_and_no_two_of_a_kind_at_once(tell: Tell) -> None:
    start = {"case": "A", "kind": "core"}
    story = tell(
        "2026-12-01",
        OPENED,
        at("2026-10-01", "W", "assess_start", **start, assessment="C", on="2026-09-02"),
        at("2026-10-01", "W", "assess_start", **start, assessment="C", on="2026-10-02"),
        at("2026-10-01", "W", "assess_start", **start, assessment="C", on="2026-09-03"),
        at("2026-10-02", "W", "assess_start", **start, assessment="D"),
        at("2026-10-02", "W", "assess_start", case="A", kind="initial", assessment="E"),
        at("2026-10-03", "W", "assess_complete", assessment="C", on="2026-09-02", authorised_by="M"),
        at("2026-10-03", "W", "assess_abandon", assessment="C", reason="moved away"),
        at("2026-10-03", "W", "assess_complete", assessment="C", authorised_by="M"),
        at("2026-10-04", "W", "assess_start", **start, assessment="D"),
    )
    assert story.refused == [
        (2, "outside_episode"),
        (3, "future_date"),
        (5, "assessment_running"),
        (7, "completed_early"),
        (9, "not_running"),
    ]
    assert [each["assessment"] for each in story.case()["assessments"]] == ["C", "E", "D"]


def test_g14_an_assessment_that_refers_names_the_authority_it_refers_to(tell: Tell) -> None:
    homeless = refer("2026-09-03", route="assessment", home_authority="no_fixed_abode")
    start = at(
        "2026-10-01", "W", "assess_start", case="A", assessment="C", purpose="refer_to_other_borough", receiving_authority="X1"
    )
    assert tell("2026-12-01", homeless, start).refused == [(2, "receiving_authority_missing")]


def test_g15_g16_long_term_work_without_a_core_assessment_is_a_line_on_the_agenda(tell: Tell) -> None:
    start = at("2026-10-01", "W", "assess_start", case="A", kind="other", assessment="C", purpose="long_term_chronic_illness")
    story = tell("2026-10-02", OPENED, start)
    assert story.agenda() == [("follow_through", "A", ["core_missing", "R16", "new"], 0)]
    done = core("2026-10-02", "2026-10-02", name="D")
    assert "core_missing" not in tell("2026-10-02", OPENED, start, done).agenda()[0][2]


def test_g18_ccds_work_of_three_months_without_an_assessment_is_a_line_and_no_message(tell: Tell) -> None:
    ccds = refer("2026-09-03", channel="ccds", form="written", route="assessment")
    seen = [at(f"2026-{month}-20", "W", "contact", case="A", kind="letter") for month in ("09", "10", "11")]
    assert "ccds_assessment" not in tell("2026-12-02", ccds, seen).agenda()[0][2]
    story = tell("2026-12-03", ccds, seen)
    assert "ccds_assessment" in story.agenda()[0][2]
    assert story.messages("reminder") == []


def test_r5_r6_r7_end_when_the_case_closes(tell: Tell) -> None:
    referring = core("2026-10-01", "2026-11-20", purpose="refer_to_other_borough")
    story = tell("2026-12-31", OPENED, referring, decided("2026-11-24"))
    ended = {(each["rule"], each["status"]) for each in story.case()["obligations"]}
    assert {rule for rule, status in ended if status == "stopped"} == {"R5", "R6", "R7", "R16"}
    assert story.said("R5") + story.said("R6") + story.said("R7") == []
