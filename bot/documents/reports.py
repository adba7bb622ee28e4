"""Reports as tables, to be shown in Slack, at the terminal or in a document (docs/domain.md §3.4; G2, G37, G38, A4, A10 to A20).

References and counts only: nothing that anybody typed, and of staff only how many open cases each holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.documents.layout.tables import Chart, Report, Table, bars
from bot.domain.audits.sampling import change, share
from bot.domain.cases.codes import AssessmentKind, Channel, RecordingRoute, ReferralForm, ReferralStatus
from bot.domain.cases.referral import SOURCES
from bot.domain.obligations.guidelines import SENTENCES
from bot.domain.shared.calendar import say_date
from bot.services.reports import figures, reports
from bot.services.reports.figures import Figures, Urgent
from storage.db.engine import Tx

NAMES = {
    "referrals": "Referrals",
    "rereferrals": "Re-referrals",
    "consistency": "Consistency of recording",
    "workload": "Open cases",
}


def read(tx: Tx, name: str, first: date, last: date) -> Report:
    """The report of that name, from the first to the last day; that it was read is logged."""
    tx.log("report.read", name, since=first.isoformat(), until=last.isoformat())
    to_date = f" (to date: {say_date(tx.today)})" if last >= tx.today else ""
    period = f"From {say_date(first)} to {say_date(last)}{to_date}"
    return Report(NAMES[name], period, tuple(gathered(tx, name, first, last)))


def gathered(tx: Tx, name: str, first: date, last: date) -> list[Table]:
    """The tables of a report."""
    if name == "referrals":
        return list(referrals(figures.figures(tx, first, last)))
    told = reports.report(tx, name, first, min(last, tx.today))
    return list({"rereferrals": rereferrals, "consistency": consistency, "workload": workload}[name](told))


def referrals(found: Figures) -> Iterator[Table]:
    """Everything that the audit asks of the referrals of a period."""
    yield _context(found)
    groups = _of("Who referred", found.groups, found.referrals, "Groups of the children in need census (A12).")
    yield replace(groups, chart=bars(tuple(found.groups), referrals=tuple(found.groups.values())))
    codes = {f"{code} {SOURCES[code]}": number for code, number in found.sources.items() if number}
    yield _of("Who referred, by code", codes, found.referrals, "Codes without a referral are left out.")
    yield _other_sources(found)
    channels = {
        f"{Channel(channel).words}, {ReferralForm(form).words}": number for (channel, form), number in found.channels.items()
    }
    yield _of("How referrals came in", channels, found.referrals, "Verbal or written, by channel (§2).")
    yield Table(
        "Age and signposting",
        ("Age", "Referrals", "Inquiries", "Of these signposted"),
        tuple((band, *(f"{number:,}" for number in numbers)) for band, numbers in found.bands.items()),
        "A child of five is 5-9; what the committee called 0-5 is under five (A10). Inquiries of which an age was given.",
        counts=3,
        chart=_side_by_side(found.bands),
    )
    yield Table(
        "Level of need",
        ("Level", "Referrals", "Inquiries"),
        tuple((level, *(f"{number:,}" for number in numbers)) for level, numbers in found.levels.items()),
        "London Continuum of Need, 1 to 4, on inquiries beside referrals (A4, A19).",
        counts=2,
        chart=_side_by_side(found.levels),
    )
    yield _pathway(found)
    yield _urgent(found)
    ended = {status.words: found.taken_back.get(status.value, 0) for status in _ENDED}
    yield Table(
        "Taken back", ("What", "Referrals"), tuple((words, f"{n:,}") for words, n in ended.items()), "Counted nowhere else (A14)."
    )


def rereferrals(told: dict[str, Any]) -> Iterator[Table]:
    """The rate of re-referrals."""
    rows = (("Referrals", f"{told['referrals']:,}"), ("Re-referrals", f"{told['re_referrals']:,}"), ("Rate", told["rate"]))
    note = "Another referral at most twelve months before (§6)."
    shown = bars([row[0] for row in rows[:2]], number=(told["referrals"], told["re_referrals"]))
    since = ("Referrals on file since", told["coverage_start"] or "none")
    yield Table("Re-referrals", ("What", "Number"), (*rows, since), note, chart=shown)


def consistency(told: dict[str, Any]) -> Iterator[Table]:
    """How often each rule was kept, across the team."""
    rows = tuple(
        (f"{SENTENCES[rule].name} ({SENTENCES[rule].section})", f"{each['met']:,}", f"{each['asked']:,}", each["rate"])
        for rule, each in told["rules"].items()
    )
    shown = rows or (("Nothing was due.", "", "", ""),)
    both = {name: tuple(each[name] for each in told["rules"].values()) for name in ("met", "asked")}
    chart = bars([row[0] for row in rows], kept=both["met"], asked=both["asked"]) if rows else None
    yield Table("Kept in time", ("What", "Kept", "Asked", "Share"), shown, "Across the team (§1).", counts=2, chart=chart)


def workload(told: dict[str, Any]) -> Iterator[Table]:
    """Open cases by worker, as they are now."""
    rows = tuple((who, f"{number:,}") for who, number in told["open"].items())
    shown = rows or (("Nobody holds an open case.", ""),)
    yield Table("Open cases now", ("Who", "Cases"), shown, "By who holds them (§6).", of_staff=bool(rows))


def _side_by_side(counted: Mapping[str, tuple[int, ...]]) -> Chart:
    """Referrals beside inquiries, which are the first two counts of each row."""
    columns = [tuple(numbers[place] for numbers in counted.values()) for place in (0, 1)]
    return bars(tuple(counted), referrals=columns[0], inquiries=columns[1])


_ENDED = (ReferralStatus.RECLASSIFIED_CONTACT, ReferralStatus.VOID)


def _context(found: Figures) -> Table:
    """Numbers beside those of a year ago, which were not on file before `coverage_start`."""
    note = "Against the same days of last year (A15)."
    if not found.is_over:
        note = f"To date; {note[0].lower()}{note[1:]}"
    covered = say_date(found.coverage_start) if found.coverage_start else "nobody has recorded one yet"
    rows = (
        ("Referrals", f"{found.referrals:,}", f"{found.last_year:,}", change(found.referrals, found.last_year)),
        ("A working day", _rate(found.referrals, found.working_days), _rate(found.last_year, found.working_days_last_year), ""),
        ("Re-referrals", f"{found.re_referrals:,} ({share(found.re_referrals, found.referrals)})", "", ""),
        ("Inquiries, which are no referrals", f"{found.inquiries:,}", "", ""),
    )
    columns = ("What", "This period", "Last year", "Change")
    return Table("In all", columns, rows, f"{note} Referrals are on file since: {covered}.", counts=2)


def _other_sources(found: Figures) -> Table:
    now, before = found.other_sources
    rows = (
        ("This period", f"{now:,}", share(now, found.referrals)),
        ("Last year", f"{before:,}", share(before, found.last_year)),
    )
    note = "Neighbours, relatives, community organisations (1A-1D, 8): the committee's indicator (A13)."
    return Table("Other sources", ("When", "Referrals", "Share"), rows, note)


def _pathway(found: Figures) -> Table:
    rows = [("Inquiry", f"{found.inquiries:,}", ""), ("Referral", f"{found.referrals:,}", "")]
    rows += [("of these first an inquiry", f"{found.from_inquiries:,}", share(found.from_inquiries, found.referrals))]
    rows += [(f"route: {RecordingRoute(each).words}", f"{n:,}", share(n, found.referrals)) for each, n in found.routes.items()]
    rows += [(f"{AssessmentKind(each).words}, completed", f"{n:,}", "") for each, n in found.assessments.items()]
    rows += [("led to an assessment", f"{found.assessed:,}", share(found.assessed, found.referrals))]
    return Table(
        "Pathway and level of assessment",
        ("Step", "Number", "Of referrals"),
        tuple(rows),
        "How early children are seen (A18), and how much is assessed (A20).",
    )


def _urgent(found: Figures) -> Table:
    urgent = found.urgent
    rows = (
        ("Urgent", f"{urgent.cases:,}", ""),
        ("answered in time", f"{urgent.in_time:,}", share(urgent.in_time, urgent.cases)),
        ("missed", f"{urgent.missed:,}", _named(urgent)),
    )
    return Table("Urgent cases", ("What", "Cases", ""), rows, "By the end of the first working day after (A17).")


def _named(urgent: Urgent) -> str:
    hidden = urgent.missed - len(urgent.misses)
    return ", ".join([*urgent.misses, *([f"{hidden} of restricted cases"] if hidden else [])])


def _of(title: str, counted: dict[str, int], whole: int, note: str) -> Table:
    rows = tuple((label, f"{number:,}", share(number, whole)) for label, number in counted.items())
    return Table(title, ("What", "Referrals", "Share"), rows or (("none", "0", "n/a"),), note)


def _rate(number: int, days: int) -> str:
    return f"{number / days:.1f}" if days else "n/a"
