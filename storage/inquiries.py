"""Inquiries in and out of their table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, insert, or_, select, update

from bot.rules.inquiry import Inquiry, InquiryFacts, Status
from storage import datakeys
from storage.engine import Tx, insert_into
from storage.tables import CounterRow, DataKeyRow, InquiryRow

SCANNED = 20_000
"""How many of the newest inquiries a search in free text decrypts at the most (20,000 notes take about 0.1 s)."""
_PRIVATE = ("note", "directory_ref", "signposted_to")
_WITH_KEY = select(InquiryRow.__table__, DataKeyRow.wrapped).outerjoin(
    DataKeyRow, and_(DataKeyRow.workspace_id == InquiryRow.workspace_id, DataKeyRow.subject == InquiryRow.ref)
)
"""Inquiries, each with its wrapped data key: one query however many are decrypted."""


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for: one of a reference, an authority, or words; nothing means everything."""

    ref: str | None = None
    authority: str | None = None
    words: str | None = None


@dataclass(frozen=True)
class Page:
    """Some of the inquiries found, newest first, and how many there are in all."""

    inquiries: tuple[Inquiry, ...]
    number: int
    size: int
    total: int


def next_ref(tx: Tx) -> str:
    """The next `INQ-YYYY-NNNN` of the year; a number is never given twice, not even after an undo (I23)."""
    series = f"INQ-{tx.today.year}"
    statement = insert_into(tx, CounterRow).values(workspace_id=tx.workspace_id, series=series, last=1)
    counted = statement.on_conflict_do_update(
        index_elements=[CounterRow.workspace_id, CounterRow.series], set_={"last": CounterRow.last + 1}
    ).returning(CounterRow.last)
    return f"{series}-{tx.conn.execute(counted).scalar_one():04d}"


def add(tx: Tx, inquiry: Inquiry) -> None:
    """Insert a new inquiry."""
    values = _values(tx, inquiry.ref, inquiry.facts)
    tx.conn.execute(
        insert(InquiryRow).values(
            workspace_id=tx.workspace_id,
            ref=inquiry.ref,
            logged_by=inquiry.logged_by,
            logged_at=inquiry.logged_at,
            version=inquiry.version,
            status=inquiry.status,
            **values,
        )
    )


def change(tx: Tx, before: Inquiry, facts: InquiryFacts, status: Status, void_reason: str | None = None) -> Inquiry | None:
    """Replace the facts and status of an inquiry that is still as it was `before`; None when somebody changed it."""
    sealed = datakeys.encrypt(tx, before.ref, "void_reason", InquiryRow, void_reason)
    statement = (
        update(InquiryRow)
        .where(InquiryRow.workspace_id == tx.workspace_id, InquiryRow.ref == before.ref, InquiryRow.version == before.version)
        .values(version=before.version + 1, status=status, void_reason=sealed, **_values(tx, before.ref, facts))
    )
    if tx.conn.execute(statement).rowcount != 1:
        return None
    return before.model_copy(update={"facts": facts, "status": status, "version": before.version + 1, "void_reason": void_reason})


def get(tx: Tx, ref: str) -> Inquiry | None:
    """One inquiry, decrypted, or None."""
    row = tx.conn.execute(_mine(tx).where(InquiryRow.ref == ref)).mappings().one_or_none()
    return None if row is None else _model(tx, row)


def latest_by(tx: Tx, user_id: str, since: datetime) -> Inquiry | None:
    """The newest inquiry that `user_id` logged since then and that is not void."""
    query = _mine(tx).where(InquiryRow.logged_by == user_id, InquiryRow.logged_at >= since, InquiryRow.status != Status.VOID)
    row = tx.conn.execute(query.order_by(InquiryRow.logged_at.desc(), InquiryRow.ref.desc()).limit(1)).mappings().one_or_none()
    return None if row is None else _model(tx, row)


def unfinished_by(tx: Tx, user_id: str, size: int) -> Page:
    """The oldest inquiries of `user_id` on which something is still to be done (`Inquiry.waits_for`, in SQL)."""
    open_ = or_(
        InquiryRow.status.in_([Status.LOGGED, Status.AWAITING]),
        InquiryRow.store_in_directory & InquiryRow.directory_ref.is_(None),
        InquiryRow.asked_by_role.is_(None),
        InquiryRow.authority_asked.is_(None),
        InquiryRow.home_authority.is_(None),
    )
    mine = (InquiryRow.workspace_id == tx.workspace_id, InquiryRow.logged_by == user_id, InquiryRow.status != Status.VOID, open_)
    rows = tx.conn.execute(_WITH_KEY.where(*mine).order_by(InquiryRow.logged_at, InquiryRow.ref).limit(size)).mappings().all()
    total = tx.conn.execute(select(func.count()).select_from(InquiryRow).where(*mine)).scalar_one()
    return Page(tuple(_model(tx, row) for row in rows), 0, size, total)


def find(tx: Tx, wanted: Wanted, page: int, size: int) -> Page:
    """A page of the inquiries that are wanted; void ones only by their reference."""
    conditions: list[ColumnElement[bool]] = [InquiryRow.workspace_id == tx.workspace_id]
    conditions.append(InquiryRow.status != Status.VOID if wanted.ref is None else InquiryRow.ref == wanted.ref)
    if wanted.authority is not None:
        conditions.append(or_(InquiryRow.authority_asked == wanted.authority, InquiryRow.home_authority == wanted.authority))
    query = _WITH_KEY.where(*conditions).order_by(InquiryRow.logged_at.desc(), InquiryRow.ref.desc())
    if wanted.words is None:
        rows = tx.conn.execute(query.limit(size).offset(page * size)).mappings()
        total = tx.conn.execute(select(func.count()).select_from(InquiryRow).where(*conditions)).scalar_one()
        return Page(tuple(_model(tx, row) for row in rows), page, size, total)
    needles = wanted.words.casefold().split()
    scanned = (_model(tx, row) for row in tx.conn.execute(query.limit(SCANNED)).mappings())
    matching = [inquiry for inquiry in scanned if _holds(inquiry, needles)]
    return Page(tuple(matching[page * size : (page + 1) * size]), page, size, len(matching))


def _holds(inquiry: Inquiry, needles: list[str]) -> bool:
    haystack = f"{inquiry.facts.note or ''} {inquiry.facts.directory_ref or ''}".casefold()
    return all(needle in haystack for needle in needles)


def _mine(tx: Tx) -> Select[Any]:
    return _WITH_KEY.where(InquiryRow.workspace_id == tx.workspace_id)


def _values(tx: Tx, ref: str, facts: InquiryFacts) -> dict[str, Any]:
    values = facts.model_dump()
    for column in _PRIVATE:
        values[column] = datakeys.encrypt(tx, ref, column, InquiryRow, values[column])
    return values


def _model(tx: Tx, row: RowMapping) -> Inquiry:
    known = {name: row[name] for name in InquiryFacts.model_fields}
    for column in _PRIVATE:
        known[column] = datakeys.decrypt(tx, row["ref"], column, InquiryRow, row[column], row["wrapped"])
    return Inquiry(
        ref=row["ref"],
        facts=InquiryFacts.model_construct(**known),
        status=row["status"],
        logged_by=row["logged_by"],
        logged_at=row["logged_at"],
        version=row["version"],
        void_reason=datakeys.decrypt(tx, row["ref"], "void_reason", InquiryRow, row["void_reason"], row["wrapped"]),
    )
