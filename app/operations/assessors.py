"""All lanes of this node: which portfolios there are, how far each is, and who waits for which event."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Final

import structlog

from app.db import Database, DatabaseUnavailable
from app.operations.assessing import Lane
from app.operations.doorbell import Doorbell
from app.operations.turns import Turns
from app.operations.watermark import Watermark
from app.store import standings
from app.store.log import Stretch
from app.store.standings import Standing

LOG: Final = structlog.get_logger(__name__)
SURVEY_S: Final = 1.0


class Assessors:
    """Assesses every portfolio of the installation, and keeps the watermark of each."""

    def __init__(
        self, db: Database, doorbell: Doorbell, *, gap_s: float, recording: Callable[[], bool] = lambda: False
    ) -> None:
        self._db, self._doorbell, self._gap_s, self._recording = db, doorbell, gap_s, recording
        self.lanes: dict[str, Lane] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._marks: dict[str, Watermark] = {}
        self._revisions: dict[str, int] = {}
        """Where each board was at the last survey."""
        self._surveying: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to assess. The boards are up to date a moment later."""
        self._doorbell.on_recorded.append(self._hand_over)
        with contextlib.suppress(DatabaseUnavailable):
            await self._survey()
        self._surveying = asyncio.create_task(self._survey_for_ever())

    async def stop(self) -> None:
        """Stop between two rounds; what was not committed is assessed again after the next start."""
        self._doorbell.on_recorded.remove(self._hand_over)
        tasks = [task for task in (self._surveying, *self._tasks.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def current(self, portfolio: str) -> Watermark | None:
        """The latest check of this portfolio's watermark."""
        return self._marks.get(portfolio)

    async def reached(self, portfolio: str, seq: int, within_s: float) -> int | None:
        """The revision in which event `seq` is; None if that takes too long."""
        lane = self.lanes.get(portfolio)
        deadline = time.monotonic() + within_s
        while lane is not None:
            if lane.head is not None and lane.head.assessed_seq >= seq:
                return lane.head.revision
            try:
                async with asyncio.timeout_at(
                    asyncio.get_running_loop().time() + deadline - time.monotonic()
                ):
                    await lane.moved.wait()
            except TimeoutError:
                return None
        return None

    def _hand_over(self, portfolio: str, new: Stretch) -> None:
        """To its lane; a portfolio that is new has one from its first event on."""
        self._adopt(portfolio)
        self.lanes[portfolio].hear(new)

    def _ring(self, portfolio: str) -> None:
        lane = self.lanes.get(portfolio)
        if lane is not None:
            lane.bell.set()

    async def _survey_for_ever(self) -> None:
        while True:
            await asyncio.sleep(SURVEY_S)
            try:
                await self._survey()
            except DatabaseUnavailable as error:
                LOG.warning("the watermark cannot be read", reason=str(error))
            except Exception:
                LOG.exception("the survey failed; the watermark stands still")

    async def _survey(self) -> None:
        """Find new portfolios, wake those that are behind, note how far each is.

        A lane that has not come to where its board was a survey ago: another node assesses it.
        """
        checked_at = time.monotonic()
        for standing in await self._db.read(standings.standings):
            self._adopt(standing.portfolio)
            self._mark(standing, checked_at)
            if standing.assessed_seq < standing.head_seq:
                self._ring(standing.portfolio)
            lane, before = self.lanes[standing.portfolio], self._revisions.get(standing.portfolio, 0)
            if lane.head is not None and lane.head.revision < before:
                lane.look_again()
            self._revisions[standing.portfolio] = standing.revision

    def _adopt(self, portfolio: str) -> None:
        if portfolio not in self.lanes:
            lane = self.lanes[portfolio] = Lane(
                portfolio, self._db, self._doorbell, self._gap_s, Turns(self._recording)
            )
            lane.bell.set()
            self._tasks[portfolio] = asyncio.create_task(lane.run(), name=f"assess {portfolio}")

    def _mark(self, standing: Standing, checked_at: float) -> None:
        since = standing.waiting_since
        lag_ms = 0 if since is None else max(0, int((standing.now - since).total_seconds() * 1000))
        mark = Watermark(standing.head_seq, standing.assessed_seq, lag_ms, checked_at)
        self._marks[standing.portfolio] = mark
