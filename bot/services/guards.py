"""Who may see and do what, and what every service checks alike."""

from __future__ import annotations

from typing import TypeVar

from bot.domain.cases.case import Case
from bot.domain.cases.episode import Episode
from bot.domain.people import MANAGERS, RECORDERS, Actor, Person, Role
from bot.domain.shared import privacy
from bot.domain.shared.errors import Refusal
from bot.domain.shared.logged import LoggedItem
from bot.domain.shared.ruleset import RuleSet, in_force
from storage import people
from storage.db.engine import Tx
from storage.settings import rulesets

E = TypeVar("E", bound=LoggedItem)


def saved_or_conflict(after: E | None, ref: str) -> E:
    """What was saved, or a refusal with `changed_meanwhile` when somebody else was faster."""
    if after is None:
        raise Refusal(
            "changed_meanwhile",
            f"Not saved: somebody changed {ref} while this form was open. Close it and press the button again to see the newest.",
        )
    return after


def rules_now(tx: Tx) -> RuleSet:
    """The parameters in force today."""
    return in_force(rulesets.versions(tx), tx.today).rules


def visible(tx: Tx, case: Case, actor: Actor) -> bool:
    """Whether `actor` may know of a case, also as somebody who stands in today."""
    return not case.restricted or case.is_visible_to(actor, covered_by(tx, actor.user_id))


def covered_by(tx: Tx, user_id: str) -> frozenset[str]:
    """Those for whom somebody stands in today."""
    return frozenset(each.user_id for each in people.everyone(tx) if each.deputy_id == user_id and each.is_away(tx.today))


def workers_only(actor: Actor) -> None:
    """Refuse those who do not work on cases: `workers_only` (G4)."""
    if not actor.may(RECORDERS):
        raise Refusal("workers_only", "Social workers and managers record on cases. You can log an inquiry with `/oob inquiry`.")


def managers_only(actor: Actor, what: str) -> None:
    """Refuse everybody but managers: `managers_only`."""
    if not actor.may(MANAGERS):
        raise Refusal("managers_only", f"Only a manager can {what}.")


def admins_only(actor: Actor, what: str) -> None:
    """Refuse everybody but administrators: `admins_only`."""
    if Role.ADMIN not in actor.roles:
        raise Refusal("admins_only", f"Only an administrator can {what}. Nothing was changed.")


def another_manager(actor: Actor, episode: Episode, what: str) -> None:
    """Refuse everybody but a manager who does not hold the case: `managers_only`, `not_two_people`."""
    managers_only(actor, what)
    if actor.user_id == episode.worker_id:
        raise Refusal("not_two_people", f"You hold this case, so another manager has to {what}.")


def reason_given(reason: str | None, what: str) -> str:
    """The reason, free of identifiers. Refused: `reason_missing`, `identifier`."""
    if not reason or not reason.strip():
        raise Refusal("reason_missing", f"Please say why {what}. Nothing was changed.", field="reason")
    privacy.guard(reason, field="reason")
    return reason


def known(tx: Tx, user_id: str) -> Person:
    """A member of staff. Refused: `not_listed`."""
    person = people.get(tx, user_id)
    if person is None:
        raise Refusal("not_listed", f"<@{user_id}> is not on the list yet. Please give them a role first.")
    return person


def as_actor(tx: Tx, person: Person) -> Actor:
    """A member of staff as somebody who asks: what they may know of does not depend on whether they just did."""
    return Actor(workspace_id=tx.workspace_id, user_id=person.user_id, roles=frozenset({person.role}))


def holder(tx: Tx, user_id: str) -> Person:
    """Somebody who can hold a case. Refused: `not_listed`, `cannot_hold`."""
    person = known(tx, user_id)
    if person.role not in RECORDERS:
        raise Refusal(
            "cannot_hold", f"<@{user_id}> is a {person.role.words}; a case is allocated to a social worker or a manager."
        )
    return person
