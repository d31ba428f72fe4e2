"""Someone who commits revisions to a real database, as the assessor does, without assessing anything."""

from functools import partial

import orjson
from sqlalchemy.engine import Connection

from app.db import Database
from app.domain.board import Head, Revision
from app.operations import portfolios
from app.store import boards, revisions
from app.store.revisions import Outcome
from tests.realtime.boards import START, Changes, document


async def open_portfolio(db: Database, name: str = "demo") -> Head:
    """An empty portfolio."""
    await db.write(partial(portfolios.create, portfolio_id=name, name=name, clock="live", currency="GBP"))
    head = await db.read(partial(boards.head, portfolio=name))
    assert head is not None
    return head


async def commit(db: Database, changed: Changes, *items: str, portfolio: str = "demo") -> Revision:
    """The next revision of the board."""
    return await db.write(partial(_commit, portfolio=portfolio, changed=changed, items=items))


def _commit(connection: Connection, portfolio: str, changed: Changes, items: tuple[str, ...]) -> Revision:
    before = boards.head(connection, portfolio)
    assert before is not None
    told = [orjson.dumps({"item": item, "revision": before.revision + 1}) for item in items]
    outcome = Outcome(
        first_seq=before.assessed_seq + 1,
        last_seq=before.assessed_seq + 1,
        as_of=START,
        digests=(),
        due_at=None,
        cards={key: None if f is None else document(key, **f) for key, f in changed.items()},
        details={},
        due={},
        alerts=(),
        transitions=told,
        quarantined=(),
        released=(),
        failures=(),
        recovered=(),
    )
    return revisions.commit(connection, portfolio, before, outcome)
