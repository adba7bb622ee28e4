from datetime import date

import pytest

from bot.domain.inquiries.inquiry import AnswerGiven, AskedBy, Inquiry, InquiryFacts, InquiryStatus, Outcome, Result
from bot.domain.shared.errors import Refusal
from bot.services import undo
from bot.services.digests import home
from bot.services.inquiries import lifecycle, search
from storage.db.engine import Tx
from storage.inquiries.inquiries import InquiryPage
from tests.support.offices import Office, actor, code_of, letters_waiting, logged_words

WHOLE = InquiryFacts(
    asked_by_role=AskedBy.WARD_STAFF,
    asked_on=date(2026, 12, 7),
    authority_asked="E09000009",
    home_authority="E09000009",
    note="twins on bay 3",
)


async def log(office: Office, user: str = "U0DANA", facts: InquiryFacts = WHOLE) -> Inquiry:
    return (await office.does(user, lifecycle.log_inquiry, facts, actor(user))).inquiry


async def find(office: Office, words: str, page: int = 0) -> InquiryPage:
    return (await office.ctx("U0ELI").read(search.find, words, page, actor("U0ELI")))[1]


async def test_g10_an_inquiry_keeps_who_asked_which_authority_and_the_answer(office: Office) -> None:
    logged = await log(office)
    assert logged.ref == "INQ-2026-0001"
    assert logged.status is InquiryStatus.AWAITING
    found = await find(office, "INQ-2026-0001")
    assert found.inquiries[0] == logged


async def test_g13_any_colleague_finds_it_by_reference_borough_or_words(office: Office) -> None:
    await log(office)
    await log(office, facts=WHOLE.model_copy(update={"authority_asked": "E09000012", "note": "Benefits claim"}))
    for words in ("inq-2026-0001", "Ealing", "ealing council", "TWINS bay", "“twins”"):
        assert [inquiry.ref for inquiry in (await find(office, words)).inquiries][-1] == "INQ-2026-0001", words
    assert (await find(office, "Hackney")).total == 1
    assert (await find(office, "")).total == 2
    assert (await find(office, "100%_")).total == 0


async def test_pages_are_eight_long_and_newest_first(office: Office) -> None:
    for _ in range(10):
        await log(office)
    first, second = await find(office, "Ealing"), await find(office, "Ealing", 1)
    assert [len(first.inquiries), len(second.inquiries), first.total] == [8, 2, 10]
    assert first.inquiries[0].ref == "INQ-2026-0010"
    assert second.inquiries[-1].ref == "INQ-2026-0001"
    assert [len((await find(office, "twins", n)).inquiries) for n in range(3)] == [8, 2, 0]


@pytest.mark.parametrize("field", ["note", "directory_ref"])
async def test_i21_no_text_with_an_identifier_is_stored(office: Office, field: str) -> None:
    facts = WHOLE.model_copy(update={field: "see 943 476 5919"})
    assert await code_of(office, "U0DANA", lifecycle.log_inquiry, facts, actor("U0DANA")) == "identifier"
    assert (await find(office, "")).total == 0


async def test_undo_erases_the_text_and_i23_never_gives_the_number_again(office: Office) -> None:
    first = await log(office)
    undone = await office.does("U0DANA", undo.undo, first.ref, actor("U0DANA"))
    assert isinstance(undone, Inquiry)
    assert undone.status is InquiryStatus.VOID
    assert (await find(office, "")).total == 0
    (kept,) = (await find(office, first.ref)).inquiries
    assert kept.facts.note is None
    assert (await log(office)).ref == "INQ-2026-0002"


async def test_undo_by_word_takes_the_newest_of_ones_own(office: Office) -> None:
    await log(office)
    await log(office)
    await log(office, "U0ELI")
    assert (await office.does("U0DANA", undo.undo, None, actor("U0DANA"))).ref == "INQ-2026-0002"
    assert await code_of(office, "U0DANA", undo.undo, None, actor("U0DANA")) == "undone_just_now"
    office.later(minutes=1)
    assert (await office.does("U0DANA", undo.undo, None, actor("U0DANA"))).ref == "INQ-2026-0001"
    office.later(minutes=1)
    assert await code_of(office, "U0DANA", undo.undo, None, actor("U0DANA")) == "nothing_to_undo"


