"""The report of an audit to the committee, on both databases: numbers that can be counted again, and nobody in them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter

from bot.documents.audit_report import csv as audit_report_csv
from bot.documents.audit_report import tables as audit_report_tables
from bot.documents.layout import docx as layout_docx
from bot.documents.layout import tables
from bot.documents.layout.tables import Report, Table
from bot.domain.audits.audit import AuditStatus
from bot.domain.people import Actor
from bot.services.audits import audits
from bot.services.audits import report as audit_report
from bot.services.audits.report import ReportFigures
from bot.services.cases.referrals import NewCase
from storage.db.engine import Tx
from tests.support.audits import ANA, SEED, WEEK, december, drawn, judged, planned, week_of_cases, whole
from tests.support.holding import MO, opened
from tests.support.offices import Office, code_of, letters_waiting


async def gathered(office: Office, ref: str) -> ReportFigures:
    return await office.does("U0ANA", audit_report.gather, ref, ANA)


def table(report: Report, title: str) -> Table:
    return next(each for each in report.tables if each.title.startswith(title))


def cells(report: Report, title: str) -> dict[str, str]:
    """Label → the first cell behind it."""
    return {row[0]: row[1] for row in table(report, title).rows}


def rows_of(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


async def test_a3_to_a20_each_part_of_the_minutes_has_its_part_of_the_report(office: Office) -> None:
    await december(office, before=104)
    ref = await whole(office)
    found = await gathered(office, ref)
    told = audit_report_tables.report(found)
    month, sample = "1 to 14 December 2026", "25 sampled cases"
    assert [each.title for each in told.tables] == [
        "In short",
        "Method",
        "Context",
        f"Who referred, {month}",
        f"Other sources, {month}",
        f"Age and signposting, {month}",
        f"Resources to signpost to, {sample}",
        f"Level of need, {month}",
        f"The threshold that was applied, {sample}",
        f"The auditor's level of need, {sample}",
        f"Contacts and referrals, {sample}",
        f"Pathway and level of assessment, {month}",
        f"Whether the assessment was proportionate, {sample}",
        "Urgent cases",
        "Drift",
        f"Told, and decided, {sample}",
        f"Grades, {sample}",
        f"What was looked at, {sample}",
        "Findings",
        "Limitations",
        "Words",
    ]
    assert told.title == "Thresholds in December"
    for_whom = "For Children's Safeguarding Committee, Thu 28 Jan 2027. Made on Mon 14 Dec 2026."
    assert told.period == f"Audit of new referrals, week 2026-W50. {for_whom}"
    assert "DRAFT" not in told.period
    method = cells(told, "Method")
    assert method["Sample"] == "25 of 30, in the order of SHA-256 of seed|reference"
    assert method["Frame"] == "30 of 30 referrals; those of restricted cases are not in it"
    assert method["Carried out by"] == "somebody with the role of auditor"
    context = table(told, "Context")
    assert context.rows[0] == (
        "Referrals in the week",
        "30",
        "mean 2.1, of the 52 weeks before it",
        "+1331.2%, higher than average",
    )
    assert context.rows[1] == ("Referrals, 1 to 14 December 2026", "30", "12", "+150.0%")
    assert context.prose == ("An early help programme began in October.",)
    assert table(told, "Drift").rows[0] == ("Open cases of the team that drifted on Mon 14 Dec 2026", "116 cases")
    for each in told.tables:
        assert all(len(row) == len(each.columns) for row in each.rows), each.title
        assert each.rows or each.prose, each.title


async def test_a8_the_withdrawn_finding_is_told_with_its_reason_beside_the_others(office: Office) -> None:
    await december(office, 6, before=0, last_year=0)
    ref = await whole(office)
    told = audit_report_tables.report(await gathered(office, ref))
    assert table(told, "Drift").rows[0][1] == "0 cases", "it is told also when there is none (A16)"
    first, second, third = table(told, "Findings").prose
    assert "confirmed" in first
    assert "Action, social worker, by Fri 26 Feb 2027, not done yet: Write down why it is no contact." in first
    assert "The service's response: We agree, and will look again in March." in first
    assert "withdrawn" in second
    assert "There is no culture of close working. Why it was withdrawn: The section of visits was not looked at." in second
    assert "on the whole, raised on" in third


async def test_small_numbers_are_withheld_everywhere_in_what_leaves_the_team(office: Office) -> None:
    await december(office)
    ref = await whole(office)
    report = audit_report_tables.report(await gathered(office, ref))
    numbers = re.compile(r"^\d+$")
    for each in report.tables:
        for row in each.rows if each.columns and not each.worded else ():
            assert [cell for cell in row[1:] if numbers.match(cell) and 0 < int(cell) < 5] == [], (each.title, row)
        for series in each.chart.series if each.chart else ():
            for value, shown in zip(series.values, series.shown, strict=True):
                assert value is None if shown in ("<5", "5 or more", "withheld") else shown == f"{value:,}", each.title
                assert value is None or not 0 < value < 5
    judged_ = cells(report, "The threshold that was applied")
    assert judged_ == {"too high": "0", "right": "19", "too low": "6"}


async def test_nothing_in_what_leaves_the_team_names_a_case_a_child_or_a_member_of_staff(office: Office) -> None:
    await december(office)
    ref = await whole(office)
    found = await gathered(office, ref)
    told = tables.as_markdown(audit_report_tables.report(found))
    docx = zipfile.ZipFile(io.BytesIO(layout_docx.as_docx(audit_report_tables.report(found)))).read("word/document.xml").decode()
    for text in (told, docx):
        assert re.findall(r"(?:OOB|R|INQ|ICS)-\w+|U0[A-Z]+", text) == []
    assert "The reason for the level is not written down." not in told, "comments are the auditor's"


async def test_every_number_can_be_counted_again_from_the_auditors_rows(office: Office) -> None:
    await december(office)
    ref = await whole(office)
    found = await gathered(office, ref)
    report, files = (
        audit_report_tables.report(found),
        {name: rows_of(body) for name, body in audit_report_csv.files(found).items()},
    )
    rows = [row for row in files["rows"] if row["kind"] == "referral"]
    month = [row for row in rows if row["month"] == "yes" and row["status"] == "activated"]
    assert len(month) == found.now.referrals == 30
    assert sum(row["last_year"] == "yes" for row in rows) == found.now.last_year == 12
    assert sum(row["frame"] == "yes" for row in rows) == 30
    groups = Counter(row["group"] for row in month)
    assert groups == {group: number for group, number in found.now.groups.items() if number}
    assert sum(row["source"] in ("1A", "1B", "1C", "1D", "8") for row in month) == found.now.other_sources[0]
    assert Counter(row["age_band"] for row in month) == {b: n[0] for b, n in found.now.bands.items() if n[0]}
    asked = [row for row in files["rows"] if row["kind"] == "inquiry" and row["month"] == "yes"]
    assert len(asked) == found.now.inquiries
    assert sum(row["in_time"] == "yes" for row in month) == found.now.urgent.in_time
    assert sum(row["in_time"] == "no" for row in month) == found.now.urgent.missed
    assert Counter(row["route"].split()[0] for row in month) == {r: n for r, n in found.now.routes.items() if n}
    assert sum(row["outcome"] == "signposted" for row in asked) == sum(n[2] for n in found.now.bands.values())
    assert sum(int(row["referrals"]) for row in files["weeks"]) / 52 == found.exercise.mean
    cases = files["cases"]
    assert Counter(row["judged_threshold"] for row in cases) == {"right": 19, "too_low": 6}
    assert cells(report, "Grades")["good"] == str(sum(row["judged_grade"] == "good" for row in cases))
    assert [row["number"] for row in cases] == [str(number) for number in range(1, 26)]
    assert [row["comment"] for row in cases if row["comment"]] == ["The reason for the level is not written down."]
    assert {row["section_visits"] for row in cases} == {"opened"}


async def test_a1_the_report_is_a_draft_until_every_form_is_complete_and_then_the_audit_is_reported(office: Office) -> None:
    await week_of_cases(office, 2)
    ref, _ = await drawn(office)
    await judged(office, ref, 1)
    found = await gathered(office, ref)
    assert audit_report_tables.report(found).period.startswith("DRAFT: <5 of <5 forms are not complete. ")
    await judged(office, ref, 2)
    before = await office.does("U0SAM", letters_waiting)

    def export(tx: Tx, by: Actor) -> bool:
        return audit_report.exported(tx, ref, by, forms=False)

    assert not await office.does("U0MO", export, MO), "only the auditor's own is the report"
    assert await office.does("U0ANA", export, ANA)
    assert not await office.does("U0ANA", export, ANA)
    assert await office.does("U0SAM", letters_waiting) == before + 1
    assert (await office.does("U0MO", audits.standing, ref, MO)).status is AuditStatus.REPORTED


async def test_a_report_of_what_was_not_drawn_is_refused_and_nothing_is_drawn_of_an_empty_week(office: Office) -> None:
    made = await planned(office)
    assert await code_of(office, "U0MO", audit_report.gather, made.ref, MO) == "not_drawn"
    office.later(days=7)
    assert await code_of(office, "U0ANA", audits.draw, made.ref, WEEK, SEED, 25, ANA) == "frame_empty"


async def test_how_few_restricted_cases_there_are_is_not_told_by_the_size_of_the_frame(office: Office) -> None:
    await december(office, 12, before=0, last_year=0)
    office.later(days=-7)
    await opened(office, NewCase("ICS-R", restricted=True))
    office.later(days=7)
    ref, _ = await drawn(office)
    found = await gathered(office, ref)
    assert (len(found.exercise.refs), found.exercise.received) == (12, 13)
    method = cells(audit_report_tables.report(found), "Method")
    assert "12" not in method["Frame"]
    assert method["Sample"].startswith("a census: all of the frame")
