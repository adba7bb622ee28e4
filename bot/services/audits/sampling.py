"""The audit on new referrals (docs/domain.md §1.3, §3.4): a week's frame and its sample, which anybody can make again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.audits import sampling
from bot.domain.audits.sampling import Frame
from bot.domain.shared.errors import Refusal
from storage.db.engine import Tx
from storage.reports import counts, referrals


@dataclass(frozen=True)
class Sample:
    """The sample of a frame: the references drawn by the seed, in the order in which they were drawn."""

    frame: Frame
    seed: str
    size: int
    refs: tuple[str, ...]

    @property
    def is_census(self) -> bool:
        """Whether everything was taken (A6)."""
        return self.frame.is_census(self.size)


def frame_of(tx: Tx, monday: date) -> Frame:
    """All referrals that were received in the week of that Monday, and the mean of the 52 before (A3, A5).

    Those of restricted cases are not in it; what was taken back counts nowhere.
    """
    sunday = monday + sampling.TO_SUNDAY
    rows = referrals.received(tx, monday, sunday)
    by_day = referrals.by_day(tx, monday - timedelta(weeks=sampling.WEEKS_BEFORE), monday - timedelta(days=1))
    refs = (each.ref for each in rows if not each.restricted)
    found = sampling.frame(monday, refs, len(rows), by_day, counts.first_referral(tx))
    return replace(found, taken_back=sum(referrals.taken_back(tx, monday, sunday).values()))


def sample(tx: Tx, week: str, seed: str, size: int = sampling.SAMPLE) -> Sample:
    """Draw the sample of a week; logged, because it names referrals.

    Refused: `week_unreadable`, `week_not_over`, `seed_missing`, `sample_size`.
    """
    monday, sunday = sampling.week_named(week)
    if sunday >= tx.today:
        raise Refusal("week_not_over", "That week is not over yet. A sample is drawn of a week that has ended.")
    if not 1 <= size <= sampling.LARGEST_SAMPLE:
        raise Refusal("sample_size", f"Please take from one to {sampling.LARGEST_SAMPLE} cases, such as n=25.")
    seed = sampling.seed_given(seed)
    frame = frame_of(tx, monday)
    refs = frame.sample(seed, size)
    tx.log("audit.sampled", frame.week, refs=list(refs), frame=len(frame.refs), sha256=frame.sha256, seed=seed, size=size)
    return Sample(frame, seed, size, refs)
