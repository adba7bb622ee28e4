"""Every kind of message to a person, as a type: what it is about, and who may receive it. One registry, `KINDS`. Pure.

`handlers/notifications.py` renders them as things stand when they are sent; `storage/notifications/outbox.py` queues them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Self

from bot.domain.people import COMMISSIONERS, EVERYONE, MANAGERS, READERS, Role

KINDS: dict[str, type[Notification]] = {}
"""Kind → its class, for what is read from the outbox."""


@dataclass(frozen=True)
class Notification:
    """A message to a person. Its fields say what it is about; they are packed into a line of text, joined by `|`.

    `kind` names it in the outbox and never changes. `stand_ins`: the roles of those who may get it in somebody's place;
    nobody where it is empty. `answerable`: it has something to press that somebody else may have pressed. `personal`: it is
    nobody else's, and is not re-routed. `between_two`: it tells one person what another has just done.
    """

    kind: ClassVar[str]
    stand_ins: ClassVar[frozenset[Role]] = EVERYONE
    answerable: ClassVar[bool] = False
    personal: ClassVar[bool] = False
    between_two: ClassVar[bool] = False

    def __init_subclass__(cls, kind: str | None = None, **kwargs: Any) -> None:  # noqa: ANN401 - passed on
        super().__init_subclass__(**kwargs)
        if kind is not None:
            cls.kind = kind
            KINDS[kind] = cls

    def pack(self) -> str:
        """Return the line that the outbox stores."""
        return "|".join(str(getattr(self, field.name)) for field in fields(self))

    @classmethod
    def unpack(cls, subject: str) -> Self:
        """Return the notification that `pack` wrote. Raises `ValueError` for what it did not write."""
        names = fields(cls)
        parts = subject.split("|", len(names) - 1) if names else []
        if len(parts) != len(names):
            raise ValueError(f"{cls.kind}: {len(parts)} parts of {len(names)}")
        return cls(*(int(part) if field.type == "int" else part for field, part in zip(names, parts, strict=True)))


@dataclass(frozen=True)
class UnknownNotification(Notification):
    """One of a kind that this version does not know: another version queued it, and will send it."""

    subject: str


def stamp(moment: datetime) -> str:
    """Return a moment as notifications carry it, so that the same thing at another moment is a new one."""
    return f"{moment:%Y%m%d%H%M%S%f}"


def unpack(kind: str, subject: str) -> Notification:
    """Return the notification of a row of the outbox."""
    try:
        return KINDS[kind].unpack(subject)
    except (KeyError, ValueError):
        return UnknownNotification(subject)


@dataclass(frozen=True)
class Greeting(Notification, kind="greeting"):
    """The first message to an administrator."""

    personal = True
    once: str = "welcome"


@dataclass(frozen=True)
class RoleGiven(Notification, kind="role_given"):
    """What somebody can do now."""

    personal = True
    role: str
    at: str


@dataclass(frozen=True)
class ManagerChanged(Notification, kind="manager_changed"):
    """Somebody has another manager: to both managers and to them. `former` is empty where there was none; `cases` moved."""

    worker_id: str
    former: str
    manager_id: str
    at: str
    cases: int


@dataclass(frozen=True)
class FileNotification(Notification):
    """A file that somebody asked for (`storage.notifications.attachments`). `readers`: who may still get it when it is sent."""

    personal = True
    readers: ClassVar[frozenset[Role]] = READERS
    document_id: str


@dataclass(frozen=True)
class FileReady(FileNotification, kind="document"):
    """A list, a report, a minute, a calendar entry."""


@dataclass(frozen=True)
class SubjectAccessFile(FileNotification, kind="subject_access"):
    """A file of a subject access request."""

    readers = frozenset({Role.ADMIN})


@dataclass(frozen=True)
class AuditFile(FileNotification, kind="audit_file"):
    """A file of an audit's report."""

    readers = COMMISSIONERS


@dataclass(frozen=True)
class FileLost(Notification, kind="file_lost"):
    """A file could not be delivered."""

    personal = True
    document_id: str


@dataclass(frozen=True)
class DisposalReady(Notification, kind="disposal_due"):
    """Something can be disposed of this month (`YYYY-MM`)."""

    month: str


@dataclass(frozen=True)
class Reminder(Notification, kind="reminder"):
    """Lines of the reminder log that were entered together, under one name."""

    letter: str


@dataclass(frozen=True)
class WeeklyDigest(Notification, kind="digest"):
    """The digest of an ISO week for a manager, whose team it is about."""

    stand_ins = MANAGERS
    week: str
    manager_id: str


@dataclass(frozen=True)
class WeeklyWorklist(Notification, kind="worklist"):
    """A worker's list for an ISO week."""

    week: str
    worker_id: str


@dataclass(frozen=True)
class InquiryAnswered(Notification, kind="answered"):
    """Somebody else noted the answer to an inquiry, which is at this version."""

    ref: str
    by: str
    version: int


@dataclass(frozen=True)
class CaseNotification(Notification):
    """Something about a case. `with_words`: it holds what people typed, for those who work on cases."""

    with_words: ClassVar[bool] = False
    ref: str


@dataclass(frozen=True)
class Handover(CaseNotification, kind="handover"):
    """A case was reallocated to its reader; the version of the case since then."""

    version: int


@dataclass(frozen=True)
class Reallocated(CaseNotification, kind="reallocated"):
    """A case went from its reader to somebody else; the version of the case since then."""

    to: str
    version: int


@dataclass(frozen=True)
class RestrictedMet(CaseNotification, kind="restricted_met"):
    """A colleague's referral or inquiry met a restricted case; `what` they tried, and when."""

    stand_ins = MANAGERS
    by: str
    what: str
    at: str


