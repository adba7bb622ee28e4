"""What lists say alike: how many decisions wait, when the next session is, and a menu that opens a case."""

from __future__ import annotations

from collections.abc import Iterable

from slack_sdk.models.blocks import ActionsBlock, Block, PlainTextObject, StaticSelectElement

from bot.domain.shared.references import is_case
from bot.domain.supervision.session import Session, SessionStatus
from handlers.ui.blocks import option
from handlers.ui.button_state import ButtonState

_OFFERED = 50


def decisions_waiting(number: int) -> str:
    """How many cases await a decision, in words."""
    return "no case awaits a decision" if not number else f"*{number:,}* await{'s' if number == 1 else ''} a decision"


def next_session(session: Session | None) -> str:
    """When a session is, in words."""
    if session is None:
        return "no supervision is booked"
    if session.status is SessionStatus.IN_SESSION:
        return f"in supervision since {session.when}"
    return f"supervision on {session.when}"


def open_one(refs: Iterable[str]) -> list[Block]:
    """A menu that opens one of several cases."""
    cases = [ref for ref in dict.fromkeys(refs) if is_case(ref)][:_OFFERED]
    if not cases:
        return []
    options = [option(ButtonState(id=ref, step="open").pack(), ref) for ref in cases]
    menu = StaticSelectElement(placeholder=PlainTextObject(text="Open a case…"), action_id="case.more", options=options)
    return [ActionsBlock(block_id="open_one", elements=[menu])]
