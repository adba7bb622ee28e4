"""What is agreed in supervision to be done about a case, by whom and until when; the next session sees whether it was (§6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.cases.case import Case
from bot.domain.cases.records import Action
from bot.domain.notifications import ActionAssigned
from bot.domain.people import MANAGERS, Actor
from bot.domain.shared import privacy
from bot.domain.shared.calendar import add_months, say_date
from bot.domain.shared.errors import Refusal
from bot.domain.supervision.session import Session
from bot.services.cases.loading import existing, next_number, opened, save
from bot.services.guards import as_actor, holder, known, visible
from bot.services.people import tell
from storage.db.engine import Tx

_LONGEST_MONTHS = 12


@dataclass(frozen=True)
class ActionAgreed:
    """Something that was agreed to be done about a case, by whom and until when."""

    ref: str
    worker_id: str
    due_on: date
    what: str | None = None


def agree(tx: Tx, agreed: ActionAgreed, session: Session, actor: Actor) -> Case:
    """Note what was agreed in a session. Refused: `not_found`, `case_closed`, `not_listed`, `identifier`."""
    case, episode = opened(tx, agreed.ref, actor)
    privacy.guard(agreed.what, field="what")
    known(tx, agreed.worker_id)
    action = Action(
        number=next_number(case),
        episode=episode.number,
        session=session.ref,
        worker_id=agreed.worker_id,
        what=agreed.what,
        due_on=agreed.due_on,
    )
    return save(tx, case, [action], "action.agreed", due_on=str(agreed.due_on), owner=agreed.worker_id)


def agree_now(tx: Tx, agreed: ActionAgreed, session: Session, actor: Actor) -> Case:
    """The same for one that is typed in a form: it says what, and its day is to come, within a year.

    Who is to do it is told. Refused, too: `action_missing`, `action_range`, `cannot_hold`, `not_for_them`.
    """
    if not agreed.what:
        raise Refusal("action_missing", "Please say what is to be done.", field="what")
    if not tx.today <= agreed.due_on <= add_months(tx.today, _LONGEST_MONTHS):
        latest = say_date(add_months(tx.today, _LONGEST_MONTHS))
        raise Refusal("action_range", f"Please choose a day from today until {latest}.", field="due_on")
    owner = holder(tx, agreed.worker_id)
    case = existing(tx, agreed.ref, actor)
    if not visible(tx, case, as_actor(tx, owner)):
        raise Refusal("not_for_them", f"{agreed.ref} is restricted; <@{owner.user_id}> may not know of it.", field="worker")
    after = agree(tx, agreed, session, actor)
    if owner.user_id != actor.user_id:
        number = max(each.number for episode in after.episodes for each in episode.actions)
        tell(tx, owner.user_id, ActionAssigned(agreed.ref, number))
    return after


def all_done(tx: Tx, ref: str, actor: Actor) -> None:
    """Everything that was agreed about a case is done."""
    case = existing(tx, ref, actor)
    latest = case.latest
    waiting = [each for each in (latest.actions if latest else ()) if each.done_on is None]
    if waiting:
        save(tx, case, [each.model_copy(update={"done_on": tx.today}) for each in waiting], "action.done")


def done(tx: Tx, ref: str, number: int, actor: Actor) -> Case:
    """One thing that was agreed is done: who was to do it, who holds the case, or a manager says so.

    Refused: `not_found`, `case_closed`, `action_unknown`, `action_done`, `not_yours`.
    """
    case, episode = opened(tx, ref, actor)
    action = next((each for each in episode.actions if each.number == number), None)
    if action is None:
        raise Refusal("action_unknown", f"There is no such action on {ref} any more. Please open the case again.")
    if action.done_on is not None:
        raise Refusal("action_done", f"That was noted as done on {say_date(action.done_on)} already. Nothing was changed.")
    if actor.user_id not in (action.worker_id, episode.worker_id) and not actor.may(MANAGERS):
        raise Refusal("not_yours", f"That was to be done by <@{action.worker_id}>. They or a manager can say that it is done.")
    return save(tx, case, [action.model_copy(update={"done_on": tx.today})], "action.done")
