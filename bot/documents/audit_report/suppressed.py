"""Tables of counts that leave the team: small numbers are withheld, and a chart shows no more than its table."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from bot.documents.layout.tables import Chart, Series, Table
from bot.domain.audits.suppression import FEW, MANY, WITHHELD, parts
from bot.domain.shared.code import Code


def columns(
    title: str,
    label: str,
    labels: Sequence[str],
    names: Sequence[str],
    counted: Sequence[Sequence[int]],
    note: str,
    *,
    charted: Sequence[int] = (),
) -> Table:
    """A table of counts, a column for each of `names`, with a chart of some of the columns."""
    shown = [parts(list(column)) for column in counted]
    rows = tuple(zip(labels, *shown, strict=True))
    series = tuple(_series(names[place], counted[place], shown[place]) for place in charted)
    chart = Chart(tuple(labels), series) if series else None
    return Table(title, (label, *names), rows, note, counts=len(names), chart=chart)


def answers(title: str, label: str, codes: type[Code], said: Sequence[StrEnum | None], note: str) -> Table:
    """How often each answer was given."""
    numbers = [sum(each is code for each in said) for code in codes]
    return columns(title, label, [code.words for code in codes], ("Cases",), [numbers], note, charted=(0,))


def _series(name: str, numbers: Sequence[int], shown: Sequence[str]) -> Series:
    hidden = (FEW, MANY, WITHHELD)
    values = tuple(None if told in hidden else number for number, told in zip(numbers, shown, strict=True))
    return Series(name, values, tuple(shown))
