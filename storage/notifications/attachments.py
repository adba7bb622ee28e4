"""Files on their way to the person who asked for them: encrypted, delivered by the post room, then deleted."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import exists, insert

from storage.db.engine import Tx
from storage.db.tables import DocumentRow
from storage.notifications.tables import OutboxRow

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Document:
    """A file: its name, which nothing else has, and what is in it."""

    name: str
    body: bytes


def keep(tx: Tx, stem: str, suffix: str, body: bytes) -> str:
    """Keep a file to be sent; its id. The name is `STEM-ID.SUFFIX`, by which it is known again in Slack."""
    document_id = secrets.token_hex(5)
    sealed = tx.vault.seal_for_workspace(tx.workspace_id, _place(tx, document_id), base64.b64encode(body).decode())
    name = f"{stem}-{document_id}.{suffix}"
    tx.conn.execute(
        insert(DocumentRow).values(workspace_id=tx.workspace_id, document_id=document_id, name=name, made_at=tx.now, body=sealed)
    )
    return document_id


def get(tx: Tx, document_id: str) -> Document | None:
    """The file, or None when its day is over."""
    query = tx.select(DocumentRow, DocumentRow.name, DocumentRow.body).where(DocumentRow.document_id == document_id)
    row = tx.conn.execute(query).one_or_none()
    if row is None:
        return None
    return Document(row.name, base64.b64decode(tx.vault.open_for_workspace(tx.workspace_id, _place(tx, document_id), row.body)))


def forget(tx: Tx, document_id: str) -> None:
    """Delete a file that was delivered."""
    tx.delete(DocumentRow, DocumentRow.document_id == document_id)


def sweep(tx: Tx) -> int:
    """Delete files whose day is over and that nobody is still owed; how many."""
    owed = exists().where(
        tx.own(OutboxRow),
        OutboxRow.subject == DocumentRow.document_id,
        OutboxRow.next_at.is_not(None),
    )
    return tx.delete(DocumentRow, DocumentRow.made_at < tx.now - KEPT_FOR, ~owed)


def _place(tx: Tx, document_id: str) -> str:
    return f"{tx.workspace_id}|documents|body|{document_id}"
