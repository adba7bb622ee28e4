"""Alembic's entry: it runs on the connection that `storage.migrations.upgrade` gives it."""

from __future__ import annotations

from alembic import context

from storage.db.columns import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, compare_type=True)
context.run_migrations()
