"""Databases at the head of the migrations, a fresh one for whoever asks, on SQLite and on PostgreSQL.

The migrations run once for each kind, as at a start of the product; every other database is a copy. As a copy
takes PostgreSQL half a second, one that is given back is emptied and given to whoever asks next.
"""

import itertools
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final, Literal

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from app.db import METADATA
from app.operations.migrating import upgrade
from tests.servers.postgres import Postgres, apart, execute

Kind = Literal["sqlite", "postgresql"]
KINDS: Final[tuple[Kind, ...]] = ("sqlite", "postgresql")
PART: Final = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


class Databases:
    """Makes databases, and drops them all at the end."""

    def __init__(self, folder: Path, postgres: Postgres) -> None:
        self._folder = folder
        self._postgres = postgres
        self._numbers = itertools.count(1)
        self._templates: dict[Kind, str] = {}
        self._made: set[str] = set()
        self._migrated: set[str] = set()
        self._free: list[str] = []

    def empty(self, kind: Kind) -> str:
        """The address of a database without a schema."""
        name = self._next_name()
        if kind == "sqlite":
            return _sqlite_url(self._folder / f"{name}.db")
        return self._create(name, "template0")

    def migrated(self, kind: Kind) -> str:
        """The address of a database that is at the head of the migrations and has no rows."""
        if kind == "postgresql" and self._free:
            return self._free.pop()
        url = self.copy(self._template(kind))
        self._migrated.add(url)
        return url

    def copy(self, url: str) -> str:
        """The address of a database with the same content. Nobody may be connected to the original."""
        name = self._next_name()
        if not url.startswith("sqlite"):
            return self._create(name, _name(url))
        file = self._folder / f"{name}.db"
        shutil.copyfile(_sqlite_file(url), file)
        return _sqlite_url(file)

    def drop(self, url: str) -> None:
        """Take it back, whoever is still connected."""
        if url.startswith("sqlite"):
            for file in self._folder.glob(f"{_sqlite_file(url).name}*"):
                file.unlink()
        elif url in self._migrated:
            _empty(url)
            self._free.append(url)
        else:
            self._remove(url)

    def drop_all(self) -> None:
        for url in list(self._made):
            self._remove(url)

    def _next_name(self) -> str:
        return f"nerve_test_{os.getpid()}_{next(self._numbers)}"

    def _template(self, kind: Kind) -> str:
        if kind not in self._templates:
            url = self.empty(kind)
            apart(partial(upgrade, url))
            if kind == "sqlite":
                _bring_home(_sqlite_file(url))
            self._templates[kind] = url
        return self._templates[kind]

    def _create(self, name: str, template: str) -> str:
        execute(self._postgres.url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        url = make_url(self._postgres.url).set(database=name).render_as_string(hide_password=False)
        self._made.add(url)
        return url

    def _remove(self, url: str) -> None:
        self._made.remove(url)
        execute(self._postgres.url, f'DROP DATABASE IF EXISTS "{_name(url)}" WITH (FORCE)')


def _empty(url: str) -> None:
    """Part everybody from a PostgreSQL database and delete all rows but the number of its migration."""
    execute(url, PART)
    deletions = "; ".join(str(sa.delete(table)) for table in reversed(METADATA.sorted_tables))
    execute(url, f"DO $$ BEGIN {deletions}; END $$")


def _name(url: str) -> str:
    return make_url(url).database or ""


def _bring_home(file: Path) -> None:
    """Move what is still in the write-ahead log into the file, so that the file is all of the database."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _sqlite_url(file: Path) -> str:
    return f"sqlite:///{file}"


def _sqlite_file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Databases]:
    """For fixtures that keep a database longer than one test."""
    made = Databases(tmp_path_factory.mktemp("databases"), postgres)
    yield made
    made.drop_all()


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A fresh migrated database; the test runs once on SQLite and once on PostgreSQL."""
    url = databases.migrated(request.param)
    yield url
    databases.drop(url)


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A fresh database without a schema, for tests of the migrations; once on each kind."""
    url = databases.empty(request.param)
    yield url
    databases.drop(url)


@pytest.fixture
def sqlite_url(databases: Databases) -> Iterator[str]:
    """A fresh migrated SQLite database, where the kind does not matter or matters."""
    url = databases.migrated("sqlite")
    yield url
    databases.drop(url)


@pytest.fixture
def postgresql_url(databases: Databases) -> Iterator[str]:
    """A fresh migrated PostgreSQL database."""
    url = databases.migrated("postgresql")
    yield url
    databases.drop(url)
