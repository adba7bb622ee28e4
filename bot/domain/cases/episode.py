"""Episodes: one period during which a case is open, with what hangs on it (docs/domain.md §5). Codes, facts, derived states."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from bot.domain.cases.codes import (
    AssessmentKind,
    CamhsReason,
    DecisionKind,
    Purpose,
    RecordingRoute,
    SatisfactionForm,
    Service,
    State,
)
from bot.domain.cases.records import Action, Activity, Decision, Record, Review, Waiver


class Assessment(Record):
    """An assessment in an episode. It is complete when a manager authorised it (docs/domain.md §2.4)."""

    PRIVATE = frozenset({"abandon_reason", "form_reason"})

    episode: int = 1
    kind: AssessmentKind
    purpose: Purpose
    receiving_authority: str | None = None
    camhs_joint: bool = False
    camhs_reason: CamhsReason | None = None
    started_on: date
    completed_on: date | None = None
    authorised_by: str | None = None
    abandoned_on: date | None = None
    abandon_reason: str | None = None
    copy_sent_on: date | None = None
    form: SatisfactionForm | None = None
    form_reason: str | None = None

    @property
    def is_running(self) -> bool:
        """Whether it was started and neither completed nor abandoned."""
        return self.completed_on is None and self.abandoned_on is None


class Episode(Record):
    """One period during which a case is open. `clock_start` is `opened_on` unless an earlier clock continues (R1).

    `routes` are those it has had, the present one last. `manager_id` is the worker's manager of today, unless
    `named_manager_id` was named for this case alone. What hangs on it is loaded with it.
    """

    PRIVATE = frozenset({"review_off_reason", "proposed_reason"})
    HANGING: ClassVar[frozenset[str]] = frozenset({"assessments", "reviews", "activities", "decisions", "actions", "waivers"})

    opened_on: date
    opened_at: datetime | None = None
    clock_start: date
    continued_from: int | None = None
    routes: tuple[RecordingRoute, ...]
    service: Service = Service.WARD
    long_term: bool = False
    worker_id: str = ""
    manager_id: str | None = None
    named_manager_id: str | None = None
    next_expected_contact: date | None = None
    awaiting_family_at: datetime | None = None
    reopened_at: datetime | None = None
    moved_in_at: datetime | None = None
    proposed_kind: DecisionKind | None = None
    proposed_at: datetime | None = None
    proposed_by: str | None = None
    proposed_reason: str | None = None
    review_off_on: date | None = None
    review_off_reason: str | None = None
    closed_on: date | None = None
    rc_code: str | None = None
    local_reason: str | None = None
    closing_records_on: date | None = None
    void: bool = False
    assessments: tuple[Assessment, ...] = ()
    reviews: tuple[Review, ...] = ()
    activities: tuple[Activity, ...] = ()
    decisions: tuple[Decision, ...] = ()
    actions: tuple[Action, ...] = ()
    waivers: tuple[Waiver, ...] = ()

    @property
    def route(self) -> RecordingRoute:
        """The present route."""
        return self.routes[-1]

    @property
    def reviews_held(self) -> tuple[date, ...]:
        """The days of its reviews."""
        return tuple(each.held_on for each in self.reviews)

    def completed(self, kinds: tuple[str, ...]) -> tuple[Assessment, ...]:
        """Its completed assessments of these kinds, the earliest first."""
        done = [each for each in self.assessments if each.kind in kinds and each.completed_on is not None]
        return tuple(sorted(done, key=lambda each: each.completed_on or each.started_on))

    @property
    def decided(self) -> Decision | None:
        """The latest decision that has effect."""
        done = [(each.effective_at, each.number, each) for each in self.decisions if each.effective_at is not None]
        return max(done)[2] if done else None

    @property
    def pending(self) -> Decision | None:
        """A decision that one of the two has confirmed and that has not lapsed."""
        waiting = [each for each in self.decisions if each.lapsed_on is None and each.effective_at is None]
        return waiting[-1] if waiting else None

    @property
    def decision_stamp(self) -> int:
        """Grows with every confirmation and every decision that lapses: what was decided since somebody looked is seen by it."""
        words = [(each.worker_at, each.manager_at, each.lapsed_on) for each in self.decisions]
        return sum(word is not None for each in words for word in each)

    @property
    def closing(self) -> Decision | None:
        """The closing that was agreed, if the latest decision is one."""
        return self.decided if self.decided is not None and self.decided.kind is DecisionKind.CLOSE else None

    @property
    def close_proposed(self) -> bool:
        """Whether closing was proposed, or confirmed by one of the two, and nothing was decided since."""
        if self.pending is not None and self.pending.kind is DecisionKind.CLOSE:
            return True
        if self.proposed_kind is not DecisionKind.CLOSE or self.proposed_at is None:
            return False
        answered = self.decided.effective_at if self.decided is not None and self.decided.kind is not DecisionKind.DEFER else None
        return answered is None or answered <= self.proposed_at

    def state(self, today: date) -> State:
        """Where it stands today; derived, so that no flag can disagree with what was decided."""
        if self.closed_on is not None:
            return State.CLOSED
        if self.closing is not None:
            due = self.closing.effective_on
            return State.CLOSED if due is not None and due <= today else State.CLOSING_AGREED
        return State.CLOSE_PROPOSED if self.close_proposed else State.OPEN

    @property
    def last_entry_on(self) -> date:
        """The day of the latest activity, assessment or review: it cannot close before (I12), nor open after the first."""
        return max(
            [*self.work_days, *(each.abandoned_on for each in self.assessments if each.abandoned_on)], default=self.opened_on
        )

    @property
    def first_entry_on(self) -> date | None:
        """The day of the earliest activity, assessment or review, None when there is none."""
        return min(self.work_days, default=None)

    @property
    def work_days(self) -> list[date]:
        """The days of its activities, reviews, and starts and completions of assessments."""
        return self.days_of_work_done + [each.occurred_on for each in self.activities if not each.took_place]

    @property
    def days_of_work_done(self) -> list[date]:
        """The same without attempts, which move no dormancy."""
        days = [each.occurred_on for each in self.activities if each.took_place] + list(self.reviews_held)
        days += [each.started_on for each in self.assessments]
        return days + [each.completed_on for each in self.assessments if each.completed_on]
