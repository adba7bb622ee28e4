"""Letters of the post room: each kind in the outbox to its message, rendered when it is sent."""

from __future__ import annotations

from collections.abc import Callable

from bot.casework import listing
from bot.casework.casebook import visible
from bot.rules.case import Case
from bot.rules.codes import SharingStatus
from bot.rules.obligations import Standing
from bot.rules.people import READERS, RECORDERS, Actor, Role
from bot.rules.records import Authorisation, Sharing
from handlers.views import admin, inquiry, letters
from handlers.views import people as staff
from handlers.views.parts import Message
from storage import cases, people
from storage.engine import Tx

FILES = {"document": READERS, "subject_access": frozenset({Role.ADMIN})}
"""Kinds of letters that are files (`storage.documents`), and who may still get one when it is delivered."""


def document_comment() -> str:
    """The words that stand beside a file; a lock screen shows them."""
    return "OOB: the file you asked for. Please keep it where your team keeps such files, and then delete it here."


def render(tx: Tx, recipient: str, kind: str, subject: str) -> Message | None:
    """The message of an outbox row as things stand when it is sent, None when there is nothing left to say.

    `ValueError` for a kind that this version does not know.
    """
    if kind in _SIMPLE:
        return _SIMPLE[kind](subject)
    if kind not in _OF_CASES:
        raise ValueError("a letter of an unknown kind")
    ref, _, which = subject.partition("|")
    case, person = cases.get(tx, ref), people.get(tx, recipient)
    if case is None or case.latest is None or person is None:
        return None
    reader = Actor(workspace_id=tx.workspace_id, user_id=recipient, roles=frozenset({person.role}))
    message = _OF_CASES[kind](tx, case, which) if visible(tx, case, reader) else None
    return message if message is None or reader.may(RECORDERS) or kind not in _WITH_WORDS else letters.told(case.ref)


_WITH_WORDS = frozenset({"not_authorised_yet", "exempt_asked"})
"""Letters with words that people typed: for who works on cases."""


def _handover(tx: Tx, case: Case, _which: str) -> Message | None:
    clocks = [each for each in listing.asked_about(tx, case.ref) if each.standing is Standing.OPEN]
    return letters.handover(case, clocks, tx.today)


def _authorise(tx: Tx, case: Case, which: str) -> Message | None:
    """What was answered meanwhile, or whose case is closed, is not asked any more."""
    asked = _asked(case, which)
    waits = asked is not None and asked.agreed is None and case.open_on(tx.today) is not None
    return letters.authorise(case.ref, asked) if asked is not None and waits else None


def _authorised(_tx: Tx, case: Case, which: str) -> Message | None:
    asked = _asked(case, which)
    return letters.authorised(case.ref, asked) if asked is not None and asked.agreed is not None else None


def _exempt_asked(_tx: Tx, case: Case, which: str) -> Message | None:
    asked = _sharing(case, which)
    waits = asked is not None and asked.status is SharingStatus.EXEMPT_REQUESTED and asked.requested_by is not None
    return letters.exempt_asked(case, asked) if asked is not None and waits else None


def _exempt_agreed(_tx: Tx, case: Case, which: str) -> Message | None:
    agreed = _sharing(case, which)
    return letters.exempt_agreed(case, agreed) if agreed is not None and agreed.status is SharingStatus.EXEMPT else None


def _sharing(case: Case, which: str) -> Sharing | None:
    """The sharing that a letter is about: `number.whom`."""
    return next((each for each in case.sharings if f"{each.of}.{each.whom}" == which), None)


def _asked(case: Case, which: str) -> Authorisation | None:
    return next((each for each in case.authorisations if str(each.number) == which), None)


def _answered(subject: str) -> Message:
    ref, who, _ = subject.split("|")
    return inquiry.answered_by(ref, who)


_SIMPLE: dict[str, Callable[[str], Message]] = {
    "greeting": lambda _: staff.greeting(),
    "role_given": lambda subject: staff.role_given(Role(subject.partition("|")[0])),
    "answered": _answered,
    "file_lost": lambda _: Message.plain("The file that you asked for could not be brought to you. Please ask for it again."),
    "disposal_due": lambda _: admin.disposal_due(),
}
_OF_CASES: dict[str, Callable[[Tx, Case, str], Message | None]] = {
    "handover": _handover,
    "authorise": _authorise,
    "authorised": _authorised,
    "not_authorised_yet": _authorised,
    "exempt_asked": _exempt_asked,
    "exempt_agreed": _exempt_agreed,
}
