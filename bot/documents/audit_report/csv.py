"""The files behind an audit's report, for its auditor alone: each number of the report can be counted again from their rows.

A cell that begins as a formula would is quoted with an apostrophe, because the files are opened in spreadsheets.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date

from bot.domain.audits import sampling
from bot.domain.audits.audit import AuditSection, Judgements
from bot.domain.cases.referral import group_of
from bot.services.audits.report import ReportFigures, Sampled
from storage.reports.referrals import Referred

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def files(found: ReportFigures) -> dict[str, bytes]:
    """Name → file: the forms case by case, the referrals and inquiries that were counted, the weeks of the mean, the frame."""
    made = {"cases": _cases(found), "rows": _rows(found), "weeks": _weeks(found), "frame": _frame(found)}
    return {name: _written(rows) for name, rows in made.items()}


def _cases(found: ReportFigures) -> list[dict[str, object]]:
    return [_case(each, found) for each in found.sample]


def _case(each: Sampled, found: ReportFigures) -> dict[str, object]:
    item, facts = each.item, each.facts
    row: dict[str, object] = {
        "number": item.number,
        "referral": item.referral if facts is not None else "",
        "case": item.case_ref if facts is not None else "",
        "complete": item.completed_at is not None,
        "conflict": item.conflict,
        **(_facts(facts) if facts is not None else dict.fromkeys(_FACTS, "")),
        "in_time": each.in_time,
        "assessments": " ".join(each.assessments),
        "visits": each.visits,
        "contacts": each.contacts,
        **{f"judged_{name}": getattr(item.judgements, name) for name in Judgements.model_fields},
        **{f"section_{section.value}": _looked(each, section) for section in AuditSection},
        "comment": item.comment if facts is not None else "",
        "reservations": item.reservations if facts is not None else "",
    }
    row["findings"] = " ".join(one.ref for one in found.findings if one.number == item.number)
    return row


def _looked(each: Sampled, section: AuditSection) -> str:
    if section in each.item.opened:
        return "opened"
    why = each.item.set_aside.get(section)
    return f"set aside: {why}" if why else ""


_FACTS = ("received_on", "status", "source", "group", "channel", "form", "age_band", "level", "urgent", "first_response", "route")


def _facts(facts: Referred) -> dict[str, object]:
    answered = facts.first_response_at
    values = (
        facts.received_on,
        facts.status,
        facts.source_code,
        group_of(facts.source_code),
        facts.channel,
        facts.form,
        sampling.band_of(facts.age_years),
        facts.threshold_level,
        facts.urgent,
        answered.isoformat(timespec="minutes") if answered else "",
        " ".join(facts.routes),
    )
    return dict(zip(_FACTS, values, strict=True))


def _rows(found: ReportFigures) -> list[dict[str, object]]:
    monday, sunday = sampling.week_named(found.exercise.week or "")
    periods = {"week": (monday, sunday), "month": found.month, "last_year": sampling.same_last_year(*_until(found))}
    frame, sampled = set(found.exercise.refs), {each.item.referral for each in found.sample if each.facts is not None}
    referrals: list[dict[str, object]] = [
        {
            "kind": "referral",
            "ref": each.ref if each.ref in sampled else "",
            **_in(periods, each.received_on),
            "frame": each.ref in frame and not each.restricted,
            **_facts(each),
            **({"received_on": "", "first_response": ""} if each.restricted else {}),
            "first_an_inquiry": each.from_inquiry is not None,
            "in_time": found.in_time.get(each.ref),
            "assessments": " ".join(found.made.get(each.ref, ())),
        }
        for each in found.rows
    ]
    inquiries: list[dict[str, object]] = [
        {
            "kind": "inquiry",
            "ref": "",
            **_in(periods, each.asked_on),
            "received_on": each.asked_on,
            "age_band": sampling.band_of(each.age_years) if each.age_years is not None else "",
            "level": each.threshold_level,
            "outcome": each.outcome,
        }
        for each in found.asked
    ]
    return [*referrals, *inquiries]


def _until(found: ReportFigures) -> tuple[date, date]:
    first, last = found.month
    return first, min(last, found.today)


def _in(periods: Mapping[str, tuple[date, date]], day: date) -> dict[str, bool]:
    return {name: first <= day <= last for name, (first, last) in periods.items()}


def _weeks(found: ReportFigures) -> list[dict[str, object]]:
    """The weeks before; of those the latest are in the mean, since the first whole one on file."""
    first = len(found.weekly) - found.exercise.weeks
    return [{"week": week, "referrals": number, "in_mean": place >= first} for place, (week, number) in enumerate(found.weekly)]


def _frame(found: ReportFigures) -> list[dict[str, object]]:
    """The frozen frame, of which hash and sample can be made again, and the place of each in the sample."""
    places = {each.item.referral: each.item.number for each in found.sample}
    return [{"ref": ref, "sampled": places.get(ref, "")} for ref in found.exercise.refs]


def _written(rows: Sequence[Mapping[str, object]]) -> bytes:
    """The rows as CSV in UTF-8, marked as such for spreadsheets; a row has every column of any."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    said = str(value)
    return f"'{said}" if said.startswith(_FORMULA) else said
