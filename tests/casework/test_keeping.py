from datetime import date

import pytest

from bot.documents import subject_access
from bot.domain.feedback.feedback import FeedbackFacts, Target
from bot.domain.inquiries.inquiry import AnswerGiven, AskedBy, InquiryFacts, Result
from bot.domain.notifications import InquiryAnswered
from bot.domain.shared.errors import Refusal
from bot.services import undo
from bot.services.admin import retention, status
from bot.services.admin import subject_access as admin_subject_access
from bot.services.admin.retention import DisposalDue
from bot.services.feedback import lifecycle, recording
from bot.services.inquiries import lifecycle as inquiry_lifecycle
from storage.db import data_keys, history
from storage.db.engine import Tx
from storage.feedback import feedback as stored_feedback
from storage.inquiries import inquiries as stored
from storage.inquiries import match_codes
from storage.notifications import outbox
from storage.settings import team as stored_keeping
from tests.support.offices import Office, actor, code_of

TODAY = date(2026, 12, 7)
WHOLE = InquiryFacts(
    asked_by_role=AskedBy.CCDS,
    asked_on=TODAY,
    authority_asked="E09000009",
    home_authority="E09000009",
    note="heliotrope",
    directory_ref="S:/oob/1",
)
ANSWERED = WHOLE.model_copy(update={"result": Result.NOT_KNOWN, "answered_on": TODAY})
SAID = FeedbackFacts(
    about="ABC1234", target=Target.INDIVIDUAL_PROFESSIONAL, target_role="health visitor", given_on=TODAY, summary="marigold"
)


async def log(office: Office, facts: InquiryFacts = WHOLE) -> str:
    return (
        await office.does("U0DANA", inquiry_lifecycle.log_inquiry, facts, actor("U0DANA"), ("family|x|2019-04-03",))
    ).inquiry.ref


async def give(office: Office, facts: FeedbackFacts = SAID) -> str:
    return (await office.does("U0DANA", lifecycle.give, facts, actor("U0DANA"))).ref


async def record(office: Office, *refs: str) -> None:
    await office.does("U0DANA", recording.mark_recorded, list(refs), actor("U0DANA"))


async def note_of(office: Office, ref: str) -> str | None:
    if ref.startswith("FB"):
        entry = await office.ctx("U0DANA").read(stored_feedback.get, ref)
        assert entry is not None
        return entry.facts.summary
    inquiry = await office.ctx("U0DANA").read(stored.get, ref)
    assert inquiry is not None
    return inquiry.facts.note


async def test_texts_are_erased_thirty_days_after_ics_and_facts_stay(office: Office) -> None:
    inquiry, given = await log(office), await give(office)
    await office.does("U0DANA", inquiry_lifecycle.change_inquiry, inquiry, 1, WHOLE, actor("U0DANA"))
    await record(office, inquiry, given)
    office.later(days=29)
    assert await office.does("system", retention.erase_texts) == 0
    assert await note_of(office, given) == "marigold"
    office.later(days=1)
    assert await office.does("system", retention.erase_texts) == 2
    assert await office.does("system", retention.erase_texts) == 0
    kept = await office.ctx("U0DANA").read(stored.get, inquiry)
    assert kept is not None
    assert (kept.facts.note, kept.facts.directory_ref, kept.facts.asked_by_role) == (None, "S:/oob/1", AskedBy.CCDS)
    said = await office.ctx("U0DANA").read(stored_feedback.get, given)
    assert said is not None
    assert (said.facts.summary, said.facts.target_role, said.text_purged_on) == (None, "health visitor", date(2027, 1, 6))
    assert [former.facts for former in await office.ctx("U0DANA").read(history.of, inquiry)] == [None]
    assert await code_of(office, "U0DANA", lifecycle.open_feedback, given, actor("U0DANA")) == "text_gone"


async def test_a_text_that_was_written_after_the_erasure_starts_anew(office: Office) -> None:
    ref = await log(office)
    await record(office, ref)
    office.later(days=30)
    await office.does("system", retention.erase_texts)
    again = WHOLE.model_copy(update={"note": "second words"})
    changed = await office.does("U0DANA", inquiry_lifecycle.change_inquiry, ref, 2, again, actor("U0DANA"))
    assert (changed.ics_recorded_on, changed.text_purged_on, await note_of(office, ref)) == (None, None, "second words")
    await record(office, ref)
    office.later(days=30)
    assert await office.does("system", retention.erase_texts) == 1


@pytest.mark.parametrize("held", ["INQ-2026-0001", "all", "ABC1234"])
async def test_a_legal_hold_stops_erasure_and_disposal_and_its_end_lets_them_go(office: Office, held: str) -> None:
    inquiry = await log(office, ANSWERED.model_copy(update={"ics_ref": "ABC1234"}))
    given = await give(office, SAID.model_copy(update={"about": inquiry}))
    await record(office, inquiry, given)
    _, covered = await office.does("U0SAM", retention.hold, held, "inquiry of the court", actor("U0SAM"))
    assert covered == 2
    assert await code_of(office, "U0DANA", undo.undo, given, actor("U0DANA")) == "held"
    office.later(days=500)
    assert await office.does("system", retention.erase_texts) == 0
    assert await office.ctx("U0MO").read(retention.due_for_disposal) == []
    assert [hold.reason for hold in await office.does("U0SAM", status.holds)] == ["inquiry of the court"]
    await office.does("U0SAM", retention.release, held, actor("U0SAM"))
    assert await office.does("system", retention.erase_texts) == 2
    assert len(await office.ctx("U0MO").read(retention.due_for_disposal)) == 2


