"""The report of an audit to the committee (domain.md §3.4, 5; A3 to A20): numbers, small ones withheld, and no case.

Every table says from which rows it is counted: those of the files that the auditor has (`bot.papers.audit_csv`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from bot.casework.audit_report import Gathered
from bot.casework.figures import Figures
from bot.papers import committee_words as words
from bot.papers.tables import Chart, Report, Series, Table
from bot.rules import audit
from bot.rules.calendar import say_date
from bot.rules.codes import AssessmentKind, Code, ReferralStatus, Route
from bot.rules.exercise import Grade, Judged, Level, Section, ShouldBe, Threshold
from bot.rules.referral import group_of
from bot.rules.suppression import FEW, MANY, SMALL, WITHHELD, count, parts, share, told_change
from storage.audited import Referred

_SAMPLE = "Counted from the complete forms: cases.csv"
_BOTH_LARGEST = 2 * (SMALL - 1)
"""Other sources are parts of two groups: this number would say of two withheld ones that each is 4."""
_MONTH = "Counted from the rows of the month: rows.csv"


def report(found: Gathered) -> Report:
    """The whole report; as a draft while a form is not complete."""
    left = len(found.sample) - len(found.complete)
    draft = f"DRAFT: {left} of {len(found.sample)} forms are not complete. " if found.is_draft else ""
    audited = f"Audit of new referrals, week {found.exercise.week}"
    period = f"{draft}{audited}. For {found.exercise.commissioned_by}, {say_date(found.exercise.meeting_on)}"
    return Report(found.exercise.title, period, tuple(_tables(found)))


def _tables(found: Gathered) -> Iterator[Table]:
    yield words.method(found)
    yield _context(found)
    yield from _sources(found)
    yield from _ages(found)
    yield from _thresholds(found)
    yield _reclassified(found)
    yield from _pathway(found)
    yield _urgent(found)
    yield _drift(found)
    yield _judged("Told, and decided", found, _FEEDBACK, "Feedback to the referrer (§7), evidence of the closing decision (§6).")
    yield _one("Grades", "Grade", Grade, [item.judgements.grade for item in found.complete], _SAMPLE + ", column judged_grade.")
    yield _looked_at(found)
    yield words.findings(found)
    yield words.limitations(found)


def _context(found: Gathered) -> Table:
    exercise, now = found.exercise, found.now
    frame = audit.Frame("", (), exercise.received, exercise.mean, exercise.weeks, exercise.since)
    mean = f"{exercise.mean:.1f}, of {exercise.weeks} weeks" if exercise.mean is not None else "n/a"
    rates = (_rate(now.referrals, now.working_days), _rate(now.last_year, now.working_days_last_year))
    change = told_change(audit.change(now.referrals, now.last_year), now.referrals, now.last_year)
    rows = (
        ("Referrals in the week", count(exercise.received), mean, told_change(frame.against_mean, exercise.received)),
        (_month(found), count(now.referrals), count(now.last_year), change),
        ("A working day of the month", *rates, ""),
    )
    to_date = "" if now.is_over else f" The month is not over: to {say_date(found.today)}, against the same days of last year."
    note = f"The week against the mean of the weeks before it; the month against the same month of last year.{to_date}"
    return Table("Context", ("What", "Now", "Before", "Change"), rows, f"{note} rows.csv, weeks.csv.", prose=words.context(found))


def _sources(found: Gathered) -> Iterator[Table]:
    sampled = Counter(group_of(each.source_code) for each in _facts(found))
    groups = list(found.now.groups)
    columns = [
        [sampled[group] for group in groups],
        [found.now.groups[group] for group in groups],
        [found.now.groups_last_year[group] for group in groups],
    ]
    note = f"Groups of the children in need census. {_MONTH}, column group; the sample: cases.csv."
    yield _columns("Who referred", "Source", groups, ("Sample", "Month", "Last year"), columns, note, charted=(1, 2))
    rows = []
    wholes = (found.now.referrals, found.now.last_year)
    for label, number, whole in zip(("This year", "Last year"), found.now.other_sources, wholes, strict=True):
        shown, _ = parts([number, whole - number])
        shown = MANY if number == _BOTH_LARGEST else shown
        rows.append((label, shown, share(shown, number, whole)))
    note = "Relatives, neighbours, community organisations: what the committee looks for in the next year."
    yield Table("Other sources", ("When", "Referrals", "Share"), tuple(rows), f"{note} {_MONTH}, codes 1A to 1D and 8.")


def _ages(found: Gathered) -> Iterator[Table]:
    bands = list(audit.BANDS)
    columns = [[found.now.bands[band][place] for band in bands] for place in range(3)]
    note = "A child of five is 5-9; 0-5, as the committee called it, is under five. Inquiries of which an age was given."
    names = ("Referrals", "Inquiries", "Of these signposted")
    yield _columns("Age and signposting", "Age", bands, names, columns, f"{note} {_MONTH}.", charted=(0, 1))
    banded = {each.item.number: audit.band_of(each.facts.age_years) for each in found.sample if each.facts is not None}
    said = Counter((banded.get(item.number), item.judgements.signposting) for item in found.complete)
    columns = [[said[band, answer] for band in bands] for answer in Judged]
    note = f"Whether there was a resource to signpost the child to, in the auditor's judgement. {_SAMPLE}."
    yield _columns("Resources to signpost to", "Age", bands, ("There was", "No resource found", "Not applicable"), columns, note)


def _thresholds(found: Gathered) -> Iterator[Table]:
    names = list(found.now.levels)
    columns = [[found.now.levels[name][place] for name in names] for place in (0, 1)]
    note = f"London Continuum of Need, 1 to 4, on inquiries beside referrals. {_MONTH}, column level."
    yield _columns("Level of need", "Level", names, ("Referrals", "Inquiries"), columns, note, charted=(0, 1))
    answers = [item.judgements.threshold for item in found.complete]
    yield _one(
        "The threshold that was applied", "In the auditor's judgement", Threshold, answers, f"{_SAMPLE}, column judged_threshold."
    )
    levels = {each.item.number: each.facts.threshold_level for each in found.sample if each.facts is not None}
    said = Counter(
        _against(item.judgements.level_of_need, levels[item.number]) for item in found.complete if item.number in levels
    )
    labels = ("lower than recorded", "as recorded", "higher than recorded")
    note = f"The level of need that the auditor would have applied. {_SAMPLE}."
    yield _columns("The auditor's level of need", "Level", labels, ("Cases",), [[said[each] for each in labels]], note)


def _against(judged: int | None, recorded: int) -> str:
    if judged is None or judged == recorded:
        return "as recorded"
    return "lower than recorded" if judged < recorded else "higher than recorded"


def _reclassified(found: Gathered) -> Table:
    """What the auditor says it should have been, against what managers made of it; the original stays on file (A14)."""
    states = {each.item.number: ReferralStatus(each.facts.status) for each in found.sample if each.facts is not None}
    made = {False: "stands as a referral", True: "reclassified by a manager"}
    cells = [(said, changed) for said in ShouldBe for changed in made]
    counted = Counter(
        (item.judgements.should_be, states.get(item.number) is ReferralStatus.RECLASSIFIED_CONTACT) for item in found.complete
    )
    shown = dict(zip(cells, parts([counted[cell] for cell in cells]), strict=True))
    rows = tuple((f"should be a {said.words}", *(shown[said, changed] for changed in made)) for said in ShouldBe)
    taken = sum(found.now.taken_back.values())
    note = f"A reclassification keeps the original. Taken back in the month, and counted nowhere else: {count(taken)}."
    return Table("Contacts and referrals", ("In the auditor's judgement", *made.values()), rows, f"{note} {_SAMPLE}.")


def _pathway(found: Gathered) -> Iterator[Table]:
    now = found.now
    rows = [("Inquiries, which are no referrals", count(now.inquiries), ""), ("Referrals", count(now.referrals), "")]
    rows += [_of(now, "of these first an inquiry", now.from_inquiries), *_split(now)]
    rows += [_of(now, "led to an assessment", now.assessed)]
    rows += [(f"completed: {AssessmentKind(kind).words}", count(number), "") for kind, number in now.assessments.items()]
    note = f"How early children are seen, and how much is assessed. {_MONTH}, column route."
    yield Table("Pathway and level of assessment", ("Step", "Number", "Of referrals"), tuple(rows), note)
    answers = [item.judgements.proportionate for item in found.complete]
    yield _one(
        "Whether the assessment was proportionate",
        "In the auditor's judgement",
        Level,
        answers,
        f"{_SAMPLE}, column judged_proportionate.",
    )


def _split(now: Figures) -> list[tuple[str, str, str]]:
    shown = parts(list(now.routes.values()))
    return [
        (f"route: {Route(name).words}", told, share(told, number, now.referrals))
        for (name, number), told in zip(now.routes.items(), shown, strict=True)
    ]


def _of(now: Figures, label: str, number: int) -> tuple[str, str, str]:
    shown, _ = parts([number, now.referrals - number])
    return label, shown, share(shown, number, now.referrals)


def _urgent(found: Gathered) -> Table:
    urgent = found.now.urgent
    waiting = urgent.cases - urgent.in_time - urgent.missed
    told = parts([urgent.in_time, urgent.missed, waiting])
    rows = [("urgent in the month", count(urgent.cases), "")]
    labels = ("addressed in good time", "missed", "not yet due")
    rows += [
        (label, shown, share(shown, number, urgent.cases))
        for label, shown, number in zip(labels, told, (urgent.in_time, urgent.missed, waiting), strict=True)
    ]
    judged = parts([_answers(found, "urgent_met", each) for each in Judged])
    rows += [(f"sample, addressed in good time: {each.words}", shown, "") for each, shown in zip(Judged, judged, strict=True)]
    note = f"By the end of the first working day after. {_MONTH}, columns urgent and in_time; the sample: cases.csv."
    return Table("Urgent cases", ("What", "Cases", "Share"), tuple(rows), note)


def _drift(found: Gathered) -> Table:
    judged = parts([_answers(found, "drift", each) for each in Judged])
    rows = [("Open cases of the team that drift today", f"{count(found.drifting)} cases")]
    rows += [(f"Sample, allowed to drift: {each.words}", shown) for each, shown in zip(Judged, judged, strict=True)]
    note = "Drift: four weeks without activity while something is overdue."
    return Table("Drift", ("What", "Cases"), tuple(rows), f"{note} Today's list: the managers' digest. {_SAMPLE}.")


_FEEDBACK = {"referrer_told": "the referrer was told", "closing": "the closing decision is evidenced"}


def _judged(title: str, found: Gathered, questions: Mapping[str, str], note: str) -> Table:
    rows = tuple((label, *parts([_answers(found, name, each) for each in Judged])) for name, label in questions.items())
    return Table(title, ("Question", *(each.words for each in Judged)), rows, f"{note} {_SAMPLE}.")


def _looked_at(found: Gathered) -> Table:
    done = found.complete
    columns = [[sum(each in item.opened for item in done) for each in Section]]
    columns.append([sum(each in item.set_aside for item in done) for each in Section])
    rows = tuple((section.words, *parts([opened, aside])) for section, opened, aside in zip(Section, *columns, strict=True))
    note = "Every section of every case was opened, or set aside with a reason."
    return Table("What was looked at", ("Section", "Opened", "Set aside"), rows, f"{note} {_SAMPLE}, columns of the sections.")


def _answers(found: Gathered, name: str, answer: StrEnum) -> int:
    return sum(getattr(item.judgements, name) is answer for item in found.complete)


def _one(title: str, label: str, codes: type[Code], said: Sequence[StrEnum | None], note: str) -> Table:
    """How often each answer was given."""
    numbers = [sum(each is code for each in said) for code in codes]
    return _columns(title, label, [code.words for code in codes], ("Cases",), [numbers], note, charted=(0,))


def _columns(
    title: str,
    label: str,
    labels: Sequence[str],
    names: Sequence[str],
    columns: Sequence[Sequence[int]],
    note: str,
    *,
    charted: Sequence[int] = (),
) -> Table:
    """A table of counts, each column with its small numbers withheld, and a chart of some columns that shows no more."""
    shown = [parts(list(column)) for column in columns]
    rows = tuple(zip(labels, *shown, strict=True))
    chart = _chart(labels, [(names[place], columns[place], shown[place]) for place in charted]) if charted else None
    return Table(title, (label, *names), rows, note, counts=len(names), chart=chart)


def _chart(labels: Sequence[str], series: Sequence[tuple[str, Sequence[int], Sequence[str]]]) -> Chart:
    return Chart(
        tuple(labels),
        tuple(
            Series(
                name,
                tuple(None if told in (FEW, MANY, WITHHELD) else number for number, told in zip(numbers, shown, strict=True)),
                tuple(shown),
            )
            for name, numbers, shown in series
        ),
    )


def _facts(found: Gathered) -> list[Referred]:
    return [each.facts for each in found.sample if each.facts is not None]


def _month(found: Gathered) -> str:
    return f"Referrals in {found.month[0]:%B %Y}"


def _rate(number: int, days: int) -> str:
    return told_change(f"{number / days:.1f}" if days else "n/a", number)
