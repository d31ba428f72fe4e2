"""Many rows in one statement: an array goes in as one JSON parameter, on both databases.

One statement per table and transaction, whatever the number of rows: SQLite's thread gives up the
interpreter once instead of once a row, PostgreSQL plans once and answers once.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.db import Exact, Utc, utc_text

Row = Sequence[Any]


def insert(connection: Connection, table: sa.Table, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """Insert all rows; a row whose key exists already is an error."""
    _run(connection, _insert_sql(table, columns, connection.dialect.name), rows)


def upsert(
    connection: Connection,
    table: sa.Table,
    columns: tuple[str, ...],
    rows: Iterable[Row],
    *,
    keep: tuple[str, ...] = (),
) -> None:
    """Insert rows; where the primary key exists already, replace the named columns except those to `keep`."""
    _run(connection, _upsert_sql(table, columns, keep, connection.dialect.name), rows)


def delete(connection: Connection, table: sa.Table, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """Delete the rows that have these values in the named columns, however many they are."""
    _run(connection, _delete_sql(table, columns, connection.dialect.name), rows)


def parameter(rows: Iterable[Row]) -> str:
    """The rows as one JSON array of arrays; instants and exact numbers as text."""
    return orjson.dumps(list(rows), default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME).decode()


def _plain(value: object) -> str:
    from_datetime = getattr(value, "astimezone", None)
    return utc_text(value) if from_datetime else str(value)  # type: ignore[arg-type]


def _run(connection: Connection, statement: sa.TextClause, rows: Iterable[Row]) -> None:
    rows = list(rows)
    if rows:
        connection.execute(statement, {"rows": parameter(rows)})


@cache
def _insert_sql(table: sa.Table, columns: tuple[str, ...], dialect: str) -> sa.TextClause:
    return sa.text(_insert_text(table, columns, dialect))


@cache
def _upsert_sql(
    table: sa.Table, columns: tuple[str, ...], keep: tuple[str, ...], dialect: str
) -> sa.TextClause:
    keys = [column.name for column in table.primary_key]
    changed = [name for name in columns if name not in keys and name not in keep]
    action = ", ".join(f'"{name}" = excluded."{name}"' for name in changed)
    conflict = ", ".join(f'"{name}"' for name in keys)
    return sa.text(f"{_insert_text(table, columns, dialect)} ON CONFLICT ({conflict}) DO UPDATE SET {action}")


@cache
def _delete_sql(table: sa.Table, columns: tuple[str, ...], dialect: str) -> sa.TextClause:
    names = ", ".join(f'"{name}"' for name in columns)
    chosen = f"SELECT {_picked(table, columns, dialect)} FROM {source(dialect)}"  # noqa: S608 - names are ours
    return sa.text(f'DELETE FROM "{table.name}" WHERE ({names}) IN ({chosen})')  # noqa: S608 - names are ours


def _picked(table: sa.Table, columns: tuple[str, ...], dialect: str) -> str:
    return ", ".join(picked_column(table.c[name].type, place, dialect) for place, name in enumerate(columns))


def _insert_text(table: sa.Table, columns: tuple[str, ...], dialect: str) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    picked = _picked(table, columns, dialect)
    return f'INSERT INTO "{table.name}" ({names}) SELECT {picked} FROM {source(dialect)} WHERE true'  # noqa: S608 - names are ours


def source(dialect: str) -> str:
    """The FROM item that turns the parameter `rows` into rows named `r`."""
    if dialect == "sqlite":
        return "json_each(:rows) AS r"
    return "jsonb_array_elements(CAST(:rows AS jsonb)) WITH ORDINALITY AS r(value, ordinality)"


def picked_column(kind: Any, place: int, dialect: str) -> str:
    """The expression that reads element `place` of a row as a value of this column type."""
    if dialect == "sqlite":
        return f"r.value ->> {place}"
    return f"CAST(r.value ->> {place} AS {_postgres_type(kind)})"


def _postgres_type(kind: Any) -> str:
    match kind:
        case Utc():
            return "timestamptz"
        case Exact():
            return "numeric"
        case sa.BigInteger():
            return "bigint"
        case sa.Integer():
            return "integer"
        case sa.Boolean():
            return "boolean"
        case sa.Date():
            return "date"
        case sa.Float():
            return "double precision"
        case _:
            return "text"
