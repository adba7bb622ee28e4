"""Audits told as stories, from the referrals of a week to the report (the audit minutes, A1 to A20)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from bot.domain.audits.audit import AuditSection
from tests.stories.conftest import Tell
from tests.support.telling import Event, Outcome, at, refer

PEOPLE = {"W": "social_worker", "X": "social_worker", "M": "team_manager", "N": "senior_manager", "U": "auditor", "D": "admin"}
NEW = at("2026-12-14", "M", "audit_new", audit="Z", week="2026-W50", seed="first-audit-2026-W50")
JUDGED = {
    "level_of_need": 2,
    "threshold": "too_low",
    "should_be": "contact",
    "proportionate": "too_much",
    "drift": False,
    "signposting": "no",
    "referrer_told": False,
    "grade": "good",
}
REPORT = at("2026-12-18", "U", "audit_report", audit="Z")


def form(case: str = "A", **fields: Any) -> Event:
    return at("2026-12-15", "U", "audit_form", **{"audit": "Z", "case": case, **JUDGED, **fields})


def audited(tell: Tell, *events: Event, until: str = "2026-12-18") -> tuple[Outcome, dict[str, Any]]:
    story = tell(until, *events, people=PEOPLE)
    return story, story.output["reports"].get("Z", {})


def test_a1_an_audit_goes_from_drawn_to_reported_when_every_form_is_complete(tell: Tell) -> None:
    _, drawn = audited(tell, refer("2026-12-07"), NEW, REPORT)
    assert (drawn["status"], drawn["complete"]) == ("sampled", 0)
    story, whole = audited(
        tell, refer("2026-12-07"), NEW, form(), REPORT, at("2026-12-18", "U", "audit_form", audit="Z", case="A")
    )
    assert (whole["status"], whole["complete"]) == ("reported", 1)
    assert story.refused == [(5, "audit_reported")]


def test_a2_a_sampled_case_is_for_its_auditor_alone_and_one_that_they_worked_on_is_named(tell: Tell) -> None:
    mine = at("2026-12-15", "M", "audit_form", audit="Z", case="A")
    story, _ = audited(tell, refer("2026-12-07"), NEW, mine)
    assert story.refused == [(3, "not_your_audit")]
    own = at("2026-12-14", "M", "audit_new", audit="Z", week="2026-W50", auditor="M")
    _, report = audited(tell, refer("2026-12-07"), own, at("2026-12-18", "M", "audit_report", audit="Z"))
    assert report["conflicts"] == ["A"]


def test_a3_a5_a6_the_sample_of_a_week_is_frozen_and_told_against_the_weeks_before(tell: Tell) -> None:
    week = [refer(f"2026-12-{7 + place % 7:02d}", case=f"C{place}") for place in range(6)]
    before = [refer(f"2026-{month}", case=f"B{month}") for month in ("11-24", "11-30", "12-01")]
    late = refer("2026-12-16", case="L", received_on="2026-12-09", opened_on="2026-12-16")
    story, report = audited(tell, *before, *week, {**NEW, "n": 4}, late, REPORT)
    assert story.refused == []
    assert (report["frame"]["count"], len(report["sample"]), report["census"]) == (6, 4, False)
    assert set(report["cases"]) < {f"C{place}" for place in range(6)}
    assert (report["mean"], report["against_mean"]) == (2.0, "+200.0%, higher than average")
    assert report["late_additions"] == ["R-2026-0010"]
    assert "R-2026-0010" not in report["frame"]["refs"]


def test_a4_a20_the_auditors_words_on_thresholds_and_assessments_stand_in_the_report(tell: Tell) -> None:
    _, report = audited(tell, refer("2026-12-07"), NEW, form(), REPORT)
    assert report["judged"]["threshold"] == {"too_low": 1}
    assert report["judged"]["level_of_need"] == {"2": 1}
    assert report["judged"]["proportionate"] == {"too_much": 1}


def test_a8_a_withdrawn_finding_stands_in_the_report_with_its_reason(tell: Tell) -> None:
    found = at("2026-12-15", "U", "audit_finding", audit="Z", finding="F", what="No culture of close working.", confirmed=True)
    gone = at("2026-12-17", "U", "audit_withdraw", finding="F", reason="The visits were not looked at.")
    story, report = audited(tell, refer("2026-12-07"), NEW, found, gone, gone, REPORT)
    assert story.refused == [(5, "finding_settled")]
    (finding,) = report["findings"]
    assert (finding["finding"], finding["status"], finding["reason"]) == ("F", "withdrawn", "The visits were not looked at.")


def test_a9_a_form_with_a_section_that_nobody_looked_at_is_not_complete(tell: Tell) -> None:
    looked = [section.value for section in AuditSection if section is not AuditSection.VISITS]
    story, report = audited(tell, refer("2026-12-07"), NEW, form(opened=looked), REPORT)
    assert (story.refused, report["complete"]) == ([(3, "form_incomplete")], 0)
    draft = form(opened=looked, complete=False)
    aside = form(opened=looked, set_aside={"visits": "nobody has been there yet"})
    story, report = audited(tell, refer("2026-12-07"), NEW, draft, aside, REPORT)
    assert (story.refused, report["complete"]) == ([], 1)


def test_a10_a13_ages_signposting_and_other_sources_stand_in_the_report(tell: Tell) -> None:
    said = {"result": "not_known", "outcome": "signposted", "signposted_to": "a club", "age": 3}
    asked = at("2026-12-08", "W", "inquire", inquiry="Q", **said)
    _, report = audited(
        tell, refer("2026-12-07", age=5, source_code="1B"), refer("2026-12-08", case="B", age=11), asked, NEW, REPORT
    )
    assert report["bands"]["5-9"] == [1, 0, 0]
    assert report["bands"]["1-4"] == [0, 1, 1]
    assert report["other_sources"] == {"referrals": 1, "last_year": 0}


def test_a11_a15_the_month_stands_beside_the_same_days_of_last_year(tell: Tell) -> None:
    last = [refer("2025-12-03", case="P"), refer("2025-12-30", case="Q"), refer("2025-12-11", case="S")]
    _, report = audited(tell, *last, refer("2026-12-07"), NEW, REPORT)
    month = report["month"]
    assert (month["referrals"], month["last_year"], month["change"]) == (1, 2, "\u221250.0%")
    assert month["to_date"] == "Fri 18 Dec 2026"
    _, report = audited(tell, *last, refer("2026-12-07"), NEW, REPORT, until="2027-01-02")
    assert (report["month"]["last_year"], report["month"]["to_date"]) == (3, None)


def test_a14_a_referral_that_a_manager_made_a_contact_stays_in_the_sample_and_is_counted_as_taken_back(tell: Tell) -> None:
    changed = at("2026-12-16", "M", "reclassify", case="A", reason="it was a contact")
    _, report = audited(tell, refer("2026-12-07"), NEW, form(), changed, REPORT)
    assert (report["sample"], report["gone"]) == (["R-2026-0001"], ["R-2026-0001"])
    assert report["taken_back"]["reclassified_contact"] == 1
    assert report["judged"]["should_be"] == {"contact": 1}


def test_a16_drift_is_told_also_when_there_is_none(tell: Tell) -> None:
    _, report = audited(tell, refer("2026-12-07"), NEW, form(), REPORT)
    assert (report["drifting"], report["judged"]["drift"]) == (0, {"no": 1})
    _, report = audited(tell, refer("2026-08-03", case="D"), refer("2026-12-07"), NEW, REPORT)
    assert report["drifting"] == 1


def test_a17_urgent_cases_in_time_and_missed_are_counted(tell: Tell) -> None:
    urgent = [refer("2026-12-07", case="A", urgent=True), refer("2026-12-08", case="B", urgent=True)]
    _, report = audited(tell, *urgent, at("2026-12-08T10:00", "W", "respond", case="A"), NEW, REPORT)
    assert report["urgent"] == {"cases": 2, "in_time": 1, "missed": 1}


def test_a18_a19_the_pathway_and_the_levels_of_inquiries_stand_beside_those_of_referrals(tell: Tell) -> None:
    asked = at("2026-12-08", "W", "inquire", inquiry="Q", threshold_level=4)
    _, report = audited(tell, refer("2026-12-07", threshold_level=3, route="assessment"), asked, NEW, REPORT)
    assert report["levels"] == {"3": [1, 0], "4": [0, 1]}
    assert report["routes"] == {"one_off": 0, "short_term": 0, "assessment": 1}


def test_what_no_form_would_take_is_refused_and_the_story_goes_on(tell: Tell) -> None:
    day = date(2026, 12, 15)
    wrong = [
        (at("2026-12-14", "W", "audit_new", audit="Z", week="2026-W50"), "not_for_audits"),
        (at("2026-12-14", "D", "audit_new", audit="Z", week="2026-W51"), "week_not_over"),
        (at("2026-12-14", "M", "audit_new", audit="Z", week="2026-W50", n=0), "sample_size"),
        (NEW, ""),
        (form(threshold="much_too_low"), "value_unknown"),
        (form(opened=["dreams"]), "value_unknown"),
        (form(set_aside="visits"), "value_unknown"),
        (form("O"), "not_found"),
        (at(str(day), "U", "audit_withdraw", audit="Z", reason="no"), "not_found"),
        (at(str(day), "U", "audit_finding", audit="Z"), "finding_missing"),
    ]
    before = [refer("2026-12-01", case="O"), refer("2026-12-07")]
    story, _ = audited(tell, *before, *(event for event, _ in wrong), until=str(day + timedelta(days=1)))
    assert [code for _, code in story.refused] == [code for _, code in wrong if code]
