"""The weekly digest, the worker's Monday list, the agenda, supervision due (R13), questions and reports."""

import pytest

from tests.stories.conftest import Tell
from tests.support.telling import EALING, at, core, decided, off, refer

OPENED = refer("2026-09-03")
NOTHING: dict[str, list[str]] = {
    "threshold": [],
    "reviews": [],
    "decisions": [],
    "drift": [],
    "debt": [],
    "short_term_ending": [],
}


def days(story: object, kind: str, to: str) -> list[str]:
    return [each["at"] for each in story.messages(kind, to)]  # type: ignore[attr-defined]  # an Outcome


def test_the_digest_comes_on_the_first_working_day_of_the_week_to_each_team_manager(tell: Tell) -> None:
    story = tell("2026-12-31", refer("2026-12-17"))
    assert days(story, "digest", "M") == ["2026-12-21T08:30", "2026-12-29T08:30"]
    assert [each["week"] for each in story.messages("digest", "M")] == ["2026-W52", "2026-W53"]
    assert days(story, "digest", "N") == []


def test_a_first_start_in_the_middle_of_a_week_owes_no_digest_and_on_its_monday_one(tell: Tell) -> None:
    assert days(tell("2026-09-06", refer("2026-09-03")), "digest", "M") == []
    assert days(tell("2026-09-07", refer("2026-09-07")), "digest", "M") == ["2026-09-07T08:30"]


def test_a_senior_manager_gets_a_digest_when_a_worker_reports_to_them(tell: Tell) -> None:
    story = tell("2026-09-14", OPENED, refer("2026-09-03", case="B", by="X"), manager_of={"X": "N"})
    assert story.digest("2026-09-14", "N")["lists"]["decisions"] == []
    assert days(story, "digest", "N") == ["2026-09-07T08:30", "2026-09-14T08:30"]
    assert story.digest("2026-09-07", "N")["counts"]["referrals"] == 1
    assert story.digest("2026-09-07", "M")["counts"]["referrals"] == 1


@pytest.mark.parametrize(
    ("downtime", "expected"),
    [
        (("2026-09-12", "2026-09-15T11:00"), ["2026-09-07T08:30", "2026-09-15T11:00", "2026-09-21T08:30"]),
        (("2026-09-12", "2026-09-19T11:00"), ["2026-09-07T08:30", "2026-09-21T08:30"]),
        (("2026-09-12", "2026-09-15T07:00"), ["2026-09-07T08:30", "2026-09-15T08:30", "2026-09-21T08:30"]),
        (("2026-09-15", "2026-09-16T11:00"), ["2026-09-07T08:30", "2026-09-14T08:30", "2026-09-21T08:30"]),
    ],
)
def test_a_missed_digest_comes_at_the_next_start_of_its_week_and_never_twice(
    tell: Tell, downtime: tuple[str, str], expected: list[str]
) -> None:
    assert days(tell("2026-09-21", OPENED, off(*downtime)), "digest", "M") == expected


def test_the_digest_counts_the_week_before_by_the_day_things_happened(tell: Tell) -> None:
    story = tell(
        "2026-09-21",
        refer("2026-09-03"),
        refer("2026-09-14", case="B", received_on="2026-09-13", opened_on="2026-09-14"),
        at("2026-09-14", "W", "inquire", inquiry="Q", authority_asked=EALING, asked_on="2026-09-13"),
        decided("2026-09-16"),
        at("2026-09-18", "W", "reopen", case="A", route="assessment"),
    )
    before = {"inquiries": 0, "referrals": 0, "re_referrals": 0, "opened": 0, "closed": 0, "reopened": 0}
    assert story.digest("2026-09-14")["counts"] == before
    assert story.digest("2026-09-21")["counts"] == before | {"opened": 1, "closed": 1, "reopened": 1}


def test_every_list_is_there_also_empty(tell: Tell) -> None:
    story = tell("2026-09-07", OPENED)
    assert story.digest("2026-09-07")["lists"] == NOTHING


def test_the_threshold_list_begins_28_days_before(tell: Tell) -> None:
    story = tell("2026-12-07", refer("2026-09-07"))  # due Mon 7 Dec
    assert story.digest("2026-11-02")["lists"]["threshold"] == []
    assert story.digest("2026-11-09")["lists"]["threshold"] == ["A"]


def test_the_workers_monday_list_holds_their_own_cases_only_and_none_is_sent_empty(tell: Tell) -> None:
    story = tell("2026-12-14", OPENED, refer("2026-11-26", case="B", by="X"))
    lists = {each["at"][:10]: each["lists"] for each in story.messages("worklist", "W")}
    assert lists["2026-12-07"]["threshold"] == ["A"]
    assert [each["lists"]["threshold"] for each in story.messages("worklist", "X")] == []
    assert "2026-09-07" not in lists


