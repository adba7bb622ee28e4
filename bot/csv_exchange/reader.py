"""Reading a file of cases: which column is which, and every cell that cannot be read, with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.csv_exchange.columns import COLUMNS, Column, Reading
from bot.domain.reading.values import key_of
from bot.domain.shared import authorities
from bot.domain.shared.errors import Refusal
from bot.domain.shared.text import clean
from bot.services.cases.importing import Problem, Row

_HEAD = 1


class UnreadableFile(Exception):  # noqa: N818 - what is said of it
    """The file as a whole cannot be read; the sentence says why."""


@dataclass(frozen=True)
class Read:
    """What a file holds: rows that could be read, what is wrong with the others, and headings that nobody reads."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    ignored: tuple[str, ...]


def read(
    body: bytes, columns: Mapping[str, str], workers: Mapping[str, str], today: date, places: Mapping[str, str] | None = None
) -> Read:
    """The cases of a CSV file. `columns`: our name → the file's heading; `workers`: a name of the export → Slack id; `places`:
    a name of the export → an authority.

    Raises `UnreadableFile`.
    """  # noqa: D205 - one sentence
    text = _decoded(body)
    table = csv.reader(io.StringIO(text), strict=True, delimiter=_delimiter(text))
    try:
        lines = [(table.line_num, cells) for cells in table if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise UnreadableFile(f"This is no CSV file: {error} in line {table.line_num}.") from None
    if not lines:
        raise UnreadableFile("The file is empty.")
    where, ignored = _places(lines[0][1], columns)
    named = {key_of(name): authorities.read(said) for name, said in (places or {}).items()}
    reading = Reading(today, {key_of(name): user_id for name, user_id in workers.items()}, named)
    rows, problems = [], []
    for number, cells in lines[_HEAD:]:
        found, wrong = _row(cells, len(lines[0][1]), where, reading)
        problems += [Problem(number, name, sentence) for name, sentence in wrong]
        if not wrong:
            rows.append(Row(number, found))
    return Read(tuple(rows), tuple(problems), ignored)


_EMPTY = frozenset(
    ("null", "n/a", "na", "nil", "none", "-", "--", "\u2013", "\u2014", ".", "nan", "#n/a", "n\\a", "(null)", "(blank)", "blank")
)


def is_empty(cell: str) -> bool:
    """Return whether a cell says that there is nothing: empty, NULL, N/A, a dash, nil."""
    return cell.strip().casefold() in _EMPTY or not cell.strip()


def _decoded(body: bytes) -> str:
    """UTF-8, as most export, UTF-16, or what spreadsheets of this country save. Raises `UnreadableFile` for what is no text."""
    for magic, what in _NO_CSV:
        if body.startswith(magic):
            raise UnreadableFile(f"This is {what}, no CSV file. Please save or export it as CSV, and import that.")
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if body.startswith(mark):
            return body.decode(encoding, errors="replace")
    if b"\x00" in body[:200]:
        return body.decode("utf-16-le" if body[1:2] == b"\x00" else "utf-16-be", errors="replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")


_NO_CSV = (
    (b"PK\x03\x04", "an Excel workbook or another packed file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"<", "a web page or XML"),
    (b"{", "JSON"),
)
_DELIMITERS = ",;\t|"


def _delimiter(text: str) -> str:
    """What separates the headings: a comma, a semicolon, a tab or a bar."""
    headings = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=headings.count)


def _places(headings: list[str], columns: Mapping[str, str]) -> tuple[dict[Column, int], tuple[str, ...]]:
    """Where each column stands, and the headings that nobody reads."""
    unknown = sorted(set(columns) - {column.name for column in COLUMNS})
    if unknown:
        raise UnreadableFile(f"There is no column {unknown[0]}; there are {', '.join(column.name for column in COLUMNS)}.")
    keys = [key_of(heading) for heading in headings]
    places: dict[Column, int] = {}
    for column in COLUMNS:
        names = [columns[column.name]] if column.name in columns else [column.name, *column.also]
        found = [place for place, key in enumerate(keys) if key in {key_of(name) for name in names}]
        if len(found) > 1 and column.name not in columns:
            several = ", ".join(headings[place] for place in found)
            raise UnreadableFile(f"Several columns could be {column.name}: {several}. Say which: --column {column.name}=HEADING.")
        if found:
            places[column] = found[0]
        elif column.needed or column.name in columns:
            raise UnreadableFile(
                f"I find no column {names[0]!r}. Say which it is: --column {column.name}=HEADING. "
                "Its first line has to hold the headings, separated by commas."
            )
    used = set(places.values())
    return places, tuple(heading for place, heading in enumerate(headings) if place not in used)


def _row(
    cells: list[str], width: int, places: Mapping[Column, int], reading: Reading
) -> tuple[dict[str, object], list[tuple[str, str]]]:
    found: dict[str, object] = {column.name: column.usual for column in COLUMNS}
    wrong = [] if len(cells) <= width else [("line", "it has more cells than the file has headings.")]
    for column, place in places.items():
        said = clean(cells[place]) if place < len(cells) else ""
        if is_empty(said):
            if column.needed:
                wrong.append((column.name, "this has to be given."))
            continue
        try:
            found[column.name] = column.read(said, reading)
        except Refusal as refusal:
            wrong.append((column.name, refusal.sentence))
    return found, wrong


def listed(problems: tuple[Problem, ...]) -> Iterator[str]:
    """Each problem in a line, in the order of the file; never what the cell said."""
    for problem in sorted(problems, key=lambda each: (each.line, each.field)):
        yield f"line {problem.line}, {problem.field}: {problem.sentence}"
