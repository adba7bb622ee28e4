"""Bare `/oob` and App Home: what is waiting for whoever opens it."""

from __future__ import annotations

from slack_sdk.models.views import View

from bot.casework import recording as casework
from bot.rules.people import READERS
from handlers.answers import Answer
from handlers.entry import Kind
from handlers.routes import Call, Route
from handlers.views import waiting as views


async def opened(call: Call) -> Answer:
    """`app_home_opened`: publish the home of that person."""
    found = await call.desk.read(casework.waiting_for, call.actor)
    return Answer.home(View(type="home", blocks=list(views.waiting(found, call.desk.today()).blocks)))


async def waiting(call: Call) -> Answer:
    """Bare `/oob`: the same, as an answer."""
    return Answer.message(views.waiting(await call.desk.read(casework.waiting_for, call.actor), call.desk.today()))


ROUTES = (Route(Kind.EVENT, "app_home_opened", READERS, "Opening the home", opened),)
