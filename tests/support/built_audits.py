"""Every builder of audits: plans, samples, forms, findings and their letters (see `tests.support.built`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from slack_sdk.models.views import View

from bot.casework.auditforms import Form, Line
from bot.casework.auditing import Sample
from bot.casework.exercises import Since, Standing
from bot.rules import audit as rules
from bot.rules.case import Case
from bot.rules.exercise import (
    Exercise,
    Finding,
    FindingStatus,
    Grade,
    Item,
    Judged,
    Judgements,
    Level,
    Section,
    ShouldBe,
    Threshold,
)
from bot.rules.people import Actor, Role
from handlers.views import audit, audit_form, audit_letters, findings
from handlers.views.parts import Message

MODULES = (audit, audit_form, audit_letters, findings)
NOW = datetime(2026, 12, 14, 9, 5, tzinfo=UTC)
TODAY = date(2026, 12, 14)
REFS = tuple(f"R-2026-{number:04d}" for number in range(301, 341))
ALL_JUDGED = Judgements(
    level_of_need=2,
    threshold=Threshold.TOO_LOW,
    should_be=ShouldBe.CONTACT,
    proportionate=Level.TOO_MUCH,
    urgent_met=Judged.YES,
    drift=Judged.NO,
    signposting=Judged.NO,
    referrer_told=Judged.NO,
    closing=Judged.NOT_APPLICABLE,
    grade=Grade.GOOD,
)


def an_exercise(words: str, *, is_drawn: bool = True) -> Exercise:
    """An audit before or after its sample was drawn."""
    made = Exercise(
        ref="AUD-2026-0001",
        title=words[:120],
        commissioned_by=words[:120],
        meeting_on=date(2027, 1, 28),
        due_on=date(2027, 1, 21),
        auditor_id="U0ANA",
        access_until=date(2027, 2, 25),
        made_by="U0MO",
        made_at=NOW,
        context=words,
    )
    frame = {"week": "2026-W50", "seed": "first", "refs": REFS, "received": 42, "mean": 31.2, "weeks": 52}
    return made.model_copy(update=frame | {"sampled_at": NOW, "sampled_by": "U0ANA"}) if is_drawn else made


def a_form(words: str, case: Case, **item: Any) -> Form:
    """The form of the first sampled case."""
    lines = {section: tuple(Line(TODAY, f"{section.words} {n}") for n in range(place)) for place, section in enumerate(Section)}
    made = Item(audit="AUD-2026-0001", number=1, referral="R-2026-0319", case_ref=case.ref, **item)
    return Form(
        exercise=an_exercise(words),
        item=made,
        case=case,
        referral=case.referrals[0],
        sections=lines,
        in_time=False,
        drifts=True,
        reminders=3,
        cases=25,
        complete=2,
    )


def a_finding(words: str, **more: Any) -> Finding:
    return Finding(ref="FIN-2026-0001", audit="AUD-2026-0001", what=words, raised_by="U0ANA", raised_at=NOW, **more)


def some_findings(words: str) -> list[Finding]:
    """One of each state, with all that can be said."""
    acted = {"owner_id": "U0DANA", "action": words, "due_on": date(2026, 12, 11), "response": words, "responded_by": "U0MO"}
    return [
        a_finding(words, number=3),
        a_finding(words, status=FindingStatus.CONFIRMED, settled_at=NOW, **acted),
        a_finding(words, status=FindingStatus.WITHDRAWN, settled_at=NOW, reason=words, **acted, done_on=TODAY),
        *(a_finding(words).model_copy(update={"ref": f"FIN-2026-{number:04d}"}) for number in range(4, 12)),
    ]


def of_audits(words: str, case: Case) -> Iterator[tuple[Callable[..., Any], Message | View]]:
    """The builders about audits."""
    ana = Actor(workspace_id="T", user_id="U0ANA", roles=frozenset({Role.AUDITOR}))
    mo = Actor(workspace_id="T", user_id="U0MO", roles=frozenset({Role.TEAM_MANAGER}))
    plan, drawn = an_exercise(words, is_drawn=False), an_exercise(words)
    standing = Standing(drawn, 25, 3, 2)
    yield audit.audits, audit.audits([])
    yield audit.audits, audit.audits([standing, *[Standing(plan)] * 14])
    for before, names in ((None, True), (None, False), (drawn, True)):
        yield audit.plan, audit.plan(before, TODAY, names_auditor=names)
    auditing = audit.May(conducts=True, opens=tuple(range(1, 120)))
    reported = drawn.model_copy(update={"reported_at": NOW - timedelta(days=1)})
    ended = {"cancelled_at": NOW, "cancelled_by": "U0MO", "cancel_reason": words}
    for exercise in (reported, drawn.model_copy(update=ended)):
        yield audit.page, audit.page(Standing(exercise, 25, 25, 25), Since(), some_findings(words), auditing)
    yield audit.cancelling, audit.cancelling(drawn)
    yield audit.page, audit.page(Standing(plan), Since(), (), audit.May(plans=True, cancels=True))
    yield (
        audit.page,
        audit.page(standing, Since(REFS[:1], REFS[1:2], 1), some_findings(words), auditing, "Every form is complete."),
    )
    yield audit.frozen, audit.frozen(drawn, [Item(audit=drawn.ref, number=1, referral=REFS[0], case_ref=case.ref, conflict=True)])
    frame = rules.Frame("2026-W50", REFS, 42, 31.2, 52, None)
    yield audit.preview, audit.preview(Sample(frame, "first", 25, REFS[:25]), [("AUD-2026-0001", "draft")])
    yield audit.preview, audit.preview(Sample(frame, "first", 25, REFS[:25]), [])
    yield audit.report_comes, audit.report_comes("AUD-2026-0001", final=True, left=0, rows=True)
    yield audit.report_comes, audit.report_comes("AUD-2026-0001", final=False, left=1, rows=False)
    yield from _forms(words, case)
    found = some_findings(words)
    for actor in (ana, mo):
        for number in (0, 1):
            yield findings.page, findings.page(drawn, found, actor, number)
    yield findings.page, findings.page(drawn, [], mo)
    yield findings.raising, findings.raising(drawn, 3)
    for form in (findings.withdrawing, findings.assigning, findings.responding):
        yield form, form(found[1])
    yield findings.noted, findings.noted(found[2])
    yield audit_letters.cancelled, audit_letters.cancelled(drawn.model_copy(update=ended))
    for letter in (audit_letters.named, audit_letters.changed, audit_letters.begun, audit_letters.drawn, audit_letters.reported):
        yield letter, letter(drawn)
    for about in (audit_letters.raised, audit_letters.withdrawn, audit_letters.answered, audit_letters.done):
        yield about, about(found[2])
    yield audit_letters.action, audit_letters.action(found[1], TODAY)


def _forms(words: str, case: Case) -> Iterator[tuple[Callable[..., Any], Message | View]]:
    new = a_form(words, case, conflict=True)
    said = {"judgements": ALL_JUDGED, "comment": words, "reservations": words}
    half = a_form(words, case, opened=(Section.VISITS,), set_aside={Section.SHARING: words}, **said)
    whole = a_form(words, case, opened=tuple(Section), completed_at=NOW, **said)
    for found in (new, half, whole):
        for missing in (False, True):
            yield audit_form.case, audit_form.case(found, missing=missing)
        yield audit_form.judging, audit_form.judging(found)
        yield audit_form.judging_more, audit_form.judging_more(found)
    yield audit_form.one_section, audit_form.one_section(new, Section.INQUIRIES)
    yield audit_form.one_section, audit_form.one_section(new, Section.DECISIONS)
    yield audit_form.aside, audit_form.aside(half, Section.SHARING)
