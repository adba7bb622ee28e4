"""Text that a button needs later: encrypted, readable for an hour; buttons carry only an id (docs/trust.md, The gate)."""

from __future__ import annotations

import secrets

from sqlalchemy import insert

from bot.domain.shared.errors import Refusal
from storage.db.engine import Tx
from storage.db.tables import DraftRow
from storage.requests.idempotency import DRAFT_KEPT_FOR

_APART = "\x1f"


def keep(tx: Tx, words: str, kind: str = "line") -> str:
    """Keep `words` for the actor; the id under which `words_of` finds them, if it is asked for that kind of draft."""
    draft_id = secrets.token_urlsafe(9)
    body = tx.vault.seal_for_workspace(tx.workspace_id, _place(tx, draft_id), f"{kind}{_APART}{words}")
    tx.conn.execute(
        insert(DraftRow).values(workspace_id=tx.workspace_id, draft_id=draft_id, owner=tx.actor_id, at=tx.now, body=body)
    )
    return draft_id


def words_of(tx: Tx, draft_id: str, kind: str = "line") -> str:
    """The words; refused with `draft_gone` when their hour is over or they are somebody else's."""
    query = tx.select(DraftRow, DraftRow.body).where(
        DraftRow.draft_id == draft_id,
        DraftRow.owner == tx.actor_id,
        DraftRow.at >= tx.now - DRAFT_KEPT_FOR,
    )
    body = tx.conn.execute(query).scalar()
    kept = None if body is None else tx.vault.open_for_workspace(tx.workspace_id, _place(tx, draft_id), body)
    found, apart, words = (kept or "").partition(_APART)
    if not apart or found != kind:
        raise Refusal("draft_gone", "That button has expired; nothing was done. Please type the command again.")
    return words


def forget(tx: Tx) -> None:
    """Delete every draft of the actor's: what they take back shall not wait behind a button."""
    tx.delete(DraftRow, DraftRow.owner == tx.actor_id)


def _place(tx: Tx, draft_id: str) -> str:
    return f"{tx.workspace_id}|drafts|body|{draft_id}"
