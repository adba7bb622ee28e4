"""Who is responsible, as an administrator, a worker and their managers see it: over the wire, on both databases (§7.1)."""

import pytest

from simulator.client import Person, Workspace, readable
from tests.support.cases import LIMBS, NUMBERS, fresh, hears, refers, told


@pytest.fixture
async def pat(sam: Person, workspace: Workspace) -> Person:
    """A new worker of Mo's, and Nia, another manager."""
    name = f"pat{next(NUMBERS)}"
    worker = await workspace.add_user(id=f"U0{name.upper()}", name=name)
    await workspace.add_user(id="U0NIA", name="nia")
    await sam.types("admin roles @nia team manager")
    await sam.types(f"admin roles @{name} social worker manager @mo")
    return worker


async def test_another_manager_is_shown_what_moves_confirmed_and_told_to_all_three(
    sam: Person, mo: Person, pat: Person, workspace: Workspace
) -> None:
    ref = await refers(pat)
    asked = await sam.types(f"admin roles @{pat.id[2:].lower()} social worker manager @nia")
    assert "1 open case\n" in asked.text
    assert "Nothing was changed yet" in asked.text
    assert ref not in (await workspace.person("U0NIA").types("due team")).text
    await sam.presses("people.confirm")
    await hears(sam, "Saved")
    nia = workspace.person("U0NIA")
    await told(nia, "1 open case and what waits for a manager came to you")
    await told(mo, "moved from your lists to theirs")
    await told(pat, "is your manager now")
    assert ref in (await nia.types("due team")).text
    assert ref not in (await mo.types("due team")).text


async def test_who_is_taken_off_the_list_leaves_nothing_behind(sam: Person, eli: Person, pat: Person) -> None:
    ref = await refers(pat)
    form = await sam.types(f"admin roles @{pat.id[2:].lower()} remove")
    assert "1 open case" in readable(form.modal or {})
    done = await sam.submits(cases_to="U0ELI")
    assert "their access has ended. 1 open case went to <@U0ELI>" in done.text + readable(done.modal or {})
    await sam.closes()
    await told(eli, f"{ref}")
    assert "Please ask" in (await pat.types("mine")).text


async def test_what_goes_to_nobody_stays_with_the_manager_and_is_said_to_the_administrator(
    sam: Person, mo: Person, pat: Person
) -> None:
    ref = await refers(pat)
    await sam.types(f"admin roles @{pat.id[2:].lower()} remove")
    done = await sam.submits()
    assert "stay with their manager" in done.text + readable(done.modal or {})
    await sam.closes()
    assert ref in (await sam.types("admin status")).text
    assert "no longer on the list of staff: please reassign it" in (await mo.types(f"case {ref}")).text


async def test_news_of_a_restricted_child_from_a_colleague_is_kept_and_its_manager_told(
    dana: Person, eli: Person, mo: Person
) -> None:
    ics = fresh()
    ref = await refers(dana, ics, also=["restricted"])
    await eli.types(f"refer {ics}")
    seen = await eli.submits(home_authority="E09000009", **LIMBS)
    shown = seen.text + readable(seen.modal or {})
    assert "ring your duty manager now" in shown
    assert ref not in shown
    letter = readable(await told(mo, "tried to log a referral"))
    assert ref in letter
    assert "<@U0ELI>" in letter