async def test_undo_is_refused_for_others_twice_and_after_fifteen_minutes(office: Office) -> None:
    first, second = await log(office), await log(office)
    assert await code_of(office, "U0ELI", undo.undo, first.ref, actor("U0ELI")) == "not_yours"
    await office.does("U0DANA", undo.undo, first.ref, actor("U0DANA"))
    assert await code_of(office, "U0DANA", undo.undo, first.ref, actor("U0DANA")) == "void"
    office.later(minutes=15, seconds=1)
    assert await code_of(office, "U0DANA", undo.undo, second.ref, actor("U0DANA")) == "too_late"
    assert await code_of(office, "U0DANA", undo.undo, None, actor("U0DANA")) == "nothing_to_undo"
    assert await code_of(office, "U0DANA", undo.undo, "INQ-2026-0999", actor("U0DANA")) == "not_found"


async def test_the_same_words_within_a_minute_are_asked_about_and_may_be_meant(office: Office) -> None:
    first = await office.does("U0DANA", lifecycle.log_words, "ward asks  Ealing", actor("U0DANA"))
    assert isinstance(first, lifecycle.Logged)
    assert await office.does("U0DANA", lifecycle.log_words, "ward asks Ealing", actor("U0DANA")) == lifecycle.SaidBefore(
        first.inquiry.ref
    )
    assert isinstance(await office.does("U0ELI", lifecycle.log_words, "ward asks Ealing", actor("U0ELI")), lifecycle.Logged)
    again = await office.does("U0DANA", lifecycle.log_again, first.inquiry.ref, actor("U0DANA"))
    assert again.inquiry.facts.note == first.inquiry.facts.note
    office.later(seconds=61)
    assert isinstance(await office.does("U0DANA", lifecycle.log_words, "ward asks Ealing", actor("U0DANA")), lifecycle.Logged)


async def test_after_an_undo_the_same_words_are_logged_without_a_question(office: Office) -> None:
    first = await office.does("U0DANA", logged_words, "ward asks")
    await office.does("U0DANA", undo.undo, first.ref, actor("U0DANA"))
    assert isinstance(await office.does("U0DANA", lifecycle.log_words, "ward asks", actor("U0DANA")), lifecycle.Logged)
    assert await code_of(office, "U0DANA", lifecycle.log_again, first.ref, actor("U0DANA")) == "no_words"


async def test_an_edit_completes_and_a_stale_one_is_refused(office: Office) -> None:
    logged = await log(office, facts=InquiryFacts(asked_on=date(2026, 12, 7)))
    answered = WHOLE.model_copy(update={"result": Result.KNOWN_OPEN})
    changed = await office.does("U0DANA", lifecycle.change_inquiry, logged.ref, 1, answered, actor("U0DANA"))
    assert (changed.version, changed.status) == (2, InquiryStatus.ANSWERED)
    stale = await code_of(office, "U0DANA", lifecycle.change_inquiry, logged.ref, 1, WHOLE, actor("U0DANA"))
    assert stale == "changed_meanwhile"
    assert (await find(office, logged.ref)).inquiries[0].facts == answered.model_copy(update={"answered_on": date(2026, 12, 7)})


async def test_the_author_and_a_manager_may_edit_and_nobody_else(office: Office) -> None:
    logged = await log(office)
    for user in ("U0DANA", "U0MO"):
        assert (await office.does(user, lifecycle.open_for_change, logged.ref, actor(user))).ref == logged.ref
    assert await code_of(office, "U0ELI", lifecycle.open_for_change, logged.ref, actor("U0ELI")) == "not_yours"
    await office.does("U0DANA", undo.undo, logged.ref, actor("U0DANA"))
    assert await code_of(office, "U0DANA", lifecycle.open_for_change, logged.ref, actor("U0DANA")) == "void"


