"""Some weeks of invented history, lived in the pretend workspace by its people, over the wire, as everything is there."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from simulator.client import CannotDo, Person, Seen, Workspace

WEEKS = 5
_LONDON = ZoneInfo("Europe/London")
_MORNING = time(8, 30)
_SETTLED_WITHIN = 10
TEAM = ("@mo team manager", "@dana social worker manager @mo", "@eli social worker manager @mo", "@ana auditor")
_LIMBS = {"need_to_see_family": ["yes"], "significant_activity": ["yes"]}


class HistoryError(Exception):
    """The bot did not do what the history tells."""


@dataclass
class Past:
    """A workspace whose people live some weeks in a moment."""

    workspace: Workspace
    refs: dict[str, str] = field(default_factory=dict)
    today: date = field(default_factory=date.today)

    def person(self, name: str) -> Person:
        """One of the people."""
        return self.workspace.person(f"U0{name.upper()}")

    async def types(self, name: str, line: str, expected: str) -> Seen:
        """Type a command; `HistoryError` unless the answer has these words."""
        seen = await self.person(name).types(line.format(**self.refs))
        if expected not in seen.text:
            raise HistoryError(f"{name}: {line}: {seen.text}")
        return seen

    async def submits(self, name: str, expected: str, **values: object) -> None:
        """Send off the open form, and close what it becomes."""
        seen = await self.person(name).submits(**values)
        if expected not in seen.text:
            raise HistoryError(f"{name}: {values}: {seen.text} {seen.errors}")
        with contextlib.suppress(CannotDo):
            await self.person(name).closes()

    async def refers(self, name: str, key: str, ics: str, home: str, age: str, *, began: int = 0, **more: object) -> None:
        """Activate a referral on work that began some days ago; its reference is remembered under `key`."""
        person = self.person(name)
        await person.types(f"refer {ics}")
        first = {key: more.pop(key) for key in ("channel", "also") if key in more}
        await person.submits(home_authority=home, **_LIMBS, **first)
        opened = f"{self.today - timedelta(days=began):%d/%m/%Y}"
        seen = await person.submits(age_years=age, **({"threshold_level": "3", "opened_on": opened} | more))
        found = re.search(r"OOB-\d{4}-\d{4}", seen.text)
        if found is None or "is activated" not in seen.text:
            raise HistoryError(f"{ics}: {seen.text} {seen.errors}")
        self.refs[key] = found[0]
        await person.closes()

    async def morning(self, day: date) -> None:
        """Go on to 08:30 of a day and let the bot do what is due then."""
        self.today = day
        await self.workspace.travels(datetime.combine(day, _MORNING, _LONDON).astimezone(UTC))
        await self.quiet()

    async def presses(self, name: str, action_id: str) -> None:
        """Press a button once the message with it has come."""
        async with asyncio.timeout(_SETTLED_WITHIN):
            while True:
                with contextlib.suppress(CannotDo):
                    await self.person(name).presses(action_id)
                    return
                await asyncio.sleep(0.1)

    async def quiet(self) -> None:
        """Wait until the bot has nothing more to say for a moment."""
        async with asyncio.timeout(_SETTLED_WITHIN):
            before = -1
            while before != (now := len(await self.workspace.calls("chat.postMessage"))):
                before = now
                await asyncio.sleep(0.6)


async def live(workspace: Workspace, until: date) -> dict[str, str]:
    """Live the weeks that end on `until`; the references of what came to be."""
    past = Past(workspace, today=until - timedelta(weeks=WEEKS))
    days = itertools.count()
    for scene in _SCENES:
        day = past.today if scene is _SCENES[0] else _working_day(past.today + timedelta(days=2 + next(days) % 3))
        if day > until:
            break
        await past.morning(day)
        await scene(past)
    await past.morning(_working_day(until, back=True))
    return past.refs


def _working_day(day: date, *, back: bool = False) -> date:
    """The day itself, or the weekday after it or before it."""
    while day.weekday() > 4:  # noqa: PLR2004 - Saturday
        day += timedelta(days=-1 if back else 1)
    return day


async def _a_team(past: Past) -> None:
    for line in TEAM:
        await past.types("sam", f"admin roles {line}", "Saved")
    await past.types("dana", "inquiry Ward staff ask whether the family on bay 3 is known to Ealing", "is logged")
    await past.refers("dana", "threshold", "ICS-2041", "E09000009", "7", began=49)
    await past.refers("eli", "assessed", "ICS-2044", "E09000025", "4", channel="ccds", route="assessment")


async def _visits(past: Past) -> None:
    await past.types("dana", "contact {threshold} today visit, saw the child alone", "recorded")
    await past.types("dana", "feedback {threshold} told the ward sister that we see the family this week", "is noted")
    await past.types("eli", "contact {assessed} today arrange services, nursery place", "recorded")


async def _asks(past: Past) -> None:
    person = past.person("eli")
    await person.types("inquiry")
    await past.submits(
        "eli", "is logged", asked_by_role="ccds", authority_asked="E09000005", note="Benefits claim; known to Brent?"
    )
    await past.refers("dana", "quiet", "ICS-2050", "E09000032", "11")
    past.refs["week"] = f"{past.today:%G-W%V}"


async def _assesses(past: Past) -> None:
    await past.types("eli", "assess {assessed}", "")
    await past.submits("eli", "started on", kind="core", purpose="ccds_ongoing")
    await past.types("dana", "contact {quiet} yesterday call, mother would like help with travel", "recorded")


async def _urgent(past: Past) -> None:
    await past.refers("dana", "urgent", "ICS-2057", "E09000013", "2", also=["urgent"], threshold_level="4")
    await past.types("dana", "propose {quiet} close work completed, the family agrees", "Proposed")


async def _authorised(past: Past) -> None:
    await past.types("eli", "assess {assessed}", "")
    await past.submits("eli", "asked")
    await past.types("mo", "case {assessed}", "asks a manager to authorise")
    await past.person("mo").presses("case.authorise")
    await past.types("dana", "contact {urgent} today visit, saw the child", "recorded")


async def _supervised(past: Past) -> None:
    await past.types("mo", "supervise @dana", "Finalise")
    await past.types("mo", "case {quiet}", "Open or close?")
    await past.person("mo").presses("case.keep_open")
    until = f"{past.today + timedelta(days=21):%d/%m/%Y}"
    await past.submits("mo", "your choice is noted", next_decision_on=until, rationale="Clinic in three weeks; decide after it.")
    await past.presses("dana", "case.confirm")
    await past.types("mo", "agenda @dana", "Finalise")
    await past.person("mo").presses("supervision.finish")
    await past.submits("mo", "Supervision SUP-")


async def _audited(past: Past) -> None:
    """Mo asks Ana to audit the week of a referral, and she draws the sample."""
    meeting = f"{past.today + timedelta(days=42):%d/%m/%Y}"
    await past.types("mo", "audit new", "")
    about = {"title": "Thresholds of need", "commissioned_by": "Safeguarding Committee", "meeting_on": meeting}
    await past.submits("mo", "Nothing is drawn yet", auditor_id="U0ANA", **about)
    seen = await past.types("ana", "audit", "AUD-")
    past.refs["audit"] = re.findall(r"AUD-\d{4}-\d{4}", seen.text)[0]
    await past.types("ana", "audit sample {audit} {week} n=25 seed=a-word-of-anas", "is drawn")


async def _latest(past: Past) -> None:
    await past.types("eli", "feedback {assessed} told the community nurse about the nursery place", "is noted")
    await past.types("dana", "propose {urgent} keep still needed on the ward", "Proposed")
    await past.types("dana", "inquiry School nurse asks about brothers and sisters in Hackney", "is logged")


_SCENES: tuple[Callable[[Past], Awaitable[None]], ...] = (
    _a_team,
    _visits,
    _asks,
    _assesses,
    _urgent,
    _authorised,
    _supervised,
    _audited,
    _latest,
)
"""A scene a day, some days apart."""
