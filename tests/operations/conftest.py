"""Operations on a real database, without an edge: recorders and assessors as the product runs them."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.db import Database, open_database
from app.domain.events.catalogue import AnyEvent, canonical
from app.operations.doorbell import Doorbell
from app.operations.recording import Recorder
from app.store.log import Incoming
from tests.servers.installation import create_portfolio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """A database with the empty portfolios `alpha` and `beta`."""
    opened = open_database(database_url)
    for name in ("alpha", "beta"):
        await create_portfolio(opened, name)
    yield opened
    await opened.close()


@pytest.fixture
async def recorder(db: Database) -> AsyncIterator[Recorder]:
    found = Recorder(db, Doorbell(), queue_limit=20_000)
    yield found
    await found.close()


def incoming(event: AnyEvent, connection: str = "erp") -> Incoming:
    """The event on its way into the log, as the edge hands it over."""
    return Incoming(connection, event, canonical(event).decode())


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is sent to any database meanwhile, without the marks of transactions."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.split(maxsplit=1)[0] in {"SELECT", "INSERT", "UPDATE", "DELETE"}:
            sent.append(statement)

    sa.event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(Engine, "before_cursor_execute", note)
