"""Thinning: of old history one revision of each hour is kept, later one of each day."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from app.db import Database
from app.domain.thinning import WHOLE, superseded
from app.store import boards, jobs, portfolios, thinning
from app.store.clock import database_time

LOG: Final = structlog.get_logger(__name__)
JOB: Final = "thin"
EVERY: Final = timedelta(hours=1)
HOLD: Final = timedelta(minutes=30)
PAGE: Final = 200
"""Revisions that are looked at together; those of them that go, go in one short transaction."""
MOST_PAGES: Final = 250
"""Of one portfolio in one run; the next run goes on from there."""


async def thin_in_turn(db: Database, node: str) -> int | None:
    """Thin every portfolio, once an hour on one of the nodes; how many revisions, None: not this node."""
    slot = await db.write(partial(jobs.claim, job=JOB, every=EVERY, node=node, hold=HOLD))
    if slot is None:
        return None
    count = 0
    for portfolio in await db.read(portfolios.every):
        count += await thin(db, portfolio.id, await db.read(database_time))
    await db.write(partial(jobs.done, job=JOB, slot=slot))
    return count


async def thin(db: Database, portfolio: str, now: datetime) -> int:
    """Thin the history of one portfolio; how many revisions are not whole any more.

    A revision is old when both its portfolio time and its commit are: nobody who follows the board, however
    slowly or fast time passes in it, meets one that was thinned.
    """
    head = await db.read(partial(boards.head, portfolio=portfolio))
    if head is None or head.as_of is None:
        return 0
    old = partial(
        thinning.whole,
        portfolio=portfolio,
        before=head.as_of - WHOLE,
        committed_before=now - WHOLE,
        limit=PAGE,
    )
    first, count = 1, 0
    for _ in range(MOST_PAGES):
        places = await db.read(partial(old, first=first))
        dropped = superseded(places, head.as_of)
        if dropped:
            gone = partial(thinning.thin, portfolio=portfolio, places=places, dropped=set(dropped), now=now)
            await db.write(gone)
            count += len(dropped)
        if len(places) < PAGE:
            break
        first = places[-1].revision
    LOG.info("history thinned", portfolio=portfolio, revisions=count)
    return count
