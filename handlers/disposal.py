"""`/oob disposal`: what has been kept long enough, and a manager's approval that it goes (R15)."""

from __future__ import annotations

from bot.casework import keeping as casework
from bot.casework.keeping import Due
from bot.rules.people import MANAGERS
from handlers.answers import Answer
from handlers.entry import JsonObject, Kind
from handlers.payloads import unpack
from handlers.routes import Call, Route
from handlers.views import admin as views
from storage.engine import Tx


async def typed(call: Call) -> Answer:
    """The list, and the button that approves it."""
    due = await call.desk.read(casework.due_for_disposal)
    return await call.show(_propose, due)


async def approve(call: Call) -> Answer:
    """Delete what is listed."""
    return await call.once(_dispose, unpack(call.entry.action.get("value")).id)


def _propose(tx: Tx, due: list[Due]) -> JsonObject:
    return Answer.message(views.disposal(due, casework.propose_disposal(tx, due) if due else None)).to_json()


def _dispose(tx: Tx, draft_id: str) -> JsonObject:
    return Answer.message(views.disposed(casework.dispose(tx, draft_id))).to_json()


ROUTES = (Route(Kind.ACTION, "disposal.approve", MANAGERS, "Approving a disposal", approve),)
