"""§2 and §7: inquiries and feedback in a team's life (R3, R4, R16), and urgent cases (R11)."""

import pytest

from tests.stories.conftest import Tell
from tests.support.telling import EALING, at, decided, off, refer

OPENED = refer("2026-09-03", route="assessment")


def inquire(when: str, **fields: object) -> dict[str, object]:
    return at(when, "W", "inquire", inquiry="Q", **({"authority_asked": EALING} | fields))


def fed_back(when: str, **fields: object) -> dict[str, object]:
    return at(when, "W", "feedback", feedback="F", **({"case": "A", "target": "mdt_meeting"} | fields))


def test_g10_g11_an_inquiry_is_no_referral_and_takes_no_work(tell: Tell) -> None:
    work = at("2026-12-08", "W", "contact", inquiry="Q", kind="visit")
    story = tell("2026-12-14", inquire("2026-12-07", store_in_directory=True, directory_ref="/Inquiries/7"), work)
    assert story.output["inquiries"] == [{"inquiry": "Q", "ref": "INQ-2026-0001", "status": "awaiting"}]
    assert story.refused == [(2, "inquiry_no_activity")]
    counts = story.digest("2026-12-14")["counts"]
    assert (counts["inquiries"], counts["referrals"], counts["opened"]) == (1, 0, 0)
    assert story.output["cases"] == []


def test_r3_the_logger_is_asked_once_after_five_working_days_then_the_digest_lists_it(tell: Tell) -> None:
    story = tell("2026-12-31", inquire("2026-12-07"))
    assert story.said("R3", "Q") == [("2026-12-14", "W", "due")]
    assert story.digest("2026-12-14")["inquiries"] == ["Q"]
    assert story.digest("2026-12-07")["inquiries"] == []


@pytest.mark.parametrize(
    ("asked", "fields", "settings", "due"),
    [
        ("2026-12-07", {"urgent": True}, {}, "2026-12-08"),
        ("2026-12-11", {"urgent": True}, {}, "2026-12-14"),
        ("2026-12-18", {}, {}, "2026-12-29"),  # Christmas and its substitute holiday
        ("2026-12-07", {}, {"inquiry_working_days": 2}, "2026-12-09"),
    ],
)
def test_r3_working_days_urgent_ones_and_holidays(
    tell: Tell, asked: str, fields: dict[str, bool], settings: dict[str, int], due: str
) -> None:
    assert tell("2026-12-31", inquire(asked, **fields), settings=settings).said("R3", "Q") == [(due, "W", "due")]


def test_r3_an_answer_a_void_or_a_setting_of_zero_ends_it(tell: Tell) -> None:
    answered = at("2026-12-11", "X", "answer", inquiry="Q", result="not_known")
    story = tell("2026-12-31", inquire("2026-12-07"), answered)
    assert (story.said("R3", "Q"), story.output["inquiries"][0]["status"]) == ([], "answered")
    assert [(each["to"], each["about"]) for each in story.messages("notice")] == [("W", "answered")]
    void = at("2026-12-11", "M", "void", inquiry="Q", reason="twice")
    assert tell("2026-12-31", inquire("2026-12-07"), void).said("R3", "Q") == []
    assert tell("2026-12-31", inquire("2026-12-07"), settings={"inquiry_working_days": 0}).said("R3", "Q") == []


def test_g6_an_inquiry_is_converted_once_both_limbs_are_there(tell: Tell) -> None:
    both = {"inquiry": "Q", "case": "A", "need_to_see_family": True, "route": "short_term"}
    story = tell(
        "2026-12-31",
        inquire("2026-12-07"),
        at("2026-12-08", "W", "convert", **both),
        at("2026-12-09", "W", "convert", **both, significant_activity=True),
        at("2026-12-10", "W", "answer", inquiry="Q", result="known_open"),
        at("2026-12-10", "W", "convert", **(both | {"case": "A"}), significant_activity=True),
    )
    assert story.refused == [(2, "two_limbs"), (4, "converted"), (5, "converted")]
    assert story.output["inquiries"][0]["status"] == "converted"
    assert (story.case()["state"], story.said("R3", "Q")) == ("open", [])


