"""Recording: every accepted event is committed, numbered and flushed before its sender is answered.

Group commit: what queued while the last commit was running makes the next one. Each portfolio has
its own lane, and each group is one short transaction.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, NamedTuple

from app.db import Database, DataRefused
from app.operations.doorbell import Doorbell
from app.store import log
from app.store.log import Incoming, Receipt

GROUP: Final = 1_000


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
    queue: deque[_Waiting] = field(default_factory=deque)
    task: asyncio.Task[None] | None = None


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
        lane = self._lanes.setdefault(portfolio, _Lane())
        answer: asyncio.Future[list[Receipt]] = asyncio.get_running_loop().create_future()
        lane.queue.append(_Waiting(batch, answer))
        self._queued += len(batch)
        if lane.task is None:
            lane.task = asyncio.create_task(self._run(portfolio, lane))
        return await answer

    async def close(self) -> None:
        """Wait until everything that was taken is committed."""
        await asyncio.gather(*(lane.task for lane in self._lanes.values() if lane.task))

    async def _run(self, portfolio: str, lane: _Lane) -> None:
        while lane.queue:
            group = _take(lane.queue)
            await self._commit(portfolio, group)
            self._queued -= sum(len(waiting.batch) for waiting in group)
        del self._lanes[portfolio]

    async def _commit(self, portfolio: str, group: list[_Waiting]) -> None:
        events = [incoming for waiting in group for incoming in waiting.batch]
        try:
            receipts, new = await self._db.write(
                partial(log.append, portfolio=portfolio, group=events), first=True
            )
        except DataRefused as error:
            await self._bisect(portfolio, group, error)
            return
        except Exception as error:  # noqa: BLE001 - each sender is told
            _refuse(group, error)
            return
        self.commits += 1
        for waiting in group:
            mine, receipts = receipts[: len(waiting.batch)], receipts[len(waiting.batch) :]
            if not waiting.answer.done():
                waiting.answer.set_result(mine)
        if new.events:
            self._doorbell.recorded(portfolio, new)

    async def _bisect(self, portfolio: str, group: list[_Waiting], error: Exception) -> None:
        """One bad row must not fail its neighbours: try the halves of the group by themselves."""
        if len(group) == 1:
            _refuse(group, Unrecordable(str(error)))
            return
        middle = len(group) // 2
        await self._commit(portfolio, group[:middle])
        await self._commit(portfolio, group[middle:])


def _take(queue: deque[_Waiting]) -> list[_Waiting]:
    """What is waiting, up to the size of a group (a single batch may be no larger than that)."""
    group = [queue.popleft()]
    size = len(group[0].batch)
    while queue and size + len(queue[0].batch) <= GROUP:
        size += len(queue[0].batch)
        group.append(queue.popleft())
    return group


def _refuse(group: list[_Waiting], error: Exception) -> None:
    for waiting in group:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)
