"""Everyday work on a case: contacts, first response, details, who holds it, proposals, reopening, closing records."""

from __future__ import annotations

from datetime import date

from bot.domain import free_text
from bot.domain.cases.case import Case
from bot.domain.cases.codes import ActivityKind, DecisionKind, RecordingRoute
from bot.domain.people import MANAGERS, RECORDERS, Actor
from bot.domain.shared import privacy, references, text
from bot.domain.shared.calendar import say_date, say_moment
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import RefKind
from bot.services.cases import corrections, referrals, undo, view, work
from bot.services.supervision import decisions
from handlers.cases import actions, messages
from handlers.cases import card_view as views
from handlers.cases import work_forms as forms
from handlers.cases.actions import CaseAction, Doing
from handlers.core.command_parser import PERSON
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.ui.blocks import listed, section, sentence
from handlers.ui.button_state import unpack
from handlers.ui.readings import OtherReading, choices, pressed
from storage.db.engine import Tx
from storage.requests import idempotency

_KINDS = {
    **dict.fromkeys(("close", "closing", "closed"), DecisionKind.CLOSE),
    **dict.fromkeys(("keep", "keep_open", "open", "stay"), DecisionKind.KEEP_OPEN),
    **dict.fromkeys(("reopen", "ratify", "reopened"), DecisionKind.REOPEN_RATIFIED),
    "defer": DecisionKind.DEFER,
}


def _contact(tx: Tx, doing: Doing) -> str:
    form, attempted = doing.form, forms.ATTEMPTED in doing.form.ticked("attempted")
    seen = set() if attempted else form.ticked("seen")
    told = work.Contact(
        kind=ActivityKind.ATTEMPTED if attempted else form.needed("kind", ActivityKind),
        occurred_on=form.day_or_today("on", tx.today),
        seen_child=True if seen else None,
        seen_alone=True if forms.ALONE in seen else None,
        note=form.typed("note"),
    )
    return _contacted(work.contact(tx, doing.ref, told, doing.actor))


def _respond(tx: Tx, doing: Doing) -> str:
    _, at = doing.form.moment("on", tx.now)
    if at is None:
        raise Refusal("time_missing", "Please give the time, too, such as today 14:30.", field="on")
    work.respond(tx, doing.ref, at, doing.actor)
    return f"The first response, *{say_moment(at)}*, is recorded."


def _details(tx: Tx, doing: Doing) -> str:
    look, form = view.looked(tx, doing.ref, doing.actor), doing.form
    if doing.number != look.case.version:
        raise Refusal("changed_meanwhile", f"Somebody changed {doing.ref} since you opened this. Please open Details again.")
    _a_reference(form.typed("family_group"))
    ticked = form.ticked("flags")
    told: dict[str, object] = {
        "restricted": forms.RESTRICTED in ticked,
        "family_group": (form.typed("family_group") or "").upper() or None,
        "deceased_on": form.typed_day("deceased_on", tx.today),
    }
    known: dict[str, object] = look.case.model_dump(include=set(told))
    if look.episode is not None:
        told |= {
            "awaiting_family": forms.AWAITING in ticked,
            "next_expected_contact": form.typed_day("next_expected_contact", tx.today, ahead=True),
            "moved_to": form.chosen("moved_to", "authority") or look.case.home,
        }
        known |= {
            "awaiting_family": look.episode.awaiting_family_at is not None,
            "next_expected_contact": look.episode.next_expected_contact,
            "moved_to": look.case.home,
        }
    changed = {name: value for name, value in told.items() if value != known[name]}
    if not changed:
        return "Nothing was changed."
    work.set_flags(tx, doing.ref, changed, doing.actor)
    expected = changed.get("next_expected_contact")
    return f"Saved. Contact is expected by *{say_date(expected)}*." if isinstance(expected, date) else "Saved."


def _a_reference(family: str | None) -> None:
    """A family is known by a reference with a number, never by its name."""
    if family is not None and not any(letter.isdigit() for letter in family):
        raise Refusal(
            "family_group_unreadable", "Please give a reference with a number, such as FAM-12; no name.", field="family_group"
        )


