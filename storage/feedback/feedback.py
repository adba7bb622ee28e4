"""Feedback in and out of its table."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, exists, or_, select

from bot.domain.feedback.feedback import Feedback, FeedbackFacts, Mode
from bot.domain.people import Actor
from bot.domain.shared.logged import SEES_RESTRICTED
from storage.cases.tables import CaseRow
from storage.db import data_keys
from storage.db.engine import Tx
from storage.db.tables import DataKeyRow, FeedbackRow, InquiryRow
from storage.settings import team

_PRIVATE = ("target_role", "summary")
_PLAIN = ("ref", "logged_by", "logged_at", "version", "restricted", "void", "ics_recorded_on", "text_purged_on")
_WITH_KEY = select(FeedbackRow.__table__, DataKeyRow.wrapped).outerjoin(
    DataKeyRow, and_(DataKeyRow.workspace_id == FeedbackRow.workspace_id, DataKeyRow.subject == FeedbackRow.ref)
)
AWAITS_ICS = (FeedbackRow.void.is_(False), FeedbackRow.ics_recorded_on.is_(None), FeedbackRow.mode == Mode.VERBAL)
"""`Feedback.awaits_ics`, in SQL."""


def add(tx: Tx, feedback: Feedback) -> None:
    """Insert new feedback."""
    data_keys.begin(tx, feedback.ref)
    values = _values(tx, feedback.ref, feedback.facts) | {name: getattr(feedback, name) for name in _PLAIN}
    tx.insert(FeedbackRow, **values)


def get(tx: Tx, ref: str) -> Feedback | None:
    """One piece of feedback, decrypted, or None."""
    row = tx.conn.execute(_mine(tx).where(FeedbackRow.ref == ref)).mappings().one_or_none()
    return None if row is None else _model(tx, row)


def change(
    tx: Tx, before: Feedback, facts: FeedbackFacts, *, void: bool = False, restricted: bool | None = None
) -> Feedback | None:
    """Replace the facts of feedback that is still as it was `before`; None when somebody changed it.

    What stood on ICS and reads otherwise now does not stand there any more; a follow-up alone changes nothing about that.
    """
    changed: dict[str, Any] = {"version": before.version + 1, "void": void}
    if restricted is not None:
        changed["restricted"] = restricted
    follow_ups = {"emailed_on": facts.emailed_on, "letter_copied_on": facts.letter_copied_on}
    if before.facts.model_copy(update=follow_ups) != facts:
        changed |= {"ics_recorded_on": None, "text_purged_on": None}
    if not _set(tx, before, **changed, **_values(tx, before.ref, facts)):
        return None
    return before.model_copy(update={"facts": facts, **changed})


def mark_recorded(tx: Tx, before: Feedback, day: date) -> bool:
    """Note that feedback that is still as it was `before` stands on ICS since `day`; whether it was."""
    return _set(tx, before, version=before.version + 1, ics_recorded_on=day)


def erase_text(tx: Tx, feedback: Feedback) -> bool:
    """Erase what was said; the role it was said to stays, under a new key (docs/domain.md §6, "date/target stay")."""
    if not _set(tx, feedback, text_purged_on=tx.today, summary=None, target_role=None):
        return False
    data_keys.destroy(tx, feedback.ref)
    role = data_keys.encrypt(tx, feedback.ref, "target_role", FeedbackRow, feedback.facts.target_role)
    return _set(tx, feedback, target_role=role)


def remove(tx: Tx, ref: str) -> None:
    """Delete the row of feedback that is disposed of."""
    tx.delete(FeedbackRow, FeedbackRow.ref == ref)


def restrict(tx: Tx, about: str, *, restricted: bool) -> None:
    """Feedback about an inquiry is seen by those who see the inquiry."""
    tx.update(FeedbackRow, FeedbackRow.about == about, restricted=restricted)


def latest_by(tx: Tx, user_id: str, since: datetime) -> Feedback | None:
    """The newest feedback that `user_id` logged since then and that is not void."""
    mine = (FeedbackRow.logged_by == user_id, FeedbackRow.logged_at >= since, FeedbackRow.void.is_(False))
    query = _mine(tx).where(*mine).order_by(FeedbackRow.logged_at.desc(), FeedbackRow.ref.desc()).limit(1)
    row = tx.conn.execute(query).mappings().one_or_none()
    return None if row is None else _model(tx, row)


def awaiting_ics(tx: Tx, reader: Actor, limit: int, *, everybodys: bool = False) -> tuple[list[Feedback], int]:
    """What is not yet on ICS, the oldest first: the reader's own or everybody's, up to `limit` of them, and how many in all."""
    conditions: list[ColumnElement[bool]] = [tx.own(FeedbackRow), *AWAITS_ICS]
    if not everybodys:
        conditions.append(FeedbackRow.logged_by == reader.user_id)
    elif not reader.may(SEES_RESTRICTED):
        conditions.append(or_(FeedbackRow.restricted.is_(False), FeedbackRow.logged_by == reader.user_id))
    query = _WITH_KEY.where(*conditions).order_by(FeedbackRow.given_on, FeedbackRow.ref).limit(limit)
    total = tx.count(FeedbackRow, *conditions)
    return [_model(tx, row) for row in tx.conn.execute(query).mappings()], total


def unrecorded(tx: Tx) -> list[Feedback]:
    """All feedback that is not yet on ICS."""
    return [_model(tx, row) for row in tx.conn.execute(_mine(tx).where(*AWAITS_ICS)).mappings()]


def about(tx: Tx, refs: list[str]) -> list[Feedback]:
    """Feedback about any of these references, the oldest first."""
    query = _mine(tx).where(FeedbackRow.about.in_(refs)).order_by(FeedbackRow.given_on, FeedbackRow.ref)
    rows = tx.conn.execute(query).mappings()
    return [_model(tx, row) for row in rows]


def with_text_recorded_until(tx: Tx, day: date, limit: int) -> list[Feedback]:
    """Feedback that stands on ICS since `day` or longer, still has its text and is not held, at most `limit` of them."""
    conditions = (FeedbackRow.ics_recorded_on <= day, FeedbackRow.text_purged_on.is_(None), *_free(tx))
    rows = tx.conn.execute(_mine(tx).where(*conditions).order_by(FeedbackRow.ics_recorded_on).limit(limit)).mappings()
    return [_model(tx, row) for row in rows]


def settled_before(tx: Tx, moment: datetime, day: date, limit: int) -> list[tuple[str, date]]:
    """(reference, given on) of feedback given before `day` and logged before `moment`, the oldest first.

    What is held or still awaits ICS is kept, and what is about a case goes with the case.
    """
    settled = or_(FeedbackRow.void, FeedbackRow.ics_recorded_on.is_not(None), FeedbackRow.mode != Mode.VERBAL)
    conditions = (tx.own(FeedbackRow), FeedbackRow.given_on < day, settled, *_free(tx))
    conditions += (FeedbackRow.logged_at < moment, ~_of_case(tx))
    query = select(FeedbackRow.ref, FeedbackRow.given_on).where(*conditions).order_by(FeedbackRow.given_on).limit(limit)
    return [(ref, given_on) for ref, given_on in tx.conn.execute(query)]


def number_under(tx: Tx, subject: str) -> int:
    """How many pieces of feedback a hold on `subject` covers."""
    carrying = tx.select(InquiryRow, InquiryRow.ref).where(InquiryRow.ics_ref == subject)
    named = tx.select(CaseRow, CaseRow.ref).where(CaseRow.ics_ref == subject)
    about = (FeedbackRow.about == subject, FeedbackRow.about.in_(carrying), FeedbackRow.about.in_(named))
    return tx.count(FeedbackRow, *team.under(subject, FeedbackRow.ref == subject, *about))


def _free(tx: Tx) -> list[ColumnElement[bool]]:
    """No legal hold on the feedback, on what it is about, or on the ICS reference of the inquiry or case that it is about."""
    held_inquiry = exists().where(
        tx.own(InquiryRow),
        InquiryRow.ref == FeedbackRow.about,
        ~team.not_held(tx, InquiryRow.ics_ref),
    )
    held_case = _of_case(tx, ~team.not_held(tx, CaseRow.ics_ref))
    return [team.not_held(tx, FeedbackRow.ref, FeedbackRow.about), ~held_inquiry, ~held_case]


def _of_case(tx: Tx, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether it is about a case, of which these conditions hold."""
    return exists().where(tx.own(CaseRow), CaseRow.ref == FeedbackRow.about, *conditions)


def _set(tx: Tx, before: Feedback, **values: object) -> bool:
    """Change the row of feedback that is still as it was `before`; whether it was."""
    return tx.update(FeedbackRow, FeedbackRow.ref == before.ref, FeedbackRow.version == before.version, **values) == 1


def _mine(tx: Tx) -> Select[Any]:
    return _WITH_KEY.where(tx.own(FeedbackRow))


def _values(tx: Tx, ref: str, facts: FeedbackFacts) -> dict[str, Any]:
    values = facts.model_dump()
    for column in _PRIVATE:
        values[column] = data_keys.encrypt(tx, ref, column, FeedbackRow, values[column])
    return values


def _model(tx: Tx, row: RowMapping) -> Feedback:
    known = {name: row[name] for name in FeedbackFacts.model_fields}
    for column in _PRIVATE:
        known[column] = data_keys.decrypt(tx, row["ref"], column, FeedbackRow, row[column], row["wrapped"])
    return Feedback(facts=FeedbackFacts.model_construct(**known), **{name: row[name] for name in _PLAIN})
