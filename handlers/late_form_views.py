"""How a form looks that was sent off too late."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from handlers.ui.blocks import Message, button, buttons, copyable, section, small
from handlers.ui.button_state import ButtonState


def not_saved(sentence: str, typed: Sequence[str], draft_id: str) -> Message:
    """Why it was not saved, what was typed, to copy, and the way back into the form."""
    blocks: list[Block] = [section(f"*Not saved.* {sentence}"), small("What you typed, to copy; I keep it for an hour:")]
    blocks += [block for words in typed for block in copyable(words)]
    again = button(
        "Open the form again", "draft.open", ButtonState(id=draft_id), spoken="Open the form again with what you typed"
    )
    return Message("OOB: not saved.", (*blocks, buttons("draft", again)))
