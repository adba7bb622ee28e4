"""Feedback (§7): "record verbal feedback to multidisciplinary meetings and to individual professionals on ICS"."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from bot.domain.people import Actor
from bot.domain.shared import calendar
from bot.domain.shared.errors import Refusal
from bot.domain.shared.logged import LoggedItem
from bot.domain.shared.obligation import Obligation, ObligationStatus, ReminderStage, Sending, To
from bot.domain.shared.rule import Rule
from bot.domain.shared.ruleset import Version, in_force

SECTION = "§7"
ROLE_LIMIT = 80
"""Characters of a role: "consultant paediatrician", not an account of somebody."""


class Target(StrEnum):
    """Whom the feedback was given to (docs/domain.md §5.1 Feedback.target)."""

    MDT_MEETING = "mdt_meeting"
    INDIVIDUAL_PROFESSIONAL = "individual_professional"
    REFERRER = "referrer"

    @property
    def words(self) -> str:
        """As it is read out: "an MDT meeting"."""
        return {"mdt_meeting": "an MDT meeting", "referrer": "the referrer"}.get(self.value, "an individual professional")


class Mode(StrEnum):
    """How it was given."""

    VERBAL = "verbal"
    EMAIL = "email"
    LETTER_COPY = "letter_copy"

    @property
    def words(self) -> str:
        """As it is read out: "by e-mail"."""
        return {"verbal": "verbally", "email": "by e-mail", "letter_copy": "by copy of a letter"}[self.value]


class FollowUp(StrEnum):
    """What may follow "if appropriate" (G45); never an obligation. The values are the fields that hold its day."""

    EMAILED = "emailed_on"
    LETTER = "letter_copied_on"


class FeedbackFacts(BaseModel):
    """What a person tells about feedback. `about` is the reference of an inquiry, or of the child on ICS.

    `target_role` is a role, never a name; None means it is still missing, but for a meeting, which needs none.
    """

    model_config = ConfigDict(frozen=True)

    about: str
    target: Target
    target_role: str | None = None
    given_on: date
    mode: Mode = Mode.VERBAL
    summary: str | None = None
    emailed_on: date | None = None
    letter_copied_on: date | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """What the record still lacks, in words."""
        gaps = (
            (self.target is Target.INDIVIDUAL_PROFESSIONAL and self.target_role is None, "the professional's role"),
            (self.summary is None, "what was said"),
        )
        return tuple(words for gap, words in gaps if gap)

    def followed_by(self, kinds: Iterable[FollowUp], before: FeedbackFacts | None, today: date) -> Self:
        """Itself with the days of these follow-ups: the day that was known `before`, else today."""
        days: dict[str, date] = {kind.value: (before and getattr(before, kind.value)) or today for kind in kinds}
        return self.model_copy(update=days)

    def checked(self, today: date) -> Self:
        """Itself, or a refusal: `future_date` (I6) or `role_too_long`."""
        for field, day in (
            ("given_on", self.given_on),
            ("emailed_on", self.emailed_on),
            ("letter_copied_on", self.letter_copied_on),
        ):
            calendar.happened(field, day, today)
        if len(self.target_role or "") > ROLE_LIMIT:
            raise Refusal(
                "role_too_long",
                f"Please give the role in a few words (up to {ROLE_LIMIT} characters), such as consultant paediatrician.",
                field="target_role",
            )
        return self


class Feedback(LoggedItem):
    """Feedback on file."""

    facts: FeedbackFacts
    restricted: bool = False
    void: bool = False
    ics_recorded_on: date | None = None
    text_purged_on: date | None = None

    @property
    def is_restricted(self) -> bool:
        """As the inquiry that it is about."""
        return self.restricted

    @property
    def awaits_ics(self) -> bool:
        """Whether it is still to be recorded on ICS: verbal feedback is (§7); an e-mail or a letter is its own record."""
        return not self.void and self.ics_recorded_on is None and self.facts.mode is Mode.VERBAL

    def recording_asked(self, versions: Sequence[Version], holidays: Container[date]) -> Obligation | None:
        """R4: its author is asked at 16:00 of the first working day after; None for an e-mail or a letter."""
        if self.facts.mode is not Mode.VERBAL:
            return None
        due = self.ics_due(holidays)
        standing = ObligationStatus.OPEN if self.ics_recorded_on is None else ObligationStatus.MET
        return Obligation(
            rule=Rule.FEEDBACK_ON_ICS,
            section=SECTION,
            subject=self.ref,
            about=self.ref,
            since=self.facts.given_on,
            due=due,
            standing=ObligationStatus.VOID if self.void else standing,
            ended_on=self.ics_recorded_on,
            version=in_force(versions, self.facts.given_on).number,
            sendings=(Sending(ReminderStage.DUE, due, To.WORKER),),
        )

    def ics_due(self, holidays: Container[date]) -> date:
        """R4: the end of the first working day after the day it was given."""
        return calendar.working_days_after(self.facts.given_on, 1, holidays)

    def may_undo(self, user_id: str, now: datetime) -> bool:
        """Whether `user_id` may still take it back: their own, at most fifteen minutes old, not on ICS since."""
        return not self.void and self.ics_recorded_on is None and self.is_fresh(user_id, now)

    def may_change(self, actor: Actor) -> bool:
        """Whether `actor` may correct it, and while there is text to correct."""
        return not self.void and self.text_purged_on is None and self.is_in_hands_of(actor)
