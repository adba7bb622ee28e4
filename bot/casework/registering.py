"""The shared Directory's entries, from the side of the database: what each is to say, and that it is there (G12)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.rules import register as rules
from storage import inquiries, register
from storage.engine import Tx


@dataclass(frozen=True)
class RegisterEntry:
    """What the Directory is to hold for an inquiry (None for nothing), and at which version that was read."""

    text: str | None
    version: int


def entry(tx: Tx, ref: str) -> RegisterEntry:
    """What is to be written for `ref` now."""
    inquiry = inquiries.get(tx, ref)
    return RegisterEntry(rules.entry(inquiry), inquiry.version if inquiry else 0)


def settled(tx: Tx, ref: str, written: RegisterEntry) -> None:
    """The Directory agrees with what was read; if the inquiry changed meanwhile, the entry stays due."""
    tx.chain.lock(tx.workspace_id)  # nobody changes it between the look and the note
    inquiry = inquiries.get(tx, ref)
    if (inquiry.version if inquiry else 0) != written.version:
        register.owe(tx, ref)
        return
    register.done(tx, ref)
    filed = written.text is not None
    if inquiry is not None and filed != (inquiry.filed_at is not None):
        inquiries.mark_filed(tx, inquiry, filed=filed)
        tx.log("inquiry.filed" if filed else "inquiry.unfiled", ref)
