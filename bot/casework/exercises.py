"""Audit exercises (domain.md §1.3, A1 to A9): begun, drawn once, seen by their auditor for a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.casework import auditing
from bot.casework import people as staff
from bot.casework.casebook import known
from bot.rules import audit, privacy
from bot.rules.calendar import say_date
from bot.rules.exercise import ACCESS_AFTER_MEETING, TITLE_LIMIT, Exercise, Item, Status
from bot.rules.people import AUDITORS, COMMISSIONERS, MANAGERS, Actor, Role
from bot.rules.refusal import Refusal
from storage import audited, exercises, numbers, people
from storage.engine import Tx


@dataclass(frozen=True)
class Plan:
    """What is said of an audit before anything is drawn. `auditor_id`: None for who plans it."""

    title: str
    commissioned_by: str
    meeting_on: date
    due_on: date | None = None
    auditor_id: str | None = None
    access_until: date | None = None
    context: str | None = None


@dataclass(frozen=True)
class Standing:
    """An audit and how far it is: sampled cases, forms that were begun, and those that are complete."""

    exercise: Exercise
    cases: int = 0
    begun: int = 0
    complete: int = 0

    @property
    def status(self) -> Status:
        """Where it stands."""
        return self.exercise.status(begun=self.begun > 0)


@dataclass(frozen=True)
class Since:
    """What became of the frame since it was frozen: referrals that came to the week later, and those that count no more (A3)."""

    late: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def begin(tx: Tx, plan: Plan, actor: Actor) -> Exercise:
    """Plan an audit. Its auditor is told; so are the team managers when the auditor planned it.

    Refused: `not_for_audits`, `not_an_auditor`, `audit_words`, `audit_days`, `audit_under_way`, `not_listed`, `identifier`.
    """
    if not actor.may(COMMISSIONERS):
        raise Refusal("not_for_audits", "Audits are begun by managers, administrators and auditors.")
    tx.chain.lock(tx.workspace_id)
    auditor_id = plan.auditor_id or actor.user_id
    made = _planned(
        plan,
        Exercise(
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
    if not actor.may(MANAGERS | {Role.ADMIN}):
        _one_at_a_time(tx, actor)
    exercises.add(tx, made)
    days = {name: str(getattr(made, name)) for name in ("meeting_on", "due_on", "access_until")}
    tx.log("audit.begun", made.ref, auditor=auditor_id, **days)
    if auditor_id != actor.user_id:
        staff.tell(tx, auditor_id, "audit_named", made.ref)
    else:
        tell_managers(tx, made, "audit_begun")
    return made


def revise(tx: Tx, ref: str, plan: Plan, actor: Actor) -> Exercise:
    """Change what was planned; who audits only until something was drawn.

    Refused: `not_found`, `not_for_audits`, `audit_drawn`, and as `begin`.
    """
    tx.chain.lock(tx.workspace_id)
    before = existing(tx, ref, actor)
    if not actor.may(MANAGERS | {Role.ADMIN}):
        raise Refusal("not_for_audits", "The plan of an audit is changed by a manager or an administrator.")
    auditor_id = plan.auditor_id or before.auditor_id
    if auditor_id != before.auditor_id and before.sampled_at is not None:
        raise Refusal(
            "audit_drawn", "The sample was drawn, so the auditor stays. Please begin another audit.", field="auditor_id"
        )
    after = _planned(plan, before.model_copy(update={"auditor_id": _auditor(tx, auditor_id)}))
    after.check_days(tx.today)
    exercises.change(tx, after)
    tx.log("audit.changed", ref, auditor=auditor_id, access_until=str(after.access_until), meeting_on=str(after.meeting_on))
    if auditor_id != before.auditor_id:
        staff.tell(tx, auditor_id, "audit_named", ref)
    return after


def draw(tx: Tx, ref: str, week: str, seed: str, size: int, actor: Actor) -> list[Item]:
    """Draw the sample of an audit, once: the frame is frozen, and the auditor sees the sampled cases from now on.

    Refused: `not_found`, `not_your_audit`, `audit_over`, `audit_drawn`, and as `auditing.sample`.
    """
    tx.chain.lock(tx.workspace_id)
    before = conducted(tx, ref, actor)
    if before.sampled_at is not None:
        raise already_drawn(before)
    drawn = auditing.sample(tx, week, seed, size)
    frame = drawn.frame
    monday, sunday = audit.week_named(week)
    case_of = {each.ref: each.case_ref for each in audited.received(tx, monday, sunday)}
    own = audited.worked_on_by(tx, before.auditor_id, [case_of[each] for each in drawn.refs])
    items = [
        Item(audit=ref, number=number, referral=each, case_ref=case_of[each], conflict=case_of[each] in own)
        for number, each in enumerate(drawn.refs, 1)
    ]
    what = {name: getattr(frame, name) for name in ("week", "refs", "received", "taken_back", "mean", "weeks", "since")}
    after = before.model_copy(update=what | {"seed": drawn.seed, "size": size, "sampled_at": tx.now, "sampled_by": actor.user_id})
    if not exercises.freeze(tx, after, items):
        raise already_drawn(before)
    tx.log("audit.frozen", ref, week=frame.week, sha256=frame.sha256, cases=[each.case_ref for each in items])
    tell_managers(tx, after, "audit_drawn")
    return items


def already_drawn(exercise: Exercise) -> Refusal:
    """What is said to who would draw again: `audit_drawn`."""
    return Refusal("audit_drawn", f"The sample of {exercise.ref} was drawn already, and is frozen. Nothing was changed.")


def existing(tx: Tx, ref: str, actor: Actor) -> Exercise:
    """An audit, for its auditor, for managers and for administrators. Refused: `not_found`."""
    found = exercises.get(tx, ref)
    if found is None or not (actor.may(MANAGERS | {Role.ADMIN}) or found.auditor_id == actor.user_id):
        raise Refusal("not_found", f"There is no audit {ref} that you can see.")
    return found


def conducted(tx: Tx, ref: str, actor: Actor) -> Exercise:
    """An audit, for its auditor, while their access lasts (A2). Refused: `not_found`, `not_your_audit`, `audit_over`."""
    found = existing(tx, ref, actor)
    if found.auditor_id != actor.user_id or not actor.may(AUDITORS):
        raise Refusal("not_your_audit", f"{ref} is carried out by <@{found.auditor_id}>; the forms are theirs alone.")
    if tx.today > found.access_until:
        until = say_date(found.access_until)
        raise Refusal("audit_over", f"Your access to {ref} ended on {until}. A manager or an administrator can extend it.")
    return found


def listed(tx: Tx, actor: Actor) -> list[Standing]:
    """The audits that `actor` may see, the newest first."""
    everything = actor.may(MANAGERS | {Role.ADMIN})
    found = exercises.everything(tx, None if everything else actor.user_id)
    return [*_standings(tx, found)]


def under_way(tx: Tx, actor: Actor) -> list[Standing]:
    """The audits that `actor` carries out and can still see, until they are reported."""
    own = [each for each in exercises.everything(tx, actor.user_id) if each.reported_at is None and each.access_until >= tx.today]
    return _standings(tx, own) if own else []


def standing(tx: Tx, ref: str, actor: Actor) -> Standing:
    """One of them. Refused: `not_found`."""
    return _standings(tx, [existing(tx, ref, actor)])[0]


def since_drawn(tx: Tx, exercise: Exercise) -> Since:
    """What the frame would have more, or less, if it were drawn today: the sample stays as it is."""
    if exercise.week is None:
        return Since()
    monday, _ = audit.week_named(exercise.week)
    now, then = set(auditing.frame_of(tx, monday).refs), set(exercise.refs)
    return Since(tuple(sorted(now - then)), tuple(sorted(then - now)))


def tell_managers(tx: Tx, exercise: Exercise, kind: str, subject: str | None = None) -> None:
    """Owe a letter to the manager who began an audit, or else to every team manager, but not to who does it."""
    maker = people.get(tx, exercise.made_by)
    told = [maker.user_id] if maker is not None and maker.role in MANAGERS else people.with_role(tx, Role.TEAM_MANAGER)
    for manager in told:
        if manager != tx.actor_id:
            staff.tell(tx, manager, kind, subject or exercise.ref, MANAGERS)


def _standings(tx: Tx, found: Sequence[Exercise]) -> list[Standing]:
    progress = exercises.progress(tx, [each.ref for each in found])
    return [Standing(each, *progress.get(each.ref, (0, 0, 0))) for each in found]


def _planned(plan: Plan, exercise: Exercise) -> Exercise:
    """The exercise as planned. Refused: `audit_words`, `identifier`."""
    for name in ("title", "commissioned_by"):
        words = getattr(plan, name).strip()
        if not 0 < len(words) <= TITLE_LIMIT:
            raise Refusal("audit_words", f"Please say this in up to {TITLE_LIMIT} characters.", field=name)
        privacy.guard(words, field=name)
    privacy.guard(plan.context, field="context")
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


def _auditor(tx: Tx, user_id: str) -> str:
    """Somebody who may carry out an audit. Refused: `not_listed`, `not_an_auditor`."""
    person = known(tx, user_id)
    if person.role not in AUDITORS:
        raise Refusal(
            "not_an_auditor",
            f"<@{user_id}> is a {person.role.words}; an audit is for an auditor or a manager.",
            field="auditor_id",
        )
    return user_id


def _one_at_a_time(tx: Tx, actor: Actor) -> None:
    """An auditor begins one audit at a time: what they see grows by one sample only. Refused: `audit_under_way`."""
    own = [each for each in exercises.everything(tx, actor.user_id) if each.made_by == actor.user_id]
    if any(each.reported_at is None and each.access_until >= tx.today for each in own):
        raise Refusal("audit_under_way", "An audit of yours is under way. Please report it first, or ask a manager to begin one.")
