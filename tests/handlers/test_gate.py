import dataclasses
from typing import Any

import pytest

from bot.domain.people import LOGGERS, READERS, Role
from bot.domain.shared.errors import Refusal, Unavailable
from handlers.core.gate import Gate
from handlers.core.interaction import READERS as ENTRY_READERS
from handlers.core.interaction import Interaction, Kind
from tests.support.offices import Office


def command(who: str = "U0DANA", **body: Any) -> Interaction:
    return ENTRY_READERS[Kind.COMMAND]({"team_id": "T0SIM", "user_id": who, "text": "inquiry x", "trigger_id": "1.a", **body})


async def code_of(office: Office, entry: Interaction, gate: Gate | None = None) -> str:
    with pytest.raises(Refusal) as refused:
        await (gate or Gate(30)).admit(entry, office.ctx(entry.user_id), LOGGERS, "Logging an inquiry")
    return refused.value.code


async def test_a_listed_member_with_the_role_gets_in(office: Office) -> None:
    actor = await Gate(30).admit(command(), office.ctx("U0DANA"), LOGGERS, "Logging")
    assert actor.user_id == "U0DANA"
    assert actor.roles == {Role.SOCIAL_WORKER}


async def test_an_administrator_of_the_environment_needs_no_row(office: Office) -> None:
    actor = await Gate(30).admit(command("U0SAM"), office.ctx("U0SAM"), frozenset({Role.ADMIN}), "Naming")
    assert actor.roles == {Role.ADMIN}


@pytest.mark.parametrize(
    "body",
    [
        {"team_id": "T0OTHER"},
        {"team_id": ""},
        {"team_id": None},
        {"enterprise_id": "E0OTHER"},
        {"enterprise": {"id": "E0OTHER"}},
        {"enterprise": "E0OTHER"},
        {"user": {"id": "U0DANA", "team_id": "T0OTHER"}},
        {"user": {"id": "U0DANA", "enterprise_id": "E0OTHER"}},
        {"team": "T0OTHER"},
        {"team": 5},
        {"view": {"app_installed_team_id": "T0OTHER"}},
        {"authorizations": [{"team_id": "T0OTHER"}]},
        {"context_team_id": "T0OTHER"},
    ],
)
async def test_s3_a_signed_request_of_another_workspace_gets_nothing(office: Office, body: dict[str, Any]) -> None:
    assert await code_of(office, command(**body)) == "other_workspace"


@pytest.mark.parametrize(
    "why", ["your account is deactivated", "bots are not", "guests are not", "you belong to another organisation"]
)
async def test_f3_guests_strangers_bots_and_deactivated_people_are_refused(office: Office, why: str) -> None:
    office.accounts.others["U0DANA"] = why
    assert await code_of(office, command()) == "not_full_member"


async def test_nobody_at_all_is_refused(office: Office) -> None:
    assert await code_of(office, command("")) == "nobody"
    assert await code_of(office, command(user={"id": "U0ELI"})) == "nobody"


async def test_channels_shared_with_other_organisations_are_refused(office: Office) -> None:
    assert await code_of(office, command(is_ext_shared_channel=True)) == "shared_channel"


async def test_an_unknown_member_is_told_whom_to_ask(office: Office) -> None:
    with pytest.raises(Refusal) as refused:
        await Gate(30).admit(command("U0NEW"), office.ctx("U0NEW"), READERS, "Finding")
    assert refused.value.code == "not_listed"
    assert "<@U0SAM>" in refused.value.sentence


@pytest.mark.parametrize("user", ["U0VI", "U0ANA"])
async def test_a_role_that_may_not_is_told_who_may(office: Office, user: str) -> None:
    with pytest.raises(Refusal) as refused:
        await Gate(30).admit(command(user), office.ctx(user), LOGGERS, "Logging an inquiry")
    assert refused.value.code == "role"
    assert "social worker" in refused.value.sentence


async def test_when_slack_cannot_say_who_somebody_is_nobody_gets_in(office: Office) -> None:
    office.accounts.away = True
    with pytest.raises(Unavailable):
        await Gate(30).admit(command(), office.ctx("U0DANA"), LOGGERS, "Logging")


async def test_the_rate_is_a_sliding_minute_and_a_repeat_costs_nothing(office: Office) -> None:
    gate = Gate(3)
    entries = [dataclasses.replace(command(), replay_key=f"k{n}") for n in range(4)]
    for entry in [*entries[:3], *entries[:3]]:
        await gate.admit(entry, office.ctx("U0DANA"), LOGGERS, "Logging")
    assert await code_of(office, entries[3], gate) == "rate"
    await gate.admit(command("U0ELI"), office.ctx("U0ELI"), LOGGERS, "Logging")
    office.later(seconds=61)
    await gate.admit(entries[3], office.ctx("U0DANA"), LOGGERS, "Logging")


async def test_the_gate_forgets_who_came_longest_ago(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.core.gate._PEOPLE_REMEMBERED", 1)
    gate = Gate(1)
    await gate.admit(command(), office.ctx("U0DANA"), LOGGERS, "Logging")
    await gate.admit(command("U0ELI"), office.ctx("U0ELI"), LOGGERS, "Logging")
    assert list(gate._seen) == ["U0ELI"]
