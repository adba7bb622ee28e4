"""Playing a story: its events, the working mornings and afternoons, downtimes and questions, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.domain.shared.bank_holidays import bank_holidays
from bot.domain.shared.calendar import LONDON, is_working_day, london_day
from bot.domain.shared.errors import Refusal
from bot.rehearsal import acts
from bot.rehearsal.acts import audits
from bot.rehearsal.fields import Fields
from bot.rehearsal.names import Names
from bot.rehearsal.results import Teller, viewer_of
from bot.rehearsal.sandbox import Sandbox, opened
from bot.rehearsal.story import Event, Show, Story
from bot.services import scheduled_run
from bot.services.reminders import lists
from bot.services.supervision import decisions

_RUNS = (scheduled_run.MORNING_AT, scheduled_run.AFTERNOON_AT)
_LAST = time(23, 59, 59)
_KIND_ORDER = ("reminder", "handover", "notice", "digest", "worklist")


@dataclass(frozen=True, order=True)
class StoryStep:
    """Something at a moment: runs come before events of the same moment, questions after them."""

    moment: datetime
    order: int
    place: int = 0
    event: Event | None = field(default=None, compare=False)
    show: Show | None = field(default=None, compare=False)


@dataclass
class Rehearsal:
    """Everything that a rehearsal found, for JSON and for people; `unused`: fields that meant nothing, with their event."""

    output: dict[str, Any]
    unused: list[tuple[int, str]]


def play(story: Story, database_url: str | None = None) -> Rehearsal:
    """Play a story to the end of its last day. Raises `StoryError`."""
    for event in story.events:
        if event.down_until is None:
            acts.check(event.number, event.do, event.by)
    first = min(event.moment for event in story.events)
    start = min(first, datetime.combine(london_day(first), scheduled_run.MORNING_AT, LONDON).astimezone(UTC))
    with opened(story, start, database_url) as stage:
        return _Performance(story, stage).run()


class _Performance:
    def __init__(self, story: Story, stage: Sandbox) -> None:
        self._story = story
        self._stage = stage
        self._names = Names()
        self._teller = Teller(self._names)
        self._places = {member.name: place for place, member in enumerate(story.people)}
        self._refused: list[dict[str, Any]] = []
        self._messages: list[dict[str, Any]] = []
        self._shown: list[dict[str, Any]] = []
        self._unused: list[tuple[int, str]] = []

    def run(self) -> Rehearsal:
        for step in steps(self._story):
            self._stage.now = step.moment
            if step.show is not None:
                self._show(step.show)
                continue
            if step.event is not None:
                self._stage.do(decisions.take_effect)
                self._perform(step.event)
            else:
                self._stage.do(scheduled_run.tick)
            self._post()
        self._stage.now = datetime.combine(self._story.until, _LAST, LONDON).astimezone(UTC)
        self._stage.do(decisions.take_effect)
        return Rehearsal(self._output(), self._unused)

    def _perform(self, event: Event) -> None:
        told = Fields(event)
        by = event.by or (str(event.fields["person"]) if "person" in event.fields else None)
        before = self._names.copy()
        try:
            self._stage.do(acts.perform, self._names, told, self._stage.actor(by), by=by)
        except Refusal as refusal:
            self._names.restore(before)
            self._refused.append({"event": event.number, "why": refusal.sentence, "code": refusal.code})
            return
        self._unused += [(event.number, name) for name in told.unused]

    def _post(self) -> None:
        letters = [letter for owed in self._stage.post() if (letter := self._stage.do(self._teller.letter, owed)) is not None]
        self._messages += sorted(letters, key=lambda each: (self._places.get(each["to"], 0), _KIND_ORDER.index(each["kind"])))

    def _show(self, show: Show) -> None:
        self._stage.do(decisions.take_effect)
        by = viewer_of(show)
        viewer = self._stage.actor(by) if by is not None else None
        self._shown.append(self._stage.do(self._teller.shown, show, viewer))

    def _output(self) -> dict[str, Any]:
        workers = self._stage.do(lists.workers)
        do, teller = self._stage.do, self._teller
        return {
            "refused": self._refused,
            "messages": self._messages,
            "cases": [do(teller.case, name, ref) for name, ref in self._names.case.items()],
            "inquiries": [do(teller.inquiry, name, ref) for name, ref in self._names.inquiry.items()],
            "decision_list": do(teller.decisions),
            "agenda": {worker: do(teller.agenda, worker) for worker in sorted(workers, key=lambda name: self._places[name])},
            "shown": self._shown,
            "reports": {name: do(audits.report, self._names, name) for name in sorted(self._names.reported)},
        }


def steps(story: Story) -> list[StoryStep]:
    """Everything that happens until the end of the story, in its order."""
    end = datetime.combine(story.until, _LAST, LONDON).astimezone(UTC)
    downs = [event for event in story.events if event.down_until is not None]
    found = [StoryStep(event.down_until, 0, event.number) for event in downs if event.down_until is not None]
    found += [StoryStep(moment, 1) for moment in _runs(story) if not any(_covers(down, moment) for down in downs)]
    found += [StoryStep(event.moment, 2, event.number, event=event) for event in story.events if event.down_until is None]
    found += [StoryStep(show.moment, 3, place, show=show) for place, show in enumerate(story.shows)]
    return sorted(step for step in found if step.moment <= end)


def _runs(story: Story) -> Iterator[datetime]:
    """08:30 and 16:00 of every working day, from the first event's day on."""
    day = london_day(min(event.moment for event in story.events))
    yield datetime.combine(day, scheduled_run.MORNING_AT, LONDON).astimezone(UTC)
    while day <= story.until:
        if is_working_day(day, bank_holidays()):
            yield from (datetime.combine(day, at, LONDON).astimezone(UTC) for at in _RUNS)
        day += timedelta(days=1)


def _covers(down: Event, moment: datetime) -> bool:
    return down.down_until is not None and down.moment <= moment < down.down_until
