"""Steps of a case: each thing that people do with one is a form, and what happens when it is sent off.

A step has one name. `case.NAME` is the id of its button, of its form and of its submission (docs/slack-ids.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from bot.domain.people import RECORDERS, Actor, Role
from bot.domain.shared import references, text
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import RefKind
from bot.services.cases import loading, view
from bot.services.cases.view import CaseView
from bot.services.digests import home
from handlers.cases import card_view as views
from handlers.cases import messages as words
from handlers.core.form_state import FormState
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Handler, Route
from handlers.ui.blocks import Message
from handlers.ui.button_state import ButtonState, unpack
from storage.db.engine import Tx


@dataclass(frozen=True)
class Doing:
    """What a step is given when its form is sent off: which case, which number of something on it, the form, and who."""

    ref: str
    number: int
    form: FormState
    actor: Actor


@dataclass(frozen=True)
class CaseAction:
    """One thing to do with a case.

    `inputs(look, number)` gives the blocks of its form, at most eight inputs; `do(tx, doing)` does it and says what was recorded;
    `offered(look)` is whether the card offers it, and `otherwise` what is said to who asks for it all the same. `number_of(look)`
    is what the form remembers of how things stood when it was opened.
    """

    name: str
    label: str
    title: str
    inputs: Callable[[CaseView, int], Sequence[Block]]
    do: Callable[[Tx, Doing], str]
    offered: Callable[[CaseView], bool]
    otherwise: str
    roles: frozenset[Role] = RECORDERS
    submit: str = "Save"
    needs_open: bool = True
    on_card: bool = True
    number_of: Callable[[CaseView], int] | None = None

    @property
    def id(self) -> str:
        """Its id on Slack's side."""
        return f"case.{self.name}"


REGISTERED: dict[str, CaseAction] = {}
"""Every action by its name, in the order of the card's menu; filled by `handlers.router`, which knows every area."""


def register(*actions: CaseAction) -> None:
    """Let the card offer these actions."""
    REGISTERED.update({action.name: action for action in actions})


def typed(step: CaseAction) -> Handler:
    """The handler of a command that takes a case and nothing else, such as `/oob share OOB-…`: the form of the step."""

    async def named(call: Call) -> Answer:
        return await open_typed(call, step, text.clean(call.words))

    return named


async def open_typed(call: Call, step: CaseAction, words: str) -> Answer:
    """A command with the case it is about: the form of the step; without one, a menu of one's own cases."""
    word, _ = about(words)
    if not word:
        return await which_case(call, step.name)
    return await call.show(_open_named, step, word, call.actor)


async def which_case(call: Call, step: str) -> Answer:
    """A command that names no case: one's own to choose from."""
    held = await call.ctx.read(home.refs_held, call.actor)
    return Answer.message(words.which_case(held, step))


def about(words: str) -> tuple[str, str]:
    """The case that a line is about, and the rest of it: our reference wherever it stands, else the first word."""
    if named := references.all_of(words, RefKind.CASE):
        return named[0], references.without(words)
    first, *rest = words.split(maxsplit=1) or [""]
    return first.rstrip(":,;"), rest[0] if rest else ""


def open_form(tx: Tx, step: CaseAction, memory: ButtonState, actor: Actor) -> Answer:
    """The form of a step as JSON; that the case was looked at is logged."""
    look = view.look(tx, memory.id, actor)
    possible(step, look)
    number = memory.n if step.number_of is None else step.number_of(look)
    return shown(step, look, number, step.inputs(look, memory.n))


def shown(step: CaseAction, look: CaseView, number: int, inputs: Sequence[Block]) -> Answer:
    """The form of a step with these inputs, as JSON."""
    return Answer.form(views.form(step.id, step.title, step.submit, look, number, inputs))


def possible(step: CaseAction, look: CaseView) -> None:
    """Refuse the form of a step that there is nothing for now: `case_closed`, `not_now`."""
    if step.offered(look):
        return
    if look.episode is None and step.needs_open:
        raise loading.read_only(look.case)
    raise Refusal("not_now", step.otherwise.format(ref=look.case.ref))


def routes(steps: Sequence[CaseAction]) -> tuple[Route, ...]:
    """The buttons and the submissions of steps."""
    found = []
    for step in steps:
        found.append(Route(Kind.ACTION, step.id, step.roles, _purpose(step), _pressing(step)))
        found.append(Route(Kind.SUBMISSION, step.id, step.roles, _purpose(step), _submitting(step)))
    return tuple(found)


def _purpose(step: CaseAction) -> str:
    return f"“{step.label}”"


def _pressing(step: CaseAction) -> Handler:
    async def pressed(call: Call) -> Answer:
        return await call.show(open_form, step, unpack(call.entry.action.get("value")), call.actor)

    return pressed


def _submitting(step: CaseAction) -> Handler:
    async def submitted(call: Call) -> Answer:
        memory = unpack(call.entry.view.get("private_metadata"))
        return await call.once(_do, step, Doing(memory.id, memory.n, FormState(call.entry.view), call.actor))

    return submitted


def _open_named(tx: Tx, step: CaseAction, word: str, actor: Actor) -> Answer:
    return open_form(tx, step, ButtonState(id=view.named(tx, word, actor)), actor)


def _do(tx: Tx, step: CaseAction, doing: Doing) -> Answer:
    return done(tx, doing.ref, step.do(tx, doing), doing.actor)


def done(tx: Tx, ref: str, sentence: str, actor: Actor, readings: Sequence[Block] = ()) -> Answer:
    """What was recorded, and what is asked next; of a case that one may not see any more only that it is done.

    `readings`: buttons for what else the words may mean.
    """
    try:
        return Answer.message(views.done(view.looked(tx, ref, actor), sentence, readings))
    except Refusal:
        return Answer.message(Message.plain(f"*{ref}*: {sentence} It is restricted, so you do not see it any more."))
