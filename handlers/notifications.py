"""Render the notifications that wait for a person as one message (docs/decisions/0014-delivery.md).

A letter says how things stand now; when nothing is left to say it is left out, and a message without letters is not sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from bot.domain.cases.case import Case
from bot.domain.cases.codes import SharingStatus
from bot.domain.cases.records import Authorisation, Sharing
from bot.domain.people import COMMISSIONERS, MANAGERS, READERS, RECORDERS, Actor, Role
from bot.domain.shared.obligation import ObligationStatus
from bot.services.audits.report import AUDIT_FILE
from bot.services.cases import view
from bot.services.digests import digests as digest_digests
from bot.services.guards import visible
from bot.services.reminders import contents, enter, lists
from handlers.admin import people_views, views
from handlers.audits import notifications
from handlers.cases import notification_views
from handlers.digests import digest_view as digests
from handlers.inquiries import messages
from handlers.reminders import views as reminder_views
from handlers.supervision import notifications as supervision_notifications
from handlers.ui.blocks import Message
from handlers.ui.obligations import lines
from storage import people
from storage.cases import cases
from storage.db.engine import Tx
from storage.notifications import outbox
from storage.notifications.outbox import Notification

FILES = {"document": READERS, "subject_access": frozenset({Role.ADMIN}), AUDIT_FILE: COMMISSIONERS}
"""Kinds of letters that are files (`storage.notifications.attachments`), and who may still get one when it is delivered."""
PERSONAL = frozenset({*FILES, "greeting", "role_given", "file_lost"})
"""Kinds that are nobody else's: not re-routed when they cannot be brought."""
_COLLECTED = ("reminder", "worklist", "digest")
"""Kinds of which several become one: what is newest, or all of it together."""


def document_comment(name: str) -> str:
    """The words that stand beside a file of that name; a lock screen shows them."""
    if name.endswith(".ics"):
        return "OOB: an entry for your calendar."
    return "OOB: the file you asked for. Please keep it where your team keeps such files, and then delete it here."


def render(tx: Tx, recipient: str, owed: Sequence[Notification]) -> tuple[Message | None, dict[str, str]]:
    """One message of everything that is owed to a person, as things stand; None when there is nothing left to say.

    What was meant for somebody else says so. With it the keys of the letters that could not be rendered, and why: of a
    kind that this version does not know, or with a fault of ours.
    """
    broken: dict[str, str] = {}
    parts = _parts(tx, recipient, owed, broken, again=False)
    return (notification_views.together(parts) if parts else None), broken


def renewed(tx: Tx, recipient: str, slack_ts: str) -> Message | None:
    """A message that was sent, as things stand now: what is settled says so instead of offering to do it.

    None for one with a digest, which tells of the week in which it was sent.
    """
    owed = outbox.in_message(tx, recipient, slack_ts)
    if any(letter.kind == "digest" for letter in owed):
        return None
    parts = _parts(tx, recipient, owed, {}, again=True)
    return notification_views.together(parts) if parts else notification_views.settled()


def is_settled(tx: Tx, letter: Notification) -> bool:
    """Whether a letter that asked for an answer has been answered."""
    return letter.kind in enter.ANSWERABLE and _letter(tx, letter.recipient, letter) is None


def _parts(tx: Tx, recipient: str, owed: Sequence[Notification], broken: dict[str, str], *, again: bool) -> list[Message]:
    """What a message is put together from; `broken` is given the keys of what could not be rendered, with the error."""
    parts: list[Message] = []
    own_first = sorted(owed, key=lambda letter: (letter.addressee != recipient, letter.addressee))
    for addressee, group in groupby(own_first, lambda letter: letter.addressee):
        mine = list(group)
        found = []
        for several in _groups(mine):
            try:
                message = _of(tx, recipient, several, again=again)
            except Exception as error:  # noqa: BLE001 - one letter's fault does not hold up the others; the post room says so
                broken |= {each.key: type(error).__name__ for each in several}
                continue
            found += [message] if message is not None else []
        if found and addressee != recipient:
            found[0] = notification_views.for_another(addressee, found[0])
        parts += found
    return parts


