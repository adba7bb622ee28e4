"""What administrators and managers do: status, audit log, settings, holds, subject access, disposal, over Slack's wire."""

import pytest
from sqlalchemy import text

from simulator.client import Person, Workspace, readable
from storage.db.engine import make_engine
from tests.support.processes import Bot
from tests.support.reading import arrived, fresh, ref_in


async def test_an_administrator_sees_status_log_settings_and_holds(sam: Person, dana: Person) -> None:
    ref = ref_in(await dana.types(f"inquiry ward {fresh()}"))
    assert "*Audit log*" in (await sam.types("admin status")).text
    assert "inquiry.logged" in (await sam.types(f"admin log {ref}")).text
    assert "no such entry" in (await sam.types("admin log INQ-2020-0001")).text
    for _ in range(16):
        await sam.types("admin log")
    await sam.presses("log.older")
    await sam.presses("log.newer")
    assert "<@U0DANA>" in (await sam.types("admin log @dana")).text
    assert "text_kept_days` is *30*" in (await sam.types("admin settings")).text
    assert "inquiry_working_days` is *4* (usually 5)" in (await sam.types("admin settings inquiry_working_days 4")).text
    await sam.types("admin settings inquiry_working_days 5")
    assert "is held" in (await sam.types(f"admin hold {ref} court order")).text
    assert "court order" in (await sam.types("admin hold")).text
    assert "has ended" in (await sam.types(f"admin hold {ref} off")).text
    assert "Nothing is held" in (await sam.types("admin hold")).text
    assert "Nothing is due" in (await sam.types("admin purge")).text
    assert "say about what" in (await sam.types("admin export")).text


async def test_a_subject_access_comes_as_two_files_to_who_asked_for_it(sam: Person, dana: Person, workspace: Workspace) -> None:
    about = fresh()
    await dana.types(f"feedback {about} told the GP marigold")
    assert "comes to you" in (await sam.types(f"admin export {about}")).text
    assert "OOB holds nothing about" in (await sam.types(f"admin export {fresh()}")).text
    first = await arrived(workspace, sam, "oob-subject-access")
    assert first
    both = [await arrived(workspace, sam, "oob-subject-access", nth) for nth in (-1, 0)]
    assert any(b"marigold" in file for file in both) or any(file[:2] == b"PK" for file in both)
    assert not [m for m in (await dana.sees())["direct"] if m.get("files") and about in str(m)]


@pytest.mark.usefixtures("bot")
async def test_a_manager_finds_nothing_due_for_disposal_in_a_young_database(workspace: Workspace) -> None:
    assert "Nothing is due" in (await workspace.person("U0MO").types("disposal")).text


async def test_r15_a_manager_approves_a_disposal_and_what_was_listed_is_gone(
    dana: Person, workspace: Workspace, bot: Bot
) -> None:
    ref = ref_in(await dana.types(f"inquiry ward asks Ealing {fresh()}"))
    await dana.types(f"answer {ref}")
    await dana.submits(result="not_known")
    await dana.closes()
    engine = make_engine(bot.environment["OOB_DATABASE_URL"], patient=True)
    with engine.begin() as conn:  # as if it had been two years ago
        change = "UPDATE inquiries SET logged_at = :then, asked_on = :day, answered_on = :day WHERE ref = :ref"
        conn.execute(text(change), {"then": "2020-12-07 09:00:00", "day": "2020-12-07", "ref": ref})
    engine.dispose()
    assert "A manager approves it" in (await workspace.person("U0SAM").types("admin purge")).text
    mo = workspace.person("U0MO")
    listed = await mo.types("disposal")
    assert f"*{ref}* · inquiry · Mon 7 Dec 2020" in listed.text
    assert "[ Delete them for good ]" in listed.text
    ts = listed.raw["ephemerals"][-1]["ts"]
    await mo.presses("disposal.approve", ts=ts)
    gone = next(m for m in (await mo.sees())["ephemerals"] if m["ts"] == ts)
    assert "1 entry was deleted for good, with your approval" in readable(gone)
    assert f"There is no inquiry {ref}" in (await dana.types(f"inquiries {ref}")).text
    assert "Nothing is due" in (await mo.types("disposal")).text
    assert "disposal.approved" in (await workspace.person("U0SAM").types(f"admin log {ref}")).text
