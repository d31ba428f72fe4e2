"""Track records: each portfolio's own log, walked beside everything else, to see how good predictions were.

The log is read in pages and folded in a thread, with a rest after each, so that recording and assessing go
first. A record is kept until the log has grown by a tenth, or for an hour; it says up to which event it goes.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final, NamedTuple

import structlog

from app.db import Database
from app.domain.board import Head
from app.domain.facts import PortfolioFacts
from app.domain.fold import Recorded
from app.domain.prediction import telling
from app.domain.prediction.promises import Walk
from app.domain.prediction.track_record import TrackRecord, begin, record
from app.domain.subject import Kind, key
from app.operations.assessors import Assessors
from app.operations.looking import BoardNotReady, NothingThere
from app.store import boards, log, portfolios
from app.store.portfolios import Portfolio

LOG: Final = structlog.get_logger(__name__)
KEPT_S: Final = 3600.0
GROWTH: Final = 0.1
"""A tenth more events: however a log grows, each of its events is walked past about ten times."""
PAGE: Final = 500
REST_S: Final = 0.01
MOST_EVENTS: Final = 200_000
"""A longer log is not walked: nothing is claimed then."""


class Kept(NamedTuple):
    """A track record, the last event that is in it, and when it was made; None: the log is too long."""

    record: TrackRecord | None
    seq: int
    as_of: datetime | None
    made_at: float


@dataclass(slots=True)
class TrackRecords:
    """The record of every portfolio that somebody asked for."""

    db: Database
    assessors: Assessors
    kept: dict[str, Kept] = field(default_factory=dict)
    _making: dict[str, asyncio.Lock] = field(default_factory=dict)
    _wanted: set[str] = field(default_factory=set)
    _asked: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to make the records that are asked for by `at_hand`."""
        self._task = asyncio.create_task(self._make_what_is_wanted())

    async def stop(self) -> None:
        """Stop; a record that is half made is made again when somebody asks."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def at_hand(self, portfolio: str) -> TrackRecord | None:
        """The record as far as it was made, without waiting; one that is missing or old is made meanwhile."""
        found, lane = self.kept.get(portfolio), self.assessors.lanes.get(portfolio)
        head = None if lane is None else lane.head
        if head is not None and (found is None or _outdated(found, head)):
            self._wanted.add(portfolio)
            self._asked.set()
        return None if found is None else found.record

    async def _make_what_is_wanted(self) -> None:
        while True:
            await self._asked.wait()
            self._asked.clear()
            while self._wanted:
                portfolio = self._wanted.pop()
                try:
                    await self.of(portfolio)
                except Exception:
                    LOG.exception("a track record could not be made", portfolio=portfolio)

    async def of(self, portfolio: str) -> Kept:
        """The record; made anew when the log has grown by a tenth, or in an hour. Raises NothingThere."""
        known = await self.db.read(partial(portfolios.find, portfolio_id=portfolio))
        head = await self.db.read(partial(boards.head, portfolio=portfolio))
        if known is None or head is None:
            raise NothingThere(f"portfolio {portfolio}")
        async with self._making.setdefault(portfolio, asyncio.Lock()):
            found = self.kept.get(portfolio)
            if found is None or _outdated(found, head):
                found = self.kept[portfolio] = await self._make(known, head)
            return found

    async def _make(self, portfolio: Portfolio, head: Head) -> Kept:
        """Walk the log up to what is on the board."""
        if head.assessed_seq > MOST_EVENTS:
            return Kept(None, head.assessed_seq, head.as_of, time.monotonic())
        walk, witness = begin(PortfolioFacts(clock=portfolio.clock))
        seq = 0
        while seq < head.assessed_seq:
            limit = min(PAGE, head.assessed_seq - seq)
            page = await self.db.read(partial(log.after, portfolio=portfolio.id, seq=seq, limit=limit))
            if not page.events:
                break
            await asyncio.to_thread(_take, walk, page.events)
            seq = page.events[-1].seq
            await asyncio.sleep(REST_S)
        made = await asyncio.to_thread(record, walk, witness)
        return Kept(made, seq, walk.facts.now, time.monotonic())


async def forecast_quality(records: TrackRecords, portfolio: str) -> dict[str, Any]:
    """How good predictions were on this portfolio's own history. Raises NothingThere."""
    found = await records.of(portfolio)
    told = {} if found.record is None else telling.forecast_quality(found.record)
    return {
        "seq": found.seq,
        "as_of": found.as_of,
        "reason": "log_too_long" if found.record is None else None,
        **told,
    }


async def outlook(records: TrackRecords, portfolio: str, code: str) -> dict[str, Any]:
    """A project's open milestones: warnings and probabilities. Raises NothingThere, BoardNotReady."""
    place = key(Kind.PROJECT, code)
    if await records.db.read(partial(boards.stored, portfolio=portfolio, key=place)) is None:
        raise NothingThere(place)
    found = await records.of(portfolio)
    lane = records.assessors.lanes.get(portfolio)
    if lane is None or lane.board is None or lane.facts.now is None:
        raise BoardNotReady
    if found.record is None:
        return {"as_of": lane.facts.now, "seq": found.seq, "reason": "log_too_long", "milestones": []}
    told = telling.outlook(lane.facts.whole(place), lane.policy, found.record, lane.facts.now)
    return {"as_of": lane.facts.now, "seq": found.seq, "reason": None, "milestones": told}


def _outdated(kept: Kept, head: Head) -> bool:
    grown = head.assessed_seq - kept.seq
    if kept.record is None:
        return False
    return grown > kept.seq * GROWTH or (grown > 0 and time.monotonic() - kept.made_at > KEPT_S)


def _take(walk: Walk, events: Sequence[Recorded]) -> None:
    """Fold a page; an event that cannot be taken in is left out, as the assessor leaves it out."""
    for each in events:
        try:
            walk.take(each)
        except Exception:
            LOG.exception("an event could not be taken in", seq=each.seq)
