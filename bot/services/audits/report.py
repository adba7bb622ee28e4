"""The figures of an audit's report (docs/domain.md §3.4, 5); `bot.documents.audit_report` puts them into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.audits import sampling
from bot.domain.audits.audit import Audit, Finding, SampledCase
from bot.domain.cases.codes import COUNTED, ReferralStatus
from bot.domain.notifications import AuditReported
from bot.domain.people import Actor
from bot.domain.shared.calendar import add_months, week_of
from bot.domain.shared.errors import Refusal
from bot.services.audits import audits
from bot.services.audits.audits import AuditProgress, Since
from bot.services.reports import figures
from bot.services.reports.figures import Figures
from storage import audit_log_reader, people
from storage.audits import audits as audit_audits
from storage.audits import findings
from storage.cases import caseload
from storage.db.engine import Tx
from storage.reports import referrals
from storage.reports.referrals import InquiryCounted, Referred

_THURSDAY = timedelta(days=3)


@dataclass(frozen=True)
class Sampled:
    """A sampled case in the report: the form, and the facts of the referral.

    They are None once its case was disposed of, or while it is restricted: then the auditor sees it no more.
    """

    item: SampledCase
    facts: Referred | None
    in_time: bool | None = None
    assessments: tuple[str, ...] = ()
    visits: int = 0
    contacts: int = 0


@dataclass(frozen=True)
class ReportFigures:
    """An audit with all its numbers.

    `month`: the first and last day of the month in which most of the week lies, `now` its figures, `before` those of the same
    days a year earlier. `has_rows`: whether who asks may have the rows: `rows` and `asked`, the referrals and inquiries behind
    both and the referrals of the week; `in_time`: whether urgent ones were answered in time; `made`: the kinds of completed
    assessments; `weekly`: week → referrals, behind the mean. `drifting`: how many open cases drift today; `draws`: how many
    samples of that week were drawn; `roles`: user → role, for those whom findings name.
    """

    standing: AuditProgress
    since: Since
    sample: tuple[Sampled, ...]
    findings: tuple[Finding, ...]
    month: tuple[date, date]
    now: Figures
    before: Figures
    has_rows: bool
    rows: tuple[Referred, ...]
    in_time: Mapping[str, bool | None]
    made: Mapping[str, tuple[str, ...]]
    asked: tuple[InquiryCounted, ...]
    weekly: tuple[tuple[str, int], ...]
    drifting: int
    draws: int
    today: date
    roles: Mapping[str, str]

    @property
    def exercise(self) -> Audit:
        """The audit."""
        return self.standing.exercise

    @property
    def complete(self) -> tuple[SampledCase, ...]:
        """The forms that are complete: only these are reported."""
        return tuple(each.item for each in self.sample if each.item.completed_at is not None)

    @property
    def month_said(self) -> str:
        """The month, or as much of it as has passed: "1 to 14 December 2026"."""
        first = self.month[0]
        return f"{first:%B %Y}" if self.now.is_over else f"1 to {self.today.day} {first:%B %Y}"

    @property
    def unfinished(self) -> int:
        """How many forms are still to be completed, of cases that can be looked at."""
        return sum(each.item.completed_at is None and each.facts is not None for each in self.sample)

    @property
    def is_draft(self) -> bool:
        """Whether a form is still to be completed."""
        return self.unfinished > 0


def gather(tx: Tx, ref: str, actor: Actor) -> ReportFigures:
    """Count everything; it discloses, so whoever hands it out logs it (`exported`).

    Refused: `not_found`, `not_drawn`, `audit_cancelled`.
    """
    standing = audits.standing(tx, ref, actor)
    audits.not_cancelled(standing.exercise)
    week = standing.exercise.week
    if week is None:
        raise Refusal("not_drawn", f"The sample of {ref} is not drawn yet, so there is nothing to report.")
    monday, sunday = sampling.week_named(week)
    first = (monday + _THURSDAY).replace(day=1)
    last = add_months(first, 1) - timedelta(days=1)
    earlier = figures.last_year(tx, first, last)
    of_week, of_month, before = (
        referrals.received(tx, *period, every=True) for period in ((monday, sunday), (first, last), earlier)
    )
    rows = {each.ref: each for each in (*of_month, *before, *of_week)}
    in_time, made = figures.answered(tx, rows.values()), _made(tx, (monday, sunday), (first, last))
    counting = {name: [each for each in found if _counts(each)] for name, found in (("now", of_month), ("before", before))}
    return ReportFigures(
        standing=standing,
        since=audits.since_drawn(tx, standing.exercise),
        sample=tuple(_sampled(tx, ref, standing.exercise.auditor_id, made)),
        findings=tuple(findings.of_audit(tx, ref)),
        month=(first, last),
        now=figures.counted(tx, first, last, counting["now"], counting["before"]),
        before=figures.counted(tx, *earlier, counting["before"], []),
        has_rows=_still_sees(tx, ref, actor),
        rows=tuple(rows.values()),
        in_time=in_time,
        made=made,
        asked=tuple(referrals.asked(tx, first, last)),
        weekly=tuple(_weekly(tx, monday)),
        drifting=sum(line.drifts(tx.today) for line in caseload.to_look_at(tx, tx.today)),
        draws=_draws(tx, week),
        today=tx.today,
        roles={person.user_id: person.role.words for person in people.everyone(tx)},
    )


def exported(tx: Tx, ref: str, actor: Actor, *, forms: bool) -> bool:
    """Log that a report was made; the auditor's own, with every form complete, is the report (A1). Whether it was that.

    Decided as things stand now, because making the files took a moment. `forms`: whether the forms case by case were in it.
    """
    tx.chain.lock(tx.workspace_id)
    exercise = audits.existing(tx, ref, actor)
    items = audit_audits.items(tx, ref)
    there = {each.ref for each in referrals.named(tx, [item.referral for item in items]) if not each.restricted}
    draft = any(item.completed_at is None and item.referral in there for item in items)
    tx.log("audit.exported", ref, draft=draft, forms=forms, refs=[item.case_ref for item in items if forms and item.case_ref])
    if draft or not _still_sees(tx, ref, actor) or not audit_audits.report(tx, ref):
        return False
    tx.log("audit.reported", ref)
    audits.tell_managers(tx, exercise, AuditReported(exercise.ref))
    return True


def _counts(referred: Referred) -> bool:
    """Whether it was not taken back."""
    return ReferralStatus(referred.status) in COUNTED


def _still_sees(tx: Tx, ref: str, actor: Actor) -> bool:
    """Whether the rows behind a report are for `actor`: its auditor, while their access lasts (A2)."""
    try:
        audits.conducted(tx, ref, actor)
    except Refusal:
        return False
    return True


def _draws(tx: Tx, week: str) -> int:
    """How many different samples of a week were drawn, kept or not."""
    drawn = [entry.details for entry in audit_log_reader.about(tx, [week]) if entry.action == "audit.sampled"]
    return len({(each.get("seed"), each.get("size")) for each in drawn})


def _weekly(tx: Tx, monday: date) -> list[tuple[str, int]]:
    """How many referrals each of the weeks before had (A5)."""
    weeks = [monday - timedelta(weeks=back) for back in range(sampling.WEEKS_BEFORE, 0, -1)]
    by_day = referrals.by_day(tx, weeks[0], monday - timedelta(days=1))
    return [(week_of(each), sum(by_day.get(each + timedelta(days=day), 0) for day in range(7))) for each in weeks]


def _made(tx: Tx, *periods: tuple[date, date]) -> dict[str, tuple[str, ...]]:
    """Referral → the kinds of assessments that were completed (A20)."""
    found: dict[str, set[str]] = {}
    for period in periods:
        for referral, kind in referrals.assessed(tx, *period):
            found.setdefault(referral, set()).add(kind)
    return {referral: tuple(sorted(kinds)) for referral, kinds in found.items()}


def _sampled(tx: Tx, ref: str, auditor_id: str, made: Mapping[str, tuple[str, ...]]) -> list[Sampled]:
    items = audit_audits.items(tx, ref)
    facts = {each.ref: each for each in referrals.named(tx, [item.referral for item in items]) if not each.restricted}
    in_time = figures.answered(tx, facts.values())
    done = referrals.work_done(tx, [each.case_ref for each in facts.values()])
    own = referrals.worked_on_by(tx, auditor_id, [item.case_ref for item in items])
    return [
        Sampled(
            each.model_copy(update={"conflict": each.conflict or each.case_ref in own}),
            facts.get(each.referral),
            in_time.get(each.referral),
            made.get(each.referral, ()),
            *(done.get(each.case_ref, (0, 0)) if each.referral in facts else (0, 0)),
        )
        for each in items
    ]
