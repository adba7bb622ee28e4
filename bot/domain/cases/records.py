"""What is recorded on a case, kind by kind (docs/domain.md §5): codes and facts, numbered within the case. Pure data, no rule."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from bot.domain.cases.codes import (
    COUNTED,
    ActivityKind,
    AuthorisationKind,
    ChronologyKind,
    DecisionKind,
    ItemStatus,
    Method,
    ReferralStatus,
    ReviewOutcome,
    SatisfactionForm,
    SharingStatus,
)
from bot.domain.cases.referral import ReferralDetails


class Record(BaseModel):
    """A record of a case. `number` is unique among its kind there and never given twice; `PRIVATE` is what was typed freely."""

    model_config = ConfigDict(frozen=True)
    PRIVATE: ClassVar[frozenset[str]] = frozenset()

    number: int = 0


class Referral(Record, ReferralDetails):
    """A referral (§2) and the episode that it opened."""

    PRIVATE = frozenset({"activity_summary", "ended_reason", "referrer_role"})

    ref: str
    episode: int
    activated_by: str
    recorded_at: datetime
    first_response_at: datetime | None = None
    from_inquiry: str | None = None
    status: ReferralStatus = ReferralStatus.ACTIVATED
    ended_by: str | None = None
    ended_on: date | None = None
    ended_reason: str | None = None

    @property
    def counts(self) -> bool:
        """Whether it counts as a referral anywhere (I19)."""
        return self.status in COUNTED


class HomeAuthority(Record):
    """Which authority is the child's home, from when until when."""

    gss: str
    from_on: date
    to_on: date | None = None


CHANGES = {
    "MANAGE": "manager's decision",
    "FCONTA": "first contact worker, now handed on",
    "LEFTRL": "worker left",
    "ORGRST": "reorganisation",
    "TSPROC": "usual transfer",
    "ABSENC": "worker is absent",
    "CHCHAN": "the child asked for it",
    "PCCHAN": "parents or carers asked for it",
    "SWDIED": "worker died",
    "OTHERS": "another reason",
}
"""Codes of the Standard Safeguarding Dataset (INVO004A) in words (docs/domain.md §2.3)."""


class Assignment(Record):
    """Who held an episode from when until when, and why that changed (codes of docs/domain.md §2.3)."""

    episode: int
    worker_id: str
    from_on: date
    to_on: date | None = None
    reason: str | None = None


class Activity(Record):
    """A visit, contact, meeting or other work in an episode."""

    PRIVATE = frozenset({"note"})

    episode: int
    kind: ActivityKind
    occurred_on: date
    seen_child: bool | None = None
    seen_alone: bool | None = None
    recorded_at: datetime
    recorded_by: str
    note: str | None = None

    @property
    def took_place(self) -> bool:
        """Whether it was done; an attempt is kept, and counts as no visit and no contact."""
        return self.kind is not ActivityKind.ATTEMPTED

    @property
    def words(self) -> str:
        """What it was, and whether the child was seen: "visit, the child was seen alone"."""
        if self.seen_child is None and not self.seen_alone:
            return self.kind.words
        how = "seen alone" if self.seen_alone else "seen" if self.seen_child else "not seen"
        return f"{self.kind.words}, the child was {how}"


class Review(Record):
    """A review of a core assessment; it is shared and sent out as an assessment is."""

    PRIVATE = frozenset({"form_reason"})

    episode: int
    assessment: int
    held_on: date
    authorised_by: str
    outcome: ReviewOutcome
    recorded_at: datetime
    copy_sent_on: date | None = None
    form: SatisfactionForm | None = None
    form_reason: str | None = None


class Authorisation(Record):
    """A completion or a review for which a manager's authorisation was asked, and what they said (I10; docs/domain.md §2.4).

    `of` is the assessment's number, `on` the day of the completion or the review. `agreed` is None until somebody answered.
    """

    PRIVATE = frozenset({"note"})

    episode: int
    wanted: AuthorisationKind
    of: int
    on: date
    outcome: ReviewOutcome | None = None
    requested_by: str
    requested_at: datetime
    agreed: bool | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    note: str | None = None


class Sharing(Record):
    """Sharing of an assessment or review (`of` is its number) with the parents or the child (`whom`)."""

    PRIVATE = frozenset({"reason"})

    of: int
    whom: str
    status: SharingStatus
    on: date | None = None
    method: Method | None = None
    requested_on: date | None = None
    requested_by: str | None = None
    exempt_by: str | None = None
    reason: str | None = None


class MedicalFileItem(Record):
    """An item for the medical file: the assessment with that number, or the letter that went with it."""

    PRIVATE = frozenset({"reason"})

    of: int
    about: str
    status: ItemStatus
    placed_on: date | None = None
    by: str
    reason: str | None = None


class Chronology(Record):
    """A chronology (§5): of the child within the hospital, or the home authority's."""

    PRIVATE = frozenset({"obtained_from"})

    episode: int
    kind: ChronologyKind
    completed_on: date
    obtained_from: str | None = None


class Decision(Record):
    """What was decided in supervision; it has effect when both confirmed (docs/domain.md §5.2).

    `lapsed_on`: its session ended before the second confirmation, or it was undone as an error.
    """

    PRIVATE = frozenset({"rationale"})

    episode: int
    kind: DecisionKind
    session: str
    worker_by: str | None = None
    worker_at: datetime | None = None
    manager_by: str | None = None
    manager_at: datetime | None = None
    factors: tuple[str, ...] = ()
    rationale: str | None = None
    effective_on: date | None = None
    next_decision_on: date | None = None
    rc_code: str | None = None
    local_reason: str | None = None
    lapsed_on: date | None = None

    @property
    def both(self) -> tuple[str, ...]:
        """Those who have confirmed it: one or two."""
        return tuple(who for who in (self.worker_by, self.manager_by) if who is not None)

    @property
    def effective_at(self) -> datetime | None:
        """The moment of the second confirmation, None while one is missing or when it lapsed."""
        if self.lapsed_on is not None or self.worker_at is None or self.manager_at is None:
            return None
        return max(self.worker_at, self.manager_at)


class Waiver(Record):
    """A manager's word that something is not asked for on this case."""

    PRIVATE = frozenset({"reason"})

    episode: int
    rule: str
    about: str | None = None
    of: int | None = None
    on: date
    by: str
    reason: str | None = None


class Action(Record):
    """Something agreed in supervision: who does what until when."""

    PRIVATE = frozenset({"what"})

    episode: int
    session: str
    worker_id: str
    what: str | None = None
    due_on: date
    done_on: date | None = None
