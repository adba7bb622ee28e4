"""Reading a story: YAML 1.2 or JSON, with London times; what is wrong with it is said in a sentence with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

import yaml

from bot.rules.calendar import LONDON
from bot.rules.people import MANAGERS, Role
from bot.rules.ruleset import RuleSet

NINE = time(9)
_KEYS = frozenset({"settings", "people", "manager_of", "until", "events", "show"})
_MAKES = {
    "refer": ("case",),
    "convert": ("case",),
    "inquire": ("inquiry",),
    "feedback": ("feedback",),
    "assess_start": ("assessment",),
}
_NAMES = ("case", "inquiry", "feedback", "assessment")
SHOWN = ("agenda", "due", "decision_list", "report")


class StoryError(Exception):
    """The story itself is wrong; the sentence says where."""


@dataclass(frozen=True)
class Member:
    """One of the story's people."""

    name: str
    role: Role
    manager: str | None
    nqsw: bool = False


@dataclass(frozen=True)
class Event:
    """Something that happens: its place in the file counted from 1, its moment, who does what, and the rest of its fields."""

    number: int
    moment: datetime
    do: str
    by: str | None
    fields: dict[str, Any]
    down_until: datetime | None = None


@dataclass(frozen=True)
class Show:
    """A question to be answered as things stand at the end of a moment."""

    moment: datetime
    what: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Story:
    """A story that can be played."""

    settings: dict[str, Any]
    people: tuple[Member, ...]
    until: date
    events: tuple[Event, ...]
    shows: tuple[Show, ...] = field(default=())


def read(text: str) -> Story:
    """The story in `text`. Raises `StoryError`."""
    return read_mapping(_parsed(text))


def read_mapping(raw: object) -> Story:
    """The story that a mapping with its fields is. Raises `StoryError`."""
    if not isinstance(raw, dict):
        raise StoryError("A story is a mapping with people, until and events.")
    if unknown := sorted(set(map(str, raw)) - _KEYS):
        raise StoryError(f"A story has no field {unknown[0]}; it has {', '.join(sorted(_KEYS))}.")
    people = _people(_mapping(raw.get("people"), "people"), _mapping(raw.get("manager_of", {}), "manager_of"))
    events = [_event(number, each) for number, each in enumerate(_list(raw.get("events"), "events"), start=1)]
    if not events:
        raise StoryError("A story has at least one event.")
    _downtimes(events)
    _known(events, {member.name for member in people})
    until = day(raw.get("until"), "until")
    shows = [_show(number, each) for number, each in enumerate(_list(raw.get("show", []), "show"), start=1)]
    settings = _mapping(raw.get("settings", {}), "settings")
    if unknown := sorted(set(settings) - set(RuleSet.model_fields)):
        raise StoryError(f"There is no setting {unknown[0]}.")
    return Story(settings, tuple(people), until, tuple(events), tuple(shows))


def _parsed(text: str) -> Any:  # noqa: ANN401 - whatever the file holds
    """YAML, or JSON, whose white space YAML does not always take."""
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text)
        except ValueError:
            pass
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a safe loader, below
    except yaml.YAMLError as error:
        raise StoryError(f"This is no YAML that can be read: {' '.join(str(error).split())}") from error


