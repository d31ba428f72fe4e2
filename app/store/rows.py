"""The rows of one portfolio as values, for whoever reads a whole table of them.

Tens of thousands of rows hold few different days, instants, amounts and events. What is stored as the
same text is decoded once and is then one object: that is most of the time and the memory of a start.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache, partial
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect

from app.domain.stamps import Stamp

Decode = Callable[[Any], Any]
_AT_ONCE: Final = 1_000
"""Rows that are held as the driver gave them."""


class _Once(dict[Any, Any]):
    """A stored value → what it means, decoded when it is first asked for."""

    def __init__(self, decode: Decode) -> None:
        super().__init__()
        self._decode = decode

    def __missing__(self, stored: Any) -> Any:
        found = self[stored] = self._decode(stored)
        return found


class Rows:
    """What is stored of one portfolio, on either database."""

    def __init__(self, connection: Connection, portfolio: str) -> None:
        self._connection, self._portfolio = connection, portfolio
        self._decoders: dict[type[Any], Decode | None] = {}
        self._moments, self._names = _Once(datetime.fromisoformat), _Once(str)
        self._stamps: dict[int, Stamp] = {}

    def of(self, table: sa.Table, *columns: str, order: tuple[str, ...] = ()) -> Iterator[tuple[Any, ...]]:
        """The values of these columns in every row of the portfolio, in this order or in any."""
        decoders = [self._decoder(table.c[name].type) for name in columns]
        result = self._connection.execute(_select(table, columns, order), {"portfolio": self._portfolio})
        for part in result.partitions(_AT_ONCE):
            stored = zip(zip(*part, strict=True), decoders, strict=True)
            yield from zip(
                *(column if decode is None else map(decode, column) for column, decode in stored), strict=True
            )

    def stamp(self, parts: list[Any]) -> Stamp:
        """A stamp as it was written; the stamps of one event are one object."""
        seq = parts[4]
        found = self._stamps.get(seq)
        if found is None:
            time, sequence, source, name, _ = parts
            found = Stamp(self._moments[time], sequence, self._names[source], name, seq)
            self._stamps[seq] = found
        return found

    def named(self, text: str) -> str:
        """A text that many rows have, as one object."""
        found: str = self._names[text]
        return found

    def _decoder(self, kind: sa.types.TypeEngine[Any]) -> Decode | None:
        """What the column's type does with a value of the driver; None: nothing."""
        made = type(kind)
        if made not in self._decoders:
            self._decoders[made] = _decoder(kind, self._connection.dialect)
        return self._decoders[made]


def _decoder(kind: sa.types.TypeEngine[Any], dialect: Dialect) -> Decode | None:
    if isinstance(kind, sa.types.TypeDecorator):
        decode: Decode | None = partial(kind.process_result_value, dialect=dialect)
    else:
        decode = kind.dialect_impl(dialect).result_processor(dialect, None)
    # equal numbers may differ in their digits; equal texts do not
    return _Once(decode).__getitem__ if decode is not None and dialect.name == "sqlite" else decode


@cache
def _select(table: sa.Table, columns: tuple[str, ...], order: tuple[str, ...]) -> sa.TextClause:
    """Untyped, so that the rows come as the driver gives them."""
    names = ", ".join(f'"{name}"' for name in columns)
    sql = f'SELECT {names} FROM "{table.name}" WHERE portfolio_id = :portfolio'  # noqa: S608 - names are ours
    return sa.text(f"{sql} ORDER BY {', '.join(order)}" if order else sql)
