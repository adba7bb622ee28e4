"""The isolation matrix (docs/trust.md, Figures S3): every entry point of the registry, against every kind of actor.

Its rows are the registry's, so an entry point that is added is in it. Nobody who may not enters, and nothing is written.
"""

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.people import Role
from bot.domain.shared.errors import Refusal
from handlers.core.gate import Gate
from handlers.core.interaction import READERS, Interaction, Kind
from handlers.router import ROUTES
from storage.db import audit_log
from tests.support.offices import TEAM, Office

LISTED = {"U0SAM": Role.ADMIN, **TEAM}
STRANGERS = {
    "guest": "guests are not",
    "single-channel guest": "guests are not",
    "stranger": "you belong to another organisation",
    "bot": "bots are not",
    "deactivated": "your account is deactivated",
}
ELSEWHERE: tuple[dict[str, Any], ...] = (
    {"team_id": "T0OTHER", "team": {"id": "T0OTHER"}},
    {"enterprise_id": "E0OTHER"},
    {"is_ext_shared_channel": True},
)
ACTORS = len(LISTED) + len(STRANGERS) + len(ELSEWHERE) + 3
"""Listed people, strangers, people from elsewhere; somebody unlisted, two people at once, and nobody."""
BODIES: dict[Kind, Callable[[str, str], dict[str, Any]]] = {
    Kind.COMMAND: lambda user, name: {"team_id": "T0SIM", "user_id": user, "text": name, "trigger_id": "1.a"},
    Kind.ACTION: lambda user, name: person(user) | {"actions": [{"action_id": name}], "trigger_id": "1.a"},
    Kind.SUBMISSION: lambda user, name: person(user) | {"view": {"id": "V1", "hash": "h", "callback_id": name}},
    Kind.SHORTCUT: lambda user, name: person(user) | {"callback_id": name, "trigger_id": "1.a"},
    Kind.OPTIONS: lambda user, name: person(user) | {"action_id": name, "value": ""},
    Kind.EVENT: lambda user, name: {"team_id": "T0SIM", "event": {"type": name, "user": user}, "event_id": "Ev1"},
}


def person(user: str) -> dict[str, Any]:
    return {"team": {"id": "T0SIM"}, "user": {"id": user, "team_id": "T0SIM"}}


def entry(kind: Kind, name: str, user: str, **change: Any) -> Interaction:
    made = READERS[kind](BODIES[kind](user, "xyzzy" if name == "?" else name) | change)
    assert made.name == name
    assert made.user_id == user
    return made


@pytest.mark.parametrize(("kind", "name"), sorted(ROUTES), ids=str)
async def test_s3_who_may_not_enter_does_not(office: Office, kind: Kind, name: str) -> None:
    route, gate, admitted, refused = ROUTES[kind, name], Gate(1000), set(), 0

    async def tries(made: Interaction) -> None:
        nonlocal refused
        try:
            await gate.admit(made, office.ctx(made.user_id), route.roles, route.purpose)
            admitted.add(made.user_id)
        except Refusal:
            refused += 1

    before = entries(office)
    for user in LISTED:
        await tries(entry(kind, name, user))
    assert admitted == {user for user, role in LISTED.items() if role in route.roles}
    allowed = len(admitted)
    for who, why in STRANGERS.items():
        office.accounts.others[f"U{len(who)}"] = why
        await tries(entry(kind, name, f"U{len(who)}"))
    await tries(entry(kind, name, "U0UNLISTED"))
    for change in ELSEWHERE:
        await tries(entry(kind, name, "U0DANA", **change))
    for nobody in ({"user_id": "U0MO"}, {"user_id": "", "user": {"team_id": "T0SIM"}, "event": {"type": name}}):
        await tries(READERS[kind](entry(kind, name, "U0DANA").body | {"user": {"id": "U0DANA"}} | nobody))
    assert len(admitted) == allowed
    assert refused == ACTORS - allowed
    assert entries(office) == before


def test_s3_every_entry_point_has_its_row(figure: Callable[..., None]) -> None:
    """The matrix above takes its rows from the registry; each is tried with every kind of actor, on both databases."""
    figure("S3", f"let in, of {len(ROUTES)} entry points by {ACTORS} actors", 0, len(ROUTES) * ACTORS)
    assert len(ROUTES) * ACTORS >= 700
    assert ACTORS >= 12
    assert {kind for kind, _ in ROUTES} <= set(BODIES)


def entries(office: Office) -> int:
    with office.writing.connect() as conn:
        return next(iter(audit_log.verify(conn, office.vault))).entries
