"""Letters of an audit, as things stand when they are sent."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.audits.audit import Audit, Finding, FindingStatus
from bot.domain.people import AUDITORS, COMMISSIONERS, MANAGERS, Actor
from handlers.audits import notification_views as views
from handlers.ui.blocks import Message
from storage.audits import audits, findings
from storage.db.engine import Tx


def letter(tx: Tx, kind: str, subject: str, addressee: str, reader: Actor) -> Message | None:
    """One of them, None when there is nothing left to say, or the reader may not read it any more."""
    ref, _, about = subject.partition("|")
    if kind in _OF_AUDITS:
        exercise = audits.get(tx, ref)
        return _OF_AUDITS[kind](exercise, reader) if exercise is not None and reader.may(COMMISSIONERS) else None
    finding = findings.get(tx, ref)
    if finding is None or not reader.roles:
        return None
    return _OF_FINDINGS[kind](tx, finding, about, addressee, reader)


def _to_auditor(view: Callable[[Audit], Message], *, ended: bool = False) -> Callable[[Audit, Actor], Message | None]:
    """For who carries it out, and nobody else; of an audit that was cancelled only that."""

    def told(exercise: Audit, reader: Actor) -> Message | None:
        theirs = exercise.auditor_id == reader.user_id and reader.may(AUDITORS)
        return view(exercise) if theirs and (exercise.cancelled_at is not None) is ended else None

    return told


def _named(exercise: Audit, reader: Actor) -> Message | None:
    """Until the sample is drawn."""
    return _to_auditor(views.named)(exercise, reader) if exercise.sampled_at is None else None


def _to_managers(view: Callable[[Audit], Message]) -> Callable[[Audit, Actor], Message | None]:
    return lambda exercise, reader: view(exercise) if reader.may(MANAGERS) else None


def _raised(_tx: Tx, finding: Finding, _about: str, _addressee: str, reader: Actor) -> Message | None:
    waits = finding.status is not FindingStatus.WITHDRAWN and finding.response is None
    return views.raised(finding) if waits and reader.may(MANAGERS) else None


def _withdrawn(_tx: Tx, finding: Finding, _about: str, addressee: str, reader: Actor) -> Message | None:
    return views.withdrawn(finding) if reader.may(MANAGERS) or finding.owner_id == addressee else None


def _answered(tx: Tx, finding: Finding, about: str, _addressee: str, reader: Actor) -> Message | None:
    """What is answered now; what was answered before is not told again."""
    now = finding.responded_at.isoformat() if finding.responded_at else ""
    return views.answered(finding) if now == about and _audits(tx, finding, reader) else None


def _done(tx: Tx, finding: Finding, _about: str, _addressee: str, reader: Actor) -> Message | None:
    return views.done(finding) if finding.done_on and (reader.may(MANAGERS) or _audits(tx, finding, reader)) else None


def _audits(tx: Tx, finding: Finding, reader: Actor) -> bool:
    exercise = audits.get(tx, finding.audit)
    return exercise is not None and exercise.auditor_id == reader.user_id and reader.may(AUDITORS)


def _action(tx: Tx, finding: Finding, about: str, addressee: str, _reader: Actor) -> Message | None:
    """Until it is done, changed, given to somebody else, or the finding is withdrawn."""
    same = finding.owner_id == addressee and about == f"{finding.owner_id}|{finding.due_on}"
    return views.action(finding, tx.today) if finding.waits_for_owner and same else None


_OF_AUDITS: dict[str, Callable[[Audit, Actor], Message | None]] = {
    "audit_named": _named,
    "audit_changed": _to_auditor(views.changed),
    "audit_cancelled": _to_auditor(views.cancelled, ended=True),
    "audit_begun": _to_managers(views.begun),
    "audit_drawn": _to_managers(views.drawn),
    "audit_reported": _to_managers(views.reported),
}
_OF_FINDINGS: dict[str, Callable[[Tx, Finding, str, str, Actor], Message | None]] = {
    "finding_raised": _raised,
    "finding_withdrawn": _withdrawn,
    "finding_answered": _answered,
    "finding_action": _action,
    "finding_done": _done,
}
KINDS = frozenset({*_OF_AUDITS, *_OF_FINDINGS})
