"""Letters of the post room: each kind in the outbox to its message, rendered when it is sent."""

from __future__ import annotations

from bot.rules.people import READERS, Role
from handlers.views import admin, inquiry, people
from handlers.views.parts import Message

FILES = {"document": READERS, "subject_access": frozenset({Role.ADMIN})}
"""Kinds of letters that are files (`storage.documents`), and who may still get one when it is delivered."""


def document_comment() -> str:
    """The words that stand beside a file; a lock screen shows them."""
    return "OOB: the file you asked for. Please keep it where your team keeps such files, and then delete it here."


def render(kind: str, subject: str) -> Message:
    """The message of an outbox row; `ValueError` for a kind that this version does not know."""
    if kind == "greeting":
        return people.greeting()
    if kind == "role_given":
        return people.role_given(Role(subject.partition("|")[0]))
    if kind == "answered":
        ref, who, _ = subject.split("|")
        return inquiry.answered_by(ref, who)
    if kind == "file_lost":
        return Message.plain("The file that you asked for could not be brought to you. Please ask for it again.")
    if kind == "disposal_due":
        return admin.disposal_due()
    raise ValueError("a letter of an unknown kind")
