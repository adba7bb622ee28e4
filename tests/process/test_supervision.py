"""Supervision in Slack, over the wire, as a manager and a worker hold it (§6)."""

import io
import re
import zipfile
from typing import Any

import pytest

from simulator.client import Person, Seen, Workspace, readable
from tests.support.cases import refers
from tests.support.cases import told as told_ever

CLOSING = {"rc_code": "RC7", "rationale": "work completed", "unmet": ["known"]}


BEFORE: dict[str, int] = {}


@pytest.fixture(autouse=True)
async def only_what_is_new(dana: Person, mo: Person, eli: Person) -> None:
    """Both bots of this module write into one Slack: what stood there before is not looked at."""
    for person in (dana, mo, eli):
        BEFORE[person.id] = len((await person.sees())["direct"])


async def told(person: Person, words: str) -> dict[str, Any]:
    """Wait for a direct message of this test."""
    return await told_ever(person, words, BEFORE[person.id])


async def last_whisper(person: Person) -> str:
    return readable((await person.sees())["ephemerals"][-1])


async def in_session(dana: Person, mo: Person, number: int = 1) -> list[str]:
    """Cases of Dana's on which a decision is proposed, and a session that has begun."""
    refs = [await refers(dana) for _ in range(number)]
    for ref in refs:
        await dana.types(f"propose {ref} close work completed")
    assert "Finalise…" in (await mo.types("supervise @dana")).text
    return refs


async def closed_by_both(dana: Person, mo: Person, ref: str) -> None:
    await mo.types(f"case {ref}")
    await mo.presses("case.close")
    await mo.submits(**CLOSING)
    await mo.closes()
    await told(dana, f"has confirmed for *{ref}*")
    await dana.presses("case.confirm")


async def finished(mo: Person) -> Seen:
    await mo.types("agenda @dana")
    await mo.presses("supervision.finish")
    seen = await mo.submits()
    await mo.closes()
    return seen


async def test_two_people_decide_and_each_is_told_what_the_other_did(dana: Person, mo: Person) -> None:
    (ref,) = await in_session(dana, mo)
    await mo.types(f"case {ref}")
    opened = await mo.presses("case.close")
    for words in ("Open cases of", "would count as a re-referral", "Recording: closing takes", "Outstanding: feedback"):
        assert words in opened.text
    noted = await mo.submits(**CLOSING)
    assert "takes effect once the social worker confirms as well (§6)" in noted.text
    await mo.closes()
    waits = await told(dana, f"has confirmed for *{ref}*")
    assert "Confirm: close" in readable(waits)
    seen = await dana.presses("case.confirm")
    assert "is decided by <@U0DANA> and <@U0MO> (§6). It is closed from today." in seen.text
    assert "records of the closing (§6)" in seen.text
    again = await dana.presses("case.confirm")
    assert f"{ref} is decided: *close*, by <@U0DANA> and <@U0MO> on " in again.text
    assert f"<@U0DANA> has confirmed as well for *{ref}*" in readable(await told(mo, "has confirmed as well"))
    minute = await finished(mo)
    assert f"{ref} (ICS " in minute.text
    assert "Confirmed by Dana Okafor and Mo Haddad" in minute.text


async def test_a_form_of_somebody_who_comes_second_says_what_the_first_one_did(dana: Person, mo: Person) -> None:
    (ref,) = await in_session(dana, mo)
    await dana.types(f"case {ref}")
    await dana.presses("case.keep_open")
    await mo.types(f"case {ref}")
    await mo.presses("case.close")
    assert "your choice is noted: *Close*" in (await mo.submits(**CLOSING)).text
    seen = await dana.submits(next_decision_on="in March", rationale="clinic")
    assert "I could not read that" in str(seen.errors)
    seen = await dana.submits(rationale="clinic")
    assert "<@U0MO> chose *close* on " in str(seen.errors)
    await dana.closes()
    await mo.closes()
    await dana.types(f"case {ref}")
    await dana.presses("case.confirm")
    assert "is decided by" in await last_whisper(dana)
    await finished(mo)


async def test_b5_a_decision_sent_off_after_the_session_is_kept_and_not_made(dana: Person, mo: Person) -> None:
    (ref,) = await in_session(dana, mo)
    await dana.types(f"case {ref}")
    await dana.presses("case.keep_open")
    await finished(mo)
    seen = await dana.submits(rationale="the clinic asks for it")
    assert "Open or close is decided in supervision (§6)" in seen.text
    assert "the clinic asks for it" in seen.text
    await dana.closes()
    card = await dana.types(f"case {ref}")
    assert "[ Keep open ]" not in card.text
    assert "Open or close? (§6)" in card.text


