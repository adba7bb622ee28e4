"""Everything that is held about a reference, for a subject access request (domain.md §4 feature 9)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from bot.rules import authorities
from bot.rules.feedback import Feedback
from bot.rules.inquiry import Inquiry
from bot.rules.people import Actor
from bot.rules.refs import RefKind
from bot.rules.refs import read as read_ref
from bot.rules.refusal import Refusal
from storage import documents, feedback, history, inquiries, keeping, logbook, match_codes, outbox
from storage.engine import Tx
from storage.logbook import LogEntry

_THIRD_PARTY = frozenset(
    {"asked_by_role", "target", "target_role", "logged_by", "changed_by", "signposted_to", "actor", "recipient"}
)
"""Fields that speak of somebody else than the child and the family: to be looked at before anything is handed over."""
_FREE_TEXT = frozenset({"note", "summary", "directory_ref", "void_reason", "signposted_to", "target_role"})


@dataclass(frozen=True)
class Field:
    """One fact: its name, its value, whether it is about a third party, and whether a person typed it."""

    name: str
    value: str
    third_party: bool
    free_text: bool


@dataclass(frozen=True)
class Record:
    """One entry with its earlier versions."""

    ref: str
    kind: str
    fields: tuple[Field, ...]
    former: tuple[tuple[Field, ...], ...] = ()


@dataclass(frozen=True)
class Holding:
    """All that is held about a reference: entries, messages that were sent about them, and who did what with them."""

    about: str
    records: tuple[Record, ...]
    letters: tuple[tuple[Field, ...], ...]
    log: tuple[LogEntry, ...] = field(repr=False)
    held: bool = False


def gather(tx: Tx, word: str) -> Holding:
    """What is held about an inquiry, feedback, or everything with an ICS reference. Refused: `not_found`, `ref_unreadable`."""
    ref = read_ref(word)
    found = [inquiry for inquiry in [inquiries.get(tx, ref.text)] if inquiry] if ref.kind is RefKind.INQUIRY else []
    said = [entry for entry in [feedback.get(tx, ref.text)] if entry] if ref.kind is RefKind.FEEDBACK else []
    if ref.kind is RefKind.ICS:
        found = inquiries.about(tx, ref.text)
    if ref.kind is not RefKind.FEEDBACK:
        said = feedback.about(tx, [ref.text, *(inquiry.ref for inquiry in found)])
    if not found and not said:
        raise Refusal("not_found", f"OOB holds nothing about {ref.text}.")
    entries: list[Inquiry | Feedback] = [*found, *said]
    refs = [ref.text, *(entry.ref for entry in entries)]
    return Holding(
        about=ref.text,
        records=tuple(_record(tx, entry) for entry in entries),
        letters=tuple(tuple(_fields(letter)) for letter in outbox.about(tx, refs)),
        log=tuple(logbook.about(tx, list(dict.fromkeys(refs)))),
        held=keeping.held(tx, *refs),
    )


def send(tx: Tx, holding: Holding, files: dict[str, bytes], actor: Actor) -> None:
    """Owe the files (by suffix) to the administrator who asked; that they asked is logged. Their names say of nobody."""
    for suffix, body in files.items():
        document_id = documents.keep(tx, "oob-subject-access", suffix, body)
        outbox.owe(tx, actor.user_id, "document", document_id)
    tx.log("subject_access.exported", holding.about, records=[record.ref for record in holding.records])


def _record(tx: Tx, entry: Inquiry | Feedback) -> Record:
    kind = "inquiry" if isinstance(entry, Inquiry) else "feedback"
    plain = entry.model_dump(mode="json", exclude={"facts", "ref"})
    facts = _fields(plain | entry.facts.model_dump(mode="json"))
    if isinstance(entry, Inquiry) and (codes := match_codes.number_of(tx, entry.ref)):
        facts.append(
            Field("match_codes", f"{codes} keyed hashes, from which nothing can be read", third_party=False, free_text=False)
        )
    former = tuple(
        tuple(
            _fields(
                {
                    "version": version.version,
                    "until": version.until.isoformat(timespec="seconds"),
                    "changed_by": version.changed_by,
                }
                | (json.loads(version.facts) if version.facts else {"text": "erased"})
            )
        )
        for version in history.of(tx, entry.ref)
    )
    return Record(entry.ref, kind, tuple(facts), former)


def _fields(values: dict[str, Any]) -> list[Field]:
    """Facts that are there, with the names of authorities beside their codes."""
    found = []
    for name, value in values.items():
        if value is None or value == "":
            continue
        said = f"{authorities.name_of(str(value))} ({value})" if name in ("authority_asked", "home_authority") else str(value)
        found.append(Field(name, said, third_party=name in _THIRD_PARTY, free_text=name in _FREE_TEXT))
    return found
