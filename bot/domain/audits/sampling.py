"""The audit on new referrals (the second paper; docs/domain.md §1.3, §3.4): frame, sample, and how numbers are told. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.shared import privacy
from bot.domain.shared.calendar import add_months, say_date, week_of
from bot.domain.shared.errors import Refusal

SAMPLE = 25
"""How many cases are audited unless said otherwise (A6)."""
LARGEST_SAMPLE = 500
WEEKS_BEFORE = 52
"""How many weeks the week is compared with (A5)."""
TO_SUNDAY = timedelta(days=6)
"""From a Monday to the end of its week."""
LONGEST_SEED = 80
YEARS = range(2000, 2100)
"""The years of which something can be asked."""
_SEED = re.compile(rf"[A-Za-z0-9._:-]{{1,{LONGEST_SEED}}}")
_MINUS = "\u2212"
_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})", re.IGNORECASE)
_BANDS = ((0, "under 1"), (4, "1-4"), (9, "5-9"), (15, "10-15"), (17, "16-17"))
BANDS = ("unborn", *(name for _, name in _BANDS), "18 and over")
"""Age bands at referral (docs/domain.md §2.7). The committee's "0-5" is under five: a child of five is in 5-9 (§1.4, 8)."""


@dataclass(frozen=True)
class Frame:
    """All referrals received in a week, Monday to Sunday in London, and what the weeks before had (A3, A5).

    `received` is how many referrals that count came in that week, also of restricted cases, which `refs` leaves out; `mean` the
    same of the `weeks` of the 52 before that began after the first referral on file (`since`), None for none. What was taken
    back (`taken_back`) counts nowhere.
    """

    week: str
    refs: tuple[str, ...]
    received: int
    mean: float | None
    weeks: int
    since: date | None
    taken_back: int = 0

    @property
    def restricted(self) -> int:
        """How many that count are not in the frame, because their case is restricted."""
        return self.received - len(self.refs)

    @property
    def sha256(self) -> str:
        """What anybody can make again of the same references: SHA-256 of them in order, joined by newlines."""
        return hashlib.sha256("\n".join(sorted(self.refs)).encode()).hexdigest()

    @property
    def against_mean(self) -> str:
        """The week against the mean: "+28.2%, higher than average"."""
        if self.mean is None:
            return "n/a, because there is no week before it on file"
        told = change(self.received, self.mean)
        if told == "n/a":
            return told
        word = "higher than" if self.received > self.mean else "lower than" if self.received < self.mean else "just the"
        return f"{told}, {word} average"

    @property
    def mean_said(self) -> str:
        """The mean, and of how many weeks it is."""
        if self.mean is None:
            return "n/a"
        return f"{self.mean:.1f}, of the {'week' if self.weeks == 1 else f'{self.weeks} weeks'} before it"

    def sample(self, seed: str, size: int = SAMPLE) -> tuple[str, ...]:
        """The sample of a seed: the first of the references in the order of SHA-256 of `seed|ref`; all of a smaller frame."""
        return tuple(sorted(self.refs, key=lambda ref: hashlib.sha256(f"{seed}|{ref}".encode()).hexdigest())[:size])

    def is_census(self, size: int = SAMPLE) -> bool:
        """Whether a sample of that size is everything (A6)."""
        return len(self.refs) <= size


def week_named(words: str) -> tuple[date, date]:
    """Monday and Sunday of a week as people write it: 2026-W50. Refused: `week_unreadable`."""
    found = _WEEK.fullmatch(words.strip())
    monday = _monday(words.strip())
    if monday is None and found is not None and int(found[1]) in YEARS:
        raise Refusal(
            "week_unreadable", f"{found[1]} has no week {int(found[2])}. Weeks are counted from the one with 4 January."
        )
    if monday is None:
        raise Refusal("week_unreadable", "Please write the week as 2026-W50: the year, and the number of the week.")
    return monday, monday + TO_SUNDAY


def week_within(words: Iterable[str]) -> str | None:
    """The first word that has the form of a week."""
    return next((word for word in words if _WEEK.fullmatch(word)), None)


def week_said(monday: date) -> str:
    """A week with its days: "2026-W50 (Mon 7 Dec to Sun 13 Dec 2026)"."""
    first, last = say_date(monday), say_date(monday + TO_SUNDAY)
    return f"{week_of(monday)} ({first.removesuffix(f' {monday.year}')} to {last})"


def _monday(words: str) -> date | None:
    found = _WEEK.fullmatch(words)
    if found is None or int(found[1]) not in YEARS:
        return None
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None


def frame(monday: date, refs: Iterable[str], received: int, by_day: Mapping[date, int], since: date | None) -> Frame:
    """The frame of a week. `by_day`: how many referrals each day of the year before had; `since`: the first on file.

    The week in which the first one came in may have been on file in part only, so it is left out of the mean.
    """
    weeks = [monday - timedelta(weeks=n) for n in range(1, WEEKS_BEFORE + 1)]
    covered = [each for each in weeks if since is not None and each >= since]
    total = sum(by_day.get(each + timedelta(days=day), 0) for each in covered for day in range(7))
    mean = total / len(covered) if covered else None
    return Frame(week_of(monday), tuple(sorted(refs)), received, mean, len(covered), since)


def band_of(age_years: int | None) -> str:
    """The band of an age at referral; None is unborn."""
    if age_years is None:
        return BANDS[0]
    return next((name for last, name in _BANDS if age_years <= last), BANDS[-1])


def change(this: float, last: float) -> str:
    """The change against an earlier number in per cent, one decimal, with its sign; n/a against nothing (A15)."""
    if not last:
        return "n/a"
    percent = round(100 * (this - last) / last, 1)
    return f"{_MINUS if percent < 0 else '+'}{abs(percent):.1f}%"


def share(part: int, whole: int) -> str:
    """A share in per cent with one decimal; of nothing there is none."""
    return f"{100 * part / whole:.1f}%" if whole else "n/a"


def seed_given(words: str) -> str:
    """The seed as it is printed, used and logged: one word, because nobody's words enter the log.

    Refused: `seed_missing`, `identifier`.
    """
    privacy.guard(words.replace("-", " ").replace(".", " "))
    privacy.guard(words)
    if not _SEED.fullmatch(words):
        raise Refusal(
            "seed_missing",
            f"Please give a seed of up to {LONGEST_SEED} letters, digits, points and hyphens without a space, "
            "such as first-audit-2026-W50.",
        )
    return words


def same_last_year(first: date, last: date) -> tuple[date, date]:
    """The same days of the year before: of a month that is whole the whole month, and the 29th of February is the 28th."""
    after = last + timedelta(days=1)
    if first.day == after.day == 1:
        return add_months(first, -12), add_months(after, -12) - timedelta(days=1)
    return add_months(first, -12), add_months(last, -12)


def spread(values: Iterable[str], order: Sequence[str]) -> dict[str, int]:
    """How often each of `order` stands among `values`, also those that do not."""
    found = dict.fromkeys(order, 0)
    for value in values:
        found[value] = found.get(value, 0) + 1
    return found
