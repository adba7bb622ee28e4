"""What a line typed behind `/oob` means: its verb, or the nearest one. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from bot.domain.shared import references
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import RefKind
from bot.domain.shared.text import clean
from handlers.core.commands import VERBS, Verb

_QUOTES = "\"'`“”‘’«»„:.,!?()[]"  # noqa: RUF001 - what phones and habit put around a word
_CUTOFF = 0.6
PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
"""A member of the workspace as Slack writes them into a command: "<@U0DANA|dana>"; the group is the id."""


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
    if not rest.strip() and (opened := _reference_alone(first)) is not None:
        return opened
    return Unknown(first, _nearest(word), rest.strip())


def topic(words: str) -> Verb | None:
    """The verb that somebody wants help about, by any of its names."""
    return _BY_WORD.get(words.strip(_QUOTES + " ").casefold())


_SAYS_MORE = {"close": "close", "closing": "close", "visit": "visit", "visited": "visit", "saw": "saw"}
"""Aliases that say what the verb leaves open: `/oob close OOB-2026-0001 why` proposes to close."""


_OPENED_BY = {RefKind.INQUIRY: "inquiries", RefKind.FEEDBACK: "feedback", RefKind.AUDIT: "audit"}


def _reference_alone(word: str) -> Command | None:
    """`/oob OOB-2026-0001` opens it; a word without a figure is no reference."""
    if not any(letter.isdigit() for letter in word):
        return None
    try:
        ref = references.read(word)
    except Refusal:
        return None
    return Command(_BY_NAME[_OPENED_BY.get(ref.kind, "case")], ref.text)


def _without_alias_loss(found: Verb, word: str, rest: str) -> str:
    """`/oob roles @x` means `/oob admin roles @x`: an alias that says more than its verb keeps its meaning."""
    if (found.name == "admin" and word != "admin") or word == "sample":
        return f"{word} {rest}".strip()
    if word in ("minute", "minutes"):
        return f"{rest} minute".strip()
    about, _, said = rest.partition(" ")
    return f"{about} {_SAYS_MORE[word]} {said}" if said and word in _SAYS_MORE else rest


def _nearest(word: str) -> Verb | None:
    close = get_close_matches(word, _BY_WORD, n=1, cutoff=_CUTOFF)
    return _BY_WORD[close[0]] if close else None
