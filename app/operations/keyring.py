"""The keyring: every live credential by the hash of its secret, in memory, at most a second old.

So a request is authenticated without a query, and what was revoked, wherever it was, is seen within a
second. A secret that is not on the ring is looked for once in the database before it is refused,
because it may be newer than the ring.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy.engine import Connection

from app.db import Database
from app.domain.access import Key, Person, Screen
from app.domain.screens import Report
from app.operations.secrecy import digest
from app.store import accounts, keys, screens
from app.store.accounts import LiveSession
from app.store.keys import LiveKey
from app.store.screens import LiveScreen, Sighting

IDLE: Final = timedelta(hours=12)
"""A session that nobody uses for this long is over."""
LONGEST: Final = timedelta(days=30)
"""No session lasts longer than this."""
LOADS_APART_S: Final = 0.05
"""The least time between two loads, so that guessing secrets costs the guesser and not the database."""


class Credentials(NamedTuple):
    """Hashes of the secrets that were presented."""

    key: str | None = None
    session: str | None = None
    screen: str | None = None


class Found(NamedTuple):
    """Whose they are."""

    key: Key | None = None
    person: Person | None = None
    screen: Screen | None = None


class _Ring(NamedTuple):
    keys: Mapping[str, LiveKey]
    sessions: Mapping[str, LiveSession]
    screens: Mapping[str, LiveScreen]
    screens_by_id: Mapping[str, LiveScreen]


@dataclass(slots=True)
class _Marks:
    """What was used since the last flush."""

    keys: dict[str, datetime] = field(default_factory=dict)
    sessions: dict[str, datetime] = field(default_factory=dict)
    screens: dict[str, Sighting] = field(default_factory=dict)


class Keyring:
    """Who holds a credential. `refresh` loads the ring, `flush` stores when credentials were used."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._ring = _Ring({}, {}, {}, {})
        self._marks = _Marks()
        self._loading = asyncio.Lock()
        self._asked = self._loaded = 0
        self._last_load = float("-inf")

    def find(self, presented: Credentials, *, now: datetime) -> Found:
        """Whose credentials these are, going by the ring. Those that are over find nobody."""
        key = self._ring.keys.get(presented.key or "")
        session = self._ring.sessions.get(presented.session or "")
        screen = self._ring.screens.get(presented.screen or "")
        return Found(
            key.key if key and _live(key.expires_at, now) else None,
            session.person if session and _live(session.expires_at, now) else None,
            screen.screen if screen and _live(screen.expires_at, now) else None,
        )

    def knows(self, presented: Credentials) -> bool:
        """Is everything that was presented on the ring?"""
        key, session, screen = presented
        return (
            (key is None or key in self._ring.keys)
            and (session is None or session in self._ring.sessions)
            and (screen is None or screen in self._ring.screens)
        )

    def used(self, presented: Credentials, *, now: datetime) -> None:
        """Note the use of credentials that were found; stored with the next flush, it extends a session."""
        if presented.key:
            self._marks.keys[presented.key] = now
        if presented.session:
            self._marks.sessions[presented.session] = now
        if presented.screen and (live := self._ring.screens.get(presented.screen)):
            self.shown(live.screen.screen_id, None, now=now)

    def shown(self, screen_id: str, report: Report | None, *, now: datetime) -> None:
        """A screen was heard of; this is what it says of itself."""
        before = self._marks.screens.get(screen_id)
        kept = before.report if before and report is None else report
        self._marks.screens[screen_id] = Sighting(now, kept)

    def screen(self, screen_id: str, *, now: datetime) -> Screen | None:
        """The live screen of this id, whatever its token has become, going by the ring."""
        live = self._ring.screens_by_id.get(screen_id)
        return live.screen if live and _live(live.expires_at, now) else None

    async def refresh(self) -> None:
        """Load everything that was committed before this call. Callers that wait share one load."""
        self._asked += 1
        asked = self._asked
        async with self._loading:
            if self._loaded >= asked:
                return
            await asyncio.sleep(self._last_load + LOADS_APART_S - asyncio.get_running_loop().time())
            loading = self._asked
            self._ring = await self._db.read(_load)
            self._loaded, self._last_load = loading, asyncio.get_running_loop().time()

    async def flush(self) -> None:
        """Store what was used. What cannot be stored now is stored with the next flush."""
        marks, self._marks = self._marks, _Marks()
        until = {
            hash_: min(at + IDLE, session.created_at + LONGEST)
            for hash_, at in marks.sessions.items()
            if (session := self._ring.sessions.get(hash_))
        }

        def store(connection: Connection) -> None:
            if marks.keys:
                keys.mark_used(connection, marks.keys)
            if until:
                accounts.extend_sessions(connection, until)
            if marks.screens:
                screens.mark_seen(connection, marks.screens)

        if marks.keys or until or marks.screens:
            try:
                await self._db.write(store)
            except BaseException:
                newer, self._marks = self._marks, marks
                for kept, more in zip(_maps(self._marks), _maps(newer), strict=True):
                    kept.update(more)
                raise


def credentials(
    *, key: str | None = None, session: str | None = None, screen: str | None = None
) -> Credentials:
    """The hashes of these secrets."""
    return Credentials(key and digest(key), session and digest(session), screen and digest(screen))


def _load(connection: Connection) -> _Ring:
    live_screens = screens.live(connection)
    return _Ring(
        {live.hash: live for live in keys.live(connection)},
        {live.hash: live for live in accounts.live_sessions(connection)},
        {live.hash: live for live in live_screens},
        {live.screen.screen_id: live for live in live_screens},
    )


def _live(expires_at: datetime | None, now: datetime) -> bool:
    return expires_at is None or now < expires_at


def _maps(marks: _Marks) -> tuple[dict[str, object], ...]:
    return (marks.keys, marks.sessions, marks.screens)  # type: ignore[return-value]
