"""Cases in Slack, over the wire, as people use them: on SQLite by Socket Mode, on PostgreSQL by HTTP."""

import asyncio
import re

import pytest

from simulator.client import CannotDo, Person, Seen, Workspace, readable
from tests.support.cases import LIMBS, completed, fresh, refers, told
from tests.support.patience import patience


async def test_g6_a_referral_needs_both_limbs_and_offers_an_inquiry_instead(dana: Person) -> None:
    await dana.types(f"refer {fresh()}")
    seen = await dana.submits(home_authority="E09000009", need_to_see_family=["yes"])
    assert "log it as an inquiry" in seen.errors["significant_activity"]
    seen = await dana.presses("inquiry.new")
    assert "Which authority was asked?" in seen.text
    await dana.closes()


async def test_g1_our_own_borough_is_refused_under_its_input(dana: Person) -> None:
    await dana.types(f"refer {fresh()}")
    seen = await dana.submits(home_authority="E09000020", **LIMBS)
    assert "out of borough" in seen.errors["home_authority"]
    await dana.closes()


async def test_g8_g9_verbal_or_written_follows_the_channel_until_somebody_chooses(dana: Person) -> None:
    def shown(seen: Seen) -> tuple[str, str | None]:
        block = next(each for each in seen.raw["modal"]["blocks"] if each.get("block_id", "").startswith("form."))
        chosen = block["element"].get("initial_option")
        return block["block_id"], chosen["value"] if chosen else None

    seen = await dana.types(f"refer {fresh()}")
    assert shown(seen) == ("form.ward_staff", "verbal")
    seen = await dana.chooses("referral.channel", "ccds", values={"home_authority": "E09000009"})
    assert shown(seen) == ("form.ccds", "written")
    home = next(each for each in seen.raw["modal"]["blocks"] if each.get("block_id") == "home_authority")
    assert home["element"]["initial_option"]["value"] == "E09000009"
    seen = await dana.chooses("referral.channel", "ward_staff", values={"form.ccds": "verbal"})
    assert shown(seen) == ("form.ward_staff", "verbal")
    seen = await dana.chooses("referral.channel", "ccds", values={"form.ward_staff": "written"})
    seen = await dana.chooses("referral.channel", "other", values={"form.ccds": "verbal"})
    assert shown(seen) == ("form.other", "verbal")
    await dana.closes()


async def test_i3_a_case_that_is_open_takes_no_second_referral(dana: Person, eli: Person) -> None:
    ics = fresh()
    ref = await refers(dana, ics)
    for word in (ics, ref):
        assert "[ Log a contact ]" in (await eli.types(f"refer {word}")).text
    await eli.types("refer")
    seen = await eli.submits(about=ics, home_authority="E09000009", **LIMBS)
    assert "Please log a contact" in seen.errors["about"]
    await eli.closes()


async def test_g4_a_viewer_looks_and_does_nothing(workspace: Workspace, dana: Person) -> None:
    vi = await workspace.add_user(id="U0VI", name="vi")
    await workspace.person("U0SAM").types("admin roles @vi viewer")
    ref = await refers(dana)
    card = await vi.types(f"case {ref}")
    assert "Three-month threshold (§4)" in card.text
    assert "[" not in card.text
    assert "is for: " in (await vi.types(f"refer {fresh()}")).text
    with pytest.raises(CannotDo):
        await vi.chooses("case.more", "Details")


async def test_a_visit_is_logged_from_words_and_taken_back(dana: Person) -> None:
    ref = await refers(dana)
    seen = await dana.types(f"contact {ref} visit, saw the child on her own")
    assert "*Visit, the child was seen alone*" in seen.text
    assert "three-month threshold (§4)" in seen.text
    await dana.types(f"case {ref}")
    shown = await dana.chooses("case.more", "Timeline")
    assert "Visit, the child was seen alone" in shown.text
    await dana.closes()
    assert "taken back" in (await dana.types("undo")).text
    await dana.types(f"case {ref}")
    assert "Visit" not in (await dana.chooses("case.more", "Timeline")).text
    await dana.closes()


async def test_i21_words_that_hold_an_identifier_are_refused_and_nothing_is_kept(dana: Person) -> None:
    ref = await refers(dana)
    assert "NHS number" in (await dana.types(f"contact {ref} visit 943 476 5919")).text
    await dana.types(f"contact {ref}")
    seen = await dana.submits(kind="visit", note="lives at SW10 9NH")
    assert "postcode" in seen.errors["note"]
    await dana.closes()
    await dana.types(f"case {ref}")
    assert "Visit" not in (await dana.chooses("case.more", "Timeline")).text
    await dana.closes()


