"""What the auditor judged of the sampled cases, as tables of the committee's report (docs/domain.md §3.4, 3 and 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum

from bot.documents.audit_report.suppressed import answers, columns
from bot.documents.layout.tables import Table
from bot.domain.audits import sampling
from bot.domain.audits.audit import AuditSection, Grade, Judged, Level, ShouldBe, Threshold
from bot.domain.audits.suppression import count, parts
from bot.domain.cases.codes import COUNTED, ReferralStatus
from bot.services.audits.report import ReportFigures, Sampled

_JUDGED = "In the auditor's judgement"
_QUESTIONS = {"referrer_told": "the referrer was told (§7)", "closing": "the closing decision is evidenced (§6)"}


def number_of(found: ReportFigures, question: str, answer: StrEnum) -> int:
    """How often an answer was given to a question."""
    return sum(getattr(item.judgements, question) is answer for item in found.complete)


def resources(found: ReportFigures) -> Table:
    """Whether there was something to signpost to, by age (A10)."""
    banded = {each.item.number: sampling.band_of(each.facts.age_years) for each in found.sample if each.facts is not None}
    said = Counter((banded.get(item.number), item.judgements.signposting) for item in found.complete)
    counted = [[said[band, answer] for band in sampling.BANDS] for answer in Judged]
    names = ("Found", "None found", "Not applicable")
    note = f"Whether there was a resource to signpost the child to. {_from('age_band', 'signposting')}"
    return columns(f"Resources to signpost to, {_of(found)}", "Age", sampling.BANDS, names, counted, note)


def thresholds(found: ReportFigures) -> Iterator[Table]:
    """Whether the threshold was right, and the level that the auditor would have applied (A4)."""
    note = f"Too low: more was taken on than its need asked; too high: less. {_from('threshold')}"
    yield answers(f"The threshold that was applied, {_of(found)}", _JUDGED, Threshold, _said(found, "threshold"), note)
    levels = {each.item.number: each.facts.threshold_level for each in found.sample if each.facts is not None}
    said = Counter(
        _against(item.judgements.level_of_need, levels[item.number]) for item in found.complete if item.number in levels
    )
    labels = ("lower than recorded", "as recorded", "higher than recorded")
    note = f"The level of need that the auditor would have applied. {_from('level_of_need')} It is compared with level."
    yield columns(
        f"The auditor's level of need, {_of(found)}", "Level", labels, ("Cases",), [[said[each] for each in labels]], note
    )


def reclassified(found: ReportFigures) -> Table:
    """What it should have been, against what managers made of it; the original stays on file (A14)."""
    states = {each.item.number: _stands(each) for each in found.sample}
    cells = [(said, state) for said in ShouldBe for state in _STATES]
    counted = Counter((item.judgements.should_be, states.get(item.number, _GONE)) for item in found.complete)
    shown = dict(zip(cells, parts([counted[cell] for cell in cells]), strict=True))
    rows = tuple((f"should be a {said.words}", *(shown[said, state] for state in _STATES)) for said in ShouldBe)
    taken = sum(found.now.taken_back.values())
    note = f"A reclassification keeps the original. {_from('should_be')} It is set against status."
    beside = f"Taken back in the month, also as void, and counted nowhere else: {count(taken)} (rows.csv, status)."
    return Table(f"Contacts and referrals, {_of(found)}", (_JUDGED, *_STATES), rows, f"{note} {beside}")


_GONE = "void, or not on file"
_STATES = ("stands as a referral", "reclassified by a manager", _GONE)


def _stands(sampled: Sampled) -> str:
    """What became of a sampled referral."""
    status = ReferralStatus(sampled.facts.status) if sampled.facts is not None else None
    if status is ReferralStatus.RECLASSIFIED_CONTACT:
        return _STATES[1]
    return _STATES[0] if status in COUNTED else _GONE


def proportionate(found: ReportFigures) -> Table:
    """Whether the level of assessment was proportionate (A20)."""
    title = f"Whether the assessment was proportionate, {_of(found)}"
    return answers(title, _JUDGED, Level, _said(found, "proportionate"), _from("proportionate"))


def told_and_decided(found: ReportFigures) -> Table:
    """Feedback to the referrer, and evidence of the closing decision."""
    rows = tuple((label, *parts([number_of(found, name, each) for each in Judged])) for name, label in _QUESTIONS.items())
    return Table(f"Told, and decided, {_of(found)}", (_JUDGED, *(each.words for each in Judged)), rows, _from(*_QUESTIONS))


def grades(found: ReportFigures) -> Table:
    """The grades."""
    return answers(f"Grades, {_of(found)}", "Grade", Grade, _said(found, "grade"), _from("grade"))


def looked_at(found: ReportFigures) -> Table:
    """Which sections were opened (A9)."""
    done = found.complete
    rows = []
    for section in AuditSection:
        opened = sum(section in item.opened for item in done)
        aside = sum(section in item.set_aside for item in done)
        rows.append((section.words, *parts([opened, aside, len(done) - opened - aside])[:2]))
    note = "Every section of every case was opened, or set aside with a reason. Counted from cases.csv, columns section_…"
    return Table(f"What was looked at, {_of(found)}", ("Section", "Opened", "Set aside"), tuple(rows), note)


def _said(found: ReportFigures, question: str) -> list[StrEnum | None]:
    return [getattr(item.judgements, question) for item in found.complete]


def _against(judged: int | None, recorded: int) -> str:
    if judged is None or judged == recorded:
        return "as recorded"
    return "lower than recorded" if judged < recorded else "higher than recorded"


def _of(found: ReportFigures) -> str:
    """Of how many cases a table is."""
    return f"{count(len(found.complete))} sampled cases"


def _from(*questions: str) -> str:
    names = ["age_band" if each == "age_band" else f"judged_{each}" for each in questions]
    return f"Counted from cases.csv: {' and '.join(names)}."
