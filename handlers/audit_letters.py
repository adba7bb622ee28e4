"""Letters of an audit, as things stand when they are sent."""

from __future__ import annotations

from collections.abc import Callable

from bot.rules.exercise import Exercise, Finding, FindingStatus
from bot.rules.people import AUDITORS, COMMISSIONERS, MANAGERS, Actor
from handlers.views import audit_letters as views
from handlers.views.parts import Message
from storage import exercises, findings
from storage.engine import Tx


def letter(tx: Tx, kind: str, subject: str, reader: Actor) -> Message | None:
    """One of them, None when there is nothing left to say, or the reader may not read it any more."""
    ref, _, version = subject.partition("|")
    if kind in _OF_AUDITS:
        exercise = exercises.get(tx, ref)
        return _OF_AUDITS[kind](exercise, reader) if exercise is not None and reader.may(COMMISSIONERS) else None
    finding = findings.get(tx, ref)
    if finding is None or not reader.roles:
        return None
    return _OF_FINDINGS[kind](tx, finding, version, reader)


def _named(exercise: Exercise, reader: Actor) -> Message | None:
    """Until the sample is drawn, for who is asked."""
    waits = exercise.sampled_at is None and exercise.auditor_id == reader.user_id and reader.may(AUDITORS)
    return views.named(exercise) if waits else None


def _to_managers(view: Callable[[Exercise], Message]) -> Callable[[Exercise, Actor], Message | None]:
    return lambda exercise, reader: view(exercise) if reader.may(MANAGERS) else None


def _raised(_tx: Tx, finding: Finding, _version: str, reader: Actor) -> Message | None:
    waits = finding.status is not FindingStatus.WITHDRAWN and finding.response is None
    return views.raised(finding) if waits and reader.may(MANAGERS) else None


def _withdrawn(_tx: Tx, finding: Finding, _version: str, _reader: Actor) -> Message | None:
    return views.withdrawn(finding)


def _answered(tx: Tx, finding: Finding, _version: str, reader: Actor) -> Message | None:
    exercise = exercises.get(tx, finding.audit)
    theirs = exercise is not None and exercise.auditor_id == reader.user_id and reader.may(AUDITORS)
    return views.answered(finding) if theirs else None


def _action(tx: Tx, finding: Finding, _version: str, _reader: Actor) -> Message | None:
    """Until it is done, given to somebody else, or the finding is withdrawn."""
    return views.action(finding, tx.today) if finding.waits_for_owner else None


_OF_AUDITS: dict[str, Callable[[Exercise, Actor], Message | None]] = {
    "audit_named": _named,
    "audit_begun": _to_managers(views.begun),
    "audit_drawn": _to_managers(views.drawn),
    "audit_reported": _to_managers(views.reported),
}
_OF_FINDINGS: dict[str, Callable[[Tx, Finding, str, Actor], Message | None]] = {
    "finding_raised": _raised,
    "finding_withdrawn": _withdrawn,
    "finding_answered": _answered,
    "finding_action": _action,
}
KINDS = frozenset({*_OF_AUDITS, *_OF_FINDINGS})
