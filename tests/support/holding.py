"""Cases on a real database, by way of casework: opened, visited, closed by two people."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.domain.cases.activation import ReferralFacts
from bot.domain.cases.case import Case
from bot.domain.cases.codes import ActivityKind, Channel, DecisionKind, RecordingRoute, ReferralForm
from bot.domain.people import Actor, Person
from bot.domain.supervision.session import SessionKind
from bot.services import people
from bot.services.cases import referrals, work
from bot.services.supervision import decisions, sessions
from tests.support.offices import TEAM, Office, actor

DANA, ELI, MO = actor("U0DANA"), actor("U0ELI"), actor("U0MO")
TODAY = date(2026, 12, 7)
NEW = referrals.NewCase("ICS-1001")


def facts(day: date = TODAY, **more: Any) -> ReferralFacts:
    """An ordinary referral of that day."""
    known: dict[str, Any] = {
        "received_on": day,
        "activated_on": day,
        "opened_on": day,
        "channel": Channel.WARD_STAFF,
        "form": ReferralForm.VERBAL,
        "source_code": "3F",
        "threshold_level": 3,
        "age_years": 7,
        "home_authority": "E09000009",
        "need_to_see_family": True,
        "significant_activity": True,
        "route": RecordingRoute.SHORT_TERM,
    }
    return ReferralFacts(**(known | more))


async def opened(office: Office, about: referrals.NewCase = NEW, **more: Any) -> Case:
    """A case of Dana's, whose manager is Mo."""
    for name in ("U0DANA", "U0ELI"):
        await office.does("U0SAM", people.name_person, Person(user_id=name, role=TEAM[name], manager_id="U0MO"))
    return await office.does("U0DANA", referrals.refer, facts(**more), about, DANA)


async def visited(office: Office, ref: str, by: Actor = DANA, note: str | None = None) -> Case:
    """A visit today."""
    told = work.Contact(ActivityKind.VISIT, office.now.date(), note=note)
    return await office.does(by.user_id, work.contact, ref, told, by)


async def closed(office: Office, ref: str, effective_on: date | None = None) -> Case:
    """Closed by Mo and Dana in a session."""
    choice = decisions.Choice(DecisionKind.CLOSE, "work completed", rc_code="RC7", effective_on=effective_on)
    await office.does("U0MO", sessions.supervise, "U0DANA", SessionKind.AD_HOC, MO)
    await office.does("U0MO", decisions.decide, ref, choice, MO)
    return await office.does("U0DANA", decisions.confirm, ref, DANA)
