"""The entry of an inquiry in the shared Directory (§2, G12): references, codes and dates, no word that a person typed."""

from __future__ import annotations

from bot.domain.inquiries.inquiry import Inquiry
from bot.domain.shared import authorities
from bot.domain.shared.calendar import say_date


def entry(inquiry: Inquiry | None) -> str | None:
    """The text of the entry, or None where the Directory is to hold none.

    A restricted inquiry has none, because everybody can open the folder; nor has one that was taken back or disposed of.
    """
    if inquiry is None or inquiry.is_restricted or not inquiry.facts.store_in_directory:
        return None
    if inquiry.status.value == "void" and inquiry.void_reason is None and inquiry.text_purged_on is None:
        return None
    facts = inquiry.facts
    lines = (
        ("Reference", inquiry.ref),
        ("ICS reference", facts.ics_ref or "none"),
        ("Asked on", say_date(facts.asked_on)),
        ("Asked by", facts.asked_by_role.words if facts.asked_by_role else "not given"),
        ("Authority asked", authorities.name_of(facts.authority_asked)),
        ("Home authority", authorities.name_of(facts.home_authority)),
        ("Urgent", "yes" if facts.urgent else "no"),
        ("Answer", facts.result.words),
        ("Answered on", say_date(facts.answered_on) if facts.answered_on else "not yet"),
        ("Outcome", facts.outcome.words),
        ("State", inquiry.status.value),
    )
    width = max(len(name) for name, _ in lines) + 2
    head = "OOB: register of out of borough inquiries (recording guidelines, section 2)\nThis is not the record: that is ICS.\n"
    return head + "\n" + "".join(f"{name + ':':<{width}}{value}\n" for name, value in lines)


def place(ref: str) -> tuple[str, str]:
    """The folder and the file of an entry: `2026`, `INQ-2026-0001.txt`."""
    return ref.split("-")[1], f"{ref}.txt"
