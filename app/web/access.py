"""Access of one process: the keyring with the tasks that keep it fresh, and the limits on guessing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Annotated, Final

import structlog
from fastapi import Depends
from starlette.requests import HTTPConnection

from app.db import Database, DatabaseUnavailable
from app.operations.keyring import Credentials, Keyring, credentials
from app.web.identity import SCREEN_COOKIE, SESSION_COOKIE, Identity
from app.web.limits import RateLimit

REFRESH_S: Final = 1.0
FLUSH_S: Final = 60.0
_log = structlog.get_logger()


class Access:
    """Who is asking. Put it on `app.state.access`; `start` and `stop` it with the application."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        public_url: str | None = None,
        secure_cookies: bool = False,
    ) -> None:
        self.db, self.now, self.public_url = db, clock, public_url
        self.secure_cookies = secure_cookies or (public_url or "").startswith("https:")
        self.keyring = Keyring(db)
        self.sign_ins = RateLimit(10, 300)
        """For each address and account."""
        self.sign_ins_by_address = RateLimit(60, 300)
        self.pairings = RateLimit(30, 600)
        """For each address."""
        self.on_told: list[Callable[[], None]] = []
        """Called when something was written for a screen; must not block."""
        self._tasks: list[asyncio.Task[None]] = []

    def tell_screens(self) -> None:
        """Something was written for a screen: whoever has its socket may look."""
        for listener in self.on_told:
            listener()

    async def start(self) -> None:
        """Load the keyring, and keep it a second fresh."""
        await self.keyring.refresh()
        self._tasks = [
            asyncio.create_task(_every(REFRESH_S, self.keyring.refresh), name="keyring refresh"),
            asyncio.create_task(_every(FLUSH_S, self.keyring.flush), name="keyring flush"),
        ]

    async def stop(self) -> None:
        """End the tasks, and store what is still to be stored."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(DatabaseUnavailable):
            await self.keyring.flush()

    async def identify(self, connection: HTTPConnection) -> Identity | None:
        """Whoever asks; None: nobody that is known. Raises DatabaseUnavailable."""
        presented = _presented(connection)
        if presented is None:
            return None
        if not self.keyring.knows(presented):
            await self.keyring.refresh()
        now = self.now()
        identity = self._identity(presented, now)
        if identity:
            self.keyring.used(identity.credentials, now=now)
        return identity

    def still_valid(self, identity: Identity) -> bool:
        """Are these credentials still good for exactly the same? At most a second late, and cheap.

        A screen whose token was exchanged meanwhile is still that screen.
        """
        now = self.now()
        found = self.keyring.find(identity.credentials, now=now)
        screen = identity.screen and self.keyring.screen(identity.screen.screen_id, now=now)
        return (found.person, screen, found.key) == (identity.person, identity.screen, identity.key)

    @asynccontextmanager
    async def trying_to_sign_in(self, address: str, account: str) -> AsyncIterator[None]:
        """Counts tries, given back where they succeed. Raises Problem 429 when there were too many."""
        at = self.now().timestamp()
        self.sign_ins_by_address.spend(address, at=at)
        self.sign_ins.spend(f"{address} {account}", at=at)
        yield
        self.sign_ins_by_address.give_back(address)
        self.sign_ins.forgive(f"{address} {account}")

    def _identity(self, presented: Credentials, now: datetime) -> Identity | None:
        found = self.keyring.find(presented, now=now)
        if not any(found):
            return None
        good = Credentials(
            presented.key if found.key else None,
            presented.session if found.person else None,
            presented.screen if found.screen else None,
        )
        return Identity(found.person, found.screen, found.key, good)


async def access_of(connection: HTTPConnection) -> Access:
    """A dependency: the access of this process."""
    access: Access = connection.app.state.access
    return access


TheAccess = Annotated[Access, Depends(access_of)]


def _presented(connection: HTTPConnection) -> Credentials | None:
    """The hashes of the secrets that come with a connection; None: there are none."""
    header = connection.headers.get("authorization")
    if header is not None:
        scheme, _, key = header.partition(" ")
        return credentials(key=key.strip()) if scheme.lower() == "bearer" else None
    session, screen = (connection.cookies.get(name) or None for name in (SESSION_COOKIE, SCREEN_COOKIE))
    return credentials(session=session, screen=screen) if session or screen else None


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except DatabaseUnavailable:
            _log.warning("keyring is not fresh: the database does not answer")
        except Exception:  # noqa: BLE001 - the next try may succeed; without the task nobody is revoked
            _log.exception("keyring is not fresh")
