"""Work that must happen once across nodes: claimed by a row, by the clock of the database."""

from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.db import Utc
from app.models.jobs import job_run
from app.store.clock import database_time

EPOCH: Final = datetime.fromisoformat("2000-01-01T00:00:00Z")


def claim(
    connection: Connection, job: str, *, every: timedelta, node: str, hold: timedelta
) -> datetime | None:
    """The slot that this node is to work on; None: another one does, or it is done.

    Whoever does not finish while it may hold the slot loses it to the next who asks.
    """
    now = database_time(connection)
    slot = now - (now - EPOCH) % every
    asked = {"job": job, "slot": slot, "node": node, "until": now + hold, "now": now}
    return slot if connection.execute(_CLAIM, asked).rowcount == 1 else None


def done(connection: Connection, job: str, slot: datetime) -> None:
    """The slot's work is finished."""
    at = database_time(connection)
    connection.execute(_DONE, {"j": job, "s": slot, "at": at})


_CLAIM: Final = sa.text(
    """
    INSERT INTO job_run (job, slot, node, claimed_until) VALUES (:job, :slot, :node, :until)
    ON CONFLICT (job, slot) DO UPDATE SET node = excluded.node, claimed_until = excluded.claimed_until
    WHERE job_run.done_at IS NULL AND job_run.claimed_until < :now
    """
).bindparams(*(sa.bindparam(name, type_=Utc()) for name in ("slot", "until", "now")))
_DONE: Final = (
    sa.update(job_run)
    .where(job_run.c.job == sa.bindparam("j"), job_run.c.slot == sa.bindparam("s", type_=Utc()))
    .values(done_at=sa.bindparam("at"))
)
