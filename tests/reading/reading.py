"""Reads a line of the corpus as the bot does, and says whether it was read right, asked about, or read wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from bot.csv_exchange import columns, reader
from bot.domain import free_text
from bot.domain.reading import days, match_codes
from bot.domain.reading.ages import read_age
from bot.domain.reports import periods
from bot.domain.shared import authorities, references
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import Ref, RefKind

FOLDER = Path(__file__).parent
NOW = datetime(2026, 12, 2, 10, tzinfo=UTC)
TODAY = NOW.date()
CASE = Ref(RefKind.CASE, "OOB-2026-0001")


class Example(NamedTuple):
    """A line as somebody typed it, and its right reading."""

    kind: str
    typed: str
    right: str

    @property
    def keys(self) -> dict[str, str]:
        return dict(part.split("=", 1) for part in self.right.split("; ") if "=" in part)


def examples(name: str) -> list[Example]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [Example(*line.split("\t")) for line in lines if line and not line.startswith("# ")]


def code_of(name: str) -> str:
    return authorities.read(name)


def judge(example: Example) -> str:
    """`right`, `asked` or `wrong`, with what was read."""
    try:
        read = _READ[example.kind](example)
    except Refusal as refusal:
        read = "right" if example.right == "refused" else f"asked: {refusal.sentence}"
    if example.right in ("ask", "ahead") and read.startswith("asked"):
        return "right"
    return read


def _contact(example: Example) -> str:
    found = free_text.contact(example.typed, TODAY)
    if found.ask is free_text.Ask.AHEAD:
        return "asked" if example.right == "ahead" else "asked: ahead"
    if example.right == "ahead":
        return f"wrong: {found.kind} {found.occurred_on}"
    if found.ask is free_text.Ask.DAY:
        return "asked: day"
    if example.right == "ask":
        return f"wrong: {found.kind} {found.occurred_on}"
    kinds = example.keys["kind"].split("|")
    right = found.kind.value in kinds and str(found.occurred_on) == example.keys["day"]
    if found.ask is free_text.Ask.ATTEMPTED and found.kind.value not in kinds:
        return f"asked: attempted {found.occurred_on}"
    return "right" if right else f"wrong: {found.kind.value} {found.occurred_on}"


def _feedback(example: Example) -> str:
    found = free_text.read_feedback(CASE, example.typed, TODAY)
    if found.doubtful:
        return "asked: day"
    return "right" if str(found.facts.given_on) == example.keys["day"] else f"wrong: {found.facts.given_on}"


def _inquiry(example: Example) -> str:
    found = free_text.read_inquiry(example.typed, TODAY)
    if found.doubtful:
        return "asked: urgent"
    if example.right == "ask":
        return "wrong"
    facts, keys = found.facts, example.keys
    wanted = set() if keys["authority"] == "-" else {code_of(name) for name in keys["authority"].split("|")}
    read = set(found.places) or ({facts.authority_asked} if facts.authority_asked else set())
    got = {
        "day": str(facts.asked_on) == keys["day"],
        "urgent": facts.urgent == (keys["urgent"] == "yes"),
        "authority": read == wanted,
        "result": facts.result.value == keys["result"],
    }
    missed = [name for name, right in got.items() if not right]
    said = f"{facts.asked_on} {facts.urgent} {sorted(read)} {facts.result.value}"
    return "right" if not missed else f"wrong: {missed} {said}"


def _away(example: Example) -> str:
    first, last = days.read_span(example.typed, TODAY)
    wanted = example.keys
    right = str(first) == wanted["from"] and (str(last) if last else "-") == wanted["to"]
    return "right" if right else f"wrong: {first} {last}"


def _coming(example: Example) -> str:
    if example.right == "ask":
        return "asked" if days.may_mean_months(example.typed) else "wrong"
    try:
        day, at = days.read_moment(example.typed, NOW, from_=TODAY)
    except Refusal:
        day, at = days.read_month_or_day(example.typed, TODAY), None
    wanted = example.keys
    right = str(day) == wanted["day"] and (at is None or "time" not in wanted or f"{at:%H:%M}" == wanted["time"])
    return "right" if right and (at is not None) == ("time" in wanted) else f"wrong: {day} {at}"


def _age(example: Example) -> str:
    years = read_age(example.typed)
    return "right" if str(years or 0) == example.keys.get("years") else f"wrong: {years}"


def _authority(example: Example) -> str:
    if "offer" in example.keys:
        offered = [code for code, _ in authorities.nearest(example.typed)]
        return "right" if code_of(example.keys["offer"]) in offered else f"wrong: {offered}"
    code = authorities.read(example.typed)
    wanted = example.keys.get("is", "")
    return "right" if wanted and code in (wanted, code_of(wanted)) else f"wrong: {code}"


def _reference(example: Example) -> str:
    ref = references.read(example.typed).text
    return "right" if ref == example.keys.get("is") else f"wrong: {ref}"


def _period(example: Example) -> str:
    first, last = periods.named(example.typed, TODAY)
    wanted = example.keys
    return "right" if (str(first), str(last)) == (wanted.get("from"), wanted.get("to")) else f"wrong: {first} {last}"


def _match(example: Example) -> str:
    family = re.search(r"[a-z]{2,}.*\d|^\d{1,2}\.\d{1,2}\.\d{4}$|unknown", example.typed, re.IGNORECASE) and "/" in example.typed
    read = match_codes.family(example.typed, TODAY) if family else match_codes.number(example.typed)
    return "right" if read and example.right == "ok" else "wrong"


def _cell(example: Example) -> str:
    if reader.is_empty(example.typed):
        return "right" if example.right == "empty" else "wrong: empty"
    day: date = columns.read_day_cell(example.typed, columns.Reading(TODAY))
    return "right" if str(day) == example.keys.get("day") else f"wrong: {day}"


_READ: dict[str, Callable[[Example], str]] = {
    "contact": _contact,
    "feedback": _feedback,
    "inquiry": _inquiry,
    "away": _away,
    "coming": _coming,
    "age": _age,
    "authority": _authority,
    "reference": _reference,
    "period": _period,
    "match": _match,
    "cell": _cell,
}
