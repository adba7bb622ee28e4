"""What people do, over Slack's wire, with the real process: by socket on SQLite and by HTTP on PostgreSQL."""

import asyncio
import itertools
import re
import time
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text

from bot import __version__
from simulator.client import CannotDo, Person, Seen, Workspace, readable
from simulator.server import sign
from storage.db.engine import make_engine
from tests.support.patience import patience
from tests.support.processes import Bot

_words = itertools.count(1)
BY_HTTP = pytest.mark.parametrize("bot", ["http on postgresql"], indirect=True)
"""What only HTTP can bring: a test of it runs in that mode alone."""


def unique(words: str) -> str:
    return f"{words} {next(_words)}"


def ref_in(seen: Seen) -> str:
    found = re.search(r"INQ-\d{4}-\d{4,}", seen.text)
    assert found, seen.text
    return found[0]


async def test_a_line_of_text_is_logged_at_once_with_what_is_missing_and_the_section(dana: Person) -> None:
    seen = await dana.types(unique("inquiry Ward staff ask about bed"))
    assert "is logged" in seen.text
    assert "Still missing: *which authority was asked and the home authority*" in seen.text
    assert "§2" in seen.text
    assert "[ Edit ]  [ Undo ]" in seen.text
    assert seen.error is None


async def test_the_answer_is_for_its_reader_alone_and_its_first_words_identify_nobody(dana: Person, eli: Person) -> None:
    seen = await dana.types(unique("inquiry secret-word of the ward in Ealing"))
    assert seen.raw["ephemerals"][-1]["text"] == f"OOB: {ref_in(seen)} is logged."
    assert "secret-word" not in str((await eli.sees())["ephemerals"])


async def test_g12_the_form_asks_eight_things_and_defaults_the_home_authority(dana: Person) -> None:
    opened = await dana.types("enquiry")
    assert opened.modal is not None
    assert len(opened.modal["blocks"]) == 8
    offered = await dana.is_offered("authority_asked", "kensington")
    assert offered[0] == "E09000020 Kensington and Chelsea"
    seen = await dana.submits(
        asked_by_role="ccds",
        authority_asked="E09000020",
        also=["store_in_directory"],
        note=unique("n"),
    )
    assert "also the home authority" in seen.text
    assert "please store it there and note the folder" in seen.text
    await dana.presses("inquiry.open")
    edited = await dana.submits(directory_ref="S:/oob/2026/12")
    assert "folder noted" in readable(edited.modal or {})
    await dana.closes()


async def test_slack_itself_asks_for_required_inputs(dana: Person) -> None:
    await dana.types("inquiry")
    with pytest.raises(CannotDo, match="Who asked"):
        await dana.submits(note="x")
    await dana.closes()


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"note": "NHS 943 476 5919"}, "note", "NHS number"),
        ({"note": "see SW10 9NH"}, "note", "postcode"),
        ({"asked_on": "2099-01-01"}, "asked_on", "still to come"),
        ({"authority_asked": "E0NONSENSE"}, "authority_asked", "from the list"),
        ({"match_family": "Okafor"}, "match_family", "surname and the child's date of birth"),
        ({"match_number": "no number"}, "match_number", "hospital or NHS number"),
    ],
)
async def test_an_error_stands_under_its_input_and_the_form_keeps_what_was_typed(
    dana: Person, values: dict[str, Any], field: str, words: str
) -> None:
    await dana.types("inquiry")
    seen = await dana.submits(**({"asked_by_role": "police", "authority_asked": "E09000009"} | values))
    assert words in seen.errors[field]
    assert seen.modal is not None
    assert seen.modal["callback_id"] == "inquiry.log"
    await dana.closes()


async def test_edit_completes_an_inquiry_and_a_stale_form_is_refused(dana: Person, workspace: Workspace) -> None:
    seen = await dana.types(unique("inquiry about bed"))
    ref = ref_in(seen)
    await dana.presses("inquiry.open")
    mo = workspace.person("U0MO")
    assert "Edit" in (await mo.types(f"inquiries {ref}")).text
    await mo.presses("inquiry.open")
    whole = {"asked_by_role": "school", "authority_asked": "E09000009", "result": "not_known"}
    assert "is saved" in readable((await mo.submits(**whole)).modal or {})
    stale = await dana.submits(**whole)
    assert "somebody changed" in next(iter(stale.errors.values()))
    await dana.closes()
    await mo.closes()


