"""Plans of audits (docs/domain.md §1.3, A1, A2): begun, changed, cancelled; for whom, for which meeting, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.audits.audit import ACCESS_AFTER_MEETING, NO_CASE, TITLE_LIMIT, Audit, names_a_case
from bot.domain.notifications import AuditBegun, AuditCancelled, AuditChanged, AuditNamed, stamp
from bot.domain.people import AUDITORS, COMMISSIONERS, PLANNERS, Actor
from bot.domain.shared import privacy
from bot.domain.shared.calendar import london_day, say_date
from bot.domain.shared.errors import Refusal
from bot.services.audits.audits import existing, not_cancelled, tell_auditor, tell_managers
from bot.services.guards import known
from storage import people
from storage.audits import audits
from storage.db import numbers
from storage.db.engine import Tx
from storage.reports import referrals

_ONE_IN = timedelta(days=28)
_TYPED = ("title", "commissioned_by", "context")


@dataclass(frozen=True)
class AuditPlan:
    """What is said of an audit before anything is drawn. `auditor_id`: None for who plans it, and for who audits already."""

    title: str
    commissioned_by: str
    meeting_on: date
    due_on: date | None = None
    auditor_id: str | None = None
    access_until: date | None = None
    context: str | None = None


def begin(tx: Tx, plan: AuditPlan, actor: Actor) -> Audit:
    """Plan an audit. Its auditor is told; so are the managers when the auditor planned it.

    Refused: `not_for_audits`, `not_an_auditor`, `audit_words`, `audit_days`, `audit_under_way`, `not_listed`, `identifier`,
    `names_a_case`.
    """
    if not actor.may(COMMISSIONERS):
        raise Refusal("not_for_audits", "Audits are begun by managers, administrators and auditors.")
    tx.chain.lock(tx.workspace_id)
    auditor_id = plan.auditor_id or actor.user_id
    if not actor.may(PLANNERS):
        _own_alone(tx, auditor_id, actor)
    made = _planned(
        plan,
        Audit(
            ref=numbers.next_ref(tx, "AUD"),
            title="",
            commissioned_by="",
            meeting_on=plan.meeting_on,
            due_on=plan.meeting_on,
            auditor_id=_auditor(tx, auditor_id),
            access_until=plan.meeting_on,
            made_by=actor.user_id,
            made_at=tx.now,
        ),
    )
    made.check_days(tx.today)
    audits.add(tx, made)
    days = {name: str(getattr(made, name)) for name in ("meeting_on", "due_on", "access_until")}
    tx.log("audit.begun", made.ref, auditor=auditor_id, **days)
    tell_auditor(tx, made, AuditNamed(made.ref, stamp(tx.now)))
    if auditor_id == actor.user_id:
        tell_managers(tx, made, AuditBegun(made.ref))
    return made


def revise(tx: Tx, ref: str, plan: AuditPlan, actor: Actor) -> Audit:
    """Change what was planned. Who audits changes until something was drawn, or when the auditor has left; they are told.

    Refused: `not_found`, `not_for_audits`, `audit_drawn`, `audit_cancelled`, `audit_reported`, and as `begin`.
    """
    tx.chain.lock(tx.workspace_id)
    before = existing(tx, ref, actor)
    if not may_plan(before, actor):
        raise Refusal("not_for_audits", "The plan of an audit is changed by who began it, a manager or an administrator.")
    not_cancelled(before)
    auditor_id = plan.auditor_id or before.auditor_id
    changes = auditor_id != before.auditor_id
    if changes and before.sampled_at is not None and _can_audit(tx, before.auditor_id):
        raise Refusal("audit_drawn", "The sample was drawn, so the auditor stays.", field="auditor_id")
    after = _planned(plan, before.model_copy(update={"auditor_id": _auditor(tx, auditor_id) if changes else auditor_id}))
    after.check_days(tx.today, before)
    if before.reported_at is not None and any(getattr(before, name) != getattr(after, name) for name in _TYPED):
        raise Refusal(
            "audit_reported", f"{ref} was reported, so its words stay as they are. Its days can be changed.", field="title"
        )
    audits.change(tx, after)
    tx.log("audit.changed", ref, auditor=auditor_id, access_until=str(after.access_until), meeting_on=str(after.meeting_on))
    if changes:
        own = referrals.worked_on_by(tx, auditor_id, [each.case_ref for each in audits.items(tx, ref)])
        audits.mark_conflicts(tx, ref, own)
    tell_auditor(tx, after, (AuditNamed if changes else AuditChanged)(after.ref, stamp(tx.now)))
    return after


def cancel(tx: Tx, ref: str, reason: str | None, actor: Actor) -> Audit:
    """End an audit that should not have been begun, or was drawn of the wrong week; it stays on file, with the reason.

    Refused: `not_found`, `not_for_audits`, `audit_cancelled`, `reason_missing`, `identifier`.
    """
    tx.chain.lock(tx.workspace_id)
    before = existing(tx, ref, actor)
    if not actor.may(PLANNERS):
        raise Refusal("not_for_audits", "An audit is cancelled by a manager or an administrator.")
    not_cancelled(before)
    if not reason:
        raise Refusal("reason_missing", "Please say why the audit is cancelled.", field="reason")
    privacy.guard(reason, field="reason")
    ended = {"cancelled_at": tx.now, "cancelled_by": actor.user_id, "cancel_reason": reason}
    after = before.model_copy(update=ended)
    audits.change(tx, after)
    tx.log("audit.cancelled", ref)
    tell_auditor(tx, after, AuditCancelled(after.ref, stamp(tx.now)))
    return after


def may_plan(exercise: Audit, actor: Actor) -> bool:
    """Whether somebody may change its plan: who began it, managers, administrators."""
    return actor.may(PLANNERS) or (exercise.made_by == actor.user_id and actor.may(AUDITORS))


def _planned(plan: AuditPlan, exercise: Audit) -> Audit:
    """The exercise as planned. Refused: `audit_words`, `identifier`, `names_a_case`."""
    for name in ("title", "commissioned_by"):
        if not 0 < len(getattr(plan, name).strip()) <= TITLE_LIMIT:
            raise Refusal("audit_words", f"Please say this in up to {TITLE_LIMIT} characters.", field=name)
    for name in _TYPED:
        privacy.guard(getattr(plan, name), field=name)
        if names_a_case(getattr(plan, name)):
            raise Refusal("names_a_case", NO_CASE, field=name)
    return exercise.model_copy(
        update={
            "title": plan.title.strip(),
            "commissioned_by": plan.commissioned_by.strip(),
            "context": plan.context,
            "meeting_on": plan.meeting_on,
            "due_on": plan.due_on or plan.meeting_on,
            "access_until": plan.access_until or plan.meeting_on + ACCESS_AFTER_MEETING,
        }
    )


def _can_audit(tx: Tx, user_id: str) -> bool:
    person = people.get(tx, user_id)
    return person is not None and person.role in AUDITORS


def _auditor(tx: Tx, user_id: str) -> str:
    """Somebody who may carry out an audit. Refused: `not_listed`, `not_an_auditor`."""
    person = known(tx, user_id)
    if not _can_audit(tx, user_id):
        words = f"<@{user_id}> is a {person.role.words}; an audit is for an auditor or a manager."
        raise Refusal("not_an_auditor", words, field="auditor_id")
    return user_id


def _own_alone(tx: Tx, auditor_id: str, actor: Actor) -> None:
    """An auditor begins audits for themselves, one in four weeks, and the next when they see no cases of the last any more.

    Refused: `not_for_audits`, `audit_under_way`.
    """
    if auditor_id != actor.user_id:
        raise Refusal("not_for_audits", "An auditor begins audits of their own; for somebody else a manager does.")
    own = [each for each in audits.everything(tx, actor.user_id) if each.made_by == actor.user_id]
    new = [each for each in own if each.access_until >= tx.today or london_day(each.made_at) > tx.today - _ONE_IN]
    waiting = next((each for each in new if each.cancelled_at is None), None)
    if waiting is not None:
        until = say_date(max(waiting.access_until, london_day(waiting.made_at) + _ONE_IN))
        raise Refusal(
            "audit_under_way",
            f"You began {waiting.ref}; an auditor begins one at a time, the next after {until}. A manager can begin another.",
        )
