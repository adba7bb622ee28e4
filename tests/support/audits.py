"""An audit on a real database: planned by Mo, carried out by Ana, of referrals of a week that has ended."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from bot.domain.audits.audit import Audit, AuditSection, Grade, Judged, Level, SampledCase, ShouldBe, Threshold
from bot.domain.cases.case import Case
from bot.domain.cases.codes import RecordingRoute
from bot.domain.inquiries.inquiry import InquiryFacts, Outcome, Result
from bot.services.audits import audits, findings, forms, plans
from bot.services.audits.forms import Said
from bot.services.cases import referrals, work
from bot.services.inquiries import lifecycle
from tests.support.holding import DANA, MO, TODAY, opened
from tests.support.offices import Office, actor

ANA = actor("U0ANA")
WEEK = "2026-W50"
SEED = "first-audit-2026-W50"
PLAN = plans.AuditPlan(
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
    found = [await opened(office, referrals.NewCase(f"ICS-{place}"), **more) for place in range(1, number + 1)]
    office.later(days=7)
    return found


async def planned(office: Office, **more: Any) -> Audit:
    """An audit that Mo asked Ana to carry out."""
    plan = plans.AuditPlan(**{**PLAN.__dict__, **more})
    return await office.does("U0MO", plans.begin, plan, MO)


async def drawn(office: Office, size: int = 25, **more: Any) -> tuple[str, list[SampledCase]]:
    """The same, and its sample drawn: the reference, and the items."""
    ref = (await planned(office, **more)).ref
    return ref, await office.does("U0ANA", audits.draw, ref, WEEK, SEED, size, ANA)


async def judged(office: Office, ref: str, number: int, *, comment: str | None = None, **changes: object) -> None:
    """A form filled in whole: every section opened, every judgement made, and completed."""
    for section in AuditSection:
        await office.does("U0ANA", forms.open_section, ref, number, section, ANA)
    said = Said(JUDGED | changes, comment, worded=True)
    await office.does("U0ANA", forms.judge, ref, number, said, ANA)
    await office.does("U0ANA", forms.complete, ref, number, ANA)


async def december(office: Office, cases: int = 30, before: int = 8, last_year: int = 12) -> None:
    """A December with a busy week, the weeks before it and the same month of last year; it is the Monday after that week then."""
    sources = ("3F", "3F", "3E", "6", "2A", "1B", "3F", "8", "5A", "6")
    for number in range(last_year):
        day = date(2025, 12, 1 + number % 31)
        await opened(office, referrals.NewCase(f"ICS-L{number}"), received_on=day, activated_on=day, opened_on=day)
    for number in range(before):
        day = date(2026, 1, 5) + timedelta(days=number % 320)
        await opened(office, referrals.NewCase(f"ICS-B{number}"), received_on=day, activated_on=day, opened_on=day)
    for number in range(cases):
        more: dict[str, Any] = {
            "source_code": sources[number % len(sources)],
            "age_years": (number * 3) % 18 if number % 11 else None,
            "threshold_level": 2 + number % 3,
            "route": RecordingRoute.ASSESSMENT if number % 4 == 0 else RecordingRoute.SHORT_TERM,
        }
        if number % 6 == 0:
            more |= {"urgent": True, "received_at": office.now}
        case = await opened(office, referrals.NewCase(f"ICS-W{number}"), **more)
        if number % 12 == 0:
            await office.does("U0DANA", work.respond, case.ref, office.now, DANA)
    for number in range(9):
        said: dict[str, Any] = {"asked_on": TODAY, "result": Result.NOT_KNOWN, "answered_on": TODAY, "age_years": number * 2}
        outcome = Outcome.SIGNPOSTED if number % 3 == 0 else Outcome.INFORMATION_GIVEN
        level = 1 + number % 4
        await office.does("U0DANA", lifecycle.log_inquiry, InquiryFacts(outcome=outcome, threshold_level=level, **said), DANA)
    office.later(days=7)


async def whole(office: Office) -> str:
    """An audit of that December: drawn, every form complete, three findings of which one is withdrawn; its reference."""
    ref, items = await drawn(office, context="An early help programme began in October.")
    for item in items:
        place = item.number
        changes: dict[str, object] = {
            "level_of_need": 2 + place % 2,
            "threshold": Threshold.RIGHT if place % 4 else Threshold.TOO_LOW,
            "should_be": ShouldBe.CONTACT if place % 3 == 0 else ShouldBe.REFERRAL,
            "proportionate": Level.PROPORTIONATE if place % 7 else Level.TOO_MUCH,
            "signposting": Judged.YES if place % 2 else Judged.NO,
            "grade": Grade.GOOD if place % 5 else Grade.REQUIRES_IMPROVEMENT,
        }
        await judged(
            office, ref, place, comment="The reason for the level is not written down." if place == 4 else None, **changes
        )
    kept = await office.does("U0ANA", findings.raise_one, ref, "A third of the referrals could have been contacts.", 3, ANA)
    await office.does("U0ANA", findings.confirm, kept.ref, ANA)
    due = date(2027, 2, 26)
    await office.does("U0MO", findings.assign, kept.ref, "Write down why it is no contact.", "U0DANA", due, MO)
    await office.does("U0MO", findings.respond, kept.ref, "We agree, and will look again in March.", MO)
    gone = await office.does("U0ANA", findings.raise_one, ref, "There is no culture of close working.", None, ANA)
    await office.does("U0ANA", findings.withdraw, gone.ref, "The section of visits was not looked at.", ANA)
    await office.does(
        "U0ANA", findings.raise_one, ref, "More resources for children under five than from five to nine.", None, ANA
    )
    return ref
