"""Letters of the post room: each kind in the outbox to its message, rendered when it is sent."""

from __future__ import annotations

from bot.rules.people import Role
from handlers.views import admin, people
from handlers.views.parts import Message

DOCUMENT = "document"
"""The kind of a letter that is a file: the post room takes it from `storage.documents`."""


def document_comment() -> str:
    """The words that stand beside a file; a lock screen shows them."""
    return "OOB: the file you asked for. Please keep it where your team keeps such files, and delete it here then."


def render(kind: str, subject: str) -> Message:
    """The message of an outbox row; `ValueError` for a kind that this version does not know."""
    if kind == "greeting":
        return people.greeting()
    if kind == "role_given":
        return people.role_given(Role(subject.partition("|")[0]))
    if kind == "disposal_due":
        return admin.disposal_due()
    raise ValueError("a letter of an unknown kind")
