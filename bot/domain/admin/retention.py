"""How long things are kept, and what a team may set about it (docs/domain.md §4 features 7 and 8, R15). Pure."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.shared.calendar import add_months

EVERYTHING = "*"
"""The subject of a legal hold on everything."""


_RANGES = {
    "inquiry_working_days": (0, 60),
    "text_kept_days": (0, 365),
    "inquiry_kept_months": (1, 240),
    "feedback_kept_months": (1, 240),
    "case_kept_months": (1, 240),
    "audit_kept_months": (1, 240),
}


OF_THE_RULES = ("inquiry_working_days",)
"""Settings that are parameters of the rules: kept in their versions (`bot.domain.shared.ruleset`), shown beside the others."""


def range_of(name: str) -> tuple[int, int]:
    """The lowest and the highest value that a setting takes."""
    return _RANGES[name]


def _setting(name: str, default: int, about: str) -> int:
    """A setting of that name: its default, its range, and what it means in words."""
    lowest, highest = _RANGES[name]
    return Field(default=default, ge=lowest, le=highest, description=about)


class TeamSettings(BaseModel):
    """What an administrator may set; the defaults are the design's (docs/domain.md §4, §5.5 R3, R15)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    inquiry_working_days: int = _setting(
        "inquiry_working_days", 5, "working days in which an authority's answer is expected; 0 asks for none (§2)"
    )
    text_kept_days: int = _setting("text_kept_days", 30, "days for which a text is kept after it was recorded on ICS")
    inquiry_kept_months: int = _setting("inquiry_kept_months", 12, "months after which an inquiry is due for disposal")
    feedback_kept_months: int = _setting("feedback_kept_months", 12, "months after which feedback is due for disposal")

    case_kept_months: int = _setting("case_kept_months", 24, "months after its closing in which a case is due for disposal")
    audit_kept_months: int = _setting("audit_kept_months", 72, "months after its meeting in which an audit is due for disposal")

    def text_recorded_before(self, today: date) -> date:
        """What was recorded on ICS on this day or earlier has no text any more today."""
        return today - timedelta(days=self.text_kept_days)

    def inquiries_until(self, today: date) -> date:
        """Inquiries logged before this day are due for disposal today (R15)."""
        return add_months(today, -self.inquiry_kept_months)

    def feedback_until(self, today: date) -> date:
        """Feedback given before this day is due for disposal today (R15)."""
        return add_months(today, -self.feedback_kept_months)

    def cases_until(self, today: date) -> date:
        """Cases closed before this day are due for disposal today; reopening one cancels that (R15)."""
        return add_months(today, -self.case_kept_months)

    def audits_until(self, today: date) -> date:
        """Audits whose meeting was before this day are due for disposal today (R15; docs/domain.md §4 feature 8)."""
        return add_months(today, -self.audit_kept_months)
