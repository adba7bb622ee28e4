"""Looking at a case: what its card, its timeline and its forms show. Each look is logged, because it discloses a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.cases.case import Case
from bot.domain.cases.codes import State
from bot.domain.cases.episode import Episode
from bot.domain.cases.records import Decision
from bot.domain.cases.referral import is_re_referral, would_count_until
from bot.domain.obligations.awaiting_decision import Why
from bot.domain.obligations.caseload import line
from bot.domain.obligations.of_case import obligations
from bot.domain.people import MANAGERS, RECORDERS, Actor
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.errors import Refusal
from bot.domain.shared.obligation import Obligation, ObligationStatus
from bot.domain.shared.references import RefKind
from bot.domain.shared.references import read as read_ref
from bot.domain.shared.ruleset import RuleSet, Version, in_force
from bot.domain.supervision.agenda import stands
from bot.domain.supervision.decision import Side
from bot.domain.supervision.session import Session
from bot.services.cases.loading import existing
from bot.services.cases.participants import side_in, under_way_for
from bot.services.cases.undo import undoable
from bot.services.guards import visible
from bot.services.reminders import lists
from storage import people
from storage.cases import caseload, lookups
from storage.cases import cases as stored
from storage.db.engine import Tx
from storage.settings import rulesets


@dataclass(frozen=True)
class CaseView:
    """A case as `actor` sees it today: what is asked of it, why it awaits a decision, its family, and who it is that looks.

    `side`: for whom who looks can confirm, and `session` the supervision under way in which they can; None where they cannot.
    `worker_left`: who holds it is no longer on the list of staff.
    """

    case: Case
    actor: Actor
    now: datetime
    today: date
    asked: tuple[Obligation, ...]
    versions: tuple[Version, ...]
    why: tuple[Why, ...] = ()
    drifts: bool = False
    prompts: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    may_undo: bool = False
    open_cases: int = 0
    session: Session | None = None
    side: Side | None = None
    worker_left: bool = False

    @property
    def episode(self) -> Episode | None:
        """The open episode, None when the case is closed."""
        return self.case.open_on(self.today)

    @property
    def latest(self) -> Episode | None:
        """The latest episode, None when the case was never open."""
        return self.case.latest

    @property
    def state(self) -> State | None:
        """Where the case stands, None when its only referral was taken back."""
        return self.latest.state(self.today) if self.latest else None

    @property
    def open(self) -> tuple[Obligation, ...]:
        """What is asked now, the soonest first, what has no date last."""
        return soonest_first(self.asked)

    @property
    def outstanding(self) -> tuple[Obligation, ...]:
        """What of it counts already: R1 and R2 when they are near, the rest from its first day."""
        return outstanding(self.asked, self.today)

    @property
    def rules(self) -> RuleSet:
        """The parameters in force today."""
        return in_force(self.versions, self.today).rules

    @property
    def is_manager(self) -> bool:
        """Whether who looks is a manager who does not hold the case: what needs two people may be theirs."""
        return self.actor.may(MANAGERS) and (self.latest is None or self.latest.worker_id != self.actor.user_id)

    def may_read(self, *, reasons: bool) -> bool:
        """Whether who looks may read what was typed: who works on cases; reasons of decisions only those who decide."""
        holds = self.latest is not None and self.latest.worker_id == self.actor.user_id
        return self.actor.may(MANAGERS) or holds if reasons else self.actor.may(RECORDERS)

    @property
    def pending(self) -> Decision | None:
        """What one of the two has confirmed."""
        return self.episode.pending if self.episode else None

    @property
    def may_decide(self) -> bool:
        """Whether a supervision session is under way in which who looks may confirm."""
        return self.session is not None and self.episode is not None and self.episode.closing is None

    @property
    def may_confirm(self) -> bool:
        """Whether what waits can be confirmed by who looks: in that session, for the side that is missing."""
        pending, session = self.pending, self.session
        if pending is None or session is None or not self.may_decide or pending.session != session.ref:
            return False
        return self.actor.user_id not in pending.both and getattr(pending, f"{self.side}_by") is None

    @property
    def counts_until(self) -> date | None:
        """The last day on which a new referral would count as a re-referral (G38)."""
        counted = [each.received_on for each in self.case.referrals if each.counts]
        return would_count_until(max(counted)) if counted else None

    @property
    def is_re_referral(self) -> bool:
        """Whether the latest referral counts as a re-referral."""
        counted = [each for each in self.case.referrals if each.counts]
        earlier = [each.received_on for each in counted[:-1]]
        return bool(counted) and is_re_referral(counted[-1].received_on, earlier, counted[-1].previous_referral_on)


def soonest_first(asked: Sequence[Obligation]) -> tuple[Obligation, ...]:
    """What of it is open, the soonest first, what has no date last."""
    waiting = [each for each in asked if each.standing is ObligationStatus.OPEN]
    return tuple(sorted(waiting, key=lambda each: (each.due or date.max, each.rule, each.subject)))


def outstanding(asked: Sequence[Obligation], today: date) -> tuple[Obligation, ...]:
    """What of it is outstanding when open or close is decided: R1 and R2 when they are near, the rest from its first day."""
    return tuple(each for each in soonest_first(asked) if each.due is None or stands(each, today) or each.due <= today)


def look(tx: Tx, ref: str, actor: Actor) -> CaseView:
    """A case that somebody looks at; it is logged. Refused: `not_found`."""
    found = looked(tx, ref, actor)
    tx.log("case.opened", found.case.ref)
    return found


def looked(tx: Tx, ref: str, actor: Actor) -> CaseView:
    """The same for who has just done something with it. Refused: `not_found`."""
    case = existing(tx, ref, actor)
    versions = tuple(rulesets.versions(tx))
    asked = lists.asked_about(tx, ref)
    episode = case.open_on(tx.today)
    side, session = _side(tx, case, actor)
    row = line(case, episode, obligations(case, versions, bank_holidays()), versions) if episode else None
    return CaseView(
        case=case,
        actor=actor,
        now=tx.now,
        today=tx.today,
        asked=tuple(asked),
        versions=versions,
        why=row.why(tx.today) if row else (),
        drifts=row.drifts(tx.today) if row else False,
        prompts=tuple(row.prompted(tx.today)) if row else (),
        family=tuple(family_of(tx, ref, actor)),
        may_undo=undoable(tx, case, actor.user_id),
        open_cases=caseload.numbers(tx).get(episode.worker_id, 0) if episode else 0,
        session=session,
        side=side,
        worker_left=case.latest is not None and people.get(tx, case.latest.worker_id) is None,
    )


def _side(tx: Tx, case: Case, actor: Actor) -> tuple[Side | None, Session | None]:
    """For whom `actor` can confirm, and in which session."""
    episode, person = case.latest, people.get(tx, actor.user_id)
    if episode is None or person is None:
        return None, None
    try:
        side = side_in(tx, episode, person)
    except Refusal:
        return None, None
    return side, under_way_for(tx, case, episode, actor.user_id, side)


def named(tx: Tx, word: str, actor: Actor) -> str:
    """The reference of the case that a word names: our own reference, or the one of ICS.

    Refused: `ref_unreadable`, `identifier`, `not_found`, `not_a_case`.
    """
    ref = read_ref(word)
    if ref.kind is RefKind.CASE:
        return existing(tx, ref.text, actor).ref
    if ref.kind is not RefKind.ICS:
        raise Refusal("not_a_case", f"{ref.text} is not a case. A case is named like OOB-2026-0001, or by its ICS reference.")
    known_by = lookups.by_ics_ref(tx, ref.text)
    if known_by is None:
        raise Refusal("not_found", f"There is no case {ref.text} that you can see.")
    try:
        return existing(tx, known_by, actor).ref
    except Refusal:
        raise Refusal("not_found", f"There is no case {ref.text} that you can see.") from None


def family_of(tx: Tx, ref: str, viewer: Actor) -> list[str]:
    """The other cases of the same family that `viewer` may know of: brothers and sisters are looked at together."""
    case = existing(tx, ref, viewer)
    if case.family_group is None:
        return []
    others = (stored.get(tx, other) for other in lookups.family(tx, case.family_group) if other != ref)
    return [other.ref for other in others if other is not None and visible(tx, other, viewer)]
