"""The two files of a subject access request: JSON for machines, .docx for the person who reads it through (domain.md §4)."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from bot.casework.access import Field, Holding, Record
from bot.rules.calendar import say_date, say_moment

_MARK = "third party"
_YES_NO = {"True": "yes", "False": "no"}
_WHAT = (
    "OOB is a bot that keeps clocks and prompts for out of borough work. It is not the record: that is ICS. It holds no names, "
    "dates of birth, addresses or NHS numbers in fields of its own; what people typed is printed as they typed it."
)
_READ_IT = (
    f"Lines marked “{_MARK}” speak of somebody other than the child and the family, by role or by Slack account. Read them, and "
    "decide about each, before this is handed over."
)


def as_json(holding: Holding) -> bytes:
    """The holding as indented JSON, in the order in which it is read; fields say `third_party` and `typed_by_a_person`."""
    log = [
        {
            "entry": entry.seq,
            "at": entry.at.isoformat(timespec="seconds"),
            "by": {"value": entry.actor, "third_party": True},
            "action": entry.action,
            "subject": entry.subject,
            "details": entry.details,
        }
        for entry in holding.log
    ]
    whole = {
        "about": holding.about,
        "held_by": _WHAT,
        "legal_hold": holding.held,
        "records": [_record(record) for record in holding.records],
        "messages": [_fields(letter) for letter in holding.letters],
        "access_log": log,
    }
    return json.dumps(whole, indent=2, ensure_ascii=False, default=str).encode()


def as_docx(holding: Holding, made_at: str) -> bytes:
    """The same as a document to be read and redacted: a table for each record, its earlier versions, then the access log."""
    from docx import Document  # noqa: PLC0415 - slow to import, and needed rarely

    document = Document()
    document.core_properties.title = f"Subject access: {holding.about}"
    document.core_properties.author = "OOB"
    document.add_heading(f"What OOB holds about {holding.about}", level=0)
    document.add_paragraph(f"Made on {made_at}." + (" A legal hold is on it." if holding.held else ""))
    for sentence in (_WHAT, _READ_IT):
        document.add_paragraph(sentence)
    for record in holding.records:
        document.add_heading(f"{record.ref} ({record.kind})", level=1)
        _table(document, record.fields)
        for number, version in enumerate(record.former, start=1):
            document.add_heading(f"{record.ref}, as it read before correction {number}", level=2)
            _table(document, version)
    document.add_heading("Messages sent about it", level=1)
    for letter in holding.letters:
        _table(document, letter)
    if not holding.letters:
        document.add_paragraph("None.")
    document.add_heading("Who did what with it", level=1)
    lines = [(f"{entry.seq}", say_moment(entry.at), entry.actor, entry.action) for entry in holding.log]
    _grid(document, ("entry", "when", f"who ({_MARK})", "what"), lines)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _record(record: Record) -> dict[str, Any]:
    return {
        "ref": record.ref,
        "kind": record.kind,
        "fields": _fields(record.fields),
        "earlier_versions": [_fields(version) for version in record.former],
    }


def _fields(fields: tuple[Field, ...]) -> dict[str, Any]:
    marks = (("third_party", "third_party"), ("typed_by_a_person", "free_text"))
    return {field.name: {"value": field.value} | {said: True for said, name in marks if getattr(field, name)} for field in fields}


def _table(document: Any, fields: tuple[Field, ...]) -> None:  # noqa: ANN401 - python-docx's factory hides the class
    rows = [(field.name.replace("_", " "), _said(field.value), _MARK if field.third_party else "") for field in fields]
    _grid(document, ("what", "value", ""), rows)


def _said(value: str) -> str:
    """A value as people read it: days, moments, yes and no."""
    if value in _YES_NO:
        return _YES_NO[value]
    with contextlib.suppress(ValueError):
        return say_date(date.fromisoformat(value))
    with contextlib.suppress(ValueError):
        return say_moment(datetime.fromisoformat(value))
    return value


def _grid(document: Any, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:  # noqa: ANN401 - as above
    table = document.add_table(rows=1, cols=len(head), style="Light Grid Accent 1")
    for cell, words in zip(table.rows[0].cells, head, strict=True):
        cell.text = words
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words