async def test_g10_an_answer_is_recorded_by_whoever_takes_the_call_and_the_author_closes(dana: Person, eli: Person) -> None:
    seen = await dana.types(unique("inquiry ward asks Ealing"))
    assert "[ Answer ]  [ Edit ]  [ Undo ]" in seen.text
    ref = ref_in(seen)
    opened = await eli.types(f"answer {ref}")
    assert "What did Ealing answer?" in readable(opened.modal or {})
    wrong = await eli.submits(result="known_closed", answered_on="2020-01-01")
    assert "cannot be older" in wrong.errors["answered_on"]
    given = await eli.submits(result="known_closed", outcome="signposted", signposted_to="parenting group")
    assert given.errors == {}
    done = readable(given.modal or {})
    assert "known, case closed" in done
    assert "signposted" in done
    assert "[ Close ]" not in done
    await eli.closes()
    whole = await dana.types(f"inquiries {ref}")
    assert "Signposted to: parenting group" in whole.text
    await dana.types(f"answer {ref}")
    await dana.submits(result="known_open")
    await dana.presses("inquiry.close")
    assert "is closed" in readable((await dana.sees())["modal"])
    await dana.closes()
    assert "closed" in (await dana.types(f"inquiries {ref}")).text


async def test_a_manager_voids_with_a_reason_that_is_shown(dana: Person, workspace: Workspace) -> None:
    ref = ref_in(await dana.types(unique("inquiry to void")))
    mo = workspace.person("U0MO")
    assert "is for: senior manager, team manager" in (await dana.types(f"void {ref} twice")).text
    assert "Please say why" in (await mo.types(f"void {ref}")).text
    assert "which inquiry" in (await mo.types("void that one")).text
    assert "is void" in (await mo.types(f"void {ref.lower()}: logged twice")).text
    assert "Void because: logged twice" in (await dana.types(f"inquiries {ref}")).text


async def test_undo_by_button_replaces_the_message_and_by_word_takes_the_newest(dana: Person) -> None:
    first = await dana.types(unique("inquiry one"))
    await dana.presses("inquiry.undo", ts=first.raw["ephemerals"][-1]["ts"])
    shown = next(m for m in (await dana.sees())["ephemerals"] if m["ts"] == first.raw["ephemerals"][-1]["ts"])
    assert "was taken back" in readable(shown)
    second = await dana.types(unique("inquiry two"))
    third = await dana.types(unique("inquiry three"))
    assert ref_in(await dana.types(f"undo {ref_in(second).lower()}")) == ref_in(second)
    assert "To take back" in (await dana.types("undo")).text
    assert ref_in(await dana.types(f"undo {ref_in(third)}")) == ref_in(third)
    await dana.presses("inquiry.undo", ts=second.raw["ephemerals"][-1]["ts"])
    shown_now = (await dana.sees())["ephemerals"]
    assert "taken back already" in readable(next(m for m in shown_now if m["ts"] == second.raw["ephemerals"][-1]["ts"]))


async def test_g13_a_colleague_finds_it_in_pages(dana: Person, eli: Person) -> None:
    mark = unique("heliotrope").replace(" ", "")
    for number in range(10):
        await dana.types(f"inquiry {mark} {number} in Hackney")
    seen = await eli.types(f"inquiries {mark}")
    assert "10 inquiries" in seen.text
    assert "1 to 8 of 10" in seen.text
    assert f"{mark} 9" in seen.text
    await eli.presses("inquiries.older")
    older = readable((await eli.sees())["ephemerals"][-1])
    assert "9 to 10 of 10" in older
    assert f"{mark} 0" in older
    await eli.presses("inquiries.newer")
    assert "1 to 8 of 10" in readable((await eli.sees())["ephemerals"][-1])


async def test_finding_nothing_says_what_to_try(eli: Person) -> None:
    assert "Try a borough" in (await eli.types("inquiries zzzzzz")).text
    assert "inquiries" in (await eli.types("inquiries")).text


