"""What waits for a manager's word, found through the indexes of what is not answered yet (I10, I11)."""

from __future__ import annotations

from sqlalchemy import literal_column

from storage.cases.tables import AuthorisationRow, SharingRow
from storage.db.engine import Tx


def waiting(tx: Tx) -> list[str]:
    """The references of cases about which a manager is asked something."""
    asked = tx.select(AuthorisationRow, AuthorisationRow.case_ref).where(AuthorisationRow.agreed.is_(None))
    exempt = tx.select(SharingRow, SharingRow.case_ref).where(SharingRow.status == literal_column("'exempt_requested'"))
    return sorted({*tx.conn.execute(asked).scalars(), *tx.conn.execute(exempt).scalars()})
