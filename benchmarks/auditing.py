"""P7: the audit's sample and report of a week among a million referrals (docs/guide/audit.md)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date

from benchmarks.verdicts import Verdict, at_most
from bot.documents import reports
from bot.documents.layout import docx, pdf
from bot.services.audits import sampling
from storage.db.engine import Tx
from tests.support.crowds import Crowd
from tests.support.one_audit import audited

ROUNDS = 5
WEEK, MONDAY, SUNDAY = "2025-W50", date(2025, 12, 8), date(2025, 12, 14)


def measure(kind: str, crowd: Crowd, referrals: int) -> Iterator[Verdict]:
    """The frame, the sample and all tables of the week, as they are asked for."""
    found = crowd.do(_size)
    seconds = [_seconds(crowd, _sample_and_report) for _ in range(ROUNDS)]
    told = f"audit sample and report of a week with {found:,} referrals, among {referrals:,}, {kind}"
    yield at_most("P7", told, seconds, 1, "s")
    whole = [_seconds(crowd, _committees_report) for _ in range(ROUNDS)]
    files = "an audit drawn, and the committee's report of it as PDF, .docx and CSV"
    yield at_most("P7", f"{files}, among {referrals:,}, {kind}", whole, 2, "s")


def _seconds(crowd: Crowd, fn: Callable[[Tx], None]) -> float:
    began = time.perf_counter()
    crowd.do(fn)
    return time.perf_counter() - began


def _committees_report(tx: Tx) -> None:
    told, files = audited(tx, WEEK)
    if not (pdf.as_pdf(told) and docx.as_docx(told) and all(files.values())):
        raise AssertionError("nothing was made")


def _sample_and_report(tx: Tx) -> None:
    drawn = sampling.sample(tx, WEEK, "benchmark")
    if len(drawn.refs) != 25 or not reports.gathered(tx, "referrals", MONDAY, SUNDAY):  # noqa: PLR2004 - the size of a sample
        raise AssertionError("nothing was drawn")


def _size(tx: Tx) -> int:
    return len(sampling.frame_of(tx, MONDAY).refs)
