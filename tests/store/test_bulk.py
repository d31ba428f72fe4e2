"""Many rows in one statement, on both databases, however many there are."""

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.db import Database, open_database
from app.models.log import quarantine
from app.store import bulk
from tests.servers.installation import create_portfolio

MANY = 40_000
"""More than either database takes as parameters of one statement."""
COLUMNS = ("portfolio_id", "seq", "subject", "reason")


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    opened = open_database(database_url)
    await create_portfolio(opened, "alpha")
    yield opened
    await opened.close()


def count(connection: Connection) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(quarantine)).scalar_one()


async def test_any_number_of_rows_is_put_in_changed_and_taken_out(db: Database) -> None:
    def work(connection: Connection) -> list[int]:
        rows = [("alpha", seq, "project/GHOST", "unknown_item") for seq in range(MANY)]
        bulk.insert(connection, quarantine, COLUMNS, rows)
        bulk.upsert(connection, quarantine, COLUMNS, [(*row[:3], "another") for row in rows])
        changed = count(connection)
        bulk.delete(connection, quarantine, COLUMNS[:2], [row[:2] for row in rows[1:]])
        return [changed, count(connection)]

    assert await db.write(work) == [MANY, 1]


async def test_groups_of_all_sizes_are_put_in_by_few_statements(db: Database) -> None:
    said: set[str] = set()
    sizes = range(1, 65)

    def work(connection: Connection) -> int:
        sa.event.listen(connection, "before_cursor_execute", lambda *told: said.add(told[2]))
        for size in sizes:
            rows = [("alpha", 100 * size + place, "project/GHOST", "unknown_item") for place in range(size)]
            bulk.insert(connection, quarantine, COLUMNS, rows)
        return count(connection)

    assert await db.write(work) == sum(sizes)
    assert len(said) < len(sizes) / 2


async def test_nothing_is_no_statement(db: Database) -> None:
    await db.write(lambda connection: bulk.delete(connection, quarantine, COLUMNS[:2], []))

    assert await db.read(count) == 0
