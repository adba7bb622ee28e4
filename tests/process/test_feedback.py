"""Feedback, recording on ICS, and the message shortcut, over Slack's wire (§7, §2)."""

import asyncio
import re
from typing import Any

import pytest

from simulator.client import CannotDo, Person, Seen, Workspace, readable
from tests.support.patience import patience
from tests.support.reading import arrived, fresh, ref_in


async def test_g44_a_line_is_noted_at_once_with_its_day_its_role_and_when_it_is_due(dana: Person) -> None:
    seen = await dana.types(f"feedback {fresh()} 7 Dec 2020 told the health visitor about the plan")
    assert "is noted" in seen.text
    assert "Verbally on *Mon 7 Dec 2020*, to an individual professional" in seen.text
    assert "Their role: health visitor" in seen.text
    assert "record it on ICS by *Tue 8 Dec 2020*" in seen.text
    assert "[ Recorded on ICS ]  [ Edit ]  [ Undo ]" in seen.text
    assert "§7" in seen.text
    assert seen.raw["ephemerals"][-1]["text"] == f"OOB: {ref_in(seen)} is noted."


async def test_g43_the_form_asks_seven_things_and_reads_british_dates(dana: Person) -> None:
    opened = await dana.types(f"feedback {fresh()}")
    assert opened.modal is not None
    assert len([block for block in opened.modal["blocks"] if block["type"] == "input"]) == 7
    wrong = await dana.submits(target="mdt_meeting", given_on="Tue 7 Dec 2020")
    assert "is a Monday" in wrong.errors["given_on"]
    for values, field in (
        ({"about": "that one"}, "about"),
        ({"summary": "SW10 9NH"}, "summary"),
        ({"given_on": "1 Jan 2099"}, "given_on"),
    ):
        refused = await dana.submits(**({"target": "mdt_meeting", "given_on": "today"} | values))
        assert list(refused.errors) == [field]
    seen = await dana.submits(target="mdt_meeting", given_on="7/12/2020", summary="plan agreed", followed=["emailed_on"])
    assert "to an MDT meeting" in readable(seen.modal or {})
    assert "An e-mail followed" in readable(seen.modal or {})
    await dana.closes()


async def test_feedback_is_corrected_followed_up_and_taken_back(dana: Person, eli: Person) -> None:
    seen = await dana.types(f"feedback {fresh()} told the GP")
    ref, ts = ref_in(seen), seen.raw["ephemerals"][-1]["ts"]
    await dana.presses("feedback.open", ts=ts)
    saved = await dana.submits(target_role="practice nurse")
    assert "Their role: practice nurse" in readable(saved.modal or {})
    await dana.closes()
    for action in ("feedback.emailed", "feedback.letter"):
        await dana.presses(action, ts=ts)
        assert "is saved" in readable(next(m for m in (await dana.sees())["ephemerals"] if m["ts"] == ts))
    assert "only they can take it back" in (await eli.types(f"undo {ref}")).text
    assert "was taken back" in (await dana.types(f"undo {ref.lower()}")).text
    await dana.presses("feedback.undo")


async def test_the_same_words_at_once_are_asked_about_and_noted_when_meant(dana: Person) -> None:
    line = f"feedback {fresh()} told the GP"
    first, second = await dana.types(line), await dana.types(line)
    assert f"as *{ref_in(first)}*" in second.text
    await dana.presses("feedback.again")
    noted = readable((await dana.sees())["ephemerals"][-1])
    assert "is noted" in noted
    assert ref_in(first) not in noted


async def test_several_are_recorded_on_ics_at_once_with_text_to_copy(eli: Person, workspace: Workspace) -> None:
    await drain(eli)
    refs = [ref_in(await eli.types(f"feedback {fresh()} told the GP number {n}")) for n in range(3)]
    listed = await eli.types("feedback")
    assert "told the GP number 2" in listed.text
    form = await eli.types("recorded")
    assert "out of borough recording guidelines, §7" in form.text
    with pytest.raises(CannotDo, match="On ICS now"):
        await eli.submits(refs=[])
    done = readable((await eli.submits(refs=refs[:2])).modal or {})
    assert f"*{refs[0]}* and *{refs[1]}* are noted" in done
    await eli.closes()
    assert refs[2] in (await workspace.person("U0MO").types("feedback all")).text
    assert f"*{refs[2]}* is noted" in (await eli.types(f"recorded {refs[2]}")).text
    assert "noted before" in (await eli.types(f"recorded {refs[2]}")).text
    assert "Nothing of yours waits" in (await eli.types("recorded")).text
    assert "No feedback of yours waits" in (await eli.types("feedback")).text
    await eli.presses("feedback.form")
    await eli.closes()


