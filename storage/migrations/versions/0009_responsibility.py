"""Whose case it is follows from its worker: a manager is stored only where one was named for the case alone.

Until now the manager was copied into each episode, and did not follow when somebody's manager changed. The copy in `episodes`
stays as what it was; obligations and open cases read the worker's manager of today. Cases of those who have left stay with the
manager they had.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ON_THE_LIST = "EXISTS (SELECT 1 FROM people p WHERE p.workspace_id = {0}.workspace_id AND p.user_id = {0}.worker_id)"


def upgrade() -> None:
    with op.batch_alter_table("outbox") as outbox:  # a notification of moved due dates is longer than a reference
        outbox.alter_column("subject", existing_type=sa.String(length=64), type_=sa.String(length=600), existing_nullable=False)
    op.add_column("episodes", sa.Column("named_manager_id", sa.String(length=64), nullable=True))
    left = f"NOT {_ON_THE_LIST.format('episodes')}"
    op.execute(f"UPDATE episodes SET named_manager_id = manager_id WHERE {left}")  # noqa: S608 - constants
    for table in ("obligations", "caseload"):
        op.execute(f"UPDATE {table} SET manager_id = NULL WHERE {_ON_THE_LIST.format(table)}")  # noqa: S608 - constants


def downgrade() -> None:
    for table in ("obligations", "caseload"):
        op.execute(
            f"UPDATE {table} SET manager_id = (SELECT p.manager_id FROM people p "  # noqa: S608 - constants
            f"WHERE p.workspace_id = {table}.workspace_id AND p.user_id = {table}.worker_id) WHERE manager_id IS NULL"
        )
    op.drop_column("episodes", "named_manager_id")
    op.execute("DELETE FROM outbox WHERE length(subject) > 64")
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("subject", existing_type=sa.String(length=600), type_=sa.String(length=64), existing_nullable=False)