async def test_i10_a_completion_is_another_persons_press_and_a_second_press_hears_who_it_was(dana: Person, mo: Person) -> None:
    ref = await refers(dana)
    await dana.types(f"assess {ref}")
    assert "started on" in (await dana.submits(purpose="short_term_over_three_months")).text
    await dana.closes()
    await dana.types(f"assess {ref}")
    assert "A manager is asked" in (await dana.submits()).text
    await dana.closes()
    letter = await told(mo, f"authorise the completion of the assessment of *{ref}*")
    assert "three-month threshold" not in readable(letter)
    with pytest.raises(CannotDo):
        await dana.presses("case.authorise", ts=letter["ts"])
    await mo.presses("case.authorise", ts=letter["ts"])
    await told(dana, f"<@U0MO> has authorised the completion of the assessment of *{ref}*")
    again = await mo.types(f"case {ref}")
    assert "Assessment or review to be shared (§3), with the parents and the child" in again.text
    assert "Three-month threshold" not in again.text


async def test_a_manager_says_not_yet_with_what_is_missing(dana: Person, mo: Person) -> None:
    ref = await refers(dana)
    for _ in range(2):
        await dana.types(f"assess {ref}")
        await dana.submits(purpose="other") if _ == 0 else await dana.submits()
        await dana.closes()
    await mo.types(f"case {ref}")
    await mo.presses("case.decline")
    assert "not yet" in (await mo.submits(note="the parents' view is missing")).text
    await mo.closes()
    assert "the parents' view is missing" in readable(
        await told(dana, f"*not yet* about the completion of the assessment of *{ref}*")
    )


async def test_two_managers_press_at_once_and_one_hears_of_the_other(workspace: Workspace, dana: Person, mo: Person) -> None:
    nia = await workspace.add_user(id="U0NIA", name="nia")
    await workspace.person("U0SAM").types("admin roles @nia senior manager")
    ref = await refers(dana)
    for number in range(2):
        await dana.types(f"assess {ref}")
        await dana.submits(**({} if number else {"purpose": "other"}))
        await dana.closes()
    cards, before = [], []
    for manager in (mo, nia):
        await manager.types(f"case {ref}")
        shown = (await manager.sees())["ephemerals"]
        cards.append(shown[-1]["ts"])
        before.append(len(shown) - 1)
    await asyncio.gather(*(each.presses("case.authorise", ts=card) for each, card in zip((mo, nia), cards, strict=True)))
    said = ""
    async with patience(
        "both managers to be answered"
    ):  # on a slow machine one of them hears it a moment after the press was acknowledged
        while not ("Authorised:" in said and re.search(r"<@U0(MO|NIA)> authorised that on", said)):
            await asyncio.sleep(0.02)
            seen = [
                each
                for who, earlier in zip((mo, nia), before, strict=True)
                for each in (await who.sees())["ephemerals"][earlier:]
            ]
            said = "\n".join(readable(each) for each in seen)
    assert len(re.findall(rf"\*{ref}\*: Authorised:", said)) == 1, said


async def test_g21_what_is_not_shared_is_asked_by_one_and_agreed_by_the_team_manager(dana: Person, mo: Person) -> None:
    ref = await refers(dana)
    await completed(dana, mo, ref)
    await dana.types(f"share {ref}")
    seen = await dana.submits(parents="exempt_requested", reason="it would put the child at risk")
    assert "team manager is asked" in seen.text
    await dana.closes()
    letter = await told(mo, f"asks you to agree that the core assessment of *{ref}* is not shared")
    await mo.presses("case.exempt", ts=letter["ts"])
    assert "Agreed" in (await mo.submits(reason="agreed in the meeting")).text
    await mo.closes()
    await told(dana, f"<@U0MO> agrees that the core assessment of *{ref}* is not shared")
    assert "be shared (§3), with the parents" not in (await dana.types(f"case {ref}")).text


async def test_g20_g46_sharing_and_the_copy_with_its_form_are_one_form(dana: Person, mo: Person) -> None:
    ref = await refers(dana, second={"route": "assessment"})
    await completed(dana, mo, ref)
    await dana.types(f"share {ref}")
    told_ = {"parents": "shared", "child": "not_age_appropriate", "reason": "a baby"}
    seen = await dana.submits(**told_, method="post")
    assert "was the satisfaction form in it" in seen.errors["form"]
    seen = await dana.submits(**told_, method="post", form="not_included")
    assert "say why" in seen.errors["form_reason"]
    seen = await dana.submits(**told_, method="post", form="included")
    assert "Shared with the parents" in seen.text
    assert "not appropriate for the child's age" in seen.text
    assert "with the satisfaction form (§8)" in seen.text
    await dana.closes()


async def test_g24_a_child_under_ten_is_asked_about_in_the_form(dana: Person) -> None:
    ref = await refers(dana)
    await dana.types(f"assess {ref}")
    told_ = {"purpose": "refer_to_other_borough", "camhs_reason": "overdose"}
    seen = await dana.submits(**told_, joint=["camhs_joint"])
    assert "adolescents" in seen.errors["joint"]
    assert "started on" in (await dana.submits(**told_, joint=["under_ten"])).text
    await dana.closes()


