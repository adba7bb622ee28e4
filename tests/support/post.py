"""The post room in this process, on a real database, posting to a pretend Slack in another; the test moves the clock."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot.core import settings
from bot.core.context import RequestContext
from bot.delivery.sender import NotificationSender
from bot.domain.cases.activation import ReferralFacts
from bot.domain.cases.codes import Channel, RecordingRoute, ReferralForm
from bot.domain.notifications import RoleGiven
from bot.domain.people import Person, Role
from bot.services import people, scheduled_run
from bot.services.cases.referrals import NewCase, refer
from bot.slack.connection import SlackUsers, web_client, web_session
from simulator.client import Workspace
from storage.notifications import outbox
from tests.support.offices import HOME, Office, actor, letters_waiting
from tests.support.processes import Slack

NUMBERS = itertools.count(1)


class Post:
    """An office with a post room. `problems` is what it said of the token, the newest last."""

    def __init__(self, office: Office, slack: Slack, workspace: Workspace, session: aiohttp.ClientSession) -> None:
        self.office = office
        self.workspace = workspace
        self.problems: list[str | None] = []
        self.slack = slack
        self._session = session
        self.room = self.another()
        self.ctx = office.ctx("system")

    def another(self, office: Office | None = None, address: str | None = None) -> NotificationSender:
        """A post room more, with its own memory of who people are: a replica. `address`: of another Web API."""
        chosen = settings.read(
            bot_token=self.slack.known["bot_token"], app_token="xapp-", admins=("U0SAM",), slack_api_url=self.slack.known["api"]
        )
        client = web_client(chosen.model_copy(update={"slack_api_url": address or chosen.slack_api_url}), self._session)
        office = office or self.office
        directory = SlackUsers(web_client(chosen, self._session), HOME)
        ctx = RequestContext(office.ledger, directory, HOME, chosen, lambda: office.now, lambda: None)
        return NotificationSender(ctx, client, self.problems.append)

    async def owe(self, recipient: str = "U0DANA", kind: type[RoleGiven] = RoleGiven) -> str:
        """Queue a notification that needs nothing else for somebody; its subject."""
        notification = kind("viewer", str(next(NUMBERS)))
        await self.office.does("system", outbox.queue, recipient, notification)
        return notification.pack()

    async def deliver(self, after: float = 0, times: int = 1) -> None:
        """Deliver what can go after so many seconds, several times."""
        for _ in range(times):
            self.office.later(seconds=after)
            await self.room.deliver()

    async def has(self, user_id: str) -> list[dict[str, Any]]:
        """The direct messages of somebody."""
        return list((await self.workspace.person(user_id).sees())["direct"])

    async def texts(self, user_id: str) -> list[str]:
        """The lock-screen texts of them."""
        return [message["text"] for message in await self.has(user_id)]

    async def waiting(self) -> int:
        """How many letters wait."""
        return await self.ctx.read(letters_waiting)

    async def refer(self, worker: str = "U0DANA", **more: Any) -> str:
        """A case of a worker's, opened today; its reference."""
        today = self.office.ctx(worker).today()
        known: dict[str, Any] = {
            "route": RecordingRoute.SHORT_TERM,
            "opened_on": today,
            "received_on": today,
            "activated_on": today,
        }
        known |= {"channel": Channel.WARD_STAFF, "form": ReferralForm.VERBAL, "source_code": "3F", "threshold_level": 3}
        known |= {"home_authority": "E09000009", "need_to_see_family": True, "significant_activity": True, "age_years": 7}
        facts = ReferralFacts(**(known | more))
        case = await self.office.does(worker, refer, facts, NewCase(f"ICS-P{next(NUMBERS)}"), actor(worker))
        return str(case.ref)

    async def tick(self) -> int:
        """Plan what is owed now; how many letters."""
        return await self.office.does("system", scheduled_run.tick)


@asynccontextmanager
async def posting(office: Office, slack: Slack) -> AsyncIterator[Post]:
    """A post room for an office; Mo leads Dana and Eli, Sam administers."""
    async with Workspace(slack.address) as workspace, web_session(2) as session:
        for worker in ("U0DANA", "U0ELI"):
            await office.does("U0SAM", people.name_person, Person(user_id=worker, role=Role.SOCIAL_WORKER, manager_id="U0MO"))
        post = Post(office, slack, workspace, session)
        await post.deliver(2, times=2)
        try:
            yield post
        finally:
            await workspace.fault(calm=True)
            for user in ("U0MO", "U0DANA", "U0ELI"):
                await workspace.add_user(id=user, name=user[2:].lower())
                await workspace.fault(archived=f"D{user[1:]}", on=False)
