"""SELECTs of one workspace's rows that are built once for each combination of conditions (docs/decisions/0017-speed.md).

Building a statement costs four times what running it on a small table does, so what every morning asks is built once.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Select, bindparam

from storage.db.columns import Base
from storage.db.engine import Tx


class Query:
    """A SELECT of the workspace's rows of `row`; `conditions` are chosen by name.

    A condition compares with one value, bound by its name, or has none and is chosen with True.
    """

    def __init__(self, row: type[Base], base: Select[*tuple[Any, ...]], **conditions: ColumnElement[bool]) -> None:
        self._conditions = conditions
        self._base = base.where(row.workspace_id == bindparam("home"))  # type: ignore[attr-defined]  # every table of ours has it
        self._built = cache(self._build)

    def run(self, tx: Tx, **values: object) -> CursorResult[*tuple[Any, ...]]:
        """The rows for which every named condition holds; a condition whose value is None is left out."""
        given = {name: value for name, value in values.items() if value is not None}
        return tx.conn.execute(self._built(*given), {"home": tx.workspace_id, **given})

    def _build(self, *names: str) -> Select[*tuple[Any, ...]]:
        return self._base.where(*(self._conditions[name] for name in names))
