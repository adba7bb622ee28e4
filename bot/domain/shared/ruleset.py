"""The parameters of the rules, in versions with the day from which they hold (§1, G3; docs/domain.md §5.1 RuleSet).

What was decided under one version is never rewritten: a clock is counted with the version in force on the day it started.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class RuleSet(BaseModel):
    """One version. Days and working days of 0 switch their prompt off; the names are those of stories (docs, `oob rehearse`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    own_authority: str = "E09000020"
    threshold_months: int = Field(default=3, ge=0, le=60)
    threshold_advance_days: int = Field(default=14, ge=0, le=365)
    review_months: int = Field(default=6, ge=0, le=60)
    review_advance_days: int = Field(default=28, ge=0, le=365)
    review_early_days: int = Field(default=7, ge=0, le=365)
    same_clock_days: int = Field(default=28, ge=0, le=365)
    inquiry_working_days: int = Field(default=5, ge=0, le=60)
    sharing_working_days: int = Field(default=10, ge=0, le=260)
    exempt_working_days: int = Field(default=5, ge=0, le=260)
    medical_file_working_days: int = Field(default=10, ge=0, le=260)
    chronology_working_days: int = Field(default=20, ge=0, le=260)
    closing_records_working_days: int = Field(default=15, ge=0, le=260)
    urgent_working_days: int = Field(default=1, ge=0, le=60)
    referrer_working_days: int = Field(default=5, ge=0, le=260)
    dormant_days: int = Field(default=28, ge=0, le=730)
    drift_days: int = Field(default=28, ge=0, le=730)
    session_days: int = Field(default=28, ge=0, le=365)
    nqsw_session_days: int = Field(default=14, ge=0, le=365)
    short_term_last_day: date | None = None
    chronology_required_for: Literal["core_only", "all_assessments"] = "core_only"
    core_kinds: tuple[str, ...] = ("core", "single")


class Version(BaseModel):
    """A version of the rules: its number, the day from which it holds, and what it sets."""

    model_config = ConfigDict(frozen=True)

    number: int
    effective_from: date
    rules: RuleSet


FIRST = Version(number=1, effective_from=date.min, rules=RuleSet())
"""What holds until somebody sets something else."""


def in_force(versions: Sequence[Version], day: date) -> Version:
    """The version in force on `day`: of those effective by then the one that began last, of two from one day the later number."""
    return max((v for v in (FIRST, *versions) if v.effective_from <= day), key=lambda v: (v.effective_from, v.number))
