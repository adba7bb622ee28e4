"""An audit of new referrals as people carry it out, on both databases (the audit minutes, A1 to A14)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.audits.audit import AuditSection, AuditStatus, FindingStatus, Judgements, Threshold
from bot.domain.cases.codes import ActivityKind, ReferralStatus
from bot.domain.inquiries.inquiry import InquiryFacts, Result
from bot.domain.people import Person, Role
from bot.domain.shared.errors import Refusal
from bot.services import people
from bot.services.admin import retention, subject_access
from bot.services.audits import audits, findings, forms, plans
from bot.services.audits.audits import Since
from bot.services.audits.forms import Said
from bot.services.cases import referrals, work
from bot.services.digests import home
from bot.services.inquiries import lifecycle
from storage import audit_log_reader
from storage.audits import audits as stored
from storage.disposal import cases as disposal_cases
from tests.support.audits import ANA, JUDGED, PLAN, SEED, WEEK, drawn, judged, planned, week_of_cases
from tests.support.holding import DANA, MO, TODAY, opened, visited
from tests.support.offices import Office, actor, code_of, letters_waiting

SAM = actor("U0SAM")


async def test_a1_an_audit_has_a_title_who_asked_for_it_and_days_and_goes_from_planned_to_reported(office: Office) -> None:
    ref = (await planned(office)).ref
    found = await office.does("U0MO", audits.standing, ref, MO)
    assert (found.exercise.title, found.exercise.commissioned_by) == (PLAN.title, PLAN.commissioned_by)
    assert (found.exercise.meeting_on, found.exercise.due_on) == (PLAN.meeting_on, PLAN.due_on)
    assert found.exercise.access_until == PLAN.meeting_on + timedelta(days=28)
    assert found.status is AuditStatus.PLANNED
    await week_of_cases(office, 1)
    await office.does("U0ANA", audits.draw, ref, WEEK, SEED, 25, ANA)
    assert (await office.does("U0MO", audits.standing, ref, MO)).status is AuditStatus.SAMPLED
    await office.does("U0ANA", forms.open_section, ref, 1, AuditSection.VISITS, ANA)
    assert (await office.does("U0MO", audits.standing, ref, MO)).status is AuditStatus.IN_PROGRESS


async def test_a1_a_plan_is_changed_by_a_manager_but_the_auditor_stays_once_the_sample_is_drawn(office: Office) -> None:
    await week_of_cases(office, 1)
    ref, _ = await drawn(office)
    later = plans.AuditPlan(
        PLAN.title, PLAN.commissioned_by, PLAN.meeting_on + timedelta(days=7), context="A new programme began."
    )
    changed = await office.does("U0MO", plans.revise, ref, later, MO)
    assert (changed.meeting_on, changed.context) == (later.meeting_on, later.context)
    assert (changed.auditor_id, changed.seed) == ("U0ANA", SEED)
    other = plans.AuditPlan(PLAN.title, PLAN.commissioned_by, PLAN.meeting_on, auditor_id="U0MO")
    assert await code_of(office, "U0MO", plans.revise, ref, other, MO) == "audit_drawn"
    assert await code_of(office, "U0ANA", plans.revise, ref, later, ANA) == "not_for_audits"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": " "}, "audit_words"),
        ({"commissioned_by": "x" * 121}, "audit_words"),
        ({"title": "About 943 476 5919"}, "identifier"),
        ({"context": "asked by ann@example.org"}, "identifier"),
        ({"due_on": PLAN.meeting_on + timedelta(days=1)}, "audit_days"),
        ({"access_until": TODAY - timedelta(days=1)}, "audit_days"),
        ({"access_until": TODAY + timedelta(days=400)}, "audit_days"),
        ({"auditor_id": "U0DANA"}, "not_an_auditor"),
        ({"auditor_id": "U0NOBODY"}, "not_listed"),
    ],
)
async def test_a1_a_plan_that_makes_no_sense_is_refused(office: Office, change: dict[str, object], code: str) -> None:
    plan = plans.AuditPlan(**{**PLAN.__dict__, **change})
    assert await code_of(office, "U0MO", plans.begin, plan, MO) == code
    assert await office.does("U0MO", audits.listed, MO) == []


async def test_a2_an_auditor_sees_the_sampled_cases_alone_for_a_time_and_each_view_is_logged(office: Office) -> None:
    cases = await week_of_cases(office, 3)
    ref, items = await drawn(office, size=2)
    found = await office.does("U0ANA", forms.form, ref, 1, ANA)
    assert found.case.ref in {case.ref for case in cases}
    entry, *_ = await office.does("U0SAM", lambda tx: audit_log_reader.newest(tx, size=1))
    assert (entry.action, entry.actor, entry.subject) == ("audit.case_opened", "U0ANA", found.case.ref)
    assert await code_of(office, "U0ANA", forms.form, ref, 3, ANA) == "not_found"
    assert await code_of(office, "U0MO", forms.form, ref, 1, MO) == "not_your_audit"
    assert await code_of(office, "U0DANA", audits.existing, ref, DANA) == "not_found"
    office.later(days=80)
    assert await code_of(office, "U0ANA", forms.form, ref, 1, ANA) == "audit_over"
    assert len(items) == 2


async def test_a2_who_was_worker_or_manager_of_a_sampled_case_is_warned(office: Office) -> None:
    await week_of_cases(office, 2)
    own = await planned(office, auditor_id="U0MO")
    items = await office.does("U0MO", audits.draw, own.ref, WEEK, SEED, 25, MO)
    assert [item.conflict for item in items] == [True, True]
    _, others = await drawn(office)
    assert [item.conflict for item in others] == [False, False]


async def test_a2_an_auditor_begins_one_audit_at_a_time_and_the_managers_are_told(office: Office) -> None:
    before = await office.does("U0SAM", letters_waiting)
    own = plans.AuditPlan(PLAN.title, PLAN.commissioned_by, PLAN.meeting_on)
    made = await office.does("U0ANA", plans.begin, own, ANA)
    assert made.auditor_id == "U0ANA"
    assert await office.does("U0SAM", letters_waiting) == before + 1
    assert await code_of(office, "U0ANA", plans.begin, own, ANA) == "audit_under_way"
    assert await code_of(office, "U0DANA", plans.begin, own, DANA) == "not_for_audits"


async def test_a3_the_sample_is_frozen_and_what_comes_to_the_week_later_is_listed(office: Office) -> None:
    cases = await week_of_cases(office, 3)
    ref, items = await drawn(office)
    late = await opened(office, referrals.NewCase("ICS-9"), received_on=TODAY, activated_on=TODAY, opened_on=TODAY)
    await office.does("U0MO", referrals.end_referral, cases[0].ref, ReferralStatus.VOID, "typed twice", MO)
    exercise = await office.does("U0ANA", audits.existing, ref, ANA)
    assert await office.does("U0ANA", audits.since_drawn, exercise) == Since(
        (late.referrals[0].ref,), (cases[0].referrals[0].ref,)
    )
    assert await office.does("U0ANA", stored.items, ref) == items
    assert await code_of(office, "U0ANA", audits.draw, ref, WEEK, "another-seed", 25, ANA) == "audit_drawn"


async def test_a7_the_form_names_the_case_on_ics_and_holds_no_word_that_was_typed(office: Office) -> None:
    (case,) = await week_of_cases(office, 1)
    await visited(office, case.ref, note="the child was quiet")
    ref, _ = await drawn(office)
    found = await office.does("U0ANA", forms.open_section, ref, 1, AuditSection.VISITS, ANA)
    assert found.case.ics_ref == "ICS-1"
    assert [line.what for line in found.sections[AuditSection.VISITS]] == ["visit"]


async def test_a9_every_section_is_listed_with_its_count_and_has_to_be_opened_or_set_aside(office: Office) -> None:
    asked = InquiryFacts(asked_on=TODAY, result=Result.NOT_KNOWN, answered_on=TODAY, ics_ref="ICS-1")
    await office.does("U0DANA", lifecycle.log_inquiry, asked, DANA)
    (case,) = await week_of_cases(office, 1)
    await visited(office, case.ref)
    await office.does("U0DANA", work.contact, case.ref, work.Contact(ActivityKind.LETTER, office.now.date()), DANA)
    ref, _ = await drawn(office)
    found = await office.does("U0ANA", forms.form, ref, 1, ANA)
    counts = {section: len(lines) for section, lines in found.sections.items()}
    assert counts == dict.fromkeys(AuditSection, 0) | {
        AuditSection.INQUIRIES: 1,
        AuditSection.VISITS: 1,
        AuditSection.CONTACTS: 1,
    }
    said = Said(JUDGED)
    await office.does("U0ANA", forms.judge, ref, 1, said, ANA)
    for section in AuditSection:
        if section is not AuditSection.DECISIONS:
            await office.does("U0ANA", forms.open_section, ref, 1, section, ANA)
    with pytest.raises(Refusal) as refused:
        await office.does("U0ANA", forms.complete, ref, 1, ANA)
    assert refused.value.code == "form_incomplete"
    assert refused.value.sentence.endswith("look at decisions and closing, or set it aside.")
    for reason, code in ((None, "reason_missing"), ("ask 020 7946 0018", "identifier")):
        assert await code_of(office, "U0ANA", forms.set_aside, ref, 1, AuditSection.DECISIONS, reason, ANA) == code
    await office.does("U0ANA", forms.set_aside, ref, 1, AuditSection.DECISIONS, "nothing is decided yet", ANA)
    done = await office.does("U0ANA", forms.complete, ref, 1, ANA)
    assert (done.complete, done.item.completed_at) == (1, office.now)


async def test_a4_what_was_judged_is_kept_as_a_draft_until_everything_is(office: Office) -> None:
    await week_of_cases(office, 2)
    ref, _ = await drawn(office)
    draft = Said({"level_of_need": 2, "threshold": Threshold.TOO_LOW})
    await office.does("U0ANA", forms.judge, ref, 1, draft, ANA)
    found = await office.does("U0ANA", forms.form, ref, 1, ANA)
    assert (found.item.judgements.level_of_need, found.item.judgements.threshold) == (2, Threshold.TOO_LOW)
    assert len(found.item.judgements.unanswered) == 8
    assert await office.does("U0ANA", forms.next_number, ref, ANA, 0) == 1
    await judged(office, ref, 1)
    assert await office.does("U0ANA", forms.next_number, ref, ANA, 0) == 2
    assert await office.does("U0ANA", forms.next_number, ref, ANA, 2) == 2
    await judged(office, ref, 2)
    assert await code_of(office, "U0ANA", forms.next_number, ref, ANA, 0) == "all_complete"


async def test_a4_a_comment_with_an_identifier_is_refused_and_nothing_of_the_page_is_kept(office: Office) -> None:
    await week_of_cases(office, 1)
    ref, _ = await drawn(office)
    said = Said(JUDGED, "call 943 476 5919", worded=True)
    assert await code_of(office, "U0ANA", forms.judge, ref, 1, said, ANA) == "identifier"
    found = await office.does("U0ANA", forms.form, ref, 1, ANA)
    assert (found.item.judgements, found.item.version) == (Judgements(), 0)


async def test_a8_a_finding_is_raised_confirmed_and_withdrawn_with_a_reason_and_stays(office: Office) -> None:
    await week_of_cases(office, 1)
    ref, _ = await drawn(office)
    finding = await office.does("U0ANA", findings.raise_one, ref, "A culture of close working is missing.", None, ANA)
    assert (await office.does("U0ANA", findings.confirm, finding.ref, ANA)).status is FindingStatus.CONFIRMED
    assert await code_of(office, "U0ANA", findings.confirm, finding.ref, ANA) == "finding_settled"
    assert await code_of(office, "U0ANA", findings.withdraw, finding.ref, None, ANA) == "reason_missing"
    assert await code_of(office, "U0MO", findings.withdraw, finding.ref, "we disagree", MO) == "not_your_audit"
    why = "The section of visits was not looked at."
    await office.does("U0ANA", findings.withdraw, finding.ref, why, ANA)
    _, kept = await office.does("U0MO", findings.of_audit, ref, MO)
    assert [(each.what, each.status, each.reason) for each in kept] == [(finding.what, FindingStatus.WITHDRAWN, why)]
    log = await office.does("U0SAM", audit_log_reader.about, [finding.ref])
    assert [entry.action for entry in log] == ["finding.raised", "finding.confirmed", "finding.withdrawn"]
    assert await code_of(office, "U0MO", findings.assign, finding.ref, "do it", "U0DANA", TODAY, MO) == "finding_withdrawn"


async def test_a8_an_action_is_on_its_owners_list_until_it_is_done_and_a_manager_responds(office: Office) -> None:
    await week_of_cases(office, 1)
    ref, _ = await drawn(office)
    finding = await office.does("U0ANA", findings.raise_one, ref, "Referrers are not told.", 1, ANA)
    due = office.now.date() + timedelta(days=30)
    for action, owner, day, code in (
        (None, "U0DANA", due, "action_missing"),
        ("tell them", None, due, "action_missing"),
        ("tell them", "U0DANA", office.now.date() - timedelta(days=1), "action_range"),
        ("tell them", "U0NOBODY", due, "not_listed"),
        ("tell SW10 9NH", "U0DANA", due, "identifier"),
    ):
        assert await code_of(office, "U0MO", findings.assign, finding.ref, action, owner, day, MO) == code
    await office.does("U0MO", findings.assign, finding.ref, "Tell referrers within a week.", "U0DANA", due, MO)
    assert [each.ref for each in (await office.does("U0DANA", home.mine, DANA)).findings] == [finding.ref]
    assert await code_of(office, "U0ANA", findings.respond, finding.ref, "agreed", ANA) == "managers_only"
    answered = await office.does("U0MO", findings.respond, finding.ref, "We agree.", MO)
    assert (answered.response, answered.responded_by) == ("We agree.", "U0MO")
    assert await code_of(office, "U0ELI", findings.done, finding.ref, actor("U0ELI")) == "not_found"
    assert (await office.does("U0DANA", findings.done, finding.ref, DANA)).done_on == office.now.date()
    assert (await office.does("U0DANA", home.mine, DANA)).findings == ()
    assert await code_of(office, "U0DANA", findings.done, finding.ref, DANA) == "action_done"


async def test_a8_a_manager_who_audits_does_not_respond_for_the_service(office: Office) -> None:
    await week_of_cases(office, 1)
    own = await planned(office, auditor_id="U0MO")
    assert await code_of(office, "U0MO", findings.raise_one, own.ref, "Something.", None, MO) == "not_drawn"
    await office.does("U0MO", audits.draw, own.ref, WEEK, SEED, 25, MO)
    finding = await office.does("U0MO", findings.raise_one, own.ref, "Something.", 1, MO)
    assert await code_of(office, "U0MO", findings.respond, finding.ref, "We agree.", MO) == "not_two_people"
    assert await code_of(office, "U0MO", findings.raise_one, own.ref, "", None, MO) == "finding_missing"
    assert await code_of(office, "U0MO", findings.raise_one, own.ref, "x", 7, MO) == "not_found"


async def test_a_case_that_is_restricted_since_is_not_shown_to_the_auditor_any_more(office: Office) -> None:
    cases = await week_of_cases(office, 2)
    ref, items = await drawn(office)
    await office.does("U0MO", work.set_flags, items[0].case_ref, {"restricted": True}, MO)
    assert await code_of(office, "U0ANA", forms.form, ref, 1, ANA) == "case_not_there"
    assert await office.does("U0ANA", forms.next_number, ref, ANA, 0) == 2
    assert len(cases) == 2


async def test_a_disposed_case_leaves_the_form_without_words_and_without_a_way_back(office: Office) -> None:
    (case,) = await week_of_cases(office, 1)
    ref, _ = await drawn(office)
    await judged(office, ref, 1, comment="The level was too low.")
    await office.does("U0SAM", disposal_cases.remove, case.ref)
    await office.does("U0SAM", stored.forget, case.ref)
    (item,) = await office.does("U0ANA", stored.items, ref)
    assert (item.case_ref, item.comment, item.judgements.level_of_need) == ("", None, 2)
    assert await code_of(office, "U0ANA", forms.form, ref, 1, ANA) == "case_not_there"


async def test_r15_an_audit_is_due_for_disposal_six_years_after_its_meeting_unless_it_is_held(office: Office) -> None:
    await week_of_cases(office, 1)
    ref, _ = await drawn(office)
    await office.does("U0ANA", findings.raise_one, ref, "Something.", None, ANA)
    office.later(days=6 * 366 + 80)

    async def due() -> list[str]:
        return [each.ref for each in await office.does("U0MO", retention.due_for_disposal) if each.kind == "audit"]

    assert await due() == [ref]
    assert (await office.does("U0SAM", retention.hold, ref, "an inquiry of the court", actor("U0SAM")))[1] == 1
    assert await due() == []
    await office.does("U0SAM", retention.release, ref, actor("U0SAM"))
    await office.does("U0SAM", retention.hold, "ICS-1", "an inquiry of the court", actor("U0SAM"))
    assert await due() == [], "a sampled case is held"
    await office.does("U0SAM", retention.release, "ICS-1", actor("U0SAM"))
    listed = await office.does("U0MO", retention.due_for_disposal)
    draft = await office.does("U0MO", retention.propose_disposal, listed)
    await office.does("U0MO", retention.dispose, draft)
    assert await code_of(office, "U0MO", audits.existing, ref, MO) == "not_found"


async def test_an_auditor_who_left_reads_nothing_any_more(office: Office) -> None:
    await week_of_cases(office, 1)
    ref, _ = await drawn(office)
    await office.does("U0SAM", people.name_person, Person(user_id="U0ANA", role=Role.VIEWER))
    viewer = ANA.model_copy(update={"roles": frozenset({Role.VIEWER})})
    assert await code_of(office, "U0ANA", forms.form, ref, 1, viewer) == "not_your_audit"


async def test_a_subject_access_has_what_an_auditor_said_of_a_case_and_what_was_found(office: Office) -> None:
    (case,) = await week_of_cases(office, 1)
    ref, _ = await drawn(office)
    await judged(office, ref, 1, comment="The level was too low.")
    await office.does("U0ANA", findings.raise_one, ref, "The referrer was not told.", 1, ANA)
    await office.does("U0ANA", findings.raise_one, ref, "Something about the whole.", None, ANA)
    held = await office.does("U0SAM", subject_access.gather, case.ref)
    (record,) = [each for each in held.records if each.kind == "audit"]
    said = {field.name: field for field in record.fields}
    assert record.ref == f"{ref}/1"
    assert (said["comment"].said, said["comment"].free_text) == ("The level was too low.", True)
    assert said["threshold"].said == "too low"
    assert said["findings"].said.endswith(": The referrer was not told.")
    assert "Something about the whole." not in said["findings"].said
