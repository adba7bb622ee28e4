"""Open or close (§6): the forms of a decision, confirming it, what is agreed to be done, and the records of a closing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from slack_sdk.models.blocks import Block

from bot.domain.cases.case import Case
from bot.domain.cases.codes import DecisionKind
from bot.domain.obligations.awaiting_decision import Why
from bot.domain.obligations.closing_records import CHECKLIST
from bot.domain.people import RECORDERS, Actor
from bot.domain.shared.calendar import say_date
from bot.domain.shared.errors import Refusal
from bot.domain.shared.rule import Rule
from bot.services.cases import work
from bot.services.cases.view import CaseView
from bot.services.supervision import actions, decisions
from bot.services.supervision.actions import ActionAgreed
from handlers.cases import actions as case_actions
from handlers.cases.actions import CaseAction, Doing
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.supervision import decision_forms as forms
from handlers.ui import decisions as decision_views
from handlers.ui.button_state import unpack
from storage.db.engine import Tx

Inputs = Callable[[CaseView, int], Sequence[Block]]
_IN_SESSION = "About {ref} is decided in supervision, by two people (§6): begin with `/oob supervise`, an ad hoc session will do."


async def confirm(call: Call) -> Answer:
    """Confirm what the other one of the two has chosen."""
    memory = unpack(call.entry.action.get("value"))
    return await call.once(_confirm, memory.id, memory.n, call.actor)


def _confirm(tx: Tx, ref: str, number: int, actor: Actor) -> Answer:
    return case_actions.done(tx, ref, _said(tx, decisions.confirm(tx, ref, actor, seen=number)), actor)


def _close(tx: Tx, doing: Doing) -> str:
    form = doing.form
    choice = decisions.Choice(
        kind=DecisionKind.CLOSE,
        rationale=form.typed("rationale"),
        rc_code=form.chosen("rc_code"),
        local_reason=form.chosen("local_reason"),
        effective_on=form.typed_day("effective_on", tx.today, ahead=True),
        factors=tuple(sorted(form.ticked("factors"))),
        unmet_known=not form.asked("unmet") or bool(form.ticked("unmet")),
    )
    return _decided(tx, doing, choice)


def _keep_open(tx: Tx, doing: Doing) -> str:
    return _until(tx, doing, DecisionKind.KEEP_OPEN)


def _defer(tx: Tx, doing: Doing) -> str:
    return _until(tx, doing, DecisionKind.DEFER)


def _until(tx: Tx, doing: Doing, kind: DecisionKind) -> str:
    form = doing.form
    day = form.typed_day("next_decision_on", tx.today, ahead=True)
    factors = tuple(sorted(form.ticked("factors")))
    return _decided(tx, doing, decisions.Choice(kind, form.typed("rationale"), next_decision_on=day, factors=factors))


def _ratify(tx: Tx, doing: Doing) -> str:
    return _decided(tx, doing, decisions.Choice(DecisionKind.REOPEN_RATIFIED, doing.form.typed("rationale")))


def _decided(tx: Tx, doing: Doing, choice: decisions.Choice) -> str:
    return _said(tx, decisions.decide(tx, doing.ref, choice, doing.actor, seen=doing.number))


def _said(tx: Tx, after: Case) -> str:
    """What waits for the other one now, or else was decided."""
    episode = after.latest
    made = (episode.pending or episode.decided) if episode is not None else None
    return decision_views.said(made, tx.today) if made is not None else "noted."


def _agree(tx: Tx, doing: Doing) -> str:
    form = doing.form
    worker, due_on = form.person("worker"), form.typed_day("due_on", tx.today, ahead=True)
    if worker is None:
        raise Refusal("no_person", "Please choose a person of this workspace.", field="worker")
    if due_on is None:
        raise Refusal("missing", "Please give a day.", field="due_on")
    decisions.agree(tx, ActionAgreed(doing.ref, worker, due_on, form.typed("what")), doing.actor)
    return f"noted, <@{worker}> does that by *{say_date(due_on)}*. It is on the next agenda."


def _action_done(tx: Tx, doing: Doing) -> str:
    actions.done(tx, doing.ref, doing.form.whole("which") or 0, doing.actor)
    return "noted as done."


def _closing_records(tx: Tx, doing: Doing) -> str:
    missing = [words for name, words in CHECKLIST.items() if name not in doing.form.ticked("checked")]
    if missing:
        raise Refusal("checklist_open", f"Not complete yet: {'; '.join(missing)}. Nothing was noted.", field="checked")
    on = doing.form.day_or_today("on", tx.today)
    work.closing_records(tx, doing.ref, on, doing.actor)
    return f"The records of the closing are complete since *{say_date(on)}*."


def _may_decide(look: CaseView) -> bool:
    return look.may_decide


def _may_ratify(look: CaseView) -> bool:
    return look.may_decide and Why.TO_RATIFY in look.why


def _stamp(look: CaseView) -> int:
    """What was decided when the form was opened."""
    return look.episode.decision_stamp if look.episode else 0


def _decision(
    name: str, label: str, inputs: Inputs, do: Callable[[Tx, Doing], str], offered: Callable[[CaseView], bool] = _may_decide
) -> CaseAction:
    """A step by which one of the two confirms."""
    return CaseAction(name, label, label, inputs, do, offered, _IN_SESSION, submit="Confirm", number_of=_stamp)


CLOSE = _decision("close", "Close", forms.close, _close)
KEEP_OPEN = _decision("keep_open", "Keep open", forms.keep_open, _keep_open)
DEFER = _decision("defer", "Defer", forms.defer, _defer)
RATIFY = _decision("ratify", "Ratify the reopening", forms.ratify, _ratify, _may_ratify)
AGREE = CaseAction("agree", "Agree on something to do", "Agree on something to do", forms.agree, _agree, _may_decide, _IN_SESSION)
ACTION_DONE = CaseAction(
    "action_done",
    "Something agreed is done",
    "Done, as agreed",
    forms.action_done,
    _action_done,
    lambda look: any(each.done_on is None for each in (look.episode.actions if look.episode else ())),
    otherwise="Nothing that was agreed about {ref} is still to be done.",
)
CLOSING_RECORDS = CaseAction(
    "closing_records",
    "Closing records complete",
    "Closing records",
    forms.checklist,
    _closing_records,
    lambda look: look.episode is None and any(each.rule == Rule.CLOSING_RECORDS for each in look.open),
    otherwise="No closing of {ref} waits for its records.",
    needs_open=False,
)
STEPS = (CLOSE, KEEP_OPEN, DEFER, RATIFY, AGREE, ACTION_DONE, CLOSING_RECORDS)
ROUTES = (
    Route(Kind.ACTION, "case.confirm", RECORDERS, "Confirming a decision", confirm),
    *case_actions.routes(STEPS),
)
