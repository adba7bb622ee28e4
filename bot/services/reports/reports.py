"""Reports over a period (docs/domain.md §1.2 G2, G37, G38): referrals, re-referrals, consistency of recording, workload."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from bot.domain.audits.sampling import share
from bot.domain.cases.referral import OTHER_SOURCES, group_of
from bot.domain.reading.days import read_day
from bot.domain.shared.errors import Refusal
from storage.cases import caseload
from storage.db.engine import Tx
from storage.reports import counts

REPORTS = ("referrals", "rereferrals", "consistency", "workload")


def report(tx: Tx, name: str, first: str | date | None, last: str | date | None) -> dict[str, Any]:
    """One report, from the first to the last day, both counted; to today when no end is given. Refused: `report_unknown`."""
    if name not in REPORTS:
        raise Refusal("report_unknown", f"There are these reports: {', '.join(REPORTS)}.")
    until = _day(last, tx.today)
    since = _day(first, counts.first_referral(tx) or until)
    head: dict[str, Any] = {"report": name, "from": since.isoformat(), "to": until.isoformat()}
    if name == "workload":
        return head | {"open": caseload.numbers(tx)}
    if name == "consistency":
        kept = counts.kept_to(tx, since, until)
        rules = {rule: {"met": met, "asked": asked, "rate": share(met, asked)} for rule, (met, asked) in kept.items()}
        return head | {"rules": rules}
    counted = counts.referrals(tx, since, until)
    again = sum(each.re_referral for each in counted)
    covered = counts.first_referral(tx)
    head |= {"referrals": len(counted), "re_referrals": again, "rate": share(again, len(counted))}
    head |= {"coverage_start": covered.isoformat() if covered else None}
    if name == "rereferrals":
        return head
    return head | {
        "by_group": dict(sorted(Counter(group_of(each.source_code) for each in counted).items())),
        "by_channel_and_form": dict(sorted(Counter(f"{each.channel}, {each.form}" for each in counted).items())),
        "other_sources": sum(each.source_code in OTHER_SOURCES for each in counted),
    }


def _day(value: str | date | None, default: date) -> date:
    if value is None:
        return default
    return value if isinstance(value, date) else read_day(value, default)
