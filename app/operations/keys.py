"""API keys of integrations: issued once in clear, kept as a hash, at most two live per connection."""

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy.engine import Connection

from app.db import Database
from app.domain.access import DomainError, Key, Scope
from app.operations.secrecy import digest, new_secret
from app.store import keys
from app.store.keys import KeyRow, NewKey

PREFIX: Final = "nk_"
MOST_LIVE: Final = 2
_HINT: Final = len(PREFIX) + 4


class TooManyKeys(DomainError):
    """The connection has two live keys: one in use and one to change over to. Revoke one first."""

    def __init__(self, name: str) -> None:
        self.name = name


class UnknownKey(DomainError):
    """No live key has this id."""


class UnknownGrant(DomainError):
    """A key cannot be granted portfolios that do not exist."""

    def __init__(self, portfolios: Collection[str]) -> None:
        self.portfolios = sorted(portfolios)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a key is for. No portfolios: all of them."""

    scopes: Collection[Scope]
    portfolios: Collection[str] | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key, and the only time that its secret is seen."""

    key: Key
    secret: str = field(repr=False)
    expires_at: datetime | None


async def issue(db: Database, name: str, grant: Grant, *, now: datetime) -> IssuedKey:
    """A new key of the connection `name`, which is created if need be. Raises TooManyKeys, UnknownGrant."""
    granted = None if grant.portfolios is None else frozenset(grant.portfolios)
    key = Key(f"key_{secrets.token_hex(8)}", connection_id(name), name, frozenset(grant.scopes), granted)
    issued = IssuedKey(key, PREFIX + new_secret(), grant.expires_at)
    await db.write(partial(_insert, issued=issued, now=now))
    return issued


async def revoke(db: Database, key_id: str, *, now: datetime) -> None:
    """End a key. Raises UnknownKey."""
    if not await db.write(partial(keys.revoke, key_id=key_id, now=now)):
        raise UnknownKey


async def list_live(db: Database) -> list[KeyRow]:
    """The live keys, without their secrets."""
    return await db.read(keys.listed)


def connection_id(name: str) -> str:
    """The id of the connection with this name: readable, because it is shown with each event."""
    slug = re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-.")[:64]
    return slug or f"connection-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _insert(connection: Connection, *, issued: IssuedKey, now: datetime) -> None:
    key = issued.key
    if key.portfolios and (missing := keys.missing_portfolios(connection, key.portfolios)):
        raise UnknownGrant(missing)
    keys.ensure_connection(connection, key.connection_id, key.name, now=now)
    if keys.count_live(connection, key.connection_id, now=now) >= MOST_LIVE:
        raise TooManyKeys(key.name)
    hint = issued.secret[:_HINT]
    keys.insert(connection, NewKey(key, digest(issued.secret), hint, issued.expires_at), now=now)
