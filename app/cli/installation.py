"""Commands that look into the installation's own database: one short transaction each."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from app.cli.locking import database_file
from app.cli.refusal import Refusal
from app.db import Database, DatabaseUnavailable, open_database
from app.domain.access import Scope
from app.operations import keys, migrating
from app.operations.keys import Grant

T = TypeVar("T")


def now() -> datetime:
    """The clock of the command line."""
    return datetime.now(UTC)


def migrate(url: str) -> None:
    """Bring the database to the schema of this version, or say why that cannot be."""
    try:
        migrating.upgrade(url)
    except migrating.NotOurDatabase as error:
        raise Refusal(f"the database does not fit this version of the product: {error}") from error
    except (OSError, DBAPIError) as error:
        raise Refusal(
            f"the database does not answer ({type(error).__name__}): {_first_line(error)}"
        ) from error


def in_database(url: str, use: Callable[[Database], Awaitable[T]]) -> T:
    """Open the database, use it, close it. A SQLite file that does not exist yet is created first."""
    file = database_file(url)
    if file is not None and not file.exists():
        migrate(url)
    try:
        return asyncio.run(_use(url, use))
    except DatabaseUnavailable as error:
        raise Refusal(
            f"the database does not answer or was never migrated (`nerve migrate`): {error}"
        ) from error


async def _use(url: str, use: Callable[[Database], Awaitable[T]]) -> T:
    db = open_database(url)
    try:
        return await use(db)
    finally:
        await db.close()


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


async def fresh_key(db: Database, connection: str, portfolio: str) -> str:
    """A key for a tool of ours that may post to this portfolio; ends the one of its last run."""
    mine = keys.connection_id(connection)
    for row in await keys.list_live(db):
        if row.key.connection_id == mine:
            await keys.revoke(db, row.key.key_id, now=now())
    issued = await keys.issue(db, connection, Grant((Scope.INGEST,), (portfolio,)), now=now())
    return issued.secret
