"""Who is who: naming staff, roles, managers, deputies and absences; the first administrator's welcome."""

from __future__ import annotations

from datetime import date
from typing import NewType

from bot.domain.notifications import Greeting, Notification, RoleGiven, stamp
from bot.domain.people import MANAGERS, Person, Role
from bot.domain.shared.errors import Refusal
from storage import people, reallocation
from storage.db.engine import Tx
from storage.notifications import conversations, outbox


def welcome_admins(tx: Tx, admins: tuple[str, ...]) -> int:
    """Owe each administrator of the environment a greeting, once ever; how many are new."""
    return sum(outbox.queue(tx, admin, Greeting()) for admin in admins)


def name_person(tx: Tx, person: Person) -> Person:
    """Give a member of staff a role, or change what is known of them; they are told.

    Refused: `own_manager`, `no_such_manager`, `dates_reversed`.
    """
    before = people.get(tx, person.user_id)
    for other, what in ((person.manager_id, "manager"), (person.deputy_id, "deputy")):
        if other == person.user_id:
            raise Refusal("own_manager", f"Nobody can be their own {what}.", field=f"{what}_id")
    before_id = before.manager_id if before is not None else None
    if person.manager_id is not None and person.manager_id != before_id and not leads(tx, person.manager_id):
        raise Refusal(
            "no_such_manager",
            f"<@{person.manager_id}> is not on the list as a manager yet. Please name them first.",
            field="manager_id",
        )
    if person.away_from and person.away_until and person.away_until < person.away_from:
        raise Refusal("dates_reversed", "The absence ends before it begins.", field="away_until")
    people.put(tx, person)
    old = None if before is None else before.model_dump(mode="json", exclude={"user_id"})
    tx.log("person.named", person.user_id, before=old, after=person.model_dump(mode="json", exclude={"user_id"}))
    if before is None or before.role is not person.role:
        outbox.queue(tx, person.user_id, RoleGiven(person.role, stamp(tx.now)))
    return person


def leads(tx: Tx, user_id: str) -> bool:
    """Return whether somebody on the list can be a manager of others."""
    person = people.get(tx, user_id)
    return person is not None and person.role in MANAGERS


def set_absence(tx: Tx, user_id: str, away_from: date | None, away_until: date | None, deputy_id: str | None) -> Person:
    """Note an absence and, when given, who stands in; None for both days ends it. Refused: `not_listed`, `dates_reversed`."""
    person = people.get(tx, user_id)
    if person is None:
        raise Refusal("not_listed", f"<@{user_id}> is not on the list yet. Please give them a role first.")
    update = {"away_from": away_from, "away_until": away_until, "deputy_id": deputy_id or person.deputy_id}
    return name_person(tx, person.model_copy(update=update))


def remove_person(tx: Tx, user_id: str) -> None:
    """Take somebody off the list: their access ends at once, what they held stays with their manager. Refused: `not_listed`."""
    person = people.get(tx, user_id)
    if person is None or not people.remove(tx, user_id):
        raise Refusal("not_listed", f"<@{user_id}> is not on the list.")
    if person.manager_id is not None:
        reallocation.keep_with(tx, user_id, person.manager_id)
    people.stand_in_no_more(tx, user_id)
    tx.log("person.removed", user_id)


def present(tx: Tx, user_id: str) -> str:
    """Who gets what is meant for a person today.

    They; who stands in while they are away; their manager while Slack takes nothing for them, because their account is closed.
    """
    person = people.get(tx, user_id)
    if person is None:
        return user_id
    if deputy := _stands_in(tx, person, but=user_id):
        return deputy
    if conversations.is_unreachable(tx, user_id):
        return manager_of(tx, user_id) or user_id
    return user_id


def tell(tx: Tx, user_id: str, notification: Notification, stand_ins: frozenset[Role] | None = None) -> bool:
    """Queue a notification for a person, or for their deputy of today; it says so then. Return whether it is new.

    A deputy with none of the roles that may do what it asks (`stand_ins`, of the notification unless given), or who is the
    one who asks, does not get it: it waits for the person.
    """
    to = present(tx, user_id)
    reader = people.get(tx, to)
    roles = notification.stand_ins if stand_ins is None else stand_ins
    if reader is None or reader.role not in roles or to == tx.actor_id:
        to = user_id
    return outbox.queue(tx, to, notification, meant_for=user_id if to != user_id else None)


def tell_first(tx: Tx, user_id: str | None, notification: Notification) -> bool:
    """Queue a notification for a person, or, where they are not on the list, for who leads instead. Return whether it is new."""
    listed = user_id is not None and people.get(tx, user_id) is not None
    return tell(tx, user_id if listed and user_id is not None else recipient_for(tx, user_id), notification)


Recipient = NewType("Recipient", str)
"""Somebody who gets a reminder, as `recipient_for` found them: never nobody."""


def recipient_for(tx: Tx, *wanted: str | None) -> Recipient:
    """Return who gets a message that is meant for the first of these who can be reached.

    The person, their deputy while they are away, their manager, and so on through `wanted`; then senior managers, team managers
    and administrators; whoever acts, where the list is empty.
    """
    for each in wanted:
        if each is not None and people.get(tx, each) is not None:
            return Recipient(present(tx, each))
    for role in (Role.SENIOR_MANAGER, Role.TEAM_MANAGER, Role.ADMIN):
        for each in people.with_role(tx, role):
            return Recipient(present(tx, each))
    return Recipient(tx.actor_id)  # nobody is on the list: whoever does this is told


def manager_of(tx: Tx, user_id: str) -> str | None:
    """Who gets what cannot be brought to a person: their manager or who stands in for them, None where they have none.

    Nobody who cannot be reached either: so what is re-routed comes to an end.
    """
    person = people.get(tx, user_id)
    manager = people.get(tx, person.manager_id) if person is not None and person.manager_id else None
    if manager is None:
        return None
    if deputy := _stands_in(tx, manager, but=user_id):
        return deputy
    return None if conversations.is_unreachable(tx, manager.user_id) else manager.user_id


def instead_of(tx: Tx, recipient: str, addressee: str) -> str | None:
    """Who gets a letter that could not be brought to `recipient`: the addressee, if somebody stood in, else a manager."""
    if addressee != recipient and not conversations.is_unreachable(tx, addressee):
        return addressee  # away perhaps, but it waits for them
    found = (manager_of(tx, addressee), manager_of(tx, recipient))
    return next((each for each in found if each is not None and each != recipient), None)


def _stands_in(tx: Tx, person: Person, *, but: str) -> str | None:
    """Who stands in for somebody who is away: on the list, at work, reachable, and not `but`."""
    deputy = people.get(tx, person.deputy_id) if person.is_away(tx.today) and person.deputy_id else None
    if deputy is None or deputy.user_id == but or deputy.is_away(tx.today):
        return None
    return None if conversations.is_unreachable(tx, deputy.user_id) else deputy.user_id


def everyone(tx: Tx) -> list[Person]:
    """All staff the bot knows."""
    return people.everyone(tx)


def administrators(tx: Tx) -> list[str]:
    """Whom to ask, beside those whom the environment names."""
    return people.with_role(tx, Role.ADMIN)