async def test_what_waits_is_what_is_unanswered_incomplete_or_to_be_stored(office: Office) -> None:
    await log(office)
    await log(office, facts=InquiryFacts(asked_on=date(2026, 12, 7), result=Result.NOT_KNOWN))
    await log(office, facts=WHOLE.model_copy(update={"result": Result.NOT_KNOWN}))
    await log(office, facts=WHOLE.model_copy(update={"result": Result.NOT_KNOWN, "store_in_directory": True}))
    waiting = await office.ctx("U0DANA").read(home.mine, actor("U0DANA"))
    assert [inquiry.ref[-1] for inquiry in waiting.inquiries.inquiries] == ["1", "2", "4"]
    assert waiting.inquiries.inquiries[2].waits_for() == ("to be stored in the shared Directory",)


async def test_i20_finding_is_logged_when_it_discloses_and_not_when_it_finds_nothing(office: Office) -> None:
    await log(office)

    def entries(tx: Tx, page: InquiryPage) -> bool:
        search.disclose(tx, page)
        return tx.changed

    assert await office.does("U0ELI", entries, await find(office, "Ealing"))
    assert not await office.does("U0ELI", entries, await find(office, "nothing such"))


async def test_a_search_is_remembered_for_its_owner_and_for_an_hour(office: Office) -> None:
    kept = await office.does("U0DANA", search.keep_search, "twins")
    assert await office.ctx("U0DANA").read(search.searched_for, kept) == "twins"
    for user, hours in (("U0ELI", 0), ("U0DANA", 2)):
        office.later(hours=hours)
        with pytest.raises(Refusal) as refused:
            await office.ctx(user).read(search.searched_for, kept)
        assert refused.value.code == "draft_gone"


ANSWER = AnswerGiven(
    result=Result.KNOWN_CLOSED, answered_on=date(2026, 12, 7), outcome=Outcome.SIGNPOSTED, signposted_to="parenting group"
)


async def test_g10_whoever_takes_the_call_records_the_answer_and_the_author_closes(office: Office) -> None:
    logged = await log(office)
    assert (await office.does("U0ELI", lifecycle.open_to_answer, logged.ref, actor("U0ELI"))).version == 1
    answered = await office.does("U0ELI", lifecycle.answer_inquiry, logged.ref, 1, ANSWER, actor("U0ELI"))
    assert (answered.status, answered.facts.outcome, answered.facts.note) == (
        InquiryStatus.ANSWERED,
        Outcome.SIGNPOSTED,
        "twins on bay 3",
    )
    assert await code_of(office, "U0ELI", lifecycle.close_inquiry, logged.ref, actor("U0ELI")) == "not_yours"
    assert await code_of(office, "U0DANA", undo.undo, logged.ref, actor("U0DANA")) == "answered"
    closed = await office.does("U0DANA", lifecycle.close_inquiry, logged.ref, actor("U0DANA"))
    assert closed.status is InquiryStatus.CLOSED
    assert await code_of(office, "U0DANA", lifecycle.close_inquiry, logged.ref, actor("U0DANA")) == "closed"
    assert (await find(office, logged.ref)).inquiries[0] == closed


async def test_a_colleagues_answer_is_not_taken_back_by_first_making_it_awaiting_again(office: Office) -> None:
    ref = (await log(office)).ref
    await office.does("U0ELI", lifecycle.answer_inquiry, ref, 1, ANSWER, actor("U0ELI"))
    await office.does("U0DANA", lifecycle.change_inquiry, ref, 2, WHOLE, actor("U0DANA"))
    assert (await office.does("U0DANA", lifecycle.open_for_change, ref, actor("U0DANA"))).facts.result is Result.AWAITING
    await office.does("U0ELI", lifecycle.answer_inquiry, ref, 3, ANSWER, actor("U0ELI"))
    await office.does("U0DANA", lifecycle.change_inquiry, ref, 4, WHOLE, actor("U0DANA"))
    assert await code_of(office, "U0DANA", undo.undo, ref, actor("U0DANA")) == "answered"


