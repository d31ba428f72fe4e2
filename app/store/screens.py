"""Screens on walls: who they are, what they are told to be, what was last heard of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.db import Utc
from app.domain.access import Screen
from app.domain.screens import Life, Report
from app.models.access import screen


class LiveScreen(NamedTuple):
    """What a presented device token is checked against."""

    hash: str
    screen: Screen
    expires_at: datetime | None


class ScreenRow(NamedTuple):
    """A screen as a lead reads it."""

    screen: Screen
    life: Life
    report: Report | None


class Token(NamedTuple):
    """The token of a screen by its hash, and the one that is to replace it."""

    screen: Screen
    hash: str
    since: datetime
    next_hash: str | None
    next_at: datetime | None


class Sighting(NamedTuple):
    """When a screen was last heard of, and what it said of itself."""

    at: datetime
    report: Report | None


def live(connection: Connection) -> list[LiveScreen]:
    """Every device token that is good: of each screen one, or two while it changes to the next."""
    rows = connection.execute(_LIVE).all()
    return [
        LiveScreen(hash_, _screen(row), row.expires_at)
        for row in rows
        for hash_ in (row.hash, row.next_hash)
        if hash_ is not None
    ]


def listed(connection: Connection) -> list[ScreenRow]:
    """All screens, the revoked ones included, newest first."""
    return [_row(row) for row in connection.execute(_NEWEST_FIRST)]


def find(connection: Connection, screen_id: str) -> ScreenRow | None:
    """One screen that is not revoked; its row is held."""
    found = connection.execute(
        sa.select(screen)
        .where(screen.c.screen_id == screen_id, screen.c.revoked_at.is_(None))
        .with_for_update()
    ).one_or_none()
    return None if found is None else _row(found)


def by_any_token(connection: Connection, hash_: str) -> ScreenRow | None:
    """The screen that this was a token of, also if it is revoked or over."""
    found = connection.execute(sa.select(screen).where(_has(hash_))).one_or_none()
    return None if found is None else _row(found)


def token(connection: Connection, hash_: str) -> Token | None:
    """The screen with this token, the present or the next one; its row is held."""
    row = connection.execute(
        sa.select(screen).where(_has(hash_), screen.c.revoked_at.is_(None)).with_for_update()
    ).one_or_none()
    if row is None:
        return None
    return Token(_screen(row), row.hash, row.rotated_at or row.paired_at, row.next_hash, row.next_at)


def insert(  # noqa: PLR0913 - a column each
    connection: Connection,
    added: Screen,
    *,
    hash_: str | None,
    paired_by: str,
    expires_at: datetime | None,
    now: datetime,
) -> None:
    """Add a screen; without a hash its token is made when the screen next asks."""
    row = {
        "screen_id": added.screen_id,
        "hash": hash_,
        "paired_at": now,
        "paired_by": paired_by,
        **_settings(added, expires_at),
    }
    connection.execute(sa.insert(screen).values(row))


def update(connection: Connection, changed: Screen, *, expires_at: datetime | None) -> None:
    """The screen is called and set up like this from now on."""
    values = _settings(changed, expires_at)
    connection.execute(sa.update(screen).where(screen.c.screen_id == changed.screen_id).values(values))


def set_profile(connection: Connection, screen_id: str, profile: Mapping[str, Any]) -> None:
    """The screen is set up like this from now on."""
    values = {"profile": _json(profile)}
    connection.execute(sa.update(screen).where(screen.c.screen_id == screen_id).values(values))


def set_standing(connection: Connection, screen_id: str, standing: Mapping[str, Any]) -> None:
    """The commands that last, as they stand now."""
    values = {"standing": _json(standing)}
    connection.execute(sa.update(screen).where(screen.c.screen_id == screen_id).values(values))


def set_token(connection: Connection, screen_id: str, hash_: str, *, now: datetime) -> None:
    """The token by which this screen is known from now on; no other is."""
    values = {"hash": hash_, "rotated_at": now, "next_hash": None, "next_at": None}
    connection.execute(sa.update(screen).where(screen.c.screen_id == screen_id).values(values))


def set_next_token(connection: Connection, screen_id: str, hash_: str, *, now: datetime) -> None:
    """This token is good as well, and replaces the other once it is used."""
    values = {"next_hash": hash_, "next_at": now}
    connection.execute(sa.update(screen).where(screen.c.screen_id == screen_id).values(values))


def acknowledge(connection: Connection, screen_id: str, *, now: datetime) -> None:
    """Somebody knows that the screen is silent."""
    values = {"acknowledged_at": now}
    connection.execute(sa.update(screen).where(screen.c.screen_id == screen_id).values(values))


def revoke(connection: Connection, screen_id: str, *, now: datetime) -> bool:
    """A revoked screen shows its pairing code; False: there is no such live screen."""
    ended = sa.update(screen).where(screen.c.screen_id == screen_id, screen.c.revoked_at.is_(None))
    return connection.execute(ended.values(revoked_at=now)).rowcount == 1


def mark_seen(connection: Connection, seen: Mapping[str, Sighting]) -> None:
    """Note when screens (by id) were last heard of, and what they said; what they did not say stays."""
    connection.execute(_MARK, [_mark(id_, sighting) for id_, sighting in seen.items()])


def _mark(screen_id: str, sighting: Sighting) -> dict[str, Any]:
    report = sighting.report
    return {
        "marked": screen_id,
        "at": sighting.at,
        "revision": report and report.revision,
        "rendered": report and report.rendered_ms,
        "said": _json(report.about) if report and report.about is not None else None,
    }


def _has(hash_: str) -> sa.ColumnElement[bool]:
    return sa.or_(screen.c.hash == hash_, screen.c.next_hash == hash_)


def _settings(of: Screen, expires_at: datetime | None) -> dict[str, Any]:
    return {
        "name": of.name,
        "place": of.place,
        "portfolio_id": of.portfolio,
        "profile": _json(of.profile),
        "expires_at": expires_at,
    }


def _json(values: Mapping[str, Any]) -> str:
    return orjson.dumps(dict(values)).decode()


def _screen(row: Any) -> Screen:
    profile, standing = orjson.loads(row.profile), orjson.loads(row.standing)
    return Screen(row.screen_id, row.name, row.place, row.portfolio_id, profile, standing)


def _row(row: Any) -> ScreenRow:
    life = Life(row.paired_at, row.last_seen_at, row.expires_at, row.revoked_at, row.acknowledged_at)
    about = None if row.about is None else orjson.loads(row.about)
    shown = row.revision_shown is not None
    return ScreenRow(
        _screen(row), life, Report(row.revision_shown, row.rendered_ms, about) if shown else None
    )


_LIVE: Final = sa.select(screen).where(screen.c.revoked_at.is_(None), screen.c.hash.is_not(None))
_NEWEST_FIRST: Final = sa.select(screen).order_by(screen.c.paired_at.desc(), screen.c.screen_id)
_MARK: Final = (
    sa.update(screen)
    .where(screen.c.screen_id == sa.bindparam("marked"))
    .values(
        last_seen_at=sa.bindparam("at", type_=Utc()),
        revision_shown=sa.func.coalesce(
            sa.bindparam("revision", type_=sa.BigInteger()), screen.c.revision_shown
        ),
        rendered_ms=sa.func.coalesce(sa.bindparam("rendered", type_=sa.Float()), screen.c.rendered_ms),
        about=sa.func.coalesce(sa.bindparam("said", type_=sa.Text()), screen.c.about),
    )
)