async def test_bare_oob_and_the_home_say_what_waits(dana: Person) -> None:
    answer = {"result": "not_known"}
    whole = answer | {"asked_by_role": "ward_staff", "authority_asked": "E09000009", "directory_ref": "S:/x"}
    for _ in range(200):
        seen = await dana.types("")
        if "Nothing is waiting" in seen.text:
            break
        step = seen.raw["ephemerals"][-1]["blocks"][2]["elements"][0]["action_id"]
        assert step.startswith("inquiry."), seen.text
        await dana.presses(step)
        await dana.submits(**(answer if step == "inquiry.answer" else whole))
        await dana.closes()
    ref = ref_in(await dana.types(unique("inquiry ward asks Ealing")))
    assert ref in (await dana.types("")).text
    home = (await dana.opens_home()).raw["home"]
    assert home["type"] == "home"
    assert "INQ-" in readable(home)


async def test_a_press_at_home_opens_a_form_and_a_refusal_there_is_read(dana: Person, workspace: Workspace) -> None:
    ref = ref_in(await dana.types(unique("inquiry about the home")))
    home = (await dana.opens_home()).raw["home"]
    values = [e["value"] for b in home["blocks"] if b["type"] == "actions" for e in b["elements"]]
    await dana.types(f"undo {ref}")
    value = next(value for value in values if ref in value)
    seen = await dana.presses("inquiry.open", home=True, value=value)
    assert "has been taken back" in readable(seen.modal or {})
    await dana.closes()
    stranger = await workspace.add_user(id="U0HOME", name="home")
    assert "Please ask <@U0SAM>" in readable((await stranger.opens_home()).raw["home"])


async def test_the_same_words_at_once_are_asked_about_and_logged_when_meant(dana: Person) -> None:
    line = unique("inquiry ward asks")
    first = await dana.types(line)
    second = await dana.types(line)
    assert f"as *{ref_in(first)}*" in second.text
    await dana.presses("inquiry.again")
    logged = readable((await dana.sees())["ephemerals"][-1])
    assert "is logged" in logged
    assert ref_in(first) not in logged


async def test_a_wrong_word_offers_the_right_one_with_the_words_kept(dana: Person) -> None:
    words = unique("twins from Hackney & <b>")
    seen = await dana.types(f"inqury {words}")
    assert "Did you mean `/oob inquiry`" in seen.text
    await dana.presses("suggestion.use")
    assert "is logged" in readable((await dana.sees())["ephemerals"][-1])
    assert words in (await dana.types(f"inquiries {words}")).text


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("xyzzy", "I do not know that command"),
        ("inqury 943 476 5919", "Did you mean"),
        ("help", "/oob inquiry Ward staff ask"),
        ("help enquiry", "§2"),
        ("help privacy", "Do not type"),
        ("admin", "is for: admin"),
        ("undo it", "takes back your newest entry"),
        ("undo INQ-2020-0001", "There is no inquiry INQ-2020-0001"),
        ("inquiries born 3/4/2019", "date of birth"),
        ("inquiry\tward asks about a tab", "is logged"),
    ],
)
async def test_a_line_gets_a_good_answer(dana: Person, line: str, answer: str) -> None:
    assert answer in (await dana.types(line)).text


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ("x" * 40_000, "3,000 characters"),
        ("👩‍👧‍👦 🏴󠁧󠁢󠁷󠁬󠁳󠁿 on the ward", "is logged"),
        ("\u202eright to left\u2066 שלום", "is logged"),
        ("nul \x00 and lone \ud800 surrogate", "is logged"),
        ("<!channel> <!here> <@U0ELI> *bold* `code` https://example.org", "is logged"),
        ("'; DROP TABLE inquiries; -- % _", "is logged"),
        ("“typographic” ‘quotes’", "is logged"),  # noqa: RUF001
        ("943 476 5919", "NHS number"),
        ("SW10 9NH", "postcode"),
        ("call 020 7946 0958", "telephone number"),
        ("born 3/4/2019", "date of birth"),
    ],
)
async def test_e_odd_words_get_a_good_answer(dana: Person, eli: Person, content: str, answer: str) -> None:
    seen = await dana.types(f"inquiry {content} {next(_words)}")
    assert answer in seen.text
    if answer == "is logged":
        found = await eli.types(f"inquiries {ref_in(seen)}")
        assert found.error is None
        shown = found.raw["ephemerals"][-1]
        typed = [b["text"] for b in shown["blocks"] if b["type"] == "section" and b["text"]["type"] == "mrkdwn"]
        assert not [text for text in typed if "channel" in text["text"] or "bold" in text["text"]]


