"""Operations on a real database, without an edge: recorders and assessors as the product runs them."""

import random
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from app.db import Database, open_database
from app.domain.board import Head
from app.domain.events.catalogue import AnyEvent, canonical
from app.domain.standing import Board
from app.models.board import revision
from app.operations import history
from app.operations.assessing import Lane
from app.operations.assessors import Assessors
from app.operations.doorbell import Doorbell
from app.operations.explaining import why
from app.operations.history import Span
from app.operations.rebuilding import Difference, verify_log
from app.operations.recording import Recorder
from app.operations.thinning import thin
from app.store.clock import database_time
from app.store.log import Incoming
from app.store.portfolios import Clock
from tests import builders as b
from tests.operations.past import MORNING, Shown, clock, project, report
from tests.servers.installation import create_portfolio
from tests.servers.passwords import quick_passwords

__all__ = ("quick_passwords",)

ALL: Final = Span(None, None)


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
        bell.on_recorded.append(lambda _, new: self.lane.hear(new))
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
        """What a table holds of this portfolio, in the order of its key."""
        query = sa.select(table).where(table.c.portfolio_id == self.portfolio).order_by(*table.primary_key)
        return list(await self.db.read(lambda connection: connection.execute(query).all()))

    async def differences(self) -> list[Difference]:
        """What is stored and does not follow from the log."""
        rebuilt = await verify_log(self.db, self.portfolio)
        assert rebuilt is not None
        return rebuilt.differences


@pytest.fixture
def node(db: Database) -> Node:
    return Node(db)


class Witness:
    """Somebody who lives through the history of a portfolio and remembers each of its boards."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.boards: dict[int, Shown] = {0: {}}
        self.moments: dict[int, datetime] = {}

    async def tell(self, moment: datetime, *events: AnyEvent) -> int:
        """It is this moment, and these events happen; the revision that comes of it."""
        before = self.boards[max(self.boards)]
        await self.node.tell(clock(moment), *events)
        number = self.node.head.revision
        self.boards[number] = {
            key: (before[key][0] if key in before and before[key][1] == document else number, document)
            for key, document in self.node.board.cards.items()
        }
        self.moments[number] = moment
        return number

    async def live(self, moments: list[datetime], seed: int = 1) -> None:
        """Two projects, with milestones that come and go and alerts that open and close."""
        chance = random.Random(seed)
        await self.tell(MORNING, *project("APOLLO"), *project("VEGA"))
        for moment in moments:
            code = chance.choice(["APOLLO", "VEGA"])
            done = max(0, (moment.date() - b.START).days // 2 + chance.choice([-30, 0, 5]))
            near = moment.date() + timedelta(days=chance.randint(-3, 70))
            await self.tell(
                moment,
                report(code, min(done, 99), moment),
                b.planned("M1", near, subject=f"project/{code}", time=moment),
            )

    async def board(self, moment: history.Moment) -> Shown:
        """What time travel shows."""
        _, cards = await history.board(self.node.db, self.node.portfolio, moment)
        return {each.key: (each.rev, each.document) for each in cards}

    async def whole(self) -> list[int]:
        """The revisions that were not thinned."""
        return sorted(row.revision for row in await self.node.rows(revision) if row.thinned_at is None)

    async def thin(self) -> int:
        """Thin the history as if all of it had been committed long ago."""
        now = await self.node.db.read(database_time)
        return await thin(self.node.db, self.node.portfolio, now + timedelta(days=8))

    async def told(self, span: Span = ALL, **asked: Any) -> list[dict[str, Any]]:
        """What happened meanwhile, from all pages."""
        found: list[dict[str, Any]] = []
        asked = {"limit": 3, "documents": True, **asked}
        after: int | None = 0
        while after is not None:
            page = orjson.loads(
                await history.changes(self.node.db, self.node.portfolio, span, after=after, **asked)
            )
            found, after = found + page["revisions"], page["next"]
        return found

    async def why(self, key: str, moment: history.Moment | None = None) -> Any:
        """The explanation that what is stored gives, without an assessor."""
        nobody = Assessors(self.node.db, Doorbell(), gap_s=0)
        return await why(self.node.db, nobody, self.node.portfolio, key, moment)


@pytest.fixture
async def witness(db: Database) -> Witness:
    node = Node(db, "history")
    await node.create("replay")
    return Witness(node)
