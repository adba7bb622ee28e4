from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cases import referral
from bot.domain.cases.activation import ReferralFacts, may_be_activated
from bot.domain.cases.codes import Channel, RecordingRoute, ReferralForm
from bot.domain.shared.errors import Refusal
from bot.domain.shared.ruleset import RuleSet

TODAY = date(2026, 12, 7)
OWN = RuleSet().own_authority
WHOLE = ReferralFacts(
    received_on=TODAY,
    activated_on=TODAY,
    channel=Channel.WARD_STAFF,
    form=ReferralForm.VERBAL,
    source_code="3F",
    home_authority="E09000009",
    need_to_see_family=True,
    significant_activity=True,
    threshold_level=3,
    age_years=7,
    route=RecordingRoute.SHORT_TERM,
    opened_on=TODAY,
)


def refused(**change: Any) -> tuple[str, str | None]:
    with pytest.raises(Refusal) as refusal:
        WHOLE.model_copy(update=change).checked(TODAY, RuleSet())
    return refusal.value.code, refusal.value.field


def test_g6_i5_both_limbs_are_needed_and_the_missing_one_is_marked() -> None:
    assert WHOLE.checked(TODAY, RuleSet()) == WHOLE
    assert refused(need_to_see_family=False) == ("two_limbs", "need_to_see_family")
    assert refused(significant_activity=False) == ("two_limbs", "significant_activity")


def test_g1_i4_a_child_of_our_own_borough_is_not_out_of_borough() -> None:
    assert refused(home_authority=OWN) == ("own_borough", "home_authority")
    for elsewhere in ("unknown", "no_fixed_abode", "outside_england"):
        assert WHOLE.model_copy(update={"home_authority": elsewhere}).checked(TODAY, RuleSet()).home_authority == elsewhere


def test_i6_i7_a_referral_is_received_before_it_is_activated_and_neither_tomorrow() -> None:
    tomorrow, yesterday = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
    assert refused(received_on=tomorrow, activated_on=tomorrow) == ("future_date", "received_on")
    assert refused(activated_on=tomorrow) == ("future_date", "activated_on")
    assert refused(activated_on=yesterday) == ("received_late", "received_on")
    assert WHOLE.model_copy(update={"received_on": yesterday}).checked(TODAY, RuleSet()).received_on == yesterday
    assert refused(source_code="11") == ("source_unknown", "source_code")


def test_g8_g9_the_form_follows_the_channel_until_somebody_changes_it() -> None:
    assert referral.USUAL_FORM == {Channel.WARD_STAFF: ReferralForm.VERBAL, Channel.CCDS: ReferralForm.WRITTEN}
    assert referral.USUAL_SOURCE == {Channel.WARD_STAFF: "3F", Channel.CCDS: "3F"}


@pytest.mark.parametrize(
    ("open_since", "deceased_on", "code"),
    [(TODAY, None, "case_open"), (None, TODAY - timedelta(days=1), "after_death"), (None, TODAY, None), (None, None, None)],
)
def test_i3_i22_no_referral_while_the_case_is_open_or_after_death(
    open_since: date | None, deceased_on: date | None, code: str | None
) -> None:
    if code is None:
        may_be_activated(open_since, deceased_on, TODAY)
        return
    with pytest.raises(Refusal, match=code):
        may_be_activated(open_since, deceased_on, TODAY)


@pytest.mark.parametrize(
    ("received", "counts"),
    [
        (date(2026, 3, 31), False),
        (date(2026, 4, 1), True),
        (date(2027, 3, 31), True),
        (date(2027, 4, 1), False),
    ],
)
def test_a_re_referral_comes_after_the_last_one_and_within_twelve_months_of_it(received: date, counts: bool) -> None:
    assert referral.is_re_referral(received, [date(2026, 3, 31)]) is counts
    assert referral.would_count_until(date(2026, 3, 31)) == date(2027, 3, 31)


def test_in_a_chain_every_referral_after_the_first_is_a_re_referral() -> None:
    days = [date(2025, 1, 10), date(2025, 11, 1), date(2026, 10, 30)]
    assert [referral.is_re_referral(day, days) for day in days] == [False, True, True]
    assert not referral.is_re_referral(date(2026, 1, 1), [])


@given(st.dates(date(2016, 1, 1), date(2030, 1, 1)), st.lists(st.dates(date(2016, 1, 1), date(2030, 1, 1)), max_size=5))
def test_more_earlier_referrals_never_make_it_less_of_a_re_referral(received: date, earlier: list[date]) -> None:
    if referral.is_re_referral(received, earlier[:-1]):
        assert referral.is_re_referral(received, earlier)


def test_a12_every_source_has_one_group() -> None:
    assert referral.group_of("3F") == "Health"
    assert referral.group_of("6") == "Police"
    assert referral.group_of("1B") == "Individuals"
    assert {referral.group_of(code) for code in referral.SOURCES} == {
        "Health",
        "Police",
        "Schools and education",
        "Local authority",
        "Individuals",
        "Other",
        "Anonymous or unknown",
    }
    assert set(referral.SOURCES) >= referral.OTHER_SOURCES | referral.NEEDS_NO_FEEDBACK
