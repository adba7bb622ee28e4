"""Which mornings and afternoons the bot has done, and since when it is at work: what a start-up owes is what is missing here."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete, func, select

from storage.clock_tables import RunRow
from storage.engine import Tx, insert_once

MORNING, AFTERNOON, BEGUN = "morning", "afternoon", "begun"


def begin(tx: Tx) -> datetime:
    """Since when the bot is at work in this workspace; now, when it was not."""
    query = select(func.min(RunRow.at)).where(RunRow.workspace_id == tx.workspace_id, RunRow.kind == BEGUN)
    since: datetime | None = tx.conn.execute(query).scalar()
    if since is None:
        insert_once(tx, RunRow, {"workspace_id": tx.workspace_id, "kind": BEGUN, "day": tx.today, "at": tx.now})
    return since or tx.now


def done(tx: Tx, kind: str, since: date, until: date) -> bool:
    """Whether a run of that kind was done on one of these days."""
    mine = (RunRow.workspace_id == tx.workspace_id, RunRow.kind == kind, RunRow.day >= since, RunRow.day <= until)
    return tx.conn.execute(select(RunRow.day).where(*mine).limit(1)).first() is not None


def forget_ahead(tx: Tx) -> bool:
    """Forget the runs of days to come, which a clock that was ahead has noted; whether there were any."""
    ahead = (RunRow.workspace_id == tx.workspace_id, RunRow.kind.in_((MORNING, AFTERNOON)), RunRow.day > tx.today)
    return tx.conn.execute(delete(RunRow).where(*ahead)).rowcount > 0


def note(tx: Tx, kind: str) -> bool:
    """Note today's run of that kind; False when somebody did it."""
    return insert_once(tx, RunRow, {"workspace_id": tx.workspace_id, "kind": kind, "day": tx.today, "at": tx.now})