async def test_b1_the_same_delivery_a_hundred_times_is_one_inquiry_and_one_answer(dana: Person, workspace: Workspace) -> None:
    first = await dana.types(unique("inquiry repeated delivery"))
    repeats = await asyncio.gather(*(workspace.deliver(first.raw["type"], first.raw["payload"]) for _ in range(100)))
    assert {str(repeat["answer"]) for repeat in repeats} == {str(first.raw["answer"])}


async def test_b1_the_same_submission_again_is_one_inquiry_and_one_answer(dana: Person, workspace: Workspace) -> None:
    await dana.types("inquiry")
    first = await dana.submits(asked_by_role="other_la", authority_asked="E09000009", note=unique("n"))
    again = await workspace.deliver(first.raw["type"], first.raw["payload"])
    assert again["answer"] == first.raw["answer"]
    await dana.closes()


async def test_b6_a_button_of_another_version_and_a_form_nobody_knows_are_answered_in_words(
    dana: Person, workspace: Workspace
) -> None:
    seen = await dana.types(unique("inquiry for a button"))
    await dana.presses("inquiry.open")
    await dana.closes()
    press = (await dana.presses("inquiry.undo", ts=seen.raw["ephemerals"][-1]["ts"])).raw
    payload = press["payload"] | {"trigger_id": "1.new"}
    for change in ({"value": "tampered"}, {"action_id": "unheard.of"}, {"value": '{"v":9}'}):
        payload["actions"] = [press["payload"]["actions"][0] | change]
        answered = await workspace.deliver("interactive", payload)
        assert answered["error"] is None
    assert "another version" in readable((await dana.sees())["ephemerals"][-1])


async def test_b7_a_form_that_slack_will_not_open_any_more_is_explained(dana: Person, workspace: Workspace) -> None:
    await workspace.fault(method="views.open", fault={"error": "expired_trigger_id"})
    assert "took too long" in (await dana.types("inquiry")).text
    await workspace.fault(method="views.open", fault={"error": "internal_error"})
    assert "nothing was saved" in (await dana.types("inquiry")).text


@pytest.mark.usefixtures("bot")
async def test_b7_an_edit_form_that_slack_will_not_open_is_explained_where_it_was_pressed(
    dana: Person, workspace: Workspace
) -> None:
    await dana.types(unique("inquiry with a form that fails"))
    for error, words in (("expired_trigger_id", "took too long"), ("internal_error", "did not let me open the form")):
        await workspace.fault(method="views.open", fault={"error": error})
        assert (await dana.presses("inquiry.open")).modal is None
        async with patience("what the press led to"):
            while words not in readable((await dana.sees())["ephemerals"][-1]):
                await asyncio.sleep(0.02)


async def test_b10_a_value_that_nobody_offered_counts_as_none(dana: Person, workspace: Workspace) -> None:
    await dana.types("inquiry")
    sent = await dana.submits(asked_by_role="police", authority_asked="E09000009", note=unique("n"), result="not_known")
    view = sent.raw["payload"]["view"]
    state = view["state"]["values"] | {"result": {"value": {"selected_option": {"value": "bogus"}}}}
    odd = sent.raw["payload"] | {"view": view | {"id": "V1", "state": {"values": state}}}
    answered = await workspace.deliver("interactive", odd)
    assert "awaiting an answer" in readable(answered["answer"]["view"])
    await dana.closes()


