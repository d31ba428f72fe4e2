"""The access routes on a real database, with a clock that stands still and a browser for each role.

For the other routes the whole product, one for all tests of a module.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any, Final

import httpx
import pytest
from fastapi import Depends, FastAPI
from starlette.requests import Request

from app.api import keys, pairing, screens, session, silences, start, users
from app.db import open_database
from app.domain.access import Person, Role, Scope
from app.operations import accounts, portfolios
from app.operations.accounts import NewPerson
from app.operations.keys import Grant, IssuedKey, issue
from app.operations.secrecy import new_secret
from app.operations.starting import Purpose
from app.operations.starting import issue as issue_start_code
from app.web import edge
from app.web.access import Access
from app.web.identity import Caller, Ingester, Viewer
from tests.servers.databases import KINDS, Databases
from tests.servers.installation import Installation, an_installation
from tests.servers.passwords import quick_passwords

__all__ = ("quick_passwords",)

V1: Final = "/api/v1"
HERE: Final = "http://localhost:8000"
JAR: Final = "localhost.local"
"""What the cookie jar of Python calls localhost."""
MORNING: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
PASSWORD: Final = "correct horse battery"


class Clock:
    """A clock that moves when a test says so."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **amount: float) -> None:
        self.now += timedelta(**amount)


class House:
    """An installation with the portfolios `alpha` and `beta`, in this process."""

    def __init__(self, url: str) -> None:
        self.db = open_database(url)
        self.clock = Clock()
        self.access = Access(self.db, clock=self.clock)
        self.app = an_application(self.access)
        self._browsers: list[httpx.AsyncClient] = []

    def browser(self, *, at: str = "127.0.0.1", url: str = HERE, **headers: str) -> httpx.AsyncClient:
        """A browser that nobody knows."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(at, 50_000))
        browser = httpx.AsyncClient(transport=transport, base_url=url + V1, headers=headers)
        self._browsers.append(browser)
        return browser

    async def person(self, role: Role, email: str | None = None, password: str | None = None) -> Person:
        new = NewPerson(role.title(), email or f"{role}@example.org", role, password)
        return await accounts.add(self.db, new, now=self.clock.now)

    async def signed_in(self, role: Role) -> httpx.AsyncClient:
        """The browser of a person with this role."""
        person = await self.person(role, f"{role}-{new_secret()[:6]}@example.org")
        browser = self.browser()
        browser.cookies.set("nerve_session", await self.session_of(person), domain=JAR)
        return browser

    async def session_of(self, person: Person) -> str:
        secret = new_secret()
        await self.db.write(
            partial(accounts.open_session, user_id=person.user_id, secret=secret, now=self.clock.now)
        )
        return secret

    async def key(self, *scopes: Scope, portfolios: tuple[str, ...] | None = None, **more: Any) -> IssuedKey:
        name = f"source {new_secret()[:6]}"
        return await issue(self.db, name, Grant(scopes, portfolios, **more), now=self.clock.now)

    def with_key(self, secret: str) -> httpx.AsyncClient:
        """A script that sends this key."""
        return self.browser(Authorization=f"Bearer {secret}")

    async def screen(self, portfolio: str | None = None) -> httpx.AsyncClient:
        """A paired screen."""
        lead, wall = await self.signed_in(Role.LEAD), self.browser()
        code = (await wall.post("/screens/pairing")).json()["code"]
        form = {"code": code, "name": "Lobby", "portfolio": portfolio}
        assert (await lead.post("/screens/approvals", json=form)).status_code == 201
        assert (await wall.get("/screens/pairing")).json()["state"] == "approved"
        return wall

    async def start_code(self, purpose: Purpose) -> str:
        return await issue_start_code(self.db, purpose, now=self.clock.now)

    async def close(self) -> None:
        for browser in self._browsers:
            await browser.aclose()
        await self.access.stop()
        await self.db.close()


def an_application(access: Access) -> FastAPI:
    """The routes of access and a few that answer what they were asked with."""
    app = FastAPI(openapi_url=None)
    for module in (keys, pairing, screens, session, silences, start, users):
        app.include_router(module.router, prefix=V1)
    edge.install(app, access, limits={f"{V1}/echo": 2_000}, straight={})

    @app.get(f"{V1}/portfolios/{{portfolio}}/probe")
    async def probe(viewer: Viewer) -> str:
        return viewer.viewer

    @app.post(f"{V1}/ingest")
    async def ingest(key: Ingester) -> str:
        return key.connection_id

    @app.post(f"{V1}/echo")
    async def echo(request: Request, _: Caller) -> int:
        return len(await request.body())

    @app.get(f"{V1}/broken")
    async def broken() -> None:
        raise ZeroDivisionError("the secret is 42")

    async def number(n: int) -> int:
        return n

    @app.get(f"{V1}/number")
    async def query(n: Annotated[int, Depends(number)]) -> int:
        return n

    return app


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[House]:
    found = House(sqlite_url)
    for name in ("alpha", "beta"):
        create = partial(portfolios.create, portfolio_id=name, name=name, clock="live", currency="EUR")
        await found.db.write(create)
    await found.access.start()
    yield found
    await found.close()


@pytest.fixture(scope="module", params=KINDS)
async def installation(request: pytest.FixtureRequest, databases: Databases) -> AsyncIterator[Installation]:
    """One for all tests of a module, once on each database; every test uses projects of its own."""
    url = databases.migrated(request.param)
    async with an_installation(url) as running:
        yield running
    databases.drop(url)