async def test_closing_asks_to_read_what_is_outstanding_and_a_checklist_ends_it(dana: Person, mo: Person) -> None:
    (ref,) = await in_session(dana, mo)
    await closed_by_both(dana, mo, ref)
    await dana.types(f"case {ref}")
    await dana.presses("case.closing_records")
    seen = await dana.submits(checked=["record", "decision"])
    assert "Not complete yet: the ending was talked over" in seen.errors["checked"]
    every = ["record", "decision", "ended", "support", "again", "shared", "file", "chronology", "feedback"]
    seen = await dana.submits(checked=every)
    assert "The records of the closing are complete" in seen.text
    await dana.closes()
    await finished(mo)


async def test_a_closing_in_error_is_undone_within_a_week_and_the_worker_is_told(dana: Person, mo: Person) -> None:
    (ref,) = await in_session(dana, mo)
    await closed_by_both(dana, mo, ref)
    await mo.types(f"case {ref}")
    await mo.chooses("case.more", "Closed in error")
    assert "undone as an error" in (await mo.submits(reason="the wrong case")).text
    await mo.closes()
    await told(dana, f"has undone the closing of *{ref}*")
    assert "· open" in (await dana.types(f"case {ref}")).text
    await finished(mo)


async def test_the_minute_is_read_taken_as_a_document_and_noted_as_on_ics(dana: Person, mo: Person, workspace: Workspace) -> None:
    (ref,) = await in_session(dana, mo)
    await mo.types(f"case {ref}")
    await mo.chooses("case.more", "Agree on something to do")
    assert "does that by" in (await mo.submits(what="ring the clinic", due_on="15 Mar 2027")).text
    await mo.closes()
    await finished(mo)
    assert "[ Open the minute ]" in readable(await told(dana, "has finalised your supervision"))
    await dana.types("agenda")
    await dana.presses("minute.open")
    minute = await last_whisper(dana)
    assert "Agreed to be done" in minute
    assert re.search(rf"{ref} \(ICS .*not decided for the 1st time", minute)
    await dana.presses("minute.document")
    assert "The document comes by direct message." in await last_whisper(dana)
    files = (await told(dana, "the file you asked for"))["files"]
    with zipfile.ZipFile(io.BytesIO(await workspace.file(files[0]["id"]))) as document:
        assert "ring the clinic" in document.read("word/document.xml").decode()
    await dana.presses("minute.on_ics")
    assert re.search(r"On ICS since \*\w{3} \d", await last_whisper(dana))


async def test_a_session_is_booked_with_an_entry_for_both_calendars_and_cancelled(
    eli: Person, mo: Person, workspace: Workspace
) -> None:
    seen = await mo.types("supervise @eli tomorrow")
    assert "Please give the time, too" in seen.text
    await mo.types("agenda @eli")
    await mo.presses("supervision.plan")
    assert "has passed" in (await mo.submits(on="today 00:01")).errors["on"]
    booked = await mo.submits(on="1 Jul 14:30")
    assert re.search(r"is booked for \*\w{3} 1 Jul \d{4}, 14:30\*", booked.text)
    await mo.closes()
    for person in (eli, mo):
        entry = (await workspace.file((await told(person, "an entry for your calendar"))["files"][0]["id"])).decode()
        assert re.search(r"DTSTART:\d{4}0701T133000Z", entry)
        assert "SUMMARY:Supervision" in entry
    assert "1 Jul" in readable(await told(eli, "has booked supervision with you"))
    assert "supervision on" in (await mo.types("agenda")).text
    assert "Your supervision" in readable((await eli.opens_home()).raw["home"])
    assert "is cancelled; they are told" in (await mo.types("supervise @eli cancel")).text
    await told(eli, "has cancelled your supervision")
    assert "is booked" in (await mo.types("supervise @eli cancel")).text
    assert "choose the worker" in (await mo.types("supervise 2 Feb 10:00")).text


async def test_an_agenda_is_not_for_everybody_and_says_so(dana: Person, eli: Person, mo: Person) -> None:
    assert "agenda is for them and for managers" in (await eli.types("agenda @dana")).text
    assert "is for: senior manager, team manager" in (await eli.types("supervise @dana")).text
    assert "choose them from Slack's list" in (await mo.types("agenda dana")).text
    assert "an agenda is for who holds cases" in (await mo.types("agenda @ana")).text
    assert "Supervision of your team" in (await mo.types("agenda")).text
    assert "Supervision agenda" in (await dana.types("agenda mine")).text
