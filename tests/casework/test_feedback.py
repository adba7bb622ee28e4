from datetime import date

import pytest

from bot.domain.feedback.feedback import Feedback, FeedbackFacts, FollowUp, Mode, Target
from bot.domain.inquiries.inquiry import InquiryFacts
from bot.domain.shared.references import Ref, RefKind
from bot.services import undo
from bot.services.feedback import lifecycle, recording
from bot.services.inquiries import lifecycle as inquiry_lifecycle
from bot.services.inquiries.lifecycle import SaidBefore
from storage.db import history
from storage.db.engine import Tx
from storage.feedback import feedback as stored
from tests.support.offices import Office, actor, code_of

TODAY = date(2026, 12, 7)
WHOLE = FeedbackFacts(
    about="ABC1234", target=Target.INDIVIDUAL_PROFESSIONAL, target_role="health visitor", given_on=TODAY, summary="plan agreed"
)


async def give(office: Office, user: str = "U0DANA", facts: FeedbackFacts = WHOLE) -> Feedback:
    return await office.does(user, lifecycle.give, facts, actor(user))


async def test_g43_feedback_is_kept_with_its_target_role_day_and_words(office: Office) -> None:
    given = await give(office)
    assert given.ref == "FB-2026-0001"
    assert await office.ctx("U0DANA").read(stored.get, given.ref) == given


async def test_i21_no_feedback_with_an_identifier_is_stored(office: Office) -> None:
    for field in ("summary", "target_role"):
        facts = WHOLE.model_copy(update={field: "call 07700 900123"})
        assert await code_of(office, "U0DANA", lifecycle.give, facts, actor("U0DANA")) == "identifier"
    assert (await office.ctx("U0MO").read(_outstanding, "U0MO")).total == 0


def _outstanding(tx: Tx, user: str) -> recording.Outstanding:
    return recording.outstanding(tx, actor(user), everybodys=user == "U0MO")


async def test_feedback_is_about_an_inquiry_that_is_there_or_an_ics_reference(office: Office) -> None:
    facts = InquiryFacts(asked_on=TODAY)
    inquiry = (await office.does("U0DANA", inquiry_lifecycle.log_inquiry, facts, actor("U0DANA"))).inquiry
    assert (await give(office, facts=WHOLE.model_copy(update={"about": inquiry.ref}))).facts.about == inquiry.ref
    for about, code in (
        ("INQ-2026-0999", "not_found"),
        ("OOB-2026-0001", "not_found"),
        ("FB-2026-0001", "not_about"),
        ("?", "ref_unreadable"),
    ):
        facts_ = WHOLE.model_copy(update={"about": about})
        assert await code_of(office, "U0DANA", lifecycle.give, facts_, actor("U0DANA")) == code
    await office.does("U0DANA", undo.undo, inquiry.ref, actor("U0DANA"))
    facts_ = WHOLE.model_copy(update={"about": inquiry.ref})
    assert await code_of(office, "U0DANA", lifecycle.give, facts_, actor("U0DANA")) == "void"


async def test_the_same_words_within_a_minute_are_asked_about_and_may_be_meant(office: Office) -> None:
    about = Ref(RefKind.ICS, "ABC1234")
    first = await office.does("U0DANA", lifecycle.give_words, about, "told the GP", actor("U0DANA"))
    assert not isinstance(first, SaidBefore)
    entry = first[0]
    assert await office.does("U0DANA", lifecycle.give_words, about, "told the GP", actor("U0DANA")) == SaidBefore(entry.ref)
    other = await office.does("U0DANA", lifecycle.give_words, Ref(RefKind.ICS, "XYZ9"), "told the GP", actor("U0DANA"))
    assert not isinstance(other, SaidBefore)
    again = await office.does("U0DANA", lifecycle.give_again, entry.ref, actor("U0DANA"))
    assert again.facts == entry.facts
    assert await code_of(office, "U0ELI", lifecycle.give_again, entry.ref, actor("U0ELI")) == "not_yours"