def test_g12_an_inquiry_to_be_stored_is_a_line_until_it_is(tell: Tell) -> None:
    story = tell("2026-12-07", inquire("2026-12-07", store_in_directory=True))
    assert story.agenda() == [("inquiries", "Q", ["directory"], 0)]
    assert tell("2026-12-07", inquire("2026-12-07", store_in_directory=True, directory_ref="/Inquiries/7")).agenda() == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("2026-12-18", "2026-12-21T16:00"),
        ("2026-12-24", "2026-12-29T16:00"),
        ("2026-12-23", "2026-12-24T16:00"),
        ("2026-12-19", "2026-12-21T16:00"),
    ],
)
def test_g43_r4_verbal_feedback_is_asked_about_at_four_on_the_next_working_day(tell: Tell, given: str, said: str) -> None:
    story = tell("2026-12-31", OPENED, fed_back(given))
    assert story.said("R4") == [(said, "W", "due")]
    item = next(item for each in story.messages("reminder") for item in each["items"] if item["rule"] == "R4")
    assert (item["about"], item["due"]) == ("F", said[:10])


def test_g44_r4_what_is_on_ics_in_time_or_was_written_is_not_asked_about(tell: Tell) -> None:
    done = at("2026-12-21T15:59", "W", "on_ics", feedback="F")
    assert tell("2026-12-31", OPENED, fed_back("2026-12-18"), done).said("R4") == []
    assert tell("2026-12-31", OPENED, fed_back("2026-12-18", mode="email")).said("R4") == []
    late = at("2026-12-21T16:01", "W", "on_ics", feedback="F")
    assert tell("2026-12-31", OPENED, fed_back("2026-12-18"), late).said("R4") == [("2026-12-21T16:00", "W", "due")]


def test_r4_stays_after_closing_and_is_debt_in_the_digest(tell: Tell) -> None:
    story = tell("2026-12-31", OPENED, fed_back("2026-12-18"), decided("2026-12-18"))
    assert story.said("R4") == [("2026-12-21T16:00", "W", "due")]
    assert story.asked("R4") == [("2026-12-21", "open", "over")]
    assert story.digest("2026-12-29")["lists"]["debt"] == ["A"]


def test_r4_about_an_inquiry_names_the_inquiry(tell: Tell) -> None:
    about = at(
        "2026-12-18", "W", "feedback", feedback="F", inquiry="Q", target="individual_professional", target_role="ward sister"
    )
    story = tell("2026-12-31", inquire("2026-12-18"), about)
    assert story.said("R4", "Q") == [("2026-12-21T16:00", "W", "due")]


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2026-12-21T17:00", "2026-12-21T17:00"),  # a missed four o'clock is made up at the start
        ("2026-12-22T07:00", "2026-12-22"),  # too early: the next working morning
        ("2026-12-22T09:15", "2026-12-22T09:15"),
        ("2026-12-26T10:00", "2026-12-29"),  # a Saturday
    ],
)
def test_r4_after_a_downtime_over_four_oclock(tell: Tell, until: str, said: str) -> None:
    story = tell("2026-12-31", OPENED, fed_back("2026-12-18"), off("2026-12-21T12:00", until))
    assert story.said("R4") == [(said, "W", "due")]


def test_g41_r16_the_referrer_is_to_be_told_within_five_working_days(tell: Tell) -> None:
    story = tell("2026-09-14", OPENED)
    assert story.asked("R16") == [("2026-09-10", "open", "over")]
    assert story.said("R16") == []
    assert story.digest("2026-09-14")["referrers"] == ["A"]
    assert "R16" in story.agenda()[0][2]
    for mode in ("verbal", "email", "letter_copy"):
        told = fed_back("2026-09-08", target="referrer", mode=mode)
        assert tell("2026-09-14", OPENED, told).asked("R16") == [("2026-09-10", "met", None)]
    assert tell("2026-09-14", OPENED, fed_back("2026-09-08")).asked("R16")[0][1] == "open"


