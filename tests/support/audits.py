"""An audit on a real database: planned by Mo, carried out by Ana, of referrals of a week that has ended."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.casework import auditforms, exercises, referring
from bot.casework.auditforms import Said
from bot.rules.case import Case
from bot.rules.exercise import Exercise, Grade, Item, Judged, Level, Section, ShouldBe, Threshold
from tests.support.holding import MO, opened
from tests.support.offices import Office, actor

ANA = actor("U0ANA")
WEEK = "2026-W50"
SEED = "first-audit-2026-W50"
PLAN = exercises.Plan(
    "Thresholds in December",
    "Children's Safeguarding Committee",
    meeting_on=date(2027, 1, 28),
    due_on=date(2027, 1, 21),
    auditor_id="U0ANA",
)
JUDGED: dict[str, object] = {
    "level_of_need": 2,
    "threshold": Threshold.TOO_LOW,
    "should_be": ShouldBe.CONTACT,
    "proportionate": Level.PROPORTIONATE,
    "urgent_met": Judged.NOT_APPLICABLE,
    "drift": Judged.NO,
    "signposting": Judged.NO,
    "referrer_told": Judged.YES,
    "closing": Judged.NOT_APPLICABLE,
    "grade": Grade.GOOD,
}


async def week_of_cases(office: Office, number: int, **more: Any) -> list[Case]:
    """Cases whose referrals came in during the week; the week is over afterwards."""
    found = [await opened(office, referring.NewCase(f"ICS-{place}"), **more) for place in range(1, number + 1)]
    office.later(days=7)
    return found


async def planned(office: Office, **more: Any) -> Exercise:
    """An audit that Mo asked Ana to carry out."""
    plan = exercises.Plan(**{**PLAN.__dict__, **more})
    return await office.does("U0MO", exercises.begin, plan, MO)


async def drawn(office: Office, size: int = 25, **more: Any) -> tuple[str, list[Item]]:
    """The same, and its sample drawn: the reference, and the items."""
    ref = (await planned(office, **more)).ref
    return ref, await office.does("U0ANA", exercises.draw, ref, WEEK, SEED, size, ANA)


async def judged(office: Office, ref: str, number: int, *, comment: str | None = None, **changes: object) -> None:
    """A form filled in whole: every section opened, every judgement made, and completed."""
    for section in Section:
        await office.does("U0ANA", auditforms.open_section, ref, number, section, ANA)
    said = Said(JUDGED | changes, comment, worded=True)
    await office.does("U0ANA", auditforms.judge, ref, number, said, ANA)
    await office.does("U0ANA", auditforms.complete, ref, number, ANA)
