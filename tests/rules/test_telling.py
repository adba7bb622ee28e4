"""What is read from people's words about cases, and how cases are told: times, work from a line, the timeline, rules in words."""

from datetime import UTC, date, datetime

import pytest

from bot.domain import free_text
from bot.domain.cases.case import Case, CaseFeedback
from bot.domain.cases.codes import (
    ActivityKind,
    AuthorisationKind,
    CamhsReason,
    DecisionKind,
    Method,
    RecordingRoute,
    ReferralStatus,
    SharingStatus,
)
from bot.domain.cases.episode import Episode
from bot.domain.cases.records import Activity, Assignment, Authorisation, Decision, Waiver
from bot.domain.digests import timeline
from bot.domain.inquiries.inquiry import no_activity
from bot.domain.obligations import after_assessment
from bot.domain.obligations.guidelines import SENTENCES, said_value
from bot.domain.reading import days, values
from bot.domain.shared import authorities
from bot.domain.shared.calendar import LONDON
from bot.domain.shared.errors import Refusal
from bot.domain.shared.ruleset import RuleSet
from tests.support.built import a_case

NOW = datetime(2026, 12, 7, 10, tzinfo=UTC)
TODAY = date(2026, 12, 7)


@pytest.mark.parametrize(
    ("said", "day", "time"),
    [
        ("today 14:20", 7, "14:20"),
        ("14:20", 7, "14:20"),
        ("2.30pm", 7, "14:30"),
        ("9am", 7, "09:00"),
        ("12am", 7, "00:00"),
        ("12.15 p.m.", 7, "12:15"),
        ("yesterday 14.30", 6, "14:30"),
        ("yesterday at 9:05", 6, "09:05"),
        ("last tues 9am", 1, "09:00"),
        ("2/12/26 23.59", 2, "23:59"),
        ("4 Dec 2026 2.30pm", 4, "14:30"),
        ("4/12", 4, None),
        ("4.12.2026", 4, None),
        ("weds", 2, None),
    ],
)
def test_a_day_is_read_with_its_time_where_there_is_one(said: str, day: int, time: str | None) -> None:
    found, at = days.read_moment(said, NOW)
    assert found == date(2026, 12, day)
    assert (at.strftime("%H:%M") if at else None) == time
    assert at is None or (at.tzinfo is LONDON and at.date() == found)


@pytest.mark.parametrize("said", ["25:00", "noonish", "14:20 today", "yesterday 9.75"])
def test_a_time_that_is_none_is_refused(said: str) -> None:
    with pytest.raises(Refusal, match="date_unreadable"):
        days.read_moment(said, NOW)


def test_a_month_is_its_last_day_and_a_day_is_the_next_one() -> None:
    assert days.read_month_or_day("Mar 2027", TODAY) == date(2027, 3, 31)
    assert days.read_month_or_day("february 2028", TODAY) == date(2028, 2, 29)
    assert days.read_month_or_day("15 Mar", TODAY) == date(2027, 3, 15)


@pytest.mark.parametrize(
    ("words", "kind", "day", "seen", "alone"),
    [
        ("yesterday visit, saw the child on her own", ActivityKind.VISIT, 6, True, True),
        ("visit last fri, saw the child", ActivityKind.VISIT, 4, True, None),
        ("last tues did not see the child", ActivityKind.OTHER, 1, False, None),
        ("never saw her", ActivityKind.VISIT, 7, False, None),
        ("no access", ActivityKind.ATTEMPTED, 7, None, None),
        ("DLA form sent", ActivityKind.BENEFITS_APPLICATION, 7, None, None),
        ("arranged transport", ActivityKind.ARRANGE_SERVICES, 7, None, None),
        ("MDT on the ward", ActivityKind.MEETING, 7, None, None),
        ("wrote to Ealing", ActivityKind.LETTER, 7, None, None),
        ("rang mum", ActivityKind.CONTACT_FAMILY, 7, None, None),
        ("spoke to the ward sister", ActivityKind.CONTACT_PROFESSIONAL, 7, None, None),
        ("bus pass", ActivityKind.OTHER, 7, None, None),
    ],
)
def test_work_is_read_from_a_line(words: str, kind: ActivityKind, day: int, seen: bool | None, alone: bool | None) -> None:
    told = free_text.contact(words, TODAY)
    assert (told.kind, told.occurred_on, told.seen_child, told.seen_alone) == (kind, date(2026, 12, day), seen, alone)


@pytest.mark.parametrize("words", ["31/2 visit", "14/13 visit", "Mon 8 Dec visit"])
def test_what_looks_like_a_day_and_is_none_is_not_taken_for_today(words: str) -> None:
    read = free_text.contact(words, TODAY)
    assert read.ask is free_text.Ask.DAY
    assert read.problem
    assert read.note == words
    assert free_text.contact("yesterday", TODAY).note is None


def test_an_activity_says_whether_the_child_was_seen() -> None:
    def words(*, seen: bool | None = None, alone: bool | None = None) -> str:
        made = {
            "number": 1,
            "episode": 1,
            "kind": ActivityKind.VISIT,
            "occurred_on": TODAY,
            "recorded_at": NOW,
            "recorded_by": "U",
        }
        return Activity.model_validate(made | {"seen_child": seen, "seen_alone": alone}).words

    assert words() == "visit"
    assert words(seen=True) == "visit, the child was seen"
    assert words(seen=True, alone=True) == "visit, the child was seen alone"
    assert words(seen=False) == "visit, the child was not seen"


