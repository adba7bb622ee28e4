"""Buttons under what was read from somebody's words: another day, an authority of several, "it is urgent"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from slack_sdk.models.blocks import Block

from bot.domain.shared import authorities
from bot.domain.shared.calendar import say_date
from bot.domain.shared.errors import Refusal
from handlers.ui.blocks import button, buttons
from handlers.ui.button_state import ButtonState

_MOST = 3
URGENT = "urgent"


class OtherReading(NamedTuple):
    """What somebody pressed: the day, the authority, or that it is urgent."""

    day: date | None = None
    place: str | None = None
    urgent: bool = False


def choices(
    action: str, ref: str, version: int, *, days: Sequence[date] = (), places: Sequence[str] = (), urgent: bool = False
) -> list[Block]:
    """A button for each other reading of the words, one in a row: Slack wants an action once in a block."""
    named = [(f"It was {say_date(day)}", f"day_{day:%Y%m%d}") for day in days]
    named += [(authorities.name_of(code), f"place_{code.lower()}") for code in places]
    named += [("It is urgent", URGENT)] if urgent else []
    made = [
        button(label, action, ButtonState(id=ref, n=version, step=step), spoken=f"{label}: change {ref}")
        for label, step in named[:_MOST]
    ]
    return [buttons(f"reading.{number}", each) for number, each in enumerate(made)]


def pressed(state: ButtonState) -> OtherReading:
    """Return what a button meant. Refused: `old_button`."""
    kind, _, value = state.step.partition("_")
    try:
        if kind == "day":
            return OtherReading(day=date(int(value[:4]), int(value[4:6]), int(value[6:])))
        if kind == "place" and value.upper() in authorities.names():
            return OtherReading(place=value.upper())
    except ValueError:
        pass
    if state.step == URGENT:
        return OtherReading(urgent=True)
    raise Refusal("old_button", "That button is from another version of OOB; nothing was done. Please type the command again.")