async def drain(person: Person) -> None:
    """Record whatever still waits of `person`'s."""
    while (form := await person.types("recorded")).modal:
        boxes = next(block["element"]["options"] for block in form.modal["blocks"] if block.get("block_id") == "refs")
        await person.submits(refs=[box["value"] for box in boxes])
        await person.closes()


async def test_the_button_opens_the_form_with_its_entry_ticked(eli: Person) -> None:
    await drain(eli)
    ref = ref_in(await eli.types(f"feedback {fresh()} told the GP"))
    await eli.presses("recording.open")
    assert f"*{ref}* is noted as recorded" in readable((await eli.submits()).modal or {})
    await eli.closes()


async def test_what_is_not_on_ics_waits_under_bare_oob(eli: Person) -> None:
    await drain(eli)
    ref = ref_in(await eli.types(f"feedback {fresh()} 7 Dec 2020 told the GP"))
    seen = await eli.types("")
    assert "not yet on ICS" in seen.text
    assert f"*{ref}*" in seen.text
    assert "due since Tue 8 Dec 2020" in seen.text
    assert ref in readable((await eli.opens_home()).raw["home"])


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("feedback what?", "could not read that reference"),
        ("feedback INQ-2020-0001 told", "There is no inquiry"),
        ("feedback OOB-2026-0001 told", "There is no case OOB-2026-0001"),
        ("feedback 9434765919 told", "NHS number"),
        ("feedback ABC1 call 07700 900123", "telephone number"),
        ("feedback ABC1 Tue 7 Dec 2020 told", "is a Monday"),
        ("recorded that", "say what is on ICS now"),
        ("recorded FB-2020-0001", "There is no feedback"),
        ("feedback all", "for managers"),
        ("disposal", "is for: senior manager, team manager"),
    ],
)
async def test_a_line_about_feedback_gets_a_good_answer(dana: Person, line: str, answer: str) -> None:
    assert answer in (await dana.types(line)).text


async def test_a_message_becomes_the_form_of_an_inquiry(dana: Person, eli: Person) -> None:
    ts = await eli.says("Ward asks: is the family on bay 7 known to *Brent*? <@U0DANA>")
    opened = await dana.uses_shortcut("inquiry.from_message", ts)
    assert opened.modal is not None
    inputs = {block["block_id"]: block["element"] for block in opened.modal["blocks"] if block["type"] == "input"}
    assert inputs["authority_asked"]["initial_option"]["value"] == "E09000005"
    assert inputs["asked_by_role"]["initial_option"]["value"] == "ward_staff"
    assert "known to *Brent*" in inputs["note"]["initial_value"]
    assert "is logged" in readable((await dana.submits()).modal or {})
    await dana.closes()


@pytest.mark.parametrize(
    ("words", "kind"), [("NHS 943 476 5919 known to Brent?", "an NHS number"), ("x" * 5000, None), ("", None)]
)
async def test_a_message_with_an_identifier_leaves_its_text_out(dana: Person, eli: Person, words: str, kind: str | None) -> None:
    opened = await dana.uses_shortcut("inquiry.from_message", await eli.says(words))
    assert opened.modal is not None
    shown = str(opened.modal)
    assert "476 5919" not in shown
    assert (f"it holds {kind}" in shown) is (kind is not None)
    await dana.closes()


async def test_b1_the_same_feedback_delivered_again_is_one_and_gets_the_same_answer(dana: Person, workspace: Workspace) -> None:
    first = await dana.types(f"feedback {fresh()} told the GP")
    again = await workspace.deliver(first.raw["type"], first.raw["payload"])
    assert again["answer"] == first.raw["answer"]


async def test_asked_before_is_said_when_the_family_is_the_same(dana: Person, eli: Person) -> None:
    whole: dict[str, Any] = {"asked_by_role": "ccds", "authority_asked": "E09000009"}
    await dana.types("inquiry")
    first = ref_in_modal(await dana.submits(**whole, match_family="Okafor 3/4/2019", match_number="943 476 5919"))
    await dana.closes()
    for match in ({"match_family": "okafor, 3 April 2019"}, {"match_number": "943-476-5919"}):
        await eli.types("inquiry")
        seen = readable((await eli.submits(**whole, **match)).modal or {})
        assert "Asked before" in seen
        assert f"*{first}*" in seen
        await eli.closes()


