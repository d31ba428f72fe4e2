"""Screens on walls, and the pairings by which they become known."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.access import Screen
from app.models.access import pairing, screen


class LiveScreen(NamedTuple):
    """What a presented device token is checked against."""

    hash: str
    screen: Screen
    expires_at: datetime | None


class ScreenRow(NamedTuple):
    """A screen as a lead reads it."""

    screen: Screen
    paired_at: datetime
    last_seen_at: datetime | None
    revision_shown: int | None
    revoked_at: datetime | None


class Pairing(NamedTuple):
    """A browser that asks to be a screen; `screen_id` once somebody approved it."""

    hash: str
    code: str
    expires_at: datetime
    screen_id: str | None
    revoked: bool


class Sighting(NamedTuple):
    """When a screen was last heard of, and which revision it showed."""

    at: datetime
    revision: int | None


def live(connection: Connection) -> list[LiveScreen]:
    """Every screen that has a device token and is not revoked."""
    rows = connection.execute(
        sa.select(screen).where(screen.c.revoked_at.is_(None), screen.c.hash.is_not(None))
    )
    return [LiveScreen(row.hash, _screen(row), row.expires_at) for row in rows]


def listed(connection: Connection) -> list[ScreenRow]:
    """All screens, the revoked ones included, newest first."""
    rows = connection.execute(sa.select(screen).order_by(screen.c.paired_at.desc(), screen.c.screen_id))
    return [
        ScreenRow(_screen(row), row.paired_at, row.last_seen_at, row.revision_shown, row.revoked_at)
        for row in rows
    ]


def insert(
    connection: Connection, added: Screen, *, hash_: str | None, paired_by: str, now: datetime
) -> None:
    """Add a screen; without a hash its token is made when the screen next asks."""
    row = {
        "screen_id": added.screen_id,
        "hash": hash_,
        "name": added.name,
        "place": added.place,
        "portfolio_id": added.portfolio,
        "profile": orjson.dumps(dict(added.profile)).decode(),
        "paired_at": now,
        "paired_by": paired_by,
    }
    connection.execute(sa.insert(screen).values(row))


def set_token(connection: Connection, screen_id: str, hash_: str) -> None:
    """The token by which this screen is known from now on."""
    connection.execute(sa.update(screen).where(screen.c.screen_id == screen_id).values(hash=hash_))


def revoke(connection: Connection, screen_id: str, *, now: datetime) -> bool:
    """A revoked screen shows its pairing code; False: there is no such live screen."""
    ended = sa.update(screen).where(screen.c.screen_id == screen_id, screen.c.revoked_at.is_(None))
    return connection.execute(ended.values(revoked_at=now)).rowcount == 1


def mark_seen(connection: Connection, seen: Mapping[str, Sighting]) -> None:
    """Note when screens (by id) were last heard of, and what they showed."""
    statement = sa.update(screen).where(screen.c.screen_id == sa.bindparam("marked"))
    rows = [{"marked": id_, "last_seen_at": s.at, "revision_shown": s.revision} for id_, s in seen.items()]
    shown = [row for row in rows if row["revision_shown"] is not None]
    only_seen = [
        {"marked": row["marked"], "last_seen_at": row["last_seen_at"]}
        for row in rows
        if row["revision_shown"] is None
    ]
    for some in filter(None, (shown, only_seen)):
        connection.execute(statement, some)


def pending(connection: Connection, *, now: datetime) -> int:
    """How many browsers wait for an approval; pairings that are over are forgotten."""
    connection.execute(sa.delete(pairing).where(pairing.c.expires_at <= now))
    return connection.execute(
        sa.select(sa.func.count()).select_from(pairing).where(pairing.c.screen_id.is_(None))
    ).scalar_one()


def add_pairing(connection: Connection, asked: Pairing, *, now: datetime) -> None:
    """A browser asks."""
    row = {"hash": asked.hash, "code": asked.code, "created_at": now, "expires_at": asked.expires_at}
    connection.execute(sa.insert(pairing).values(row))


def pairing_of(connection: Connection, hash_: str) -> Pairing | None:
    """The pairing that the browser with this secret asked for."""
    row = connection.execute(_PAIRING.where(pairing.c.hash == hash_)).one_or_none()
    return None if row is None else Pairing(*row)


def pairing_by_code(connection: Connection, code: str, *, now: datetime) -> Pairing | None:
    """The pairing with this code that waits for an approval; its row is held."""
    waiting = (pairing.c.code == code, pairing.c.expires_at > now, pairing.c.screen_id.is_(None))
    row = connection.execute(_PAIRING.where(*waiting).with_for_update(of=pairing)).one_or_none()
    return None if row is None else Pairing(*row)


def approve(connection: Connection, hash_: str, screen_id: str, *, expires_at: datetime) -> None:
    """Somebody approved it; the browser has until then to fetch its token."""
    approved = {"screen_id": screen_id, "expires_at": expires_at}
    connection.execute(sa.update(pairing).where(pairing.c.hash == hash_).values(approved))


def _screen(row: Any) -> Screen:
    return Screen(row.screen_id, row.name, row.place, row.portfolio_id, orjson.loads(row.profile))


_PAIRING: Final = sa.select(
    pairing.c.hash,
    pairing.c.code,
    pairing.c.expires_at,
    pairing.c.screen_id,
    screen.c.revoked_at.is_not(None).label("revoked"),
).join_from(pairing, screen, isouter=True)
