"""Activating a referral (§2): "when there is a need to see the family and carry out some significant activity"."""

from __future__ import annotations

from datetime import date
from typing import Self

from bot.domain.cases.case import Case
from bot.domain.cases.codes import SHORT_ROUTES, RecordingRoute, Service
from bot.domain.cases.referral import ReferralDetails
from bot.domain.shared import authorities
from bot.domain.shared.calendar import happened, london_day, say_date
from bot.domain.shared.errors import Refusal
from bot.domain.shared.ruleset import RuleSet


class ReferralFacts(ReferralDetails):
    """What a person tells when they activate a referral and open an episode with it. Days are London days."""

    need_to_see_family: bool
    significant_activity: bool
    route: RecordingRoute
    service: Service = Service.WARD
    long_term: bool = False
    opened_on: date

    def checked(self, today: date, rules: RuleSet) -> Self:
        """Itself, or a refusal.

        `two_limbs` (I5), `own_borough` (I4), `authority_unknown`, `future_date` (I6), `received_late` (I7),
        `source_unknown`, `out_of_range`, `need_unknown`, `role_too_long`, `route_withdrawn` (R14).
        """
        two_limbs(need_to_see_family=self.need_to_see_family, significant_activity=self.significant_activity)
        authority_elsewhere(self.home_authority, rules.own_authority)
        for field in ("received_on", "activated_on", "opened_on", "home_authority_consulted_on", "previous_referral_on"):
            happened(field, getattr(self, field), today)
        self.within_bounds()
        if self.received_at is not None and london_day(self.received_at) != self.received_on:
            raise Refusal("received_late", "The time of the referral is of another day than its date.", field="received_at")
        offered(self.route, today, rules)
        return self


def two_limbs(*, need_to_see_family: bool, significant_activity: bool) -> None:
    """Refuse a referral that lacks one of the two, or both: `two_limbs` (I5)."""
    for field, given in (("need_to_see_family", need_to_see_family), ("significant_activity", significant_activity)):
        if not given:
            raise Refusal(
                "two_limbs",
                "A referral is activated when there is a need to see the family and to carry out some significant activity "
                "(§2). If only one is so, log it as an inquiry. Nothing was saved.",
                field=field,
            )


def offered(route: RecordingRoute, today: date, rules: RuleSet) -> None:
    """Refuse one-off and short-term work after its last day: `route_withdrawn` (§4, "will not be available for much longer")."""
    if not is_offered(route, today, rules):
        raise Refusal(
            "route_withdrawn",
            f"One-off and short-term work ended on {say_date(rules.short_term_last_day or today)} (§4). "
            "Please choose assessment.",
            field="route",
        )


def is_offered(route: RecordingRoute, today: date, rules: RuleSet) -> bool:
    """Whether a route may be chosen today (R14)."""
    return route not in SHORT_ROUTES or rules.short_term_last_day is None or today <= rules.short_term_last_day


def may_be_activated(open_since: date | None, deceased_on: date | None, received_on: date) -> None:
    """Refused: `case_open` (I3: "a referral should not be recorded if there is a case already open"), `after_death` (I22)."""
    if open_since is not None:
        raise Refusal(
            "case_open", f"The case has been open since {say_date(open_since)}. Please log a contact; it is no new referral."
        )
    if deceased_on is not None and received_on > deceased_on:
        raise Refusal(
            "after_death", "A referral cannot come in after the child's death. Please check the date and the reference."
        )


def may_be_opened(case: Case, opened_on: date, today: date) -> None:
    """Refuse a second open episode (`case_open`, I1) and one that begins before the last ended (`episodes_overlap`, I2)."""
    current = case.open_on(today)
    if current is not None:
        raise Refusal("case_open", f"The case has been open since {say_date(current.opened_on)}. It needs no reopening.")
    last = case.latest
    if last is not None and last.closed_on is not None and opened_on < last.closed_on:
        raise Refusal(
            "episodes_overlap",
            f"The case was closed on {say_date(last.closed_on)}; it cannot have been opened again before.",
            field="opened_on",
        )


def authority_elsewhere(code: str, own: str) -> None:
    """Refuse our own borough (`own_borough`, I4) and what is no authority (`authority_unknown`)."""
    if code == own:
        raise Refusal(
            "own_borough",
            "This is for children who live out of borough (§1); this authority is ours.",
            field="home_authority",
        )
    if code not in authorities.names():
        raise Refusal("authority_unknown", "Please choose an authority from the list.", field="home_authority")
