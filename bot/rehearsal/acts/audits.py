"""An audit in a story: drawn, its forms filled in, findings raised and withdrawn, reported (docs/domain.md §1.3)."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Any

from bot.domain.audits import sampling
from bot.domain.audits.audit import ANSWERS, AuditSection, Judgements
from bot.domain.people import Actor, Role
from bot.domain.shared.calendar import say_date, week_of
from bot.domain.shared.errors import Refusal
from bot.rehearsal.fields import Fields
from bot.rehearsal.names import Names, case_of
from bot.services.audits import audits, findings, forms, plans
from bot.services.audits import report as audit_report
from bot.services.audits.forms import Said
from bot.services.audits.plans import AuditPlan
from bot.services.audits.report import ReportFigures
from bot.services.guards import as_actor, known
from storage import people
from storage.audits import audits as stored
from storage.audits import findings as raised
from storage.db.engine import Tx

_AHEAD = timedelta(days=28)
_WEEK = timedelta(days=7)


def _new(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    """Planned and drawn at once; by the auditor of the story, or by who does it."""
    name, meeting_on = told.needed("audit"), told.day("meeting_on", told.today + _AHEAD)
    auditors = people.with_role(tx, Role.AUDITOR)
    plan = AuditPlan(
        title=told.text("title", "Audit of new referrals") or "",
        commissioned_by=told.text("commissioned_by", "Committee") or "",
        meeting_on=meeting_on or told.today,
        due_on=told.day("due_on"),
        auditor_id=told.text("auditor", actor.user_id if Role.AUDITOR in actor.roles or not auditors else auditors[0]),
        access_until=told.day("access_until"),
        context=told.text("context"),
    )
    week = told.text("week", week_of(told.today - _WEEK)) or ""
    size, seed = told.whole("n", sampling.SAMPLE) or 0, told.text("seed", f"{name}-{week}") or ""
    made = plans.begin(tx, plan, actor)
    audits.draw(tx, made.ref, week, seed, size, as_actor(tx, known(tx, made.auditor_id)))
    names.audit[name] = made.ref


def _form(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    """The form of a sampled case: sections opened (all, unless they are named) or set aside, judged, and completed."""
    ref = names.of("audit", told.needed("audit"))
    number = _number(tx, names, told, ref)
    reasons = told.take("set_aside", {})
    if not isinstance(reasons, dict):
        raise Refusal("value_unknown", "set_aside is a mapping: section and reason.", field="set_aside")
    aside = {_section(name): str(why) for name, why in reasons.items()}
    looked = [_section(each) for each in told.listed("opened")] if told.has("opened") else [*AuditSection]
    for section in looked:
        if section not in aside:
            forms.open_section(tx, ref, number, section, actor)
    for section, why in aside.items():
        forms.set_aside(tx, ref, number, section, why, actor)
    likely = forms.form(tx, ref, number, actor).likely.model_dump(exclude_none=True)
    said: dict[str, object] = {name: _answer(told, name, codes) for name, codes in ANSWERS.items() if told.has(name)}
    if told.has("level_of_need"):
        said["level_of_need"] = told.whole("level_of_need")
    words = Said(likely | said, told.text("comment"), told.text("reservations"), worded=True)
    forms.judge(tx, ref, number, words, actor)
    if told.flag("complete", default=True):
        forms.complete(tx, ref, number, actor)


def _finding(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    ref = names.of("audit", told.needed("audit"))
    number = _number(tx, names, told, ref) if told.has("case") else None
    name, action = told.text("finding"), told.text("action")
    found = findings.raise_one(tx, ref, told.text("what") or told.text("text"), number, actor)
    if name is not None:
        names.finding[name] = found.ref
    owner, due_on = told.text("owner"), told.day("due_on")
    if action or owner:
        findings.assign(tx, found.ref, action or "see the finding", owner, due_on or told.today + _AHEAD, actor)
    if told.flag("confirmed"):
        findings.confirm(tx, found.ref, actor)


def _withdraw(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    """The finding that is named, else the latest of the audit."""
    name, audit_name = told.text("finding"), told.text("audit")
    if name is not None:
        ref = names.of("finding", name)
    else:
        made = raised.of_audit(tx, names.of("audit", str(audit_name)))
        if not made:
            raise Refusal("not_found", f"No finding of {audit_name} was raised.")
        ref = made[-1].ref
    findings.withdraw(tx, ref, told.text("reason"), actor)


def _report(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    name = told.needed("audit")
    found = audit_report.gather(tx, names.of("audit", name), actor)
    audit_report.exported(tx, found.exercise.ref, actor, forms=found.has_rows)
    names.reported.add(name)


ACTS = {
    "audit_new": _new,
    "audit_form": _form,
    "audit_finding": _finding,
    "audit_withdraw": _withdraw,
    "audit_report": _report,
}


def report(tx: Tx, names: Names, name: str) -> dict[str, Any]:
    """The report of an audit as it stands, with its numbers as they are and in the story's names."""
    ref = names.of("audit", name)
    exercise = stored.get(tx, ref)
    if exercise is None:
        raise LookupError(ref)
    found = audit_report.gather(tx, ref, as_actor(tx, known(tx, exercise.auditor_id)))
    called = {ref: name for name, ref in names.case.items()}
    return _drawn(found, called) | _counted(found) | _said(found, names, called)


