"""How entries read before they were corrected: kept, encrypted under the entry's own key, until its text is erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import insert

from bot.domain.shared.logged import LoggedItem
from storage.db import data_keys
from storage.db.engine import Tx
from storage.db.tables import HistoryRow


@dataclass(frozen=True)
class Former:
    """An earlier version: its facts as JSON (None once erased), until when they stood, and who changed them."""

    version: int
    until: datetime
    changed_by: str
    facts: str | None


def keep(tx: Tx, entry: LoggedItem, facts: BaseModel) -> None:
    """Keep what `entry` said at its version, before that is replaced."""
    keep_text(tx, entry.ref, entry.version, facts.model_dump_json(exclude_defaults=True))


def keep_text(tx: Tx, ref: str, version: int, text: str) -> None:
    """Keep, encrypted under the subject's key, what stood at `version`."""
    sealed = data_keys.encrypt(tx, ref, f"facts.{version}", HistoryRow, text)
    tx.conn.execute(
        insert(HistoryRow).values(
            workspace_id=tx.workspace_id,
            subject=ref,
            version=version,
            until=tx.now,
            changed_by=tx.actor_id,
            facts=sealed,
        )
    )


def of(tx: Tx, ref: str) -> list[Former]:
    """Every earlier version of an entry, the oldest first."""
    query = tx.select(HistoryRow).where(HistoryRow.subject == ref)
    rows = tx.conn.execute(query.order_by(HistoryRow.version)).mappings().all()
    wrapped = data_keys.wrapped_for(tx, ref)
    return [
        Former(
            version=row["version"],
            until=row["until"],
            changed_by=row["changed_by"],
            facts=data_keys.decrypt(tx, ref, f"facts.{row['version']}", HistoryRow, row["facts"], wrapped),
        )
        for row in rows
    ]


def replace_text(tx: Tx, ref: str, version: int, text: str) -> None:
    """Keep other text in the place of what stood at `version`."""
    sealed = data_keys.encrypt(tx, ref, f"facts.{version}", HistoryRow, text)
    tx.update(HistoryRow, HistoryRow.subject == ref, HistoryRow.version == version, facts=sealed)


def erase_texts(tx: Tx, ref: str) -> None:
    """Keep that there were versions, and nothing of what they said."""
    tx.update(HistoryRow, HistoryRow.subject == ref, facts=None)


def forget(tx: Tx, ref: str) -> None:
    """Delete the history of an entry that is disposed of."""
    tx.delete(HistoryRow, HistoryRow.subject == ref)
