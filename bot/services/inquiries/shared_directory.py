"""The shared Directory's entries, from the side of the database: what each is to say, and that it is there (G12)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.inquiries import shared_directory as rules
from storage.db.engine import Tx
from storage.inquiries import inquiries, shared_directory


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
        shared_directory.owe(tx, ref)
        return
    shared_directory.done(tx, ref)
    filed = written.text is not None
    if inquiry is not None and filed != (inquiry.filed_at is not None):
        inquiries.mark_filed(tx, inquiry, filed=filed)
        tx.log("inquiry.filed" if filed else "inquiry.unfiled", ref)
