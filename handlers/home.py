"""App Home: what is waiting for whoever opens it."""

from __future__ import annotations

from slack_sdk.models.views import View

from bot.casework import inquiries as casework
from bot.rules.people import READERS
from handlers.answers import Answer
from handlers.entry import Kind
from handlers.routes import Call, Route
from handlers.views import inquiry as views


async def opened(call: Call) -> Answer:
    """`app_home_opened`: publish the home of that person."""
    waiting = await call.desk.read(casework.waiting_for, call.actor.user_id)
    return Answer.home(View(type="home", blocks=list(views.waiting(waiting).blocks)))


ROUTES = (Route(Kind.EVENT, "app_home_opened", READERS, "Opening the home", opened),)
