"""The audit form of a sampled case (docs/domain.md §3.4, 3): facts from the bot, and the auditor's judgements.

Facts are codes, days and references; what people typed about a case is on ICS, where the auditor reads it (A7). Each look is
logged; a section that nobody opened or set aside keeps the form from being complete (A9).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.audits.audit import Audit, AuditSection, Judged, Judgements, SampledCase
from bot.domain.cases.case import Case
from bot.domain.cases.episode import Episode
from bot.domain.cases.records import Referral
from bot.domain.digests.timeline import happened
from bot.domain.inquiries.inquiry import Inquiry
from bot.domain.obligations.caseload import line
from bot.domain.obligations.of_case import obligations
from bot.domain.people import Actor
from bot.domain.shared import privacy
from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.errors import Refusal
from bot.services.audits.audits import conducted
from bot.services.guards import visible
from bot.services.reports import figures
from storage.audits import audits
from storage.cases import cases
from storage.db.engine import Tx
from storage.inquiries import inquiries
from storage.reminders import log
from storage.settings import rulesets


@dataclass(frozen=True)
class FormLine:
    """One entry of a section: its day and what it was."""

    on: date
    what: str


@dataclass(frozen=True)
class AuditForm:
    """A sampled case before its auditor. `sections` has every section, also empty ones.

    `in_time`: whether an urgent case was answered in time, None when it was not urgent or is not late yet; `reminders`: how many
    were sent about the case; `drifts`: whether it drifts today (R12); `cases`, `complete`: how far the audit is.
    """

    exercise: Audit
    item: SampledCase
    case: Case
    referral: Referral
    sections: Mapping[AuditSection, tuple[FormLine, ...]]
    in_time: bool | None
    drifts: bool
    reminders: int
    cases: int
    complete: int

    @property
    def episode(self) -> Episode | None:
        """The episode that the referral opened."""
        return next((each for each in self.case.episodes if each.number == self.referral.episode), None)

    @property
    def likely(self) -> Judgements:
        """The judgements with what the facts leave no question of: not urgent, nothing decided."""
        known = self.item.judgements
        changes: dict[str, Judged] = {}
        if known.urgent_met is None and not self.referral.urgent:
            changes["urgent_met"] = Judged.NOT_APPLICABLE
        if known.closing is None and self.episode is not None and self.episode.closed_on is None:
            changes["closing"] = Judged.NOT_APPLICABLE
        return known.model_copy(update=changes)


def form(tx: Tx, ref: str, number: int, actor: Actor) -> AuditForm:
    """The form of a sampled case; that it was looked at is logged.

    Refused: `not_found`, `not_your_audit`, `audit_over`, `case_not_there`.
    """
    found = _form(tx, ref, number, actor)
    tx.log("audit.case_opened", found.case.ref, audit=ref, number=number)
    return found


def next_number(tx: Tx, ref: str, actor: Actor, after: int = 0) -> int:
    """The next case after that place whose form is not complete; from the first again behind the last.

    Refused: `not_found`, `not_your_audit`, `audit_over`, `not_drawn`, `all_complete`.
    """
    exercise = conducted(tx, ref, actor)
    if exercise.sampled_at is None:
        raise Refusal("not_drawn", f"The sample of {ref} is not drawn yet: `/oob audit sample {ref} 2026-W50 seed=…`.")
    waiting = [each for each in audits.items(tx, ref) if each.completed_at is None]
    in_turn = sorted(waiting, key=lambda each: (each.number <= after, each.number))
    found = next((each.number for each in in_turn if _there(tx, each, actor)), None)
    if found is None:
        left = f" but {len(waiting)} that cannot be looked at any more" if waiting else ""
        raise Refusal("all_complete", f"Every form of {ref} is complete{left}. `/oob audit report {ref}` makes the report.")
    return found


def open_section(tx: Tx, ref: str, number: int, section: AuditSection, actor: Actor) -> AuditForm:
    """A section that the auditor opens: what stands in it, and from now on it is noted as looked at (A9)."""
    found = _form(tx, ref, number, actor)
    tx.log("audit.section_opened", found.case.ref, audit=ref, section=section.value, entries=len(found.sections[section]))
    if section in found.item.opened or found.exercise.reported_at is not None:
        return found
    aside = {each: why for each, why in found.item.set_aside.items() if each is not section}
    return _saved(tx, found, found.item.model_copy(update={"opened": (*found.item.opened, section), "set_aside": aside}))


def set_aside(tx: Tx, ref: str, number: int, section: AuditSection, reason: str | None, actor: Actor) -> AuditForm:
    """A section that is not relevant, with the reason (A9). Refused: `reason_missing`, `identifier`, `audit_reported`."""
    found = _open(tx, ref, number, actor)
    if section in found.item.opened:
        return found
    if not reason:
        raise Refusal("reason_missing", "Please say why this section is not relevant.", field="reason")
    privacy.guard(reason, field="reason")
    tx.log("audit.section_set_aside", found.case.ref, audit=ref, section=section.value)
    return _saved(tx, found, found.item.model_copy(update={"set_aside": {**found.item.set_aside, section: reason}}))


@dataclass(frozen=True)
class Said:
    """What a page of the form says; a judgement that is not among `judged` stays as it is, and so do words that are not given."""

    judged: Mapping[str, object]
    comment: str | None = None
    reservations: str | None = None
    worded: bool = False
    version: int | None = None
    """Of the form as it was shown; None where it does not matter."""


def judge(tx: Tx, ref: str, number: int, said: Said, actor: Actor) -> AuditForm:
    """Keep what the auditor says, also in part: a draft until the form is completed.

    Refused: `identifier`, `audit_reported`, `changed_meanwhile`.
    """
    found = _open(tx, ref, number, actor)
    if said.version not in (None, found.item.version):
        raise Refusal(
            "changed_meanwhile", "Not saved: that form was changed elsewhere since you opened it. Please open it again."
        )
    for name in ("comment", "reservations"):
        privacy.guard(getattr(said, name), field=name)
    judgements = Judgements.model_validate(found.item.judgements.model_dump() | dict(said.judged))
    changes: dict[str, object] = {"judgements": judgements}
    if said.worded:
        changes |= {"comment": said.comment, "reservations": said.reservations}
    after = found.item.model_copy(update=changes)
    if after.missing:
        after = after.model_copy(update={"completed_at": None})
    tx.log("audit.judged", found.case.ref, audit=ref, number=number, left=len(judgements.unanswered))
    return _saved(tx, found, after)


def complete(tx: Tx, ref: str, number: int, actor: Actor) -> AuditForm:
    """The form is complete. Refused: `form_incomplete`, `audit_reported`."""
    found = _open(tx, ref, number, actor)
    if missing := found.item.missing:
        raise Refusal("form_incomplete", f"Not complete yet. Still to do: {'; '.join(missing)}.")
    if found.item.completed_at is not None:
        return found
    tx.log("audit.completed", found.case.ref, audit=ref, number=number)
    return _saved(tx, found, found.item.model_copy(update={"completed_at": tx.now}))


def _form(tx: Tx, ref: str, number: int, actor: Actor) -> AuditForm:
    exercise = conducted(tx, ref, actor)
    item = audits.item(tx, ref, number)
    if item is None:
        raise Refusal("not_found", f"{ref} has no sampled case {number}.")
    case = cases.get(tx, item.case_ref) if item.case_ref else None
    referral = next((each for each in case.referrals if each.ref == item.referral), None) if case is not None else None
    if case is None or referral is None or not visible(tx, case, actor):
        raise Refusal(
            "case_not_there", f"Case {number} of {ref} cannot be looked at any more: it was restricted or disposed of since."
        )
    cases_, _, done = audits.progress(tx, [ref])[ref]
    return AuditForm(
        exercise=exercise,
        item=item,
        case=case,
        referral=referral,
        sections=_sections(tx, case, referral),
        in_time=figures.answered(tx, [referral]).get(referral.ref),
        drifts=_drifts(tx, case),
        reminders=sum(each["status"] == "sent" for each in log.about(tx, [case.ref])),
        cases=cases_,
        complete=done,
    )


def _open(tx: Tx, ref: str, number: int, actor: Actor) -> AuditForm:
    found = _form(tx, ref, number, actor)
    if found.exercise.reported_at is not None:
        raise Refusal("audit_reported", f"{ref} was reported; its forms are not changed any more. A finding can be withdrawn.")
    return found


def _saved(tx: Tx, form_: AuditForm, after: SampledCase) -> AuditForm:
    if not audits.put(tx, after):
        raise Refusal("changed_meanwhile", "Not saved: that form was changed just now elsewhere. Please open it again.")
    again = after.model_copy(update={"version": after.version + 1})
    done = form_.complete + (after.completed_at is not None) - (form_.item.completed_at is not None)
    return replace(form_, item=again, complete=done)


def _there(tx: Tx, item: SampledCase, actor: Actor) -> bool:
    case = cases.get(tx, item.case_ref) if item.case_ref else None
    return case is not None and visible(tx, case, actor)


def _sections(tx: Tx, case: Case, referral: Referral) -> dict[AuditSection, tuple[FormLine, ...]]:
    lines: dict[AuditSection, list[FormLine]] = {each: [] for each in AuditSection}
    for each in reversed(happened(case)):
        if each.part is not None:
            lines[each.part].append(FormLine(each.on, each.what.removesuffix(", authorised by")))
    asked = {each.ref: each for each in inquiries.about(tx, case.ics_ref)}
    origin = inquiries.get(tx, referral.from_inquiry) if referral.from_inquiry else None
    if origin is not None:
        asked[origin.ref] = origin
    lines[AuditSection.INQUIRIES] = [_inquiry(each) for each in asked.values() if not each.is_restricted]
    return {section: tuple(found) for section, found in lines.items()}


def _inquiry(inquiry: Inquiry) -> FormLine:
    facts = inquiry.facts
    level = f", level of need {facts.threshold_level}" if facts.threshold_level else ""
    return FormLine(facts.asked_on, f"{inquiry.ref}: {facts.result.words}, {facts.outcome.words}{level}")


def _drifts(tx: Tx, case: Case) -> bool:
    episode = case.open_on(tx.today)
    if episode is None:
        return False
    versions = rulesets.versions(tx)
    return line(case, episode, obligations(case, versions, bank_holidays()), versions).drifts(tx.today)