def _reassign(tx: Tx, doing: Doing) -> str:
    to = doing.form.person("to")
    if to is None:
        raise Refusal("no_person", "Please choose a person of this workspace.", field="to")
    work.reassign(tx, doing.ref, to, doing.form.chosen("reason"), doing.actor)
    return f"<@{to}> holds it from today, and is told which clocks run."


def _reopen(tx: Tx, doing: Doing) -> str:
    route = doing.form.needed("route", RecordingRoute)
    on = doing.form.typed_day("on", tx.today)
    after = referrals.reopen(tx, doing.ref, route, doing.actor, on)
    opened = after.latest.opened_on if after.latest else tx.today
    return f"It is open again since *{say_date(opened)}*, and is on the next agenda to be ratified (§6)."


def _propose(tx: Tx, doing: Doing) -> str:
    kind = doing.form.needed("decision", DecisionKind)
    decisions.propose(tx, doing.ref, kind, doing.form.typed("rationale"), doing.actor)
    return _proposed(kind)


CONTACT = CaseAction(
    "contact",
    "Log a contact",
    "Log a contact",
    forms.contact,
    _contact,
    lambda look: look.episode is not None,
    submit="Log it",
    otherwise="{ref} is not open.",
)
RESPOND = CaseAction(
    "respond",
    "First response",
    "First response",
    forms.respond,
    _respond,
    views.awaits_response,
    otherwise="{ref} waits for no first response: it was not referred as urgent, or that is noted.",
)
DETAILS = CaseAction(
    "details",
    "Details",
    "Details",
    forms.details,
    _details,
    lambda look: look.latest is not None,
    otherwise="{ref} was never open.",
    needs_open=False,
    number_of=lambda look: look.case.version,
)
REASSIGN = CaseAction(
    "reassign",
    "Give to somebody else",
    "Give to somebody else",
    forms.reassign,
    _reassign,
    lambda look: look.episode is not None and look.actor.may(MANAGERS),
    roles=MANAGERS,
    otherwise="{ref} is not open.",
)
REOPEN = CaseAction(
    "reopen",
    "Reopen",
    "Reopen",
    forms.reopen,
    _reopen,
    lambda look: look.latest is not None and look.episode is None,
    submit="Reopen",
    otherwise="{ref} is open; it needs no reopening.",
    needs_open=False,
)
PROPOSE = CaseAction(
    "propose",
    "Propose to close or keep",
    "Propose",
    forms.propose,
    _propose,
    lambda look: look.episode is not None,
    submit="Propose",
    otherwise="{ref} is not open.",
)
STEPS = (CONTACT, RESPOND, DETAILS, REASSIGN, REOPEN, PROPOSE)


async def contact_typed(call: Call) -> Answer:
    """`/oob contact OOB-… visit, saw the child`: logged at once; without words the form."""
    word, said = actions.about(text.clean(call.words))
    if references.all_of(word, RefKind.INQUIRY):
        return Answer.message(messages.convert_instead(references.all_of(word, RefKind.INQUIRY)[0]))
    words = text.note(said, field="note")
    if words is None:
        return await actions.open_typed(call, CONTACT, word)
    privacy.guard(words)
    read = free_text.contact(words, call.ctx.today())
    if read.ask is not None:
        return await call.show(_contact_form, word, read, call.actor)
    return await call.once(_contact_words, word, words, call.actor)


async def propose_typed(call: Call) -> Answer:
    """`/oob propose OOB-… close why`: proposed at once; without a decision the form."""
    word, said = actions.about(text.clean(call.words))
    wanted, why = said.split(maxsplit=1) if " " in said else (said, "")
    kind = _KINDS.get(wanted.casefold().strip(":,."))
    if kind is None:
        return await actions.open_typed(call, PROPOSE, word)
    words = text.note(why, field="rationale")
    privacy.guard(words)
    return await call.once(_propose_words, word, kind, words, call.actor)


