"""What is decided in a story: proposals, sessions, confirmations; rules that are set, and people who are away."""

from __future__ import annotations

from bot.domain.cases.codes import DecisionKind
from bot.domain.people import Actor
from bot.domain.shared.errors import Refusal
from bot.domain.supervision.session import SessionKind
from bot.rehearsal.fields import Fields
from bot.rehearsal.names import Names, case_of
from bot.services import people
from bot.services.admin import people_changes, rule_settings
from bot.services.guards import admins_only
from bot.services.supervision import decisions, sessions
from bot.services.supervision.actions import ActionAgreed
from storage import people as stored_people
from storage.db.engine import Tx


def _propose(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    kind = told.choice("decision", DecisionKind)
    for unused in ("rc_code", "next_decision_on"):
        told.take(unused)
    decisions.propose(tx, case_of(names, told), kind, told.text("rationale"), actor)


def _supervise(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:  # noqa: ARG001 - all acts are alike
    kind = told.choice("kind", SessionKind, SessionKind.SCHEDULED)
    sessions.supervise(tx, told.needed("worker"), kind, actor)


def _decide(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    choice = decisions.Choice(
        kind=told.choice("decision", DecisionKind),
        rationale=told.text("rationale"),
        rc_code=told.text("rc_code"),
        local_reason=told.text("local_reason"),
        effective_on=told.day("effective_on"),
        next_decision_on=told.day("next_decision_on"),
        factors=tuple(map(str, told.listed("factors"))),
    )
    told.take("worker")
    decisions.decide(tx, case_of(names, told), choice, actor)


def _confirm(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    for unused in ("worker", "rationale", "rc_code"):
        told.take(unused)
    decisions.confirm(tx, case_of(names, told), actor, kind=told.maybe("decision", DecisionKind))


def _finalise(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    worker = told.needed("worker")
    agreed = tuple(_agreed(names, each, told, worker) for each in told.listed("actions"))
    done = tuple(names.of("case", str(name)) for name in told.listed("done"))
    sessions.finalise(tx, worker, agreed, done, actor)


def _agreed(names: Names, raw: object, told: Fields, worker: str) -> ActionAgreed:
    """An action of a session: {case, worker, due_on, what}."""
    if not isinstance(raw, dict):
        raise Refusal("value_unknown", "An action has case, worker, due_on and what.", field="actions")
    action = told.inner({str(key): value for key, value in raw.items()})
    due_on = action.day("due_on")
    if due_on is None:
        raise Refusal("missing", "An action has a day by which it is done.", field="due_on")
    return ActionAgreed(case_of(names, action), action.text("worker", worker) or worker, due_on, action.text("what"))


def _set(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:  # noqa: ARG001 - all acts are alike
    effective_from = told.on("effective_from")
    told.take("note")
    values = {name: told.take(name) for name in told.event.fields if name not in ("effective_from", "note")}
    rule_settings.set_rules(tx, values, effective_from, actor)


def _away(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:  # noqa: ARG001 - all acts are alike
    person = str(told.take("person", actor.user_id))
    people.set_absence(tx, person, told.on("on", "from"), told.day("until"), told.text("cover"))


def _person(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:  # noqa: ARG001 - all acts are alike
    """Another manager for somebody, or somebody who leaves."""
    user_id = str(told.take("person"))
    person = stored_people.get(tx, user_id)
    if person is None:
        raise Refusal("not_listed", f"{user_id} is not on the list.", field="person")
    admins_only(actor, "change who is on the list")
    if told.flag("leaves"):
        to = told.text("to")
        people_changes.leave(tx, user_id, to, to if to and people.leads(tx, to) else None, actor)
        return
    people_changes.change_person(tx, person.model_copy(update={"manager_id": told.text("manager") or person.manager_id}))


ACTS = {
    "propose": _propose,
    "supervise": _supervise,
    "decide": _decide,
    "confirm": _confirm,
    "finalise": _finalise,
    "set": _set,
    "away": _away,
    "person": _person,
}
