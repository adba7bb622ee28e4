"""Audit exercises (docs/domain.md §1.3, A1 to A9): drawn once, seen by their auditor for a time, and who is told of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.audits import sampling as audit_sampling
from bot.domain.audits.audit import Audit, AuditStatus, SampledCase
from bot.domain.notifications import AuditDrawn, Notification
from bot.domain.people import AUDITORS, MANAGERS, PLANNERS, Actor, Role
from bot.domain.shared.calendar import london_day, say_date
from bot.domain.shared.errors import Refusal
from bot.services import people as services_people
from bot.services.audits import sampling
from storage import people
from storage.audits import audits
from storage.db.engine import Tx
from storage.reports import referrals


@dataclass(frozen=True)
class AuditProgress:
    """An audit and how far it is: sampled cases, forms that were begun, and those that are complete."""

    exercise: Audit
    cases: int = 0
    begun: int = 0
    complete: int = 0

    @property
    def status(self) -> AuditStatus:
        """Where it stands."""
        return self.exercise.status(begun=self.begun > 0)


@dataclass(frozen=True)
class Since:
    """What became of the frame since it was frozen (A3).

    `late`: referrals that came to the frame later; `gone`: those that count no more; `hidden`: how many are of cases that were
    restricted since.
    """

    late: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    hidden: int = 0


def draw(tx: Tx, ref: str, week: str, seed: str, size: int, actor: Actor) -> list[SampledCase]:
    """Draw the sample of an audit, once: the frame is frozen, and the auditor sees the sampled cases from now on.

    Refused: `not_found`, `not_your_audit`, `audit_over`, `audit_drawn`, `frame_empty`, and as `auditing.sample`.
    """
    tx.chain.lock(tx.workspace_id)
    before = conducted(tx, ref, actor)
    if before.sampled_at is not None:
        raise _already_drawn(before)
    drawn = sampling.sample(tx, week, seed, size)
    frame = drawn.frame
    if not frame.refs:
        raise Refusal(
            "frame_empty", f"No referral of {frame.week} can be audited. Nothing was drawn; please choose another week."
        )
    case_of = {each.ref: each.case_ref for each in referrals.named(tx, drawn.refs)}
    own = referrals.worked_on_by(tx, before.auditor_id, [case_of[each] for each in drawn.refs])
    items = [
        SampledCase(audit=ref, number=number, referral=each, case_ref=case_of[each], conflict=case_of[each] in own)
        for number, each in enumerate(drawn.refs, 1)
    ]
    what = {name: getattr(frame, name) for name in ("week", "refs", "received", "taken_back", "mean", "weeks", "since")}
    after = before.model_copy(update=what | {"seed": drawn.seed, "size": size, "sampled_at": tx.now, "sampled_by": actor.user_id})
    if not audits.freeze(tx, after, items):
        raise _already_drawn(before)
    tx.log("audit.frozen", ref, week=frame.week, sha256=frame.sha256, refs=[each.case_ref for each in items])
    tell_managers(tx, after, AuditDrawn(after.ref))
    return items


def _already_drawn(exercise: Audit) -> Refusal:
    """What is said to who would draw again: `audit_drawn`."""
    return Refusal("audit_drawn", f"The sample of {exercise.ref} was drawn already, and is frozen. Nothing was changed.")


def existing(tx: Tx, ref: str, actor: Actor) -> Audit:
    """An audit, for its auditor, for managers and for administrators. Refused: `not_found`."""
    found = audits.get(tx, ref)
    if found is None or not (actor.may(PLANNERS) or found.auditor_id == actor.user_id):
        raise Refusal("not_found", f"There is no audit {ref} that you can see.")
    return found


def conducted(tx: Tx, ref: str, actor: Actor) -> Audit:
    """An audit, for its auditor, while their access lasts (A2).

    Refused: `not_found`, `not_your_audit`, `audit_over`, `audit_cancelled`.
    """
    found = existing(tx, ref, actor)
    if found.auditor_id != actor.user_id or not actor.may(AUDITORS):
        raise Refusal("not_your_audit", f"{ref} is carried out by <@{found.auditor_id}>; sample, forms and findings are theirs.")
    not_cancelled(found)
    if tx.today > found.access_until:
        until = say_date(found.access_until)
        raise Refusal("audit_over", f"Your access to {ref} ended on {until}. A manager or an administrator can extend it.")
    return found


def not_cancelled(exercise: Audit) -> None:
    """Refuse what is to be done with an audit that was ended: `audit_cancelled`."""
    if exercise.cancelled_at is not None:
        day = say_date(london_day(exercise.cancelled_at))
        raise Refusal("audit_cancelled", f"{exercise.ref} was cancelled on {day}. Nothing was changed.")


def listed(tx: Tx, actor: Actor) -> list[AuditProgress]:
    """The audits that `actor` may see, the newest first."""
    everything = actor.may(PLANNERS)
    found = audits.everything(tx, None if everything else actor.user_id)
    return [*_standings(tx, found)]


def under_way(tx: Tx, actor: Actor) -> list[AuditProgress]:
    """The audits that `actor` carries out and can still see, until they are reported."""
    own = [each for each in audits.everything(tx, actor.user_id) if each.reported_at is None and each.access_until >= tx.today]
    own = [each for each in own if each.cancelled_at is None]
    return _standings(tx, own) if own else []


def standing(tx: Tx, ref: str, actor: Actor) -> AuditProgress:
    """One of them. Refused: `not_found`."""
    return _standings(tx, [existing(tx, ref, actor)])[0]


def since_drawn(tx: Tx, exercise: Audit) -> Since:
    """What the frame would have more, or less, if it were drawn today: the sample stays as it is."""
    if exercise.week is None:
        return Since()
    rows = referrals.received(tx, *audit_sampling.week_named(exercise.week))
    then, now = set(exercise.refs), {each.ref for each in rows}
    restricted = {each.ref for each in rows if each.restricted}
    return Since(tuple(sorted(now - then - restricted)), tuple(sorted(then - now)), len(then & restricted))


def tell_managers(tx: Tx, exercise: Audit, notification: Notification) -> None:
    """Notify the manager who began an audit for somebody else, or else every manager but its auditor."""
    maker = people.get(tx, exercise.made_by)
    if maker is not None and maker.role in MANAGERS and maker.user_id != exercise.auditor_id:
        told = [maker.user_id]
    else:
        told = [each for role in sorted(MANAGERS) for each in people.with_role(tx, Role(role)) if each != exercise.auditor_id]
    for manager in told:
        if manager != tx.actor_id:
            services_people.tell(tx, manager, notification, MANAGERS)


def tell_auditor(tx: Tx, exercise: Audit, notification: Notification) -> None:
    """Notify the auditor, for whom nobody stands in: it waits while they are away."""
    if exercise.auditor_id != tx.actor_id:
        services_people.tell(tx, exercise.auditor_id, notification, frozenset())


def _standings(tx: Tx, found: Sequence[Audit]) -> list[AuditProgress]:
    progress = audits.progress(tx, [each.ref for each in found])
    return [AuditProgress(each, *progress.get(each.ref, (0, 0, 0))) for each in found]
