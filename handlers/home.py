"""Bare `/oob`, `/oob mine` and App Home: what waits for whoever opens it, what they hold, and a manager's team."""

from __future__ import annotations

from slack_sdk.models.views import View

from bot.casework import mine as casework
from bot.rules.people import READERS, Role
from handlers.answers import Answer
from handlers.entry import Kind
from handlers.routes import Call, Route
from handlers.views import waiting as views


async def opened(call: Call) -> Answer:
    """`app_home_opened`: publish the home of that person."""
    found = await call.desk.read(casework.mine, call.actor)
    return Answer.home(View(type="home", blocks=list(views.waiting(found, call.desk.today()).blocks)))


async def waiting(call: Call) -> Answer:
    """Bare `/oob`: the same, as an answer."""
    return Answer.message(views.waiting(await call.desk.read(casework.mine, call.actor), call.desk.today()))


ROUTES = (Route(Kind.EVENT, "app_home_opened", READERS | {Role.AUDITOR}, "Opening the home", opened),)