@dataclass(frozen=True)
class ClockMoved(CaseNotification, kind="clock_moved"):
    """A correction moved a due date; what was corrected by whom at that moment, and each due date before and after, in words."""

    stand_ins = MANAGERS
    by: str
    at: str
    moved: str


@dataclass(frozen=True)
class AuthorisationAsked(CaseNotification, kind="authorise"):
    """A completion or a review needs a manager's authorisation; its number within the case."""

    stand_ins = MANAGERS
    answerable = True
    number: int


@dataclass(frozen=True)
class Authorised(CaseNotification, kind="authorised"):
    """A manager authorised it."""

    number: int


@dataclass(frozen=True)
class NotAuthorisedYet(CaseNotification, kind="not_authorised_yet"):
    """A manager said "not yet", perhaps with a note."""

    with_words = True
    number: int


@dataclass(frozen=True)
class ExemptionAsked(CaseNotification, kind="exempt_asked"):
    """Not sharing something needs the team manager's agreement: `number.whom` of the sharing."""

    stand_ins = MANAGERS
    answerable = True
    with_words = True
    sharing: str


@dataclass(frozen=True)
class ExemptionAgreed(CaseNotification, kind="exempt_agreed"):
    """The team manager agreed."""

    sharing: str


@dataclass(frozen=True)
class NotMine(CaseNotification, kind="not_mine"):
    """Who is reminded of a case says that it is not theirs; the version of the case then."""

    stand_ins = MANAGERS
    answerable = True
    by: str
    version: int


@dataclass(frozen=True)
class DecisionWaits(CaseNotification, kind="decision_waits"):
    """One of two has confirmed a decision; the other one is asked. Its number within the case."""

    answerable = True
    with_words = True
    number: int


@dataclass(frozen=True)
class DecisionMade(CaseNotification, kind="decided"):
    """Both have confirmed."""

    between_two = True
    number: int


@dataclass(frozen=True)
class ClosingUndone(CaseNotification, kind="closing_undone"):
    """A manager undid a closing as an error."""

    between_two = True
    by: str
    version: int


@dataclass(frozen=True)
class ActionAssigned(CaseNotification, kind="action"):
    """An action for its reader was agreed in supervision; its number within the case."""

    answerable = True
    between_two = True
    with_words = True
    number: int


@dataclass(frozen=True)
class SessionCancelled(Notification, kind="session_cancelled"):
    """A booked session does not take place; when it was to be, in words."""

    ref: str
    manager_id: str
    when: str


@dataclass(frozen=True)
class SessionNotification(Notification):
    """Something about a supervision session."""

    ref: str


@dataclass(frozen=True)
class SessionBooked(SessionNotification, kind="session_booked"):
    """A session was booked or moved; how often it had been moved then."""

    sequence: int


@dataclass(frozen=True)
class SessionAgenda(SessionNotification, kind="agenda"):
    """The agenda before a session, sent to both."""

    sequence: int


@dataclass(frozen=True)
class SessionBegun(SessionNotification, kind="session_begun"):
    """A session is under way."""


@dataclass(frozen=True)
class MinuteReady(SessionNotification, kind="minute"):
    """A session was finalised."""

    between_two = True


@dataclass(frozen=True)
class AuditNotification(Notification):
    """Something about an audit, to its managers."""

    stand_ins = MANAGERS
    ref: str


@dataclass(frozen=True)
class AuditBegun(AuditNotification, kind="audit_begun"):
    """Somebody planned an audit for others."""


@dataclass(frozen=True)
class AuditDrawn(AuditNotification, kind="audit_drawn"):
    """Its sample was drawn."""


@dataclass(frozen=True)
class AuditReported(AuditNotification, kind="audit_reported"):
    """Its report was issued."""


@dataclass(frozen=True)
class AuditorNotification(Notification):
    """Something about an audit, to the one who carries it out: nobody stands in. `at`: a moment, so that each is a new one."""

    stand_ins = frozenset()
    ref: str
    at: str


@dataclass(frozen=True)
class AuditNamed(AuditorNotification, kind="audit_named"):
    """Its reader carries out an audit."""


@dataclass(frozen=True)
class AuditChanged(AuditorNotification, kind="audit_changed"):
    """Its plan was changed."""


@dataclass(frozen=True)
class AuditCancelled(AuditorNotification, kind="audit_cancelled"):
    """It does not take place."""


@dataclass(frozen=True)
class FindingNotification(Notification):
    """Something about a finding of an audit."""

    ref: str


@dataclass(frozen=True)
class FindingRaised(FindingNotification, kind="finding_raised"):
    """A finding waits for the service's response."""


@dataclass(frozen=True)
class FindingWithdrawn(FindingNotification, kind="finding_withdrawn"):
    """A finding was withdrawn."""


@dataclass(frozen=True)
class FindingAnswered(FindingNotification, kind="finding_answered"):
    """The service responded, at that moment."""

    stand_ins = frozenset()
    at: str


@dataclass(frozen=True)
class FindingAction(FindingNotification, kind="finding_action"):
    """Its reader is to do something about a finding by a day."""

    answerable = False
    owner_id: str
    due_on: str


@dataclass(frozen=True)
class FindingDone(FindingNotification, kind="finding_done"):
    """What was to be done about a finding is done since a day."""

    on: str


ANSWERABLE = frozenset(kind for kind, each in KINDS.items() if each.answerable)
FILES = frozenset(kind for kind, each in KINDS.items() if issubclass(each, FileNotification))
