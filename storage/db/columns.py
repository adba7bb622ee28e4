"""What the tables are made of: moments in UTC, codes by value, names for constraints (docs/decisions/0003-storage.md)."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import JSON, DateTime, Enum, LargeBinary, MetaData, String, Table, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase


class Moment(TypeDecorator[datetime]):
    """A moment, aware and in UTC on the Python side; SQLite, which has no time zones, keeps it in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a naive moment: it would mean another one after the next clock change."""
        if value is not None and value.tzinfo is None:
            raise ValueError("moments carry their time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give SQLite's value its time zone back."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


def by_value(kind: type[StrEnum], name: str) -> Enum:
    """A column of codes: the values of `kind`, checked by a constraint of that name."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """Naming of constraints, so that migrations can speak of them on both databases."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map = {datetime: Moment, str: String(64), bytes: LargeBinary, dict[str, Any]: JSON}  # noqa: RUF012


def table_of(row: type[Base]) -> Table:
    """The table of a row's class, for statements that need no objects: the detour by the class costs as much as the database."""
    return cast("Table", row.__table__)
