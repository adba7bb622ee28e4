"""An audit in Slack, over the wire, as a manager and an independent member carry it out (the audit minutes, A1 to A9)."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest

from simulator.client import Person, Workspace, readable
from tests.support.cases import refers, told

SECTIONS = ("inquiries", "contacts", "visits", "assessments", "sharing", "feedback", "decisions")
FIRST = {
    "level_of_need": "2",
    "threshold": "too_low",
    "should_be": "contact",
    "proportionate": "proportionate",
    "drift": "no",
    "signposting": "no",
    "referrer_told": "no",
}


@pytest.fixture
def ana(workspace: Workspace, mo: Person) -> Person:  # noqa: ARG001 - the bot is there with Mo
    """The independent member."""
    return workspace.person("U0ANA")


def monday(weeks_ago: int) -> date:
    today = datetime.now(UTC).date()
    return today - timedelta(days=today.weekday() + 7 * weeks_ago)


def week(day: date) -> str:
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02d}"


async def planned(mo: Person, ana: Person) -> str:
    """An audit that Mo asks Ana to carry out; its reference."""
    before = len((await ana.sees())["direct"])
    await mo.types("audit new")
    meeting = datetime.now(UTC).date() + timedelta(days=40)
    said = {"title": "Thresholds in December", "commissioned_by": "Safeguarding Committee", "meeting_on": meeting.isoformat()}
    seen = await mo.submits(**said, auditor_id="U0ANA")
    found = re.search(r"AUD-\d{4}-\d{4}", seen.text)
    assert found, seen.text
    await mo.closes()
    letter = readable(await told(ana, found[0], before))
    assert "asks you to carry out an audit" in letter
    return found[0]


async def drawn(dana: Person, mo: Person, ana: Person, weeks_ago: int) -> str:
    """The same, of two referrals of that week, and its sample drawn."""
    day = (monday(weeks_ago) + timedelta(days=2)).isoformat()
    for _ in range(2):
        await refers(dana, received=day)
    ref = await planned(mo, ana)
    seen = await ana.types(f"audit sample {ref} {week(monday(weeks_ago))} n=25 seed=first-audit")
    assert f"The sample of *{ref}* is drawn" in seen.text, seen.text
    return ref


async def filled_in(ana: Person, number: int) -> None:
    """The form that is open: every section opened, judged, completed."""
    for section in SECTIONS:
        opened = await ana.presses("audit.section", nth=SECTIONS.index(section))
        assert "From the bot, not the record" in opened.text
        await ana.presses("audit.case")
    await ana.presses("audit.judge")
    assert "Is the decision to close evidenced?" in (await ana.submits(**FIRST)).text
    kept = await ana.submits(grade="good", comment="The reason for the level is not written down.")
    assert "judgements 10 of 10" in kept.text
    done = await ana.presses("audit.complete")
    assert f"Case {number} of 2" in done.text
    assert "this form is complete" in done.text


async def test_a1_to_a9_an_audit_from_its_plan_to_its_report(dana: Person, mo: Person, ana: Person, workspace: Workspace) -> None:
    ref = await drawn(dana, mo, ana, weeks_ago=10)
    assert "was drawn already" in (await ana.types(f"audit sample {ref} {week(monday(11))} seed=again")).text
    shown = await ana.presses("audit.next")
    assert "Case 1 of 2 · 0 complete" in shown.text
    assert "On ICS: *ICS-" in shown.text
    assert "Visits: *0* · *not looked at yet*" in shown.text
    early = await ana.presses("audit.complete")
    assert "• look at inquiries, or set it aside" in early.text
    await filled_in(ana, 1)
    assert "Case 2 of 2 · 1 complete" in (await ana.presses("audit.next")).text
    await ana.closes()
    before = len((await ana.sees())["direct"])
    draft = await ana.types(f"audit report {ref}")
    assert "It is a draft: 1 form is not complete." in draft.text
    assert sum("-draft-" in name for name in await sent(workspace, ana, before, 6)) == 2
    await ana.types("audit next")
    await ana.chooses("audit.set_aside", "Decisions and closing")
    assert "name" not in (await ana.submits(reason="Nothing is decided yet.")).errors
    await filled_in(ana, 2)
    await ana.closes()
    before = len((await ana.sees())["direct"])
    assert "the audit is *reported*" in (await ana.types(f"audit report {ref}")).text
    files = await sent(workspace, ana, before, 6)
    assert sorted(name.rsplit("-", 1)[0] + name[name.rindex(".") :] for name in files) == sorted(
        [f"{ref.lower()}-{each}" for each in ("report.pdf", "report.docx", "cases.csv", "rows.csv", "weeks.csv", "frame.csv")]
    )
    assert next(body for name, body in files.items() if name.endswith(".pdf")).startswith(b"%PDF")
    whole = next(body for name, body in files.items() if name.endswith(".docx"))
    assert b"SHA-256" in zipfile.ZipFile(io.BytesIO(whole)).read("word/document.xml")
    assert "Every form of" in (await ana.types(f"audit next {ref}")).text


async def sent(workspace: Workspace, person: Person, before: int, number: int) -> dict[str, bytes]:
    """Files that came by direct message, and nowhere else: name → body."""
    found: dict[str, bytes] = {}
    while len(found) < number:
        await told(person, "the file you asked for", before + len(found))
        for message in (await person.sees())["direct"][before:]:
            for file in message.get("files", []):
                found[file["name"]] = await workspace.file(file["id"])
    return found


async def whispers(person: Person) -> str:
    """What only they see, as it stands now: an answer to a press takes the place of what was pressed."""
    return "\n".join(readable(each) for each in (await person.sees())["ephemerals"])


async def test_a8_a_finding_from_raised_to_withdrawn_and_what_was_to_be_done(dana: Person, mo: Person, ana: Person) -> None:
    ref = await drawn(dana, mo, ana, weeks_ago=20)
    before = {person.id: len((await person.sees())["direct"]) for person in (dana, mo, ana)}
    raised = await ana.types(f"audit finding {ref} Referrers are not told what happened.")
    assert "*raised*" in raised.text
    await told(mo, "Referrers are not told what happened.", before[mo.id])
    assert "an e-mail address" in (await ana.types(f"audit finding {ref} ask ann@example.org")).text
    await ana.presses("finding.confirm")
    assert "*confirmed*" in await whispers(ana)
    await mo.types(f"audit finding {ref}")
    await mo.presses("finding.assign")
    due = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    seen = await mo.submits(action="Tell referrers within a week.", owner="U0DANA", due_on=due)
    assert "Action: <@U0DANA>" in seen.text
    await mo.closes()
    await told(dana, "Tell referrers within a week.", before[dana.id])
    assert "To be done about findings of an audit: 1" in (await dana.types("")).text
    await mo.types(f"audit finding {ref}")
    await mo.presses("finding.respond")
    await mo.submits(response="We agree.")
    await mo.closes()
    await told(ana, "We agree.", before[ana.id])
    await dana.presses("finding.done")
    assert "is noted as done" in await whispers(dana)
    assert "Raise a finding" in (await ana.types(f"audit finding {ref} FIN-2026-0001")).text
    await ana.presses("finding.withdraw")
    assert "Please say why" in str((await ana.submits(reason=" ")).errors)
    assert "*withdrawn*" in (await ana.submits(reason="They are told by letter.")).text
    await ana.closes()


async def test_a2_who_may_not_audit_does_not_and_the_list_is_ones_own(dana: Person, mo: Person, ana: Person, sam: Person) -> None:
    ref = await planned(mo, ana)
    assert "is for: " in (await dana.types("audit")).text
    for person in (mo, sam, ana):
        assert ref in (await person.types("audit")).text
    assert "sample, forms and findings are theirs" in (await mo.types(f"audit next {ref}")).text
    assert "not drawn yet" in (await ana.types(f"audit next {ref}")).text
    assert "There is no audit AUD-2020-0001" in (await ana.types("audit AUD-2020-0001")).text
    assert "Please write `/oob audit new`" in (await ana.types("audit weather")).text
    page = await sam.types(f"audit {ref}")
    assert "Nothing is drawn yet" in page.text
    await sam.presses("audit.plan")
    changed = await sam.submits(context="A programme began.")
    assert ref in changed.text
    await sam.closes()
    assert "You audit" in (await ana.types("")).text
    assert "You audit" in readable((await ana.opens_home()).raw["home"])


async def test_a3_a_sample_that_was_looked_at_is_kept_by_a_press(dana: Person, mo: Person, ana: Person) -> None:
    day = (monday(30) + timedelta(days=1)).isoformat()
    await refers(dana, received=day)
    ref = await planned(mo, ana)
    drawn_ = await ana.types(f"audit sample {week(monday(30))} n=5 seed=looked-at")
    assert "a census: all of them" in drawn_.text.replace("*", "")
    assert f"Keep it for {ref}" in drawn_.text
    await ana.presses("audit.keep")
    assert f"The sample of *{ref}* is drawn" in await whispers(ana)


async def test_a_managers_report_comes_as_a_pdf_and_a_document_with_charts(
    dana: Person, mo: Person, workspace: Workspace
) -> None:
    await refers(dana)
    await mo.types("report referrals")
    before = len((await mo.sees())["direct"])
    await mo.presses("report.file")
    files = await sent(workspace, mo, before, 2)
    assert {name.rsplit(".", 1)[1] for name in files} == {"pdf", "docx"}
    document = zipfile.ZipFile(io.BytesIO(next(body for name, body in files.items() if name.endswith("docx"))))
    assert any(name.endswith(".png") for name in document.namelist())
    assert "Bar chart. " in document.read("word/document.xml").decode()
