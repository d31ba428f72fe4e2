"""What a journey finds when it begins: a portfolio, and the key of an integration that reports to it."""

import asyncio
from functools import partial
from typing import Final

from app.db import open_database
from app.domain.access import Scope
from app.operations import portfolios
from app.store.portfolios import Clock
from tests.servers.installation import issue_key
from tests.servers.postgres import apart

NAME: Final = "Global portfolio"


def create(url: str, portfolio_id: str = "global", *, name: str = NAME, clock: Clock = "live") -> None:
    """The portfolio; sums are in EUR."""
    one = partial(portfolios.create, portfolio_id=portfolio_id, name=name, clock=clock, currency="EUR")

    async def work() -> None:
        db = open_database(url)
        await db.write(one)
        await db.close()

    apart(lambda: asyncio.run(work()))


def key_of(url: str, *granted: str) -> str:
    """The secret of a key that may post to these portfolios, or to all."""

    async def work() -> str:
        db = open_database(url)
        secret = await issue_key(db, Scope.INGEST, granted=granted or None)
        await db.close()
        return secret

    return apart(lambda: asyncio.run(work()))
