"""Changing the master key: data keys are wrapped anew, texts stay as they are (docs/decisions/0005-encryption.md)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from bot.core.context import TxContext
from storage.crypto.vault import Vault, key_id_of
from storage.db import workspaces
from storage.db.batch import Batch
from storage.db.engine import Tx
from storage.db.tables import DataKeyRow, KeyRow, WorkspaceRow

_BATCH = 500


def status(conn: Connection) -> list[tuple[str, datetime, int]]:
    """(key id, in use since, number of data keys wrapped by it) for every master key that this database has seen."""
    wrapped = Counter(key_id_of(sealed) for sealed in conn.execute(select(DataKeyRow.wrapped)).scalars())
    rows = conn.execute(select(KeyRow.key_id, KeyRow.first_used).order_by(KeyRow.first_used, KeyRow.key_id))
    return [(key_id, since, wrapped[key_id]) for key_id, since in rows]


def rotate(engine: Engine, vault: Vault, now: datetime) -> int:
    """Wrap every data key by the active master key, in small transactions while the bot works; how many were changed."""
    with engine.connect() as conn:
        names = list(conn.execute(select(WorkspaceRow.workspace_id)).scalars())
    return sum(_rotate_workspace(engine, vault, TxContext(name, "system", now, patience=60)) for name in names)


def _rotate_workspace(engine: Engine, vault: Vault, context: TxContext) -> int:
    changed, last = 0, ""
    while True:
        with engine.begin() as conn:
            tx = Tx(Batch(conn, vault), context)
            query = tx.select(DataKeyRow, DataKeyRow.subject, DataKeyRow.wrapped)
            rows = conn.execute(query.where(DataKeyRow.subject > last).order_by(DataKeyRow.subject).limit(_BATCH)).all()
            changed += sum(_rewrap(tx, subject, wrapped) for subject, wrapped in rows)
            if not rows:
                workspaces.register(tx)
                tx.log("keys.rotated", vault.key_id, data_keys=changed)
                tx.batch.flush()
                return changed
            last = rows[-1].subject


def _rewrap(tx: Tx, subject: str, wrapped: bytes) -> int:
    if key_id_of(wrapped) == tx.vault.key_id:
        return 0
    fresh = tx.vault.wrap(tx.workspace_id, subject, tx.vault.unwrap(tx.workspace_id, subject, wrapped))
    return tx.update(DataKeyRow, DataKeyRow.subject == subject, DataKeyRow.wrapped == wrapped, wrapped=fresh)
