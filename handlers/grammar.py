"""The words of `/oob`: one table for parser, suggestions, help and manifest. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from bot.rules.people import EVERYONE, LOGGERS, MANAGERS, READERS, RECORDERS, Role
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
        "refer",
        "/oob refer [ICS reference or OOB-…]",
        "Activate a referral: to see the family, and to carry out some significant activity. Two short forms.",
        RECORDERS,
        ("open", "referral", "activate"),
        "§2",
        "/oob refer ICS-12345",
    ),
    Verb(
        "convert",
        "/oob convert INQ-…",
        "Turn an inquiry into a referral; the link is kept.",
        RECORDERS,
        (),
        "§2",
    ),
    Verb(
        "case",
        "/oob case OOB-…",
        "One case on a card, by our reference or the one of ICS: its clocks, what is outstanding, the next steps.",
        READERS,
        ("show", "card", "look"),
        example="/oob case OOB-2026-0001",
    ),
    Verb(
        "contact",
        "/oob contact OOB-… [what was done]",
        "Log a visit, contact or other work. With text it is logged at once; without, a form opens.",
        RECORDERS,
        ("visit", "visited", "activity", "saw"),
        "§6",
        "/oob contact OOB-2026-0001 yesterday visit, saw the child alone",
    ),
    Verb(
        "assess",
        "/oob assess OOB-…",
        "Start an assessment; while one is under way, ask a manager to authorise its completion.",
        RECORDERS,
        ("assessment", "core"),
        "§3",
    ),
    Verb(
        "share",
        "/oob share OOB-…",
        "Note with whom an assessment was shared, ask that it is not, or that a copy went out (§8).",
        RECORDERS,
        ("shared", "copy"),
        "§3",
    ),
    Verb("file", "/oob file OOB-…", "Note what was placed on the medical file.", RECORDERS, ("medical",), "§3, §7"),
    Verb(
        "chronology", "/oob chronology OOB-…", "Note a chronology, of the hospital or the home authority's.", RECORDERS, (), "§5"
    ),
    Verb(
        "review",
        "/oob review OOB-…",
        "Record a review of a core assessment; a manager authorises it.",
        RECORDERS,
        ("reviewed",),
        "§3",
    ),
    Verb(
        "propose",
        "/oob propose OOB-… [close, keep or defer, and why]",
        "Propose for the next supervision; the social worker and the manager decide.",
        RECORDERS,
        ("close", "closing"),
        "§6",
        "/oob propose OOB-2026-0001 close work completed",
    ),
    Verb("reopen", "/oob reopen OOB-…", "Open a closed case again at once; it is ratified in supervision.", RECORDERS, (), "§6"),
    Verb(
        "reassign",
        "/oob reassign OOB-… [@worker]",
        "Give a case to somebody else; they are told which clocks run.",
        MANAGERS,
        ("allocate", "transfer", "handover"),
    ),
    Verb(
        "due",
        "/oob due [mine or team]",
        "What is due, by date, with the section that asks it.",
        RECORDERS,
        ("deadlines", "overdue"),
    ),
    Verb(
        "why", "/oob why OOB-…", "Why something is asked of a case: the rule, the dates, the sentence of the guidelines.", READERS
    ),
    Verb(
        "rules", "/oob rules", "Every rule in words, with its section and its present setting.", READERS, ("rule", "guidelines")
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
        "Void an inquiry that should not have been logged. It stays on file, with the reason, and counts nowhere. "
        "A referral is taken back on the card of its case.",
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
        "What is waiting for you, and the cases you hold.",
        READERS,
        ("waiting", "todo"),
    ),
    Verb(
        "undo",
        "/oob undo [INQ-…, FB-… or OOB-…]",
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
        "/oob admin roles [or status, log, settings, rules, export, hold, purge]",
        "Name people and their roles; status, audit log, settings, rules, subject access, legal holds.",
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


_SAYS_MORE = {"close": "close", "closing": "close", "visit": "visit", "visited": "visit", "saw": "saw"}
"""Aliases that say what the verb leaves open: `/oob close OOB-2026-0001 why` proposes to close."""


def _without_alias_loss(found: Verb, word: str, rest: str) -> str:
    """`/oob roles @x` means `/oob admin roles @x`: an alias that says more than its verb keeps its meaning."""
    if found.name == "admin" and word != "admin":
        return f"{word} {rest}".strip()
    about, _, said = rest.partition(" ")
    return f"{about} {_SAYS_MORE[word]} {said}" if said and word in _SAYS_MORE else rest


def _nearest(word: str) -> Verb | None:
    close = get_close_matches(word, _BY_WORD, n=1, cutoff=_CUTOFF)
    return _BY_WORD[close[0]] if close else None
