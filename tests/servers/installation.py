"""The whole product in this process: the app as `nerve serve` runs it, without sockets."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import httpx
import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.db import METADATA, Database, open_database
from app.domain.access import Role, Scope
from app.domain.events.catalogue import AnyEvent, canonical
from app.domain.facts import PortfolioFacts
from app.main import create_app
from app.operations import accounts, portfolios
from app.operations.accounts import NewPerson
from app.operations.keyring import credentials
from app.operations.keys import Grant, issue, revoke
from app.operations.secrecy import new_secret
from app.settings import Settings
from app.store import bulk
from app.store.facts import rows_of
from app.store.portfolios import Clock
from app.web.access import Access

V1: Final = "http://localhost/api/v1"
ONE: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"


def as_posted(event: AnyEvent) -> dict[str, Any]:
    """The event as an integration sends it."""
    found: dict[str, Any] = orjson.loads(canonical(event))
    return found


async def save_facts(db: Database, name: str, facts: PortfolioFacts) -> None:
    """Everything in these facts that changed."""
    steps = rows_of(name, facts, facts.changed)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            await db.write(partial(bulk.write, writes=stop.value))
            return


async def create_portfolio(db: Database, name: str, *, clock: Clock = "live", currency: str = "EUR") -> None:
    create = partial(portfolios.create, portfolio_id=name, name=name.title(), clock=clock, currency=currency)
    await db.write(create)


async def issue_key(db: Database, *scopes: Scope, granted: Sequence[str] | None = None) -> str:
    """The secret of a new key of a connection of its own."""
    grant = Grant(scopes or (Scope.INGEST, Scope.READ), granted)
    return (await issue(db, f"source {new_secret()[:6]}", grant, now=datetime.now(UTC))).secret


async def add_person(db: Database, role: Role, password: str) -> str:
    """The address of somebody who can sign in."""
    email = f"{role}-{new_secret()[:6].lower()}@example.org"
    await accounts.add(db, NewPerson(role.title(), email, role, password), now=datetime.now(UTC))
    return email


class Installation:
    """A running product with the portfolios `alpha` and `beta`."""

    def __init__(self, app: Any, stack: AsyncExitStack) -> None:
        self.app, self._stack = app, stack
        self.db: Database = app.state.db

    async def client(self, *scopes: Scope, granted: Sequence[str] | None = None) -> httpx.AsyncClient:
        """An integration with a key of its own."""
        return self.with_key(await issue_key(self.db, *scopes, granted=granted))

    def with_key(self, secret: str | None) -> httpx.AsyncClient:
        """A script that sends this key, or none."""
        headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        found = httpx.AsyncClient(transport=transport, base_url=V1, headers=headers)
        self._stack.push_async_callback(found.aclose)
        return found

    async def revoke(self, client: httpx.AsyncClient) -> None:
        """End the client's key, as an administrator does; at most a second later it is no key any more."""
        secret = client.headers["Authorization"].removeprefix("Bearer ")
        access: Access = self.app.state.access
        await access.keyring.refresh()
        found = access.keyring.find(credentials(key=secret), now=access.now()).key
        assert found is not None
        await revoke(self.db, found.key_id, now=access.now())
        await access.keyring.refresh()

    async def rows(self) -> dict[str, int]:
        """How many rows each table of the log, the board and the facts has."""
        return await self.db.read(count_rows)


def count_rows(connection: Connection) -> dict[str, int]:
    """How many rows every table has that belongs to portfolios."""
    owned = [table for table in METADATA.sorted_tables if "portfolio_id" in table.primary_key.columns]
    return {
        table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in owned
    }


@asynccontextmanager
async def an_installation(url: str, **settings: Any) -> AsyncIterator[Installation]:
    """The product on this database, its tasks running, with two empty portfolios."""
    db = open_database(url)
    for name in ("alpha", "beta"):
        await create_portfolio(db, name)
    await db.close()
    chosen = {"round_gap_ms": 0, **settings}
    app = create_app(Settings(database_url=url, **chosen))
    async with AsyncExitStack() as stack, app.router.lifespan_context(app):
        yield Installation(app, stack)
