"""Recording: every accepted event is committed, numbered and flushed before its sender is answered.

Group commit: what queued while the last commit was running makes the next one. Each portfolio has
its own lane, and each group is one short transaction. While much is waiting and writers stand in line, the
next group stands in it before the last one is answered, and is what has queued when its turn comes.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Final, NamedTuple

from sqlalchemy.engine import Connection

from app.db import Database, DataRefused
from app.operations.doorbell import Doorbell
from app.store import log
from app.store.log import Appended, Incoming, Receipt

GROUP: Final = 1_000
"""Events in one transaction at most."""
MANY: Final = 100
"""So many that wait keep the writer busy; fewer had better share one transaction than wait for two."""


class RecorderBusy(Exception):
    """Too many events are waiting; nothing of this request was taken."""

    retry_after_s: Final = 1


class Unrecordable(Exception):
    """The database refused this event's data; its neighbours are not affected."""


class _Waiting(NamedTuple):
    batch: Sequence[Incoming]
    answer: asyncio.Future[list[Receipt]]


@dataclass(slots=True)
class _Lane:
    portfolio: str
    queue: deque[_Waiting] = field(default_factory=deque)
    commits: dict[bool, asyncio.Task[None]] = field(default_factory=dict)
    """Those on their way, by whether they go before other writers."""


class Recorder:
    """Takes validated events and answers when they are durable."""

    def __init__(self, db: Database, doorbell: Doorbell, *, queue_limit: int) -> None:
        self._db, self._doorbell, self._limit = db, doorbell, queue_limit
        self._lanes: dict[str, _Lane] = {}
        self._queued = 0
        self.commits = 0
        """Transactions so far, for the benchmarks."""

    @property
    def queued(self) -> int:
        """Events that wait for a commit."""
        return self._queued

    async def record(self, portfolio: str, batch: Sequence[Incoming]) -> list[Receipt]:
        """The receipts of these events, once they are committed. All of a batch are in one transaction.

        Raises RecorderBusy before anything is taken, UnknownPortfolio, Unrecordable, DatabaseUnavailable.
        """
        if self._queued + len(batch) > self._limit:
            raise RecorderBusy
        lane = self._lanes.setdefault(portfolio, _Lane(portfolio))
        answer: asyncio.Future[list[Receipt]] = asyncio.get_running_loop().create_future()
        lane.queue.append(_Waiting(batch, answer))
        self._queued += len(batch)
        self._commit_next(lane)
        return await answer

    async def close(self) -> None:
        """Wait until everything that was taken is committed."""
        while commits := [commit for lane in self._lanes.values() for commit in lane.commits.values()]:
            await asyncio.gather(*commits)

    def _commit_next(self, lane: _Lane) -> None:
        """Have a commit on its way and, while much waits where writers stand in line, another one in it.

        That one does not go before others, so that these have their turn between the two.
        """
        for first in (True, False) if self._db.writes_in_line and self._queued >= MANY else (True,):
            if lane.queue and first not in lane.commits:
                commit = asyncio.create_task(self._commit(lane.portfolio, lane.queue, first=first))
                lane.commits[first] = commit
                commit.add_done_callback(partial(self._committed, lane))
                return

    def _committed(self, lane: _Lane, commit: asyncio.Task[None]) -> None:
        lane.commits = {first: other for first, other in lane.commits.items() if other is not commit}
        self._commit_next(lane)
        if not lane.commits:
            del self._lanes[lane.portfolio]

    async def _commit(self, portfolio: str, queue: deque[_Waiting], *, first: bool) -> None:
        """Commit what has queued when its turn comes, and answer it."""
        group: list[_Waiting] = []

        def append(connection: Connection) -> Appended:
            group.extend(_take(queue))
            return log.append(connection, portfolio, [each for waiting in group for each in waiting.batch])

        try:
            appended = await self._db.write(append, first=first)
        except DataRefused as error:
            await self._bisect(portfolio, group, error)
        except Exception as error:  # noqa: BLE001 - each sender is told
            self._refuse(group or _take(queue), error)
        else:
            self._accept(portfolio, group, appended)

    async def _bisect(self, portfolio: str, group: list[_Waiting], error: Exception) -> None:
        """One bad row must not fail its neighbours: try the halves of the group by themselves."""
        if len(group) == 1:
            self._refuse(group, Unrecordable(str(error)))
            return
        middle = len(group) // 2
        for half in (group[:middle], group[middle:]):
            await self._commit(portfolio, deque(half), first=True)

    def _accept(self, portfolio: str, group: list[_Waiting], appended: Appended) -> None:
        receipts = iter(appended.receipts)
        for waiting in group:
            self._queued -= len(waiting.batch)
            mine = list(islice(receipts, len(waiting.batch)))
            if not waiting.answer.done():
                waiting.answer.set_result(mine)
        self.commits += bool(group)
        if appended.new.events:
            self._doorbell.recorded(portfolio, appended.new)

    def _refuse(self, group: list[_Waiting], error: Exception) -> None:
        for waiting in group:
            self._queued -= len(waiting.batch)
            if not waiting.answer.done():
                waiting.answer.set_exception(error)


def _take(queue: deque[_Waiting]) -> list[_Waiting]:
    """What is waiting, up to the size of a group (a single batch may be no larger than that).

    Two threads may take at once: nothing is looked at before it is taken.
    """
    group: list[_Waiting] = []
    size = 0
    with suppress(IndexError):
        while size < GROUP:
            waiting = queue.popleft()
            size += len(waiting.batch)
            if group and size > GROUP:
                queue.appendleft(waiting)
            else:
                group.append(waiting)
    return group
