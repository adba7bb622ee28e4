"""Every `do` once, with as few fields as it takes; and the acts that no other story tells."""

from __future__ import annotations

from bot.rehearsal.acts import DOING
from tests.stories.conftest import Tell
from tests.support.telling import EALING, PEOPLE, Event, at, refer

LIFE: list[Event] = [
    at("2026-09-01", "W", "inquire", inquiry="Q", authority_asked=EALING),
    at("2026-09-02", "W", "inquire", inquiry="P", authority_asked=EALING),
    at("2026-09-02", "W", "answer", inquiry="Q", result="not_known"),
    at("2026-09-02", "M", "void", inquiry="P", reason="twice"),
    at("2026-09-03", "W", "convert", inquiry="Q", case="B", need_to_see_family=True, significant_activity=True),
    refer("2026-09-03", urgent=True),
    at("2026-09-03T10:00", "W", "respond", case="A"),
    at("2026-09-04", "W", "contact", case="A"),
    at("2026-09-04", "W", "feedback", feedback="F", case="A"),
    at("2026-09-04", "W", "on_ics", feedback="F"),
    at("2026-09-05", "M", "set_route", case="A", route="assessment", reason="it goes on"),
    at("2026-09-06", "W", "set_flag", case="A", awaiting_family=True, next_expected_contact="2026-12"),
    at("2026-09-06", "S", "set_flag", case="A", hold=True, reason="an inquiry of the court"),
    at("2026-09-06", "S", "set_flag", case="A", hold=False),
    at("2026-09-07", "W", "assess_start", case="A", assessment="C", purpose="refer_to_other_borough"),
    at("2026-09-08", "W", "assess_complete", assessment="C", authorised_by="M"),
    at("2026-09-08", "W", "share", assessment="C", with_="parents"),
    at("2026-09-08", "W", "exempt_request", case="A", with_="child", reason="risk"),
    at("2026-09-09", "M", "exempt_approve", case="A", with_="child"),
    at("2026-09-09", "W", "copy_sent", assessment="C"),
    at("2026-09-09", "W", "medical_file", case="A"),
    at("2026-09-09", "W", "chronology", case="A"),
    at("2026-09-10", "W", "review", case="A", authorised_by="M"),
    at("2026-09-10", "M", "review_off", case="A", reason="the ward reviews"),
    at("2026-09-10", "W", "assess_start", case="A", assessment="D", kind="initial"),
    at("2026-09-11", "W", "assess_abandon", assessment="D", reason="moved"),
    at("2026-09-11", "W", "correct", case="A", field="age", to=8, reason="slip"),
    at("2026-09-11", "W", "correct", inquiry="Q", field="urgent", to=True, reason="slip"),
    at("2026-09-11", "M", "waive", case="A", rule="R16", reason="the ward knows"),
    at("2026-09-11", "W", "snooze", case="B", rule="R1", until="2026-09-14", reason="on leave"),
    at("2026-09-12", "M", "reassign", case="B", to="X"),
    at("2026-09-12", "M", "reclassify", case="B", reason="a contact"),
    refer("2026-09-14", case="D"),
    at("2026-09-15", "M", "nfa", case="D", reason="advice given"),
    {"at": "2026-09-15", "do": "set", "effective_from": "2026-10-01", "review_months": 5},
    {"at": "2026-09-15", "do": "away", "person": "X", "until": "2026-09-16", "cover": "W"},
    {"at": "2026-09-15", "by": "S", "do": "person", "person": "X", "manager": "M"},
    at("2026-09-16", "W", "propose", case="A", decision="close"),
    at("2026-09-16", "M", "supervise", worker="W"),
    at("2026-09-16", "M", "decide", case="A", decision="close", rc_code="RC7", rationale="work completed"),
    at("2026-09-16", "W", "confirm", case="A"),
    at("2026-09-16", "M", "finalise", worker="W"),
    at("2026-09-17", "M", "on_ics", worker="W"),
    at("2026-09-17", "M", "reopen_in_error", case="A", reason="closed in error"),
    at("2026-09-18", "M", "supervise", worker="W"),
    at("2026-09-18", "M", "decide", case="A", decision="close", rc_code="RC8", rationale="work completed"),
    at("2026-09-18", "W", "confirm", case="A"),
    at("2026-09-21", "W", "closing_records", case="A"),
    refer("2026-09-21", case="E"),
    at("2026-09-22", "M", "supervise", worker="W"),
    at("2026-09-22", "M", "decide", case="E", decision="close", rc_code="RC7", rationale="work completed"),
    at("2026-09-22", "W", "confirm", case="E"),
    at("2026-09-28", "W", "reopen", case="E"),
    at("2026-09-29", "M", "reset_clock", case="E", reason="a new matter"),
    at("2026-09-29", "M", "audit_new", audit="G"),
    at("2026-09-29", "M", "audit_form", audit="G", case="E", complete=False),
    at("2026-09-29", "M", "audit_finding", audit="G", what="Levels of need are not explained."),
    at("2026-09-30", "M", "audit_withdraw", audit="G", reason="They are, on ICS."),
    at("2026-09-30", "M", "audit_report", audit="G"),
]


def test_every_do_works_with_as_few_fields_as_it_takes(tell: Tell) -> None:
    story = tell("2026-10-05", LIFE, people=PEOPLE | {"S": "admin"})
    refused = [(LIFE[number - 1]["do"], code) for number, code in story.refused]
    assert refused == [("correct", "converted")]
    assert {event["do"] for event in LIFE} == set(DOING)
    states = {each["case"]: each["state"] for each in story.output["cases"]}
    assert states == {"B": None, "A": "closed", "D": None, "E": "open"}


def test_values_no_form_would_take_are_refused_and_the_story_goes_on(tell: Tell) -> None:
    wrong: list[Event] = [
        refer("2026-09-03", age="seven"),
        refer("2026-09-03", age=7, threshold_level="three"),
        refer("2026-09-03", urgent="no"),
        refer("2026-09-03", home_authority=None),
        refer("2026-09-03", activity_summary="x" * 3001),
        at("2026-09-03", "W", "contact", kind="visit"),
        at("2026-09-03", "M", "finalise", worker="W", actions="none"),
        at("2026-09-03", "M", "supervise"),
        at("2026-09-03", "M", "set", months=3),
    ]
    codes = ["not_a_number", "not_a_number", "value_unknown", "missing", "too_long", "missing", "value_unknown", "missing"]
    story = tell("2026-09-04", wrong, refer("2026-09-03", age="unborn"))
    assert [code for _, code in story.refused] == [*codes, "setting_unknown"]
    assert story.case()["state"] == "open"


def test_a_legal_hold_is_an_administrators_to_set_and_to_end(tell: Tell) -> None:
    story = tell("2026-09-10", refer("2026-09-03"), at("2026-09-04", "M", "set_flag", case="A", hold=True, reason="court"))
    assert [code for _, code in story.refused] == ["admins_only"]
