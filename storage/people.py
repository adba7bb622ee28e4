"""Staff in and out of their table."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from bot.domain.people import Person, Role
from storage.db.batch import Wanted, looks_up
from storage.db.columns import Base
from storage.db.engine import Tx, insert_into
from storage.db.statements import Query
from storage.db.tables import PersonRow
from storage.notifications.tables import DestinationRow

_EVERYONE = Query(PersonRow, select(PersonRow.__table__).order_by(PersonRow.role, PersonRow.user_id))


def _looked_up(tx: Tx, user_id: str) -> list[Wanted]:
    return [(PersonRow, (tx.workspace_id, user_id))]


@looks_up(_looked_up)
def get(tx: Tx, user_id: str) -> Person | None:
    """One member of staff, or None when the bot was not told about them."""
    row = tx.find(PersonRow, user_id)
    return None if row is None else Person.model_validate(dict(row))


def get_together(tx: Tx, user_ids: Iterable[str]) -> None:
    """Read several, and whether Slack takes messages for them; whoever asks for them next has them."""
    kinds: tuple[type[Base], ...] = (PersonRow, DestinationRow)
    tx.batch.find_together([(kind, (tx.workspace_id, user_id)) for user_id in user_ids for kind in kinds])


def everyone(tx: Tx) -> list[Person]:
    """All staff, by role and then by id."""
    return [Person.model_validate(dict(row)) for row in _EVERYONE.run(tx).mappings()]


def with_role(tx: Tx, role: Role) -> list[str]:
    """User ids of those who have `role`."""
    query = tx.select(PersonRow, PersonRow.user_id).where(PersonRow.role == role)
    return list(tx.conn.execute(query.order_by(PersonRow.user_id)).scalars())


def put(tx: Tx, person: Person) -> None:
    """Add a person or replace what is known of them."""
    values = person.model_dump()
    statement = insert_into(tx, PersonRow).values(workspace_id=tx.workspace_id, **values)
    tx.conn.execute(
        statement.on_conflict_do_update(
            index_elements=[PersonRow.workspace_id, PersonRow.user_id],
            set_={name: value for name, value in values.items() if name != "user_id"},
        )
    )


def stand_in_no_more(tx: Tx, user_id: str) -> None:
    """Nobody has this person as their deputy any more."""
    tx.update(PersonRow, PersonRow.deputy_id == user_id, deputy_id=None)


def remove(tx: Tx, user_id: str) -> bool:
    """Take a person off the list; whether they were on it."""
    return tx.delete(PersonRow, PersonRow.user_id == user_id) == 1
