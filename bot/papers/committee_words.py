"""What the committee's report says in words: method, context, findings and limitations (domain.md §3.4, 5)."""

from __future__ import annotations

from bot.casework.audit_report import Gathered
from bot.papers.tables import Table
from bot.rules import audit
from bot.rules.calendar import london_day, say_date, say_moment
from bot.rules.exercise import Finding
from bot.rules.suppression import SMALL, count

_WHAT_IT_IS = (
    "The numbers are those of OOB, the bot that keeps the team's clocks. It is not the record: what a case was like stands on "
    "ICS, where the auditor read it. The auditor has the rows behind every number: cases.csv, rows.csv and weeks.csv."
)
_SMALL = (
    "A count from 1 to 4 is told as “<5”, so that it points to no child. Where it could be had back from a total, the next "
    "smallest count is told as “5 or more”, and its share is withheld."
)


def method(found: Gathered) -> Table:
    """How the sample was drawn, so that anybody can draw it again (A3, A5, A6)."""
    exercise = found.exercise
    monday, sunday = audit.week_named(exercise.week or "")
    frame = audit.Frame(exercise.week or "", exercise.refs, exercise.received, None, 0, None)
    size = len(found.sample)
    drawn = f"a census: all {size}" if frame.is_census(exercise.size) else f"{size} of {len(exercise.refs)}"
    often = "once" if found.draws == 1 else f"{found.draws} times, each of which stands in the audit log"
    rows = (
        ("Commissioned by", exercise.commissioned_by),
        ("Carried out by", f"a member of staff with the role of {_role(found, exercise.auditor_id)}"),
        ("Week", f"{exercise.week}: referrals received from {say_date(monday)} to {say_date(sunday)}"),
        (
            "Frame",
            f"{count(len(exercise.refs))} of {count(exercise.received)} referrals; those of restricted cases are not in it",
        ),
        ("SHA-256 of the frame", frame.sha256),
        ("Sample", f"{drawn}, in the order of SHA-256 of seed|reference"),
        ("Seed", exercise.seed or ""),
        ("Drawn", f"{say_moment(exercise.sampled_at) if exercise.sampled_at else ''}; a sample of this week was drawn {often}"),
        ("Forms", f"{len(found.complete)} of {size} complete"),
    )
    return Table("Method", ("What", "How"), rows, prose=(_WHAT_IT_IS, _SMALL), worded=True)


def context(found: Gathered) -> tuple[str, ...]:
    """What changed in the frame since it was frozen, and what the plan of the audit says of the time (A11)."""
    late, gone = found.since.late, found.since.gone
    said = []
    if late or gone:
        said.append(
            f"Since the frame was frozen, {count(len(late))} came to the week late and {count(len(gone))} count no more; "
            "the sample was not changed."
        )
    return (*said, *([found.exercise.context] if found.exercise.context else []))


def findings(found: Gathered) -> Table:
    """Every finding, also those that were withdrawn, with the reason (A8)."""
    if not found.findings:
        return Table("Findings", prose=("No finding was raised.",))
    return Table(
        "Findings",
        prose=tuple(_finding(found, each) for each in found.findings),
        note="A finding that was withdrawn stays here, with the reason.",
    )


def _finding(found: Gathered, finding: Finding) -> str:
    about = "on a sampled case" if finding.number is not None else "on the whole"
    raised = say_date(london_day(finding.raised_at))
    settled = f" on {say_date(london_day(finding.settled_at))}" if finding.settled_at is not None else ""
    said = [f"{finding.ref}, {about}, raised on {raised}, {finding.status.words}{settled}: {_ended(finding.what)}"]
    if finding.is_withdrawn:
        said.append(f"Why it was withdrawn: {_ended(finding.reason)}")
    if finding.owner_id is not None:
        by = f"by {say_date(finding.due_on)}" if finding.due_on else ""
        state = f"done on {say_date(finding.done_on)}" if finding.done_on else "not done yet"
        said.append(f"Action, {_role(found, finding.owner_id)}, {by}, {state}: {_ended(finding.action)}")
    if finding.response is not None:
        said.append(f"The service's response: {_ended(finding.response)}")
    return " ".join(said)


def limitations(found: Gathered) -> Table:
    """What the report cannot say."""
    exercise = found.exercise
    conflicts = sum(each.item.conflict for each in found.sample)
    gone = sum(each.facts is None for each in found.sample)
    reserved = sum(item.reservations is not None for item in found.complete)
    covered = f"since {say_date(exercise.since)}" if exercise.since else "since nobody knows when"
    said = [
        f"Referrals are on file {covered}; the mean is of {exercise.weeks} whole weeks.",
        "A sample of one week says what was seen in it, not how often that is so in other weeks.",
        "OOB holds what was recorded with it. What was recorded on ICS alone is not counted.",
        "Restricted cases are counted in the week, but are not in the frame.",
    ]
    if len(found.sample) < SMALL:
        said.append("With fewer than five cases a number can point to a child: this report is not for handing on.")
    if conflicts:
        said.append(f"The auditor has worked on sampled cases or managed them: {count(conflicts)} of {len(found.sample)}.")
    if gone:
        said.append(f"Sampled cases whose facts are not on file any more: {count(gone)}.")
    if reserved:
        said.append(f"The auditor has reservations about the data of {count(reserved)} cases; they are in the auditor's file.")
    return Table("Limitations", prose=tuple(said))


def _role(found: Gathered, user_id: str) -> str:
    return found.roles.get(user_id, "former member of staff")


def _ended(words: str | None) -> str:
    said = (words or "(the words were erased)").strip()
    return said if said.endswith((".", "!", "?")) else f"{said}."
