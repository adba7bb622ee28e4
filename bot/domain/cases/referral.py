"""Referrals (§2): activated "when there is a need to see the family and carry out some significant activity" around its needs."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from bot.domain.cases.codes import Channel, ReferralForm
from bot.domain.feedback.feedback import ROLE_LIMIT
from bot.domain.inquiries.inquiry import LEVELS, OLDEST
from bot.domain.shared.calendar import add_months, say_date, working_days_after
from bot.domain.shared.errors import Refusal
from bot.domain.shared.obligation import Obligation, ObligationStatus
from bot.domain.shared.rule import Rule
from bot.domain.shared.ruleset import Version, in_force

SECTION = "§2"
YEAR = 12
"""Months within which another referral counts as a re-referral (DfE; docs/domain.md §2.3)."""


USUAL_FORM = {Channel.WARD_STAFF: ReferralForm.VERBAL, Channel.CCDS: ReferralForm.WRITTEN}
"""What is chosen beforehand, to be changed freely: "most hospital-based referrals come verbally" (G8), "written" (G9)."""
USUAL_SOURCE = {Channel.WARD_STAFF: "3F", Channel.CCDS: "3F"}

SOURCES = {
    "1A": "Individual: family member, relative or carer",
    "1B": "Individual: acquaintance, neighbour or child minder",
    "1C": "Individual: self",
    "1D": "Individual: other, also strangers",
    "2A": "Schools",
    "2B": "Education services",
    "3A": "Health: GP",
    "3B": "Health: health visitor",
    "3C": "Health: school nurse",
    "3D": "Health: other primary health",
    "3E": "Health: A&E",
    "3F": "Health: other, such as hospital wards and hospices",
    "4": "Housing",
    "5A": "Local authority: social care, such as adults",
    "5B": "Local authority: other internal",
    "5C": "Local authority: external, such as another authority",
    "5D": "Local authority: early help",
    "6": "Police",
    "7": "Other legal agency",
    "8": "Other: children's centres, independent providers, voluntary organisations",
    "9": "Anonymous",
    "10": "Unknown",
}
"""Source of referral of the children in need census (N00152; docs/domain.md §2.1)."""
NEEDS = {
    "N1": "Abuse or neglect",
    "N2": "Child's disability, also illness",
    "N3": "Parental disability or illness",
    "N4": "Family in acute stress",
    "N5": "Family dysfunction",
    "N6": "Socially unacceptable behaviour",
    "N7": "Low income",
    "N8": "Absent parenting",
    "N9": "Cases other than children in need",
    "N0": "Not stated",
}
"""Primary need of the children in need census (N00101; docs/domain.md §2.2); of two, the one that stands first."""
_GROUPS = (
    ("Health", ("3A", "3B", "3C", "3D", "3E", "3F")),
    ("Police", ("6",)),
    ("Schools and education", ("2A", "2B")),
    ("Local authority", ("4", "5A", "5B", "5C", "5D")),
    ("Individuals", ("1A", "1B", "1C", "1D")),
    ("Other", ("7", "8")),
    ("Anonymous or unknown", ("9", "10")),
)
OTHER_SOURCES = frozenset({"1A", "1B", "1C", "1D", "8"})
"""What the committee calls "other sources such as neighbours and community organisations" (A13)."""
NEEDS_NO_FEEDBACK = frozenset({"1A", "1C", "9"})
"""Sources that are no referring professional: family, self, anonymous (R16)."""


class ReferralDetails(BaseModel):
    """What is told of a referral and kept of it. No name, no date of birth: an age in years, None for the unborn."""

    model_config = ConfigDict(frozen=True)

    received_on: date
    received_at: datetime | None = None
    activated_on: date
    channel: Channel
    form: ReferralForm
    source_code: str
    referrer_role: str | None = None
    primary_need: str | None = None
    threshold_level: int
    activity_summary: str | None = None
    home_authority: str
    home_authority_consulted_on: date | None = None
    age_years: int | None = None
    urgent: bool = False
    previous_referral_on: date | None = None

    def within_bounds(self) -> None:
        """What holds whenever it is recorded or corrected.

        Refused: `received_late` (I7), `source_unknown`, `need_unknown`, `role_too_long`, `out_of_range`.
        """
        if self.received_on > self.activated_on:
            raise Refusal(
                "received_late",
                f"It was activated on {say_date(self.activated_on)}; it cannot have come in later.",
                field="received_on",
            )
        if self.source_code not in SOURCES:
            raise Refusal("source_unknown", "Please choose who referred from the list.", field="source_code")
        if self.primary_need is not None and self.primary_need not in NEEDS:
            raise Refusal("need_unknown", "The primary need is one of N0 to N9.", field="primary_need")
        if len(self.referrer_role or "") > ROLE_LIMIT:
            raise Refusal("role_too_long", f"Please give the role in up to {ROLE_LIMIT} characters.", field="referrer_role")
        _between("threshold_level", self.threshold_level, 1, LEVELS)
        _between("age_years", self.age_years, 0, OLDEST)


def _between(field: str, value: int | None, first: int, last: int) -> None:
    if value is not None and not first <= value <= last:
        raise Refusal("out_of_range", f"Please give a whole number from {first} to {last}.", field=field)


def group_of(source_code: str) -> str:
    """The group of a source in reports: "Health"."""
    return next(name for name, codes in _GROUPS if source_code in codes)


def is_re_referral(received_on: date, others: Iterable[date], noted: date | None = None) -> bool:
    """Whether a referral received on that day is a re-referral: another came in on an earlier day at most twelve months before.

    Counted from referral to referral, not from a closure; the anniversary itself still counts (docs/domain.md §2.3).
    `others` are the days of the case's other counted referrals, `noted` that of a previous one noted by hand.
    """
    earlier = [*others, *([noted] if noted else [])]
    return any(day < received_on <= add_months(day, YEAR) for day in earlier)


def would_count_until(received_on: date) -> date:
    """The last day on which a new referral would count as a re-referral (G38)."""
    return add_months(received_on, YEAR)


def feedback_due(
    subject: str,
    activated_on: date,
    source_code: str,
    versions: Sequence[Version],
    holidays: Container[date],
    told_on: date | None = None,
) -> Obligation | None:
    """R16: the referrer is told what became of it within five working days (§7's title; the audit of 2009).

    An agenda line and a line of the digest, never a message; None for family, self and anonymous, and where it is switched off.
    """
    version = in_force(versions, activated_on)
    days = version.rules.referrer_working_days
    if not days or source_code in NEEDS_NO_FEEDBACK:
        return None
    return Obligation(
        rule=Rule.REFERRER_FEEDBACK,
        section="§7",
        subject=subject,
        since=activated_on,
        due=working_days_after(activated_on, days, holidays),
        standing=ObligationStatus.MET if told_on else ObligationStatus.OPEN,
        ended_on=told_on,
        version=version.number,
    )
