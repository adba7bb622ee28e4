"""When somebody has news of a restricted child whom they may not know of: its manager is told at once (docs/domain.md §7.1)."""

from __future__ import annotations

from bot.domain.cases.case import Case
from bot.domain.notifications import RestrictedMet
from bot.domain.people import Actor, Role
from bot.domain.shared.calendar import say_moment
from bot.services.people import tell
from storage import people
from storage.db.engine import Tx


def tell_manager(tx: Tx, case: Case, actor: Actor, what: str) -> None:
    """Tell the manager of a restricted case, or every administrator where it has none, who tried what: "a referral".

    Who tried it reads nothing of the case, only that they are to ring their duty manager.
    """
    manager = case.latest.manager_id if case.latest else None
    for recipient in [manager] if manager is not None else people.with_role(tx, Role.ADMIN):
        tell(tx, recipient, RestrictedMet(case.ref, actor.user_id, what, say_moment(tx.now)))
    tx.log("case.met_restricted", case.ref, by=actor.user_id, what=what)
