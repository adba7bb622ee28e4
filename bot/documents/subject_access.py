"""The two files of a subject access request: JSON for machines, .docx for the person who reads it through (docs/domain.md §4)."""

from __future__ import annotations

import json
from typing import Any

from bot.documents.layout.constants import printable, saved
from bot.documents.layout.docx import grid
from bot.domain.shared.calendar import say_moment
from bot.services.admin.subject_access import EntryWithHistory, Field, Holding

_MARK = "third party"
_WHAT = (
    "OOB is a bot that keeps clocks and prompts for out of borough work. It is not the record: that is ICS. It holds no names, "
    "dates of birth, addresses or NHS numbers in fields of its own; what people typed is printed as they typed it. Staff are "
    "given by their Slack member ID, which your Slack administrator can look up."
)
_READ_IT = (
    f"Lines marked “{_MARK}” speak of somebody other than the child and the family, by role or by Slack account. Read them, and "
    "decide about each, before this is handed over."
)


def files(holding: Holding, made_at: str) -> dict[str, bytes]:
    """Both files, by suffix."""
    return {"json": as_json(holding), "docx": as_docx(holding, made_at)}


def as_json(holding: Holding) -> bytes:
    """The holding as indented JSON, in the order in which it is read; fields say `third_party` and `typed_by_a_person`."""
    known = {holding.about, *(record.ref for record in holding.records)}
    log = [
        {
            "entry": entry.seq,
            "at": entry.at.isoformat(timespec="seconds"),
            "by": {"value": entry.actor, "third_party": True},
            "action": entry.action,
            "subject": _ours(entry.subject, known),
            "details": entry.details if entry.subject in known else {},
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
    grid(document, ("entry", "when", f"who ({_MARK})", "what"), lines)
    return saved(document)


def _ours(subject: str, known: set[str]) -> str:
    """What of an entry's subject this is about: a list may name other families' references."""
    return ",".join(ref for ref in subject.split(",") if ref in known) or "a list that has it"


def _record(record: EntryWithHistory) -> dict[str, Any]:
    return {
        "ref": record.ref,
        "kind": record.kind,
        "fields": _fields(record.fields),
        "earlier_versions": [_fields(version) for version in record.former],
    }


def _fields(fields: tuple[Field, ...]) -> dict[str, Any]:
    marks = (("third_party", "third_party"), ("typed_by_a_person", "free_text"))
    return {
        field.name: {"value": field.value}
        | ({"said": field.said} if field.said != field.value else {})
        | {word: True for word, name in marks if getattr(field, name)}
        for field in fields
    }


def _table(document: Any, fields: tuple[Field, ...]) -> None:  # noqa: ANN401 - python-docx's factory hides the class
    rows = [(field.name.replace("_", " "), printable(field.said), _MARK if field.third_party else "") for field in fields]
    grid(document, ("what", "value", ""), rows)
