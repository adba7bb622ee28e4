"""What the committee's report says in words: method, context, findings and limitations (docs/domain.md §3.4, 5)."""

from __future__ import annotations

from collections import Counter

from bot.documents.layout.tables import Table
from bot.domain.audits import sampling
from bot.domain.audits.audit import Finding, FindingStatus, ShouldBe, Threshold
from bot.domain.audits.suppression import SMALL, count, is_small, parts
from bot.domain.shared.calendar import london_day, say_date, say_moment
from bot.services.audits.report import ReportFigures

_WHAT_IT_IS = (
    "The numbers are those of OOB, the bot that keeps the team's clocks. It is not the record: what a case was like stands on "
    "ICS, where the auditor read it. The auditor has the rows behind every number: cases.csv, rows.csv and weeks.csv."
)
_SMALL = (
    "A number from 1 to 4 is written as “<5”, so that it points to no child. Where a total would give it away, another number is "
    "written as “5 or more”, and shares of both are withheld. In charts such numbers have dashed bars, whose length says nothing."
)


_TOO_EARLY = 28
_WORDS = {
    "inquiry": "a question whether a family is known, with no work on it; it is no referral (§2 of the recording guidelines)",
    "referral": "a request to see a family and to work on its needs",
    "contact": "an approach that gives or asks for information and needs no referral",
    "level of need": "London Continuum of Need: 1 universal, 2 early help, 3 complex needs, 4 acute or statutory",
    "frame": "every referral of the week from which the sample is drawn; its SHA-256 changes if one of them is changed",
    "seed": "a word of the auditor's own, by which anybody with the frame can draw the same sample again",
    "restricted case": "one that only those who work on it may know of",
    "ICS": "the electronic record of the service",
}


def in_short(found: ReportFigures) -> Table:
    """What was seen, for who reads one page."""
    done, exercise = found.complete, found.exercise
    applied = parts([sum(item.judgements.threshold is each for item in done) for each in Threshold])
    contact, _ = parts(
        [sum(item.judgements.should_be is each for item in done) for each in (ShouldBe.CONTACT, ShouldBe.REFERRAL)]
    )
    states = Counter(each.status for each in found.findings)
    raised = ", ".join(f"{states[each]} {each.words}" for each in _SETTLED_FIRST if states[each]) or "none was raised"
    thresholds = ", ".join(f"{each.words} in {told}" for each, told in zip(Threshold, applied, strict=True))
    said = (
        f"{count(len(done))} cases of the week {exercise.week} were audited; {count(exercise.received)} referrals came in then.",
        f"In the auditor's judgement the threshold was {thresholds}; {contact} should have been taken as contacts.",
        f"Findings: {raised}.",
    )
    return Table("In short", prose=said)


_SETTLED_FIRST = (FindingStatus.CONFIRMED, FindingStatus.WITHDRAWN, FindingStatus.RAISED)


def method(found: ReportFigures) -> Table:
    """How the sample was drawn, so that anybody can draw it again (A3, A5, A6)."""
    exercise = found.exercise
    monday, sunday = sampling.week_named(exercise.week or "")
    frame = exercise.frame
    often = "once" if found.draws == 1 else f"with {found.draws} seeds or sizes, all of them in the audit log"
    drawn_at = say_moment(exercise.sampled_at) if exercise.sampled_at else ""
    rows = (
        ("Commissioned by", exercise.commissioned_by),
        ("Carried out by", f"somebody with the role of {_role(found, exercise.auditor_id)}"),
        ("Week", f"{exercise.week}: referrals received from {say_date(monday)} to {say_date(sunday)}"),
        ("Frame", _frame(frame)),
        ("Not in it", f"void, or reclassified as contacts before it was drawn: {count(exercise.taken_back)}"),
        ("SHA-256 of the frame", frame.sha256),
        ("Sample", _sample(found, frame)),
        ("Seed", exercise.seed or ""),
        ("Drawn", f"{drawn_at}; this week was drawn {often}"),
        ("Forms", f"{count(len(found.complete))} of {count(len(found.sample))} complete"),
    )
    return Table("Method", ("What", "How"), rows, prose=(_WHAT_IT_IS, _SMALL), worded=True)


def _frame(frame: sampling.Frame) -> str:
    """The size of the frame, unless it would say how few restricted cases there are."""
    if is_small(frame.restricted):
        return "the referrals of the week, without those of restricted cases; its size would say how few these are"
    return f"{count(len(frame.refs))} of {count(frame.received)} referrals; those of restricted cases are not in it"