async def test_a_correction_keeps_history_and_a_stale_or_foreign_one_is_refused(office: Office) -> None:
    ref = (await give(office)).ref
    better = WHOLE.model_copy(update={"summary": "plan changed"})
    assert (await office.does("U0MO", lifecycle.open_feedback, ref, actor("U0MO"))).version == 1
    changed = await office.does("U0DANA", lifecycle.change, ref, 1, better, frozenset({FollowUp.LETTER}), actor("U0DANA"))
    assert (changed.version, changed.facts.letter_copied_on) == (2, TODAY)
    args = (ref, 1, better, frozenset[FollowUp]())
    assert await code_of(office, "U0DANA", lifecycle.change, *args, actor("U0DANA")) == "changed_meanwhile"
    assert await code_of(office, "U0ELI", lifecycle.change, *args, actor("U0ELI")) == "not_yours"
    (former,) = await office.ctx("U0DANA").read(history.of, ref)
    assert "plan agreed" in str(former.facts)


async def test_a_correction_may_move_it_to_another_reference_and_its_restriction_follows(office: Office) -> None:
    ref = (await give(office)).ref
    hidden = InquiryFacts(asked_on=TODAY, restricted=True)
    inquiry = (await office.does("U0DANA", inquiry_lifecycle.log_inquiry, hidden, actor("U0DANA"))).inquiry
    for version, about, restricted in ((1, inquiry.ref, True), (2, "ABC1234", False)):
        moved = WHOLE.model_copy(update={"about": about})
        changed = await office.does("U0DANA", lifecycle.change, ref, version, moved, frozenset(), actor("U0DANA"))
        assert changed.restricted is restricted
        assert (await office.ctx("U0DANA").read(stored.get, ref)) == changed


async def test_a_correction_to_a_reference_that_is_not_there_is_refused(office: Office) -> None:
    ref = (await give(office)).ref
    moved = WHOLE.model_copy(update={"about": "INQ-2026-0999"})
    assert await code_of(office, "U0DANA", lifecycle.change, ref, 1, moved, frozenset(), actor("U0DANA")) == "not_found"


async def test_g45_a_follow_up_is_noted_once(office: Office) -> None:
    ref = (await give(office)).ref
    followed = await office.does("U0DANA", lifecycle.follow_up, ref, FollowUp.EMAILED, actor("U0DANA"))
    assert followed.facts.emailed_on == TODAY
    assert await code_of(office, "U0DANA", lifecycle.follow_up, ref, FollowUp.EMAILED, actor("U0DANA")) == "done_before"


async def test_what_is_on_ics_leaves_the_list_and_comes_back_when_its_words_change(office: Office) -> None:
    refs = [(await give(office)).ref for _ in range(2)]
    await give(office, facts=WHOLE.model_copy(update={"mode": Mode.EMAIL}))
    assert (await office.ctx("U0DANA").read(_outstanding, "U0DANA")).total == 2
    noted = await office.does("U0DANA", recording.mark_recorded, refs, actor("U0DANA"))
    assert (list(noted.now), list(noted.before)) == (refs, [])
    again = await office.does("U0DANA", recording.mark_recorded, refs, actor("U0DANA"))
    assert (list(again.now), list(again.before)) == ([], refs)
    assert (await office.ctx("U0DANA").read(_outstanding, "U0DANA")).total == 0
    await office.does("U0DANA", lifecycle.follow_up, refs[0], FollowUp.EMAILED, actor("U0DANA"))
    assert (await office.ctx("U0DANA").read(_outstanding, "U0DANA")).total == 0
    better = WHOLE.model_copy(update={"summary": "plan changed"})
    await office.does("U0DANA", lifecycle.change, refs[1], 2, better, frozenset(), actor("U0DANA"))
    assert [entry.ref for entry in (await office.ctx("U0MO").read(_outstanding, "U0MO")).feedback] == [refs[1]]


async def test_recording_several_is_all_or_none(office: Office) -> None:
    mine, elis = (await give(office)).ref, (await give(office, "U0ELI")).ref
    assert await code_of(office, "U0DANA", recording.mark_recorded, [mine, elis], actor("U0DANA")) == "not_yours"
    assert await code_of(office, "U0DANA", recording.mark_recorded, [], actor("U0DANA")) == "nothing_named"
    assert await code_of(office, "U0DANA", recording.mark_recorded, ["FB-2026-0999"], actor("U0DANA")) == "not_found"
    assert (await office.ctx("U0DANA").read(_outstanding, "U0DANA")).total == 1
    assert (await office.does("U0MO", recording.mark_recorded, [mine, elis], actor("U0MO"))).now == (mine, elis)