async def test_d6_a_text_that_was_tampered_with_is_a_reference_that_can_be_quoted(dana: Person, bot: Bot) -> None:
    ref = ref_in(await dana.types(unique("inquiry to be tampered with")))
    engine = make_engine(bot.environment["OOB_DATABASE_URL"], patient=True)
    with engine.begin() as conn:
        (note,) = conn.execute(text("SELECT note FROM inquiries WHERE ref = :ref"), {"ref": ref}).one()
        conn.execute(text("UPDATE inquiries SET note = :note WHERE ref = :ref"), {"ref": ref, "note": note[::-1]})
    sentence = (await dana.types(f"inquiries {ref}")).text
    with engine.begin() as conn:
        conn.execute(text("UPDATE inquiries SET note = :note WHERE ref = :ref"), {"ref": ref, "note": note})
    engine.dispose()
    reference = sentence.rstrip(".").rsplit(" ", 1)[1]
    assert "nothing was saved" in sentence
    async with patience("what the press led to"):  # the log is read beside the test
        while not any(line.get("reference") == reference for line in bot.log):
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    "change", [{"team": 5}, {"view": None}, {"view": {"blocks": ["x"]}}, {"user": ["U0DANA"]}, {"actions": []}, {"type": 7}]
)
async def test_b11_a_payload_of_odd_types_harms_nobody(dana: Person, workspace: Workspace, change: dict[str, Any]) -> None:
    await dana.types("inquiry")
    sent = await dana.submits(asked_by_role="police", authority_asked="E09000009", note=unique("n"))
    await dana.closes()
    await workspace.deliver("interactive", sent.raw["payload"] | change, within=1)  # some are never answered
    assert "/oob inquiry" in (await dana.types("help")).text


@pytest.mark.usefixtures("bot")
async def test_s3_people_who_may_not_are_told_so(workspace: Workspace) -> None:
    flags: dict[str, tuple[dict[str, Any], str]] = {
        "U0GUEST": ({"is_restricted": True}, "guests are not"),
        "U0SINGLE": ({"is_ultra_restricted": True}, "guests are not"),
        "U0STRANGE": ({"is_stranger": True}, "another organisation"),
        "U0ROBOT": ({"is_bot": True}, "bots are not"),
        "U0GONE": ({"deleted": True}, "deactivated"),
        "U0OTHER": ({"team_id": "T0OTHER"}, "another"),
        "U0NEW": ({}, "Please ask <@U0SAM>"),
    }
    for user_id, (flag, answer) in flags.items():
        person = await workspace.add_user(id=user_id, name=user_id.lower(), **flag)
        assert answer in (await person.types("inquiry x")).text, user_id
    assert "is for: admin, senior manager" in (await workspace.person("U0ANA").types("inquiries")).text


async def test_an_administrator_names_people_by_line_and_by_form(sam: Person, workspace: Workspace) -> None:
    await workspace.add_user(id="U0NIA", name="nia")
    await workspace.add_user(id="U0PAT", name="pat")
    assert "social worker" in (await sam.types("admin roles @nia social worker manager @mo deputy @eli")).text
    await sam.types("admin roles")
    await sam.presses("people.open")
    seen = await sam.submits(user_id="U0PAT", role="viewer", away_from="2026-12-24", away_until="2027-01-02")
    assert "Thu 24 Dec 2026 to Sat 2 Jan 2027" in readable(seen.modal or {})
    await sam.closes()
    assert "viewer" in (await sam.types("admin roles")).text
    await sam.types("admin roles")
    await sam.presses("people.open")
    kept = readable((await sam.submits(user_id="U0PAT", role="auditor")).modal or {})
    assert "auditor" in kept
    assert "Thu 24 Dec 2026" in kept
    await sam.closes()
    assert "away from" in (await sam.types("admin roles @pat away until 2 Jan 2099")).text
    assert "away" not in (await sam.types("admin roles @pat back")).text
    assert "access has ended" in (await sam.types("admin roles @pat remove")).text
    assert "Please ask" in (await workspace.person("U0PAT").types("inquiries")).text


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("admin roles @dana captain", "That is not a role"),
        ("admin roles nobody viewer", "I could not read that"),
        ("admin roles @dana away soon", "could not read those days"),
        ("admin rulez", "I know `/oob admin` with"),
        ("admin roles @dana social worker manager @eli", "not on the list as a manager"),
        ("admin roles @dana viewer manager @dana", "their own manager"),
    ],
)
async def test_an_administrator_who_mistypes_is_told_how(sam: Person, line: str, answer: str) -> None:
    assert answer in (await sam.types(line)).text


