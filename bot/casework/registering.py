"""The shared Directory's entries, from the side of the database: what is owed, what it says, and that it is there (G12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.rules import register as rules
from storage import inquiries, register
from storage.engine import Tx


@dataclass(frozen=True)
class RegisterEntry:
    """What the Directory is to hold for an inquiry (None for nothing), and at which version that was read."""

    text: str | None
    version: int


def is_due(tx: Tx) -> bool:
    """Whether an entry is due."""
    return register.is_due(tx)


def claim(tx: Tx, limit: int) -> list[tuple[str, int]]:
    """Lease up to `limit` entries that are due: (reference, tries so far)."""
    return register.claim(tx, limit)


def entry(tx: Tx, ref: str) -> RegisterEntry:
    """What is to be written for `ref` now."""
    inquiry = inquiries.get(tx, ref)
    return RegisterEntry(rules.entry(inquiry), inquiry.version if inquiry else 0)


def settled(tx: Tx, ref: str, written: RegisterEntry) -> None:
    """The Directory agrees with what was read; if the inquiry changed meanwhile, the entry stays due."""
    inquiry = inquiries.get(tx, ref)
    if (inquiry.version if inquiry else 0) != written.version:
        register.owe(tx, ref)
        return
    register.done(tx, ref)
    if inquiry is not None and written.text is not None and inquiry.filed_at is None:
        inquiries.mark_filed(tx, inquiry)
        tx.log("inquiry.filed", ref)


def put_off(tx: Tx, ref: str, until: datetime, problem: str) -> None:
    """The Directory could not be written; try again at `until`."""
    register.put_off(tx, ref, until, problem)
