"""What casework says of every kind of entry alike."""

from __future__ import annotations

from typing import TypeVar

from bot.domain.shared.errors import Refusal
from bot.domain.shared.logged import LoggedItem

E = TypeVar("E", bound=LoggedItem)


def kept(after: E | None, ref: str) -> E:
    """What was saved, or a refusal with `changed_meanwhile` when somebody else was faster."""
    if after is None:
        raise Refusal(
            "changed_meanwhile",
            f"Not saved: somebody changed {ref} while this form was open. Close it and press the button again to see the newest.",
        )
    return after
