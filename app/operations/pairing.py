"""How a browser becomes a screen: it shows a code, a lead approves it, it fetches its token.

As in RFC 8628. The token is made from the secret of the asking browser and the id of the screen, so
that fetching it again after a lost answer gives the same token.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Final

from sqlalchemy.engine import Connection

from app.db import Database
from app.domain.access import DomainError, Person, Screen
from app.operations.screens import Placing, check, note, share_playlist
from app.operations.secrecy import digest, new_secret
from app.store import pairings, screens
from app.store.pairings import Pairing

ALPHABET: Final = "BCDFGHJKMNPQRSTVWXZ23456789"
"""Letters and digits that nobody confuses or reads as words, across a room."""
CODE_LENGTH: Final = 8
LASTS: Final = timedelta(minutes=10)
MOST_PENDING: Final = 200


class TooManyPairings(DomainError):
    """So many browsers wait for an approval that something is wrong."""


class UnknownCode(DomainError):
    """No browser waits with this code."""


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


async def ask(db: Database, secret: str | None, *, now: datetime) -> Asked:
    """A code to show; a browser that waits already keeps its code. Raises TooManyPairings."""
    return await db.write(partial(_ask, secret=secret, now=now))


async def poll(db: Database, secret: str | None, *, now: datetime) -> Polled:
    """How the pairing of this browser stands."""
    pairing = await db.read(partial(pairings.of_browser, hash_=digest(secret))) if secret else None
    if pairing is None or secret is None or pairing.expires_at <= now:
        return Polled(State.EXPIRED)
    if pairing.screen_id is None:
        return Polled(State.PENDING)
    if pairing.revoked:
        return Polled(State.REVOKED)
    token = _token(secret, pairing.screen_id)
    await db.write(partial(screens.set_token, screen_id=pairing.screen_id, hash_=digest(token), now=now))
    return Polled(State.APPROVED, token)


async def approve(db: Database, code: str, placing: Placing, lead: Person, *, now: datetime) -> Screen:
    """The browser that shows this code becomes a screen. Raises UnknownCode, UnknownWall, PlaceTaken."""
    return await db.write(partial(_approve, code=normal(code), placing=placing, lead=lead, now=now))


def normal(code: str) -> str:
    """A code as it is stored, however it was typed."""
    return "".join(sign for sign in code.upper() if sign in ALPHABET)


def shown(code: str) -> str:
    """A code as people read it."""
    return f"{code[:4]}-{code[4:]}"


def _ask(connection: Connection, secret: str | None, now: datetime) -> Asked:
    pending = pairings.pending(connection, now=now)
    before = pairings.of_browser(connection, digest(secret)) if secret else None
    if secret and before and before.screen_id is None:
        return Asked(before.code, before.expires_at, secret)
    if pending >= MOST_PENDING:
        raise TooManyPairings
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    asked = Asked(code, now + LASTS, new_secret())
    row = Pairing(digest(asked.secret), code, asked.expires_at, screen_id=None, revoked=False)
    pairings.add(connection, row, now=now)
    return asked


def _approve(connection: Connection, code: str, placing: Placing, lead: Person, now: datetime) -> Screen:
    check(connection, placing)
    pairing = pairings.by_code(connection, code, now=now)
    if pairing is None:
        raise UnknownCode
    screen_id = f"screen_{secrets.token_hex(8)}"
    screen = Screen(screen_id, placing.name, placing.place, placing.portfolio, placing.profile)
    screens.insert(
        connection, screen, hash_=None, paired_by=lead.user_id, expires_at=placing.expires_at, now=now
    )
    share_playlist(connection, screen, lead, now=now)
    note(connection, screen_id, "approve", lead, argument=screen.name, now=now)
    pairings.approve(connection, pairing.hash, screen_id, expires_at=now + LASTS)
    return screen


def _token(secret: str, screen_id: str) -> str:
    return hmac.digest(secret.encode(), screen_id.encode(), "sha256").hex()
