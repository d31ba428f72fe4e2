"""Assessing: what the recorded events mean, committed as the next numbered revision of the board.

One lane per portfolio. A lane keeps facts and board in memory, valid while the fence says that it
wrote the last revision; whenever a commit fails they are thrown away and read again. While one revision is
stored the next is worked out: what is thrown away then is both.
"""

import asyncio
import time
from collections.abc import Generator
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import structlog
from sqlalchemy.engine import Connection

from app.db import Database, DatabaseUnavailable
from app.domain.board import Head, Revision
from app.domain.facts import PortfolioFacts
from app.domain.following import follow
from app.domain.policy import Policy
from app.domain.standing import Board, Round, behind
from app.domain.subject import PORTFOLIO, Key
from app.operations.doorbell import Doorbell
from app.operations.inbox import Inbox
from app.operations.relief import Relief, ReliefLost
from app.operations.revising import Taken, assess, judge, outcome_of, take_in
from app.operations.turns import Turns
from app.store import assessments, bulk, log, revisions
from app.store import facts as facts_store
from app.store.bulk import Write
from app.store.log import Stretch
from app.store.revisions import FenceLost, Outcome

LOG: Final = structlog.get_logger(__name__)
ROUND: Final = 5_000
"""Events in one round at most. The more of them, the more often one assessment serves several."""
RETRY_S: Final = 1.0
"""After an error that nobody expected; each further one doubles it."""
LONGEST_RETRY_S: Final = 60.0
BUSY_S: Final = 0.25
"""A round that takes so long while events wait calls for relief."""
WITH_RELIEF: Final = 5
"""It is kept for rounds that are so many times shorter."""
QUIET_S: Final = 30.0
"""Relief that no round has called for in this time goes home."""
Revised = tuple[tuple[Round, Outcome], list[Write]]
"""A round, what is stored of it, and the rows of the facts that it took in."""