def ref_in_modal(seen: Seen) -> str:
    return str(re.search(r"INQ-\d{4}-\d{4,}", readable(seen.modal or {}))[0])  # type: ignore[index]


async def test_r3_the_answer_shows_what_is_known_by_now(dana: Person) -> None:
    ref = ref_in(await dana.types(f"inquiry ward asks Ealing {fresh()}"))
    await dana.types(f"answer {ref}")
    wrong = await dana.submits(result="known_open", age_years="old")
    assert "18 months" in wrong.errors["age_years"]
    for values, field in (
        ({"age_years": "99"}, "age_years"),
        ({"ics_ref": "INQ-2026-0001"}, "ics_ref"),
        ({"ics_ref": "9434765919"}, "ics_ref"),
    ):
        assert list((await dana.submits(result="known_open", **values)).errors) == [field]
    seen = readable((await dana.submits(result="known_open", age_years="7", threshold_level="2", ics_ref="abc99")).modal or {})
    assert "ICS ABC99 · aged 7 · level of need 2" in seen
    await dana.closes()


async def test_search_by_days_and_the_list_as_a_file(dana: Person, workspace: Workspace) -> None:
    mark = fresh().lower()
    for number in range(2):
        await dana.types(f"inquiry {mark} {number} Hackney")
    seen = await dana.types(f"inquiries {mark} today")
    assert "2 inquiries" in seen.text
    assert "No inquiry was found: on Mon 7 Dec 2020." in (await dana.types(f"inquiries {mark} 7 Dec 2020")).text
    await dana.types(f"inquiries {mark} today")
    await dana.presses("inquiries.export")
    file = await arrived(workspace, dana, "oob-inquiries-")
    assert file.decode("utf-8-sig").count("INQ-") == 2
    assert mark not in file.decode()


async def test_a_restricted_inquiry_is_not_there_for_colleagues(dana: Person, eli: Person, workspace: Workspace) -> None:
    mark = fresh().lower()
    await dana.types("inquiry")
    await dana.submits(asked_by_role="police", authority_asked="E09000009", also=["restricted"], note=mark)
    await dana.closes()
    assert "No inquiry was found" in (await eli.types(f"inquiries {mark}")).text
    found = await workspace.person("U0MO").types(f"inquiries {mark}")
    assert ":lock:" in found.text
    assert f"There is no inquiry {ref_in(found)}" in (await eli.types(f"answer {ref_in(found)}")).text


async def test_what_was_noted_is_looked_up_by_its_reference_by_its_author_and_managers(
    dana: Person, eli: Person, workspace: Workspace
) -> None:
    seen = await dana.types(f"feedback {fresh()} told the health visitor marigold")
    ref = ref_in(seen)
    short = f"fb-{ref[5:7]}-{int(ref[8:])}"
    assert "marigold" in (await dana.types(f"feedback {short}")).text
    assert "[ Recorded on ICS ]" in (await workspace.person("U0MO").types(f"feedback {ref}")).text
    refused = (await eli.types(f"feedback {ref}")).text
    assert "They or a manager can look at it" in refused
    assert "marigold" not in refused
    assert "NHS number" in (await dana.types("feedback 943 476 5919 told the ward")).text


async def test_the_author_of_an_answered_inquiry_is_told_and_closes_it_from_the_letter(dana: Person, eli: Person) -> None:
    ref = ref_in(await dana.types(f"inquiry ward asks Ealing {fresh()}"))
    await eli.types(f"answer {ref}")
    await eli.submits(result="not_known")
    await eli.closes()
    async with patience("the message that there is an answer"):
        while not (letters := [m for m in (await dana.sees())["direct"] if m["text"] == f"OOB: {ref} has an answer."]):
            await asyncio.sleep(0.02)
    assert f"<@U0ELI> has recorded the answer to *{ref}*" in readable(letters[0])
    await dana.presses("inquiry.close", ts=letters[0]["ts"])
    assert "[ Edit ]" in (await dana.types(f"inquiries {ref}")).text
    assert "closed" in (await dana.types(f"inquiries {ref}")).text
