"""Writing cases as CSV: the columns that can be read in again, and beside them our reference and where a case stands."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

from bot.csv_exchange.columns import COLUMNS
from bot.domain.cases.case import Case
from bot.domain.cases.codes import SharingStatus
from bot.domain.cases.episode import Episode
from bot.domain.shared.calendar import london_day
from bot.domain.shared.code import Code
from bot.services.guards import rules_now
from storage.cases import cases, lookups
from storage.db.engine import Tx

_BESIDE = ("ref", "state", "episodes", "manager")


def export(tx: Tx, done: Callable[[int, int], None] = lambda _number, _of: None) -> bytes:
    """Every case as it stands, the latest opening of each, as UTF-8 CSV; that it was exported is logged."""
    refs, kinds = lookups.every_ref(tx), rules_now(tx).core_kinds
    body = io.StringIO()
    table = csv.DictWriter(body, [*_BESIDE, *(column.name for column in COLUMNS)], lineterminator="\r\n")
    table.writeheader()
    for place, ref in enumerate(refs, start=1):
        case = cases.get(tx, ref)
        if case is not None and case.latest is not None:
            table.writerow({name: _cell(value) for name, value in _row(case, case.latest, tx.today, kinds).items()})
        done(place, len(refs))
    tx.log("cases.exported", "*", cases=len(refs))
    return body.getvalue().encode()


def _row(case: Case, episode: Episode, today: date, kinds: tuple[str, ...]) -> dict[str, Any]:
    referral = case.referral_of(episode.number)
    kept = referral.model_dump() if referral else {}
    core = next((each for each in reversed(episode.assessments) if each.completed_on and each.kind in kinds), None)
    settled = [each for each in case.sharings if core is not None and each.of == core.number]
    shared = {each.whom: each.on for each in settled if each.status is SharingStatus.SHARED}
    made = [each.completed_on for each in case.chronologies if each.episode == episode.number]
    return {
        "ref": case.ref,
        "state": episode.state(today).value,
        "episodes": len(case.living_episodes),
        "manager": episode.manager_id,
        "ics_ref": case.ics_ref,
        "home_authority": case.home,
        "received_on": kept.get("received_on", episode.opened_on),
        "worker": episode.worker_id,
        "opened_on": episode.opened_on,
        "route": episode.route,
        "service": episode.service,
        **{name: kept.get(name) for name in ("channel", "form", "source_code", "threshold_level", "urgent")},
        "age_years": "unborn" if referral and referral.age_years is None else kept.get("age_years"),
        "first_response_on": london_day(referral.first_response_at) if referral and referral.first_response_at else None,
        "long_term": episode.long_term,
        "restricted": case.restricted,
        "last_activity_on": max((each.occurred_on for each in episode.activities), default=None),
        "core_completed_on": core.completed_on if core else None,
        "last_review_on": max(episode.reviews_held, default=None),
        "shared_with_parents_on": shared.get("parents"),
        "shared_with_child_on": shared.get("child"),
        "chronology_on": max(made, default=None),
        "next_expected_contact": episode.next_expected_contact,
        "closed_on": episode.closed_on,
        "rc_code": episode.rc_code,
    }


def _cell(value: object) -> str:
    """As spreadsheets and `oob import` read it: ISO days, yes and no, codes."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Code):
        return value.value
    return value.isoformat() if isinstance(value, date) else str(value)