def _sample(found: ReportFigures, frame: sampling.Frame) -> str:
    size = count(len(found.sample))
    if frame.is_census(found.exercise.size):
        drawn = "a census: all of the frame" if is_small(frame.restricted) else f"a census: all {size}"
    else:
        drawn = f"{size}" if is_small(frame.restricted) else f"{size} of {count(len(frame.refs))}"
    return f"{drawn}, in the order of SHA-256 of seed|reference"


def context(found: ReportFigures) -> tuple[str, ...]:
    """What changed in the frame since it was frozen, and what the plan of the audit says of the time (A11)."""
    late, gone = found.since.late, found.since.gone
    said = []
    if late or gone:
        changed = f"{count(len(late))} came to it late and {count(len(gone))} count no more"
        said.append(f"Since the frame was frozen, {changed}; the sample was not changed.")
    return (*said, *([found.exercise.context] if found.exercise.context else []))


def findings(found: ReportFigures) -> Table:
    """Every finding, also those that were withdrawn, with the reason (A8)."""
    if not found.findings:
        return Table("Findings", prose=("No finding was raised.",))
    return Table(
        "Findings",
        prose=tuple(_finding(found, each) for each in found.findings),
        note="A finding that was withdrawn stays here, with the reason.",
    )


def _finding(found: ReportFigures, finding: Finding) -> str:
    about = "on a sampled case" if finding.number is not None else "on the whole"
    raised = say_date(london_day(finding.raised_at))
    settled = f" on {say_date(london_day(finding.settled_at))}" if finding.settled_at is not None else ""
    state = "" if finding.status is FindingStatus.RAISED else f", {finding.status.words}{settled}"
    said = [f"{finding.ref}, {about}, raised on {raised}{state}: {_ended(finding.what)}"]
    if finding.is_withdrawn:
        said.append(f"Why it was withdrawn: {_ended(finding.reason)}")
    if finding.owner_id is not None:
        by = f"by {say_date(finding.due_on)}" if finding.due_on else ""
        state = f"done on {say_date(finding.done_on)}" if finding.done_on else "not done yet"
        said.append(f"Action, {_role(found, finding.owner_id)}, {by}, {state}: {_ended(finding.action)}")
    if finding.response is not None:
        said.append(f"The service's response: {_ended(finding.response)}")
    return " ".join(said)


def limitations(found: ReportFigures) -> Table:
    """What the report cannot say."""
    exercise = found.exercise
    _, sunday = sampling.week_named(exercise.week or "")
    conflicts = sum(each.item.conflict for each in found.sample)
    gone = sum(each.facts is None for each in found.sample)
    reserved = sum(item.reservations is not None for item in found.complete)
    covered = f"since {say_date(exercise.since)}" if exercise.since else "since nobody knows when"
    said = [
        f"Referrals are on file {covered}; the mean is of {exercise.weeks} whole week{'' if exercise.weeks == 1 else 's'}.",
        "A sample of one week says what was seen in it, not how often that is so in other weeks.",
        "OOB holds what was recorded with it. What was recorded on ICS alone is not counted.",
        "Restricted cases are counted in the week, but are not in the frame.",
        "The judgements are one person's.",
    ]
    if exercise.sampled_at is not None and (days := (london_day(exercise.sampled_at) - sunday).days) < _TOO_EARLY:
        when = "a day" if days == 1 else f"{days} days"
        said.append(f"The sample was drawn {when} after its week: too early for most drift, assessments and closings to show.")
    if len(found.sample) < SMALL:
        said.append("With fewer than five cases a number can point to a child: this report is not for handing on.")
    if conflicts:
        said.append(f"The auditor has worked on sampled cases or managed them: {count(conflicts)} of {count(len(found.sample))}.")
    if gone:
        said.append(f"Sampled cases that were restricted or disposed of since, and cannot be looked at: {count(gone)}.")
    if reserved:
        said.append(f"The auditor has reservations about the data of {count(reserved)} cases; they are in the auditor's file.")
    return Table("Limitations", prose=tuple(said))


def glossary() -> Table:
    """What the words mean."""
    return Table("Words", ("Word", "What it means"), tuple(_WORDS.items()), worded=True)


def _role(found: ReportFigures, user_id: str) -> str:
    return found.roles.get(user_id, "former member of staff")


def _ended(words: str | None) -> str:
    said = (words or "(the words were erased)").strip()
    return said if said.endswith((".", "!", "?")) else f"{said}."
