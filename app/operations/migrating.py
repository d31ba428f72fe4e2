"""Migrating: bring a database to the schema of this version of the product. Safe to run at every start."""

import asyncio
import re
from pathlib import Path
from typing import Final

from sqlalchemy import inspect, text
from sqlalchemy.engine import URL, Connection, make_url

from app.db import sqlite_engine

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_PLACES: Final = (_PACKAGE / "_migrations", _PACKAGE.parent / "migrations")
"""Inside an installed wheel, or beside the package in a clone."""
_REVISION: Final = re.compile(r"^revision\b.*= ['\"](\w+)['\"]", re.MULTILINE)
_DOWN_REVISION: Final = re.compile(r"^down_revision\b.*= ['\"](\w+)['\"]", re.MULTILINE)
_ONE_AT_A_TIME: Final = 7_369_227_351
"""The PostgreSQL advisory lock that several starting nodes take in turn."""


class NotOurDatabase(Exception):
    """The database was migrated by a newer version of the product, or is not ours."""


def upgrade(url: str) -> None:
    """Bring the database to the head of the migrations, in one transaction; creates it where it is a file.

    Raises NotOurDatabase, and SQLAlchemy's errors where the database cannot be reached.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        _upgrade_sqlite(parsed)
    else:
        asyncio.run(_upgrade_postgres(parsed))


def _upgrade_sqlite(url: URL) -> None:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sqlite_engine(url, begin="BEGIN IMMEDIATE")
    try:
        with engine.begin() as connection:
            _run(connection)
    finally:
        engine.dispose()


async def _upgrade_postgres(url: URL) -> None:
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415 - SQLite starts without it

    engine = create_async_engine(url.set(drivername="postgresql+asyncpg"), connect_args={"timeout": 10})
    try:
        async with engine.begin() as connection:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
            await connection.run_sync(_run)
    finally:
        await engine.dispose()


def _run(connection: Connection) -> None:
    if not _is_current(connection):
        _migrate(connection)


def _is_current(connection: Connection) -> bool:
    """Whether there is nothing to do: most starts, and they need not wait for Alembic's import."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    return set(found) == heads()


def heads() -> set[str]:
    """The revisions that no other revision follows, read from the scripts."""
    scripts_text = [file.read_text(encoding="utf-8") for file in (scripts() / "versions").glob("*.py")]
    known = {name for each in scripts_text for name in _REVISION.findall(each)}
    return known - {name for each in scripts_text for name in _DOWN_REVISION.findall(each)}


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - slow to import, and only a start needs it
    from alembic.config import Config  # noqa: PLC0415 - as above
    from alembic.util import CommandError  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(scripts()).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise NotOurDatabase(str(error)) from error


def scripts() -> Path:
    """The folder of the migrations."""
    return next(place for place in _PLACES if (place / "env.py").exists())