def _groups(owed: Sequence[Notification]) -> list[list[Notification]]:
    """The letters of which several are one, and each of the others by itself."""
    found = [[each for each in owed if each.kind == kind] for kind in _COLLECTED]
    return [several for several in found if several] + [[each] for each in owed if each.kind not in _COLLECTED]


def _of(tx: Tx, recipient: str, several: Sequence[Notification], *, again: bool) -> Message | None:
    if several[0].kind in _COLLECTED:
        return _collected(tx, recipient, several, again)
    return _letter(tx, recipient, several[0]) or _settled(several[0], again)


def _settled(letter: Notification, again: bool) -> Message | None:
    """In a message that was sent: a line in the place of what is settled."""
    about_case = letter.kind in _OF_CASES
    return notification_views.answered(letter.subject.partition("|")[0]) if again and about_case else None


def _collected(tx: Tx, recipient: str, owed: Sequence[Notification], again: bool) -> Message | None:
    """Of reminders all lines together, of lists and digests the one of the newest week."""
    kind, reader = owed[0].kind, _reader(tx, recipient)
    if not reader.roles:  # taken off the list meanwhile
        return None
    if kind == "reminder":
        lines, hidden = contents.reminded(tx, reader, owed)
        waiting = again or hidden or any(not line.over for line in lines)
        return reminder_views.reminder(lines, recipient, tx.today, hidden) if waiting else None
    about = max(letter.subject for letter in owed).partition("|")[2]
    if kind == "worklist":
        mine = digest_digests.worklist_for(tx, about, reader)
        return None if digests.is_empty(mine, tx.today) else digests.worklist(mine, tx.today)
    return digests.digest(digest_digests.briefing_for(tx, about, reader), tx.today) if reader.may(MANAGERS) else None


def _letter(tx: Tx, recipient: str, letter: Notification) -> Message | None:
    """One letter as things stand now, None when there is nothing left to say."""
    kind, subject = letter.kind, letter.subject
    if kind in _SIMPLE:
        return _SIMPLE[kind](subject)
    if kind in supervision_notifications.KINDS:
        return supervision_notifications.letter(tx, kind, subject, _reader(tx, recipient))
    if kind in notifications.KINDS:
        return notifications.letter(tx, kind, subject, letter.addressee, _reader(tx, recipient))
    if kind not in _OF_CASES:
        raise ValueError("a letter of an unknown kind")
    ref, _, which = subject.partition("|")
    case, reader = cases.get(tx, ref), _reader(tx, recipient)
    if case is None or case.latest is None or not reader.roles:
        return None
    if kind == "handover" and case.latest.worker_id != letter.addressee:  # it has gone on to somebody else since
        return None
    message = _OF_CASES[kind](tx, case, which) if visible(tx, case, reader) else None
    return message if message is None or reader.may(RECORDERS) or kind not in _WITH_WORDS else notification_views.told(case.ref)


def _reader(tx: Tx, recipient: str) -> Actor:
    person = people.get(tx, recipient)
    roles = frozenset({person.role}) if person else frozenset()
    return Actor(workspace_id=tx.workspace_id, user_id=recipient, roles=roles)


_WITH_WORDS = frozenset({"not_authorised_yet", "exempt_asked", "decision_waits", "action"})
"""Letters with words that people typed: for who works on cases."""


def _handover(tx: Tx, case: Case, _which: str) -> Message | None:
    clocks = [each for each in lists.asked_about(tx, case.ref) if each.standing is ObligationStatus.OPEN]
    return notification_views.handover(case, clocks, tx.today)


