"""Working with cases over the wire: referrals, completed assessments, letters that are waited for."""

from __future__ import annotations

import asyncio
import itertools
import re
from typing import Any

from simulator.client import Person, Seen, readable
from tests.support.patience import patience

NUMBERS = itertools.count(1)
LIMBS = {"need_to_see_family": ["yes"], "significant_activity": ["yes"]}


def fresh() -> str:
    return f"ICS-{next(NUMBERS):04d}"


async def refers(person: Person, ics: str | None = None, second: dict[str, Any] | None = None, **first: Any) -> str:
    """A referral activated by two forms; the case's reference."""
    await person.types(f"refer {ics or fresh()}")
    await person.submits(**{"home_authority": "E09000009", **LIMBS, **first})
    seen = await person.submits(**{"age_years": "7", "threshold_level": "3", **(second or {})})
    assert "is activated" in seen.text, seen.text
    await person.closes()
    return ref_in(seen)


def ref_in(seen: Seen) -> str:
    found = re.search(r"OOB-\d{4}-\d{4}", seen.text)
    assert found, seen.text
    return found[0]


async def told(person: Person, words: str, after: int = 0) -> dict[str, Any]:
    """Wait for a direct message with these words, behind the first `after`."""
    async with patience("the letter to arrive"):
        while True:
            for message in reversed((await person.sees())["direct"][after:]):
                if words in readable(message):
                    return dict(message)
            await asyncio.sleep(0.02)


async def completed(dana: Person, mo: Person, ref: str, **start: Any) -> None:
    """A core assessment, started, and completed with the manager's press."""
    await dana.types(f"assess {ref}")
    await dana.submits(**{"purpose": "other", **start})
    await dana.closes()
    await dana.types(f"assess {ref}")
    await dana.submits()
    await dana.closes()
    await mo.types(f"case {ref}")
    await mo.presses("case.authorise")


async def hears(person: Person, words: str) -> None:
    """Wait for words in the newest whisper, which a press has changed."""
    async with patience(words):
        while words not in readable((await person.sees())["ephemerals"][-1]):
            await asyncio.sleep(0.02)
