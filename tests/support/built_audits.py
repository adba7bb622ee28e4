"""Every builder of audits: plans, samples, forms, findings and their letters (see `tests.support.built`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from slack_sdk.models.views import View

from bot.domain.audits import sampling as rules
from bot.domain.audits.audit import (
    Audit,
    AuditSection,
    Finding,
    FindingStatus,
    Grade,
    Judged,
    Judgements,
    Level,
    SampledCase,
    ShouldBe,
    Threshold,
)
from bot.domain.cases.case import Case
from bot.domain.people import Actor, Role
from bot.services.audits.audits import AuditProgress, Since
from bot.services.audits.forms import AuditForm, FormLine
from bot.services.audits.sampling import Sample
from handlers.audits import finding_views, form_views, notification_views, views
from handlers.ui.blocks import Message

MODULES = (views, form_views, notification_views, finding_views)
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


def an_exercise(words: str, *, is_drawn: bool = True) -> Audit:
    """An audit before or after its sample was drawn."""
    made = Audit(
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


def a_form(words: str, case: Case, **item: Any) -> AuditForm:
    """The form of the first sampled case."""
    lines = {
        section: tuple(FormLine(TODAY, f"{section.words} {n}") for n in range(place))
        for place, section in enumerate(AuditSection)
    }
    made = SampledCase(audit="AUD-2026-0001", number=1, referral="R-2026-0319", case_ref=case.ref, **item)
    return AuditForm(
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
    standing = AuditProgress(drawn, 25, 3, 2)
    yield views.audits, views.audits([])
    yield views.audits, views.audits([standing, *[AuditProgress(plan)] * 14])
    for before, names in ((None, True), (None, False), (drawn, True)):
        yield views.plan, views.plan(before, TODAY, names_auditor=names)
    auditing = views.May(conducts=True, opens=tuple(range(1, 120)))
    reported = drawn.model_copy(update={"reported_at": NOW - timedelta(days=1)})
    ended = {"cancelled_at": NOW, "cancelled_by": "U0MO", "cancel_reason": words}
    for exercise in (reported, drawn.model_copy(update=ended)):
        yield views.page, views.page(AuditProgress(exercise, 25, 25, 25), Since(), some_findings(words), auditing)
    yield views.cancelling, views.cancelling(drawn)
    yield views.page, views.page(AuditProgress(plan), Since(), (), views.May(plans=True, cancels=True))
    yield (
        views.page,
        views.page(standing, Since(REFS[:1], REFS[1:2], 1), some_findings(words), auditing, "Every form is complete."),
    )
    yield (
        views.frozen,
        views.frozen(drawn, [SampledCase(audit=drawn.ref, number=1, referral=REFS[0], case_ref=case.ref, conflict=True)]),
    )
    frame = rules.Frame("2026-W50", REFS, 42, 31.2, 52, None)
    yield views.preview, views.preview(Sample(frame, "first", 25, REFS[:25]), [("AUD-2026-0001", "draft")])
    yield views.preview, views.preview(Sample(frame, "first", 25, REFS[:25]), [])
    yield views.report_comes, views.report_comes("AUD-2026-0001", final=True, left=0, rows=True)
    yield views.report_comes, views.report_comes("AUD-2026-0001", final=False, left=1, rows=False)
    yield from _forms(words, case)
    found = some_findings(words)
    for actor in (ana, mo):
        for number in (0, 1):
            yield finding_views.page, finding_views.page(drawn, found, actor, number)
    yield finding_views.page, finding_views.page(drawn, [], mo)
    yield finding_views.raising, finding_views.raising(drawn, 3)
    for form in (finding_views.withdrawing, finding_views.assigning, finding_views.responding):
        yield form, form(found[1])
    yield finding_views.noted, finding_views.noted(found[2])
    yield notification_views.cancelled, notification_views.cancelled(drawn.model_copy(update=ended))
    for letter in (
        notification_views.named,
        notification_views.changed,
        notification_views.begun,
        notification_views.drawn,
        notification_views.reported,
    ):
        yield letter, letter(drawn)
    for about in (notification_views.raised, notification_views.withdrawn, notification_views.answered, notification_views.done):
        yield about, about(found[2])
    yield notification_views.action, notification_views.action(found[1], TODAY)


def _forms(words: str, case: Case) -> Iterator[tuple[Callable[..., Any], Message | View]]:
    new = a_form(words, case, conflict=True)
    said = {"judgements": ALL_JUDGED, "comment": words, "reservations": words}
    half = a_form(words, case, opened=(AuditSection.VISITS,), set_aside={AuditSection.SHARING: words}, **said)
    whole = a_form(words, case, opened=tuple(AuditSection), completed_at=NOW, **said)
    for found in (new, half, whole):
        for missing in (False, True):
            yield form_views.case, form_views.case(found, missing=missing)
        yield form_views.judging, form_views.judging(found)
        yield form_views.judging_more, form_views.judging_more(found)
    yield form_views.one_section, form_views.one_section(new, AuditSection.INQUIRIES)
    yield form_views.one_section, form_views.one_section(new, AuditSection.DECISIONS)
    yield form_views.aside, form_views.aside(half, AuditSection.SHARING)