def _authorise(tx: Tx, case: Case, which: str) -> Message | None:
    """What was answered meanwhile, or whose case is closed, is not asked any more."""
    asked = _asked(case, which)
    waits = asked is not None and asked.agreed is None and case.open_on(tx.today) is not None
    return notification_views.authorise(case.ref, asked) if asked is not None and waits else None


def _authorised(_tx: Tx, case: Case, which: str) -> Message | None:
    asked = _asked(case, which)
    return notification_views.authorised(case.ref, asked) if asked is not None and asked.agreed is not None else None


def _exempt_asked(_tx: Tx, case: Case, which: str) -> Message | None:
    asked = _sharing(case, which)
    waits = asked is not None and asked.status is SharingStatus.EXEMPT_REQUESTED and asked.requested_by is not None
    return notification_views.exempt_asked(case, asked) if asked is not None and waits else None


def _exempt_agreed(_tx: Tx, case: Case, which: str) -> Message | None:
    agreed = _sharing(case, which)
    return (
        notification_views.exempt_agreed(case, agreed) if agreed is not None and agreed.status is SharingStatus.EXEMPT else None
    )


def _not_mine(_tx: Tx, case: Case, which: str) -> Message | None:
    """Once somebody else holds the case there is nothing left to say."""
    who, holder = which.partition("|")[0], case.latest.worker_id if case.latest else None
    return notification_views.not_mine(case.ref, who) if holder == who else None


def _decision_waits(tx: Tx, case: Case, which: str) -> Message | None:
    """One side has confirmed that decision; the other one is asked, until it is made, replaced or has lapsed."""
    episode = case.open_on(tx.today)
    pending = episode.pending if episode else None
    if pending is None or str(pending.number) != which:
        return None
    unmet = view.outstanding(lists.asked_about(tx, case.ref), tx.today)
    return notification_views.decision_waits(case.ref, pending, lines(unmet, tx.today))


def _action(_tx: Tx, case: Case, which: str) -> Message | None:
    """What somebody is to do, until it is done."""
    made = [each for episode in case.episodes for each in episode.actions if str(each.number) == which]
    return notification_views.action(case.ref, made[0]) if made and made[0].done_on is None else None


def _decided(tx: Tx, case: Case, which: str) -> Message | None:
    """Who confirmed first is told that it is decided; an undone closing is not told any more."""
    made = [each for episode in case.episodes for each in episode.decisions if str(each.number) == which]
    return notification_views.decided(case.ref, made[0], tx.today) if made and made[0].effective_at is not None else None


def _closing_undone(_tx: Tx, case: Case, which: str) -> Message | None:
    return notification_views.closing_undone(case.ref, which.partition("|")[0])


def _sharing(case: Case, which: str) -> Sharing | None:
    """The sharing that a letter is about: `number.whom`."""
    return next((each for each in case.sharings if f"{each.of}.{each.whom}" == which), None)


def _asked(case: Case, which: str) -> Authorisation | None:
    return next((each for each in case.authorisations if str(each.number) == which), None)


def _answered(subject: str) -> Message:
    ref, who, _ = subject.split("|")
    return messages.answered_by(ref, who)


_SIMPLE: dict[str, Callable[[str], Message]] = {
    "greeting": lambda _: people_views.greeting(),
    "role_given": lambda subject: people_views.role_given(Role(subject.partition("|")[0])),
    "answered": _answered,
    "file_lost": lambda _: Message.plain("The file that you asked for could not be delivered. Please ask for it again."),
    "disposal_due": lambda _: views.disposal_due(),
}
_OF_CASES: dict[str, Callable[[Tx, Case, str], Message | None]] = {
    "handover": _handover,
    "authorise": _authorise,
    "authorised": _authorised,
    "not_authorised_yet": _authorised,
    "exempt_asked": _exempt_asked,
    "exempt_agreed": _exempt_agreed,
    "not_mine": _not_mine,
    "decision_waits": _decision_waits,
    "decided": _decided,
    "closing_undone": _closing_undone,
    "action": _action,
}