async def test_a_handover_tells_which_clocks_run(dana: Person, eli: Person, mo: Person) -> None:
    ref = await refers(dana)
    await mo.types(f"reassign {ref} @eli")
    assert "<@U0ELI> holds it" in (await mo.submits()).text
    await mo.closes()
    letter = readable(await told(eli, f"*{ref}*"))
    assert "These clocks run" in letter
    assert "Three-month threshold (§4): by" in letter
    assert ref in (await eli.types("mine")).text
    assert ref not in (await dana.types("mine")).text


async def test_closing_is_proposed_and_never_done(dana: Person, mo: Person) -> None:
    ref = await refers(dana)
    seen = await dana.types(f"close {ref} work completed")
    assert "decide in supervision (§6)" in seen.text
    assert "closing is proposed" in (await mo.types(f"case {ref}")).text
    assert "a decision was proposed" in (await mo.types(f"why {ref}")).text
    form = await dana.types(f"propose {ref}")
    assert "would count as a re-referral" in form.text
    await dana.closes()


async def test_b5_a_form_sent_off_too_late_is_kept_and_says_why(workspace: Workspace, dana: Person, mo: Person) -> None:
    ref = await refers(dana)
    await dana.types(f"contact {ref}")
    await mo.types(f"case {ref}")
    await mo.chooses("case.more", "Take the referral back")
    await mo.submits(status="void", reason="typed twice")
    await mo.closes()
    seen = await dana.submits(kind="visit", note="words worth keeping")
    assert "Not saved" in seen.text
    assert "words worth keeping" in seen.text
    reopened = await dana.presses("draft.open")
    note = next(each for each in reopened.raw["modal"]["blocks"] if each.get("block_id") == "note")
    assert note["element"]["initial_value"] == "words worth keeping"
    await dana.closes()
    sam = workspace.person("U0SAM")
    other = await refers(dana)
    await dana.types(f"contact {other}")
    await sam.types("admin roles @dana viewer")
    assert "Not saved" in (await dana.submits(kind="visit", note="a role lost meanwhile")).text
    await sam.types("admin roles @dana social worker manager @mo")
    await dana.closes()


async def test_g11_work_on_an_inquiry_is_refused_and_it_is_converted_with_its_link(dana: Person) -> None:
    logged = await dana.types(f"inquiry ward asks Ealing {fresh()}")
    inquiry = re.search(r"INQ-\d+-\d+", logged.text)
    assert inquiry
    assert "no direct or indirect work" in (await dana.types(f"contact {inquiry[0]} visit")).text
    await dana.presses("referral.convert")
    await dana.submits(about=fresh(), **LIMBS)
    seen = await dana.submits(age_years="unborn", threshold_level="2")
    assert f"It comes from {inquiry[0]}" in seen.text
    await dana.closes()


async def test_a_restricted_case_is_absent_for_others(dana: Person, eli: Person, mo: Person) -> None:
    ics = fresh()
    ref = await refers(dana, ics, also=["restricted"])
    absent = (await eli.types("case OOB-2026-9999")).text.replace("OOB-2026-9999", ref)
    assert (await eli.types(f"case {ref}")).text == absent
    assert (await eli.types(f"case {ics}")).text == absent.replace(ref, ics)
    assert (await eli.types(f"contact {ref} visit")).text == absent
    assert ref in (await mo.types(f"case {ref}")).text


async def test_g0_the_rules_are_shown_with_their_sections_and_settings(dana: Person) -> None:
    shown = (await dana.types("rules")).text
    assert "more than 3 months needs a core assessment" in shown
    assert "is not used here" in shown
    assert {f"(§{number})" in shown for number in range(1, 9)} == {True}


async def test_g3_a_new_version_is_shown_before_it_is_set(workspace: Workspace, dana: Person) -> None:
    await refers(dana)
    sam = workspace.person("U0SAM")
    seen = await sam.types("admin rules threshold_advance_days 21 from 1 Feb 2099")
    assert "14 → *21*" in seen.text
    assert "0 things asked today would change" in seen.text
    await sam.presses("rules.set")
    assert "from Sun 1 Feb 2099" in (await sam.types("admin rules")).text
    assert "does not take that value" in (await sam.types("admin rules threshold_months 900")).text
    assert "I know no setting" in (await sam.types("admin rules thresold 4")).text


async def test_the_home_shows_ones_cases_and_a_managers_team(dana: Person, mo: Person) -> None:
    ref = await refers(dana)
    home = (await dana.opens_home()).raw["home"]
    assert ref in readable(home)
    await dana.chooses("case.more", ref, home=True)
    assert f"*{ref}*" in readable((await dana.sees())["modal"])
    await dana.closes()
    assert "awaiting a decision (§6)" in readable((await mo.opens_home()).raw["home"])
    seen = await mo.types("due team")
    pages = seen.text
    while "[ More ]" in seen.text:
        await mo.presses("due.more")
        seen = Seen(await mo.sees())
        pages += seen.text
    assert ref in pages
    assert "for managers" in (await dana.types("due team")).text
