"""Findings of an audit: raised, confirmed or withdrawn; an owner, a day, a manager's response (A8; docs/domain.md §3.4, 4).

Nothing is ever taken away: a finding that was withdrawn stays in the log and in the report.
"""

from __future__ import annotations

import re
from datetime import date

from bot.domain.audits.audit import NO_CASE, Audit, Finding, FindingStatus, names_a_case
from bot.domain.notifications import FindingAction, FindingAnswered, FindingDone, FindingRaised, FindingWithdrawn
from bot.domain.people import MANAGERS, Actor
from bot.domain.shared import privacy
from bot.domain.shared.calendar import add_months, say_date
from bot.domain.shared.errors import Refusal
from bot.domain.shared.text import NOTE_LIMIT
from bot.services import people
from bot.services.audits import audits
from bot.services.audits.audits import conducted, existing
from bot.services.guards import covered_by, known
from bot.services.reminders import enter
from storage.audits import audits as audit_audits
from storage.audits import findings
from storage.cases import lookups
from storage.db import numbers
from storage.db.engine import Tx

_LONGEST_MONTHS = 24


def raise_one(tx: Tx, ref: str, what: str | None, number: int | None, actor: Actor) -> Finding:
    """Raise a finding, of a sampled case (`number`) or of the whole; a manager is told.

    Refused: `not_found`, `not_your_audit`, `audit_over`, `not_drawn`, `finding_missing`, `identifier`.
    """
    exercise = may_raise(tx, ref, actor)
    if not what:
        raise Refusal("finding_missing", "Please say what was found.", field="what")
    if len(what) > NOTE_LIMIT:
        raise Refusal("too_long", f"Please say it in up to {NOTE_LIMIT:,} characters.", field="what")
    _guard(tx, exercise.ref, what, "what")
    if number is not None and audit_audits.item(tx, ref, number) is None:
        raise Refusal("not_found", f"{ref} has no sampled case {number}.", field="number")
    finding = Finding(
        ref=numbers.next_ref(tx, "FIN"), audit=ref, number=number, what=what, raised_by=actor.user_id, raised_at=tx.now
    )
    findings.add(tx, finding)
    tx.log("finding.raised", finding.ref, audit=ref, number=number)
    audits.tell_managers(tx, exercise, FindingRaised(finding.ref))
    return finding


def may_raise(tx: Tx, ref: str, actor: Actor) -> Audit:
    """The audit, for who can raise a finding of it. Refused: `not_found`, `not_your_audit`, `audit_over`, `not_drawn`."""
    exercise = conducted(tx, ref, actor)
    if exercise.sampled_at is None:
        raise Refusal("not_drawn", f"The sample of {ref} is not drawn yet, so nothing was found.")
    return exercise


def confirm(tx: Tx, ref: str, actor: Actor) -> Finding:
    """It stands. Refused: `not_found`, `not_your_audit`, `audit_over`, `finding_settled`."""
    return _settled(tx, ref, FindingStatus.CONFIRMED, None, actor)


def withdraw(tx: Tx, ref: str, reason: str | None, actor: Actor) -> Finding:
    """It is withdrawn, with the reason; who was to do something about it, and the manager, are told.

    One that was confirmed can be withdrawn, too: at the meeting, for example (A8). Refused, too: `reason_missing`, `identifier`.
    """
    if not reason:
        raise Refusal("reason_missing", "Please say why it is withdrawn; both stay in the report.", field="reason")
    found, _ = _of(tx, ref, actor)
    _guard(tx, found.audit, reason, "reason")
    after = _settled(tx, ref, FindingStatus.WITHDRAWN, reason, actor)
    audits.tell_managers(tx, existing(tx, after.audit, actor), FindingWithdrawn(ref))
    if after.owner_id is not None and after.done_on is None and after.owner_id != actor.user_id:
        people.tell(tx, after.owner_id, FindingWithdrawn(ref))
    return after


def assign(tx: Tx, ref: str, action: str | None, owner_id: str | None, due_on: date | None, actor: Actor) -> Finding:
    """Who does what about it until when; they are told, and it is on their list.

    Refused: `not_found`, `finding_withdrawn`, `action_missing`, `action_range`, `not_listed`, `identifier`.
    """
    before, _ = _of(tx, ref, actor)
    _stands(before)
    if not action or owner_id is None:
        raise Refusal("action_missing", "Please say what is to be done, and by whom.", field="action" if not action else "owner")
    _guard(tx, before.audit, action, "action")
    latest = add_months(tx.today, _LONGEST_MONTHS)
    if due_on is None or not tx.today <= due_on <= latest:
        raise Refusal("action_range", f"Please choose a day from today until {say_date(latest)}.", field="due_on")
    known(tx, owner_id)
    update = {"action": action, "owner_id": owner_id, "due_on": due_on, "done_on": None}
    after = _put(tx, before.model_copy(update=update), "finding.assigned", owner=owner_id, due_on=str(due_on))
    if owner_id != actor.user_id:
        people.tell(tx, owner_id, FindingAction(ref, owner_id, str(due_on)))
    return after


