"""What tests read from answers over the wire."""

import asyncio
import itertools
import re

from simulator.client import Person, Seen, Workspace
from tests.support.patience import patience

_numbers = itertools.count(1000)


def ref_in(seen: Seen) -> str:
    found = re.search(r"(?:FB|INQ)-\d{4}-\d{4,}", seen.text)
    assert found, seen.text
    return found[0]


def fresh() -> str:
    """An ICS reference nobody had."""
    return f"ICS{next(_numbers)}"


async def arrived(workspace: Workspace, person: Person, name: str, nth: int = -1) -> bytes:
    """The newest file of that name in the person's direct messages, once it is there."""
    async with patience("the words to be read"):
        while True:
            direct = (await person.sees())["direct"]
            found = [file for message in direct for file in message.get("files", []) if file["name"].startswith(name)]
            if found:
                return await workspace.file(found[nth]["id"])
            await asyncio.sleep(0.02)
