"""How long things are kept, and what a team may set about it (domain.md §4 features 7 and 8, R15). Pure."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict, Field

from bot.rules.calendar import add_months

EVERYTHING = "*"
"""The subject of a legal hold on everything."""


class TeamSettings(BaseModel):
    """What an administrator may set; the defaults are the design's (domain.md §4, §5 R3, R15)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    inquiry_working_days: int = Field(
        default=5, ge=0, le=60, description="working days in which an authority's answer is expected; 0 asks for none (§2)"
    )
    text_kept_days: int = Field(
        default=30, ge=0, le=365, description="days for which a text is kept after it was recorded on ICS"
    )
    inquiry_kept_months: int = Field(default=12, ge=1, le=240, description="months after which an inquiry is due for disposal")
    feedback_kept_months: int = Field(default=12, ge=1, le=240, description="months after which feedback is due for disposal")

    def text_purged_after(self, recorded_on: date) -> date:
        """The day from which the text of something recorded on ICS on that day is erased."""
        return recorded_on + timedelta(days=self.text_kept_days)

    def text_recorded_before(self, today: date) -> date:
        """What was recorded on ICS on this day or earlier has no text any more today."""
        return today - timedelta(days=self.text_kept_days)

    def inquiries_until(self, today: date) -> date:
        """Inquiries logged before this day are due for disposal today (R15)."""
        return add_months(today, -self.inquiry_kept_months)

    def feedback_until(self, today: date) -> date:
        """Feedback given before this day is due for disposal today (R15)."""
        return add_months(today, -self.feedback_kept_months)
