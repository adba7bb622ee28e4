"""Every builder of reports and of the audit's sample (see `tests.support.built`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from slack_sdk.models.views import View

from bot.documents.layout.tables import Report, Table
from bot.domain.audits import sampling
from bot.services.audits.sampling import Sample
from handlers.reports import views
from handlers.ui.blocks import Message

MODULES = (views,)
MONDAY = date(2026, 12, 7)
REFS = [f"R-2026-{number:04d}" for number in range(301, 341)]


def of_reports() -> Iterator[tuple[Callable[..., Any], Message | View]]:
    frame = sampling.frame(MONDAY, REFS, 42, {date(2026, 11, 30): 31}, date(2026, 11, 30))
    yield views.sample, views.sample(Sample(frame, "first-audit-2026-W50", 25, frame.sample("first-audit-2026-W50")))
    nothing = sampling.frame(MONDAY, [], 0, {}, None)
    yield views.sample, views.sample(Sample(nothing, "seed", 25, ()))
    long = Table("Who referred, by code", ("What", "Referrals", "Share"), tuple((f"code {n}", "1", "2.5%") for n in range(40)))
    wide = Table(
        "Age", ("Age", "Referrals", "Inquiries", "Signposted"), (("1-4", "3", "0", "0"),), "A child of five is 5-9.", counts=3
    )
    of_december = Report("Referrals", "From Tue 1 Dec 2026 to Thu 31 Dec 2026", (long, wide))
    yield views.report, views.report(of_december, "draft")
    staff = Table("Open cases now", ("Who", "Cases"), (("U0DANA", "3"),), of_staff=True)
    nobody = Table("Open cases now", ("Who", "Cases"), (("Nobody holds an open case.", ""),))
    yield views.report, views.report(Report("Open cases", "Now", (staff, nobody)), "draft")
    yield views.file_comes, views.file_comes("Referrals")
