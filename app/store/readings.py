"""What the KPIs of a project said, day by day."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.models.board import reading_day


def series(  # noqa: PLR0913 - a span of one item's days
    connection: Connection, portfolio: str, key: str, *, since: date | None, until: date | None, limit: int
) -> list[tuple[date, str]]:
    """The newest days of this span with their readings, oldest first."""
    query = _SERIES
    query = query if since is None else query.where(reading_day.c.day >= since)
    query = query if until is None else query.where(reading_day.c.day <= until)
    rows = connection.execute(query.limit(limit), {"portfolio": portfolio, "key": key}).all()
    return [(row.day, row.readings) for row in reversed(rows)]


def of_day(connection: Connection, portfolio: str, day: date) -> Mapping[str, bytes]:
    """Item → its readings of a day, as they were kept."""
    rows = connection.execute(_OF_DAY, {"portfolio": portfolio, "day": day})
    return {row.key: row.readings.encode() for row in rows}


def days(connection: Connection, portfolio: str) -> set[date]:
    """The days of which anything is kept."""
    return set(connection.execute(_DAYS, {"portfolio": portfolio}).scalars())


_OURS: Final = reading_day.c.portfolio_id == sa.bindparam("portfolio")
_SERIES: Final = (
    sa.select(reading_day.c.day, reading_day.c.readings)
    .where(_OURS, reading_day.c.key == sa.bindparam("key"))
    .order_by(reading_day.c.day.desc())
)
_OF_DAY: Final = sa.select(reading_day.c.key, reading_day.c.readings).where(
    _OURS, reading_day.c.day == sa.bindparam("day", type_=sa.Date())
)
_DAYS: Final = sa.select(reading_day.c.day).where(_OURS).distinct()
