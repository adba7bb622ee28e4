"""The report of an audit to the committee (docs/domain.md §3.4, 5; A3 to A20): numbers, small ones withheld, and no case.

Every table says from which rows it is counted: those of the files that the auditor has (`bot.documents.audit_report.csv`).
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.documents.audit_report import prose as words
from bot.documents.audit_report import sample
from bot.documents.audit_report.suppressed import columns
from bot.documents.layout.tables import Report, Table
from bot.domain.audits import sampling
from bot.domain.audits.audit import Judged
from bot.domain.audits.suppression import MANY, SMALL, WITHHELD, count, is_small, parts, share, told_change
from bot.domain.cases.codes import AssessmentKind, RecordingRoute
from bot.domain.shared.calendar import say_date
from bot.services.audits.report import ReportFigures
from bot.services.reports.figures import Figures

_BOTH_LARGEST = 2 * (SMALL - 1)
"""Other sources are parts of two groups: this number would say of two withheld ones that each is 4."""
_MONTH = "Counted from rows.csv, where month is yes, and last year's where last_year is"


def report(found: ReportFigures) -> Report:
    """The whole report; as a draft while a form is not complete."""
    draft = f"DRAFT: {count(found.unfinished)} of {count(len(found.sample))} forms are not complete. " if found.is_draft else ""
    audited = f"Audit of new referrals, week {found.exercise.week}"
    period = f"{draft}{audited}. For {found.exercise.commissioned_by}, {say_date(found.exercise.meeting_on)}."
    return Report(found.exercise.title, f"{period} Made on {say_date(found.today)}.", tuple(_tables(found)))


def _tables(found: ReportFigures) -> Iterator[Table]:
    yield words.in_short(found)
    yield words.method(found)
    yield _context(found)
    yield from _sources(found)
    yield _ages(found)
    yield sample.resources(found)
    yield _levels(found)
    yield from sample.thresholds(found)
    yield sample.reclassified(found)
    yield _pathway(found)
    yield sample.proportionate(found)
    yield _urgent(found)
    yield _drift(found)
    yield sample.told_and_decided(found)
    yield sample.grades(found)
    yield sample.looked_at(found)
    yield words.findings(found)
    yield words.limitations(found)
    yield words.glossary()


def _context(found: ReportFigures) -> Table:
    exercise, now = found.exercise, found.now
    total = (exercise.mean or 0) * exercise.weeks
    mean = WITHHELD if is_small(round(total)) else f"mean {exercise.frame.mean_said}" if exercise.mean is not None else "n/a"
    rates = (_rate(now.referrals, now.working_days), _rate(now.last_year, now.working_days_last_year))
    change = told_change(sampling.change(now.referrals, now.last_year), now.referrals, now.last_year)
    days = f"{now.working_days} and {now.working_days_last_year} working days"
    rows = (
        (
            "Referrals in the week",
            count(exercise.received),
            mean,
            told_change(exercise.frame.against_mean, exercise.received, total),
        ),
        (f"Referrals, {found.month_said}", count(now.referrals), count(now.last_year), change),
        (f"Referrals per working day ({days})", *rates, ""),
    )
    note = "The week against the mean of the weeks before it; the month against the same days of last year."
    counted = "Counted from rows.csv (week, month, last_year) and weeks.csv."
    return Table("Context", ("What", "Now", "Before", "Change"), rows, f"{note} {counted}", prose=words.context(found))


def _sources(found: ReportFigures) -> Iterator[Table]:
    now = found.now
    groups = list(now.groups)
    counted = [[now.groups[group] for group in groups], [now.groups_last_year[group] for group in groups]]
    note = f"Groups of the children in need census. {_MONTH}: group."
    title = f"Who referred, {found.month_said}"
    yield columns(title, "Source", groups, ("This year", "Last year"), counted, note, charted=(0, 1))
    rows = []
    for label, number, whole in zip(("This year", "Last year"), now.other_sources, (now.referrals, now.last_year), strict=True):
        shown, _ = parts([number, whole - number])
        shown = MANY if number == _BOTH_LARGEST else shown
        rows.append((label, shown, share(shown, number, whole)))
    note = "Relatives, neighbours, community organisations: what the committee looks for in the next year."
    counted_as = f"{_MONTH}: source is one of 1A to 1D and 8."
    yield Table(f"Other sources, {found.month_said}", ("When", "Referrals", "Share"), tuple(rows), f"{note} {counted_as}")


def _ages(found: ReportFigures) -> Table:
    bands = list(sampling.BANDS)
    counted = [[found.now.bands[band][place] for band in bands] for place in range(3)]
    counted.insert(1, [found.before.bands[band][0] for band in bands])
    note = "A child of five is in 5-9, so what the committee called 0-5 is under five here. Inquiries of which an age was given."
    names = ("Referrals", "Last year", "Inquiries", "Of these signposted")
    title = f"Age and signposting, {found.month_said}"
    return columns(title, "Age", bands, names, counted, f"{note} {_MONTH}: age_band, outcome.", charted=(0, 2))


def _levels(found: ReportFigures) -> Table:
    levels = list(found.now.levels)
    counted = [[found.now.levels[level][place] for level in levels] for place in (0, 1)]
    counted.insert(1, [found.before.levels[level][0] for level in levels])
    note = f"London Continuum of Need, 1 to 4, on inquiries beside referrals. {_MONTH}: kind, level."
    title = f"Level of need, {found.month_said}"
    return columns(title, "Level", levels, ("Referrals", "Last year", "Inquiries"), counted, note, charted=(0, 2))


def _pathway(found: ReportFigures) -> Table:
    told = [_steps(each) for each in (found.now, found.before)]
    rows = tuple((label, number, share_, before) for (label, number, share_), (_, before, _) in zip(*told, strict=True))
    note = "How early children are seen, and how much is assessed. A route says how work is recorded, not that it is done."
    counted = f"{_MONTH}: kind, first_an_inquiry, route (its first word), assessments."
    title = f"Pathway and level of assessment, {found.month_said}"
    return Table(title, ("Step", "Number", "Of referrals", "Last year"), rows, f"{note} {counted}")


def _steps(counted: Figures) -> list[tuple[str, str, str]]:
    """The steps of the pathway: each with its number and its share of referrals."""
    rows = [("Inquiries, which are no referrals", count(counted.inquiries), ""), ("Referrals", count(counted.referrals), "")]
    rows.append(_of(counted, "of these first an inquiry", counted.from_inquiries))
    shown = parts(list(counted.routes.values()))
    for (name, number), told in zip(counted.routes.items(), shown, strict=True):
        rows.append((f"recorded as {RecordingRoute(name).words}", told, share(told, number, counted.referrals)))
    rows.append(_of(counted, "an assessment was completed", counted.assessed))
    kinds = parts(list(counted.assessments.values()))
    for (kind, number), told in zip(counted.assessments.items(), kinds, strict=True):
        rows.append((f"completed: {AssessmentKind(kind).words}", told, share(told, number, counted.referrals)))
    return rows


def _of(now: Figures, label: str, number: int) -> tuple[str, str, str]:
    shown, _ = parts([number, now.referrals - number])
    return label, shown, share(shown, number, now.referrals)


def _urgent(found: ReportFigures) -> Table:
    urgent = found.now.urgent
    numbers = (urgent.in_time, urgent.missed, urgent.cases - urgent.in_time - urgent.missed)
    labels = ("addressed in good time", "missed", "not due yet")
    rows = [(f"Urgent, {found.month_said}", count(urgent.cases), "")]
    rows += [
        (label, shown, share(shown, number, urgent.cases))
        for label, shown, number in zip(labels, parts(numbers), numbers, strict=True)
    ]
    before = found.before.urgent
    rows.append(("Urgent, the same days of last year", count(before.cases), ""))
    recorded = sum(each.facts is not None and each.facts.urgent for each in found.sample)
    rows.append((f"Urgent, of the {count(len(found.sample))} sampled, as recorded", count(recorded), ""))
    judged = parts([sample.number_of(found, "urgent_met", each) for each in Judged])
    rows += [
        (f"in good time, in the auditor's judgement: {each.words}", shown, "") for each, shown in zip(Judged, judged, strict=True)
    ]
    note = "In good time: a first response by the end of the working day after the one on which it was received."
    counted = f"{_MONTH}: urgent, in_time. The sample: cases.csv, urgent and judged_urgent_met."
    return Table("Urgent cases", ("What", "Cases", "Share"), tuple(rows), f"{note} {counted}")


def _drift(found: ReportFigures) -> Table:
    judged = parts([sample.number_of(found, "drift", each) for each in Judged])
    rows = [(f"Open cases of the team that drifted on {say_date(found.today)}", f"{count(found.drifting)} cases")]
    rows += [
        (f"Of the {count(len(found.complete))} sampled, allowed to drift: {each.words}", shown)
        for each, shown in zip(Judged, judged, strict=True)
    ]
    note = "Drift: four weeks without activity while something is overdue, so a case of last week cannot drift yet."
    counted = "The team's number is that of the managers' digest, and in no file; the sample: cases.csv, judged_drift."
    return Table("Drift", ("What", "Cases"), tuple(rows), f"{note} {counted}")


def _rate(number: int, days: int) -> str:
    return told_change(f"{number / days:.1f}" if days else "n/a", number)
