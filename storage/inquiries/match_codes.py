"""Match codes in and out of their table: only keyed hashes, of which nothing can be read (docs/domain.md §4 feature 1)."""

from __future__ import annotations

from collections.abc import Iterable

from storage.db.engine import Tx, insert_once
from storage.db.tables import MatchCodeRow

_PURPOSE = "match"


def add(tx: Tx, ref: str, texts: Iterable[str]) -> None:
    """Keep the hashes of `texts` (bot.domain.shared.match_codes) for an entry."""
    for text in texts:
        code = tx.vault.digest(tx.workspace_id, _PURPOSE, text)
        insert_once(tx, MatchCodeRow, {"workspace_id": tx.workspace_id, "code": code, "subject": ref})


def subjects(tx: Tx, texts: Iterable[str]) -> list[str]:
    """The references of entries with an equal code, the newest first; codes of every key on the ring are compared."""
    codes = [code for text in texts for code in tx.vault.digests(tx.workspace_id, _PURPOSE, text)]
    if not codes:
        return []
    query = tx.select(MatchCodeRow, MatchCodeRow.subject).where(MatchCodeRow.code.in_(codes))
    return list(tx.conn.execute(query.distinct().order_by(MatchCodeRow.subject.desc())).scalars())


def number_of(tx: Tx, ref: str) -> int:
    """How many codes an entry has."""
    return tx.count(MatchCodeRow, MatchCodeRow.subject == ref)


def forget(tx: Tx, ref: str) -> None:
    """Delete the codes of an entry."""
    tx.delete(MatchCodeRow, MatchCodeRow.subject == ref)
