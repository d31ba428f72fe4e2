"""First contact: the link with a code that `nerve demo` and `nerve serve` print.

A code works once, for ten minutes, and (the edge sees to that) only for a browser on the server's own
machine. In the demo it signs the browser in and pairs it as a screen; on an empty installation it is
exchanged for a ticket with which the first administrator is created.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Final

from sqlalchemy.engine import Connection

from app.db import Database
from app.domain.access import DomainError, Person, Role, Screen
from app.operations import accounts
from app.operations.accounts import NewPerson
from app.operations.secrecy import digest, new_secret
from app.store import accounts as people
from app.store import portfolios, screens, starting

LASTS: Final = timedelta(minutes=10)
DEMO_EMAIL: Final = "demo@localhost"


class Purpose(StrEnum):
    """What a start code is for."""

    DEMO = "demo"
    FIRST_ADMIN = "first_admin"


_TICKET: Final = "ticket"


class StartRefused(DomainError):
    """The code or ticket is unknown, was used before, or is over."""


class AlreadySetUp(DomainError):
    """There is an account already, so nobody may become the first administrator."""


@dataclass(frozen=True, slots=True)
class Started:
    """What a start code was exchanged for: a session and a screen, or a ticket."""

    person: Person | None = None
    session: str | None = field(default=None, repr=False)
    screen: str | None = field(default=None, repr=False)
    ticket: str | None = field(default=None, repr=False)


async def issue(db: Database, purpose: Purpose, *, now: datetime) -> str:
    """A new code, for `/start#CODE`. An earlier one for the same purpose stops working."""
    code = secrets.token_urlsafe(16)
    family = {purpose.value, _TICKET} if purpose is Purpose.FIRST_ADMIN else {purpose.value}
    store = partial(starting.replace, hash_=digest(code), purpose=purpose.value, instead_of=family)
    await db.write(partial(store, expires_at=now + LASTS))
    return code


async def redeem(db: Database, code: str, *, now: datetime) -> Started:
    """Use a code up. Raises StartRefused, AlreadySetUp."""
    return await db.write(partial(_redeem, code=code, now=now))


async def create_admin(db: Database, ticket: str, new: NewPerson, *, now: datetime) -> Started:
    """Use a ticket up, create the first administrator and sign them in. Raises StartRefused, AlreadySetUp."""
    password = await accounts.hashed(new.password)
    return await db.write(partial(_create_admin, ticket=ticket, new=new, password=password, now=now))


def _redeem(connection: Connection, code: str, now: datetime) -> Started:
    match starting.use(connection, digest(code), now=now):
        case Purpose.DEMO:
            return _sign_in(connection, _demo_person(connection, now), now=now, pair=True)
        case Purpose.FIRST_ADMIN:
            if people.any_user(connection):
                raise AlreadySetUp
            return Started(ticket=_ticket(connection, now))
        case _:
            raise StartRefused


def _ticket(connection: Connection, now: datetime) -> str:
    ticket = new_secret()
    starting.replace(connection, digest(ticket), _TICKET, expires_at=now + LASTS, instead_of={_TICKET})
    return ticket


def _create_admin(
    connection: Connection, ticket: str, new: NewPerson, password: str | None, now: datetime
) -> Started:
    if starting.use(connection, digest(ticket), now=now) != _TICKET:
        raise StartRefused
    if people.any_user(connection):
        raise AlreadySetUp
    person = accounts.insert(connection, new, password, now=now)
    return _sign_in(connection, person, now=now, pair=False)


def _demo_person(connection: Connection, now: datetime) -> Person:
    account = people.by_email(connection, DEMO_EMAIL)
    if account:
        return account.person
    return accounts.insert(connection, NewPerson("Demo", DEMO_EMAIL, Role.ADMIN, None), None, now=now)


def _sign_in(connection: Connection, person: Person, *, now: datetime, pair: bool) -> Started:
    session = new_secret()
    accounts.open_session(connection, person.user_id, session, now=now)
    return Started(person, session, _pair(connection, person, now) if pair else None)


def _pair(connection: Connection, person: Person, now: datetime) -> str:
    """This browser becomes a screen of the first portfolio."""
    token = new_secret()
    first = next((p.id for p in portfolios.every(connection) if not p.id.startswith("_")), None)
    screen = Screen(f"screen_{secrets.token_hex(8)}", "This browser", None, first, {"theme": "dark"})
    screens.insert(
        connection, screen, hash_=digest(token), paired_by=person.user_id, expires_at=None, now=now
    )
    return token
