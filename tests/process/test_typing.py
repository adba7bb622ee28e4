"""What people type is read as they mean it, or asked about: over the wire, in both modes and on both databases (§7.2)."""

import re
from datetime import timedelta

import pytest

from bot.core.context import system_clock
from bot.domain.shared.calendar import london_day, say_date
from simulator.client import Person, Workspace, readable
from tests.support.cases import fresh, hears, refers


def today_and(days: int) -> str:
    return say_date(london_day(system_clock()) + timedelta(days=days))


def ref_of(text: str, kind: str = "INQ") -> str:
    found = re.search(rf"{kind}-\d{{4}}-\d{{4,}}", text)
    assert found, text
    return found[0]


@pytest.mark.parametrize("words", ["home visit cancelled", "visited, nobody in", "mum DNA appointment", "rang mum, no answer"])
async def test_an_attempt_is_asked_about_kept_and_counted_as_nothing(dana: Person, words: str) -> None:
    ref = await refers(dana)
    asked = await dana.types(f"contact {ref} {words}")
    assert "reads as if it did not take place, so nothing was logged yet" in asked.text
    assert words in str(asked.modal)
    seen = await dana.submits()
    assert "*Attempted: it did not take place*" in readable(seen.modal or {})
    await dana.closes()
    await dana.types(f"case {ref}")
    assert words in (await dana.chooses("case.more", "Timeline")).text
    await dana.closes()


async def test_the_tick_can_be_taken_off_again(dana: Person) -> None:
    ref = await refers(dana)
    await dana.types(f"contact {ref} nobody in at the flat, mum rang to say sorry")
    await dana.submits(kind="visit", attempted=[], seen=["seen_child"])
    await dana.closes()
    await dana.types(f"case {ref}")
    assert "Visit, the child was seen" in (await dana.chooses("case.more", "Timeline")).text
    await dana.closes()


@pytest.mark.parametrize(
    "words", ["saw the baby, 3/12 old", "pain 5/10 today", "helpline is open 24/7", "3 may need an interpreter"]
)
async def test_clinical_shorthand_is_no_day(dana: Person, words: str) -> None:
    ref = await refers(dana)
    assert f"{today_and(0)}: recorded" in (await dana.types(f"contact {ref} {words}")).text


async def test_a_day_that_was_not_used_is_one_press_away(dana: Person) -> None:
    ref = await refers(dana, second={"opened_on": today_and(-20)}, received=today_and(-20))
    day = london_day(system_clock()) - timedelta(days=3)
    seen = await dana.types(f"contact {ref} rang mum about the meeting on {day:%d/%m/%Y}")
    assert f"{today_and(0)}: recorded" in seen.text
    assert f"I also saw {say_date(day)}, and did not use it." in seen.text
    await dana.presses("case.read_as")
    await hears(dana, f"It was on *{say_date(day)}*: corrected.")


async def test_an_impossible_day_opens_the_form_with_the_words(dana: Person) -> None:
    ref = await refers(dana)
    seen = await dana.types(f"contact {ref} 31/11 rang mum")
    assert "November has 30 days." in seen.text
    assert "31/11 rang mum" in str(seen.modal)
    await dana.closes()
    seen = await dana.types(f"feedback {ref} 31/11 told the ward sister")
    assert "November has 30 days." in seen.text
    assert "31/11 told the ward sister" in str(seen.modal)
    await dana.closes()


async def test_feedback_is_of_the_day_that_is_said_anywhere(dana: Person) -> None:
    seen = await dana.types(f"feedback {fresh()} told MDT yesterday that the family is known")
    assert today_and(-1) in seen.text


async def test_an_urgent_inquiry_with_two_authorities_offers_both(dana: Person) -> None:
    seen = await dana.types(f"inquiry urgent: A&E ask if known to Ealing or Hounslow {fresh()}")
    assert "*urgent*" in seen.text
    assert "You named Ealing and Hounslow. Which one was asked?" in seen.text
    await dana.presses("inquiry.read_as")
    await hears(dana, "(also the home authority)")


