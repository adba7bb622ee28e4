"""An audit does not show too much, or to the wrong person, or forget a withdrawn finding (docs/domain.md §1.3, A2, A8)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.documents.audit_report import csv, tables
from bot.domain.audits.audit import AuditSection, AuditStatus, Threshold
from bot.domain.inquiries.inquiry import InquiryFacts, Result
from bot.domain.people import Person, Role
from bot.domain.shared.errors import Refusal
from bot.services import people
from bot.services.admin import retention
from bot.services.audits import audits, findings, forms, plans, report
from bot.services.audits.forms import Said
from bot.services.cases import work
from bot.services.digests import home
from bot.services.inquiries import lifecycle
from handlers import notifications
from storage import audit_log_reader
from storage.audits import audits as stored
from storage.db.engine import Tx
from storage.notifications import outbox
from tests.support.audits import ANA, PLAN, SEED, WEEK, drawn, judged, planned, week_of_cases
from tests.support.holding import DANA, MO, TODAY, closed
from tests.support.offices import Office, actor, code_of

ELI, SAM = actor("U0ELI"), actor("U0SAM")


async def letters(office: Office, user: str) -> str:
    """What the post room would say to somebody now, in Slack's words; it is taken as delivered."""

    def render(tx: Tx) -> str:
        owed = [each for each in outbox.everything_unsent(tx) if each.recipient == user]
        message, broken = notifications.render(tx, user, owed)
        assert broken == {}
        outbox.sent(tx, [each.key for each in owed], None)
        return str(message.to_json()) if message is not None else ""

    return await office.does("U0SAM", render)


async def restricted(office: Office, ref: str) -> None:
    await office.does("U0MO", work.set_flags, ref, {"restricted": True}, MO)


async def test_a2_a_case_that_was_restricted_since_is_in_no_row_and_holds_up_no_report(office: Office) -> None:
    await week_of_cases(office, 2)
    ref, items = await drawn(office)
    await judged(office, ref, 1, comment="The level was too low.")
    await judged(office, ref, 2)
    await restricted(office, items[0].case_ref)
    found = await office.does("U0ANA", report.gather, ref, ANA)
    rows = csv.files(found)["cases"].decode()
    assert items[0].case_ref not in rows
    assert items[0].referral not in rows
    assert "The level was too low." not in rows
    assert items[1].case_ref in rows
    assert items[0].referral not in csv.files(found)["rows"].decode()
    page = await office.does("U0ANA", audits.since_drawn, found.exercise)
    assert (page.gone, page.hidden) == ((), 1)
    assert not found.is_draft


async def test_a2_a_case_that_cannot_be_looked_at_any_more_does_not_keep_an_audit_from_its_end(office: Office) -> None:
    await week_of_cases(office, 2)
    ref, items = await drawn(office)
    await judged(office, ref, 2)
    await restricted(office, items[0].case_ref)
    with pytest.raises(Refusal) as refused:
        await office.does("U0ANA", forms.next_number, ref, ANA, 0)
    assert "but 1 that cannot be looked at" in refused.value.sentence
    assert await office.does("U0ANA", export, ref)
    told = tables.report(await office.does("U0ANA", report.gather, ref, ANA))
    limits = next(each for each in told.tables if each.title == "Limitations")
    assert any("restricted or disposed of since" in each for each in limits.prose)


def export(tx: Tx, ref: str) -> bool:
    return report.exported(tx, ref, ANA, forms=True)


async def test_a2_the_rows_end_with_the_access_and_with_the_role(office: Office) -> None:
    await week_of_cases(office, 1)
    ref, items = await drawn(office)
    await judged(office, ref, 1)
    assert (await office.does("U0ANA", report.gather, ref, ANA)).has_rows
    assert not (await office.does("U0MO", report.gather, ref, MO)).has_rows
    admin = ANA.model_copy(update={"roles": frozenset({Role.ADMIN})})
    assert not (await office.does("U0ANA", report.gather, ref, admin)).has_rows
    office.later(days=100)
    assert not (await office.does("U0ANA", report.gather, ref, ANA)).has_rows
    assert not await office.does("U0ANA", export, ref), "it is no report any more"
    about = await office.does("U0SAM", audit_log_reader.about, [items[0].case_ref])
    assert "audit.exported" in [entry.action for entry in about], "each look is logged"


