"""Assessing: what the recorded events mean, committed as the next numbered revision of the board.

One lane per portfolio. A lane keeps facts and board in memory, valid while the fence says that it
wrote the last revision; whenever a commit fails they are thrown away and read again. While one revision is
stored the next is worked out: what is thrown away then is both.
"""

import asyncio
import gc
import time
from collections.abc import Collection, Generator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import structlog
from sqlalchemy.engine import Connection

from app import __version__
from app.db import Database, DatabaseUnavailable
from app.domain.alerts import AlertState, encode_alert
from app.domain.assess import assess_round
from app.domain.board import Head, Revision
from app.domain.facts import PortfolioFacts
from app.domain.fold import fold
from app.domain.policy import Policy
from app.domain.standing import Board, Round, behind
from app.domain.subject import PORTFOLIO, Key
from app.operations.doorbell import Doorbell
from app.operations.inbox import Inbox
from app.operations.turns import Turns
from app.store import assessments, bulk, log, revisions
from app.store import facts as facts_store
from app.store.assessments import Assessed
from app.store.bulk import Write
from app.store.log import Stretch
from app.store.revisions import AlertRow, FenceLost, Outcome

LOG: Final = structlog.get_logger(__name__)
ROUND: Final = 5_000
"""Events in one round at most. The more of them, the more often one assessment serves several."""
RETRY_S: Final = 1.0
"""After an error that nobody expected; each further one doubles it."""
LONGEST_RETRY_S: Final = 60.0


def assess(
    stretch: Stretch, facts: PortfolioFacts, board: Board, degraded: Collection[Key], revision: int
) -> Generator[None, None, tuple[Round, Outcome]]:
    """What these events change: the next revision. The facts take them in; the board stays as it is.

    Without events it is the next slice of what is due or has to be judged by a new policy, at the same
    portfolio time.
    """
    touched, unfolded = yield from _fold(facts, stretch)
    now = facts.now or stretch.events[-1].recorded_at
    done = yield from assess_round(board, facts, touched, facts.policy, now, revision)
    failures = unfolded | done.failures
    return done, _outcome(stretch, done, board, failures, set(degraded).intersection(done.details))


def _fold(facts: PortfolioFacts, stretch: Stretch) -> Generator[None, None, tuple[set[Key], dict[Key, str]]]:
    """Take the events in: the items they are about, and those whose event could not be, with the error."""
    touched: set[Key] = set()
    failures: dict[Key, str] = {}
    for recorded in stretch.events:
        try:
            about = fold(facts, recorded)
        except Exception as error:
            LOG.exception("an event could not be taken in", seq=recorded.seq)
            failures[Key(recorded.event.subject)] = repr(error)
        else:
            if about is not None:
                touched.add(about)
        yield
    return touched, failures


def _outcome(
    stretch: Stretch, done: Round, board: Board, failures: Mapping[Key, str], well: Collection[Key]
) -> Outcome:
    before = {w for subject in done.quarantine for w in board.quarantine.get(subject, ())}
    waiting = {w: (w.seq, subject, w.reason) for subject, ws in done.quarantine.items() for w in ws}
    last = stretch.last_seq
    due = {k: v for k, v in (board.due | done.due).items() if v is not None}
    return Outcome(
        first_seq=stretch.after + 1,
        last_seq=last,
        as_of=done.now,
        digests=stretch.digests,
        due_at=min(due.values(), default=None),
        cards=done.cards,
        details=done.details,
        due=done.due,
        alerts=[_row(alert) for alert in done.alerts.values()],
        transitions=[turn.document() for turn in done.turns],
        quarantined=[row for w, row in waiting.items() if w not in before],
        released=sorted({w.seq for w in before} - {w.seq for w in waiting}),
        failures=[(subject, last, __version__, error) for subject, error in failures.items()],
        recovered=sorted(set(well) - set(failures)),
        readings=done.readings,
    )


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
    """The number of the last event that was worked out; its revision may not be committed yet."""
    revision: int = 0
    """The number of that revision."""
    inbox: Inbox = field(default_factory=Inbox)
    degraded: set[Key] = field(default_factory=set)
    rounds: int = 0
    failed: int = 0
    """Rounds in a row that raised what nobody expected."""
    storing_s: float = 0.0
    """Processor time spent on reading events and storing what they changed."""
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    """Set and replaced whenever this lane has come to another revision."""
    _storing: asyncio.Task[None] | None = None

    @property
    def cpu_s(self) -> float:
        """Processor time spent on assessing, for the benchmarks."""
        return self.turns.cpu_s + self.storing_s

    @property
    def policy(self) -> Policy:
        """The rules in force."""
        return self.facts.policy

    def hear(self, new: Stretch) -> None:
        """These events were recorded a moment ago."""
        self.inbox.put(new)
        self.bell.set()

    async def run(self) -> None:
        """Assess whatever is recorded, for ever."""
        try:
            while True:
                await self.bell.wait()
                self.bell.clear()
                await self._work()
        finally:
            await asyncio.gather(*filter(None, [self._storing]), return_exceptions=True)

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
            await self._load()
        board = self.board
        if board is None or self.head is None:
            return False
        stretch = await self._next()
        if not (stretch.events or board.left or behind(board, self.facts, self.policy.version)):
            await self.stored()
            return False
        (done, outcome), writes = await self.turns.take(self._work_out(stretch, board))
        await self.stored()
        board.apply(done)
        self.degraded = self.degraded.difference(outcome.recovered) | set(done.failures)
        self.seq, self.revision, self.rounds = stretch.last_seq, self.revision + 1, self.rounds + 1
        self._storing = asyncio.create_task(self._store(self.head, outcome, writes))
        return True

    async def _next(self) -> Stretch:
        """The events after those that were worked out: at hand, or read from the log."""
        at_hand = self.inbox.take(self.seq, ROUND)
        return await self.db.read(partial(self._read, seq=self.seq)) if at_hand is None else at_hand

    def _work_out(
        self, stretch: Stretch, board: Board
    ) -> Generator[None, None, tuple[tuple[Round, Outcome], list[Write]]]:
        """The next revision, and the rows of the facts that it took in."""
        found = yield from assess(stretch, self.facts, board, self.degraded, self.revision + 1)
        changed, self.facts.changed = self.facts.changed, set()
        return found, (yield from facts_store.rows_of(self.portfolio, self.facts, changed))

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
        found = await self.db.read(partial(_load_to_stay, name=self.portfolio))
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


def _load_to_stay(connection: Connection, name: str) -> Assessed | None:
    """What an assessor keeps for as long as it runs, out of the sight of the garbage collector.

    It holds no cycles, and looking through the facts of 1,000 projects would take half a second each time.
    What a load that failed has left does hold cycles, by its error, and stays in sight.
    """
    gc.disable()
    try:
        found = assessments.load(connection, name)
        gc.freeze()
    finally:
        gc.enable()
    return found


def _row(alert: AlertState) -> AlertRow:
    return AlertRow(
        alert.id,
        alert.dedup_key,
        alert.rule,
        alert.item,
        alert.policy_version,
        alert.condition,
        alert.ack,
        alert.suppression,
        alert.closure,
        alert.severity,
        encode_alert(alert).decode(),
    )
