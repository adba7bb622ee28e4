"""What people try with cases, by mistake or not, over the wire: nothing is lost, doubled, shown or done by the wrong person."""

import asyncio
import re

import pytest

from simulator.client import Person, Workspace, readable
from tests.support.cases import LIMBS, completed, fresh, refers, told
from tests.support.patience import patience


async def timeline(person: Person, ref: str) -> str:
    await person.types(f"case {ref}")
    shown = (await person.chooses("case.more", "Timeline")).text
    await person.closes()
    return shown


async def test_an_undo_button_takes_back_what_it_stands_under_or_nothing(dana: Person) -> None:
    ref = await refers(dana)
    await dana.types(f"contact {ref} visit, the first words")
    first = (await dana.sees())["ephemerals"][-1]["ts"]
    await dana.types(f"contact {ref} wrote a letter, the second words")
    await dana.presses("case.undo", ts=first)
    assert "Something else was recorded" in readable((await dana.sees())["ephemerals"][-1]) + str(
        (await dana.sees())["ephemerals"]
    )
    both = await timeline(dana, ref)
    assert "the first words" in both
    assert "the second words" in both
    assert "the contact was taken back" in (await dana.types(f"undo {ref}")).text
    assert "the second words" not in await timeline(dana, ref)


async def test_what_one_form_recorded_is_taken_back_as_one(dana: Person, mo: Person) -> None:
    ref = await refers(dana, second={"route": "assessment"})
    await completed(dana, mo, ref)
    await dana.types(f"share {ref}")
    await dana.submits(parents="shared", child="not_age_appropriate", reason="a baby", method="post", form="included")
    assert "taken back" in (await dana.presses("case.undo")).text
    await dana.closes()
    assert "with the parents and the child" in (await dana.types(f"case {ref}")).text


async def test_a_legal_hold_keeps_what_one_would_take_back(workspace: Workspace, dana: Person) -> None:
    ref = await refers(dana)
    await workspace.person("U0SAM").types(f"admin hold {ref} litigation")
    await dana.types(f"contact {ref} visit, kept for the court")
    assert "A legal hold is on" in (await dana.types(f"undo {ref}")).text
    assert "kept for the court" in await timeline(dana, ref)
    await workspace.person("U0SAM").types(f"admin hold {ref} off")


async def test_the_newest_that_can_still_be_taken_back_is(dana: Person) -> None:
    logged = await dana.types(f"inquiry ward asks Ealing {fresh()}")
    inquiry = re.search(r"INQ-\d+-\d+", logged.text)
    assert inquiry
    ref = await refers(dana)
    await dana.types(f"contact {ref} visit")
    assert f"*{ref}*: the contact was taken back" in (await dana.types("undo")).text
    assert inquiry[0] in (await dana.types("undo")).text


async def test_the_same_words_within_a_minute_are_recorded_once(dana: Person) -> None:
    ref = await refers(dana)
    await dana.types(f"contact {ref} visit, she was asleep")
    assert "not recorded a second time" in (await dana.types(f"contact {ref} visit, she was asleep")).text
    assert (await timeline(dana, ref)).count("she was asleep") == 1
    await dana.types(f"undo {ref}")
    assert "recorded" in (await dana.types(f"contact {ref} visit, she was asleep")).text
    assert (await timeline(dana, ref)).count("she was asleep") == 1


async def test_details_that_changed_meanwhile_are_not_overwritten(dana: Person, eli: Person, mo: Person) -> None:
    ref = await refers(dana)
    await mo.types(f"case {ref}")
    await mo.chooses("case.more", "Details")
    await dana.types(f"case {ref}")
    await dana.chooses("case.more", "Details")
    await dana.submits(flags=["restricted"], next_expected_contact="20 Mar 2027")
    await dana.closes()
    seen = await mo.submits(family_group="FAM-9")
    assert "Somebody changed" in next(iter(seen.errors.values()))
    await mo.closes()
    assert "There is no case" in (await eli.types(f"case {ref}")).text
    assert "Sat 20 Mar 2027" in (await dana.types(f"case {ref}")).text