async def test_a1_whether_a_report_is_final_is_decided_as_things_stand_when_it_is_sent(office: Office) -> None:
    await week_of_cases(office, 1)
    ref, _ = await drawn(office)
    await judged(office, ref, 1)
    await office.does("U0ANA", report.gather, ref, ANA)
    later = plans.AuditPlan("Another title", PLAN.commissioned_by, PLAN.meeting_on)
    await office.does("U0MO", plans.revise, ref, later, MO)
    await office.does("U0ANA", forms.judge, ref, 1, Said({"threshold": None}), ANA)
    assert not await office.does("U0ANA", export, ref)
    await office.does("U0ANA", forms.judge, ref, 1, Said({"threshold": Threshold.RIGHT}), ANA)
    await office.does("U0ANA", forms.complete, ref, 1, ANA)
    assert await office.does("U0ANA", export, ref)
    assert not await office.does("U0ANA", export, ref)
    assert (await office.does("U0ANA", audits.existing, ref, ANA)).title == "Another title"
    other = plans.AuditPlan("A third title", PLAN.commissioned_by, PLAN.meeting_on)
    assert await code_of(office, "U0MO", plans.revise, ref, other, MO) == "audit_reported"


async def test_a2_an_auditor_sees_one_sample_of_their_own_and_begins_audits_for_nobody_else(office: Office) -> None:
    await week_of_cases(office, 2)
    own = plans.AuditPlan("One", "Committee", office.now.date(), access_until=office.now.date())
    made = await office.does("U0ANA", plans.begin, own, ANA)
    await office.does("U0ANA", audits.draw, made.ref, WEEK, SEED, 1, ANA)
    await judged(office, made.ref, 1)
    assert await office.does("U0ANA", export, made.ref)
    office.later(days=1)
    again = plans.AuditPlan("Two", "Committee", office.now.date())
    assert await code_of(office, "U0ANA", plans.begin, again, ANA) == "audit_under_way"
    for_mo = plans.AuditPlan("Two", "Committee", office.now.date(), auditor_id="U0MO")
    assert await code_of(office, "U0ANA", plans.begin, for_mo, ANA) == "not_for_audits"
    office.later(days=40)
    assert (await office.does("U0ANA", plans.begin, for_today(office), ANA)).auditor_id == "U0ANA"


def for_today(office: Office) -> plans.AuditPlan:
    return plans.AuditPlan("Three", "Committee", office.now.date())


async def test_a2_a_manager_who_audits_is_answered_for_by_another_who_hears_of_it(office: Office) -> None:
    await office.does("U0SAM", people.name_person, Person(user_id="U0HEAD", role=Role.SENIOR_MANAGER))
    await week_of_cases(office, 1)
    await letters(office, "U0HEAD")
    own = await planned(office, auditor_id="U0MO")
    assert "begins an audit" in await letters(office, "U0HEAD")
    await office.does("U0MO", audits.draw, own.ref, WEEK, SEED, 25, MO)
    await office.does("U0MO", findings.raise_one, own.ref, "Referrers are not told.", 1, MO)
    assert "Referrers are not told." in await letters(office, "U0HEAD")
    head = MO.model_copy(update={"user_id": "U0HEAD", "roles": frozenset({Role.SENIOR_MANAGER})})
    (finding,) = (await office.does("U0HEAD", findings.of_audit, own.ref, head))[1]
    await office.does("U0HEAD", findings.respond, finding.ref, "We agree.", head)
    other = MO.model_copy(update={"user_id": "U0THIRD"})
    assert await code_of(office, "U0THIRD", findings.respond, finding.ref, "We do not.", other) == "finding_answered"


async def test_a8_an_action_is_told_to_whose_it_is_and_once(office: Office) -> None:
    await week_of_cases(office, 1)
    ref, _ = await drawn(office)
    finding = await office.does("U0ANA", findings.raise_one, ref, "Referrers are not told.", 1, ANA)
    for user in ("U0DANA", "U0ELI", "U0ANA"):
        await letters(office, user)
    first, second = (office.now.date() + timedelta(days=days) for days in (9, 8))
    await office.does("U0MO", findings.assign, finding.ref, "Tell them.", "U0DANA", first, MO)
    await office.does("U0MO", findings.assign, finding.ref, "Tell them all.", "U0DANA", second, MO)
    assert (await letters(office, "U0DANA")).count("Tell them all.") == 1
    await office.does("U0MO", findings.assign, finding.ref, "Eli tells them.", "U0ELI", second, MO)
    assert await letters(office, "U0DANA") == ""
    assert "Eli tells them." in await letters(office, "U0ELI")
    for answer in ("We agree.", "We agree, and more."):
        office.later(minutes=1)
        await office.does("U0MO", findings.respond, finding.ref, answer, MO)
    assert (await letters(office, "U0ANA")).count("We agree") == 1
    await office.does("U0ELI", findings.done, finding.ref, ELI)
    assert "is done since" in await letters(office, "U0ANA")


