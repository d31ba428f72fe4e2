"""Start codes and the tickets they are exchanged for: secrets that work once."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.models.access import start_code


def replace(
    connection: Connection, hash_: str, purpose: str, *, expires_at: datetime, instead_of: Collection[str]
) -> None:
    """Store a code; earlier ones of the purposes that it is instead of are forgotten."""
    connection.execute(sa.delete(start_code).where(start_code.c.purpose.in_(list(instead_of))))
    row = {"hash": hash_, "purpose": purpose, "expires_at": expires_at}
    connection.execute(sa.insert(start_code).values(row))


def use(connection: Connection, hash_: str, *, now: datetime) -> str | None:
    """Use a code up, and say what it is for; None: it is unknown, used or over."""
    usable = (start_code.c.hash == hash_, start_code.c.used_at.is_(None), start_code.c.expires_at > now)
    used = sa.update(start_code).where(*usable).values(used_at=now).returning(start_code.c.purpose)
    return connection.execute(used).scalar_one_or_none()
