"""Cases on both databases: what stories do not see, such as undo, history, holds, disposal and subject access."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.domain.cases.case import Case
from bot.domain.cases.codes import ActivityKind, AssessmentKind, DecisionKind, Purpose, ReferralStatus, State
from bot.domain.feedback.feedback import FeedbackFacts, Target
from bot.domain.inquiries.inquiry import InquiryFacts
from bot.domain.notifications import AuthorisationAsked
from bot.domain.obligations.after_assessment import With
from bot.domain.people import Actor, Person, Role
from bot.domain.shared.obligation import ObligationStatus
from bot.domain.supervision.session import SessionKind
from bot.services import people, scheduled_run
from bot.services.admin import retention, rule_settings, subject_access
from bot.services.cases import assessments, corrections, referrals, sharing, undo, view, work
from bot.services.feedback import lifecycle, recording
from bot.services.inquiries import lifecycle as inquiry_lifecycle
from bot.services.reminders import lists
from bot.services.supervision import decisions, sessions
from storage.cases import cases
from storage.db.engine import Tx
from storage.notifications import outbox
from storage.reminders import obligations
from storage.settings import team as settings
from tests.support.holding import DANA, ELI, MO, NEW, TODAY, closed, facts, opened, visited
from tests.support.offices import HOME, Office, actor, code_of, letters_waiting


def asked_now(tx: Tx, ref: str) -> list[tuple[str, str]]:
    return [(each.asked.rule, each.asked.standing.value) for each in obligations.of(tx, ref)]


async def test_ones_last_entry_is_taken_back_within_a_quarter_of_an_hour_and_the_clocks_with_it(office: Office) -> None:
    case = await opened(office)
    office.later(days=40)
    await visited(office, case.ref, note="said more than was needed")
    assert await office.does("U0DANA", lists.decision_list) == []
    assert await code_of(office, "U0ELI", undo.undo, case.ref, ELI) == "not_yours"
    undone, _ = await office.does("U0DANA", undo.undo, case.ref, DANA)
    assert undone.latest is not None
    assert undone.latest.activities == ()
    assert len(await office.does("U0DANA", lists.decision_list)) == 1
    assert await code_of(office, "U0DANA", undo.undo, case.ref, DANA) == "nothing_to_undo"
    await visited(office, case.ref)
    office.later(minutes=16)
    assert await code_of(office, "U0DANA", undo.undo, case.ref, DANA) == "too_late"


async def test_what_opened_a_case_or_was_not_ones_own_alone_is_not_taken_back(office: Office) -> None:
    case = await opened(office)
    assert await code_of(office, "U0DANA", undo.undo, case.ref, DANA) == "not_alone"
    _, made = await office.does(
        "U0DANA", assessments.start, case.ref, assessments.Start(AssessmentKind.CORE, Purpose.OTHER, TODAY), DANA
    )
    await office.does("U0DANA", assessments.complete, case.ref, made.number, TODAY, "U0MO", DANA)
    assert await code_of(office, "U0DANA", undo.undo, case.ref, DANA) == "not_alone"
    await office.does("U0DANA", sharing.share, case.ref, sharing.Which(made.number), With.PARENTS, TODAY, None, DANA)
    after, _ = await office.does("U0DANA", undo.undo, case.ref, DANA)
    assert after.sharing_status(made.number, "parents") == "outstanding"


async def test_a_correction_keeps_what_stood_before_and_why_encrypted(office: Office) -> None:
    case = await opened(office)
    await office.does("U0DANA", corrections.correct, case.ref, "threshold_level", 2, "a slip of the pen", DANA)
    former = (await office.does("U0SAM", cases.changes, case.ref))[-1]
    assert (former.action, former.why, former.changed_by) == ("case.corrected", "a slip of the pen", "U0DANA")
    assert [record.threshold_level for _, _, record in former.records if record is not None] == [3]  # type: ignore[attr-defined]
    with office.writing.connect() as conn:
        kept = " ".join(
            str(row) for table in ("history", "audit_log", "referrals") for row in conn.execute(text(f"SELECT * FROM {table}"))
        )
    assert "slip of the pen" not in kept


@pytest.mark.parametrize(
    ("field", "to", "code"),
    [
        ("completed_on", "2026-12-07", "not_authorised"),
        ("started_on", "2026-12-01", "outside_episode"),
        ("threshold_level", 99, "out_of_range"),
        ("age_years", -4, "out_of_range"),
        ("primary_need", "sad", "need_unknown"),
        ("referrer_role", "943 476 5919", "identifier"),
        ("home_authority", "somewhere", "authority_unknown"),
        ("home_authority", "E09000020", "own_borough"),
        ("closing_records_on", "2026-12-07", "closing_records_early"),
        ("closed_on", "2026-12-07", "not_closed"),
        ("rc_code", "RC7", "not_closed"),
        ("purpose", "refer_to_other_borough", "receiving_authority_missing"),
        ("occurred_on", "2026-12-01", "outside_episode"),
    ],
)
async def test_a_correction_holds_the_rules_that_the_entry_would_have_met(
    office: Office, field: str, to: object, code: str
) -> None:
    case = await opened(office)
    await office.does("U0DANA", assessments.start, case.ref, assessments.Start(AssessmentKind.CORE, Purpose.OTHER, TODAY), DANA)
    await visited(office, case.ref)
    assert await code_of(office, "U0DANA", corrections.correct, case.ref, field, to, "slip", DANA) == code


async def test_i10_what_a_manager_authorised_is_corrected_by_a_manager(office: Office) -> None:
    case = await opened(office)
    start = assessments.Start(AssessmentKind.INITIAL, Purpose.OTHER, TODAY)
    _, made = await office.does("U0DANA", assessments.start, case.ref, start, DANA)
    await office.does("U0DANA", assessments.complete, case.ref, made.number, TODAY, "U0MO", DANA)
    change = (case.ref, "kind", "core", "it was a core assessment")
    assert await code_of(office, "U0DANA", corrections.correct, *change, DANA, made.number) == "not_authorised"
    await office.does("U0MO", corrections.correct, *change, MO, made.number)
    assert ("R1", "met") in await office.does("U0MO", asked_now, case.ref)


async def test_a_closing_agreed_for_today_is_carried_out_by_whoever_comes_first(office: Office) -> None:
    case = await opened(office)
    told = FeedbackFacts(about=case.ref, target=Target.MDT_MEETING, given_on=TODAY, summary="discharge is planned")
    said = await office.does("U0DANA", lifecycle.give, told, DANA)
    await closed(office, case.ref, TODAY + timedelta(days=3))
    office.later(days=3)
    await office.does("U0DANA", recording.mark_recorded, [said.ref], DANA)
    assert await code_of(office, "U0DANA", work.contact, case.ref, work.Contact(ActivityKind.VISIT, TODAY), DANA) == "case_closed"
    assert await office.does("U0SAM", scheduled_run.tick) >= 0
    after = await office.does("U0SAM", cases.get, case.ref)
    assert after is not None
    assert after.latest is not None
    assert (after.latest.closed_on, after.latest.state(office.now.date())) == (TODAY + timedelta(days=3), State.CLOSED)
    assert ("R9", "open") in await office.does("U0MO", asked_now, case.ref)


async def test_a_closing_agreed_for_later_can_be_taken_back_by_a_manager(office: Office) -> None:
    case = await opened(office)
    await closed(office, case.ref, TODAY + timedelta(days=3))
    again = await office.does("U0MO", referrals.reopen_in_error, case.ref, "agreed too soon", MO)
    assert again.latest is not None
    assert again.latest.state(TODAY) is State.OPEN


async def test_a_decision_that_was_replaced_is_not_confirmed_unseen(office: Office) -> None:
    case = await opened(office)
    await office.does("U0MO", sessions.supervise, "U0DANA", SessionKind.SCHEDULED, MO)
    keep = decisions.Choice(DecisionKind.KEEP_OPEN, "still needed", next_decision_on=TODAY + timedelta(days=30))
    first = await office.does("U0DANA", decisions.decide, case.ref, keep, DANA)
    assert first.latest is not None
    assert first.latest.pending is not None
    close = decisions.Choice(DecisionKind.CLOSE, "done", rc_code="RC1")
    await office.does("U0DANA", decisions.decide, case.ref, close, DANA)
    seen = first.latest.pending.number
    assert await code_of(office, "U0MO", decisions.confirm, case.ref, MO, seen) == "changed_meanwhile"
    other = decisions.Choice(DecisionKind.CLOSE, "done", rc_code="RC7")
    after = await office.does("U0MO", decisions.decide, case.ref, other, MO)
    assert after.latest is not None
    assert after.latest.state(TODAY) is State.CLOSE_PROPOSED  # two different closings are no agreement


async def test_half_a_decision_lapses_when_the_case_changes_hands(office: Office) -> None:
    case = await opened(office)
    await office.does("U0MO", sessions.supervise, "U0DANA", SessionKind.SCHEDULED, MO)
    await office.does("U0MO", decisions.decide, case.ref, decisions.Choice(DecisionKind.CLOSE, "done", rc_code="RC7"), MO)
    moved = await office.does("U0MO", work.reassign, case.ref, "U0ELI", "MANAGE", MO)
    assert moved.latest is not None
    assert (moved.latest.pending, moved.latest.state(TODAY)) == (None, State.OPEN)


async def test_voiding_twice_leaves_the_episode_before_alone(office: Office) -> None:
    case = await opened(office)
    await closed(office, case.ref)
    await office.does("U0DANA", referrals.refer, facts(), case.ref, DANA)
    void = (referrals.end_referral, case.ref, ReferralStatus.VOID, "a slip", MO)
    after = await office.does("U0MO", *void)
    assert await code_of(office, "U0MO", *void) == "no_referral"
    assert len(after.living_episodes) == 1


async def test_restricted_cases_are_hidden_with_all_that_hangs_on_them(office: Office) -> None:
    case = await opened(office)
    lin = Actor(workspace_id=HOME.workspace_id, user_id="U0LIN", roles=frozenset({Role.TEAM_MANAGER}))
    await office.does("U0SAM", people.name_person, Person(user_id="U0LIN", role=Role.TEAM_MANAGER))
    told = FeedbackFacts(about=case.ref, target=Target.MDT_MEETING, given_on=TODAY, summary="discharge is planned")
    said = await office.does("U0DANA", lifecycle.give, told, DANA)
    assert await code_of(office, "U0ELI", work.set_flags, case.ref, {"restricted": True}, ELI) == "not_your_case"
    await office.does("U0DANA", work.set_flags, case.ref, {"restricted": True}, DANA)
    assert await code_of(office, "U0DANA", work.set_flags, case.ref, {"restricted": False}, DANA) == "managers_only"
    for stranger in (ELI, lin):
        assert await code_of(office, stranger.user_id, visit_by(stranger), case.ref) == "not_found"
        assert await code_of(office, stranger.user_id, lifecycle.show, said.ref, stranger) == "not_found"
        assert await office.does(stranger.user_id, lists.agenda_of, "U0DANA", stranger) == []
        assert await office.does(stranger.user_id, lists.decision_list, stranger) == []
    session = await office.does("U0LIN", sessions.supervise, "U0DANA", SessionKind.AD_HOC, lin)
    assert session.items == ()
    refused = await code_of(office, "U0ELI", referrals.refer, facts(), NEW, ELI)
    assert refused == "ics_ref_taken"
    assert (await office.does("U0MO", lifecycle.show, said.ref, MO)).ref == said.ref


def visit_by(somebody: Actor) -> Any:
    def visit(tx: Tx, ref: str) -> Case:
        return work.contact(tx, ref, work.Contact(ActivityKind.VISIT, tx.today), somebody)

    return visit


async def test_r15_a_case_is_disposed_of_two_years_after_closing_unless_held_and_only_counts_stay(office: Office) -> None:
    case = await opened(office)
    await visited(office, case.ref, note="mother asked for help")
    told = FeedbackFacts(about=case.ref, target=Target.REFERRER, given_on=TODAY, summary="seen and assessed")
    said = await office.does("U0DANA", lifecycle.give, told, DANA)
    await office.does("U0DANA", recording.mark_recorded, [said.ref], DANA)
    await closed(office, case.ref)
    await office.does("U0DANA", work.closing_records, case.ref, TODAY, DANA)
    office.now = datetime(2028, 12, 7, 9, tzinfo=UTC)
    assert await office.does("U0MO", retention.due_for_disposal) == []
    office.later(days=1)
    assert [due.ref for due in await office.does("U0MO", retention.due_for_disposal)] == [case.ref]
    _, covered = await office.does("U0SAM", retention.hold, "ICS-1001", "an inquiry of the court", actor("U0SAM"))
    assert covered == 2
    assert await office.does("U0MO", retention.due_for_disposal) == []
    await office.does("U0SAM", retention.release, "ICS-1001", actor("U0SAM"))
    due = await office.does("U0MO", retention.due_for_disposal)
    draft = await office.does("U0MO", retention.propose_disposal, due)
    assert await office.does("U0MO", retention.dispose, draft) == 1
    assert await office.does("U0MO", cases.get, case.ref) is None
    assert await office.does("U0MO", asked_now, case.ref) == []
    counts = await office.does("U0MO", settings.past_counts)
    assert counts == {("case", "2026-12"): 1, ("feedback", "2026-12"): 1}


async def test_subject_access_gathers_a_case_with_its_records_and_what_was_said_about_it(office: Office) -> None:
    case = await opened(office)
    await visited(office, case.ref, note="mother asked for help")
    await office.does("U0DANA", corrections.correct, case.ref, "threshold_level", 2, "a slip", DANA)
    await office.does("U0DANA", outbox.queue, "U0MO", AuthorisationAsked(case.ref, 1))
    for word in (case.ref, "ICS-1001"):
        holding = await office.does("U0SAM", subject_access.gather, word)
        sent = {(field.name, field.said) for letter in holding.letters for field in letter}
        assert {("kind", "authorise"), ("subject", f"{case.ref}|1")} <= sent
        kinds = {record.kind for record in holding.records}
        assert {"case", "episode", "referral", "activity", "assignment", "homeauthority"} <= kinds
        said = " ".join(field.said for record in holding.records for field in record.fields)
        assert "mother asked for help" in said
        notes = [field for record in holding.records for field in record.fields if field.name == "note"]
        assert all(field.free_text for field in notes)
        whole = next(record for record in holding.records if record.kind == "case")
        assert any("a slip" in field.said for version in whole.former for field in version)


async def test_clocks_of_entries_from_before_there_were_clocks_begin_at_the_first_look(office: Office) -> None:
    logged = await office.does("U0DANA", inquiry_lifecycle.log_inquiry, InquiryFacts(asked_on=TODAY), DANA)
    said = await office.does(
        "U0DANA", lifecycle.give, FeedbackFacts(about="ICS-77", target=Target.MDT_MEETING, given_on=TODAY), DANA
    )
    await office.does("U0SAM", _forget_all)
    assert await office.does("U0SAM", asked_now, logged.inquiry.ref) == []
    await office.does("U0SAM", scheduled_run.tick)
    assert await office.does("U0SAM", asked_now, logged.inquiry.ref) == [("R3", "open")]
    assert await office.does("U0SAM", asked_now, said.ref) == [("R4", "open")]


def _forget_all(tx: Tx) -> None:
    tx.conn.execute(text("DELETE FROM obligations"))


async def test_g3_rules_set_today_hold_for_what_began_today_and_for_nothing_older(office: Office) -> None:
    old = await opened(office, opened_on=TODAY - timedelta(days=10))
    office.later(minutes=1)
    new = await opened(office, referrals.NewCase("ICS-1002"))
    version = await office.does("U0MO", rule_settings.set_rules, {"threshold_months": 4}, TODAY, MO)
    assert version.number == 2

    def due(tx: Tx, ref: str) -> date | None:
        return next(each.asked.due for each in obligations.of(tx, ref) if each.asked.rule == "R1")

    assert await office.does("U0MO", due, old.ref) == date(2027, 2, 27)
    assert await office.does("U0MO", due, new.ref) == date(2027, 4, 7)
    assert await code_of(office, "U0MO", rule_settings.set_rules, {"threshold_months": 99}, TODAY, MO) == "setting_refused"
    assert await code_of(office, "U0MO", rule_settings.set_rules, {"months": 1}, TODAY, MO) == "setting_unknown"
    assert await code_of(office, "U0DANA", rule_settings.set_rules, {"threshold_months": 5}, TODAY, DANA) == "setters_only"
    assert (
        await code_of(office, "U0MO", rule_settings.set_rules, {"threshold_months": 5}, TODAY - timedelta(days=1), MO)
        == "effective_in_past"
    )


async def test_a_second_plan_of_a_morning_changes_nothing(office: Office) -> None:
    case = await opened(office, opened_on=TODAY - timedelta(days=100))
    office.now = datetime(2026, 12, 8, 8, 30, tzinfo=UTC)
    assert await office.does("U0SAM", scheduled_run.tick) > 0
    before = await office.does("U0SAM", letters_waiting)
    for _ in range(3):
        office.later(minutes=10)
        assert await office.does("U0SAM", scheduled_run.tick) == 0
    assert await office.does("U0SAM", letters_waiting) == before
    standing = [each.asked.standing for each in await office.does("U0SAM", obligations.of, case.ref)]
    assert ObligationStatus.OPEN in standing


async def test_a_change_on_a_case_that_was_changed_meanwhile_is_not_saved(office: Office) -> None:
    case = await opened(office)
    await visited(office, case.ref)

    def late(tx: Tx) -> bool:
        return cases.change(tx, case, [], "case.flagged", {"restricted": True})

    assert await office.does("U0DANA", late) is False


async def test_brothers_and_sisters_are_found_by_their_family_group_and_hidden_ones_are_not(office: Office) -> None:
    first = await opened(office, referrals.NewCase("ICS-1", family_group="FAM-7"))
    second = await opened(office, referrals.NewCase("ICS-2"))
    await office.does("U0DANA", work.set_flags, second.ref, {"family_group": "FAM-7"}, DANA)
    assert await office.does("U0ELI", view.family_of, first.ref, ELI) == [second.ref]
    await office.does("U0DANA", work.set_flags, second.ref, {"restricted": True}, DANA)
    assert await office.does("U0ELI", view.family_of, first.ref, ELI) == []
    assert (
        await code_of(office, "U0DANA", work.set_flags, first.ref, {"family_group": "the Smiths"}, DANA)
        == "family_group_unreadable"
    )


async def test_undoing_a_lifted_restriction_hides_the_feedback_again(office: Office) -> None:
    case = await opened(office)
    told = FeedbackFacts(about=case.ref, target=Target.MDT_MEETING, given_on=TODAY, summary="discharge is planned")
    said = await office.does("U0DANA", lifecycle.give, told, DANA)
    await office.does("U0MO", work.set_flags, case.ref, {"restricted": True}, MO)
    await office.does("U0MO", work.set_flags, case.ref, {"restricted": False}, MO)
    await office.does("U0MO", undo.undo, case.ref, MO)
    assert await code_of(office, "U0ELI", lifecycle.show, said.ref, ELI) == "not_found"


async def test_r15_a_case_whose_only_referral_was_void_is_disposed_of_too(office: Office) -> None:
    case = await opened(office)
    await office.does("U0MO", referrals.end_referral, case.ref, ReferralStatus.VOID, "a slip", MO)
    office.now = datetime(2028, 12, 9, 9, tzinfo=UTC)
    assert [due.ref for due in await office.does("U0MO", retention.due_for_disposal)] == [case.ref]