async def test_a_family_is_a_reference_with_a_number_and_no_name(dana: Person) -> None:
    ref = await refers(dana)
    await dana.types(f"case {ref}")
    await dana.chooses("case.more", "Details")
    assert "no name" in (await dana.submits(family_group="Okafor")).errors["family_group"]
    await dana.closes()


async def test_a_restricted_case_goes_to_another_team_and_is_lost_from_sight(
    workspace: Workspace, dana: Person, mo: Person
) -> None:
    for user in ("nia", "bob"):
        await workspace.add_user(id=f"U0{user.upper()}", name=user)
    sam = workspace.person("U0SAM")
    await sam.types("admin roles @nia team manager")
    await sam.types("admin roles @bob social worker manager @nia")
    ref = await refers(dana, also=["restricted"])
    await mo.types(f"reassign {ref} @bob")
    assert "you do not see it any more" in (await mo.submits()).text
    await mo.closes()
    assert "These clocks run" in readable(await told(workspace.person("U0BOB"), f"*{ref}*"))
    assert "There is no case" in (await mo.types(f"case {ref}")).text


async def test_a_restriction_holds_when_a_referral_opens_a_case_again(dana: Person, eli: Person, mo: Person) -> None:
    ics = fresh()
    ref = await refers(dana, ics)
    await mo.types(f"case {ref}")
    await mo.chooses("case.more", "Take the referral back")
    await mo.submits(status="nfa", reason="advice was enough")
    await mo.closes()
    assert await refers(dana, ics, also=["restricted"]) == ref
    assert "There is no case" in (await eli.types(f"case {ref}")).text


async def test_s4_words_that_are_corrected_are_not_said_in_mrkdwn(dana: Person) -> None:
    ref = await refers(dana)
    await dana.types(f"case {ref}")
    await dana.chooses("case.more", "Correct")
    seen = await dana.submits(field="referrer_role", to="<https://evil.example|Sign in> <!channel> *b*", reason="typed wrongly")
    assert "evil" not in str(seen.modal)
    assert "Referrer role is corrected" in seen.text
    await dana.closes()


async def test_letters_about_what_is_not_shared_name_whom_and_what(dana: Person, mo: Person) -> None:
    ref = await refers(dana)
    await completed(dana, mo, ref)
    await dana.types(f"share {ref}")
    await dana.submits(parents="exempt_requested", child="exempt_requested", reason="it would put her at risk")
    await dana.closes()
    await told(mo, f"the core assessment of *{ref}* is not shared with the child")
    letter = await told(mo, f"the core assessment of *{ref}* is not shared with the parents")
    assert "it would put her at risk" in readable(letter)
    await mo.presses("case.exempt", ts=letter["ts"])
    await mo.submits()
    await mo.closes()
    await told(dana, f"agrees that the core assessment of *{ref}* is not shared with the parents")
    await dana.types(f"share {ref}")
    seen = await dana.submits(parents="shared", method="given")
    assert "settled already by <@U0MO>" in next(iter(seen.errors.values()))
    await dana.closes()


@pytest.mark.parametrize("verb", ["review", "share", "file"])
async def test_a_form_with_nothing_to_choose_is_a_sentence(dana: Person, verb: str) -> None:
    ref = await refers(dana)
    seen = await dana.types(f"{verb} {ref}")
    assert seen.modal is None
    assert ref in seen.text
    assert "Slack" not in seen.text


async def test_work_on_a_case_that_is_not_open_is_refused_before_a_form_opens(dana: Person, mo: Person) -> None:
    ref = await refers(dana)
    await mo.types(f"void {ref}")
    await mo.submits(status="void", reason="typed twice")
    await mo.closes()
    for verb in ("contact", "assess", "propose", "chronology"):
        seen = await dana.types(f"{verb} {ref}")
        assert seen.modal is None
        assert "was taken back" in seen.text