async def test_an_inquiry_can_stand_on_ics_too(office: Office) -> None:
    inquiry = (await office.does("U0DANA", inquiry_lifecycle.log_inquiry, InquiryFacts(asked_on=TODAY), actor("U0DANA"))).inquiry
    assert (await office.does("U0DANA", recording.mark_recorded, [inquiry.ref], actor("U0DANA"))).now == (inquiry.ref,)
    assert await code_of(office, "U0DANA", undo.undo, inquiry.ref, actor("U0DANA")) == "on_ics"


async def test_the_teams_list_is_for_managers(office: Office) -> None:
    def everybodys(tx: Tx) -> recording.Outstanding:
        return recording.outstanding(tx, actor("U0DANA"), everybodys=True)

    assert await code_of(office, "U0DANA", everybodys) == "managers_only_list"


async def test_what_was_pressed_stands_first_in_the_form_that_records(office: Office) -> None:
    elis = (await give(office, "U0ELI")).ref
    mine = (await give(office)).ref

    def shown(tx: Tx, first: str) -> list[str]:
        return [entry.ref for entry in recording.to_record(tx, actor("U0MO"), first).feedback]

    assert await office.does("U0MO", shown, elis) == [elis]

    def pried(tx: Tx) -> list[str]:
        return [entry.ref for entry in recording.to_record(tx, actor("U0DANA"), elis).feedback]

    assert await office.does("U0DANA", pried) == [mine]
    await office.does("U0DANA", recording.mark_recorded, [mine], actor("U0DANA"))
    assert await office.does("U0MO", shown, mine) == []


async def test_undo_takes_the_newest_of_either_kind_and_erases_it(office: Office) -> None:
    inquiry = (
        await office.does("U0DANA", inquiry_lifecycle.log_inquiry, InquiryFacts(asked_on=TODAY, note="x"), actor("U0DANA"))
    ).inquiry
    office.later(seconds=1)
    given = await give(office)
    await office.does("U0DANA", lifecycle.change, given.ref, 1, WHOLE, frozenset(), actor("U0DANA"))
    undone = await office.does("U0DANA", undo.undo, None, actor("U0DANA"))
    assert (undone.ref, isinstance(undone, Feedback) and undone.void) == (given.ref, True)
    kept = await office.ctx("U0DANA").read(stored.get, given.ref)
    assert kept is not None
    assert (kept.facts.summary, kept.facts.target_role) == (None, None)
    assert [former.facts for former in await office.ctx("U0DANA").read(history.of, given.ref)] == [None]
    assert await code_of(office, "U0DANA", undo.undo, None, actor("U0DANA")) == "undone_just_now"
    office.later(minutes=1)
    assert (await office.does("U0DANA", undo.undo, None, actor("U0DANA"))).ref == inquiry.ref


@pytest.mark.parametrize(
    ("user", "minutes", "code"), [("U0ELI", 0, "not_yours"), ("U0DANA", 16, "too_late"), ("U0DANA", 0, None)]
)
async def test_undo_of_feedback_is_for_its_author_and_fifteen_minutes(
    office: Office, user: str, minutes: int, code: str | None
) -> None:
    ref = (await give(office)).ref
    office.later(minutes=minutes)
    if code is None:
        await office.does(user, undo.undo, ref, actor(user))
        code = "void"
    assert await code_of(office, user, undo.undo, ref, actor(user)) == code
    assert await code_of(office, user, undo.undo, "FB-2026-0999", actor(user)) == "not_found"


async def test_feedback_about_a_restricted_inquiry_is_restricted_with_it(office: Office) -> None:
    facts = InquiryFacts(asked_on=TODAY)
    inquiry = (await office.does("U0DANA", inquiry_lifecycle.log_inquiry, facts, actor("U0DANA"))).inquiry
    about = WHOLE.model_copy(update={"about": inquiry.ref})
    first = await give(office, facts=about)
    hidden = facts.model_copy(update={"restricted": True})
    await office.does("U0DANA", inquiry_lifecycle.change_inquiry, inquiry.ref, 1, hidden, actor("U0DANA"))
    second = await give(office, facts=about)
    assert second.restricted
    for ref in (first.ref, second.ref):
        assert await code_of(office, "U0ELI", lifecycle.open_feedback, ref, actor("U0ELI")) == "not_found"
        assert (await office.does("U0MO", lifecycle.open_feedback, ref, actor("U0MO"))).ref == ref
    assert await code_of(office, "U0ELI", lifecycle.give, about, actor("U0ELI")) == "not_found"
