"""Render the notifications of an audit, as things stand when they are sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.domain.audits.audit import Audit, Finding, FindingStatus
from bot.domain.notifications import (
    AuditBegun,
    AuditCancelled,
    AuditChanged,
    AuditDrawn,
    AuditNamed,
    AuditNotification,
    AuditorNotification,
    AuditReported,
    FindingAction,
    FindingAnswered,
    FindingDone,
    FindingRaised,
    FindingWithdrawn,
)
from bot.domain.people import AUDITORS, COMMISSIONERS, MANAGERS, Actor
from handlers.audits import notification_views as views
from handlers.ui.blocks import Message
from handlers.ui.rendering import Receiver, renders
from storage.audits import audits, findings
from storage.db.engine import Tx

_TO_MANAGERS: Mapping[type[AuditNotification], Callable[[Audit], Message]] = {
    AuditBegun: views.begun,
    AuditDrawn: views.drawn,
    AuditReported: views.reported,
}
_TO_AUDITOR: Mapping[type[AuditorNotification], Callable[[Audit], Message]] = {
    AuditNamed: views.named,
    AuditChanged: views.changed,
    AuditCancelled: views.cancelled,
}


@renders(*_TO_MANAGERS)
def to_managers(tx: Tx, told: AuditNotification, to: Receiver) -> Message | None:
    """For managers."""
    audit = audits.get(tx, told.ref)
    return _TO_MANAGERS[type(told)](audit) if audit is not None and to.actor.may(MANAGERS) else None


@renders(*_TO_AUDITOR)
def to_auditor(tx: Tx, told: AuditorNotification, to: Receiver) -> Message | None:
    """For who carries it out, and nobody else; of a cancelled audit only that; that it is theirs until the sample is drawn."""
    audit = audits.get(tx, told.ref)
    if audit is None or not to.actor.may(COMMISSIONERS) or not _carries_out(audit, to.actor):
        return None
    if (audit.cancelled_at is not None) is not isinstance(told, AuditCancelled):
        return None
    return None if isinstance(told, AuditNamed) and audit.sampled_at is not None else _TO_AUDITOR[type(told)](audit)


@renders(FindingRaised)
def raised(tx: Tx, told: FindingRaised, to: Receiver) -> Message | None:
    """Until the service has responded."""
    finding = _finding(tx, told.ref, to)
    waits = finding is not None and finding.status is not FindingStatus.WITHDRAWN and finding.response is None
    return views.raised(finding) if finding is not None and waits and to.actor.may(MANAGERS) else None


@renders(FindingWithdrawn)
def withdrawn(tx: Tx, told: FindingWithdrawn, to: Receiver) -> Message | None:
    """For managers, and for who was to do something about it."""
    finding = _finding(tx, told.ref, to)
    theirs = finding is not None and (to.actor.may(MANAGERS) or finding.owner_id == to.addressee)
    return views.withdrawn(finding) if finding is not None and theirs else None


@renders(FindingAnswered)
def answered(tx: Tx, told: FindingAnswered, to: Receiver) -> Message | None:
    """The present response; an earlier one is not told again."""
    finding = _finding(tx, told.ref, to)
    if finding is None or finding.responded_at is None or finding.responded_at.isoformat() != told.at:
        return None
    return views.answered(finding) if _audits(tx, finding, to.actor) else None


@renders(FindingDone)
def done(tx: Tx, told: FindingDone, to: Receiver) -> Message | None:
    """For managers and the auditor."""
    finding = _finding(tx, told.ref, to)
    if finding is None or finding.done_on is None:
        return None
    return views.done(finding) if to.actor.may(MANAGERS) or _audits(tx, finding, to.actor) else None


@renders(FindingAction)
def action(tx: Tx, told: FindingAction, to: Receiver) -> Message | None:
    """Until it is done, changed, given to somebody else, or the finding is withdrawn."""
    finding = _finding(tx, told.ref, to)
    if finding is None or not finding.waits_for_owner:
        return None
    same = finding.owner_id == to.addressee == told.owner_id and str(finding.due_on) == told.due_on
    return views.action(finding, tx.today) if same else None


def _finding(tx: Tx, ref: str, to: Receiver) -> Finding | None:
    return findings.get(tx, ref) if to.actor.roles else None


def _audits(tx: Tx, finding: Finding, reader: Actor) -> bool:
    audit = audits.get(tx, finding.audit)
    return audit is not None and _carries_out(audit, reader)


def _carries_out(audit: Audit, reader: Actor) -> bool:
    return audit.auditor_id == reader.user_id and reader.may(AUDITORS)
