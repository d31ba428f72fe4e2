"""Bringing a database to the schema of this version."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from app.operations.migrating import NotOurDatabase, heads, scripts, upgrade


def a_file(folder: Path) -> tuple[str, sa.Engine]:
    url = f"sqlite:///{folder}/nerve.db"
    return url, sa.create_engine(url)


def test_the_heads_read_from_the_scripts_are_those_that_alembic_knows() -> None:
    config = Config()
    config.set_main_option("script_location", str(scripts()))

    assert heads() == set(ScriptDirectory.from_config(config).get_heads())


def test_a_new_database_gets_the_schema_and_another_start_changes_nothing(tmp_path: Path) -> None:
    url, engine = a_file(tmp_path)
    upgrade(url)
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO connection VALUES ('c', 'C', '2026-01-01', NULL)"))

    upgrade(url)

    with engine.begin() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM connection")).scalar_one() == 1
    engine.dispose()


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    url, engine = a_file(tmp_path)
    upgrade(url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(NotOurDatabase):
        upgrade(url)

    with engine.begin() as connection:
        assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"
    engine.dispose()