async def test_a_command_without_a_case_offers_ones_own(dana: Person) -> None:
    ref = await refers(dana)
    assert "Which case?" in (await dana.types("contact")).text
    assert "What was it?" in (await dana.chooses("case.more", ref)).text
    await dana.closes()
    await dana.types("case")
    await dana.chooses("case.more", ref)
    assert f"*{ref}* · open" in readable((await dana.sees())["ephemerals"][-1])


async def test_what_was_typed_to_find_a_family_is_not_kept_with_a_form_that_came_too_late(
    workspace: Workspace, dana: Person
) -> None:
    await dana.types(f"refer {fresh()}")
    await dana.submits(home_authority="E09000009", **LIMBS)
    sam = workspace.person("U0SAM")
    await sam.types("admin roles @dana viewer")
    seen = await dana.submits(age_years="7", threshold_level="3", referrer_role="ward sister", match="Okafor 3/4/2019")
    assert "ward sister" in seen.text
    assert "Okafor" not in str(seen.raw["modal"])
    await dana.closes()
    await sam.types("admin roles @dana social worker manager @mo")


async def test_somebody_who_cannot_hold_a_case_is_said_under_their_input(workspace: Workspace, dana: Person) -> None:
    await workspace.add_user(id="U0ZED", name="zed")
    await dana.types(f"refer {fresh()}")
    await dana.submits(home_authority="E09000009", **LIMBS)
    seen = await dana.submits(age_years="7", threshold_level="3", worker="U0ZED")
    assert "not on the list" in seen.errors["worker"]
    await dana.closes()


async def test_two_people_refer_one_child_and_the_second_is_led_back(dana: Person, eli: Person) -> None:
    ics = fresh()
    for person in (dana, eli):
        await person.types(f"refer {ics}")
        await person.submits(home_authority="E09000009", **LIMBS)
    await dana.submits(age_years="7", threshold_level="3")
    await dana.closes()
    seen = await eli.submits(age_years="7", threshold_level="3")
    assert "already" in seen.text
    about = next(block for block in seen.raw["modal"]["blocks"] if block.get("block_id") == "about")
    assert about["element"]["initial_value"] == ics
    await eli.closes()


async def test_feedback_by_the_ics_reference_is_about_the_case(dana: Person) -> None:
    ics = fresh()
    ref = await refers(dana, ics)
    assert "Feedback to the referrer" in (await dana.types(f"case {ref}")).text
    await dana.types(f"feedback {ics} told the referrer that we know the family")
    assert "Feedback to the referrer" not in (await dana.types(f"case {ref}")).text


async def test_a_rule_that_ends_what_is_asked_says_so_before_it_is_set(workspace: Workspace, dana: Person) -> None:
    await refers(dana)
    sam = workspace.person("U0SAM")
    seen = await sam.types("admin rules referrer_working_days 0")
    assert "not asked any more" in seen.text
    assert "is that already" in (await sam.types("admin rules threshold_months 3")).text


async def test_an_abandoned_assessment_asks_nobody_any_more(dana: Person, mo: Person) -> None:
    ref = await refers(dana)
    for number in range(2):
        await dana.types(f"assess {ref}")
        await dana.submits(**({} if number else {"purpose": "other"}))
        await dana.closes()
    await dana.types(f"assess {ref}")
    await dana.submits(end="abandoned", reason="the family moved")
    await dana.closes()
    assert "Authorise" not in (await mo.types(f"case {ref}")).text


