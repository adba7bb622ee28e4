"""The audit's frame and sample, and how figures are worded (docs/domain.md §6, "Reproducible sample" and "Report")."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audits import sampling
from bot.domain.reports import periods
from bot.domain.shared.errors import Refusal

MONDAY = date(2026, 12, 7)
REFS = [f"R-2026-{number:04d}" for number in range(301, 341)]
GUIDE = Path(__file__).parents[2] / "docs/guide/audit.md"
refs = st.lists(st.from_regex(r"R-20[0-9]{2}-[0-9]{4}", fullmatch=True), unique=True, max_size=60)


def of(names: list[str]) -> sampling.Frame:
    return sampling.frame(MONDAY, names, len(names), {}, None)


def test_a3_the_sample_of_the_example_is_the_one_that_is_printed_there() -> None:
    frame = of(REFS)
    drawn = frame.sample("first-audit-2026-W50")
    assert frame.sha256.startswith("1e9b4886")
    assert drawn[:5] == ("R-2026-0319", "R-2026-0311", "R-2026-0327", "R-2026-0308", "R-2026-0326")
    assert (len(drawn), drawn[24]) == (25, "R-2026-0317")


def test_a3_the_five_lines_of_the_guide_draw_the_same_sample() -> None:
    script = re.search(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert script
    said = subprocess.run(
        [sys.executable, "-c", script[1]], input="\n".join(reversed(REFS)), capture_output=True, text=True, check=True
    ).stdout.split()
    assert said[:2] == ["frame", of(REFS).sha256]
    assert tuple(said[2:]) == of(REFS).sample("first-audit-2026-W50")


@given(refs, st.text(min_size=1, max_size=20), st.integers(1, 40))
def test_a3_a_sample_is_part_of_its_frame_and_does_not_depend_on_the_order_of_references(
    names: list[str], seed: str, size: int
) -> None:
    frame, other = of(names), of(names[::-1])
    assert frame.sha256 == other.sha256
    assert frame.sample(seed, size) == other.sample(seed, size)
    assert set(frame.sample(seed, size)) <= set(names)
    assert len(frame.sample(seed, size)) == min(size, len(names))


@given(refs, st.from_regex(r"R-2026-[0-9]{4}", fullmatch=True))
def test_a3_a_referral_that_comes_later_moves_no_other_out_of_order(names: list[str], late: str) -> None:
    before = of(names).sample("seed", 100)
    after = of(sorted({*names, late})).sample("seed", 100)
    assert [each for each in after if each in set(names)] == list(before)


def test_a5_the_week_is_told_against_the_mean_of_the_52_before() -> None:
    days = {MONDAY - timedelta(weeks=week): 31 for week in range(1, 53)} | {MONDAY - timedelta(days=1): 10}
    frame = sampling.frame(MONDAY, REFS, 40, days, MONDAY - timedelta(weeks=80))
    assert frame.mean == pytest.approx(31 + 10 / 52)
    assert frame.weeks == 52
    assert frame.against_mean == "+28.2%, higher than average"


def test_a5_with_fewer_weeks_on_file_it_says_how_many_and_with_none_that_there_is_none() -> None:
    since = MONDAY - timedelta(weeks=4, days=-2)
    frame = sampling.frame(MONDAY, REFS[:6], 6, {since: 50, MONDAY - timedelta(weeks=3): 12}, since)
    assert (frame.mean, frame.weeks) == (4.0, 3), "the week of the first referral may have been on file in part"
    assert frame.against_mean == "+50.0%, higher than average"
    days = {MONDAY - timedelta(weeks=3): 12}
    assert of(REFS).against_mean.startswith("n/a")
    assert sampling.frame(MONDAY, REFS[:4], 4, days, since).against_mean == "+0.0%, just the average"
    assert sampling.frame(MONDAY, [], 0, days, since).against_mean == "\u2212100.0%, lower than average"
    assert sampling.frame(MONDAY, REFS, 40, {}, since).against_mean == "n/a"


def test_a5_restricted_cases_count_in_the_week_as_in_the_mean_and_stand_in_no_frame() -> None:
    days = {MONDAY - timedelta(weeks=week): 10 for week in range(1, 53)}
    frame = sampling.frame(MONDAY, REFS[:5], 10, days, MONDAY - timedelta(weeks=60))
    assert (frame.against_mean, frame.restricted) == ("+0.0%, just the average", 5)


def test_a6_of_a_frame_of_eighteen_all_are_taken_and_it_is_called_a_census() -> None:
    small = of(REFS[:18])
    assert len(small.sample("seed")) == 18
    assert small.is_census()
    assert not of(REFS).is_census()


@pytest.mark.parametrize(
    ("age", "band"), [(None, "unborn"), (0, "under 1"), (4, "1-4"), (5, "5-9"), (15, "10-15"), (17, "16-17")]
)
def test_a10_a_child_of_five_is_in_the_band_from_five_to_nine(age: int | None, band: str) -> None:
    assert sampling.band_of(age) == band


def test_a10_somebody_of_eighteen_is_in_no_band_of_children() -> None:
    assert sampling.band_of(18) == "18 and over"


@pytest.mark.parametrize(("this", "last", "told"), [(42, 60, "\u221230.0%"), (40, 31.2, "+28.2%"), (5, 0, "n/a"), (0, 0, "n/a")])
def test_a15_a_change_has_one_decimal_and_against_nothing_there_is_none(this: int, last: float, told: str) -> None:
    assert sampling.change(this, last) == told


def test_a15_a_leap_day_is_compared_with_the_28th() -> None:
    assert sampling.same_last_year(date(2028, 2, 29), date(2028, 2, 29)) == (date(2027, 2, 28), date(2027, 2, 28))


def test_values_are_spread_over_every_row_and_a_share_of_nothing_is_none() -> None:
    assert sampling.spread(["a", "a", "c"], ("a", "b")) == {"a": 2, "b": 0, "c": 1}
    assert (sampling.share(1, 3), sampling.share(1, 0)) == ("33.3%", "n/a")


@pytest.mark.parametrize("words", ["2026-W50", " 2026-w50 ", "2026W50"])
def test_a3_a_week_runs_from_monday_to_sunday(words: str) -> None:
    assert sampling.week_named(words) == (MONDAY, date(2026, 12, 13))


@pytest.mark.parametrize("words", ["", "W50", "2026-W54", "2026-W00", "December", "2026-W5o", "0001-W01", "9999-W52"])
def test_a_week_that_is_none_is_refused(words: str) -> None:
    with pytest.raises(Refusal) as refused:
        sampling.week_named(words)
    assert refused.value.code == "week_unreadable"


@pytest.mark.parametrize("words", ["", "  ", "x" * 81, "two words", "a`b", "<!channel>"])
def test_a_sample_needs_a_seed(words: str) -> None:
    with pytest.raises(Refusal) as refused:
        sampling.seed_given(words)
    assert refused.value.code == "seed_missing"


@pytest.mark.parametrize("words", ["943 476 5919", "9434765919", "943-476-5919", "SW10-9NH", "07700900123", "dob-01.02.2015"])
def test_a_seed_that_is_an_identifier_is_refused_because_it_is_printed_and_logged(words: str) -> None:
    with pytest.raises(Refusal) as refused:
        sampling.seed_given(words)
    assert refused.value.code == "identifier"


def test_a15_a_whole_february_is_compared_with_a_whole_one() -> None:
    assert sampling.same_last_year(date(2029, 2, 1), date(2029, 2, 28)) == (date(2028, 2, 1), date(2028, 2, 29))
    assert sampling.same_last_year(date(2026, 12, 1), date(2026, 12, 14)) == (date(2025, 12, 1), date(2025, 12, 14))


def test_a3_a_week_is_said_with_its_days_and_one_that_does_not_exist_is_said_to_be_none() -> None:
    assert sampling.week_said(MONDAY) == "2026-W50 (Mon 7 Dec to Sun 13 Dec 2026)"
    assert sampling.week_within(["n=3", "2026-W50", "seed"]) == "2026-W50"
    assert sampling.week_within(["December"]) is None
    with pytest.raises(Refusal) as refused:
        sampling.week_named("2025-W53")
    assert refused.value.sentence.startswith("2025 has no week 53.")


TODAY = date(2026, 12, 16)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("", date(2026, 12, 1), date(2026, 12, 31)),
        ("this month", date(2026, 12, 1), date(2026, 12, 31)),
        ("week", date(2026, 12, 14), date(2026, 12, 20)),
        ("year", date(2026, 1, 1), date(2026, 12, 31)),
        ("Feb 2028", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2026-W50", MONDAY, date(2026, 12, 13)),
        ("1 Nov to 30 Nov 2026", date(2026, 11, 1), date(2026, 11, 30)),
        ("1/11/2026 - 2/11/2026", date(2026, 11, 1), date(2026, 11, 2)),
    ],
)
def test_a_period_is_read_as_people_write_it(words: str, first: date, last: date) -> None:
    assert periods.named(words, TODAY) == (first, last)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("whenever", "period_unreadable"),
        ("2026-13", "period_unreadable"),
        ("0001-02", "period_unreadable"),
        ("December 9999", "period_unreadable"),
        ("5 Dec 2026 to 1 Dec 2026", "period_reversed"),
    ],
)
def test_a_period_that_is_none_is_refused(words: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        periods.named(words, TODAY)
    assert refused.value.code == code