async def test_an_inquiry_that_holds_its_answer_waits_for_none(dana: Person) -> None:
    assert "Answer: not known" in (await dana.types(f"inquiry rang the duty desk, Ealing say not known {fresh()}")).text


async def test_a_reference_alone_opens_what_it_names(dana: Person) -> None:
    ics = fresh()
    ref = await refers(dana, ics)
    inquiry = ref_of((await dana.types(f"inquiry ward asks Ealing {fresh()}")).text)
    given = ref_of((await dana.types(f"feedback {ref} told the GP {fresh()}")).text, "FB")
    assert f"*{ref}*" in (await dana.types(ref)).text
    assert f"*{ref}*" in (await dana.types(ics)).text
    assert inquiry in (await dana.types(inquiry)).text
    assert given in (await dana.types(given.lower())).text


@pytest.mark.parametrize("verb", ["answer", "inquiries", "undo", "recorded", "convert"])
@pytest.mark.parametrize("odd", ["\u2013", "\u2011", "\u200b-"])
async def test_a_reference_pasted_from_word_is_read_in_every_command(dana: Person, verb: str, odd: str) -> None:
    inquiry = ref_of((await dana.types(f"inquiry ward asks Ealing {fresh()}")).text)
    seen = await dana.types(f"{verb} {inquiry.replace('-', odd)}")
    assert "could not read" not in seen.text
    assert "There is no" not in seen.text
    if seen.modal is not None:
        await dana.closes()


async def test_search_knows_councils_slips_and_colleagues(dana: Person, eli: Person) -> None:
    await eli.types(f"inquiry ward asks Durham {fresh()}")
    await eli.types(f"inquiry ward asks Hackney {fresh()}")
    assert "County Durham" in (await dana.types("inquiries Durham")).text
    assert "Did you mean *Hackney*?" in (await dana.types("inquiries Hackny")).text
    await dana.presses("inquiries.newer")
    await hears(dana, "*Hackney*")
    by_eli = await dana.types("inquiries @eli")
    assert "logged by <@U0ELI>" in by_eli.text
    assert "logged by <@U0DANA>" not in by_eli.text


async def test_remind_and_minutes_and_reports_of_a_month_are_understood(dana: Person, mo: Person) -> None:
    assert "I do not know that command" not in (await dana.types("remind")).text
    assert "minute" in (await mo.types("minutes")).text
    for words in ("report November", "report last month", "report 1/11-30/11"):
        assert "referrals" in (await mo.types(words)).text.casefold()


async def test_an_absence_is_the_coming_one_and_never_dropped(sam: Person, workspace: Workspace) -> None:
    await workspace.add_user(id="U0ABI", name="abi")
    await sam.types("admin roles @abi social worker manager @mo")
    seen = await sam.types("admin roles @abi away next Friday")
    coming = next(day for day in range(1, 8) if (london_day(system_clock()) + timedelta(days=day)).weekday() == 4)
    assert today_and(coming) in seen.text
    assert " to " in (await sam.types("admin roles @abi away Monday to Friday")).text
    refused = await sam.types("admin roles @abi away when the moon is full")
    assert "I could not read those days." in refused.text
    assert "Nothing was changed." in refused.text


async def test_a_placeholder_matches_nobody(dana: Person) -> None:
    await dana.types("inquiry")
    for values, field in (
        ({"match_number": "999 999 9999"}, "match_number"),
        ({"match_family": "Unknown 1/1/1900"}, "match_family"),
    ):
        seen = await dana.submits(asked_by_role="ward_staff", authority_asked="E09000009", **values)
        assert "placeholder" in seen.errors[field]
    await dana.closes()


@pytest.mark.parametrize(("typed", "said"), [("18 months", "Aged 1"), ("6 weeks", "Aged 0"), ("9/12", "Aged 0")])
async def test_an_age_in_months_is_completed_years(dana: Person, typed: str, said: str) -> None:
    inquiry = ref_of((await dana.types(f"inquiry ward asks Ealing {fresh()}")).text)
    await dana.types(f"answer {inquiry}")
    assert said in readable((await dana.submits(result="known_open", age_years=typed)).modal or {})
    await dana.closes()
