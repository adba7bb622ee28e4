"""`/oob admin roles`: naming people, their roles, managers, deputies and absences, by text and by form."""

from __future__ import annotations

import re
from datetime import date

from bot.domain.people import Actor, Person, Role
from bot.domain.reading import days
from bot.domain.shared.errors import Refusal
from bot.services import people as services_people
from bot.services.admin import people_changes
from handlers.admin import people_views as views
from handlers.core.command_parser import PERSON
from handlers.core.form_state import FormState
from handlers.core.interaction import Kind
from handlers.core.responses import Answer
from handlers.core.routing import Call, Route
from handlers.ui.button_state import unpack
from storage import people
from storage.db.engine import Tx
from storage.requests import drafts

_PERSON = PERSON.pattern
_NAMING = re.compile(rf"{_PERSON}\s+([a-z_ ]+?)(?:\s+manager\s+{_PERSON})?(?:\s+deputy\s+{_PERSON})?", re.IGNORECASE)
_AWAY = re.compile(
    rf"{_PERSON}[\s,:]+(?:is\s+)?(?:away|off|out|on\s+leave|(?:annual|sick|study|mat(?:ernity)?)?\s*leave|a/?l|holiday|sick|training"
    rf"|(?=back\s+\S))\b[\s,:]*(.*?)(?:[\s,]+deputy\s+{_PERSON})?",
    re.IGNORECASE,
)
_BACK = re.compile(rf"{_PERSON}\s+(?:is\s+)?(?:back|here)(?:\s+(?:now|today))?", re.IGNORECASE)
_REMOVED = re.compile(rf"{_PERSON}\s+removed?", re.IGNORECASE)
_ADMINS = frozenset({Role.ADMIN})
_DRAFT = "person"
_PURPOSE = "Naming people and roles"


async def typed(call: Call, line: str) -> Answer:
    """`/oob admin roles …`: the list and its button, or one line that changes it."""
    if not line:
        return Answer.message(views.roster(await call.ctx.read(services_people.everyone), call.ctx.today()))
    if found := _REMOVED.fullmatch(line):
        held = await call.ctx.read(people_changes.holdings, found[1])
        return Answer.form(views.leaving(found[1], held)) if held.any else await call.once(_remove, found[1])
    if found := _BACK.fullmatch(line):
        return await call.once(_absence, found[1], None, None, None)
    if found := _AWAY.fullmatch(line):
        first, last = _days(found[2], call.ctx.today())
        return await call.once(_absence, found[1], first, last, found[3])
    if found := _NAMING.fullmatch(line):
        return await call.once(_name, found[1], _role(found[2]), found[3], found[4])
    raise Refusal(
        "admin_unreadable",
        "I could not read that. For example: `/oob admin roles @dana social worker manager @mo` or "
        "`/oob admin roles @dana away 24 Dec to 2 Jan deputy @eli`. Choose people from Slack's list so that I see who is meant.",
    )


async def open_form(_call: Call) -> Answer:
    """The button under the list: name somebody by form."""
    return Answer.form(views.form())


async def submit(call: Call) -> Answer:
    """The form sent off."""
    form, today = FormState(call.entry.view), call.ctx.today()
    who = form.person("user_id") or ""
    if not re.fullmatch(r"[UW][A-Z0-9]{2,}", who):
        raise Refusal("no_person", "Please choose a person of this workspace.", field="user_id")
    absence = {field: days.read_day(day, today) if (day := form.day(field)) else None for field in ("away_from", "away_until")}
    person = Person(
        user_id=who,
        role=_role(form.chosen("role") or ""),
        manager_id=form.person("manager_id"),
        deputy_id=form.person("deputy_id"),
        away_from=absence["away_from"],
        away_until=absence["away_until"],
    )
    return await call.once(_from_form, person)


def _days(words: str, today: date) -> tuple[date, date | None]:
    """The first and the last day of an absence. Refused, in the command's own words: `date_unreadable`, `dates_reversed`."""
    try:
        return days.read_span(words, today)
    except Refusal as refusal:
        how = "Please write it as `away Friday`, `away Mon to Fri`, `away 24 Dec to 2 Jan` or `away until 7 Jan`."
        sentence = refusal.sentence.split(". ")[0] if refusal.code != "date_unreadable" or " has " in refusal.sentence else ""
        why = sentence or "I could not read those days"
        raise Refusal(refusal.code, f"{why}. {how} Nothing was changed.") from None


def _role(words: str) -> Role:
    try:
        return Role(words.strip().lower().replace(" ", "_"))
    except ValueError:
        known = ", ".join(role.words for role in Role)
        raise Refusal("role_unknown", f"That is not a role. The roles are: {known}. Nothing was changed.", field="role") from None


def _name(tx: Tx, user_id: str, role: Role, manager_id: str | None, deputy_id: str | None) -> Answer:
    before = people.get(tx, user_id) or Person(user_id=user_id, role=role)
    update = {"role": role, "manager_id": manager_id or before.manager_id, "deputy_id": deputy_id or before.deputy_id}
    return _put(tx, before.model_copy(update=update))


def _from_form(tx: Tx, person: Person) -> Answer:
    """What the form left empty or does not ask stays as it is; an absence is ended by `… back`."""
    before = people.get(tx, person.user_id)
    kept = {} if before is None else {name: value for name, value in before if getattr(person, name) is None or name == "nqsw"}
    return _put(tx, person.model_copy(update=kept))


def _put(tx: Tx, person: Person, *, confirmed: bool = False) -> Answer:
    """Where cases move to another manager, that is confirmed first."""
    before, moves = people.get(tx, person.user_id), people_changes.moving(tx, person)
    if moves.any and before is not None and not confirmed:
        draft_id = drafts.keep(tx, person.model_dump_json(), _DRAFT)
        return Answer.message(views.confirm_move(person, before.manager_id or "", moves, draft_id))
    return Answer.message(views.named(people_changes.change_person(tx, person), tx.today))


async def confirm(call: Call) -> Answer:
    """Change the manager, after what moves was shown."""
    return await call.once(_confirmed, unpack(call.entry.action.get("value")).id)


def _confirmed(tx: Tx, draft_id: str) -> Answer:
    return _put(tx, Person.model_validate_json(drafts.words_of(tx, draft_id, _DRAFT)), confirmed=True)


async def leave(call: Call) -> Answer:
    """The form sent off in which somebody is taken off the list."""
    form, user_id = FormState(call.entry.view), unpack(call.entry.view.get("private_metadata")).id
    return await call.once(_leave, user_id, form.person("cases_to"), form.person("team_to"), call.actor)


def _leave(tx: Tx, user_id: str, cases_to: str | None, team_to: str | None, actor: Actor) -> Answer:
    held = people_changes.leave(tx, user_id, cases_to, team_to, actor)
    return Answer.message(views.left(user_id, held, cases_to, team_to))


def _absence(tx: Tx, user_id: str, first: date | None, last: date | None, deputy_id: str | None) -> Answer:
    return Answer.message(views.named(services_people.set_absence(tx, user_id, first, last, deputy_id), tx.today))


def _remove(tx: Tx, user_id: str) -> Answer:
    services_people.remove_person(tx, user_id)
    return Answer.message(views.removed(user_id))


ROUTES = (
    Route(Kind.ACTION, "people.open", _ADMINS, _PURPOSE, open_form),
    Route(Kind.ACTION, "people.confirm", _ADMINS, _PURPOSE, confirm),
    Route(Kind.SUBMISSION, "people.name", _ADMINS, _PURPOSE, submit),
    Route(Kind.SUBMISSION, "people.leave", _ADMINS, _PURPOSE, leave),
)
