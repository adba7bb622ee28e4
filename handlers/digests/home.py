"""Bare `/oob`, `/oob mine` and App Home: what waits for whoever opens it, what they hold, and a manager's team."""

from __future__ import annotations

from slack_sdk.models.views import View

from bot.domain.people import READERS, Role
from bot.services.digests import home
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.digests import home_view as views


async def opened(call: Call) -> Answer:
    """`app_home_opened`: publish the home of that person."""
    found = await call.ctx.read(home.mine, call.actor)
    return Answer.home(View(type="home", blocks=list(views.waiting(found, call.ctx.today()).blocks)))


async def waiting(call: Call) -> Answer:
    """Bare `/oob`: the same, as an answer."""
    return Answer.message(views.waiting(await call.ctx.read(home.mine, call.actor), call.ctx.today()))


ROUTES = (Route(Kind.EVENT, "app_home_opened", READERS | {Role.AUDITOR}, "Opening the home", opened),)
