"""Inquiries in and out of their table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, exists, or_, select

from bot.domain.inquiries.inquiry import Inquiry, InquiryFacts, InquiryStatus
from bot.domain.inquiries.search import InquiryQuery
from bot.domain.people import Actor
from bot.domain.shared.logged import SEES_RESTRICTED
from storage.db import data_keys
from storage.db.engine import Tx
from storage.db.tables import DataKeyRow, FeedbackRow, InquiryRow
from storage.feedback.feedback import AWAITS_ICS
from storage.settings import team

SCANNED = 20_000
"""How many of the newest inquiries a search in free text decrypts at the most (0.4 s where it was measured)."""
_PRIVATE = ("note", "directory_ref", "signposted_to")
_PLAIN = ("ref", "status", "logged_by", "logged_at", "version", "filed_at", "ics_recorded_on", "text_purged_on", "converted_to")
_WITH_KEY = select(InquiryRow.__table__, DataKeyRow.wrapped).outerjoin(
    DataKeyRow, and_(DataKeyRow.workspace_id == InquiryRow.workspace_id, DataKeyRow.subject == InquiryRow.ref)
)
"""Inquiries, each with its wrapped data key: one query however many are decrypted."""


@dataclass(frozen=True)
class InquiryPage:
    """Some of the inquiries found, newest first, and how many there are in all."""

    inquiries: tuple[Inquiry, ...]
    number: int
    size: int
    total: int


def add(tx: Tx, inquiry: Inquiry) -> None:
    """Insert a new inquiry."""
    data_keys.begin(tx, inquiry.ref)
    values = _values(tx, inquiry.ref, inquiry.facts)
    values |= {name: getattr(inquiry, name) for name in _PLAIN}
    tx.insert(InquiryRow, **values)


def change(tx: Tx, before: Inquiry, facts: InquiryFacts, status: InquiryStatus, void_reason: str | None = None) -> Inquiry | None:
    """Replace the facts and status of an inquiry that is still as it was `before`; None when somebody changed it.

    What stood on ICS and reads otherwise now does not stand there any more.
    """
    changed: dict[str, Any] = {"status": status, "version": before.version + 1}
    if facts != before.facts:
        changed["ics_recorded_on"] = None
    if facts.note or facts.signposted_to:
        changed["text_purged_on"] = None
    sealed = data_keys.encrypt(tx, before.ref, "void_reason", InquiryRow, void_reason)
    if not _set(tx, before, void_reason=sealed, **changed, **_values(tx, before.ref, facts)):
        return None
    return before.model_copy(update={"facts": facts, "void_reason": void_reason, **changed})


def convert(tx: Tx, before: Inquiry, case_ref: str) -> Inquiry | None:
    """Close an inquiry that became a case, with a link to it; None when somebody changed it."""
    changed: dict[str, Any] = {"version": before.version + 1, "status": InquiryStatus.CLOSED, "converted_to": case_ref}
    return before.model_copy(update=changed) if _set(tx, before, **changed) else None


def mark_recorded(tx: Tx, before: Inquiry, day: date) -> bool:
    """Note that an inquiry that is still as it was `before` stands on ICS since `day`; whether it was."""
    return _set(tx, before, version=before.version + 1, ics_recorded_on=day)


def mark_filed(tx: Tx, inquiry: Inquiry, *, filed: bool) -> bool:
    """Note whether the shared Directory holds an entry now; whether the inquiry still is this version."""
    return _set(tx, inquiry, filed_at=tx.now if filed else None)


def erase_text(tx: Tx, inquiry: Inquiry) -> bool:
    """Erase what people typed but for the folder's reference, under a new key; whether it was still this version."""
    if not _set(tx, inquiry, text_purged_on=tx.today, note=None, signposted_to=None, void_reason=None, directory_ref=None):
        return False
    data_keys.destroy(tx, inquiry.ref)
    folder = data_keys.encrypt(tx, inquiry.ref, "directory_ref", InquiryRow, inquiry.facts.directory_ref)
    return _set(tx, inquiry, directory_ref=folder)


def remove(tx: Tx, ref: str) -> None:
    """Delete the row of an inquiry that is disposed of."""
    tx.delete(InquiryRow, InquiryRow.ref == ref)


def get(tx: Tx, ref: str) -> Inquiry | None:
    """One inquiry, decrypted, or None."""
    row = tx.conn.execute(_mine(tx).where(InquiryRow.ref == ref)).mappings().one_or_none()
    return None if row is None else _model(tx, row)


