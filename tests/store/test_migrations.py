"""The schema: what the migrations make is what the models say, there and back, on both databases."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from app.db import METADATA
from app.operations import migrating
from app.operations.migrating import NotOurDatabase, upgrade
from tests.servers.postgres import apart

Work = Callable[[Connection], Any]


def within(url: str, work: Work) -> Any:
    """What `work` finds in this database, in one transaction."""
    if url.startswith("sqlite"):
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            found = work(connection)
        engine.dispose()
        return found

    async def run() -> Any:
        engine = create_async_engine(make_url(url))
        async with engine.begin() as connection:
            found = await connection.run_sync(work)
        await engine.dispose()
        return found

    return apart(lambda: asyncio.run(run()))


def alembic(step: Callable[..., None], *arguments: str) -> Work:
    """An Alembic command on the connection that it is given."""

    def run(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(migrating.scripts()))
        config.attributes["connection"] = connection
        step(config, *arguments)

    return run


def tables(connection: Connection) -> set[str]:
    return set(sa.inspect(connection).get_table_names())


def migrate(url: str) -> None:
    """As at a start of the product, whose own event loop must not run in this thread."""
    apart(lambda: upgrade(url))


def test_the_models_and_the_migrations_say_the_same(empty_database_url: str) -> None:
    migrate(empty_database_url)

    within(empty_database_url, alembic(command.check))
    assert within(empty_database_url, tables) == {*METADATA.tables, "alembic_version"}


def test_migrations_go_up_and_down_and_up_again(empty_database_url: str) -> None:
    migrate(empty_database_url)
    up = within(empty_database_url, tables)
    within(empty_database_url, alembic(command.downgrade, "base"))
    down = within(empty_database_url, tables)
    within(empty_database_url, alembic(command.upgrade, "head"))

    assert (within(empty_database_url, tables), down) == (up, {"alembic_version"})
    within(empty_database_url, alembic(command.check))


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    before = within(database_url, tables)
    migrate(database_url)

    assert within(database_url, tables) == before


def test_a_database_of_a_newer_version_is_not_touched(database_url: str) -> None:
    newer = sa.text("UPDATE alembic_version SET version_num = '9999'")
    within(database_url, lambda connection: connection.execute(newer))

    with pytest.raises(NotOurDatabase):
        migrate(database_url)


def test_every_key_of_a_portfolio_leads_with_the_portfolio() -> None:
    owned = [table for table in METADATA.sorted_tables if "portfolio_id" in table.primary_key.columns]
    keys = [table.primary_key for table in owned] + [
        each for table in owned for each in table.constraints if isinstance(each, sa.UniqueConstraint)
    ]
    indexes = [index for table in owned for index in table.indexes]

    assert len(owned) >= 18
    assert {next(iter(each.columns)).name for each in (*keys, *indexes)} == {"portfolio_id"}


def write(text: str) -> Work:
    return lambda connection: connection.execute(sa.text(text))


def test_by_when_a_record_is_due_is_read_from_what_was_stored_before(empty_database_url: str) -> None:
    migrate(empty_database_url)
    within(empty_database_url, alembic(command.downgrade, "0005"))
    within(
        empty_database_url,
        write(
            "INSERT INTO portfolio (portfolio_id, name, clock, currency, created_at)"
            " VALUES ('alpha', 'Alpha', 'live', 'EUR', '2026-01-01 00:00:00')"
        ),
    )
    within(
        empty_database_url,
        write(
            "INSERT INTO record"
            " (portfolio_id, subject, kind, ref, counts, changed_seq, attributes, stamps, events) VALUES"
            " ('alpha', 'project/A', 'risk', 'R', true, 1, '{\"response_due\": \"2026-04-01\"}', '{}', '[1]')"
        ),
    )

    migrate(empty_database_url)

    found = within(
        empty_database_url, lambda connection: connection.execute(sa.text("SELECT due FROM record")).scalar()
    )
    assert str(found) == "2026-04-01"