def day(value: object, where: str) -> date:
    """A date as stories write it: 2026-09-03."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise StoryError(f"{where}: {value!r} is no date; write it as 2026-09-03.")


def moment(value: object, where: str, at: time = NINE) -> datetime:
    """A London time: a date alone means `at` on it; of a doubled time the first is meant; one that does not exist is an error."""
    text = str(value).replace(" ", "T")
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        naive = datetime.combine(day(text, where), at)
    elif re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?", text):
        try:
            naive = datetime.fromisoformat(text)
        except ValueError:
            raise StoryError(f"{where}: {value!r} is no time; write it as 2026-09-03T14:00.") from None
    else:
        raise StoryError(f"{where}: {value!r} is no time; write it as 2026-09-03T14:00.")
    local = naive.replace(tzinfo=LONDON, fold=0)
    if local.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != naive:
        raise StoryError(f"{where}: {text} does not exist in London; the clocks go forward over it.")
    return local.astimezone(UTC)


def _people(raw: dict[str, Any], manager_of: dict[str, Any]) -> list[Member]:
    roles: dict[str, tuple[Role, bool]] = {}
    for name, told in raw.items():
        role = told.get("role") if isinstance(told, dict) else told
        nqsw = bool(told.get("nqsw")) if isinstance(told, dict) else False
        if role not in {each.value for each in Role}:
            raise StoryError(f"people: {name} is {role!r}, which is no role; there are {', '.join(each.value for each in Role)}.")
        roles[str(name)] = (Role(role), nqsw)
    for name, manager in manager_of.items():
        if name not in roles or manager not in roles or roles[manager][0] not in MANAGERS:
            raise StoryError(f"manager_of: {name} and {manager} have to be among the people, {manager} as a manager.")
    first = {role: next((name for name, (each, _) in roles.items() if each is role), None) for role in MANAGERS}
    senior = first[Role.SENIOR_MANAGER]
    usual = {Role.SOCIAL_WORKER: first[Role.TEAM_MANAGER] or senior, Role.TEAM_MANAGER: senior}
    return [Member(name, role, manager_of.get(name, usual.get(role)), nqsw) for name, (role, nqsw) in roles.items()]


def _event(number: int, raw: object) -> Event:
    where = f"event {number}"
    fields = dict(_mapping(raw, where))
    at = moment(fields.pop("at", None), f"{where}, at")
    if "down_until" in fields:
        until = moment(fields.pop("down_until"), f"{where}, down_until")
        if fields or until <= at:
            raise StoryError(f"{where}: a downtime has at and a later down_until, and nothing else.")
        return Event(number, at, "down", None, {}, until)
    do, by = fields.pop("do", None), fields.pop("by", None)
    if not isinstance(do, str):
        raise StoryError(f"{where} says nothing to do.")
    return Event(number, at, do, None if by is None else str(by), fields)


def _show(number: int, raw: object) -> Show:
    fields = dict(_mapping(raw, f"show {number}"))
    at = moment(fields.pop("at", None), f"show {number}, at")
    what = fields.pop("what", None)
    if what not in SHOWN:
        raise StoryError(f"show {number}: {what!r} is none of {', '.join(SHOWN)}.")
    return Show(at, what, fields)


def _downtimes(events: list[Event]) -> None:
    for down in (event for event in events if event.down_until is not None):
        for event in events:
            if event is not down and down.down_until is not None and down.moment < event.moment < down.down_until:
                raise StoryError(f"event {event.number} happens while the bot is off (event {down.number}).")


def _known(events: list[Event], people: set[str]) -> None:
    """Names that no event ever makes, and people the story does not have, are slips of the story."""
    made = {(kind, str(event.fields[kind])) for event in events for kind in _MAKES.get(event.do, ()) if kind in event.fields}
    for event in events:
        keys = ("person", "cover", "worker", "authorised_by", *(("to",) if event.do == "reassign" else ()))
        for name in (event.by, *(event.fields.get(key) for key in keys)):
            if name is not None and str(name) not in people:
                raise StoryError(f"event {event.number}: {name} is not among the people.")
        for kind in _NAMES:
            if kind in event.fields and (kind, str(event.fields[kind])) not in made:
                raise StoryError(f"event {event.number}: no event makes the {kind} {event.fields[kind]}.")


def _mapping(raw: object, where: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise StoryError(f"{where} has to be a mapping.")
    return {str(key): value for key, value in raw.items()}


def _list(raw: object, where: str) -> list[Any]:
    if not isinstance(raw, list):
        raise StoryError(f"{where} has to be a list.")
    return raw


class _Loader(yaml.SafeLoader):
    """YAML 1.2's core schema: `on`, `off`, `yes` and `no` are words, dates are read by us, and no key stands twice."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - yaml's way of saying it

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """A mapping whose keys differ."""
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        if len(keys) != len(set(map(str, keys))):
            raise yaml.constructor.ConstructorError(None, None, "a key stands twice in one mapping", node.start_mark)
        return super().construct_mapping(node, deep=deep)


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))
