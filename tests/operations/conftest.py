"""Operations on a real database, without an edge: recorders and assessors as the product runs them."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.db import Database, open_database
from app.domain.board import Head
from app.domain.events.catalogue import AnyEvent, canonical
from app.domain.standing import Board
from app.operations.assessing import Lane
from app.operations.doorbell import Doorbell
from app.operations.rebuilding import Difference, verify_log
from app.operations.recording import Recorder
from app.store.log import Incoming
from app.store.portfolios import Clock
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


class Node:
    """A recorder and one lane of an assessor that goes on when it is told to."""

    def __init__(self, db: Database, portfolio: str = "alpha") -> None:
        self.db, self.portfolio = db, portfolio
        self.lane, bell = Lane(portfolio, db, Doorbell(), 0.0), Doorbell()
        bell.on_recorded.append(lambda _, new: self.lane.inbox.put(new))
        self.recorder = Recorder(db, bell, queue_limit=20_000)

    async def create(self, clock: Clock) -> None:
        """The portfolio itself."""
        await create_portfolio(self.db, self.portfolio, clock=clock)

    async def record(self, *events: AnyEvent) -> list[int]:
        """Record these events; their numbers."""
        receipts = await self.recorder.record(self.portfolio, [incoming(event) for event in events])
        return [receipt.seq for receipt in receipts]

    async def assess(self) -> None:
        """Assess whatever is recorded."""
        while await self.lane.round():
            pass

    async def round(self) -> None:
        """Assess once, and store it."""
        await self.lane.round()
        await self.lane.stored()

    async def tell(self, *events: AnyEvent) -> list[int]:
        """Record and assess."""
        numbers = await self.record(*events)
        await self.assess()
        return numbers

    async def restarted(self) -> "Node":
        """Another one, which knows what is stored."""
        other = Node(self.db, self.portfolio)
        await other.assess()
        return other

    @property
    def head(self) -> Head:
        assert self.lane.head is not None
        return self.lane.head

    @property
    def board(self) -> Board:
        assert self.lane.board is not None
        return self.lane.board

    def card(self, key: str) -> dict[str, Any]:
        """A card of the board in memory."""
        found: dict[str, Any] = orjson.loads(self.board.cards[key])
        return found

    async def rows(self, table: sa.Table) -> list[Any]:
        """What a table holds of this portfolio."""
        query = sa.select(table).where(table.c.portfolio_id == self.portfolio)
        return list(await self.db.read(lambda connection: connection.execute(query).all()))

    async def differences(self) -> list[Difference]:
        """What is stored and does not follow from the log."""
        rebuilt = await verify_log(self.db, self.portfolio)
        assert rebuilt is not None
        return rebuilt.differences


@pytest.fixture
def node(db: Database) -> Node:
    return Node(db)
