"""How staff, roles and absences look, and the letters the bot writes about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import (
    Block,
    DatePickerElement,
    PlainTextObject,
    StaticSelectElement,
    UserSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.notifications import ManagerChanged
from bot.domain.people import Person, Role
from bot.domain.shared.calendar import say_date
from bot.services.admin.people_changes import Holdings
from handlers.ui.blocks import Message, button, buttons, field, header, modal, option, section, sentence, small
from handlers.ui.button_state import ButtonState

_ROSTER_LINES = 40
_ABOUT = {
    Role.SOCIAL_WORKER: "You can log inquiries, activate referrals, record your work on cases, and note feedback.",
    Role.TEAM_MANAGER: "You can log, refer, authorise, give cases to others, void, and approve what is deleted.",
    Role.SENIOR_MANAGER: "You can log, refer, authorise, give cases to others, void, and approve what is deleted.",
    Role.AUDITOR: "You will read the sampled cases of an audit; there is none yet.",
    Role.ADMIN: "You name people, keep the settings and holds, and read the audit log.",
    Role.VIEWER: "You can find inquiries; you change nothing.",
}


def manager_changed(told: ManagerChanged, reader_id: str) -> Message:
    """Somebody has another manager: as each of the three reads it."""
    count = f"{told.cases} open case{'' if told.cases == 1 else 's'}"
    if reader_id == told.worker_id:
        words = f"<@{told.manager_id}> is your manager now, and leads your {count}."
    elif reader_id == told.manager_id:
        words = f"You are <@{told.worker_id}>'s manager now: {count} and what waits for a manager came to you."
    else:
        words = f"<@{told.manager_id}> is <@{told.worker_id}>'s manager now; {count} moved from your lists to theirs."
    return Message.plain(words)


def confirm_move(person: Person, former: str, moves: Holdings, draft_id: str) -> Message:
    """What moves to another manager, before it does."""
    words = [f"<@{person.user_id}> reports to <@{former}> today. With <@{person.manager_id}> as manager these move at once:"]
    words += [f"• {line}" for line in _moving(moves)]
    words.append("Both managers and the worker are told. Nothing was changed yet.")
    press = button("Change the manager", "people.confirm", ButtonState(id=draft_id), spoken="Change the manager")
    return Message("OOB: please confirm.", (section("\n".join(words)), buttons("confirm", press)))


def leaving(user_id: str, held: Holdings) -> View:
    """The form in which somebody is taken off the list: what they hold, and to whom it goes."""
    blocks: list[Block] = [section(f"<@{user_id}> holds:\n" + "\n".join(f"• {line}" for line in _moving(held)))]
    if held.cases:
        hint = "Left empty, they stay with the manager, marked as left."
        blocks.append(field("cases_to", "Their open cases go to", UserSelectElement(action_id="value"), hint=hint, optional=True))
    if held.team:
        hint = "Left empty, they have no manager until somebody is named."
        blocks.append(field("team_to", "Their team reports to", UserSelectElement(action_id="value"), hint=hint, optional=True))
    blocks.append(small("Their access ends at once. Booked supervision is cancelled, and the other one is told."))
    return modal(
        callback_id="people.leave", memory=ButtonState(id=user_id), title="Take off the list", submit="Take off", blocks=blocks
    )


def left(user_id: str, held: Holdings, cases_to: str | None, team_to: str | None) -> Message:
    """Somebody was taken off the list."""
    words = [f"<@{user_id}> is off the list; their access has ended."]
    if held.cases:
        where = f"went to <@{cases_to}>" if cases_to else "stay with their manager"
        words.append(f"{len(held.cases)} open case{'' if len(held.cases) == 1 else 's'} {where}.")
    if held.team:
        who = ", ".join(f"<@{each}>" for each in held.team)
        words.append(f"{who} now report to <@{team_to}>." if team_to else f"{who} have no manager now. Please name one.")
    return Message.plain(" ".join(words))


def _moving(held: Holdings) -> list[str]:
    named = (
        (len(held.cases), "open case", "open cases"),
        (len(held.requests), "request that waits for a manager", "requests that wait for a manager"),
        (len(held.team), "person who reports to them", "people who report to them"),
        (len(held.covers), "person whose deputy they are", "people whose deputy they are"),
        (held.sessions, "booked supervision", "booked supervisions"),
    )
    return [f"{count} {one if count == 1 else several}" for count, one, several in named if count]


def roster(everyone: Sequence[Person], today: date) -> Message:
    """Everybody the bot knows, and the button to name another."""
    lines = [_line(person, today) for person in everyone[:_ROSTER_LINES]]
    if len(everyone) > _ROSTER_LINES:
        lines.append(f"… and {len(everyone) - _ROSTER_LINES} more")
    blocks: list[Block] = [
        header("People and roles"),
        *(section(line) for line in lines or ["Nobody yet."]),
        _name_button(),
        small(_USAGE),
    ]
    return Message("OOB: people and roles", tuple(blocks))


def named(person: Person, today: date) -> Message:
    """A person after a change."""
    return Message("OOB: saved.", (section(f"Saved: {_line(person, today)}"), _name_button()))


def removed(user_id: str) -> Message:
    """A person who was taken off the list."""
    return Message.plain(f"<@{user_id}> is off the list; their access has ended.")


def form() -> View:
    """Name somebody, or change what is known of them: six inputs; what is left empty stays as it is."""
    roles = [option(role.value, sentence(role.words)) for role in Role]
    return View(
        type="modal",
        callback_id="people.name",
        private_metadata=ButtonState().pack(),
        title=PlainTextObject(text="People and roles"),
        submit=PlainTextObject(text="Save"),
        close=PlainTextObject(text="Cancel"),
        blocks=[
            field("user_id", "Who?", UserSelectElement(action_id="value")),
            field("role", "Role", StaticSelectElement(action_id="value", options=roles)),
            field("manager_id", "Manager", UserSelectElement(action_id="value"), optional=True),
            field("deputy_id", "Deputy while away", UserSelectElement(action_id="value"), optional=True),
            field("away_from", "Away from", DatePickerElement(action_id="value"), optional=True),
            field("away_until", "Away until (the last day away)", DatePickerElement(action_id="value"), optional=True),
        ],
    )


def greeting() -> Message:
    """The first administrator's welcome: what to do, in order."""
    steps = (
        "*1.* Name the managers first: `/oob admin roles @mo team manager`",
        "*2.* Then the social workers: `/oob admin roles @dana social worker manager @mo`",
        "*3.* Say who stands in for whom: `/oob admin roles @mo away 24 Dec to 2 Jan deputy @eli`",
        "*4.* Try it: `/oob inquiry` opens the form, `/oob help` lists the rest.",
    )
    return Message(
        "OOB: welcome. Please name the people of your team.",
        (
            header("Welcome to OOB"),
            section("You were named as administrator. Nobody else can use me until you say who they are:"),
            *(section(step) for step in steps),
            _name_button(),
        ),
    )


def role_given(role: Role) -> Message:
    """The letter to somebody who was given a role."""
    return Message(
        "OOB: you are on the list.",
        (
            section(f"You are on OOB's list as *{role.words}*. {_ABOUT[role]}"),
            small("`/oob` shows what is waiting for you, `/oob help` what there is, `/oob help privacy` what not to type."),
        ),
    )


_USAGE = (
    "`/oob admin roles @person role [manager @x] [deputy @y]` · `… @person away 24 Dec to 2 Jan [deputy @y]` · "
    "`… @person back` · `… @person remove`"
)


def _line(person: Person, today: date) -> str:
    parts = [f"<@{person.user_id}> · *{person.role.words}*"]
    if person.manager_id:
        parts.append(f"manager <@{person.manager_id}>")
    if person.deputy_id:
        parts.append(f"deputy <@{person.deputy_id}>")
    if person.away_from and (person.away_until is None or person.away_until >= today):
        until = f" to {say_date(person.away_until)}" if person.away_until else ""
        parts.append(f"{'away' if person.is_away(today) else 'will be away'} from {say_date(person.away_from)}{until}")
    return " · ".join(parts)


def _name_button() -> Block:
    return buttons("people", button("Name somebody", "people.open", ButtonState(), style="primary"))
