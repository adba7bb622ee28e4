"""A restricted case and somebody it is not for: every command and every step of a card reads as if there were no such case."""

import json
from typing import Any

import pytest

from handlers.cases.actions import REGISTERED
from simulator.client import Person, Workspace, readable
from tests.support.cases import fresh, refers

ABSENT = "There is no case {} that you can see."
COMMANDS = (
    *(
        "case {}",
        "contact {}",
        "contact {} visit, saw the child",
        "assess {}",
        "share {}",
        "file {}",
        "chronology {}",
        "review {}",
    ),
    *("propose {}", "propose {} close done", "reopen {}", "why {}", "undo {}", "feedback {} told the ward sister"),
)


async def press(workspace: Workspace, person: Person, action: dict[str, Any]) -> str:
    """A button or a menu's entry of a message that this person never got."""
    seen = await person.types("help")
    payload = seen.raw["payload"]
    body: dict[str, Any] = {"type": "block_actions", "team": {"id": "T0SIM"}, "user": {"id": person.id, "team_id": "T0SIM"}}
    body |= {"trigger_id": f"{payload['trigger_id']}.{json.dumps(action)}", "response_url": payload["response_url"]}
    body |= {"container": {"type": "message", "is_ephemeral": True}, "actions": [action]}
    await workspace.deliver("interactive", body)
    return readable((await person.sees())["ephemerals"][-1])


@pytest.fixture
async def hidden(dana: Person) -> tuple[str, str]:
    """A restricted case of Dana's: our reference and the one of ICS."""
    ics = fresh()
    return await refers(dana, ics, also=["restricted"]), ics


async def test_every_command_reads_as_if_there_were_no_such_case(eli: Person, hidden: tuple[str, str]) -> None:
    for word in hidden:
        for command in COMMANDS:
            if command.startswith(("feedback", "undo")) and word == hidden[1]:
                continue  # feedback about any ICS reference is taken, and undo takes ours
            seen = await eli.types(command.format(word))
            assert (seen.modal, seen.text) == (None, ABSENT.format(word)), command
    assert hidden[0] not in (await eli.types("due")).text + (await eli.types("mine")).text


async def test_every_step_of_a_card_reads_as_if_there_were_no_such_case(
    workspace: Workspace, eli: Person, hidden: tuple[str, str]
) -> None:
    ref = hidden[0]
    for step in REGISTERED.values():
        if not any(role.value == "social_worker" for role in step.roles):
            continue
        value = json.dumps({"v": 1, "id": ref, "n": 0, "step": step.name})
        assert await press(workspace, eli, {"action_id": step.id, "value": value}) == ABSENT.format(ref), step.name
        chosen = {"action_id": "case.more", "selected_option": {"value": value}}
        assert await press(workspace, eli, chosen) == ABSENT.format(ref), step.name
    for other in ("case.open", "case.undo"):
        value = json.dumps({"v": 1, "id": ref, "n": 0})
        assert await press(workspace, eli, {"action_id": other, "value": value}) == ABSENT.format(ref), other
    for what in ("timeline", "why", "open", "assessment"):
        chosen = {"action_id": "case.more", "selected_option": {"value": json.dumps({"v": 1, "id": ref, "n": 0, "step": what})}}
        assert await press(workspace, eli, chosen) == ABSENT.format(ref), what


async def test_a_form_opened_before_the_restriction_does_not_tell_either(dana: Person, eli: Person) -> None:
    ref = await refers(dana)
    await eli.types(f"assess {ref}")
    await dana.types(f"case {ref}")
    await dana.chooses("case.more", "Details")
    await dana.submits(flags=["restricted"])
    await dana.closes()
    seen = await eli.submits(purpose="refer_to_other_borough", joint=["camhs_joint"], camhs_reason="overdose")
    assert ABSENT.format(ref) in seen.text + str(seen.errors)
    assert "The child was" not in str(seen.raw["answer"])
    await eli.closes()