async def test_a_hold_needs_a_reason_without_identifiers_and_only_what_is_held_is_released(office: Office) -> None:
    assert await code_of(office, "U0SAM", retention.hold, "INQ-2026-0001", "", actor("U0SAM")) == "reason_missing"
    assert await code_of(office, "U0SAM", retention.hold, "INQ-2026-0001", "see 943 476 5919", actor("U0SAM")) == "identifier"
    assert await code_of(office, "U0SAM", retention.release, "INQ-2026-0001", actor("U0SAM")) == "no_hold"
    assert await office.does("U0SAM", status.holds) == []


async def test_r15_a_disposal_is_what_a_manager_approved_and_still_is_due(office: Office) -> None:
    old, given, waiting = await log(office, ANSWERED), await give(office), await give(office)
    unanswered, told_of = await log(office), await log(office, ANSWERED)
    await give(office, SAID.model_copy(update={"about": told_of}))
    await record(office, given)
    office.later(days=366)
    await log(office, WHOLE.model_copy(update={"asked_on": date(2027, 12, 8)}))
    due = await office.ctx("U0MO").read(retention.due_for_disposal)
    assert [entry.ref for entry in due] == [given, old]
    listed = await office.does("U0MO", retention.propose_disposal, due)
    await office.does("U0SAM", retention.hold, given, "court", actor("U0SAM"))
    assert await office.does("U0MO", retention.dispose, listed) == 1
    assert await office.ctx("U0MO").read(stored.get, old) is None
    assert await office.ctx("U0MO").read(stored.get, unanswered) is not None
    assert await office.ctx("U0MO").read(stored.get, told_of) is not None
    deleted = await office.ctx("U0SAM").read(admin_subject_access.gather, old)
    assert (deleted.records, deleted.log[-1].action) == ((), "disposal.approved")
    assert await office.ctx("U0MO").read(history.of, old) == []
    assert await office.ctx("U0MO").read(match_codes.number_of, old) == 0
    assert await office.ctx("U0MO").read(data_keys.wrapped_for, old) is None
    assert await office.ctx("U0MO").read(stored_keeping.past_counts) == {("inquiry", "2026-12"): 1}
    assert await note_of(office, waiting) == "marigold"
    assert await code_of(office, "U0MO", retention.dispose, listed) == "nothing_due"


async def test_a_list_is_for_the_manager_who_saw_it(office: Office) -> None:
    listed = await office.does("U0MO", retention.propose_disposal, [DisposalDue("INQ-2026-0001", "inquiry", TODAY)])
    assert await code_of(office, "U0DANA", retention.dispose, listed) == "draft_gone"


async def test_managers_are_told_once_a_month_on_a_working_morning_when_something_is_due(office: Office) -> None:
    await log(office, ANSWERED)
    assert await office.does("system", retention.tell_managers) == 0
    office.later(days=366, hours=-1)  # Wed 8 Dec 2027, 08:00
    assert await office.does("system", retention.tell_managers) == 0
    office.later(hours=1)
    assert await office.does("system", retention.tell_managers) == 1
    assert await office.does("system", retention.tell_managers) == 0
    office.later(days=24)  # Sat 1 Jan 2028
    assert await office.does("system", retention.tell_managers) == 0
    office.later(days=3)
    assert await office.does("system", retention.tell_managers) == 1


async def refused_words(office: Office, name: str, value: str) -> str:
    with pytest.raises(Refusal) as refused:
        await office.does("U0SAM", retention.change_setting, name, value, actor("U0SAM"))
    return refused.value.sentence


async def test_settings_are_whole_numbers_within_their_range(office: Office) -> None:
    changed = await office.does("U0SAM", retention.change_setting, "text_kept_days", "14", actor("U0SAM"))
    assert changed.text_kept_days == 14
    assert (await office.ctx("U0SAM").read(status.team_settings)).text_kept_days == 14
    assert (
        await refused_words(office, "text_kept_days", "1000")
        == "`text_kept_days` takes a whole number from 0 to 365. Nothing was changed."
    )
    for name, value, code in (
        ("colour", "1", "setting_unknown"),
        ("text_kept_days", "many", "setting_refused"),
        ("inquiry_kept_months", "0", "setting_refused"),
    ):
        assert await code_of(office, "U0SAM", retention.change_setting, name, value, actor("U0SAM")) == code


