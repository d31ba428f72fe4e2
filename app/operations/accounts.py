"""People with accounts: signing in and out, adding and removing them."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from typing import Final, TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.engine import Connection

from app.db import Database
from app.domain.access import DomainError, Person, Role
from app.operations.keyring import IDLE
from app.operations.secrecy import digest, new_secret
from app.store import accounts

T = TypeVar("T")

SHORTEST_PASSWORD: Final = 10
LONGEST_PASSWORD: Final = 200
_PASSWORDS: Final = PasswordHash((Argon2Hasher(),))
_HASHING: Final = ThreadPoolExecutor(2, thread_name_prefix="passwords")
"""A hash takes 64 MiB and a core for a tenth of a second: guessing must not take all of both."""


class WrongCredentials(DomainError):
    """No active account has this address and this password; which of the two is wrong is not said."""


class EmailTaken(DomainError):
    """An active account has this address."""


class UnknownPerson(DomainError):
    """No active account has this id."""


class LastAdmin(DomainError):
    """Without this person nobody could administer the installation."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person with the secret of their new session."""

    person: Person
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody to be added. Without a password they cannot sign in with one."""

    name: str
    email: str
    role: Role
    password: str | None = field(repr=False)


async def sign_in(db: Database, email: str, password: str, *, now: datetime) -> SignedIn:
    """Start a session. Takes as long for an address that nobody has. Raises WrongCredentials."""
    account = await db.read(partial(accounts.by_email, email=normal(email)))
    known = account.password if account and account.password else None
    matches = await _hashing(lambda: _PASSWORDS.verify(password, known or _nobody()))
    if account is None or known is None or not matches:
        raise WrongCredentials
    secret = new_secret()
    await db.write(partial(open_session, user_id=account.person.user_id, secret=secret, now=now))
    return SignedIn(account.person, secret)


async def sign_out(db: Database, secret: str, *, now: datetime) -> None:
    """End the session with this secret, if there is one."""
    await db.write(partial(accounts.end_session, hash_=digest(secret), now=now))


async def add(db: Database, new: NewPerson, *, now: datetime) -> Person:
    """Create an account. Raises EmailTaken."""
    password = await hashed(new.password)
    return await db.write(partial(insert, new=new, password=password, now=now))


async def remove(db: Database, user_id: str, *, now: datetime) -> None:
    """Nobody signs in with this account any more, and its sessions end. Raises UnknownPerson, LastAdmin."""
    await db.write(partial(_remove, user_id=user_id, now=now))


async def list_people(db: Database) -> list[Person]:
    """Everybody who can sign in, by name."""
    return await db.read(accounts.people)


async def anybody(db: Database) -> bool:
    """Was an account ever created here?"""
    return await db.read(accounts.any_user)


async def hashed(password: str | None) -> str | None:
    """The argon2 hash of a password."""
    return None if password is None else await _hashing(partial(_PASSWORDS.hash, password))


def normal(email: str) -> str:
    """The form in which addresses are stored and compared."""
    return email.strip().lower()


def insert(connection: Connection, new: NewPerson, password: str | None, *, now: datetime) -> Person:
    """Create an account within a transaction. Raises EmailTaken."""
    email = normal(new.email)
    if accounts.by_email(connection, email):
        raise EmailTaken
    person = Person(f"user_{secrets.token_hex(8)}", new.name, email, new.role)
    return accounts.save(connection, person, password, now=now)


def open_session(connection: Connection, user_id: str, secret: str, *, now: datetime) -> None:
    """Start a session within a transaction."""
    accounts.open_session(connection, digest(secret), user_id, now=now, expires_at=now + IDLE)


def _remove(connection: Connection, user_id: str, now: datetime) -> None:
    people = accounts.people(connection)
    person = next((person for person in people if person.user_id == user_id), None)
    if person is None:
        raise UnknownPerson
    if [other for other in people if other.role is Role.ADMIN] == [person]:
        raise LastAdmin
    accounts.disable(connection, user_id, now=now)


@cache
def _nobody() -> str:
    """The hash that is checked when nobody has the address."""
    return _PASSWORDS.hash(new_secret())


async def _hashing(work: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_HASHING, work)
