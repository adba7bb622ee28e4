"""The builders about people and who is responsible, with what they make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from slack_sdk.models.views import View

from bot.domain.cases.case import Case
from bot.domain.cases.records import Authorisation, Sharing
from bot.domain.notifications import ManagerChanged
from bot.domain.people import Person, Role
from bot.services.admin.people_changes import Holdings
from handlers.admin import people_views
from handlers.cases import notification_views
from handlers.ui.blocks import Message

Built = Iterator[tuple[Callable[..., Any], Message | View]]


def of_people(person: Person, today: date) -> Built:
    """The list of staff, and what changes with somebody's manager or when they leave."""
    yield people_views.roster, people_views.roster([person], today)
    yield people_views.named, people_views.named(person, today)
    yield people_views.removed, people_views.removed("U0DANA")
    held = Holdings(("OOB-2026-0001",), ("OOB-2026-0001",), 1, ("U0ELI", "U0DANA"), ("U0NIA",))
    for reader in ("U0DANA", "U0NIA", "U0MO"):
        yield (
            people_views.manager_changed,
            people_views.manager_changed(ManagerChanged("U0DANA", "U0MO", "U0NIA", "20261207", 2), reader),
        )
    moving = Person(user_id="U0DANA", role=Role.SOCIAL_WORKER, manager_id="U0NIA")
    yield people_views.confirm_move, people_views.confirm_move(moving, "U0MO", held, "d")
    yield people_views.leaving, people_views.leaving("U0DANA", held)
    yield people_views.left, people_views.left("U0DANA", held, "U0ELI", None)
    yield people_views.left, people_views.left("U0MO", Holdings(team=("U0DANA",)), None, "U0NIA")
    yield people_views.form, people_views.form()
    yield people_views.greeting, people_views.greeting()
    yield people_views.role_given, people_views.role_given(Role.ADMIN)


def of_responsibility() -> Built:
    """What is told when a case changes hands, a restricted one is met, or a due date moves."""
    yield notification_views.reallocated, notification_views.reallocated("OOB-2026-0001", "U0ELI", "ABSENC")
    yield (
        notification_views.restricted_met,
        notification_views.restricted_met("OOB-2026-0001", "U0ELI", "a referral", "Mon 7 Dec 2026 09:05"),
    )
    moved = "opened on; three-month threshold (§4): Mon 1 Mar 2027 became Tue 2 Mar 2027"
    yield notification_views.clock_moved, notification_views.clock_moved("OOB-2026-0001", "U0DANA", moved)


def of_authorisations(case: Case, asked: Authorisation, shared: Sharing, now: datetime) -> Built:
    """What a manager is asked, and what they answered."""
    yield notification_views.authorise, notification_views.authorise("OOB-2026-0001", asked)
    for agreed in (True, False):
        answered = asked.model_copy(update={"agreed": agreed, "answered_by": "U0MO", "answered_at": now})
        yield notification_views.authorised, notification_views.authorised("OOB-2026-0001", answered)
    yield notification_views.told, notification_views.told("OOB-2026-0001")
    yield notification_views.exempt_asked, notification_views.exempt_asked(case, shared)
    yield (
        notification_views.exempt_agreed,
        notification_views.exempt_agreed(case, shared.model_copy(update={"exempt_by": "U0MO"})),
    )
