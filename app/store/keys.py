"""Connections and their API keys. Only the hash of a key is ever here."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final, NamedTuple

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from app.domain.access import Key, Scope
from app.models.access import api_key
from app.models.access import connection as connections
from app.models.portfolio import portfolio


class LiveKey(NamedTuple):
    """What a presented key is checked against."""

    hash: str
    key: Key
    expires_at: datetime | None


class KeyRow(NamedTuple):
    """A key as an administrator reads it."""

    key: Key
    hint: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class NewKey(NamedTuple):
    """A key to be stored."""

    key: Key
    hash: str
    hint: str
    expires_at: datetime | None


def live(connection: Connection) -> list[LiveKey]:
    """Every key that is not revoked, of a connection that is not retired."""
    return [LiveKey(row.hash, _key(row), row.expires_at) for row in connection.execute(_LIVE)]


def listed(connection: Connection) -> list[KeyRow]:
    """Live keys, newest first."""
    rows = connection.execute(_LIVE.order_by(api_key.c.created_at.desc(), api_key.c.key_id))
    return [KeyRow(_key(row), row.hint, row.created_at, row.expires_at, row.last_used_at) for row in rows]


def ensure_connection(connection: Connection, connection_id: str, name: str, *, now: datetime) -> None:
    """Make sure this connection exists, and hold its row, so that its keys can be counted."""
    found = connection.execute(
        sa.select(connections.c.connection_id)
        .where(connections.c.connection_id == connection_id)
        .with_for_update()
    ).one_or_none()
    if found is None:
        row = {"connection_id": connection_id, "name": name, "created_at": now}
        connection.execute(sa.insert(connections).values(row))
    else:
        revive = sa.update(connections).where(connections.c.connection_id == connection_id)
        connection.execute(revive.values(retired_at=None))


def count_live(connection: Connection, connection_id: str, *, now: datetime) -> int:
    """How many keys of this connection can be used."""
    unexpired = sa.or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > now)
    return connection.execute(
        sa.select(sa.func.count())
        .select_from(api_key)
        .where(api_key.c.connection_id == connection_id, api_key.c.revoked_at.is_(None), unexpired)
    ).scalar_one()


def insert(connection: Connection, new: NewKey, *, now: datetime) -> None:
    """Store a new key by its hash."""
    key = new.key
    row = {
        "key_id": key.key_id,
        "connection_id": key.connection_id,
        "hash": new.hash,
        "hint": new.hint,
        "scopes": orjson.dumps(sorted(key.scopes)).decode(),
        "portfolios": None if key.portfolios is None else orjson.dumps(sorted(key.portfolios)).decode(),
        "created_at": now,
        "expires_at": new.expires_at,
    }
    connection.execute(sa.insert(api_key).values(row))


def revoke(connection: Connection, key_id: str, *, now: datetime) -> bool:
    """End a key; False: there is no such live key."""
    ended = sa.update(api_key).where(api_key.c.key_id == key_id, api_key.c.revoked_at.is_(None))
    return connection.execute(ended.values(revoked_at=now)).rowcount == 1


def mark_used(connection: Connection, used: Mapping[str, datetime]) -> None:
    """Note when keys (by hash) were last used."""
    statement = sa.update(api_key).where(api_key.c.hash == sa.bindparam("marked"))
    rows = [{"marked": hash_, "last_used_at": at} for hash_, at in used.items()]
    connection.execute(statement, rows)


def missing_portfolios(connection: Connection, asked: Collection[str]) -> set[str]:
    """Those of these that do not exist."""
    known = connection.execute(
        sa.select(portfolio.c.portfolio_id).where(portfolio.c.portfolio_id.in_(list(asked)))
    ).scalars()
    return set(asked).difference(known)


def _key(row: Row[tuple[object, ...]]) -> Key:
    scopes = frozenset(Scope(scope) for scope in orjson.loads(row.scopes))
    granted = None if row.portfolios is None else frozenset(orjson.loads(row.portfolios))
    return Key(row.key_id, row.connection_id, row.name, scopes, granted)


_LIVE: Final = (
    sa.select(api_key, connections.c.name)
    .join_from(api_key, connections)
    .where(api_key.c.revoked_at.is_(None), connections.c.retired_at.is_(None))
)