async def test_drafts_and_values_of_another_kind_are_old_buttons_and_no_surprise(workspace: Workspace, dana: Person) -> None:
    ref = await refers(dana)
    typed = await dana.types(f"contcat {ref} visit today")
    draft = re.search(r'"id":"([^"]+)"', str(typed.raw["ephemerals"][-1]).replace('\\"', '"'))
    assert draft
    for action, value in (
        ("draft.open", draft[1]),
        ("rules.set", draft[1]),
        ("referral.channel", ""),
        ("case.authorise", ref),
        ("case.share", "OOB-2026-9999"),
    ):
        payload = typed.raw["payload"]
        person = {"id": "U0SAM" if action == "rules.set" else "U0DANA", "team_id": "T0SIM"}
        body = {"type": "block_actions", "team": {"id": "T0SIM"}, "user": person, "trigger_id": payload["trigger_id"] + action}
        body["actions"] = [{"action_id": action, "value": f'{{"v":1,"id":"{value}","n":0}}'}]
        body |= {"response_url": payload["response_url"], "container": {"type": "message", "is_ephemeral": True}}
        await workspace.deliver("interactive", body)
    await asyncio.sleep(0)
    said = [readable(each) for each in (await dana.sees())["ephemerals"]]
    assert not any("Something went wrong" in each for each in said)


async def test_what_is_planned_opens_the_form_and_is_not_logged(dana: Person) -> None:
    ref = await refers(dana)
    seen = await dana.types(f"contact {ref} planned to visit next week")
    assert "still to come" in seen.text
    note = next(block for block in seen.raw["modal"]["blocks"] if block.get("block_id") == "note")
    assert note["element"]["initial_value"] == "planned to visit next week"
    await dana.closes()
    assert "planned" not in await timeline(dana, ref)


async def test_a_family_that_is_known_is_shown_before_a_second_case_is_made(dana: Person, eli: Person) -> None:
    family = f"Okafor{fresh().translate(str.maketrans('0123456789', 'abcdefghij')).replace('-', '')} 3/4/2019"
    ref = await refers(dana, second={"match": family})
    await eli.types(f"refer {fresh()}")
    await eli.submits(home_authority="E09000009", **LIMBS)
    seen = await eli.submits(age_years="7", threshold_level="3", worker="U0ELI", match=family)
    assert "Known already" in seen.text
    assert ref in seen.text
    assert "Okafor" not in seen.text
    assert "is activated" in (await eli.submits(match=family)).text
    await eli.closes()


async def test_what_was_authorised_in_the_home_is_gone_from_it(dana: Person, mo: Person) -> None:
    ref = await refers(dana)
    for number in range(2):
        await dana.types(f"assess {ref}")
        await dana.submits(**({} if number else {"purpose": "other"}))
        await dana.closes()
    await mo.opens_home()
    before = readable((await mo.sees())["home"])
    assert ref in before
    await mo.presses("case.authorise", home=True, value=f'{{"v":1,"id":"{ref}","n":{_number(await mo.sees(), ref)}}}')
    async with patience("the home tab without what was authorised"):
        while f"completion of the assessment of *{ref}*" in readable((await mo.sees())["home"]):
            await asyncio.sleep(0.02)
    await mo.closes()


def _number(seen: dict[str, object], ref: str) -> int:
    found = re.search(rf'"id":"{ref}","n":(\d+)', str(seen["home"]).replace('\\"', '"'))
    assert found
    return int(found[1])


async def test_an_inquiry_is_converted_once_and_says_to_what(dana: Person) -> None:
    logged = await dana.types(f"inquiry ward asks Ealing {fresh()}")
    inquiry = re.search(r"INQ-\d+-\d+", logged.text)
    assert inquiry
    await dana.types(f"convert {inquiry[0]}")
    await dana.submits(about=fresh(), **LIMBS)
    seen = await dana.submits(age_years="7", threshold_level="2")
    ref = re.search(r"OOB-\d+-\d+", seen.text)
    assert ref
    await dana.closes()
    assert f"please go on with *{ref[0]}*" in (await dana.types(f"convert {inquiry[0]}")).text
