import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from storage import migrations
from storage.db.columns import Base
from storage.db.engine import make_engine


def test_the_schema_is_the_sum_of_its_migrations(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    migrations.upgrade(engine)
    with engine.connect() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    assert migrations.current(engine) == migrations.newest()
    migrations.upgrade(engine)
    engine.dispose()


def test_the_workspace_leads_every_key_and_every_index(database_url: str) -> None:
    engine = make_engine(database_url)
    inspector = inspect(engine)
    for table in Base.metadata.sorted_tables:
        if table.name == "master_keys":
            continue
        assert inspector.get_pk_constraint(table.name)["constrained_columns"][0] == "workspace_id", table.name
        for index in inspector.get_indexes(table.name):
            assert index["column_names"][0] == "workspace_id", index["name"]
    engine.dispose()


def test_a_reader_cannot_write(database_url: str) -> None:
    reading = make_engine(database_url, readonly=True)
    with pytest.raises(DBAPIError), reading.connect() as conn:
        conn.execute(text("DELETE FROM people"))
    reading.dispose()


def test_sqlite_keeps_what_was_committed_through_a_power_cut(tmp_path: object) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/oob.db")
    with engine.connect() as conn:
        assert conn.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert conn.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    engine.dispose()
