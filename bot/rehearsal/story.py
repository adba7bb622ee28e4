"""Reading a story: YAML 1.2 or JSON, with London times; what is wrong with it is said in a sentence with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

import yaml

from bot.domain.people import MANAGERS, Role
from bot.domain.shared.calendar import LONDON
from bot.domain.shared.errors import Refusal
from bot.domain.shared.ruleset import RuleSet
from bot.services.admin.rule_settings import merged
from bot.services.reports.reports import REPORTS

NINE = time(9)
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2190, 1, 1)
_KEYS = frozenset({"settings", "people", "manager_of", "until", "events", "show"})
_MAKES = {
    "refer": ("case",),
    "convert": ("case",),
    "inquire": ("inquiry",),
    "feedback": ("feedback",),
    "assess_start": ("assessment",),
    "audit_new": ("audit",),
    "audit_finding": ("finding",),
}
_NAMES = ("case", "inquiry", "feedback", "assessment", "audit", "finding")
SHOWN = ("agenda", "due", "decision_list", "report")


class StoryError(Exception):
    """The story itself is wrong; the sentence says where."""


@dataclass(frozen=True)
class StoryPerson:
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
    people: tuple[StoryPerson, ...]
    until: date
    events: tuple[Event, ...]
    shows: tuple[Show, ...] = field(default=())


def read(text: str) -> Story:
    """The story in `text`. Raises `StoryError`."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise StoryError("This holds characters that are none.") from error
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
    members = {member.name for member in people}
    _known(events, members)
    until = day(raw.get("until"), "until")
    if not FIRST_DAY <= min(event.moment for event in events).date() <= until <= LAST_DAY:
        raise StoryError(f"A story plays between {FIRST_DAY} and {LAST_DAY}, and until is not before its first event.")
    shows = [_show(number, each, members) for number, each in enumerate(_list(raw.get("show", []), "show"), start=1)]
    settings = _mapping(raw.get("settings", {}), "settings")
    try:
        merged(RuleSet(), settings)
    except Refusal as refusal:
        raise StoryError(f"settings: {refusal.sentence.removesuffix(' Nothing was changed.')}") from refusal
    return Story(settings, tuple(people), until, tuple(events), tuple(shows))


def _parsed(text: str) -> Any:  # noqa: ANN401 - whatever the file holds
    """YAML, or JSON, whose white space YAML does not always take."""
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            pass
    try:
        return yaml.load(text, _StoryLoader)  # noqa: S506 - a safe loader, below
    except (yaml.YAMLError, ValueError, RecursionError) as error:
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


def _people(raw: dict[str, Any], manager_of: dict[str, Any]) -> list[StoryPerson]:
    roles: dict[str, tuple[Role, bool]] = {}
    for name, told in raw.items():
        role = told.get("role") if isinstance(told, dict) else told
        nqsw = bool(told.get("nqsw")) if isinstance(told, dict) else False
        if not isinstance(role, str) or role not in {each.value for each in Role}:
            raise StoryError(f"people: {name} is {role!r}, which is no role; there are {', '.join(each.value for each in Role)}.")
        roles[str(name)] = (Role(role), nqsw)
    _managers(manager_of, {name: role for name, (role, _) in roles.items()})
    first = {role: next((name for name, (each, _) in roles.items() if each is role), None) for role in MANAGERS}
    senior = first[Role.SENIOR_MANAGER]
    usual = {Role.SOCIAL_WORKER: first[Role.TEAM_MANAGER] or senior, Role.TEAM_MANAGER: senior}
    return [StoryPerson(name, role, manager_of.get(name, usual.get(role)), nqsw) for name, (role, nqsw) in roles.items()]


def _managers(manager_of: dict[str, Any], roles: dict[str, Role]) -> None:
    """A worker's manager is a manager, a team manager's a senior one; so nobody is above themselves."""
    for name, manager in manager_of.items():
        above = roles.get(manager) if isinstance(manager, str) else None
        if name not in roles or above not in MANAGERS:
            raise StoryError(f"manager_of: {name} and {manager} have to be among the people, {manager} as a manager.")
        if roles[name] in MANAGERS and (roles[name], above) != (Role.TEAM_MANAGER, Role.SENIOR_MANAGER):
            raise StoryError(f"manager_of: {name} is a manager, whose own manager is a senior manager above them.")


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


def _show(number: int, raw: object, people: set[str]) -> Show:
    where = f"show {number}"
    fields = dict(_mapping(raw, where))
    at = moment(fields.pop("at", None), f"{where}, at")
    what = fields.pop("what", None)
    if what not in SHOWN:
        raise StoryError(f"{where}: {what!r} is none of {', '.join(SHOWN)}.")
    for key in ("by", "worker"):
        if fields.get(key) is not None and str(fields[key]) not in people:
            raise StoryError(f"{where}: {fields[key]} is not among the people.")
    if what == "report" and fields.get("report") not in REPORTS:
        raise StoryError(f"{where}: {fields.get('report')!r} is no report; there are {', '.join(REPORTS)}.")
    for key in ("from", "to"):
        if fields.get(key) is not None:
            fields[key] = day(fields[key], f"{where}, {key}").isoformat()
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
        keys = ("person", "cover", "worker", "authorised_by", "auditor", "owner", *(("to",) if event.do == "reassign" else ()))
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


class _StoryLoader(yaml.SafeLoader):
    """YAML 1.2's core schema: `on`, `off`, `yes` and `no` are words, dates are read by us, and no key stands twice."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - yaml's way of saying it

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """A mapping whose keys differ."""
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        if len(keys) != len(set(map(str, keys))):
            raise yaml.constructor.ConstructorError(None, None, "a key stands twice in one mapping", node.start_mark)
        return super().construct_mapping(node, deep=deep)


_StoryLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
_StoryLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
_StoryLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))
