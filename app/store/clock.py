"""The database's clock: the only one that all nodes share."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.db import Utc


def clock(dialect: str) -> sa.Function[datetime]:
    """The instant at which a statement runs, as an expression in it."""
    if dialect == "sqlite":
        return sa.func.strftime("%Y-%m-%dT%H:%M:%f000Z", "now", type_=Utc())
    return sa.func.clock_timestamp(type_=Utc())


def database_time(connection: Connection) -> datetime:
    """What it says now."""
    now: datetime = connection.execute(sa.select(clock(connection.dialect.name))).scalar_one()
    return now
