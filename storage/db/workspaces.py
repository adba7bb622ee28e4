"""A workspace's row and the record of the keys in use."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, select

from storage.db.audit_log import GENESIS
from storage.db.engine import Tx, insert_once
from storage.db.tables import KeyRow, WorkspaceRow


def register(tx: Tx) -> None:
    """Make sure that the workspace has its row and that the active key is on record; to be called at every start."""
    insert_once(tx, WorkspaceRow, {"workspace_id": tx.workspace_id, "log_seq": 0, "log_hash": GENESIS})
    insert_once(tx, KeyRow, {"key_id": tx.vault.key_id, "first_used": tx.now})


def every_id(conn: Connection) -> list[str]:
    """The ids of all workspaces."""
    return list(conn.execute(select(WorkspaceRow.workspace_id).order_by(WorkspaceRow.workspace_id)).scalars())


def keys_used(conn: Connection) -> set[str]:
    """The ids of the master keys that this database has seen; none before the first migration."""
    if not inspect(conn).has_table(KeyRow.__tablename__):
        return set()
    return set(conn.execute(select(KeyRow.key_id)).scalars())
