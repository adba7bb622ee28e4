"""S5: fifty canaries typed wherever people can type; none is found in clear where it should not be (docs/trust.md, Privacy)."""

import asyncio
import re
import sqlite3
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from simulator.client import Person, Workspace, readable
from tests.support.patience import patience
from tests.support.people import name_team
from tests.support.processes import Bot, Slack, oob


class Cage:
    """Canaries, each a word that nobody else uses."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def __call__(self) -> str:
        first, second = divmod(len(self.all), 26)
        self.all.append(f"canary{chr(97 + first)}{chr(97 + second)}zq")
        return self.all[-1]


async def sing(dana: Person, mo: Person, sam: Person, eli: Person, canary: Cage) -> None:
    """Type one into everything that takes words."""
    for n in range(8):
        assert "is logged" in (await dana.types(f"inquiry ward asks {canary()} {n}")).text
    for n in range(4):
        await dana.types("inquiry")
        await dana.submits(
            asked_by_role="ccds",
            authority_asked="E09000009",
            note=canary(),
            match_family=f"{canary()} 3/4/201{n}",
            match_number=f"{canary()}123",
            also=["store_in_directory"],
        )
        assert "is logged" in readable((await dana.sees())["modal"])
        await dana.closes()
    first = await dana.types("inquiries")
    year = re.findall(r"INQ-(\d{4})-", first.text)[0]
    await dana.types(f"inquiries INQ-{year}-0001")
    await dana.presses("inquiry.open")
    await dana.submits(asked_by_role="ccds", authority_asked="E09000009", note=canary(), directory_ref=canary())
    assert "is saved" in readable((await dana.sees())["modal"])
    await dana.closes()
    await dana.types(f"answer INQ-{year}-0001")
    await dana.submits(result="known_open", outcome="signposted", signposted_to=canary())
    await dana.closes()
    assert "is void" in (await mo.types(f"void INQ-{year}-0002 {canary()}")).text
    for n in range(6):
        assert "is noted" in (await dana.types(f"feedback ABC{n}12 told the GP {canary()}")).text
    await dana.types("feedback ABC9")
    await dana.submits(target="referrer", target_role=canary(), summary=canary(), given_on="today")
    await dana.closes()
    await dana.types(f"feedback {canary()}?! nonsense")
    await dana.types(f"inquiries {canary()}")
    await dana.types(f"inqury {canary()} kept for a button")
    await dana.types(f"{canary()} is no verb")
    await dana.types(f"inquiry {canary()} 943 476 5919")
    await dana.types(f"feedback ABC1 {canary()} SW10 9NH")
    await dana.types(f"undo {canary()}")
    await dana.types(f"recorded {canary()}")
    await dana.types(f"answer {canary()}")
    await dana.types(f"help {canary()}")
    ts = await eli.says(f"somebody asks {canary()}")
    await dana.uses_shortcut("inquiry.from_message", ts)
    await dana.submits(asked_by_role="ccds", authority_asked="E09000009")
    await dana.closes()
    assert "is held" in (await sam.types(f"admin hold INQ-{year}-0001 {canary()}")).text
    for subject in ("log", "settings", "export", "hold", "roles", ""):
        await sam.types(f"admin {subject} {canary()}")
    await sam.types(f"admin settings text_kept_days {canary()}")
    await dana.types("inquiries")
    await dana.presses("inquiries.export")
    assert "comes to you" in (await sam.types(f"admin export INQ-{year}-0001")).text
    for _ in range(3):
        await dana.types(f"inquiry to be taken back {canary()}")
        await dana.types("undo")
    while len(canary.all) < 50:
        await dana.types(f"inquiry {canary()}")


def dump(url: str) -> str:
    """Every row of every table, as it lies in the database."""
    if url.startswith("sqlite"):
        database = sqlite3.connect(url.removeprefix("sqlite:///"))
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        text = "".join(str(database.execute(f"SELECT * FROM {name}").fetchall()) for name in names)
        database.close()
        return text
    with psycopg.connect(url) as server:
        found = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return "".join(str(server.execute(f"SELECT * FROM {name}".encode()).fetchall()) for (name,) in found)


def read(address: str) -> str:
    with urllib.request.urlopen(address) as answer:
        return str(answer.read().decode())


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_s5_no_canary_is_found_in_clear(
    kind: str, slack: Slack, workspace: Workspace, tmp_path: Path, request: pytest.FixtureRequest, figure: Callable[..., None]
) -> None:
    share = tmp_path / "share"
    share.mkdir()
    more = {"OOB_RATE_PER_MINUTE": "100000", "OOB_SHARED_DIRECTORY": str(share)}
    if kind == "sqlite":
        bot = Bot(slack, f"sqlite:///{tmp_path / 'oob.db'}", **more)
    else:
        bot = Bot.on_server(slack, request.getfixturevalue("fresh_postgresql").migrated(), **more)
    canary = Cage()
    places: dict[str, str] = {}
    with bot:
        await name_team(slack.address, bot)
        dana, mo, sam, eli = (workspace.person(f"U0{name}") for name in ("DANA", "MO", "SAM", "ELI"))
        await sing(dana, mo, sam, eli, canary)
        async with patience("an entry in the shared Directory"):
            while not list(share.rglob("*.txt")):
                await asyncio.sleep(0.05)
        places["metrics"] = await asyncio.to_thread(read, f"{bot.address}/metrics")
        if kind == "sqlite":
            for name in ("oob.db", "oob.db-wal", "oob.db-shm"):
                places[name] = (tmp_path / name).read_bytes().decode("latin-1")
            made = await asyncio.to_thread(
                oob, "backup", str(tmp_path / "copy"), OOB_DATABASE_URL=bot.environment["OOB_DATABASE_URL"]
            )
            assert made.returncode == 0, made.stderr
            places["backup"] = (tmp_path / "copy").read_bytes().decode("latin-1")
        places["tables"] = dump(bot.environment["OOB_DATABASE_URL"])
        eyes = {name: await person.sees() for name, person in (("dana", dana), ("mo", mo), ("sam", sam), ("eli", eli))}
    places["log"] = "\n".join(bot.raw)
    places["shared Directory"] = "".join(path.read_text() for path in share.rglob("*.txt"))
    places["what others are shown"] = re.sub(
        r"somebody asks canary\w\wzq", "", str([eyes["eli"]["direct"], eyes["eli"]["ephemerals"]])
    )
    posts = [call["args"] for call in await workspace.calls("chat.postMessage")]
    places["direct messages"] = str(posts)
    whispers = [message for seen in eyes.values() for message in (*seen["ephemerals"], *seen["direct"])]
    places["notification texts"] = "\n".join(message["text"] for message in whispers)
    places["first blocks"] = "\n".join(str(message["blocks"][0]) for message in whispers if message.get("blocks"))
    found = [(place, word) for place, text in places.items() for word in canary.all if word in text.casefold()]
    figure("S5", f"canaries found in clear ({kind}, {len(places)} places)", len(found), len(canary.all))
    assert found == []
    assert len(canary.all) >= 50