async def reassign_typed(call: Call) -> Answer:
    """`/oob reassign OOB-… @worker`: the form, with who was named."""
    named = PERSON.search(call.raw)
    word, _ = actions.about(text.clean(PERSON.sub(" ", call.raw)))
    if named is None:
        return await actions.open_typed(call, REASSIGN, word)
    return await call.show(_reassign_form, word, named[1], call.actor)


def _contact_words(tx: Tx, word: str, words: str, actor: Actor) -> Answer:
    ref = view.named(tx, word, actor)
    line = f"contact {ref} {words}"
    if idempotency.said_just_now(tx, line):
        return Answer.message(messages.said_before(ref))
    read = free_text.contact(words, tx.today)
    told = work.Contact(read.kind, read.occurred_on, read.seen_child, read.seen_alone, read.note)
    after = work.contact(tx, ref, told, actor)
    idempotency.remember_wording(tx, line, undo.worded(ref, after.version))
    said = f"{_contacted(after)} I read that from your words; please check it."
    if read.offered:
        said += f" I also saw {listed([say_date(day) for day in read.offered])}, and did not use it."
    return actions.done(tx, ref, said, actor, choices("case.read_as", ref, after.version, days=read.offered))


def _contact_form(tx: Tx, word: str, read: free_text.Done, actor: Actor) -> Answer:
    """Words that may mean something else are not logged: the form, filled in with what was read."""
    look = view.look(tx, view.named(tx, word, actor), actor)
    actions.possible(CONTACT, look)
    asked = section(read.problem or _ASKED[read.ask or free_text.Ask.DAY])
    return actions.shown(CONTACT, look, 0, [asked, *forms.contact(look, 0, read)])


async def read_as(call: Call) -> Answer:
    """Another day of the words than was taken."""
    state = unpack(call.entry.action.get("value"))
    return await call.once(_read_as, state.id, state.n, pressed(state), call.actor)


def _read_as(tx: Tx, ref: str, version: int, other: OtherReading, actor: Actor) -> Answer:
    look = view.looked(tx, ref, actor)
    if look.case.version != version or other.day is None:
        raise Refusal("changed_meanwhile", f"{ref} was changed since. Please use *Correct* on the case. Nothing was changed.")
    corrections.correct(tx, ref, "occurred_on", other.day, "The day was read wrongly from the words.", actor)
    return actions.done(tx, ref, f"It was on *{say_date(other.day)}*: corrected.", actor)


_ASKED = {
    free_text.Ask.AHEAD: "That reads as if it were still to come. What has been done is logged here; what is planned is not.",
    free_text.Ask.ATTEMPTED: "That reads as if it did not take place, so nothing was logged yet. Please check it: an attempt is "
    "kept, and counts as no contact.",
    free_text.Ask.DAY: "I was not sure which day you mean, so nothing was logged yet. Please check it.",
}


def _contacted(after: Case) -> str:
    """What was just recorded, with its day."""
    made = max((each for episode in after.episodes for each in episode.activities), key=lambda each: each.number)
    return f"*{sentence(made.words)}*, {say_date(made.occurred_on)}: recorded."


def _propose_words(tx: Tx, word: str, kind: DecisionKind, why: str | None, actor: Actor) -> Answer:
    ref = view.named(tx, word, actor)
    decisions.propose(tx, ref, kind, why, actor)
    return actions.done(tx, ref, _proposed(kind), actor)


def _reassign_form(tx: Tx, word: str, to: str, actor: Actor) -> Answer:
    ref = view.named(tx, word, actor)
    look = view.look(tx, ref, actor)
    actions.possible(REASSIGN, look)
    return actions.shown(REASSIGN, look, 0, forms.reassign(look, 0, to))


def _proposed(kind: DecisionKind) -> str:
    return f"Proposed: *{kind.words}*. It is on the next agenda; the social worker and the manager decide in supervision (§6)."


ROUTES = (*actions.routes(STEPS), Route(Kind.ACTION, "case.read_as", RECORDERS, "Changing a contact", read_as))