async def test_who_is_given_a_role_gets_one_letter(sam: Person, workspace: Workspace) -> None:
    letters: list[dict[str, Any]] = []
    await workspace.add_user(id="U0LEE", name="lee")
    await sam.types("admin roles @lee viewer")
    lee = workspace.person("U0LEE")
    async with patience("what the press led to"):
        while not letters:
            letters = (await lee.sees())["direct"]
            await asyncio.sleep(0.02)
    assert [letter["text"] for letter in letters] == ["OOB: you are on the list."]
    assert "viewer" in readable(letters[0])


async def test_the_first_administrator_was_greeted_once(workspace: Workspace, sam: Person) -> None:
    greetings = [m for m in (await workspace.person(sam.id).sees())["direct"] if "welcome" in m["text"]]
    assert 1 <= len(greetings) <= 2  # one for each of the bots that this module's Slack has met
    assert "Name the managers first" in readable(greetings[0])


async def test_health_is_told_in_both_modes(bot: Bot) -> None:
    async with aiohttp.ClientSession() as session:
        for path, expected in (("/healthz", 200), ("/readyz", 200), ("/nothing", 404)):
            async with session.get(bot.address + path) as answer:
                assert answer.status == expected, await answer.text()
        async with session.get(bot.address + "/healthz") as answer:
            assert await answer.json() == {"ok": True, "version": __version__}


async def test_s2_requests_of_another_workspace_have_no_effect(workspace: Workspace, dana: Person) -> None:
    real = (await dana.types(unique("inquiry genuine"))).raw["payload"]
    foreign = real | {"team_id": "T0OTHER", "trigger_id": "2.foreign", "text": "inquiry foreign"}
    answered = await workspace.deliver("slash_commands", foreign)
    assert "another workspace" in str(answered["answer"])
    assert "No inquiry was found" in (await dana.types("inquiries foreign")).text


@BY_HTTP
async def test_s2_forged_requests_have_no_effect(bot: Bot, dana: Person) -> None:
    body = b"command=%2Foob&text=inquiry+forged&team_id=T0SIM&user_id=U0DANA&trigger_id=3.x"
    now = str(int(time.time()))
    tries = [
        ({}, body, 401),
        ({"X-Slack-Request-Timestamp": now, "X-Slack-Signature": sign("wrong", now, body)}, body, 401),
        (
            {
                "X-Slack-Request-Timestamp": "1600000000",
                "X-Slack-Signature": sign("simulated-signing-secret", "1600000000", body),
            },
            body,
            401,
        ),
        ({"X-Slack-Request-Timestamp": now, "X-Slack-Signature": "v0=\u00e9"}, body, 401),
    ]
    async with aiohttp.ClientSession() as session:
        for headers, data, status in tries:
            async with session.post(f"{bot.address}/slack/events", data=data, headers=headers) as answer:
                assert answer.status == status
    assert "No inquiry was found" in (await dana.types("inquiries forged")).text


@BY_HTTP
async def test_b11_a_body_of_ten_megabytes_is_turned_away_before_it_is_sent(bot: Bot) -> None:
    port = int(bot.address.rsplit(":", 1)[1])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    signed = b"X-Slack-Request-Timestamp: 1\r\nX-Slack-Signature: v0=" + b"0" * 64
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\n" + signed + b"\r\nContent-Length: 10485760\r\n\r\n")
    assert b" 413 " in await reader.readline()
    writer.close()
    await writer.wait_closed()


async def test_s5_no_log_line_holds_what_people_typed(bot: Bot, dana: Person) -> None:
    await dana.types(unique("inquiry canary-4b1d on the ward"))
    await dana.types("canary-4b1d unknown verb")
    await dana.types("inquiry canary-4b1d 943 476 5919")
    assert bot.raw
    assert not [line for line in bot.raw if "canary" in line or "943 476" in line]
