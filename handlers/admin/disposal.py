"""`/oob disposal`: what has been kept long enough, and a manager's approval that it goes (R15)."""

from __future__ import annotations

from bot.domain.people import MANAGERS
from bot.services.admin import retention
from bot.services.admin.retention import DisposalDue
from handlers.admin import views
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.ui.button_state import unpack
from storage.db.engine import Tx


async def typed(call: Call) -> Answer:
    """The list, and the button that approves it."""
    due = await call.ctx.read(retention.due_for_disposal)
    return await call.show(_propose, due)


async def approve(call: Call) -> Answer:
    """Delete what is listed."""
    return await call.once(_dispose, unpack(call.entry.action.get("value")).id)


def _propose(tx: Tx, due: list[DisposalDue]) -> Answer:
    return Answer.message(views.disposal(due, retention.propose_disposal(tx, due) if due else None))


def _dispose(tx: Tx, draft_id: str) -> Answer:
    return Answer.message(views.disposed(retention.dispose(tx, draft_id)))


ROUTES = (Route(Kind.ACTION, "disposal.approve", MANAGERS, "Approving a disposal", approve),)