def respond(tx: Tx, ref: str, response: str | None, actor: Actor) -> Finding:
    """What the service says to it: a manager who does not audit.

    Refused: `not_found`, `managers_only`, `not_two_people`, `finding_missing`, `identifier`.
    """
    before, exercise = _of(tx, ref, actor)
    _stands(before)
    if not actor.may(MANAGERS):
        raise Refusal("managers_only", "Only a manager can respond for the service.")
    if actor.user_id == exercise.auditor_id:
        raise Refusal("not_two_people", "You carry out this audit, so another manager responds for the service.")
    if before.responded_by not in (None, actor.user_id):
        raise Refusal("finding_answered", f"<@{before.responded_by}> has answered for the service already. Nothing was changed.")
    if not response:
        raise Refusal("finding_missing", "Please say what the service answers.", field="response")
    _guard(tx, before.audit, response, "response")
    update = {"response": response, "responded_by": actor.user_id, "responded_at": tx.now}
    after = _put(tx, before.model_copy(update=update), "finding.answered")
    audits.tell_auditor(tx, exercise, FindingAnswered(ref, tx.now.isoformat()))
    return after


def done(tx: Tx, ref: str, actor: Actor) -> Finding:
    """What was to be done about it is done: its owner, who stands in for them, or a manager says so; the auditor is told.

    Refused: `not_found`, `action_done`, `finding_withdrawn`.
    """
    before = findings.get(tx, ref)
    owners = {actor.user_id, *covered_by(tx, actor.user_id)}
    if before is None or before.owner_id is None or not (before.owner_id in owners or actor.may(MANAGERS)):
        raise Refusal("not_found", f"There is nothing about {ref} that you are to do.")
    _stands(before)
    if before.done_on is not None:
        raise Refusal("action_done", f"That was noted as done on {say_date(before.done_on)} already. Nothing was changed.")
    after = _put(tx, before.model_copy(update={"done_on": tx.today}), "finding.done")
    exercise = audit_audits.get(tx, before.audit)
    if exercise is not None:
        audits.tell_auditor(tx, exercise, FindingDone(ref, str(tx.today)))
        audits.tell_managers(tx, exercise, FindingDone(ref, str(tx.today)))
    enter.renew_letters(tx, ref, {FindingAction.kind})
    return after


def owed_by(tx: Tx, actor: Actor) -> list[Finding]:
    """What somebody is to do about findings, the soonest first; for a manager also what somebody left behind who has gone."""
    gone = findings.left_behind(tx) if actor.may(MANAGERS) else []
    return [*findings.owned_by(tx, actor.user_id), *gone]


def of_audit(tx: Tx, ref: str, actor: Actor) -> tuple[Audit, list[Finding]]:
    """An audit with its findings, also withdrawn ones; read with their words, which is logged. Refused: `not_found`."""
    exercise = existing(tx, ref, actor)
    tx.log("audit.findings_read", ref)
    return exercise, findings.of_audit(tx, ref)


def get(tx: Tx, ref: str, actor: Actor) -> tuple[Finding, Audit]:
    """One finding with its audit. Refused: `not_found`."""
    found = _of(tx, ref, actor)
    tx.log("audit.findings_read", found[1].ref)
    return found


def _of(tx: Tx, ref: str, actor: Actor) -> tuple[Finding, Audit]:
    found = findings.get(tx, ref)
    if found is None:
        raise Refusal("not_found", f"There is no finding {ref} that you can see.")
    return found, existing(tx, found.audit, actor)


def _stands(finding: Finding) -> None:
    if finding.is_withdrawn:
        raise Refusal("finding_withdrawn", f"{finding.ref} was withdrawn. Nothing was changed.")


def _settled(tx: Tx, ref: str, status: FindingStatus, reason: str | None, actor: Actor) -> Finding:
    before, exercise = _of(tx, ref, actor)
    conducted(tx, exercise.ref, actor)
    if before.is_withdrawn or before.status is status:
        raise Refusal("finding_settled", f"{ref} was {before.status.words} already. Nothing was changed.")
    changed = before.model_copy(update={"status": status, "reason": reason, "settled_at": tx.now})
    return _put(tx, changed, f"finding.{status.value}")


def _put(tx: Tx, after: Finding, action: str, **details: object) -> Finding:
    if not findings.put(tx, after):
        raise Refusal("changed_meanwhile", f"Not saved: somebody changed {after.ref} just now. Please look at it again.")
    tx.log(action, after.ref, audit=after.audit, **details)
    return after.model_copy(update={"version": after.version + 1})


def _guard(tx: Tx, audit: str, words: str, field: str) -> None:
    """Refuse identifiers, and what would name a case or somebody of staff in a report that leaves the team.

    Refused: `identifier`, `names_a_case`.
    """
    privacy.guard(words, field=field)
    sampled = [item.case_ref for item in audit_audits.items(tx, audit) if item.case_ref]
    on_ics = set(lookups.ics_refs(tx, sampled).values())
    if names_a_case(words) or any(re.search(rf"(?<![A-Z0-9]){re.escape(ref)}(?![A-Z0-9])", words.upper()) for ref in on_ics):
        raise Refusal("names_a_case", NO_CASE, field=field)
