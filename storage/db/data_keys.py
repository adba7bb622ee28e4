"""The data key of a subject, and text encrypted under it: one key per entry, destroyed to erase (docs/trust.md, Privacy)."""

from __future__ import annotations

from storage.crypto.vault import VaultError
from storage.db.columns import Base
from storage.db.engine import Tx
from storage.db.tables import DataKeyRow


def begin(tx: Tx, subject: str) -> bytes:
    """Make the data key of a subject that has none."""
    key, wrapped = tx.vault.new_data_key(tx.workspace_id, subject)
    tx.insert(DataKeyRow, subject=subject, wrapped=wrapped)
    return key


def encrypt(tx: Tx, subject: str, column: str, table: type[Base], text: str | None) -> bytes | None:
    """`text` encrypted for `column` of the subject's row; None stays None. Makes the subject's data key when there is none."""
    if text is None:
        return None
    return tx.vault.encrypt(_key(tx, subject), _place(tx, table, column, subject), text)


def decrypt(tx: Tx, subject: str, column: str, table: type[Base], sealed: bytes | None, wrapped: bytes | None) -> str | None:
    """The reverse of `encrypt`, with the subject's wrapped key from its row; `VaultError` when something was tampered with."""
    if sealed is None:
        return None
    if wrapped is None:
        raise VaultError(f"the data key of {subject} is not there")
    return tx.vault.decrypt(tx.vault.unwrap(tx.workspace_id, subject, wrapped), _place(tx, table, column, subject), sealed)


def destroy(tx: Tx, subject: str) -> None:
    """Erase every text of the subject by destroying its key. Old backups still hold the wrapped key (docs/guide/admin.md)."""
    tx.delete(DataKeyRow, DataKeyRow.subject == subject)


def wrapped_for(tx: Tx, subject: str) -> bytes | None:
    """The subject's wrapped key, None when it has none (any more)."""
    row = tx.find(DataKeyRow, subject)
    return row["wrapped"] if row else None


def _key(tx: Tx, subject: str) -> bytes:
    """The subject's data key, made now when there is none."""
    wrapped = wrapped_for(tx, subject)
    return begin(tx, subject) if wrapped is None else tx.vault.unwrap(tx.workspace_id, subject, wrapped)


def _place(tx: Tx, table: type[Base], column: str, row: str) -> str:
    return f"{tx.workspace_id}|{table.__tablename__}|{column}|{row}"
