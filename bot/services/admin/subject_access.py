"""Everything that is held about a reference, for a subject access request (docs/domain.md §4 feature 9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bot.domain.audits.audit import Finding, SampledCase
from bot.domain.cases.case import Case
from bot.domain.cases.episode import Episode
from bot.domain.cases.records import Record
from bot.domain.feedback.feedback import Feedback
from bot.domain.inquiries.inquiry import Inquiry
from bot.domain.notifications import SubjectAccessFile
from bot.domain.people import Actor
from bot.domain.shared import authorities
from bot.domain.shared.calendar import say_date, say_moment
from bot.domain.shared.errors import Refusal
from bot.domain.shared.references import Ref, RefKind
from bot.domain.shared.references import read as read_ref
from storage import audit_log_reader
from storage.audit_log_reader import LogEntry
from storage.audits import audits, findings
from storage.cases import cases, lookups
from storage.cases.cases import Before
from storage.db import history
from storage.db.engine import Tx
from storage.db.history import Former
from storage.feedback import feedback
from storage.inquiries import inquiries, match_codes
from storage.notifications import attachments, outbox
from storage.reminders import log as reminder_log
from storage.settings import team

_THIRD_PARTY = frozenset(
    {"asked_by_role", "target", "target_role", "logged_by", "changed_by", "signposted_to", "actor", "recipient"}
    | {"created_by", "activated_by", "recorded_by", "referrer_role", "worker_id", "manager_id", "authorised_by", "proposed_by"}
    | {"worker_by", "manager_by", "requested_by", "answered_by", "exempt_by", "ended_by", "by", "obtained_from", "replaced"}
)
"""Fields that speak of somebody else than the child and the family: to be looked at before anything is handed over."""
_FREE_TEXT = frozenset({"note", "summary", "directory_ref", "void_reason", "signposted_to", "target_role", "replaced"}).union(
    {"comment", "reservations", "set_aside", "findings"}, *(kind.PRIVATE for kind in Record.__subclasses__())
)


@dataclass(frozen=True)
class Field:
    """One fact: its name, its value for machines and as it is said, whether it is about a third party or was typed."""

    name: str
    value: str
    said: str
    third_party: bool
    free_text: bool


@dataclass(frozen=True)
class EntryWithHistory:
    """One entry with its earlier versions."""

    ref: str
    kind: str
    fields: tuple[Field, ...]
    former: tuple[tuple[Field, ...], ...] = ()


@dataclass(frozen=True)
class Holding:
    """All that is held about a reference: entries, messages that were sent about them, and who did what with them."""

    about: str
    records: tuple[EntryWithHistory, ...]
    letters: tuple[tuple[Field, ...], ...]
    log: tuple[LogEntry, ...] = field(repr=False)
    held: bool = False


def gather(tx: Tx, word: str) -> Holding:
    """What is held about an inquiry, feedback, a case, or everything with an ICS reference.

    Refused: `not_found`, `ref_unreadable`.
    """
    ref = read_ref(word)
    if ref.kind is RefKind.AUDIT:
        raise Refusal("not_found", "An audit is about no one child. Please name the case; what was said of it comes with it.")
    found = [inquiry for inquiry in [inquiries.get(tx, ref.text)] if inquiry] if ref.kind is RefKind.INQUIRY else []
    said = [entry for entry in [feedback.get(tx, ref.text)] if entry] if ref.kind is RefKind.FEEDBACK else []
    if ref.kind is RefKind.ICS:
        found = inquiries.about(tx, ref.text)
    case = _case(tx, ref)
    known = [ref.text, *([case.ref] if case else [])]
    if ref.kind is not RefKind.FEEDBACK:
        said = feedback.about(tx, [*known, *(inquiry.ref for inquiry in found)])
    entries: list[Inquiry | Feedback] = [*found, *said]
    refs = [*known, *(entry.ref for entry in entries)]
    if not entries and case is None and not audit_log_reader.about(tx, refs):
        raise Refusal("not_found", f"OOB holds nothing about {ref.text}.")
    return Holding(
        about=ref.text,
        records=(*(_of_case(tx, case) if case else ()), *(_record(tx, entry) for entry in entries)),
        letters=tuple(tuple(_fields(letter)) for letter in [*outbox.about(tx, refs), *reminder_log.about(tx, refs)]),
        log=tuple(audit_log_reader.about(tx, list(dict.fromkeys(refs)))),
        held=team.held(tx, *refs, *_also_known_as(entries), *([case.ics_ref] if case else [])),
    )


def _also_known_as(entries: list[Inquiry | Feedback]) -> list[str]:
    """The other references under which a hold would cover them."""
    named = (entry.facts.ics_ref if isinstance(entry, Inquiry) else entry.facts.about for entry in entries)
    return [name for name in named if name]


def _case(tx: Tx, ref: Ref) -> Case | None:
    """The case that a reference of ours or of ICS names."""
    if ref.kind is RefKind.ICS:
        known_by = lookups.by_ics_ref(tx, ref.text)
        return cases.get(tx, known_by) if known_by else None
    return cases.get(tx, ref.text) if ref.kind is RefKind.CASE else None


def _of_case(tx: Tx, case: Case) -> list[EntryWithHistory]:
    """A case with each of its records, and how records read before they were changed."""
    head = case.model_dump(include={"ics_ref", "created_by", "created_at", "restricted", "family_group", "deceased_on"})
    codes = match_codes.number_of(tx, case.ref)
    head |= {"match_codes": f"{codes} keyed hashes, from which nothing can be read"} if codes else {}
    former = tuple(tuple(_fields(_former(change))) for change in cases.changes(tx, case.ref))
    parts = [EntryWithHistory(case.ref, "case", tuple(_fields(head)), former)]
    hanging = [each for episode in case.episodes for name in sorted(Episode.HANGING) for each in getattr(episode, name)]
    lists = (
        *("home_authorities", "referrals", "assignments", "authorisations", "sharings", "medical_file_items", "chronologies"),
    )
    parts += [_audited(tx, each) for each in audits.about(tx, case.ref)]
    for each in [*case.episodes, *hanging, *(each for name in lists for each in getattr(case, name))]:
        facts = each.model_dump(exclude={"number", *Episode.HANGING})
        parts.append(EntryWithHistory(f"{case.ref}/{each.number}", type(each).__name__.lower(), tuple(_fields(facts))))
    return parts


def _audited(tx: Tx, item: SampledCase) -> EntryWithHistory:
    """What an auditor said of a case (A4 to A9)."""
    said = item.judgements.model_dump() | item.model_dump(include={"referral", "completed_at", "comment", "reservations"})
    aside = "; ".join(f"{section.words}: {why}" for section, why in item.set_aside.items())
    found = "; ".join(_found(each) for each in findings.of_audit(tx, item.audit) if each.number == item.number)
    looked = ", ".join(section.words for section in item.opened)
    facts = said | {"opened": looked, "set_aside": aside, "conflict": item.conflict, "findings": found}
    return EntryWithHistory(f"{item.audit}/{item.number}", "audit", tuple(_fields(facts)))


def _found(finding: Finding) -> str:
    """A finding with everything that was typed about it."""
    more = {"withdrawn because": finding.reason, "to be done": finding.action, "response": finding.response}
    told = [
        f"{finding.ref} ({finding.status.words}): {finding.what}",
        *(f"{label}: {words}" for label, words in more.items() if words),
    ]
    return " / ".join(told)


def _former(change: Before) -> dict[str, Any]:
    """What a change of a case replaced."""
    head = {"version": change.version, "until": change.until, "changed_by": change.changed_by, "action": change.action}
    replaced = [record.model_dump(mode="json", exclude_defaults=True) for _, _, record in change.records if record is not None]
    return head | {"reason": change.why, **change.head, "replaced": "; ".join(map(str, replaced))}


def send(tx: Tx, holding: Holding, files: dict[str, bytes], actor: Actor) -> None:
    """Queue the files (by suffix) for the administrator who asked, and log it. Their names say of nobody."""
    for suffix, body in files.items():
        document_id = attachments.keep(tx, "oob-subject-access", suffix, body)
        outbox.queue(tx, actor.user_id, SubjectAccessFile(document_id))
    tx.log("subject_access.exported", holding.about, records=[record.ref for record in holding.records])


def _record(tx: Tx, entry: Inquiry | Feedback) -> EntryWithHistory:
    kind = "inquiry" if isinstance(entry, Inquiry) else "feedback"
    facts = _fields(entry.model_dump(exclude={"facts", "ref"}) | entry.facts.model_dump())
    if isinstance(entry, Inquiry) and (codes := match_codes.number_of(tx, entry.ref)):
        facts += _fields({"match_codes": f"{codes} keyed hashes, from which nothing can be read"})
    former = tuple(tuple(_fields(_version(entry, version))) for version in history.of(tx, entry.ref))
    return EntryWithHistory(entry.ref, kind, tuple(facts), former)


def _version(entry: Inquiry | Feedback, former: Former) -> dict[str, Any]:
    """An earlier version: who changed it when, and what it said."""
    head = {"version": former.version, "until": former.until, "changed_by": former.changed_by}
    if former.facts is None:
        return head | {"text": "erased"}
    return head | type(entry.facts).model_validate_json(former.facts).model_dump(exclude_defaults=True)


def _fields(values: dict[str, Any]) -> list[Field]:
    """Facts that are there, each as machines and as people read it."""
    return [
        Field(name, _value(value), _said(name, value), third_party=name in _THIRD_PARTY, free_text=name in _FREE_TEXT)
        for name, value in values.items()
        if value not in (None, "")
    ]


def _value(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _said(name: str, value: object) -> str:
    """A value as people read it: days, moments, yes and no, the names of authorities."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return say_moment(value)
    if isinstance(value, date):
        return say_date(value)
    if name in ("authority_asked", "home_authority"):
        return f"{authorities.name_of(str(value))} ({value})"
    return str(getattr(value, "words", value))