async def test_a8_who_stands_in_notes_it_as_done_and_what_a_leaver_was_to_do_is_a_managers(office: Office) -> None:
    await week_of_cases(office, 1)
    ref, _ = await drawn(office)
    due = office.now.date() + timedelta(days=30)
    refs = []
    for owner in ("U0DANA", "U0ELI"):
        finding = await office.does("U0ANA", findings.raise_one, ref, "Referrers are not told.", 1, ANA)
        await office.does("U0MO", findings.assign, finding.ref, "Tell them.", owner, due, MO)
        refs.append(finding.ref)
    assert await code_of(office, "U0VI", findings.done, refs[0], actor("U0VI")) == "not_found"
    await office.does("U0SAM", people.set_absence, "U0DANA", office.now.date(), None, "U0VI")
    assert (await office.does("U0VI", findings.done, refs[0], actor("U0VI"))).done_on == office.now.date()
    await office.does("U0SAM", people.remove_person, "U0ELI")
    assert [each.ref for each in (await office.does("U0MO", home.mine, MO)).findings] == [refs[1]]


async def test_a2_what_is_for_the_auditor_waits_for_them_and_goes_to_nobody_who_stands_in(office: Office) -> None:
    await office.does("U0SAM", people.set_absence, "U0ANA", TODAY, None, "U0DANA")
    await letters(office, "U0DANA")
    await letters(office, "U0ANA")
    ref = (await planned(office)).ref
    assert await letters(office, "U0DANA") == ""
    assert ref in await letters(office, "U0ANA")
    changed = plans.AuditPlan(PLAN.title, PLAN.commissioned_by, PLAN.meeting_on + timedelta(days=1))
    await office.does("U0MO", plans.revise, ref, changed, MO)
    assert "has changed" in await letters(office, "U0ANA")


async def test_a2_an_auditor_who_left_is_replaced_and_who_was_asked_before_is_told_again(office: Office) -> None:
    await week_of_cases(office, 1)
    ref, _ = await drawn(office)
    await office.does("U0SAM", people.remove_person, "U0ANA")
    retitled = plans.AuditPlan("Another title", PLAN.commissioned_by, PLAN.meeting_on)
    assert (await office.does("U0MO", plans.revise, ref, retitled, MO)).title == "Another title"
    handed = plans.AuditPlan(PLAN.title, PLAN.commissioned_by, PLAN.meeting_on, auditor_id="U0MO")
    assert (await office.does("U0MO", plans.revise, ref, handed, MO)).auditor_id == "U0MO"
    (item,) = await office.does("U0MO", stored.items, ref)
    assert item.conflict, "Mo manages the case"


async def test_a1_a_cancelled_audit_stays_on_file_and_shows_its_cases_to_nobody(office: Office) -> None:
    await week_of_cases(office, 1)
    ref, _ = await drawn(office)
    assert await code_of(office, "U0ANA", plans.cancel, ref, "the wrong week", ANA) == "not_for_audits"
    assert await code_of(office, "U0MO", plans.cancel, ref, None, MO) == "reason_missing"
    await letters(office, "U0ANA")
    await office.does("U0MO", plans.cancel, ref, "It was the wrong week.", MO)
    assert "has cancelled" in await letters(office, "U0ANA")
    standing = await office.does("U0MO", audits.standing, ref, MO)
    assert (standing.status, standing.exercise.cancel_reason) == (AuditStatus.CANCELLED, "It was the wrong week.")
    for user, fn, args in (
        ("U0ANA", forms.form, (ref, 1, ANA)),
        ("U0ANA", report.gather, (ref, ANA)),
        ("U0MO", plans.cancel, (ref, "again", MO)),
        ("U0MO", plans.revise, (ref, PLAN, MO)),
    ):
        assert await code_of(office, user, fn, *args) == "audit_cancelled"


