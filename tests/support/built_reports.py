"""Every builder of reports and of the audit's sample (see `tests.support.built`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from slack_sdk.models.views import View

from bot.casework.auditing import Sample
from bot.papers.tables import Report, Table
from bot.rules import audit
from handlers.views import reports
from handlers.views.parts import Message

MODULES = (reports,)
MONDAY = date(2026, 12, 7)
REFS = [f"R-2026-{number:04d}" for number in range(301, 341)]


def of_reports() -> Iterator[tuple[Callable[..., Any], Message | View]]:
    frame = audit.frame(MONDAY, REFS, 42, {date(2026, 11, 30): 31}, date(2026, 11, 30))
    yield reports.sample, reports.sample(Sample(frame, "first-audit-2026-W50", 25, frame.sample("first-audit-2026-W50")))
    nothing = audit.frame(MONDAY, [], 0, {}, None)
    yield reports.sample, reports.sample(Sample(nothing, "seed", 25, ()))
    long = Table("Who referred, by code", ("What", "Referrals", "Share"), tuple((f"code {n}", "1", "2.5%") for n in range(40)))
    wide = Table(
        "Age", ("Age", "Referrals", "Inquiries", "Signposted"), (("1-4", "3", "0", "0"),), "A child of five is 5-9.", counts=3
    )
    of_december = Report("Referrals", "From Tue 1 Dec 2026 to Thu 31 Dec 2026", (long, wide))
    yield reports.report, reports.report(of_december, "draft")
    staff = Table("Open cases now", ("Who", "Cases"), (("U0DANA", "3"),), of_staff=True)
    nobody = Table("Open cases now", ("Who", "Cases"), (("Nobody holds an open case.", ""),))
    yield reports.report, reports.report(Report("Open cases", "Now", (staff, nobody)), "draft")
    yield reports.file_comes, reports.file_comes("Referrals")
