"""The schema, as the sum of its migrations (a test compares it with `storage.db.tables`)."""

from __future__ import annotations

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from storage.audits import tables as audit_tables
from storage.cases import tables as case_tables
from storage.db import tables
from storage.notifications import tables as notifications_tables
from storage.reminders import tables as reminder_tables

TABLES = (tables, case_tables, reminder_tables, notifications_tables, audit_tables)
"""The modules that hold tables; imported here, so that the schema is whole wherever it is compared."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    return config


@cache
def newest() -> str:
    """The revision that this code needs."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def known() -> set[str]:
    """Every revision that this code can bring up to date."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def current(engine: Engine) -> str | None:
    """The revision of the database; None when it is empty."""
    with engine.connect() as conn:
        return MigrationContext.configure(conn).get_current_revision()


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest revision, in one transaction."""
    config = _config()
    with engine.begin() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "head")