@pytest.mark.parametrize(
    "words", ["OOB-2026-0001 waited", "R-26-1 waited", "see ICS-1 again", "ask <@U0DANA>", "ask @dana", "INQ-2026-0001"]
)
async def test_what_stands_in_the_report_names_no_case_and_no_colleague(office: Office, words: str) -> None:
    await week_of_cases(office, 1)
    ref, _ = await drawn(office)
    assert await code_of(office, "U0ANA", findings.raise_one, ref, words, None, ANA) == "names_a_case"
    finding = await office.does("U0ANA", findings.raise_one, ref, "Referrers are not told.", None, ANA)
    due = office.now.date() + timedelta(days=30)
    assert await code_of(office, "U0MO", findings.assign, finding.ref, words, "U0DANA", due, MO) == "names_a_case"
    assert await code_of(office, "U0MO", findings.respond, finding.ref, words, MO) == "names_a_case"
    assert await code_of(office, "U0ANA", findings.withdraw, finding.ref, words, ANA) == "names_a_case"
    if "ICS" not in words:
        plan = plans.AuditPlan(words, "Committee", PLAN.meeting_on)
        assert await code_of(office, "U0MO", plans.begin, plan, MO) == "names_a_case"


async def test_a4_of_two_tabs_the_older_one_does_not_overwrite_the_newer(office: Office) -> None:
    await week_of_cases(office, 1)
    ref, _ = await drawn(office)
    shown = (await office.does("U0ANA", forms.form, ref, 1, ANA)).item.version
    await office.does("U0ANA", forms.judge, ref, 1, Said({}, "A comment.", worded=True, version=shown), ANA)
    late = Said({}, None, worded=True, version=shown)
    assert await code_of(office, "U0ANA", forms.judge, ref, 1, late, ANA) == "changed_meanwhile"
    assert (await office.does("U0ANA", forms.form, ref, 1, ANA)).item.comment == "A comment."


async def test_a9_a_restricted_inquiry_is_in_no_section(office: Office) -> None:
    for hidden in (True, False):
        asked = InquiryFacts(asked_on=TODAY, result=Result.NOT_KNOWN, answered_on=TODAY, ics_ref="ICS-1", restricted=hidden)
        await office.does("U0DANA", lifecycle.log_inquiry, asked, DANA)
    await week_of_cases(office, 1)
    ref, _ = await drawn(office)
    found = await office.does("U0ANA", forms.form, ref, 1, ANA)
    assert len(found.sections[AuditSection.INQUIRIES]) == 1
    aside = await office.does("U0ANA", forms.open_section, ref, 1, AuditSection.VISITS, ANA)
    again = await office.does("U0ANA", forms.set_aside, ref, 1, AuditSection.VISITS, "not relevant", ANA)
    assert again.item == aside.item, "what was opened is not set aside"


async def test_r15_a_held_audit_keeps_its_cases_and_a_disposed_case_takes_its_words_out_of_the_audit(office: Office) -> None:
    (case,) = await week_of_cases(office, 1)
    ref, _ = await drawn(office)
    await judged(office, ref, 1, comment="The level was too low.")
    await office.does("U0ANA", findings.raise_one, ref, "The referrer was not told.", 1, ANA)
    await closed(office, case.ref)
    await office.does("U0DANA", work.closing_records, case.ref, office.now.date(), DANA)
    office.later(days=3 * 365)

    async def due() -> list[retention.DisposalDue]:
        return [each for each in await office.does("U0MO", retention.due_for_disposal) if each.ref == case.ref]

    await office.does("U0SAM", retention.hold, ref, "an inquiry of the court", actor("U0SAM"))
    assert await due() == []
    await office.does("U0SAM", retention.release, ref, actor("U0SAM"))
    found = await due()
    assert [each.kind for each in found] == ["case"]
    await office.does("U0MO", retention.dispose, await office.does("U0MO", retention.propose_disposal, found))
    (item,) = await office.does("U0MO", stored.items, ref)
    assert (item.case_ref, item.comment, item.judgements.threshold) == ("", None, Threshold.TOO_LOW)
    ((finding,),) = [(await office.does("U0MO", findings.of_audit, ref, MO))[1]]
    assert finding.what == "(The words were erased with the case.)"


LONG_AGO, FAR_AHEAD, EARLIER = date(2016, 1, 1), date(2031, 1, 1), date(2026, 1, 1)


@pytest.mark.parametrize(("name", "day"), [("meeting_on", LONG_AGO), ("meeting_on", FAR_AHEAD), ("due_on", EARLIER)])
async def test_a1_a_slip_in_a_day_of_the_plan_is_said_under_that_day(office: Office, name: str, day: date) -> None:
    plan = plans.AuditPlan(**{**PLAN.__dict__, name: day})
    with pytest.raises(Refusal) as refused:
        await office.does("U0MO", plans.begin, plan, MO)
    assert (refused.value.code, refused.value.field) == ("audit_days", name)
