"""What happens by the clock: name, cadence, operation. APScheduler only ticks.

What must happen once across nodes is decided by the database: by the identity of the event, or by a
claim. A job that is claimed for an hour is asked for more often, so that it is done whenever nodes start.
"""

import os
import socket
from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from app.db import Database, DatabaseUnavailable
from app.operations.recording import Recorder, RecorderBusy
from app.operations.thinning import thin_in_turn
from app.operations.ticking import tick

LOG: Final = structlog.get_logger(__name__)


class Job(NamedTuple):
    """One line of the table."""

    name: str
    every_s: float
    operation: Callable[[], Awaitable[object]]


def schedule(db: Database, recorder: Recorder) -> tuple[Job, ...]:
    """Every job of this node."""
    node = f"{socket.gethostname()}/{os.getpid()}"
    return (
        Job("clock", 1.0, lambda: tick(db, recorder)),
        Job("thin", 600.0, lambda: thin_in_turn(db, node)),
    )


def start(jobs: tuple[Job, ...]) -> AsyncIOScheduler:
    """A running scheduler; a job that is still busy is not started twice."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    for job in jobs:
        scheduler.add_job(
            _careful(job), "interval", seconds=job.every_s, id=job.name, max_instances=1, coalesce=True
        )
    scheduler.start()
    return scheduler


def _careful(job: Job) -> Callable[[], Awaitable[None]]:
    async def run() -> None:
        try:
            await job.operation()
        except (DatabaseUnavailable, RecorderBusy) as error:
            LOG.warning("job postponed", job=job.name, reason=type(error).__name__)

    return run
