"""What people do in a story: each `do` calls the service function that a form or button of Slack calls."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.people import Actor
from bot.rehearsal.acts import assessments, audits, cases, inquiries, supervision
from bot.rehearsal.fields import Fields
from bot.rehearsal.names import Names
from bot.rehearsal.story import StoryError
from storage.db.engine import Tx

DOING: dict[str, Callable[[Tx, Names, Fields, Actor], None]] = {
    **inquiries.ACTS,
    **cases.ACTS,
    **assessments.ACTS,
    **supervision.ACTS,
    **audits.ACTS,
}
"""`do` → what happens."""
SOMEBODY = frozenset({"set", "away"})
"""What needs no `by`: rules are set by a manager, an absence is noted by the person."""


def perform(tx: Tx, names: Names, told: Fields, actor: Actor) -> None:
    """Do what an event says. It names things and takes fields, so it is done once, not tried again. Raises `Refusal`."""
    DOING[told.event.do](tx, names, told, actor)


def check(number: int, do: str, by: str | None) -> None:
    """Whether an event is one that can happen. Raises `StoryError`."""
    if do not in DOING:
        raise StoryError(f"event {number}: {do!r} is nothing that happens in a story; there are {', '.join(sorted(DOING))}.")
    if by is None and do not in SOMEBODY:
        raise StoryError(f"event {number}: somebody has to do it; say by whom.")