def latest_by(tx: Tx, user_id: str, since: datetime) -> Inquiry | None:
    """The newest inquiry that `user_id` logged since then and that is not void."""
    query = _mine(tx).where(
        InquiryRow.logged_by == user_id, InquiryRow.logged_at >= since, InquiryRow.status != InquiryStatus.VOID
    )
    row = tx.conn.execute(query.order_by(InquiryRow.logged_at.desc(), InquiryRow.ref.desc()).limit(1)).mappings().one_or_none()
    return None if row is None else _model(tx, row)


def unfinished_by(tx: Tx, user_id: str, size: int) -> InquiryPage:
    """The oldest inquiries of `user_id` on which something is still to be done (`Inquiry.waits_for`, in SQL)."""
    open_ = or_(
        InquiryRow.status.in_([InquiryStatus.LOGGED, InquiryStatus.AWAITING]),
        InquiryRow.store_in_directory & InquiryRow.directory_ref.is_(None) & InquiryRow.filed_at.is_(None),
        InquiryRow.asked_by_role.is_(None),
        InquiryRow.authority_asked.is_(None),
        InquiryRow.home_authority.is_(None),
    )
    mine = (tx.own(InquiryRow), InquiryRow.logged_by == user_id, InquiryRow.status != InquiryStatus.VOID, open_)
    rows = tx.conn.execute(_WITH_KEY.where(*mine).order_by(InquiryRow.logged_at, InquiryRow.ref).limit(size)).mappings().all()
    total = tx.count(InquiryRow, *mine)
    return InquiryPage(tuple(_model(tx, row) for row in rows), 0, size, total)


def restricted_among(tx: Tx, refs: list[str]) -> set[str]:
    """Which of these references are restricted inquiries."""
    query = tx.select(InquiryRow, InquiryRow.ref).where(InquiryRow.ref.in_(refs))
    return set(tx.conn.execute(query.where(InquiryRow.restricted.is_(True))).scalars())


def unfinished(tx: Tx) -> list[Inquiry]:
    """Every inquiry whose answer is still awaited."""
    rows = tx.conn.execute(_mine(tx).where(InquiryRow.status.in_([InquiryStatus.LOGGED, InquiryStatus.AWAITING]))).mappings()
    return [_model(tx, row) for row in rows]


def find(tx: Tx, wanted: InquiryQuery, page: int, size: int, reader: Actor) -> InquiryPage:
    """A page of the inquiries that are wanted and that `reader` may see; void ones only by their reference."""
    conditions = [*_readable(tx, reader), *_wanted(wanted)]
    query = _WITH_KEY.where(*conditions).order_by(InquiryRow.logged_at.desc(), InquiryRow.ref.desc())
    if wanted.words is None:
        rows = tx.conn.execute(query.limit(size).offset(page * size)).mappings()
        total = tx.count(InquiryRow, *conditions)
        return InquiryPage(tuple(_model(tx, row) for row in rows), page, size, total)
    needles = wanted.words.casefold().split()
    scanned = (_model(tx, row) for row in tx.conn.execute(query.limit(SCANNED)).mappings())
    matching = [inquiry for inquiry in scanned if _holds(inquiry, needles)]
    return InquiryPage(tuple(matching[page * size : (page + 1) * size]), page, size, len(matching))


def by_refs(tx: Tx, refs: list[str], reader: Actor) -> list[Inquiry]:
    """The inquiries of these references that count and that `reader` may see, the newest first."""
    if not refs:
        return []
    living = (InquiryRow.ref.in_(refs), InquiryRow.status != InquiryStatus.VOID)
    query = _WITH_KEY.where(*_readable(tx, reader), *living).order_by(InquiryRow.logged_at.desc())
    return [_model(tx, row) for row in tx.conn.execute(query).mappings()]


def about(tx: Tx, ics_ref: str) -> list[Inquiry]:
    """The inquiries that carry this ICS reference."""
    rows = tx.conn.execute(_mine(tx).where(InquiryRow.ics_ref == ics_ref).order_by(InquiryRow.logged_at)).mappings()
    return [_model(tx, row) for row in rows]


def with_text_recorded_until(tx: Tx, day: date, limit: int) -> list[Inquiry]:
    """Inquiries that stand on ICS since `day` or longer, still have their text and are not held, at most `limit` of them."""
    conditions = (InquiryRow.ics_recorded_on <= day, InquiryRow.text_purged_on.is_(None), _free(tx))
    rows = tx.conn.execute(_mine(tx).where(*conditions).order_by(InquiryRow.ics_recorded_on).limit(limit)).mappings()
    return [_model(tx, row) for row in rows]


