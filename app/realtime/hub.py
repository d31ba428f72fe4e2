"""Fan-out: every connection of a portfolio is brought to the head, at once when idle, then each tick.

The hub sends nothing by itself: it asks each connection to say what its session has to say. A slow
connection answers "still busy" and is passed over. Every so many sends the loop may do other things.
"""

import asyncio
import time
from collections.abc import Callable, Collection
from typing import Final

from app.operations.watermark import Watermarks
from app.realtime.connection import Connection
from app.realtime.feed import Feed
from app.realtime.session import BEAT_S

TICK_S: Final = 0.05
"""The least time between two frames on a connection that keeps up."""
TIRED_TICK_S: Final = 0.2
"""The same while the event loop is late: fewer, larger patches."""
LATE_MS: Final = 100.0
BREATH: Final = 200
"""Connections served before the loop may do other things."""
CHECKSUM_S: Final = 60.0
LAG_SAMPLE_S: Final = 0.1


class Hub:
    """The connections of this process, by portfolio."""

    def __init__(
        self,
        feed: Feed,
        watermarks: Watermarks,
        *,
        heartbeat_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.loop_lag_ms = 0.0
        """How late the event loop wakes up, the worst of the last moments."""
        self._feed, self._watermarks, self._clock = feed, watermarks, clock
        self._heartbeat_s = heartbeat_s
        self._rooms: dict[str, set[Connection]] = {}
        self._beaten_at: dict[str, float] = {}
        self._checked_at = clock()
        self._moved: set[str] = set()
        self._wake = asyncio.Event()
        feed.on_moved.append(self.moved)

    @property
    def connections(self) -> int:
        """How many there are."""
        return sum(map(len, self._rooms.values()))

    def join(self, portfolio: str, connection: Connection) -> None:
        """Keep this connection at the head from now on; also after it subscribed anew."""
        self._rooms.setdefault(portfolio, set()).add(connection)
        lag_ms = self._alive(portfolio)
        if lag_ms is not None:
            connection.session.beat(lag_ms, self._clock())
        connection.pump()

    def leave(self, portfolio: str, connection: Connection) -> None:
        """Forget this connection."""
        room = self._rooms.get(portfolio, set())
        room.discard(connection)
        if not room:
            self._rooms.pop(portfolio, None)
            self._beaten_at.pop(portfolio, None)

    def moved(self, portfolio: str) -> None:
        """The board of this portfolio moved."""
        self._moved.add(portfolio)
        self._wake.set()

    def signs(self, portfolio: str) -> dict[str, str]:
        """The header that says the pipeline is alive and how far it lags, for those who poll."""
        lag_ms = self._alive(portfolio)
        return {} if lag_ms is None else {"Nerve-Lag-Ms": str(lag_ms)}

    async def run(self) -> None:
        """Flush what moved, for ever: at once when idle, then at most every tick."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            moved, self._moved = self._moved, set()
            for portfolio in moved:
                await self._serve(self._rooms.get(portfolio, ()))
            await asyncio.sleep(TIRED_TICK_S if self.loop_lag_ms > LATE_MS else TICK_S)

    async def run_beats(self) -> None:
        """Heartbeats, checksums and the watch over stuck sends, for ever."""
        while True:
            await asyncio.sleep(min(1.0, self._heartbeat_s / 5))
            await self.beat()

    async def beat(self) -> None:
        """Send the heartbeats and checksums that are due, and give up on sends that move nothing."""
        now = self._clock()
        checks = now - self._checked_at >= CHECKSUM_S
        if checks:
            self._checked_at = now
        for portfolio, room in tuple(self._rooms.items()):
            due = now - self._beaten_at.get(portfolio, -self._heartbeat_s) >= self._heartbeat_s * 0.95
            lag_ms = self._alive(portfolio) if due else None
            if lag_ms is not None:
                self._beaten_at[portfolio] = now
            for connection in room:
                if lag_ms is not None:
                    connection.session.beat(lag_ms, now)
                if checks:
                    connection.session.check()
            await self._serve(room, watch=True)

    async def run_lag(self) -> None:
        """Measure how late the loop is, for ever; the worst is forgotten within a second or so."""
        while True:
            before = self._clock()
            await asyncio.sleep(LAG_SAMPLE_S)
            late = (self._clock() - before - LAG_SAMPLE_S) * 1000
            self.loop_lag_ms = max(late, self.loop_lag_ms * 0.8, 0.0)

    def _alive(self, portfolio: str) -> int | None:
        """How far the pipeline lags; None: no sign of life lately, or this node is not at the head."""
        mark = self._watermarks.current(portfolio)
        if mark is None or self._clock() - mark.checked_at > BEAT_S or not self._feed.caught_up(portfolio):
            return None
        return mark.lag_ms

    async def _serve(self, room: Collection[Connection], *, watch: bool = False) -> None:
        for number, connection in enumerate(tuple(room), 1):
            if watch:
                connection.watch()
            connection.pump()
            if number % BREATH == 0:
                await asyncio.sleep(0)
