"""§3: what follows a completed assessment: sharing (R5), the medical file (R6); §5: the chronology (R7). No date in the seeds.

What has no date in the guidelines is an agenda line from its first day and is asked about once, some working days later
(docs/domain.md §5, a choice of design). Zero working days switch that question off.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType

from bot.domain.cases.codes import CamhsReason, Purpose
from bot.domain.cases.episode import Assessment, Episode
from bot.domain.shared.calendar import working_days_after
from bot.domain.shared.code import Code
from bot.domain.shared.obligation import Obligation, ObligationStatus, ReminderStage, Sending, To, forward
from bot.domain.shared.rule import Rule
from bot.domain.shared.ruleset import RuleSet, Version, in_force

_NO_SECOND_RECORD = frozenset({CamhsReason.OVERDOSE, CamhsReason.SELF_HARM})


class With(Code):
    """With whom an assessment is shared: "all assessments to be shared with parents/children" (§3)."""

    PARENTS = "parents", "the parents"
    CHILD = "child", "the child"


class MedicalFileKind(Code):
    """What is placed on the medical file: our assessment (§3), and the referral to the borough itself (§7)."""

    ASSESSMENT = "assessment", "the assessment"
    LETTER = "letter", "the letter or form to the borough"


ADOLESCENT = 10
"""Years from which the exception for joint work with CAMHS, "in adolescents", is not asked about (§3, G24)."""


def is_doubtful(reason: CamhsReason | None, age_years: int | None) -> bool:
    """Whether somebody is asked if they mean the exception of §3: the child is younger than an adolescent (G24)."""
    return reason in _NO_SECOND_RECORD and age_years is not None and age_years < ADOLESCENT


def sharing(
    subject: str,
    completed_on: date,
    versions: Sequence[Version],
    holidays: Container[date],
    shared: Container[With] = (),
    requested: Mapping[With, date] = MappingProxyType({}),
) -> list[Obligation]:
    """R5 for an assessment or a review, for the parents and for the child: met for those in `shared`, also exempt ones.

    Where an exemption was `requested` and not agreed within five working days, its manager hears of it.
    """
    version = in_force(versions, completed_on)
    nudge = _once(completed_on, version.rules.sharing_working_days, holidays)
    return [
        Obligation(
            rule=Rule.SHARING,
            section="§3",
            subject=subject,
            about=whom,
            since=completed_on,
            due=None,
            standing=ObligationStatus.MET if whom in shared else ObligationStatus.OPEN,
            version=version.number,
            sendings=(*nudge, *_unanswered(requested.get(whom), version.rules, holidays)),
        )
        for whom in With
    ]


def medical_file(
    subject: str,
    assessment: Assessment,
    versions: Sequence[Version],
    holidays: Container[date],
    settled: Container[MedicalFileKind] = (),
) -> list[Obligation]:
    """R6 for an assessment made to refer to another borough: two items. Placed or waived ones are in `settled`.

    An assessment made jointly with CAMHS after an overdose or self-harm need not be placed, because CAMHS records it as well; the
    letter is still wanted (docs/domain.md §1.4, 5).
    """
    if assessment.completed_on is None:
        return []
    version = in_force(versions, assessment.completed_on)
    nudge = _once(assessment.completed_on, version.rules.medical_file_working_days, holidays)
    return [
        Obligation(
            rule=Rule.MEDICAL_FILE,
            section="§3" if item is MedicalFileKind.ASSESSMENT else "§7",
            subject=subject,
            about=item,
            since=assessment.completed_on,
            due=None,
            standing=ObligationStatus.MET if item in settled else ObligationStatus.OPEN,
            version=version.number,
            sendings=nudge,
        )
        for item in wanted_on_file(assessment)
    ]


def wanted_on_file(assessment: Assessment) -> tuple[MedicalFileKind, ...]:
    """What of it is wanted on the medical file: nothing unless it is complete and refers to another borough.

    The exception of §3 ("not needed: CAMHS joint") holds for overdose and self-harm only (I16), and not for the letter.
    """
    if assessment.completed_on is None or assessment.purpose is not Purpose.REFER_TO_OTHER_BOROUGH:
        return ()
    recorded_by_camhs = assessment.camhs_joint and assessment.camhs_reason in _NO_SECOND_RECORD
    return (MedicalFileKind.LETTER,) if recorded_by_camhs else tuple(MedicalFileKind)


def chronology(
    subject: str, episode: Episode, completed: Iterable[date], versions: Sequence[Version], holidays: Container[date]
) -> Obligation | None:
    """R7: "if we have done a Core Assessment … then a chronology should be completed". None where none was done.

    `completed` are the days of chronologies of either kind, in this or an earlier episode: any one of them meets it.
    """
    done = [each.completed_on for each in episode.assessments if each.completed_on and _asks(each, each.completed_on, versions)]
    if not done:
        return None
    since = min(done)
    version = in_force(versions, since)
    met_on = min(completed, default=None)
    standing, ended_on = (ObligationStatus.MET, max(met_on, since)) if met_on else (ObligationStatus.OPEN, None)
    if standing is ObligationStatus.OPEN and episode.closed_on is not None:
        standing, ended_on = ObligationStatus.STOPPED, episode.closed_on
    return Obligation(
        rule=Rule.CHRONOLOGY,
        section="§5",
        subject=subject,
        since=since,
        due=None,
        standing=standing,
        ended_on=ended_on,
        version=version.number,
        sendings=_once(since, version.rules.chronology_working_days, holidays),
    )


def _asks(assessment: Assessment, completed_on: date, versions: Sequence[Version]) -> bool:
    """Whether an assessment asks for a chronology: core ones do, all of them if senior management says so (G32)."""
    rules = in_force(versions, completed_on).rules
    return rules.chronology_required_for == "all_assessments" or assessment.kind in rules.core_kinds


def _unanswered(requested_on: date | None, rules: RuleSet, holidays: Container[date]) -> tuple[Sending, ...]:
    """To the manager, on the first working morning after the working days in which a request is answered."""
    if requested_on is None or not rules.exempt_working_days:
        return ()
    last = working_days_after(requested_on, rules.exempt_working_days, holidays)
    return (Sending(ReminderStage.OVER, forward(last + timedelta(days=1), holidays), To.MANAGER),)


def _once(since: date, working_days: int, holidays: Container[date]) -> tuple[Sending, ...]:
    """The one question about something without a date: that many working days after, to the worker."""
    if not working_days:
        return ()
    return (Sending(ReminderStage.DUE, working_days_after(since, working_days, holidays), To.WORKER),)