def settled_before(tx: Tx, moment: datetime, day: date, limit: int) -> list[tuple[str, date]]:
    """(reference, asked on) of inquiries that wait for no answer and are not held, the oldest first, at most `limit` of them.

    They were logged before `moment` and answered, if they were, before `day`, which is the same in days.
    """
    query = tx.select(InquiryRow, InquiryRow.ref, InquiryRow.asked_on).where(
        InquiryRow.logged_at < moment,
        or_(InquiryRow.answered_on.is_(None), InquiryRow.answered_on < day),
        InquiryRow.status.in_([InquiryStatus.ANSWERED, InquiryStatus.CLOSED, InquiryStatus.VOID]),
        ~_told_of(tx),
        _free(tx),
    )
    return [(ref, asked_on) for ref, asked_on in tx.conn.execute(query.order_by(InquiryRow.logged_at).limit(limit))]


def _told_of(tx: Tx) -> ColumnElement[bool]:
    """Feedback about it is still to be recorded on ICS, so what it is about stays."""
    return exists().where(
        tx.own(FeedbackRow),
        FeedbackRow.about == InquiryRow.ref,
        *AWAITS_ICS,
    )


def number_under(tx: Tx, subject: str) -> int:
    """How many inquiries a hold on `subject` covers."""
    return tx.count(InquiryRow, *team.under(subject, InquiryRow.ref == subject, InquiryRow.ics_ref == subject))


def _free(tx: Tx) -> ColumnElement[bool]:
    """No legal hold on the inquiry, on its child's ICS reference, or on the case that it became."""
    return team.not_held(tx, InquiryRow.ref, InquiryRow.ics_ref, InquiryRow.converted_to)


def _readable(tx: Tx, reader: Actor) -> list[ColumnElement[bool]]:
    """`Entry.is_visible_to`, in SQL."""
    conditions: list[ColumnElement[bool]] = [tx.own(InquiryRow)]
    if not reader.may(SEES_RESTRICTED):
        conditions.append(or_(InquiryRow.restricted.is_(False), InquiryRow.logged_by == reader.user_id))
    return conditions


def _wanted(wanted: InquiryQuery) -> list[ColumnElement[bool]]:
    if wanted.ref is not None:
        return [InquiryRow.ref == wanted.ref]
    conditions: list[ColumnElement[bool]] = [InquiryRow.status != InquiryStatus.VOID]
    if wanted.ics_ref is not None:
        conditions.append(InquiryRow.ics_ref == wanted.ics_ref)
    if wanted.authority is not None:
        conditions.append(or_(InquiryRow.authority_asked == wanted.authority, InquiryRow.home_authority == wanted.authority))
    if wanted.logged_by is not None:
        conditions.append(InquiryRow.logged_by == wanted.logged_by)
    if wanted.first is not None:
        conditions.append(InquiryRow.asked_on >= wanted.first)
    if wanted.last is not None:
        conditions.append(InquiryRow.asked_on <= wanted.last)
    return conditions


def _holds(inquiry: Inquiry, needles: list[str]) -> bool:
    facts = inquiry.facts
    haystack = " ".join(text for text in (facts.note, facts.directory_ref, facts.signposted_to) if text).casefold()
    return all(needle in haystack for needle in needles)


def _set(tx: Tx, before: Inquiry, **values: object) -> bool:
    """Change the row of an inquiry that is still as it was `before`; whether it was."""
    return tx.update(InquiryRow, InquiryRow.ref == before.ref, InquiryRow.version == before.version, **values) == 1


def _mine(tx: Tx) -> Select[Any]:
    return _WITH_KEY.where(tx.own(InquiryRow))


def _values(tx: Tx, ref: str, facts: InquiryFacts) -> dict[str, Any]:
    values = facts.model_dump()
    for column in _PRIVATE:
        values[column] = data_keys.encrypt(tx, ref, column, InquiryRow, values[column])
    return values


def _model(tx: Tx, row: RowMapping) -> Inquiry:
    known = {name: row[name] for name in InquiryFacts.model_fields}
    for column in _PRIVATE:
        known[column] = data_keys.decrypt(tx, row["ref"], column, InquiryRow, row[column], row["wrapped"])
    return Inquiry(
        facts=InquiryFacts.model_construct(**known),
        void_reason=data_keys.decrypt(tx, row["ref"], "void_reason", InquiryRow, row["void_reason"], row["wrapped"]),
        **{name: row[name] for name in _PLAIN},
    )
