"""Letters of the post room: each kind in the outbox to its message, rendered when it is sent."""

from __future__ import annotations

from bot.rules.people import Role
from handlers.views import admin
from handlers.views.parts import Message


def render(kind: str, subject: str) -> Message:
    """The message of an outbox row; `ValueError` for a kind that this version does not know."""
    if kind == "greeting":
        return admin.greeting()
    if kind == "role_given":
        return admin.role_given(Role(subject.partition("|")[0]))
    raise ValueError("a letter of an unknown kind")
