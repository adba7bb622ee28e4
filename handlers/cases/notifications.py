"""Render the notifications about a case, for those who may see it, as things stand when they are sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from bot.domain.cases.case import Case
from bot.domain.cases.codes import SharingStatus
from bot.domain.cases.records import Authorisation, Sharing
from bot.domain.notifications import (
    ActionAssigned,
    AuthorisationAsked,
    Authorised,
    CaseNotification,
    ClockMoved,
    ClosingUndone,
    DecisionMade,
    DecisionWaits,
    ExemptionAgreed,
    ExemptionAsked,
    Handover,
    NotAuthorisedYet,
    NotMine,
    Reallocated,
    RestrictedMet,
)
from bot.domain.people import RECORDERS
from bot.domain.shared.obligation import ObligationStatus
from bot.services.cases import view
from bot.services.guards import visible
from bot.services.reminders import lists
from handlers.cases import notification_views as views
from handlers.ui.blocks import Message
from handlers.ui.obligations import lines
from handlers.ui.rendering import Receiver, renders
from storage.cases import cases
from storage.db.engine import Tx

C = TypeVar("C", bound=CaseNotification)


def _renders(kind: type[C]) -> Callable[[Callable[[Tx, Case, C], Message | None]], Callable[[Tx, Case, C], Message | None]]:
    """Register what renders a notification about a case that its reader may see.

    Words that people typed are for those who work on cases; others read only that there is something.
    """

    def register(renderer: Callable[[Tx, Case, C], Message | None]) -> Callable[[Tx, Case, C], Message | None]:
        @renders(kind)
        def render(tx: Tx, told: C, to: Receiver) -> Message | None:
            case = cases.get(tx, told.ref)
            if case is None or case.latest is None or not to.actor.roles:
                return None
            if isinstance(told, Handover) and case.latest.worker_id != to.addressee:  # reallocated once more since
                return None
            message = renderer(tx, case, told) if visible(tx, case, to.actor) else None
            full = message is None or not told.with_words or to.actor.may(RECORDERS)
            return message if full else views.told(case.ref)

        return renderer

    return register


@_renders(Handover)
def handover(tx: Tx, case: Case, _told: Handover) -> Message | None:
    """The case is allocated to its reader, with what is open on it."""
    open_ = [each for each in lists.asked_about(tx, case.ref) if each.standing is ObligationStatus.OPEN]
    return views.handover(case, open_, tx.today)


@_renders(Reallocated)
def reallocated(_tx: Tx, case: Case, told: Reallocated) -> Message | None:
    """The case went to somebody else, with the reason's words."""
    change = case.assignments[-1] if case.assignments else None
    return views.reallocated(case.ref, told.to, change.reason if change is not None else None)


@_renders(RestrictedMet)
def restricted_met(_tx: Tx, case: Case, told: RestrictedMet) -> Message | None:
    """A colleague met a restricted case without knowing it."""
    return views.restricted_met(case.ref, told.by, told.what, told.at)


@_renders(ClockMoved)
def clock_moved(_tx: Tx, case: Case, told: ClockMoved) -> Message | None:
    """A correction moved a due date."""
    return views.clock_moved(case.ref, told.by, told.moved)


@_renders(AuthorisationAsked)
def authorise(tx: Tx, case: Case, told: AuthorisationAsked) -> Message | None:
    """Until it is answered, or the case is closed."""
    asked = _authorisation(case, told.number)
    waits = asked is not None and asked.agreed is None and case.open_on(tx.today) is not None
    return views.authorise(case.ref, asked) if asked is not None and waits else None


@_renders(Authorised)
def authorised(_tx: Tx, case: Case, told: Authorised) -> Message | None:
    """The manager authorised it."""
    return _answer(case, told.number)


@_renders(NotAuthorisedYet)
def not_authorised_yet(_tx: Tx, case: Case, told: NotAuthorisedYet) -> Message | None:
    """The manager said "not yet"."""
    return _answer(case, told.number)


def _answer(case: Case, number: int) -> Message | None:
    asked = _authorisation(case, number)
    return views.authorised(case.ref, asked) if asked is not None and asked.agreed is not None else None


@_renders(ExemptionAsked)
def exemption_asked(_tx: Tx, case: Case, told: ExemptionAsked) -> Message | None:
    """Until it is agreed or shared."""
    asked = _sharing(case, told.sharing)
    waits = asked is not None and asked.status is SharingStatus.EXEMPT_REQUESTED and asked.requested_by is not None
    return views.exempt_asked(case, asked) if asked is not None and waits else None


@_renders(ExemptionAgreed)
def exemption_agreed(_tx: Tx, case: Case, told: ExemptionAgreed) -> Message | None:
    """While it stays agreed."""
    agreed = _sharing(case, told.sharing)
    return views.exempt_agreed(case, agreed) if agreed is not None and agreed.status is SharingStatus.EXEMPT else None


@_renders(NotMine)
def not_mine(_tx: Tx, case: Case, told: NotMine) -> Message | None:
    """Until somebody else holds the case."""
    holder = case.latest.worker_id if case.latest else None
    return views.not_mine(case.ref, told.by) if holder == told.by else None


@_renders(DecisionWaits)
def decision_waits(tx: Tx, case: Case, told: DecisionWaits) -> Message | None:
    """Until the decision is made, replaced or has lapsed."""
    episode = case.open_on(tx.today)
    pending = episode.pending if episode else None
    if pending is None or pending.number != told.number:
        return None
    unmet = view.outstanding(lists.asked_about(tx, case.ref), tx.today)
    return views.decision_waits(case.ref, pending, lines(unmet, tx.today))


@_renders(ActionAssigned)
def action(_tx: Tx, case: Case, told: ActionAssigned) -> Message | None:
    """Until it is done."""
    made = [each for episode in case.episodes for each in episode.actions if each.number == told.number]
    return views.action(case.ref, made[0]) if made and made[0].done_on is None else None


@_renders(DecisionMade)
def decided(tx: Tx, case: Case, told: DecisionMade) -> Message | None:
    """For who confirmed first; not of a closing that was undone."""
    made = [each for episode in case.episodes for each in episode.decisions if each.number == told.number]
    return views.decided(case.ref, made[0], tx.today) if made and made[0].effective_at is not None else None


@_renders(ClosingUndone)
def closing_undone(_tx: Tx, case: Case, told: ClosingUndone) -> Message | None:
    """A manager undid it as an error."""
    return views.closing_undone(case.ref, told.by)


def _sharing(case: Case, which: str) -> Sharing | None:
    """The sharing that a notification is about: `number.whom`."""
    return next((each for each in case.sharings if f"{each.of}.{each.whom}" == which), None)


def _authorisation(case: Case, number: int) -> Authorisation | None:
    return next((each for each in case.authorisations if each.number == number), None)