def test_while_somebody_is_away_who_stands_in_hears(tell: Tell) -> None:
    away = {"at": "2026-11-18", "by": "W", "do": "away", "person": "W", "until": "2026-11-20", "cover": "X"}
    story = tell("2026-12-04", OPENED, away)
    assert story.said("R1") == [
        ("2026-11-19", "X", "advance"),
        ("2026-12-03", "W", "due"),
        ("2026-12-04", "W", "over"),
        ("2026-12-04", "M", "over"),
    ]


def test_r13_supervision_is_due_28_days_after_the_last_session_or_the_first_case(tell: Tell) -> None:
    story = tell("2026-10-12", OPENED)
    assert [story.digest(day)["sessions"] for day in ("2026-09-28", "2026-10-05")] == [[], ["W"]]
    held = [at("2026-09-30T14:00", "M", "supervise", worker="W"), at("2026-09-30T15:00", "M", "finalise", worker="W")]
    after = tell("2026-11-02", OPENED, held)
    assert [after.digest(day)["sessions"] for day in ("2026-10-05", "2026-10-26", "2026-11-02")] == [[], [], ["W"]]
    unfinished = tell("2026-10-05", OPENED, held[:1])
    assert unfinished.digest("2026-10-05")["sessions"] == ["W"]
    people = {"W": {"role": "social_worker", "nqsw": True}, "M": "team_manager"}
    new = tell("2026-09-21", OPENED, people=people)
    assert [new.digest(day)["sessions"] for day in ("2026-09-14", "2026-09-21")] == [[], ["W"]]


def test_the_agenda_names_each_case_once_under_its_most_important_heading(tell: Tell) -> None:
    story = tell(
        "2026-11-20",
        OPENED,
        core("2026-10-01", "2026-11-19", kind="initial"),
        refer("2026-11-19", case="B", route="assessment"),
        refer("2026-09-03", case="D", route="assessment"),
    )
    assert story.agenda() == [
        ("awaiting_decision", "D", ["R16", "new"], 0),
        ("threshold", "A", ["R5", "R16", "new"], 0),
        ("feedback", "B", ["R16", "new"], 0),
    ]


def test_the_agenda_forgets_new_cases_after_a_session(tell: Tell) -> None:
    told = at("2026-09-04", "W", "feedback", feedback="F", case="A", target="referrer", mode="email")
    assert tell("2026-09-08", OPENED, told).agenda() == [("new_cases", "A", ["new"], 0)]
    held = [at("2026-09-07T14:00", "M", "supervise", worker="W"), at("2026-09-07T15:00", "M", "finalise", worker="W")]
    assert tell("2026-09-08", OPENED, told, held).agenda() == []


def test_questions_are_answered_as_things_stand_at_the_end_of_their_moment(tell: Tell) -> None:
    show = [
        {"at": "2026-11-20", "what": "agenda", "worker": "W", "by": "M"},
        {"at": "2026-11-20", "what": "due", "by": "W"},
        {"at": "2026-11-20", "what": "decision_list"},
        {"at": "2026-09-02", "what": "decision_list"},
    ]
    story = tell("2026-12-31", OPENED, show=show)
    agenda, due, waiting, before = (
        each["answer"] for each in sorted(story.output["shown"], key=lambda each: each["at"], reverse=True)
    )
    assert agenda[0]["section"] == "awaiting_decision"
    assert [(each["rule"], each["due"], each["state"]) for each in due] == [
        ("R16", "2026-09-10", "over"),
        ("R1", "2026-12-03", "ahead"),
    ]
    assert waiting == [{"case": "A", "why": ["dormant"]}]
    assert before == []


def test_g2_g9_reports_count_by_source_channel_and_form_and_say_how_often_a_rule_was_kept(tell: Tell) -> None:
    show = [
        {"at": "2026-12-31", "what": "report", "report": name, "from": "2026-09-01", "to": "2026-12-31"}
        for name in ("referrals", "rereferrals", "consistency", "workload")
    ]
    story = tell(
        "2026-12-31",
        OPENED,
        refer("2026-09-04", case="B", channel="ccds", form="written", source_code="1B"),
        decided("2026-09-18", case="B"),
        refer("2026-10-01", case="B", channel="other", source_code="6"),
        show=show,
    )
    referrals, again, kept, load = story.answers
    assert (referrals["referrals"], referrals["re_referrals"], referrals["rate"]) == (3, 1, "33.3%")
    assert referrals["by_group"] == {"Health": 1, "Individuals": 1, "Police": 1}
    assert referrals["by_channel_and_form"] == {"ccds, written": 1, "other, verbal": 1, "ward_staff, verbal": 1}
    assert referrals["other_sources"] == 1
    assert (again["rate"], again["coverage_start"]) == ("33.3%", "2026-09-03")
    assert kept["rules"]["R1"] == {"met": 0, "asked": 2, "rate": "0.0%"}
    assert load["open"] == {"W": 2}
