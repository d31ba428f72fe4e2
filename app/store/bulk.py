"""Many rows in one statement: a VALUES list on SQLite, one JSON parameter on PostgreSQL.

One statement per table and transaction, whatever the number of rows: SQLite's thread gives up the
interpreter once instead of once a row, PostgreSQL plans once and answers once (docs/decisions/0021).
"""

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import Any, Final, Literal, NamedTuple

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.db import Exact, Utc, utc_text

Row = Sequence[Any]
MOST_PARAMETERS: Final = 32_765
"""Of one statement's rows on SQLite; a second statement takes the rows beyond."""
_STEPS: Final = 4
"""Lengths of statements between one power of two and the next, so that SQLite has to read few of them."""
_STATEMENTS: Final = 256
"""How many are remembered."""
_AS_THEY_ARE: Final = frozenset({str, int, float, bool, type(None)})


class Write(NamedTuple):
    """Rows on their way into a table, or out of it: made before the transaction that writes them begins."""

    how: Literal["insert", "upsert", "delete"]
    table: sa.Table
    columns: tuple[str, ...]
    rows: list[Any]


def write(connection: Connection, writes: Iterable[Write]) -> None:
    """Write all of them, one statement each."""
    for how, table, columns, rows in writes:
        run(connection, _SQL[how](table, columns, connection.dialect.name), rows)


def insert(connection: Connection, table: sa.Table, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """Insert all rows; a row whose key exists already is an error."""
    run(connection, _insert_sql(table, columns, connection.dialect.name), rows)


def upsert(
    connection: Connection,
    table: sa.Table,
    columns: tuple[str, ...],
    rows: Iterable[Row],
    *,
    keep: tuple[str, ...] = (),
) -> None:
    """Insert rows; where the primary key exists already, replace the named columns except those to `keep`."""
    run(connection, _upsert_sql(table, columns, connection.dialect.name, keep), rows)


def delete(connection: Connection, table: sa.Table, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """Delete the rows that have these values in the named columns, however many they are."""
    run(connection, _delete_sql(table, columns, connection.dialect.name), rows)


def run(connection: Connection, statement: str, rows: Iterable[Row]) -> list[Row]:
    """Run a statement over rows, which are the FROM item `{rows}` in it; what it returns.

    The columns of the rows are read with `picked`.
    """
    rows = list(rows)
    if not rows:
        return []
    if connection.dialect.name != "sqlite":
        return _fetched(connection.execute(_over_json(statement), {"rows": _json(rows)}))
    width = len(rows[0])
    most = MOST_PARAMETERS // width
    return [
        found
        for first in range(0, len(rows), most)
        for found in _run_values(connection, statement, rows[first : first + most], width)
    ]


def picked(kinds: Iterable[Any], dialect: str) -> list[str]:
    """The expressions that read a row's elements, in their order, as values of these column types."""
    if dialect == "sqlite":
        return [f"r.column{place}" for place, _ in enumerate(kinds, 1)]
    return [f"CAST(r.value ->> {place} AS {_postgres_type(kind)})" for place, kind in enumerate(kinds)]


def _run_values(connection: Connection, statement: str, rows: Sequence[Row], width: int) -> list[Row]:
    length = min(_long_enough(len(rows)), MOST_PARAMETERS // width)
    values = [value if type(value) in _AS_THEY_ARE else _text(value) for value in chain.from_iterable(rows)]
    values += [None] * ((length - len(rows)) * width)
    values.append(len(rows))
    return _fetched(connection.exec_driver_sql(_over_values(statement, length, width), tuple(values)))


def _long_enough(rows: int) -> int:
    """The length of the statement that takes so many: one of few."""
    step = max(1, (1 << rows.bit_length() - 1) // _STEPS)
    return -(-rows // step) * step


def _fetched(result: sa.CursorResult[Any]) -> list[Row]:
    return list(result) if result.returns_rows else []


@lru_cache(_STATEMENTS)
def _over_values(statement: str, length: int, width: int) -> str:
    """Rows that only fill the statement are beyond the limit, its last parameter."""
    row = f"({', '.join('?' * width)})"
    values = f"(VALUES {', '.join([row] * length)})"
    return statement.format(rows=f"(SELECT * FROM {values} LIMIT ?) AS r")  # noqa: S608 - ours


@cache
def _over_json(statement: str) -> sa.TextClause:
    return sa.text(
        statement.format(
            rows="jsonb_array_elements(CAST(:rows AS jsonb)) WITH ORDINALITY AS r(value, ordinality)"
        )
    )


def _json(rows: Sequence[Row]) -> str:
    return orjson.dumps(rows, default=_text, option=orjson.OPT_PASSTHROUGH_DATETIME).decode()


def _text(value: object) -> str:
    """Instants and exact numbers travel as text."""
    return utc_text(value) if hasattr(value, "astimezone") else str(value)  # type: ignore[arg-type]


@cache
def _insert_sql(table: sa.Table, columns: tuple[str, ...], dialect: str) -> str:
    names, values = _names(columns), _picked(table, columns, dialect)
    return f'INSERT INTO "{table.name}" ({names}) SELECT {values} FROM {{rows}} WHERE true'  # noqa: S608 - names are ours


@cache
def _upsert_sql(table: sa.Table, columns: tuple[str, ...], dialect: str, keep: tuple[str, ...] = ()) -> str:
    keys = [column.name for column in table.primary_key]
    changed = [name for name in columns if name not in keys and name not in keep]
    action = ", ".join(f'"{name}" = excluded."{name}"' for name in changed)
    return f"{_insert_sql(table, columns, dialect)} ON CONFLICT ({_names(keys)}) DO UPDATE SET {action}"


@cache
def _delete_sql(table: sa.Table, columns: tuple[str, ...], dialect: str) -> str:
    chosen = f"SELECT {_picked(table, columns, dialect)} FROM {{rows}}"  # noqa: S608 - names are ours
    return f'DELETE FROM "{table.name}" WHERE ({_names(columns)}) IN ({chosen})'  # noqa: S608 - names are ours


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _picked(table: sa.Table, columns: tuple[str, ...], dialect: str) -> str:
    return ", ".join(picked((table.c[name].type for name in columns), dialect))


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


_SQL: Final = {"insert": _insert_sql, "upsert": _upsert_sql, "delete": _delete_sql}
