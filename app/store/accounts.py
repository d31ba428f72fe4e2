"""People and their sessions."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.domain.access import Person, Role
from app.models.access import session, user


class Account(NamedTuple):
    """A person with the hash of their password; None: they cannot sign in with one."""

    person: Person
    password: str | None


class LiveSession(NamedTuple):
    """What a presented session cookie is checked against."""

    hash: str
    person: Person
    created_at: datetime
    expires_at: datetime


def by_email(connection: Connection, email: str) -> Account | None:
    """The active account with this (lower-case) address."""
    row = connection.execute(_ACTIVE.where(user.c.email == email)).one_or_none()
    return None if row is None else Account(_person(row), row.password)


def people(connection: Connection) -> list[Person]:
    """Everybody who can sign in, by name."""
    return [_person(row) for row in connection.execute(_ACTIVE.order_by(user.c.name, user.c.user_id))]


def names(connection: Connection) -> dict[str, str]:
    """Id → name of everybody who ever had an account here."""
    rows = connection.execute(sa.select(user.c.user_id, user.c.name))
    return {row.user_id: row.name for row in rows}


def any_user(connection: Connection) -> bool:
    """Was an account ever created here?"""
    return connection.execute(sa.select(sa.exists(user.select()))).scalar_one()


def save(connection: Connection, person: Person, password: str | None, *, now: datetime) -> Person:
    """Add a person, or bring back one who was removed, under the id they had."""
    values = {"email": person.email, "name": person.name, "role": person.role.value, "password": password}
    removed = sa.select(user.c.user_id).where(user.c.email == person.email)
    user_id = connection.execute(removed).scalar_one_or_none()
    if user_id is None:
        connection.execute(sa.insert(user).values({**values, "user_id": person.user_id, "created_at": now}))
        return person
    connection.execute(
        sa.update(user).where(user.c.user_id == user_id).values({**values, "disabled_at": None})
    )
    return replace(person, user_id=user_id)


def disable(connection: Connection, user_id: str, *, now: datetime) -> None:
    """Nobody signs in as this person any more, and their sessions end."""
    connection.execute(sa.update(user).where(user.c.user_id == user_id).values(disabled_at=now))
    theirs = sa.update(session).where(session.c.user_id == user_id, session.c.ended_at.is_(None))
    connection.execute(theirs.values(ended_at=now))


def open_session(
    connection: Connection, hash_: str, user_id: str, *, now: datetime, expires_at: datetime
) -> None:
    """Start a session, and forget those that are over."""
    over = sa.or_(session.c.expires_at < now, session.c.ended_at.is_not(None))
    connection.execute(sa.delete(session).where(over))
    row = {"hash": hash_, "user_id": user_id, "created_at": now, "expires_at": expires_at}
    connection.execute(sa.insert(session).values(row))


def end_session(connection: Connection, hash_: str, *, now: datetime) -> None:
    """Sign out."""
    connection.execute(sa.update(session).where(session.c.hash == hash_).values(ended_at=now))


def live_sessions(connection: Connection) -> list[LiveSession]:
    """Every session that nobody ended, of people who are active."""
    rows = connection.execute(_SESSIONS)
    return [LiveSession(row.hash, _person(row), row.created_at, row.expires_at) for row in rows]


def extend_sessions(connection: Connection, until: Mapping[str, datetime]) -> None:
    """Let sessions (by hash) last until these moments."""
    rows = [{"marked": hash_, "expires_at": at} for hash_, at in until.items()]
    connection.execute(sa.update(session).where(session.c.hash == sa.bindparam("marked")), rows)


def _person(row: Any) -> Person:
    return Person(row.user_id, row.name, row.email, Role(row.role))


_ACTIVE: Final = sa.select(user).where(user.c.disabled_at.is_(None))
_SESSIONS: Final = (
    sa.select(session.c.hash, session.c.created_at, session.c.expires_at)
    .add_columns(user.c.user_id, user.c.name, user.c.email, user.c.role)
    .join_from(session, user)
    .where(session.c.ended_at.is_(None), user.c.disabled_at.is_(None))
)
