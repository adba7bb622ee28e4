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

from bot.domain.people import Person, Role
from bot.domain.shared.calendar import say_date
from handlers.ui.blocks import Message, button, buttons, field, header, option, section, sentence, small
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