@pytest.mark.parametrize("source", ["1A", "1C", "9"])
def test_r16_family_self_and_anonymous_are_no_referring_professionals(tell: Tell, source: str) -> None:
    assert tell("2026-09-14", OPENED | {"source_code": source}).asked("R16") == []


@pytest.mark.parametrize(
    ("received", "due", "breach"),
    [
        ("2026-12-07T10:00", "2026-12-08", "2026-12-09"),
        ("2026-12-11T23:30", "2026-12-14", "2026-12-15"),
        ("2026-12-12T12:00", "2026-12-15", "2026-12-16"),  # a Saturday counts as Monday
        ("2026-12-24T08:00", "2026-12-29", "2026-12-30"),
        ("2026-12-25T08:00", "2026-12-30", "2026-12-31"),
    ],
)
def test_a17_r11_an_urgent_case_is_said_at_once_and_at_its_breach(tell: Tell, received: str, due: str, breach: str) -> None:
    urgent = refer(received, route="assessment", urgent=True)
    story = tell("2026-12-31", urgent)
    assert story.said("R11") == [(received, "M", "advance"), (breach, "W", "over"), (breach, "M", "over")]
    assert story.asked("R11") == [(due, "open", "over")]
    answered = at(f"{due}T23:00", "W", "respond", case="A")
    in_time = tell("2026-12-31", urgent, answered)
    assert in_time.said("R11") == [(received, "M", "advance")]
    assert in_time.asked("R11") == [(due, "met", None)]


def test_r11_a_response_before_the_referral_in_the_future_or_twice_is_refused(tell: Tell) -> None:
    urgent = refer("2026-12-07T10:00", route="assessment", urgent=True)
    story = tell(
        "2026-12-08",
        urgent,
        at("2026-12-07T11:00", "W", "respond", case="A", on="2026-12-07T09:59"),
        at("2026-12-07T11:00", "W", "respond", case="A", on="2026-12-07T11:01"),
        at("2026-12-07T11:00", "W", "respond", case="A", on="2026-12-07T10:30"),
        at("2026-12-07T12:00", "W", "respond", case="A"),
        refer("2026-12-07T13:00", case="B"),
        at("2026-12-07T14:00", "W", "respond", case="B"),
    )
    assert story.refused == [(2, "response_early"), (3, "future_date"), (5, "done_before"), (7, "not_urgent")]


def test_several_urgent_cases_of_one_minute_are_all_said(tell: Tell) -> None:
    both = [refer("2026-12-07T10:00", case=name, route="assessment", urgent=True) for name in ("A", "B")]
    story = tell("2026-12-07", both)
    assert [len(story.said("R11", name)) for name in ("A", "B")] == [1, 1]


def test_feedback_that_is_moved_to_another_case_is_not_asked_about_again(tell: Tell) -> None:
    moved = at("2026-12-22", "W", "correct", feedback="F", field="about", to="OOB-2026-0002", reason="the wrong child")
    story = tell("2026-12-31", OPENED, refer("2026-09-04", case="B"), fed_back("2026-12-18"), moved)
    assert (story.refused, story.said("R4") + story.said("R4", "B")) == ([], [("2026-12-21T16:00", "W", "due")])


def test_a_manager_waives_recording_and_then_it_is_not_asked(tell: Tell) -> None:
    waived = at("2026-12-21T10:00", "M", "waive", case="A", rule="R4", about="F", reason="said at the meeting's minutes")
    story = tell("2026-12-31", OPENED, fed_back("2026-12-18"), waived)
    assert (story.said("R4"), story.asked("R4")) == ([], [("2026-12-21", "waived", None)])


def test_a_restricted_inquiry_becomes_a_restricted_case(tell: Tell) -> None:
    limbs = {"need_to_see_family": True, "significant_activity": True}
    converted = at("2026-12-08", "W", "convert", inquiry="Q", case="A", **limbs)
    work = at("2026-12-09", "X", "contact", case="A", kind="visit")
    assert tell("2026-12-09", inquire("2026-12-07", restricted=True), converted, work).refused == [(3, "not_found")]