async def test_a_subject_access_gathers_everything_about_an_ics_reference(office: Office) -> None:
    inquiry, given = await log(office), await give(office)
    answer = AnswerGiven(result=Result.KNOWN_OPEN, answered_on=TODAY, ics_ref="ABC1234")
    await office.does("U0ELI", inquiry_lifecycle.answer_inquiry, inquiry, 1, answer, actor("U0ELI"))
    about = await give(office, SAID.model_copy(update={"about": inquiry}))
    await office.does("U0DANA", outbox.queue, "U0DANA", InquiryAnswered(inquiry, "U0ELI", 2))
    await office.does("U0SAM", retention.hold, "ABC1234", "court", actor("U0SAM"))
    holding = await office.ctx("U0SAM").read(admin_subject_access.gather, "abc1234")
    assert [record.ref for record in holding.records] == [inquiry, given, about]
    assert holding.held
    assert {entry.actor for entry in holding.log} == {"U0DANA", "U0ELI", "U0SAM"}
    text = subject_access.as_json(holding).decode()
    for words in (
        "heliotrope",
        "marigold",
        "Ealing (E09000009)",
        '"third_party": true',
        '"typed_by_a_person": true',
        f"{inquiry}|U0ELI",
        "keyed hash",
    ):
        assert words in text
    assert "okafor" not in text
    await office.does("U0SAM", admin_subject_access.send, holding, {"json": text.encode()}, actor("U0SAM"))


async def test_an_ics_reference_is_kept_in_one_spelling_so_that_holds_and_exports_find_it(office: Office) -> None:
    ref = await log(office)
    answer = AnswerGiven(result=Result.KNOWN_OPEN, answered_on=TODAY, ics_ref="ics: abc\u20139")
    assert (await office.does("U0ELI", inquiry_lifecycle.answer_inquiry, ref, 1, answer, actor("U0ELI"))).facts.ics_ref == "ABC-9"
    assert (await office.ctx("U0SAM").read(admin_subject_access.gather, "abc-9")).records[0].ref == ref


async def test_a_subject_access_names_no_other_family(office: Office) -> None:
    one, other = await log(office), await log(office)

    def found(tx: Tx) -> None:
        tx.log("inquiries.found", f"{one},{other}", total=2)

    await office.does("U0ELI", found)
    text = subject_access.as_json(await office.ctx("U0SAM").read(admin_subject_access.gather, one)).decode()
    assert one in text
    assert other not in text


async def test_words_that_no_document_can_hold_do_not_stop_a_subject_access(office: Office) -> None:
    ref = await give(office, SAID.model_copy(update={"summary": "odd \uffff and \x0b words"}))
    files = subject_access.files(await office.ctx("U0SAM").read(admin_subject_access.gather, ref), "today")
    assert set(files) == {"json", "docx"}


async def test_a_subject_access_is_about_one_entry_or_says_that_nothing_is_held(office: Office) -> None:
    inquiry, given = await log(office), await give(office)
    for ref in (inquiry, given):
        assert [record.ref for record in (await office.ctx("U0SAM").read(admin_subject_access.gather, ref)).records] == [ref]
    with pytest.raises(Exception, match="not_found"):
        await office.ctx("U0SAM").read(admin_subject_access.gather, "ABC999")


async def test_the_document_of_a_subject_access_marks_third_parties_and_says_days_as_people_do(office: Office) -> None:
    from io import BytesIO

    from docx import Document

    ref = await log(office)
    await office.does(
        "U0DANA", inquiry_lifecycle.change_inquiry, ref, 1, WHOLE.model_copy(update={"note": "later"}), actor("U0DANA")
    )
    holding = await office.ctx("U0SAM").read(admin_subject_access.gather, ref)
    document = Document(BytesIO(subject_access.as_docx(holding, "Mon 7 Dec 2026, 09:00")))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert {"heliotrope", "later", "third party", "Mon 7 Dec 2026", "no"} <= set(cells)
    assert "INQ-2026-0001, as it read before correction 1" in [paragraph.text for paragraph in document.paragraphs]


async def test_status_and_log_say_how_things_stand(office: Office) -> None:
    ref = await log(office)
    found = await office.ctx("U0SAM").read(status.status)
    assert (found.people["social worker"], found.holds, found.register_waiting) == (2, 0, 0)
    assert found.letters.waiting == (await office.ctx("U0SAM").read(status.backlog)).letters

    def log_(tx: Tx, about: str | None, who: str | None, page: int) -> list[str]:
        return [entry.action for entry in status.log(tx, about=about, actor=who, page=page).entries]

    assert await office.does("U0SAM", log_, ref, None, 0) == ["inquiry.logged"]
    assert await office.does("U0SAM", log_, None, "U0DANA", 0) == ["inquiry.logged"]
    assert "log.read" in await office.does("U0SAM", log_, None, None, 0)
    assert await office.does("U0SAM", log_, None, None, 9) == []


@pytest.mark.parametrize("user", ["U0MO", "U0DANA"])
async def test_holds_and_settings_are_for_administrators_whoever_calls_the_service(office: Office, user: str) -> None:
    assert await code_of(office, user, retention.hold, "INQ-2026-0001", "court", actor(user)) == "admins_only"
    assert await code_of(office, user, retention.release, "INQ-2026-0001", actor(user)) == "admins_only"
    assert await code_of(office, user, retention.change_setting, "text_kept_days", "14", actor(user)) == "admins_only"
