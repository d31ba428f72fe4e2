"""Screens on walls: a browser shows a code, a lead approves it, the browser fetches its token.

As in RFC 8628. The token is made from the secret of the asking browser and the id of the screen, so
that fetching it again after a lost answer gives the same token.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any, Final

from sqlalchemy.engine import Connection

from app.db import Database
from app.domain.access import DomainError, Person, Screen
from app.operations.secrecy import digest, new_secret
from app.store import portfolios, screens
from app.store.screens import Pairing, ScreenRow

ALPHABET: Final = "BCDFGHJKMNPQRSTVWXZ23456789"
"""Letters and digits that nobody confuses or reads as words, across a room."""
CODE_LENGTH: Final = 8
LASTS: Final = timedelta(minutes=10)
MOST_PENDING: Final = 200


class TooManyPairings(DomainError):
    """So many browsers wait for an approval that something is wrong."""


class UnknownCode(DomainError):
    """No browser waits with this code."""


class UnknownScreen(DomainError):
    """No live screen has this id."""


class UnknownWall(DomainError):
    """The portfolio that the screen should show does not exist."""


class State(StrEnum):
    """How a pairing stands."""

    PENDING = "pending"
    APPROVED = "approved"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Asked:
    """A pairing with the secret of the browser that asks."""

    code: str
    expires_at: datetime
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Polled:
    """How a pairing stands; an approved one comes with the token of the screen."""

    state: State
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Placing:
    """What a lead says about a screen when approving it."""

    name: str
    place: str | None
    portfolio: str | None
    profile: Mapping[str, Any]


async def ask(db: Database, secret: str | None, *, now: datetime) -> Asked:
    """A code to show; a browser that waits already keeps its code. Raises TooManyPairings."""
    return await db.write(partial(_ask, secret=secret, now=now))


async def poll(db: Database, secret: str | None, *, now: datetime) -> Polled:
    """How the pairing of this browser stands."""
    pairing = await db.read(partial(screens.pairing_of, hash_=digest(secret))) if secret else None
    if pairing is None or secret is None or pairing.expires_at <= now:
        return Polled(State.EXPIRED)
    if pairing.screen_id is None:
        return Polled(State.PENDING)
    if pairing.revoked:
        return Polled(State.REVOKED)
    token = _token(secret, pairing.screen_id)
    await db.write(partial(screens.set_token, screen_id=pairing.screen_id, hash_=digest(token)))
    return Polled(State.APPROVED, token)


async def approve(db: Database, code: str, placing: Placing, lead: Person, *, now: datetime) -> Screen:
    """The browser that shows this code becomes a screen. Raises UnknownCode, UnknownWall."""
    return await db.write(partial(_approve, code=normal(code), placing=placing, lead=lead, now=now))


async def revoke(db: Database, screen_id: str, *, now: datetime) -> None:
    """The screen goes back to its pairing code. Raises UnknownScreen."""
    if not await db.write(partial(screens.revoke, screen_id=screen_id, now=now)):
        raise UnknownScreen


async def list_all(db: Database) -> list[ScreenRow]:
    """Every screen, the revoked ones included, newest first."""
    return await db.read(screens.listed)


def normal(code: str) -> str:
    """A code as it is stored, however it was typed."""
    return "".join(sign for sign in code.upper() if sign in ALPHABET)


def shown(code: str) -> str:
    """A code as people read it."""
    return f"{code[:4]}-{code[4:]}"


def _ask(connection: Connection, secret: str | None, now: datetime) -> Asked:
    pending = screens.pending(connection, now=now)
    before = screens.pairing_of(connection, digest(secret)) if secret else None
    if secret and before and before.screen_id is None:
        return Asked(before.code, before.expires_at, secret)
    if pending >= MOST_PENDING:
        raise TooManyPairings
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    asked = Asked(code, now + LASTS, new_secret())
    row = Pairing(digest(asked.secret), code, asked.expires_at, screen_id=None, revoked=False)
    screens.add_pairing(connection, row, now=now)
    return asked


def _approve(connection: Connection, code: str, placing: Placing, lead: Person, now: datetime) -> Screen:
    if placing.portfolio is not None and portfolios.find(connection, placing.portfolio) is None:
        raise UnknownWall
    pairing = screens.pairing_by_code(connection, code, now=now)
    if pairing is None:
        raise UnknownCode
    screen_id = f"screen_{secrets.token_hex(8)}"
    screen = Screen(screen_id, placing.name, placing.place, placing.portfolio, placing.profile)
    screens.insert(connection, screen, hash_=None, paired_by=lead.user_id, now=now)
    screens.approve(connection, pairing.hash, screen_id, expires_at=now + LASTS)
    return screen


def _token(secret: str, screen_id: str) -> str:
    return hmac.digest(secret.encode(), screen_id.encode(), "sha256").hex()
