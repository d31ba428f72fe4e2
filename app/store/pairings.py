"""Browsers that ask to be a screen, until somebody approved them."""

from datetime import datetime
from typing import Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.models.access import pairing, screen


class Pairing(NamedTuple):
    """A browser that asks to be a screen; `screen_id` once somebody approved it."""

    hash: str
    code: str
    expires_at: datetime
    screen_id: str | None
    revoked: bool


def pending(connection: Connection, *, now: datetime) -> int:
    """How many browsers wait for an approval; pairings that are over are forgotten."""
    connection.execute(sa.delete(pairing).where(pairing.c.expires_at <= now))
    return connection.execute(
        sa.select(sa.func.count()).select_from(pairing).where(pairing.c.screen_id.is_(None))
    ).scalar_one()


def add(connection: Connection, asked: Pairing, *, now: datetime) -> None:
    """A browser asks."""
    row = {"hash": asked.hash, "code": asked.code, "created_at": now, "expires_at": asked.expires_at}
    connection.execute(sa.insert(pairing).values(row))


def of_browser(connection: Connection, hash_: str) -> Pairing | None:
    """The pairing that the browser with this secret asked for."""
    row = connection.execute(_PAIRING.where(pairing.c.hash == hash_)).one_or_none()
    return None if row is None else Pairing(*row)


def by_code(connection: Connection, code: str, *, now: datetime) -> Pairing | None:
    """The pairing with this code that waits for an approval; its row is held."""
    waiting = (pairing.c.code == code, pairing.c.expires_at > now, pairing.c.screen_id.is_(None))
    row = connection.execute(_PAIRING.where(*waiting).with_for_update(of=pairing)).one_or_none()
    return None if row is None else Pairing(*row)


def approve(connection: Connection, hash_: str, screen_id: str, *, expires_at: datetime) -> None:
    """Somebody approved it; the browser has until then to fetch its token."""
    approved = {"screen_id": screen_id, "expires_at": expires_at}
    connection.execute(sa.update(pairing).where(pairing.c.hash == hash_).values(approved))


_PAIRING: Final = sa.select(
    pairing.c.hash,
    pairing.c.code,
    pairing.c.expires_at,
    pairing.c.screen_id,
    screen.c.revoked_at.is_not(None).label("revoked"),
).join_from(pairing, screen, isouter=True)
