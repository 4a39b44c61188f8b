"""The schema: a fresh install, an upgraded one and the declared tables are one and the same."""

from collections.abc import Iterator

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from craveny_store.engine import MIGRATIONS, StoreError, migrate, schema_revision
from craveny_store.tables import metadata

CATALOG = {
    "columns": """
        SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity, numeric_precision,
            numeric_scale, col_description(format('public.%I', table_name)::regclass, ordinal_position)
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "sequences": "SELECT sequence_name FROM information_schema.sequences WHERE sequence_schema = 'public'",
    "tables": """
        SELECT relname, obj_description(oid) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'""",
}


@pytest.fixture
def empty(engine: Engine) -> Iterator[Engine]:
    wipe(engine)
    yield engine
    wipe(engine)


def wipe(engine: Engine) -> None:
    with engine.begin() as conn:
        conn.execute(text("DROP SCHEMA public CASCADE"))
        conn.execute(text("CREATE SCHEMA public"))


def catalog(engine: Engine) -> dict[str, list[tuple]]:
    """Everything the server knows of the schema, without Alembic's own table."""
    with engine.connect() as conn:
        found = {name: sorted(map(tuple, conn.execute(text(query))), key=repr) for name, query in CATALOG.items()}
    return {name: [row for row in rows if "alembic_version" not in str(row[0])] for name, rows in found.items()}


def revisions() -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]


def test_a_fresh_install_equals_the_declared_tables(empty: Engine) -> None:
    migrate(empty)
    migrated = catalog(empty)
    wipe(empty)
    metadata.create_all(empty)
    assert migrated == catalog(empty)
    assert len(migrated["tables"]) == len(metadata.sorted_tables)


@pytest.mark.parametrize("older", revisions())
def test_a_schema_upgraded_from_any_earlier_revision_equals_a_fresh_one(empty: Engine, older: str) -> None:
    migrate(empty)
    fresh = catalog(empty)
    wipe(empty)
    migrate(empty, older)
    migrate(empty)
    assert catalog(empty) == fresh


def test_every_column_of_time_carries_its_zone(empty: Engine) -> None:
    migrate(empty)
    naive = [row for row in catalog(empty)["columns"] if row[2] == "timestamp without time zone"]
    assert naive == []


def test_migrating_again_changes_nothing(empty: Engine) -> None:
    migrate(empty)
    before = catalog(empty)
    migrate(empty)
    assert catalog(empty) == before


def test_a_database_of_a_newer_craveny_is_refused_and_left_alone(engine: Engine) -> None:
    with engine.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = catalog(engine)
    with pytest.raises(StoreError, match=r"newer Craveny.*Upgrade"):
        migrate(engine)
    assert catalog(engine) == before
    assert schema_revision(engine) == "9999"
