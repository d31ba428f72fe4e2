"""The inventory of screens: what each is set up to be, its token, its silence, its end; who did what."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy.engine import Connection

from app.db import Database
from app.domain.access import DomainError, Person, Screen
from app.domain.screens import Silence, in_step, same_place, silence
from app.operations.secrecy import digest, new_secret
from app.store import portfolios, screen_acts, screens
from app.store.screen_acts import Act, ToldAct
from app.store.screens import ScreenRow, Token

ROTATES: Final = timedelta(days=1)
"""A token that is older is exchanged when its screen next asks who it is."""
LOST: Final = timedelta(minutes=1)
"""A next token that nobody has used by then did not arrive."""
DELIVERED_WITHIN: Final = timedelta(seconds=10)
"""What a screen has not been told by then it is not told any more."""
LOG_PAGE: Final = 50


class UnknownScreen(DomainError):
    """No live screen has this id."""


class UnknownWall(DomainError):
    """The portfolio that the screen should show does not exist."""


class PlaceTaken(DomainError):
    """Another screen of the group is this part of its canvas: `name` is what it is called."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Placing:
    """What a lead says about a screen when approving or changing it."""

    name: str
    place: str | None
    portfolio: str | None
    profile: Mapping[str, Any]
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Renewed:
    """A screen as it is now; with its next token, if the one it has is to be exchanged."""

    screen: Screen
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Alert:
    """A screen that is silent."""

    screen: Screen
    silence: Silence


async def list_all(db: Database) -> list[ScreenRow]:
    """Every screen, the revoked ones included, newest first."""
    return await db.read(screens.listed)


async def alerts(db: Database, portfolio: str | None = None, *, now: datetime) -> list[Alert]:
    """The silent screens, told from their last heartbeats at every look: nothing raises or clears them.

    Of a portfolio those that may show it.
    """
    return [
        Alert(row.screen, found)
        for row in await db.read(screens.listed)
        if (portfolio is None or row.screen.may_view(portfolio))
        and (found := silence(row.life, now=now)) is not None
    ]


async def renew(db: Database, token: str, *, now: datetime) -> Renewed | None:
    """The screen of this token, as it is stored; None: there is none. Exchanges the token when it is due.

    Both tokens are good until the next one is used. So an answer that got lost takes nothing from a wall, and
    of a token that was copied one of the two users is told that it is no screen.
    """
    found = await db.read(partial(screens.token, hash_=digest(token)))
    if found is None:
        return None
    if found.next_hash == digest(token) or _is_due(found, now):
        return await db.write(partial(_exchange, token=token, now=now))
    return Renewed(found.screen)


async def ended(db: Database, token: str | None) -> ScreenRow | None:
    """The screen that this was the token of, whatever became of it."""
    return await db.read(partial(screens.by_any_token, hash_=digest(token))) if token else None


async def edit(db: Database, screen_id: str, placing: Placing, lead: Person, *, now: datetime) -> ScreenRow:
    """Set a screen up anew; it is told. Raises UnknownScreen, UnknownWall, PlaceTaken."""
    return await db.write(partial(_edit, screen_id=screen_id, placing=placing, lead=lead, now=now))


async def acknowledge(db: Database, screen_id: str, person: Person, *, now: datetime) -> None:
    """Somebody knows that it is silent: good until it is heard of again. Raises UnknownScreen."""

    def store(connection: Connection) -> None:
        found(connection, screen_id)
        screens.acknowledge(connection, screen_id, now=now)
        note(connection, screen_id, "acknowledge", person, now=now)

    await db.write(store)


async def revoke(db: Database, screen_id: str, lead: Person, *, now: datetime) -> None:
    """The screen goes back to its pairing code. Raises UnknownScreen."""

    def store(connection: Connection) -> None:
        if not screens.revoke(connection, screen_id, now=now):
            raise UnknownScreen
        note(connection, screen_id, "revoke", lead, now=now)

    await db.write(store)


async def log(db: Database, screen_id: str) -> list[ToldAct]:
    """What was done to a screen, newest first."""
    return await db.read(partial(screen_acts.newest, screen_id=screen_id, limit=LOG_PAGE))


def found(connection: Connection, screen_id: str) -> ScreenRow:
    """The live screen. Raises UnknownScreen."""
    row = screens.find(connection, screen_id)
    if row is None:
        raise UnknownScreen
    return row


def check(connection: Connection, placing: Placing, screen_id: str | None = None) -> None:
    """Raises UnknownWall, PlaceTaken."""
    if placing.portfolio is not None and portfolios.find(connection, placing.portfolio) is None:
        raise UnknownWall
    for row in screens.listed(connection) if placing.profile.get("canvas") else ():
        other = row.screen
        if (
            row.life.revoked_at is None
            and other.screen_id != screen_id
            and same_place(placing.profile, other.profile)
        ):
            raise PlaceTaken(other.name)


def note(  # noqa: PLR0913 - who did what to which, when
    connection: Connection,
    screen_id: str,
    act: str,
    by: Person,
    *,
    argument: str | None = None,
    deliver: bool = False,
    now: datetime,
) -> Act:
    """Write down what was done to a screen. What is to be delivered waits for the screen's socket."""
    act_id = f"act_{secrets.token_hex(8)}"
    until = now + DELIVERED_WITHIN if deliver else None
    done_at = None if deliver else now
    row = Act(act_id, screen_id, act, argument, by.user_id, now, until, done_at=done_at)
    screen_acts.add(connection, row)
    return row


def share_playlist(connection: Connection, screen: Screen, by: Person, *, now: datetime) -> None:
    """The other screens of its group show the same scenes, equally long, from now on; they are told."""
    group = screen.profile.get("group")
    for other in screens.listed(connection) if group is not None else ():
        other_id, profile = other.screen.screen_id, other.screen.profile
        followed = in_step(profile, screen.profile)
        if (
            profile.get("group") == group
            and other.life.revoked_at is None
            and _differs(followed, profile)
            and other_id != screen.screen_id
        ):
            screens.set_profile(connection, other_id, followed)
            note(connection, other_id, "edit", by, argument=f"as {screen.name}", deliver=True, now=now)


def _differs(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """What is left out is as good as nothing."""
    return any(one.get(name) != other.get(name) for name in {*one, *other})


def _edit(connection: Connection, screen_id: str, placing: Placing, lead: Person, now: datetime) -> ScreenRow:
    check(connection, placing, screen_id)
    before = found(connection, screen_id).screen
    after = replace(
        before,
        name=placing.name,
        place=placing.place,
        portfolio=placing.portfolio,
        profile=placing.profile,
    )
    screens.update(connection, after, expires_at=placing.expires_at)
    share_playlist(connection, after, lead, now=now)
    renamed = f"{before.name} → {after.name}" if before.name != after.name else None
    note(connection, screen_id, "edit", lead, argument=renamed, deliver=True, now=now)
    return found(connection, screen_id)


def _is_due(token: Token, now: datetime) -> bool:
    return now - token.since >= ROTATES and (token.next_at is None or now - token.next_at >= LOST)


def _exchange(connection: Connection, token: str, now: datetime) -> Renewed | None:
    held = screens.token(connection, digest(token))
    if held is None:
        return None
    screen = held.screen
    if held.next_hash == digest(token):
        screens.set_token(connection, screen.screen_id, digest(token), now=now)
        return Renewed(screen)
    if not _is_due(held, now):
        return Renewed(screen)
    following = new_secret()
    screens.set_next_token(connection, screen.screen_id, digest(following), now=now)
    return Renewed(screen, following)
