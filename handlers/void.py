"""`/oob void`, by reference: it stands above the areas, because an inquiry is voided and a case's referral is taken back."""

from __future__ import annotations

from bot.domain.shared import references, text
from bot.domain.shared.references import RefKind
from handlers.cases import actions, manager_actions
from handlers.core.responses import Answer
from handlers.core.routing import Call
from handlers.inquiries import answer
from handlers.ui.button_state import ButtonState


async def void_typed(call: Call) -> Answer:
    """`/oob void INQ-… why`; of a case, the form that takes its referral back."""
    if named := references.all_of(text.clean(call.words), RefKind.CASE):
        return await call.show(actions.open_form, manager_actions.END_REFERRAL, ButtonState(id=named[0]), call.actor)
    return await answer.void_typed(call)
