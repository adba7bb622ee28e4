"""Cases, their episodes and what happens in them: the codes and the facts (domain.md §5). Pure data, no rule.

A case is a child's record in the bot; an episode is one period during which it is open. No name, no date of birth.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Route(StrEnum):
    """The recording route of an episode (§3, §4)."""

    ONE_OFF = "one_off"
    SHORT_TERM = "short_term"
    ASSESSMENT = "assessment"


SHORT_ROUTES = frozenset({Route.ONE_OFF, Route.SHORT_TERM})
"""The routes on which the three months are counted (§4 "one-off and short-term work")."""


class AssessmentKind(StrEnum):
    """Which assessment; which of them count as core assessments is a parameter of the rules (domain.md §1.4, 11)."""

    CORE = "core"
    INITIAL = "initial"
    SINGLE = "single"
    OTHER = "other"


class Purpose(StrEnum):
    """Why the assessment system is used (§3)."""

    REFER_TO_OTHER_BOROUGH = "refer_to_other_borough"
    LONG_TERM_CHRONIC_ILLNESS = "long_term_chronic_illness"
    CCDS_ONGOING = "ccds_ongoing"
    SHORT_TERM_OVER_THREE_MONTHS = "short_term_over_three_months"
    OTHER = "other"


class CamhsReason(StrEnum):
    """Why an assessment was made jointly with CAMHS (§3)."""

    OVERDOSE = "overdose"
    SELF_HARM = "self_harm"
    OTHER = "other"


class Assessment(BaseModel):
    """An assessment in an episode. It is complete when a manager authorised it (domain.md §2.4)."""

    model_config = ConfigDict(frozen=True)

    kind: AssessmentKind
    purpose: Purpose
    camhs_joint: bool = False
    camhs_reason: CamhsReason | None = None
    started_on: date
    completed_on: date | None = None
    abandoned_on: date | None = None


class Episode(BaseModel):
    """One period during which a case is open. `clock_start` is `opened_on` unless an earlier clock continues (R1).

    `routes` are those it has had, the present one last.
    """

    model_config = ConfigDict(frozen=True)

    number: int
    opened_on: date
    clock_start: date
    routes: tuple[Route, ...]
    long_term: bool = False
    closed_on: date | None = None
    review_off_reason: str | None = None
    void: bool = False
    assessments: tuple[Assessment, ...] = ()
    reviews_held: tuple[date, ...] = ()

    @property
    def route(self) -> Route:
        """The present route."""
        return self.routes[-1]

    def completed(self, kinds: tuple[str, ...]) -> tuple[Assessment, ...]:
        """Its completed assessments of these kinds, the earliest first."""
        done = [each for each in self.assessments if each.kind in kinds and each.completed_on is not None]
        return tuple(sorted(done, key=lambda each: each.completed_on or each.started_on))
