"""Every builder of supervision: agendas, forms of decisions, sessions and minutes (see `tests.support.built`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from slack_sdk.models.views import View

from bot.documents import supervision_minute as paper
from bot.domain.cases.codes import DecisionKind
from bot.domain.cases.records import Action, Decision
from bot.domain.obligations.awaiting_decision import Why
from bot.domain.obligations.caseload import line
from bot.domain.shared.rule import AgendaSection
from bot.domain.supervision.agenda import AgendaEntry
from bot.domain.supervision.minute import Agreed, Carried, Decided, Minute
from bot.domain.supervision.session import Session, SessionKind, SessionStatus
from bot.services.cases.view import CaseView
from bot.services.reminders.lists import GatheredCases
from bot.services.supervision.agenda import Agenda, Next
from bot.services.supervision.minutes import Written
from handlers.cases import card_view, notification_views
from handlers.supervision import agenda_view, decision_forms, session_views
from handlers.supervision import decisions as handlers
from handlers.ui import decisions as decision_views
from handlers.ui.blocks import Message

Built = Iterator[tuple[Callable[..., Any], Message | View]]
MODULES = (agenda_view, decision_forms, session_views)
NOW = datetime(2026, 12, 7, 9, 5, tzinfo=UTC)
SESSION = Session(
    ref="SUP-2026-0001",
    worker_id="U0DANA",
    manager_id="U0MO",
    held_on=date(2026, 12, 7),
    kind=SessionKind.SCHEDULED,
    status=SessionStatus.IN_SESSION,
    starts_at=datetime(2026, 12, 7, 10, tzinfo=UTC),
)
PENDING = Decision(
    number=9, episode=1, kind=DecisionKind.CLOSE, session="SUP-2026-0001", worker_by="U0DANA", worker_at=NOW, rc_code="RC7"
)


def in_session(look: CaseView, words: str) -> CaseView:
    """The same case while it can be decided, with half a decision and something agreed."""
    episode = look.case.episodes[0]
    agreed = Action(number=8, episode=1, session="SUP-2026-0001", worker_id="U0DANA", what=words, due_on=date(2026, 11, 30))
    half = PENDING.model_copy(update={"rationale": words})
    made = episode.model_copy(update={"decisions": (*episode.decisions, half), "actions": (*episode.actions, agreed)})
    return replace(
        look,
        case=look.case.model_copy(update={"episodes": (made,)}),
        session=SESSION,
        side="manager" if look.is_manager else "worker",
    )


def an_agenda(look: CaseView, entries: list[AgendaEntry], **more: Any) -> Agenda:
    """The agenda of Dana with these lines, each about that case."""
    row = line(look.case, look.case.episodes[0], look.asked, look.versions)
    refs = [entry.ref for entry in entries]
    gathered = GatheredCases(entries, {ref: list(look.open) for ref in refs}, dict.fromkeys(refs, row))
    return Agenda("U0DANA", "U0MO", look.actor, look.today, gathered, open_cases=12, **more)


def shown(found: Agenda, look: CaseView, number: int = 0) -> Message:
    """A page of it."""
    page = agenda_view.page_of(found.gathered.entries, number)
    return agenda_view.agenda(found, page, dict.fromkeys(page.close, look))


def one_of_each(first: str = "OOB-2026-0001") -> list[AgendaEntry]:
    """A line in every section."""
    refs = [first, *(f"OOB-2026-{number:04d}" for number in range(2, len(AgendaSection) + 1))]
    return [
        AgendaEntry(
            name,
            ref,
            ("R5", "R12", "core_missing", "action", "new"),
            ("dormant",),
            2 if name is AgendaSection.AWAITING_DECISION else 0,
        )
        for name, ref in zip(AgendaSection, refs, strict=True)
    ]


def of_supervision(words: str, open_: CaseView, mine: CaseView) -> Built:
    """Agendas of every kind, the forms, the letters and the minute."""
    deciding = in_session(open_, words)
    done = tuple(("OOB-2026-0009", "U0ELI", date(2026, 12, 1)) for _ in range(12))
    ended = SESSION.model_copy(update={"status": SessionStatus.FINALISED, "finalised_at": NOW, "minute": a_minute()})
    full = an_agenda(deciding, one_of_each(), under_way=SESSION, last=ended, done=done)
    yield agenda_view.agenda, shown(full, deciding)
    yield (
        agenda_view.agenda,
        shown(an_agenda(mine, one_of_each(), booked=SESSION, last=ended), replace(mine, why=(Why.TO_RATIFY,))),
    )
    yield agenda_view.agenda, shown(an_agenda(open_, []), open_)
    yield agenda_view.team, agenda_view.team([Next("U0DANA", SESSION, 3), Next("U0ELI", None, 0)])
    yield agenda_view.team, agenda_view.team([])
    for step in handlers.STEPS:
        if deciding.actor.may(step.roles) and step.offered(deciding):
            yield card_view.form, card_view.form(step.id, step.title, step.submit, deciding, 3, step.inputs(deciding, 3))
    yield card_view.card, card_view.card(deciding, [("case.close", "Close")], [("open", "Open")])
    yield card_view.done, card_view.done(deciding, f"{decision_views.said(PENDING, open_.today)}")
    booked = SESSION.model_copy(update={"status": SessionStatus.DRAFT})
    yield session_views.booking, session_views.booking("U0DANA", booked, open_.today)
    yield session_views.booking, session_views.booking("U0DANA", None, open_.today)
    yield session_views.booked, session_views.booked(booked)
    yield session_views.booked_for_you, session_views.booked_for_you(booked)
    yield session_views.cancelled, session_views.cancelled("U0DANA", booked.when)
    yield session_views.cancelled_for_you, session_views.cancelled_for_you("U0MO", booked.when)
    yield session_views.begun_for_you, session_views.begun_for_you(SESSION)
    refs = [f"OOB-2026-{number:04d}" for number in range(1, 20)]
    yield session_views.finishing, session_views.finishing(SESSION, refs, refs[:1])
    yield session_views.finishing, session_views.finishing(SESSION, [], [])
    agreed = deciding.case.episodes[0].actions[-1]
    yield notification_views.action, notification_views.action("OOB-2026-0001", agreed)
    yield (
        notification_views.decision_waits,
        notification_views.decision_waits("OOB-2026-0001", PENDING, ["feedback to the referrer (§7): *today*"]),
    )
    written = Written(ended, a_minute(), {("OOB-2026-0001", 9): words, ("OOB-2026-0002", 8): words}, {"OOB-2026-0001": "ICS-1"})
    text = paper.as_text(written, {"U0DANA": "Dana Okafor"})
    yield session_views.minute, session_views.minute(written, text)
    on_ics = replace(written, session=ended.model_copy(update={"ics_recorded_on": open_.today}))
    yield session_views.minute, session_views.minute(on_ics, text, document_comes=True)
    yield session_views.minute_ready, session_views.minute_ready(ended)
    both = PENDING.model_copy(update={"manager_by": "U0MO", "manager_at": NOW, "effective_on": open_.today})
    yield notification_views.decided, notification_views.decided("OOB-2026-0001", both, open_.today)
    yield notification_views.closing_undone, notification_views.closing_undone("OOB-2026-0001", "U0MO")


def a_minute() -> Minute:
    """A minute with everything in it."""
    closing = Decided(
        ref="OOB-2026-0001",
        number=9,
        kind=DecisionKind.CLOSE,
        worker_by="U0DANA",
        manager_by="U0MO",
        decided_at=NOW,
        rc_code="RC7",
        local_reason="work_completed",
        effective_on=date(2026, 12, 7),
        factors=("workload",),
    )
    keeping = closing.model_copy(
        update={"ref": "OOB-2026-0003", "kind": DecisionKind.KEEP_OPEN, "next_decision_on": date(2027, 3, 7), "rc_code": None}
    )
    return Minute(
        decided=(closing, keeping),
        agreed=(Agreed(ref="OOB-2026-0002", number=8, worker_id="U0DANA", due_on=date(2026, 12, 21)),),
        carried=(Carried(ref="OOB-2026-0004", times=2, half=True), Carried(ref="OOB-2026-0005", times=1)),
    )
