"""Which mornings and afternoons the bot has done, and since when it is at work: what a start-up owes is what is missing here."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import bindparam, func, select

from storage.db.engine import Tx, insert_once
from storage.db.statements import Query
from storage.reminders.tables import RunRow

MORNING, AFTERNOON, BEGUN = "morning", "afternoon", "begun"
_BEGUN = Query(RunRow, select(func.min(RunRow.at)).where(RunRow.kind == BEGUN))
_DONE = Query(
    RunRow,
    select(RunRow.day).limit(1),
    kind=RunRow.kind == bindparam("kind"),
    since=RunRow.day >= bindparam("since"),
    until=RunRow.day <= bindparam("until"),
)
_AHEAD = Query(
    RunRow, select(RunRow.day).where(RunRow.kind.in_((MORNING, AFTERNOON))).limit(1), today=RunRow.day > bindparam("today")
)


def begin(tx: Tx) -> datetime:
    """Since when the bot is at work in this workspace; now, when it was not."""
    since: datetime | None = _BEGUN.run(tx).scalar()
    if since is None:
        insert_once(tx, RunRow, {"workspace_id": tx.workspace_id, "kind": BEGUN, "day": tx.today, "at": tx.now})
    return since or tx.now


def done(tx: Tx, kind: str, since: date, until: date) -> bool:
    """Whether a run of that kind was done on one of these days."""
    return _DONE.run(tx, kind=kind, since=since, until=until).first() is not None


def forget_ahead(tx: Tx) -> bool:
    """Forget the runs of days to come, which a clock that was ahead has noted; whether there were any."""
    if _AHEAD.run(tx, today=tx.today).first() is None:
        return False
    return tx.delete(RunRow, RunRow.kind.in_((MORNING, AFTERNOON)), RunRow.day > tx.today) > 0


def note(tx: Tx, kind: str) -> bool:
    """Note today's run of that kind; False when somebody did it."""
    return insert_once(tx, RunRow, {"workspace_id": tx.workspace_id, "kind": kind, "day": tx.today, "at": tx.now})
