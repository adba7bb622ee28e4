from datetime import date

from bot.domain.inquiries.inquiry import AnswerGiven, AskedBy, InquiryFacts, Result
from bot.services import undo
from bot.services.inquiries import lifecycle, search
from bot.services.inquiries.lifecycle import Logged
from storage.crypto.key_ring import KeyRing
from storage.crypto.vault import Vault
from storage.db.engine import Tx
from storage.inquiries import match_codes
from storage.requests import drafts
from tests.support.offices import KEY, Office, actor, code_of

TODAY = date(2026, 12, 7)
WHOLE = InquiryFacts(asked_by_role=AskedBy.CCDS, asked_on=TODAY, authority_asked="E09000009", home_authority="E09000009")
FAMILY = ("family|okafor|2019-04-03",)


async def log(office: Office, user: str, *, restricted: bool = False, matches: tuple[str, ...] = ()) -> Logged:
    facts = WHOLE.model_copy(update={"restricted": restricted, "note": "heliotrope"})
    return await office.does(user, lifecycle.log_inquiry, facts, actor(user), matches)


async def seen_by(office: Office, user: str, words: str = "") -> list[str]:
    _, page = await office.ctx(user).read(search.find, words, 0, actor(user))
    return [inquiry.ref for inquiry in page.inquiries]


async def test_g13_a_restricted_inquiry_is_found_by_its_author_managers_and_administrators_only(office: Office) -> None:
    await log(office, "U0DANA", restricted=True)
    for words in ("", "Ealing", "heliotrope", "INQ-2026-0001", "today"):
        assert {user: await seen_by(office, user, words) for user in ("U0DANA", "U0ELI", "U0VI", "U0MO", "U0SAM")} == {
            "U0DANA": ["INQ-2026-0001"],
            "U0ELI": [],
            "U0VI": [],
            "U0MO": ["INQ-2026-0001"],
            "U0SAM": ["INQ-2026-0001"],
        }, words


async def test_absent_and_forbidden_read_the_same(office: Office) -> None:
    ref = (await log(office, "U0DANA", restricted=True)).inquiry.ref
    for work, args in (
        (lifecycle.open_for_change, ()),
        (lifecycle.open_to_answer, ()),
        (lifecycle.log_again, ()),
        (lifecycle.close_inquiry, ()),
    ):
        assert await code_of(office, "U0ELI", work, ref, *args, actor("U0ELI")) == "not_found"
    assert await code_of(office, "U0ELI", undo.undo, ref, actor("U0ELI")) == "not_found"


async def test_logging_a_restricted_note_again_keeps_it_restricted_and_is_its_authors(office: Office) -> None:
    first = (await log(office, "U0DANA", restricted=True)).inquiry
    again = await office.does("U0DANA", lifecycle.log_again, first.ref, actor("U0DANA"))
    assert again.inquiry.is_restricted
    assert await code_of(office, "U0MO", lifecycle.log_again, first.ref, actor("U0MO")) == "not_yours"


async def test_asked_before_leaves_out_what_was_voided(office: Office) -> None:
    wrong = (await log(office, "U0DANA", matches=FAMILY)).inquiry
    await office.does("U0MO", lifecycle.void_inquiry, wrong.ref, "wrong family", actor("U0MO"))
    assert (await log(office, "U0ELI", matches=FAMILY)).before == ()


async def test_an_ics_reference_finds_what_carries_it(office: Office) -> None:
    ref = (await log(office, "U0DANA")).inquiry.ref
    answer = AnswerGiven(result=Result.KNOWN_OPEN, answered_on=TODAY, ics_ref="999888", signposted_to="parenting group")
    await office.does("U0DANA", lifecycle.answer_inquiry, ref, 1, answer, actor("U0DANA"))
    for words in ("999888", "parenting", "999888 today"):
        assert await seen_by(office, "U0ELI", words) == [ref], words
    assert await seen_by(office, "U0ELI", "999887") == []


async def test_the_same_family_is_found_again_and_a_stranger_is_not(office: Office) -> None:
    first = await log(office, "U0DANA", matches=FAMILY)
    assert first.before == ()
    second = await log(office, "U0ELI", matches=(*FAMILY, "number|9434765919"))
    assert [inquiry.ref for inquiry in second.before] == [first.inquiry.ref]
    third = await log(office, "U0ELI", matches=("number|9434765919",))
    assert [inquiry.ref for inquiry in third.before] == [second.inquiry.ref]
    assert (await log(office, "U0ELI", matches=("family|smith|2019-04-03",))).before == ()
    assert (await log(office, "U0ELI")).before == ()


async def test_asked_before_tells_nobody_of_a_restricted_inquiry(office: Office) -> None:
    hidden = await log(office, "U0DANA", restricted=True, matches=FAMILY)
    assert (await log(office, "U0ELI", matches=FAMILY)).before == ()
    assert hidden.inquiry.ref in [inquiry.ref for inquiry in (await log(office, "U0MO", matches=FAMILY)).before]


async def test_match_codes_are_keyed_hashes_and_go_with_an_undo(office: Office) -> None:
    logged = await log(office, "U0DANA", matches=FAMILY)
    with office.writing.connect() as conn:
        rows = str(conn.exec_driver_sql("SELECT * FROM match_codes").all())
    assert "okafor" not in rows
    await office.does("U0DANA", undo.undo, logged.inquiry.ref, actor("U0DANA"))
    assert await office.ctx("U0DANA").read(match_codes.subjects, FAMILY) == []
    assert await office.ctx("U0DANA").read(match_codes.number_of, logged.inquiry.ref) == 0


async def test_match_codes_of_an_older_key_are_still_found(office: Office) -> None:
    logged = await log(office, "U0DANA", matches=FAMILY)
    office.ledger._vault = Vault(KeyRing([bytes(range(1, 33)), KEY]))
    assert await office.ctx("U0DANA").read(match_codes.subjects, FAMILY) == [logged.inquiry.ref]


async def test_the_list_that_is_taken_away_holds_no_word_that_was_typed_and_only_what_its_reader_sees(office: Office) -> None:
    await log(office, "U0DANA", restricted=True)
    await log(office, "U0DANA")

    def export(tx: Tx, user: str) -> int:
        found = search.gather(tx, drafts.keep(tx, "Ealing today"), actor(user))
        return search.send(tx, found, actor(user)).total

    assert await office.does("U0ELI", export, "U0ELI") == 1
    assert await office.does("U0MO", export, "U0MO") == 2
    _, page = await office.ctx("U0MO").read(search.find, "", 0, actor("U0MO"))
    text = search.as_csv(page.inquiries).decode("utf-8-sig")
    assert "heliotrope" not in text
    assert text.splitlines()[1].startswith("INQ-2026-0002,2026-12-07,CCDS,Ealing,Ealing,no,awaiting an answer")
    bare = search.as_csv((page.inquiries[0].model_copy(update={"facts": InquiryFacts(asked_on=TODAY, age_years=0)}),)).decode()
    assert ",0,awaiting" in bare
