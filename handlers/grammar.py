"""The words of `/oob`: one table for parser, suggestions, help and manifest. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from bot.rules.people import EVERYONE, LOGGERS, MANAGERS, READERS, Role
from bot.rules.text import clean

_QUOTES = "\"'`“”‘’«»„:.,!?()[]"  # noqa: RUF001 - what phones and habit put around a word
_CUTOFF = 0.6


@dataclass(frozen=True)
class Verb:
    """One thing that `/oob` does."""

    name: str
    usage: str
    summary: str
    roles: frozenset[Role]
    aliases: tuple[str, ...] = ()
    section: str = ""
    example: str = ""


@dataclass(frozen=True)
class Command:
    """A line that was understood: the verb and the words behind it."""

    verb: Verb
    words: str


@dataclass(frozen=True)
class Unknown:
    """A line that was not: its first word, the nearest verb if there is one, and the words behind it."""

    word: str
    nearest: Verb | None
    words: str


VERBS: tuple[Verb, ...] = (
    Verb(
        "inquiry",
        "/oob inquiry [what was asked]",
        "Log a question about whether a family is known. With text it is logged at once; without, a form opens.",
        LOGGERS,
        ("enquiry", "inq", "log", "ask"),
        "§2",
        "/oob inquiry Ward staff ask whether the family on bay 3 is known to Ealing",
    ),
    Verb(
        "feedback",
        "/oob feedback [INQ-… or ICS reference] [what was said]",
        "Note feedback to a meeting, a professional or the referrer. Alone, it lists what is not yet on ICS.",
        LOGGERS,
        ("fb", "told"),
        "§7",
        "/oob feedback INQ-2026-0001 yesterday told the ward sister that the family is known",
    ),
    Verb(
        "recorded",
        "/oob recorded [FB-… INQ-…]",
        "Say what is on ICS now, one or several; alone, a form with the texts to copy.",
        LOGGERS,
        ("ics", "record"),
        "§7",
        "/oob recorded FB-2026-0001 FB-2026-0002",
    ),
    Verb(
        "inquiries",
        "/oob inquiries [words, borough, days or INQ-…]",
        "Find the team's inquiries: `Ealing since 1 Nov`, `last week`, `INQ-2026-0001`, a word of the note.",
        READERS,
        ("enquiries", "find", "search", "list"),
        "§2",
        "/oob inquiries Ealing since 1 Nov",
    ),
    Verb(
        "answer",
        "/oob answer INQ-…",
        "Record what the authority answered, and what came of it.",
        LOGGERS,
        ("answered", "result"),
        "§2",
    ),
    Verb(
        "void",
        "/oob void INQ-… why",
        "Void an inquiry that should not have been logged. It stays on file, with the reason, and counts nowhere.",
        MANAGERS,
        ("cancel",),
    ),
    Verb(
        "disposal",
        "/oob disposal",
        "See which entries have been kept long enough, and approve that they are deleted.",
        MANAGERS,
        ("dispose", "retention"),
    ),
    Verb(
        "mine",
        "/oob",
        "What is waiting for you.",
        READERS,
        ("waiting", "todo", "due"),
    ),
    Verb(
        "undo",
        "/oob undo [INQ-… or FB-…]",
        "Take back what you logged in the last 15 minutes: the newest, or the one you name.",
        LOGGERS,
        ("revert",),
    ),
    Verb(
        "help",
        "/oob help [command | privacy]",
        "How this works.",
        EVERYONE,
        ("hello", "hi", "usage", "commands"),
    ),
    Verb(
        "admin",
        "/oob admin roles [or status, log, settings, export, hold, purge]",
        "Name people and their roles; status, audit log, settings, subject access, legal holds.",
        frozenset({Role.ADMIN}),
        ("roles", "people", "status", "settings", "hold", "holds", "purge"),
    ),
)
_BY_NAME = {verb.name: verb for verb in VERBS}
_BY_WORD = {word: verb for verb in VERBS for word in (verb.name, *verb.aliases)}


def verb(name: str) -> Verb:
    """The verb of that name."""
    return _BY_NAME[name]


def parse(line: str) -> Command | Unknown:
    """What a person means by `line`: the text after `/oob`, as it came. Nothing at all asks what is waiting."""
    first, *others = re.split(r"\s+", clean(line), maxsplit=1)
    rest = others[0] if others else ""
    word = first.strip(_QUOTES).casefold()
    if not word and not rest.strip():
        return Command(_BY_NAME["mine"], "")
    if found := _BY_WORD.get(word):
        return Command(found, _without_alias_loss(found, word, rest.strip()))
    return Unknown(first, _nearest(word), rest.strip())


def topic(words: str) -> Verb | None:
    """The verb that somebody wants help about, by any of its names."""
    return _BY_WORD.get(words.strip(_QUOTES + " ").casefold())


def _without_alias_loss(found: Verb, word: str, rest: str) -> str:
    """`/oob roles @x` means `/oob admin roles @x`: an alias that is a sub-command keeps its meaning."""
    return f"{word} {rest}".strip() if found.name == "admin" and word != "admin" else rest


def _nearest(word: str) -> Verb | None:
    close = get_close_matches(word, _BY_WORD, n=1, cutoff=_CUTOFF)
    return _BY_WORD[close[0]] if close else None
