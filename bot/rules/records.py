"""What is recorded on a case, kind by kind (domain.md §5): codes and facts, numbered within the case. Pure data, no rule."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from bot.rules.referral import ReferralDetails


class Record(BaseModel):
    """A record of a case. `number` is unique among its kind there and never given twice; `PRIVATE` is what was typed freely."""

    model_config = ConfigDict(frozen=True)
    PRIVATE: ClassVar[frozenset[str]] = frozenset()

    number: int = 0


class ActivityKind(StrEnum):
    """What was done (domain.md §5 Activity.kind; the benefits application and the arranged services of §6)."""

    VISIT = "visit"
    CONTACT_FAMILY = "contact_family"
    CONTACT_PROFESSIONAL = "contact_professional"
    MEETING = "meeting"
    BENEFITS_APPLICATION = "benefits_application"
    ARRANGE_SERVICES = "arrange_services"
    LETTER = "letter"
    OTHER = "other"


class ReviewOutcome(StrEnum):
    """What a review of a core assessment came to."""

    CONTINUE = "continue"
    REVISE = "revise"
    RECOMMEND_CLOSE = "recommend_close"


class SharingStatus(StrEnum):
    """Where sharing with the parents or the child stands (§3); `not_age_appropriate` is for the child alone."""

    OUTSTANDING = "outstanding"
    SHARED = "shared"
    EXEMPT_REQUESTED = "exempt_requested"
    EXEMPT = "exempt"
    NOT_AGE_APPROPRIATE = "not_age_appropriate"


SETTLED = frozenset({SharingStatus.SHARED, SharingStatus.EXEMPT, SharingStatus.NOT_AGE_APPROPRIATE})
"""What ends the question of sharing (R5)."""


class Method(StrEnum):
    """How an assessment was shared."""

    GIVEN = "given"
    POST = "post"
    EMAIL = "email"
    MEETING = "meeting"


class SatisfactionForm(StrEnum):
    """What became of the user satisfaction form when a copy was sent (§8)."""

    INCLUDED = "included"
    NOT_INCLUDED = "not_included"
    SPECIAL_CIRCUMSTANCES = "special_circumstances"
    NOT_APPLICABLE = "not_applicable"


class ItemStatus(StrEnum):
    """Where an item for the medical file stands; `not_needed` is the exception for joint work with CAMHS (§3)."""

    OUTSTANDING = "outstanding"
    PLACED = "placed"
    NOT_NEEDED = "not_needed"
    WAIVED = "waived"


class ChronologyKind(StrEnum):
    """The two kinds of chronology that §5 knows (I15)."""

    HOSPITAL_HISTORY = "hospital_history"
    HOME_AUTHORITY = "home_authority"


class DecisionKind(StrEnum):
    """What the social worker and the manager decide in supervision (§6)."""

    CLOSE = "close"
    KEEP_OPEN = "keep_open"
    REOPEN_RATIFIED = "reopen_ratified"
    DEFER = "defer"


class ReferralStatus(StrEnum):
    """What became of a referral; void and reclassified ones count nowhere (I19)."""

    ACTIVATED = "activated"
    NFA = "nfa"
    RECLASSIFIED_CONTACT = "reclassified_contact"
    VOID = "void"


COUNTED = frozenset({ReferralStatus.ACTIVATED, ReferralStatus.NFA})
"""The referrals of statistics and of re-referral."""


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


class Assignment(Record):
    """Who held an episode from when until when, and why that changed (codes of domain.md §2.3)."""

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
    """What was decided in supervision; it has effect when both confirmed (domain.md "States").

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
