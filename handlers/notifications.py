"""Render the notifications that wait for a person as one message (docs/decisions/0014-delivery.md).

A notification says how things stand now; one that has nothing left to say is left out, and an empty message is not sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from bot.domain.notifications import (
    CaseNotification,
    DisposalReady,
    FileLost,
    Greeting,
    InquiryAnswered,
    ManagerChanged,
    Notification,
    Reminder,
    RoleGiven,
    UnknownNotification,
    WeeklyDigest,
    WeeklyWorklist,
)
from bot.domain.people import MANAGERS, Actor, Role
from bot.services.digests import digests as digest_digests
from bot.services.reminders import contents
from handlers.admin import people_views, views
from handlers.audits import notifications as audit_notifications
from handlers.cases import notification_views
from handlers.cases import notifications as case_notifications
from handlers.digests import digest_view as digests
from handlers.inquiries import messages
from handlers.reminders import views as reminder_views
from handlers.supervision import notifications as supervision_notifications
from handlers.ui.blocks import Message
from handlers.ui.rendering import RENDERERS, Receiver, renders
from storage import people
from storage.db.engine import Tx
from storage.notifications import outbox
from storage.notifications.outbox import QueuedNotification

AREAS = (audit_notifications, case_notifications, supervision_notifications)
"""Modules that register renderers when they are imported."""
_COLLECTED: tuple[type[Notification], ...] = (Reminder, WeeklyWorklist, WeeklyDigest)
"""Kinds of which several become one: the newest, or all of it together."""


def document_comment(name: str) -> str:
    """The words that stand beside a file of that name; a lock screen shows them."""
    if name.endswith(".ics"):
        return "OOB: an entry for your calendar."
    return "OOB: the file you asked for. Please keep it where your team keeps such files, and then delete it here."


def render(tx: Tx, recipient: str, queued: Sequence[QueuedNotification]) -> tuple[Message | None, dict[str, str]]:
    """One message of everything that waits for a person, as things stand; None when there is nothing left to say.

    What was meant for somebody else says so. With it the keys of what could not be rendered, and why: of a kind that this
    version does not know, or with a fault of ours.
    """
    broken: dict[str, str] = {}
    parts = _parts(tx, recipient, queued, broken, again=False)
    return (notification_views.together(parts) if parts else None), broken


def renewed(tx: Tx, recipient: str, slack_ts: str) -> Message | None:
    """A message that was sent, as things stand now: what is settled says so instead of offering to do it.

    None for one with a digest, which tells of the week in which it was sent.
    """
    queued = outbox.in_message(tx, recipient, slack_ts)
    if any(isinstance(each.content, WeeklyDigest) for each in queued):
        return None
    parts = _parts(tx, recipient, queued, {}, again=True)
    return notification_views.together(parts) if parts else notification_views.settled()


def is_settled(tx: Tx, queued: QueuedNotification) -> bool:
    """Whether a notification that asked for an answer has been answered."""
    return queued.content.answerable and _one(tx, queued.recipient, queued) is None


def _parts(tx: Tx, recipient: str, queued: Sequence[QueuedNotification], broken: dict[str, str], *, again: bool) -> list[Message]:
    """What a message is put together from; `broken` is given the keys of what could not be rendered, with the error."""
    parts: list[Message] = []
    own_first = sorted(queued, key=lambda each: (each.addressee != recipient, each.addressee))
    for addressee, group in groupby(own_first, lambda each: each.addressee):
        mine = list(group)
        found = []
        for several in _groups(mine):
            try:
                message = _of(tx, recipient, several, again=again)
            except Exception as error:  # noqa: BLE001 - one notification's fault does not hold up the others; the sender logs it
                broken |= {each.key: type(error).__name__ for each in several}
                continue
            found += [message] if message is not None else []
        if found and addressee != recipient:
            found[0] = notification_views.for_another(addressee, found[0])
        parts += found
    return parts


def _groups(queued: Sequence[QueuedNotification]) -> list[list[QueuedNotification]]:
    """The notifications of which several are one, and each of the others by itself."""
    found = [[each for each in queued if isinstance(each.content, kind)] for kind in _COLLECTED]
    return [several for several in found if several] + [[each] for each in queued if not isinstance(each.content, _COLLECTED)]


def _of(tx: Tx, recipient: str, several: Sequence[QueuedNotification], *, again: bool) -> Message | None:
    content = several[0].content
    if isinstance(content, _COLLECTED):
        return _collected(tx, recipient, several, again=again)
    settled = again and isinstance(content, CaseNotification)  # in a message that was sent: a line in its place
    answered = notification_views.answered(content.ref) if settled and isinstance(content, CaseNotification) else None
    return _one(tx, recipient, several[0]) or answered


def _collected(tx: Tx, recipient: str, queued: Sequence[QueuedNotification], *, again: bool) -> Message | None:
    """Of reminders all lines together, of lists and digests the one of the newest week."""
    reader = _reader(tx, recipient)
    if not reader.roles:  # taken off the list meanwhile
        return None
    match max(queued, key=lambda each: each.subject).content:
        case WeeklyWorklist(worker_id=worker_id):
            mine = digest_digests.worklist_for(tx, worker_id, reader)
            return None if digests.is_empty(mine, tx.today) else digests.worklist(mine, tx.today)
        case WeeklyDigest(manager_id=manager_id):
            briefing = digest_digests.briefing_for(tx, manager_id, reader) if reader.may(MANAGERS) else None
            return digests.digest(briefing, tx.today) if briefing else None
    lines, hidden = contents.reminded(tx, reader, queued)
    waiting = again or hidden or any(not line.over for line in lines)
    return reminder_views.reminder(lines, recipient, tx.today, hidden) if waiting else None


def _one(tx: Tx, recipient: str, queued: QueuedNotification) -> Message | None:
    """One notification as things stand now, None when there is nothing left to say."""
    content = queued.content
    if isinstance(content, UnknownNotification):
        raise ValueError("a notification of an unknown kind")  # noqa: TRY004 - another version's, no wrong type
    return RENDERERS[type(content)](tx, content, Receiver(_reader(tx, recipient), queued.addressee))


def _reader(tx: Tx, recipient: str) -> Actor:
    person = people.get(tx, recipient)
    roles = frozenset({person.role}) if person else frozenset()
    return Actor(workspace_id=tx.workspace_id, user_id=recipient, roles=roles)


@renders(Greeting)
def _greeting(_tx: Tx, _told: Greeting, _to: Receiver) -> Message:
    return people_views.greeting()


@renders(RoleGiven)
def _role_given(_tx: Tx, told: RoleGiven, _to: Receiver) -> Message:
    return people_views.role_given(Role(told.role))


@renders(ManagerChanged)
def _manager_changed(_tx: Tx, told: ManagerChanged, to: Receiver) -> Message | None:
    return people_views.manager_changed(told, to.addressee)


@renders(InquiryAnswered)
def _inquiry_answered(_tx: Tx, told: InquiryAnswered, _to: Receiver) -> Message:
    return messages.answered_by(told.ref, told.by)


@renders(FileLost)
def _file_lost(_tx: Tx, _told: FileLost, _to: Receiver) -> Message:
    return Message.plain("The file that you asked for could not be delivered. Please ask for it again.")


@renders(DisposalReady)
def _disposal_due(_tx: Tx, _told: DisposalReady, _to: Receiver) -> Message:
    return views.disposal_due()
