"""Who has read only `/oob help` does the five everyday things, and how much they type and press for it is counted."""

import re

from simulator.client import Person
from tests.support.cases import fresh


def examples(text: str) -> dict[str, str]:
    """The examples that help gives, by their verb."""
    return {found.split()[1]: found for found in re.findall(r"`(/oob [^`]+)`", text)}


async def test_the_everyday_things_are_done_with_what_help_says(dana: Person, mo: Person) -> None:
    known = examples((await dana.types("help")).text)
    ics = fresh()

    async def types(verb: str, ref: str) -> str:
        line = re.sub(r"OOB-…|OOB-\d{4}-\d{4}|ICS-\d+", ref, known[verb]).removeprefix("/oob ")
        line = re.sub(r"\s*\[.*", "", line).replace("yesterday ", "")
        return (await dana.types(line)).text

    assert "to see the family" in await types("refer", ics)
    await dana.submits(home_authority="E09000009", need_to_see_family=["yes"], significant_activity=["yes"])
    seen = await dana.submits(age_years="7", threshold_level="3", route="assessment")
    assert "is activated" in seen.text
    found = re.search(r"OOB-\d{4}-\d{4}", seen.text)
    assert found
    ref = found[0]
    await dana.closes()
    assert "*Visit, the child was seen alone*" in await types("contact", ref)
    assert "Which assessment?" in await types("assess", ref)
    await dana.submits(purpose="other")
    await dana.closes()
    await types("assess", ref)
    assert "A manager is asked" in (await dana.submits()).text
    await dana.closes()
    await mo.types("mine")
    await mo.presses("case.authorise")
    assert "With the parents" in await types("share", ref)
    assert "Shared with the parents" in (await dana.submits(parents="shared", method="given")).text
    await dana.closes()
    assert "Held when?" in await types("review", ref)
    assert "A manager is asked" in (await dana.submits()).text
    await dana.closes()
    assert "decide in supervision (§6)" in await types("propose", ref)
