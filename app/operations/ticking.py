"""Time passing is an event: a live portfolio whose earliest due instant has come is told so."""

from datetime import datetime
from typing import Final

from app.db import Database
from app.domain.events.catalogue import canonical
from app.domain.events.reporting import ClockReached, ClockReachedData
from app.operations.recording import Recorder
from app.store import standings
from app.store.log import Incoming

CLOCK: Final = "nerve"
"""The connection and source of the installation's own events."""


async def tick(db: Database, recorder: Recorder) -> int:
    """Append one `nerve.clock.reached` to each live portfolio that is due; how many there were.

    The event's id is the due instant, so that of several nodes only one is recorded.
    """
    due = await db.read(standings.due)
    for portfolio, due_at in due:
        event = _reached(due_at)
        incoming = Incoming(CLOCK, event, canonical(event).decode())
        await recorder.record(portfolio, [incoming])
    return len(due)


def _reached(due_at: datetime) -> ClockReached:
    return ClockReached(
        specversion="1.0",
        id=f"due-{due_at.isoformat()}",
        source=CLOCK,
        time=due_at,
        type="nerve.clock.reached.v1",
        subject="portfolio",
        data=ClockReachedData(at=due_at),
    )