def test_a_timeline_has_everything_the_newest_first_and_marks_reasons() -> None:
    case = a_case("typed")
    episode = case.episodes[0]
    decision = Decision(number=20, episode=1, kind=DecisionKind.CLOSE, session="S", worker_by="U0DANA", worker_at=NOW)
    closed = episode.model_copy(
        update={
            "closed_on": TODAY,
            "rc_code": "RC7",
            "closing_records_on": TODAY,
            "reopened_at": NOW,
            "void": True,
            "decisions": (*episode.decisions, decision),
            "assessments": (
                episode.assessments[0].model_copy(update={"copy_sent_on": TODAY}),
                episode.assessments[1].model_copy(update={"abandoned_on": TODAY}),
            ),
            "reviews": (episode.reviews[0].model_copy(update={"copy_sent_on": TODAY}),),
            "waivers": (Waiver(number=1, episode=1, rule="R7", on=TODAY, by="U0MO", reason="the borough has one"),),
        }
    )
    ended = case.referrals[0].model_copy(update={"status": ReferralStatus.VOID, "ended_on": TODAY, "first_response_at": NOW})
    shared = case.sharings[1].model_copy(update={"status": SharingStatus.SHARED, "method": Method.POST})
    whole = case.model_copy(
        update={
            "episodes": (closed,),
            "referrals": (ended,),
            "sharings": (*case.sharings, shared),
            "feedback": (CaseFeedback(given_on=TODAY, to_referrer=True), CaseFeedback(given_on=TODAY, to_referrer=False)),
            "medical_file_items": (*case.medical_file_items, case.medical_file_items[0].model_copy(update={"placed_on": None})),
            "assignments": (Assignment(number=1, episode=1, worker_id="U0DANA", from_on=TODAY),),
        }
    )
    found = timeline.happened(whole)
    assert [line.on for line in found] == sorted((line.on for line in found), reverse=True)
    said = " | ".join(line.what for line in found)
    for words in (
        "activated, urgent",
        "first response",
        "the referral ended",
        "by post",
        "reopened",
        "closed (RC7)",
        "not completed",
        "to the referrer",
        "copy of the review",
        "any more",
    ):
        assert words in said, words
    assert {line.what for line in found if line.reasoned} == {"proposed: close", "decided in supervision: keep open"}
    assert timeline.happened(Case(ref="OOB-2026-0001", ics_ref="A1", created_by="U", created_at=NOW)) == []


def test_what_waits_for_a_manager_is_what_can_still_be_authorised() -> None:
    case = a_case("x")
    asked = Authorisation(
        number=30, episode=1, wanted=AuthorisationKind.ASSESSMENT, of=2, on=TODAY, requested_by="U0DANA", requested_at=NOW
    )
    both = case.model_copy(update={"authorisations": (asked, asked.model_copy(update={"of": 3}))})
    assert [each.of for each in both.unauthorised] == [3]
    assert both.model_copy(update={"episodes": ()}).unauthorised == ()


def test_a_rule_is_said_with_its_setting_and_what_is_switched_off() -> None:
    assert "more than 3 months" in SENTENCES["R1"].now(RuleSet())
    assert "Switched off: threshold_months." in SENTENCES["R1"].now(RuleSet(threshold_months=0))
    assert SENTENCES["R2"].because.startswith("§3: ")
    assert "Tue 2 Feb 2027" in SENTENCES["R14"].now(RuleSet(short_term_last_day=date(2027, 2, 2)))
    assert (said_value(None), said_value(("core", "single"))) == ("not set", "core and single")
    assert "(§2)" in no_activity("INQ-2026-0001").sentence


def test_codes_have_words_and_stay_what_they_are() -> None:
    assert (RecordingRoute.ONE_OFF.value, RecordingRoute.ONE_OFF.words, RecordingRoute("assessment").words) == (
        "one_off",
        "one-off work",
        "assessment",
    )
    assert Episode(opened_on=TODAY, clock_start=TODAY, routes=(RecordingRoute.ONE_OFF,)).model_dump(mode="json")["routes"] == [
        "one_off"
    ]


def test_values_are_read_as_people_type_them_and_refused_without_being_repeated() -> None:
    assert (
        values.code(RecordingRoute, "Short-term work") is values.code(RecordingRoute, "short_term") is RecordingRoute.SHORT_TERM
    )
    assert (values.whole("8 yrs"), values.whole("4: acute")) == (8, 4)
    assert (values.yes_or_no("Yes"), values.yes_or_no("n")) == (True, False)
    assert authorities.read("K&C") == authorities.read("e09000020") == "E09000020"
    assert authorities.read("Not known") == "unknown"
    for read in (lambda said: values.code(RecordingRoute, said), values.whole, values.yes_or_no, authorities.read):
        with pytest.raises(Refusal) as refused:
            read("Atlantis 5")
        assert "Atlantis" not in refused.value.sentence
    with pytest.raises(Refusal, match="value_refused"):
        values.whole("٣")
    assert days.read_day("20-Nov-2026", TODAY) == date(2026, 11, 20)


def test_g24_only_the_exception_is_asked_about_and_only_for_a_younger_child() -> None:
    assert after_assessment.is_doubtful(CamhsReason.OVERDOSE, 9)
    assert not after_assessment.is_doubtful(CamhsReason.OVERDOSE, 10)
    assert not after_assessment.is_doubtful(CamhsReason.OTHER, 9)
    assert not after_assessment.is_doubtful(CamhsReason.SELF_HARM, None)


@pytest.mark.parametrize(
    "words", ["planned to visit next week", "will see her", "appointment on Friday", "going to ring mum", "visit tomorrow"]
)
def test_what_is_still_to_come_is_not_read_as_done(words: str) -> None:
    assert free_text.is_ahead(words)
    assert not free_text.is_ahead("visit yesterday, saw the child at home")
