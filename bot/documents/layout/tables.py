"""What a report consists of, wherever it is read: tables with their headings, charts of their numbers, and words before them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Series:
    """The bars of one colour: what each is long, None for a number that is withheld, and what stands behind it."""

    name: str
    values: tuple[float | None, ...]
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Chart:
    """Horizontal bars, a group of them for each label."""

    labels: tuple[str, ...]
    series: tuple[Series, ...]

    @property
    def alt(self) -> str:
        """The same in words, for who does not see it."""
        told = [
            f"{label}: {', '.join(f'{each.name.lower()} {each.shown[place]}' for each in self.series)}"
            for place, label in enumerate(self.labels)
        ]
        return f"Bar chart. {'; '.join(told)}."


@dataclass(frozen=True)
class Table:
    """A part of a report: its heading, words, a table and a chart, each of which may be missing.

    Every row has its label first; `note` says how to read it, with the section that asks it.
    """

    title: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    note: str = ""
    counts: int = 1
    """How many counts of different things a row has."""
    of_staff: bool = False
    """Whether the labels are Slack user ids."""
    chart: Chart | None = None
    prose: tuple[str, ...] = ()
    worded: bool = False
    """Whether the cells behind the label are words, which are read from the left."""


@dataclass(frozen=True)
class Report:
    """A report: its title, its period in words, its tables."""

    title: str
    period: str
    tables: tuple[Table, ...]

    @property
    def people(self) -> tuple[str, ...]:
        """The user ids that stand in it, each once."""
        labels = (row[0] for table in self.tables if table.of_staff for row in table.rows)
        return tuple(dict.fromkeys(labels))

    def named(self, names: Mapping[str, str]) -> Report:
        """The same with people's names where they are known; they are looked up when it is made, and not kept."""
        return replace(self, tables=tuple(_named(table, names) for table in self.tables))


def bars(labels: Sequence[str], **series: Sequence[float]) -> Chart:
    """A chart of numbers as they are; a series' name is its keyword, such as `this_month`."""
    return Chart(
        tuple(labels),
        tuple(Series(name.replace("_", " ").capitalize(), tuple(values), _said(values)) for name, values in series.items()),
    )


def as_markdown(report: Report) -> str:
    """The report as Markdown: what the terminal prints."""
    lines = [f"# {report.title}. {report.period}"]
    for table in report.tables:
        lines += ["", f"## {table.title}", ""]
        lines += [line for paragraph in table.prose for line in (paragraph, "")]
        if table.columns:
            lines += [_line(table.columns), _line(tuple("---" for _ in table.columns)), *(_line(row) for row in table.rows)]
        lines += ["", table.note] if table.note else []
    return "\n".join(lines)


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _said(values: Sequence[float]) -> tuple[str, ...]:
    return tuple(f"{value:,}" for value in values)


def _named(table: Table, names: Mapping[str, str]) -> Table:
    if not table.of_staff:
        return table
    return replace(table, rows=tuple((names.get(row[0]) or row[0], *row[1:]) for row in table.rows), of_staff=False)