@dataclass(slots=True)
class Lane:
    """The assessment of one portfolio."""

    portfolio: str
    db: Database
    doorbell: Doorbell
    gap_s: float
    """The least time between two rounds while events keep coming."""
    turns: Turns = field(default_factory=Turns)
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    facts: PortfolioFacts = field(default_factory=PortfolioFacts)
    board: Board | None = None
    head: Head | None = None
    """Of the last revision that was committed."""
    header: bytes | None = None
    """The portfolio's card in it."""
    seq: int = 0
    """The last event that was worked out; its revision may not be committed yet."""
    revision: int = 0
    inbox: Inbox = field(default_factory=Inbox)
    degraded: set[Key] = field(default_factory=set)
    rounds: int = 0
    failed: int = 0
    """Rounds in a row that raised what nobody expected."""
    storing_s: float = 0.0
    """Processor time of reading events and storing what they changed."""
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    """Set and replaced whenever this lane has come to another revision."""
    busy_s: float = BUSY_S
    quiet_s: float = QUIET_S
    relief: Relief | None = None
    """The process that works rounds out while there is too much for this one."""
    busy_at: float = 0.0
    """When a round last took long."""
    alone_until: float = 0.0
    """No relief is called for before that: it was lost, or there was no room for it."""
    _storing: asyncio.Task[None] | None = None

    @property
    def cpu_s(self) -> float:
        """Processor time spent on assessing, for the benchmarks."""
        return self.turns.cpu_s + self.storing_s

    @property
    def policy(self) -> Policy:
        return self.facts.policy

    def hear(self, new: Stretch) -> None:
        """These events were recorded a moment ago."""
        self.inbox.put(new)
        self.bell.set()

    async def run(self) -> None:
        """Assess whatever is recorded, for ever."""
        try:
            while True:
                await self._woken()
                self.bell.clear()
                await self._work()
        finally:
            await self.send_relief_home()
            await asyncio.gather(*filter(None, [self._storing]), return_exceptions=True)

    async def _woken(self) -> None:
        """Wait for the bell; nobody waits with it for long."""
        try:
            async with asyncio.timeout(self.quiet_s if self.relief else None):
                await self.bell.wait()
        except TimeoutError:
            await self.send_relief_home()
            await self.bell.wait()

    async def _work(self) -> None:
        """Round after round, until nothing is left; after an error everything is read again, in a while."""
        started = time.monotonic()
        try:
            while await self.round():
                await asyncio.sleep(max(0.0, started + self.gap_s - time.monotonic()))
                started = time.monotonic()
        except (DatabaseUnavailable, FenceLost) as error:
            LOG.warning("assessment thrown away", portfolio=self.portfolio, reason=type(error).__name__)
            await self._start_again(self.gap_s)
        except Exception:
            LOG.exception("assessment failed; the watermark stands still", portfolio=self.portfolio)
            await self._start_again(min(RETRY_S * 2**self.failed, LONGEST_RETRY_S))
            self.failed += 1

    async def _start_again(self, after_s: float) -> None:
        self.board = None
        await asyncio.sleep(after_s)
        self.bell.set()

    async def round(self) -> bool:
        """Work out what the next events change; False when there are none, and nothing is left over.

        It is stored while the next round works; what went wrong with that is raised there.
        """
        if self.board is None:
            await self.stored()
            await self.send_relief_home()
            await self._load()
        board = self.board
        if board is None or self.head is None:
            return False
        stretch = await self._next()
        if not (stretch.events or board.left or behind(board, self.facts, self.policy.version)):
            await self.stored()
            return False
        began = time.monotonic()
        (done, outcome), writes = await self._revise(stretch, board)
        await self.stored()
        board.apply(done)
        self.degraded = self.degraded.difference(outcome.recovered) | set(done.failures)
        self.seq, self.revision, self.rounds = stretch.last_seq, self.revision + 1, self.rounds + 1
        self._storing = asyncio.create_task(self._store(self.head, outcome, writes))
        await self._look_after(time.monotonic() - began)
        return True

    async def _next(self) -> Stretch:
        """The events after those that were worked out: at hand, or read from the log."""
        if self.relief is not None and self.relief.asked is not None:
            return self.relief.asked
        at_hand = self.inbox.take(self.seq, ROUND)
        return await self.db.read(partial(self._read, seq=self.seq)) if at_hand is None else at_hand

    async def _revise(self, stretch: Stretch, board: Board) -> Revised:
        """The next revision. The relief goes on with the one after it, before this one is stored."""
        relief, number = self.relief, self.revision + 1
        if relief is None:
            return await self.turns.take(self._work_out(stretch, board))
        if relief.asked is None:
            relief.ask(stretch, number)
        (touched, unfolded), writes = await self.turns.take(self._follow(stretch))
        try:
            done, cpu_s = await relief.answer(board)
        except ReliefLost as error:
            await self._do_without(error)
            done = await self.turns.take(judge(stretch, self.facts, board, touched, number))
        else:
            self.turns.cpu_s += cpu_s
            if ahead := self.inbox.take(stretch.last_seq, ROUND):
                relief.ask(ahead, number + 1)
        began = time.thread_time()
        outcome = outcome_of(stretch, done, board, unfolded, self.degraded)
        self.turns.cpu_s += time.thread_time() - began
        return (done, outcome), writes

    def _work_out(self, stretch: Stretch, board: Board) -> Generator[None, None, Revised]:
        found = yield from assess(stretch, self.facts, board, self.degraded, self.revision + 1)
        return found, (yield from self._rows())

    def _follow(self, stretch: Stretch) -> Generator[None, None, tuple[Taken, list[Write]]]:
        """Take in what the relief works on, for those who read facts here."""
        touched, unfolded = yield from take_in(self.facts, stretch)
        return (follow(self.facts, touched), unfolded), (yield from self._rows())

    def _rows(self) -> Generator[None, None, list[Write]]:
        changed, self.facts.changed = self.facts.changed, set()
        return (yield from facts_store.rows_of(self.portfolio, self.facts, changed))

    async def _look_after(self, took_s: float) -> None:
        """A round took so long: whether the next need relief, or those before needed none."""
        enough = self.busy_s / WITH_RELIEF if self.relief else self.busy_s
        if took_s >= enough and (self.inbox.size or (self.relief and self.relief.asked)):
            await self.call_relief()
        elif time.monotonic() - self.busy_at > self.quiet_s:
            await self.send_relief_home()

    async def call_relief(self) -> None:
        """Between two rounds: have another process work the next ones out."""
        self.busy_at = time.monotonic()
        if self.board is None or self.relief is not None or self.busy_at < self.alone_until:
            return
        if not Relief.is_to_be_had():
            return
        try:
            self.relief = Relief.fork(self.facts, self.board)
        except ReliefLost as error:
            await self._do_without(error)

    async def _do_without(self, reason: ReliefLost) -> None:
        LOG.warning("assessing goes on without relief", portfolio=self.portfolio, reason=str(reason))
        self.alone_until = time.monotonic() + self.quiet_s
        await self.send_relief_home()

    async def send_relief_home(self) -> None:
        relief, self.relief = self.relief, None
        if relief is not None:
            await relief.dismiss()

    async def _store(self, before: Head, outcome: Outcome, writes: list[Write]) -> None:
        """Commit a revision and tell of it."""
        work = partial(self._commit, before=before, outcome=outcome, writes=writes)
        revision = await self.db.write(work, meter=self._spend)
        self.head, self.failed = revision.head, 0
        self.header = outcome.cards.get(PORTFOLIO, self.header)
        self._wake()
        self.doorbell.revised(revision)

    async def stored(self) -> None:
        """Wait until what was worked out last is stored; raises what went wrong."""
        storing, self._storing = self._storing, None
        if storing is not None:
            await storing

    async def _load(self) -> None:
        found = await self.db.read(partial(assessments.load_to_stay, name=self.portfolio))
        if found is not None:
            self.head, self.facts, self.board, self.degraded = found
            self.seq, self.revision = found.head.assessed_seq, found.head.revision
            self.header = found.board.cards.get(PORTFOLIO)
            self._wake()

    def _read(self, connection: Connection, seq: int) -> Stretch:
        started = time.thread_time()
        stretch = log.after(connection, portfolio=self.portfolio, seq=seq, limit=ROUND)
        self.storing_s += time.thread_time() - started
        return stretch

    def _commit(
        self, connection: Connection, before: Head, outcome: Outcome, writes: list[Write]
    ) -> Revision:
        """The fence first, then everything that the round changed, in one transaction."""
        revision = revisions.commit(connection, self.portfolio, before, outcome)
        bulk.write(connection, writes)
        return revision

    def _spend(self, cpu_s: float) -> None:
        self.storing_s += cpu_s

    def look_again(self) -> None:
        """Another node wrote revisions that this one does not know: read the board again."""
        self.board = None
        self.bell.set()

    def _wake(self) -> None:
        moved, self.moved = self.moved, asyncio.Event()
        moved.set()
