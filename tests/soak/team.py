"""A team in a database, with some answers a person and morning that become due: each is to be said once, ever."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.people import Person, Role
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.calendar import is_working_day
from bot.services import people as services_people
from bot.services import scheduled_run
from simulator.client import Workspace, readable
from storage.db.engine import Tx
from tests.support.offices import Office, logged_words

FIRST = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
DUE_AFTER = 5
_AT_ONCE = 25
_SAID = re.compile(r"\*(INQ-\d+-\d+)\* · Answer to an inquiry")


@dataclass(frozen=True)
class Weather:
    """How often posts fail by chance: handled and then dropped, or failing without being handled."""

    dropped: float = 0.0
    failing: float = 0.0


@dataclass(frozen=True)
class Plan:
    """How big a scenario is. `each` reminders a person and morning; `kills` a morning; `minutes`: end after that long."""

    people: int
    each: int
    mornings: int
    kills: int = 0
    replicas: int = 1
    weather: Weather = field(default=Weather())
    minutes: float | None = None


class Team:
    """People with what becomes due for them, in a database nobody works on yet."""

    def __init__(self, url: str, plan: Plan) -> None:
        self.url = url
        self.plan = plan
        self.people = [f"U0S{number:03d}" for number in range(plan.people)]
        self.refs: dict[datetime, list[str]] = {}

    async def prepare(self) -> None:
        """Name them, and log what is asked so long before each morning that its reminder is due then."""
        office = Office(self.url)
        office.now = FIRST
        await office.open()
        await asyncio.gather(*(self._named(office, person) for person in self.people))
        await office.does("system", scheduled_run.tick)
        for morning in self._logged_on():
            office.now = morning
            refs = self.refs.setdefault(self._due(morning), [])
            for start in range(0, len(self.people), _AT_ONCE):
                some = self.people[start : start + _AT_ONCE]
                logged = await asyncio.gather(*(office.does(person, _logged, self.plan.each) for person in some))
                refs += [ref for several in logged for ref in several]
        office.close()

    async def _named(self, office: Office, person: str) -> None:
        await office.does(
            "U0SAM", services_people.name_person, Person(user_id=person, role=Role.SOCIAL_WORKER, manager_id="U0MO")
        )

    def _logged_on(self) -> Iterator[datetime]:
        days = working_days(FIRST)
        for _ in range(self.plan.mornings):
            yield next(days)

    @staticmethod
    def _due(morning: datetime) -> datetime:
        days = working_days(morning)
        return [next(days) for _ in range(DUE_AFTER + 1)][-1]

    async def arrive(self, workspace: Workspace) -> None:
        """Have accounts in Slack."""
        for person in self.people:
            await workspace.add_user(id=person, name=person.lower())

    async def told(self, workspace: Workspace) -> Counter[str]:
        """How often each answer was reminded of, in everything that the team was sent."""
        found: Counter[str] = Counter()
        for person in self.people:
            for message in (await workspace.person(person).sees())["direct"]:
                found.update(_SAID.findall(readable(message)))
        return found

    async def messages(self, workspace: Workspace) -> list[int]:
        """How many messages each person has."""
        return [len((await workspace.person(person).sees())["direct"]) for person in self.people]


def _logged(tx: Tx, each: int) -> list[str]:
    """So many inquiries of one person."""
    return [logged_words(tx, f"ward asks Ealing, bed {bed}").ref for bed in range(each)]


def working_days(first: datetime) -> Iterator[datetime]:
    """The working days from a moment on, at the same time of the day."""
    day = first
    while True:
        if is_working_day(day.date(), bank_holidays()):
            yield day
        day += timedelta(days=1)