async def test_the_author_is_told_when_a_colleague_records_the_answer(office: Office) -> None:
    ref = (await log(office)).ref
    before = await office.ctx("U0SAM").read(letters_waiting)
    await office.does("U0ELI", lifecycle.answer_inquiry, ref, 1, ANSWER, actor("U0ELI"))
    assert await office.ctx("U0SAM").read(letters_waiting) == before + 1
    await office.does("U0DANA", lifecycle.answer_inquiry, ref, 2, ANSWER, actor("U0DANA"))
    assert await office.ctx("U0SAM").read(letters_waiting) == before + 1


async def test_an_answer_is_an_answer_after_the_question_and_not_from_tomorrow(office: Office) -> None:
    ref = (await log(office)).ref
    for change, code in (
        ({"result": Result.AWAITING}, "no_answer"),
        ({"answered_on": date(2026, 12, 6)}, "answered_before_asked"),
        ({"answered_on": date(2026, 12, 8)}, "future_date"),
        ({"signposted_to": "call 07700 900123"}, "identifier"),
    ):
        assert (
            await code_of(office, "U0DANA", lifecycle.answer_inquiry, ref, 1, ANSWER.model_copy(update=change), actor("U0DANA"))
            == code
        )
    await office.does("U0DANA", lifecycle.answer_inquiry, ref, 1, ANSWER, actor("U0DANA"))
    assert await code_of(office, "U0ELI", lifecycle.answer_inquiry, ref, 1, ANSWER, actor("U0ELI")) == "changed_meanwhile"


async def test_an_inquiry_that_waits_cannot_be_closed(office: Office) -> None:
    ref = (await log(office)).ref
    with pytest.raises(Refusal, match="not_finished") as refused:
        await office.does("U0DANA", lifecycle.close_inquiry, ref, actor("U0DANA"))
    assert "answer from Ealing" in refused.value.sentence


async def test_a_correction_keeps_the_answers_day_and_outcome_and_opens_a_closed_inquiry(office: Office) -> None:
    ref = (await log(office)).ref
    await office.does("U0DANA", lifecycle.answer_inquiry, ref, 1, ANSWER, actor("U0DANA"))
    await office.does("U0DANA", lifecycle.close_inquiry, ref, actor("U0DANA"))
    form = WHOLE.model_copy(update={"result": Result.KNOWN_OPEN})
    again = await office.does("U0DANA", lifecycle.change_inquiry, ref, 3, form, actor("U0DANA"))
    assert (again.status, again.facts.outcome, again.facts.signposted_to) == (
        InquiryStatus.ANSWERED,
        Outcome.SIGNPOSTED,
        "parenting group",
    )
    awaiting = await office.does("U0DANA", lifecycle.change_inquiry, ref, 4, WHOLE, actor("U0DANA"))
    assert (awaiting.status, awaiting.facts.answered_on, awaiting.facts.outcome) == (InquiryStatus.AWAITING, None, Outcome.NONE)


async def test_a_manager_voids_with_a_reason_and_the_text_stays_on_file(office: Office) -> None:
    ref = (await log(office)).ref
    assert await code_of(office, "U0DANA", lifecycle.void_inquiry, ref, "twice", actor("U0DANA")) == "managers_only"
    assert await code_of(office, "U0MO", lifecycle.void_inquiry, ref, "", actor("U0MO")) == "reason_missing"
    assert await code_of(office, "U0MO", lifecycle.void_inquiry, ref, "see 943 476 5919", actor("U0MO")) == "identifier"
    await office.does("U0MO", lifecycle.void_inquiry, ref, "logged twice", actor("U0MO"))
    (kept,) = (await find(office, ref)).inquiries
    assert (kept.status, kept.void_reason, kept.facts.note) == (InquiryStatus.VOID, "logged twice", "twins on bay 3")
    assert (await find(office, "Ealing")).total == 0
    assert await code_of(office, "U0MO", lifecycle.void_inquiry, ref, "again", actor("U0MO")) == "void"
    assert await code_of(office, "U0ELI", lifecycle.open_to_answer, ref, actor("U0ELI")) == "void"