def _drawn(found: ReportFigures, called: dict[str, str]) -> dict[str, Any]:
    exercise = found.exercise
    frame = exercise.frame
    return {
        "ref": exercise.ref,
        "status": found.standing.status.value,
        "week": exercise.week,
        "seed": exercise.seed,
        "n": exercise.size,
        "census": frame.is_census(exercise.size),
        "frame": {"refs": list(exercise.refs), "count": len(exercise.refs), "sha256": frame.sha256},
        "sample": [each.item.referral for each in found.sample],
        "cases": [called.get(each.item.case_ref) for each in found.sample],
        "conflicts": [called.get(each.item.case_ref) for each in found.sample if each.item.conflict],
        "received": exercise.received,
        "mean": exercise.mean,
        "against_mean": frame.against_mean,
        "late_additions": list(found.since.late),
        "gone": list(found.since.gone),
        "restricted_since": found.since.hidden,
    }


def _counted(found: ReportFigures) -> dict[str, Any]:
    now = found.now
    return {
        "month": {
            "from": found.month[0].isoformat(),
            "to": found.month[1].isoformat(),
            "referrals": now.referrals,
            "last_year": now.last_year,
            "change": sampling.change(now.referrals, now.last_year),
            "to_date": None if now.is_over else say_date(found.today),
        },
        "sources": {group: number for group, number in now.groups.items() if number},
        "other_sources": {"referrals": now.other_sources[0], "last_year": now.other_sources[1]},
        "bands": {band: list(numbers) for band, numbers in now.bands.items() if any(numbers)},
        "levels": {level: list(numbers) for level, numbers in now.levels.items() if any(numbers)},
        "taken_back": now.taken_back,
        "routes": now.routes,
        "assessments": now.assessments,
        "urgent": {"cases": now.urgent.cases, "in_time": now.urgent.in_time, "missed": now.urgent.missed},
        "drifting": found.drifting,
    }


def _said(found: ReportFigures, names: Names, called: dict[str, str]) -> dict[str, Any]:
    numbered = {each.item.number: called.get(each.item.case_ref) for each in found.sample}
    finding_names = {ref: name for name, ref in names.finding.items()}
    judged: dict[str, dict[str, int]] = {}
    for item in found.complete:
        for question in Judgements.model_fields:
            answer = str(getattr(item.judgements, question))
            judged.setdefault(question, {}).setdefault(answer, 0)
            judged[question][answer] += 1
    return {
        "complete": len(found.complete),
        "judged": judged,
        "findings": [
            {
                "finding": finding_names.get(each.ref),
                "ref": each.ref,
                "case": numbered.get(each.number) if each.number else None,
                "status": each.status.value,
                "reason": each.reason,
                "owner": each.owner_id,
                "due_on": each.due_on.isoformat() if each.due_on else None,
            }
            for each in found.findings
        ],
    }


def _number(tx: Tx, names: Names, told: Fields, ref: str) -> int:
    """The place of a case in the sample. Refused: `not_found`."""
    case_ref = case_of(names, told)
    item = next((each for each in stored.items(tx, ref) if each.case_ref == case_ref), None)
    if item is None:
        raise Refusal("not_found", f"{case_ref} is not in the sample of {ref}.")
    return item.number


def _answer(told: Fields, name: str, codes: type[StrEnum]) -> StrEnum:
    """An answer by its code; true and false are yes and no. Refused: `value_unknown`."""
    value = told.take(name)
    said = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    if str(said) not in set(codes):
        raise Refusal("value_unknown", f"{name} is one of {', '.join(codes)}.", field=name)
    return codes(str(said))


def _section(name: object) -> AuditSection:
    try:
        return AuditSection(str(name))
    except ValueError:
        raise Refusal("value_unknown", f"A section is one of {', '.join(AuditSection)}.", field="opened") from None
