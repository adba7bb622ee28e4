"""The figures that the audit asks for, of cases that people made, on both databases (the audit minutes, A3 to A20)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bot.documents import reports
from bot.documents.layout import tables
from bot.domain.cases.codes import Channel, RecordingRoute, ReferralForm, ReferralStatus
from bot.domain.inquiries.inquiry import InquiryFacts, Outcome, Result
from bot.domain.shared.errors import Refusal
from bot.services.audits import sampling
from bot.services.cases import referrals, work
from bot.services.inquiries import lifecycle
from bot.services.reports import figures
from bot.services.reports.figures import Figures
from storage import audit_log_reader
from tests.support.holding import DANA, MO, TODAY, opened
from tests.support.offices import Office

MONDAY = TODAY
DECEMBER = (date(2026, 12, 1), date(2026, 12, 31))


async def referred(office: Office, number: int, **more: Any) -> str:
    """A case with a referral; its reference."""
    case = await opened(office, referrals.NewCase(f"ICS-{number}"), **more)
    return case.ref


async def counted(office: Office, first: date = DECEMBER[0], last: date = DECEMBER[1]) -> Figures:
    return await office.does("U0MO", figures.figures, first, last)


async def test_a15_a_month_is_compared_with_the_same_days_of_last_year(office: Office) -> None:
    for number, day in enumerate((date(2025, 12, 2), date(2025, 12, 7), date(2025, 12, 20), TODAY)):
        await referred(office, number, received_on=day, activated_on=TODAY, opened_on=TODAY)
    found = await counted(office)
    assert (found.referrals, found.last_year) == (1, 2)
    assert not found.is_over
    assert (found.working_days, found.working_days_last_year) == (5, 5)
    told = {table.title: table for table in reports.referrals(found)}["In all"]
    assert told.rows[0] == ("Referrals", "1", "2", "\u221250.0%")
    assert told.note.startswith("To date; against the same days of last year (A15).")


async def test_a12_a13_sources_stand_in_their_groups_and_the_indicator_beside_last_years(office: Office) -> None:
    for number, code in enumerate(("3F", "3E", "6", "1B", "8")):
        await referred(office, number, source_code=code)
    await referred(office, 9, source_code="1A", received_on=date(2025, 12, 3), activated_on=TODAY, opened_on=TODAY)
    found = await counted(office)
    assert found.groups == {
        "Individuals": 1,
        "Schools and education": 0,
        "Health": 2,
        "Local authority": 0,
        "Police": 1,
        "Other": 1,
        "Anonymous or unknown": 0,
    }
    assert found.other_sources == (2, 1)
    assert {code for code, number in found.sources.items() if number} == {"3F", "3E", "6", "1B", "8"}
    told = {table.title: table for table in reports.referrals(found)}["Other sources"]
    assert told.rows == (("This period", "2", "40.0%"), ("Last year", "1", "100.0%"))


async def test_g7_how_referrals_came_in_is_told_by_channel(office: Office) -> None:
    await referred(office, 1)
    await referred(office, 2, channel=Channel.CCDS, form=ReferralForm.WRITTEN)
    assert (await counted(office)).channels == {("ccds", "written"): 1, ("ward_staff", "verbal"): 1}


async def test_a4_a10_a19_ages_and_levels_stand_beside_those_of_inquiries(office: Office) -> None:
    await referred(office, 1, age_years=5, threshold_level=4)
    await referred(office, 2, age_years=None, threshold_level=3)
    for age, level, outcome in ((4, 2, Outcome.SIGNPOSTED), (4, None, Outcome.NONE), (None, 4, Outcome.SIGNPOSTED)):
        said: dict[str, Any] = {"asked_on": TODAY, "result": Result.NOT_KNOWN, "answered_on": TODAY, "outcome": outcome}
        await office.does("U0DANA", lifecycle.log_inquiry, InquiryFacts(age_years=age, threshold_level=level, **said), DANA)
    found = await counted(office)
    assert found.bands["5-9"] == (1, 0, 0)
    assert found.bands["unborn"] == (1, 0, 0)
    assert found.bands["1-4"] == (0, 2, 1)
    assert found.levels == {"1": (0, 0), "2": (0, 1), "3": (1, 0), "4": (1, 1), "not given": (0, 1)}
    assert found.inquiries == 3


async def test_a14_what_was_taken_back_counts_nowhere_else_and_is_told(office: Office) -> None:
    _kept, gone, contact = [await referred(office, number) for number in range(3)]
    await office.does("U0MO", referrals.end_referral, gone, ReferralStatus.VOID, "typed twice", MO)
    await office.does("U0MO", referrals.end_referral, contact, ReferralStatus.RECLASSIFIED_CONTACT, "it was a contact", MO)
    found = await counted(office)
    assert found.referrals == 1
    assert found.taken_back == {"void": 1, "reclassified_contact": 1}


async def test_a17_an_urgent_case_is_in_time_missed_or_not_yet_due(office: Office) -> None:
    in_time, missed, _waiting = [
        await referred(office, number, urgent=True, received_at=office.now, route=RecordingRoute.ASSESSMENT)
        for number in range(3)
    ]
    office.later(hours=2)
    await office.does("U0DANA", work.respond, in_time, office.now, DANA)
    assert (await counted(office)).urgent == figures.Urgent(3, 1)
    office.later(days=3)
    await office.does("U0DANA", work.respond, missed, office.now, DANA)
    found = (await counted(office)).urgent
    assert (found.cases, found.in_time, found.missed, len(found.misses)) == (3, 1, 2, 2)


async def test_a17_the_reference_of_a_restricted_case_that_was_missed_is_not_told(office: Office) -> None:
    await opened(office, referrals.NewCase("ICS-1", restricted=True), urgent=True, received_at=office.now)
    office.later(days=3)
    found = await counted(office)
    assert (found.urgent.missed, found.urgent.misses) == (1, ())
    told = {table.title: table for table in reports.referrals(found)}["Urgent cases"]
    assert told.rows[-1] == ("missed", "1", "1 of restricted cases")


async def test_a18_a20_the_pathway_is_told_from_inquiry_to_assessment(office: Office) -> None:
    await referred(office, 1)
    await referred(office, 2, route=RecordingRoute.ASSESSMENT)
    found = await counted(office)
    assert found.routes == {"one_off": 0, "short_term": 1, "assessment": 1}
    assert found.assessed == 0
    assert set(found.assessments) == {"core", "initial", "single", "other"}


async def test_a3_a5_the_frame_is_the_week_without_restricted_cases_and_what_was_taken_back(office: Office) -> None:
    for number, day in enumerate((date(2026, 11, 30), date(2026, 12, 1), MONDAY, MONDAY)):
        await referred(office, number, received_on=day, activated_on=TODAY, opened_on=TODAY)
    gone = await referred(office, 10)
    await office.does("U0MO", referrals.end_referral, gone, ReferralStatus.VOID, "typed twice", MO)
    hidden = await opened(office, referrals.NewCase("ICS-11", restricted=True))
    office.later(days=7)
    drawn = await office.does("U0ANA", sampling.sample, "2026-W50", "seed")
    assert drawn.frame.refs == ("R-2026-0003", "R-2026-0004")
    assert (drawn.frame.mean, drawn.frame.weeks) == (2.0, 1)
    assert (drawn.frame.received, drawn.frame.restricted, drawn.frame.taken_back) == (3, 1, 1)
    assert drawn.is_census
    assert hidden.referrals[0].ref not in drawn.refs
    entry, *_ = await office.does("U0SAM", lambda tx: audit_log_reader.newest(tx, size=1))
    assert (entry.action, entry.subject, entry.actor) == ("audit.sampled", "2026-W50", "U0ANA")


@pytest.mark.parametrize(
    ("week", "seed", "size", "code"),
    [
        ("2026-W50", "seed", 25, "week_not_over"),
        ("2026-W49", "", 25, "seed_missing"),
        ("2026-W49", "seed", 0, "sample_size"),
        ("next week", "seed", 25, "week_unreadable"),
        ("2026-W49", "943 476 5919", 25, "identifier"),
        ("2026-W49", "seed", 501, "sample_size"),
    ],
)
async def test_a3_a_sample_that_cannot_be_drawn_is_refused_in_a_sentence(
    office: Office, week: str, seed: str, size: int, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        await office.does("U0ANA", sampling.sample, week, seed, size)
    assert refused.value.code == code


async def test_re_referrals_are_counted_in_any_number_of_cases(office: Office) -> None:
    await referred(office, 1, previous_referral_on=TODAY - timedelta(days=200))
    await referred(office, 2)
    found = await counted(office)
    assert (found.referrals, found.re_referrals, found.coverage_start) == (2, 1, TODAY)


async def test_every_report_is_told_as_tables_also_of_nothing(office: Office) -> None:
    for name in reports.NAMES:
        found = await office.does("U0MO", reports.read, name, *DECEMBER)
        text = tables.as_markdown(found)
        assert text.startswith(f"# {reports.NAMES[name]}. From Tue 1 Dec 2026 to Thu 31 Dec 2026 (to date: ")
        for table in found.tables:
            assert table.rows, table.title
            assert all(len(row) == len(table.columns) for row in table.rows), table.title
    await opened(office)
    (table,) = await office.does("U0MO", reports.gathered, "workload", *DECEMBER)
    assert table.rows == (("U0DANA", "1"),)
