"""Stories acted in Slack come to what their rehearsal comes to: the same cases, clocks, agendas and refusals."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.core import settings
from bot.core.context import TxContext
from bot.rehearsal.results import Teller
from bot.rehearsal.runner import play
from bot.rehearsal.story import read
from bot.services.reminders import lists
from simulator.client import Workspace
from storage.crypto import key_ring
from storage.crypto.vault import Vault
from storage.db import workspaces
from storage.db.batch import Batch
from storage.db.engine import Tx, make_engine
from tests.acting.player import PREVENTED, WHO, Company, at_night
from tests.support.people import name_team
from tests.support.processes import PATIENTLY, Bot, Slack

STORIES = sorted((Path(__file__).parent / "stories").glob("*.yaml"))
_COLUMN = {"inquiries": "ref", "cases": "ref", "feedback": "ref"}


class Database:
    """The bot's database, looked into beside it."""

    def __init__(self, url: str) -> None:
        self._engine = make_engine(url, readonly=True)
        with self._engine.connect() as conn:
            ring = key_ring.load(
                settings.read(bot_token="xoxb-", app_token="xapp-", database_url=url), workspaces.keys_used(conn)
            )
        self._vault = Vault(ring)

    def newest(self, table: str) -> str:
        with self._engine.connect() as conn:
            return str(conn.execute(text(f"SELECT max({_COLUMN[table]}) FROM {table}")).scalar())

    def latest_assessment(self, ref: str) -> int:
        with self._engine.connect() as conn:
            return int(
                conn.execute(text("SELECT max(number) FROM assessments WHERE case_ref = :ref"), {"ref": ref}).scalar() or 0
            )

    def to_share(self, ref: str, number: int, whom: str) -> str:
        """The choice of what is shared now: the assessment, or its review where that is settled already."""
        with self._engine.connect() as conn:
            settled = text(
                "SELECT count(*) FROM sharings WHERE case_ref = :ref AND of = :of AND whom = :whom AND status = 'shared'"
            )
            if not conn.execute(settled, {"ref": ref, "of": number, "whom": whom}).scalar():
                return str(number)
            review = conn.execute(text("SELECT max(number) FROM reviews WHERE case_ref = :ref"), {"ref": ref}).scalar()
        return str(number) if review is None else f"r{review}"

    def tell(self, names: Any, until: Any) -> dict[str, Any]:
        with self._engine.connect() as conn, conn.begin():
            tx = Tx(Batch(conn, self._vault), TxContext("T0SIM", "system", at_night(until), 60))
            teller = Teller(names)
            return {
                "cases": [teller.case(tx, name, ref) for name, ref in names.case.items()],
                "inquiries": [teller.inquiry(tx, name, ref) for name, ref in names.inquiry.items()],
                "decision_list": teller.decisions(tx),
                "agenda": {name: teller.agenda(tx, WHO[name]) for name in WHO if WHO[name] in lists.workers(tx)},
            }

    def close(self) -> None:
        self._engine.dispose()


@pytest.fixture
def bot(slack: Slack, tmp_path: Path) -> Iterator[Bot]:
    with Bot(
        slack, f"sqlite:///{tmp_path / 'oob.db'}", OOB_RATE_PER_MINUTE="100000", OOB_CLOCK="workspace", **PATIENTLY
    ) as started:
        yield started


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
async def test_a_story_acted_in_slack_comes_to_what_its_rehearsal_comes_to(
    path: Path, slack: Slack, workspace: Workspace, bot: Bot
) -> None:
    story = read(path.read_text())
    await workspace.add_user(id="U0NIA", name="nia")
    await workspace.travels(story.events[0].moment)
    await name_team(slack.address, bot)
    sam = workspace.person("U0SAM")
    await sam.types("admin roles @nia senior manager")
    await sam.types("admin roles @mo team manager manager @nia")
    database = Database(bot.environment["OOB_DATABASE_URL"])
    company = Company(workspace, database)
    stopped = await company.act(story)
    acted = database.tell(company.names, story.until)
    database.close()
    rehearsed = play(story).output
    assert [number for number, _ in stopped] == [each["event"] for each in rehearsed["refused"]], stopped
    for part in ("cases", "inquiries", "decision_list", "agenda"):
        assert acted[part] == rehearsed[part], part
    for (_, sentence), refused in zip(stopped, rehearsed["refused"], strict=True):
        assert sentence == PREVENTED or same(refused["why"]) in same(sentence)


def same(sentence: str) -> str:
    """A sentence without what differs: people's ids, references."""
    for name, user_id in WHO.items():
        sentence = sentence.replace(f"<@{user_id}>", f"<@{name}>")
    return re.sub(r"(OOB|INQ|FB|R)-\d{4}-\d{4}", r"\1", sentence)
