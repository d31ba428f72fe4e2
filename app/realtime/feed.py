"""Keeps the boards that somebody looks at: loaded when first asked for, moved by every revision.

A hint from the doorbell moves a board at once if it is the very next revision. Anything else, a gap,
a hint lost between nodes, another epoch, is healed by looking at the heads in the database, at short
intervals and at once when a hint did not fit. So a hint can only save time; it cannot do harm.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from functools import partial
from typing import Final

import structlog
from sqlalchemy.engine import Connection

from app.db import Database, DatabaseUnavailable
from app.domain.board import Revision
from app.realtime.board import Board, Missed
from app.realtime.scopes import ALL, Scope
from app.realtime.session import RESUME_KEYS, AskHistory, Fresh, Have, Resume, plan
from app.store import boards
from app.store.boards import Place

LOOK_S: Final = 15.0
"""A database that does not answer for so long is asked again."""
CERTAIN_S: Final = 3.0
"""For how long a look at the database proves that a board is at the head."""
STEPS: Final = 200
"""Revisions read at once."""
FAR: Final = 2_000
"""A board that is further behind is loaded again."""

_log = structlog.get_logger()


class Feed:
    """The boards of this process. Everything but loading happens on its event loop."""

    def __init__(self, db: Database, *, poll_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.on_moved: list[Callable[[str], None]] = []
        """Told the portfolio after its board moved; must not block or raise."""
        self._db, self._poll_s, self._clock = db, poll_s, clock
        self._boards: dict[str, Board] = {}
        self._loading: dict[str, asyncio.Task[Board | None]] = {}
        self._early: dict[str, list[Revision]] = {}
        self._seen_at: dict[str, float] = {}
        self._moves: dict[str, asyncio.Event] = {}
        self._wake = asyncio.Event()

    async def board(self, portfolio: str) -> Board | None:
        """The board, loaded if need be; None: there is no such portfolio. Raises DatabaseUnavailable."""
        if (board := self._boards.get(portfolio)) is not None:
            return board
        if portfolio not in self._loading:
            self._loading[portfolio] = asyncio.create_task(self._load(portfolio))
        return await asyncio.shield(self._loading[portfolio])

    def hint(self, revision: Revision) -> None:
        """A revision was committed: move its board if it is the next one, look at the database if not."""
        portfolio = revision.portfolio
        if portfolio in self._loading:
            self._early.setdefault(portfolio, []).append(revision)
        board = self._boards.get(portfolio)
        if board is None:
            return
        if board.apply(revision):
            self._moved(portfolio)
        elif revision.head.epoch != board.head.epoch or revision.head.revision > board.head.revision:
            self._seen_at.pop(portfolio, None)
            self._wake.set()

    def caught_up(self, portfolio: str) -> bool:
        """Was this board at the head when the database was looked at, a moment ago?"""
        seen = self._seen_at.get(portfolio)
        return seen is not None and self._clock() - seen <= CERTAIN_S

    async def missed(self, portfolio: str, scope: Scope, have: Have) -> Missed | None:
        """What a client that has this must be told to be at the head; None: a snapshot.

        A client that is ahead of this node makes it look at the database first.
        """
        board = self._boards[portfolio]
        if have.epoch == board.head.epoch and have.revision and have.revision > board.head.revision:
            with contextlib.suppress(DatabaseUnavailable):
                await self._catch_up(portfolio, board)
        match plan(board, scope, have):
            case Fresh():
                return None
            case Resume(missed):
                return missed
            case AskHistory(after, upto):
                return await self._from_history(portfolio, board, have, after, upto)

    async def next_move(self, portfolio: str, timeout_s: float) -> None:
        """Wait until the board moves, at most so long."""
        event = self._moves.setdefault(portfolio, asyncio.Event())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await event.wait()

    async def run(self) -> None:
        """Look at the database for ever."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._poll_s):
                    await self._wake.wait()
            self._wake.clear()
            await self._look_safely()

    async def _look_safely(self) -> None:
        try:
            async with asyncio.timeout(LOOK_S):
                await self.look()
        except (DatabaseUnavailable, TimeoutError) as error:
            _log.warning("feed_cannot_look", error=type(error).__name__)
        except Exception:  # noqa: BLE001 - logged, and the next look may succeed
            _log.exception("feed_failed")

    async def look(self) -> None:
        """Compare every loaded board with the database and catch up."""
        if not self._boards:
            return
        before = {portfolio: board.head.revision for portfolio, board in self._boards.items()}
        at = self._clock()
        found = await self._db.read(partial(boards.places, portfolios=list(before)))
        for portfolio, revision in before.items():
            place = found.get(portfolio)
            if place is not None and await self._reach(portfolio, place, revision):
                self._seen_at[portfolio] = at

    async def _reach(self, portfolio: str, place: Place, before: int) -> bool:
        board = self._boards[portfolio]
        rewritten = place.epoch != board.head.epoch or place.revision < before
        if rewritten or place.revision - board.head.revision > FAR:
            await self._reload(portfolio, board)
        elif place.revision > board.head.revision:
            await self._catch_up(portfolio, board)
        return board.head.epoch == place.epoch and board.head.revision >= place.revision

    async def _catch_up(self, portfolio: str, board: Board) -> None:
        while steps := await self._db.read(
            partial(boards.revisions_after, portfolio=portfolio, after=board.head.revision, limit=STEPS)
        ):
            reached = [step.head.revision for step in steps if board.apply(step)]
            if reached:
                self._moved(portfolio)
            if board.head.revision < steps[-1].head.revision:
                await self._reload(portfolio, board)
                return
            if len(steps) < STEPS:
                return

    async def _reload(self, portfolio: str, board: Board) -> None:
        fresh = await self._db.read(partial(_build, portfolio=portfolio))
        if fresh is not None:
            _log.info("board_reloaded", portfolio=portfolio, revision=fresh.head.revision)
            board.become(fresh)
            self._moved(portfolio)

    async def _load(self, portfolio: str) -> Board | None:
        at = self._clock()
        try:
            board = await self._db.read(partial(_build, portfolio=portfolio))
        finally:
            del self._loading[portfolio]
            early = self._early.pop(portfolio, [])
        if board is None:
            return None
        for revision in early:
            board.apply(revision)
        self._boards[portfolio] = board
        self._seen_at[portfolio] = at
        return board

    async def _from_history(
        self, portfolio: str, board: Board, have: Have, after: int, upto: int
    ) -> Missed | None:
        epoch = board.head.epoch
        gap = await self._db.read(
            partial(boards.gap, portfolio=portfolio, after=after, upto=upto, limit=RESUME_KEYS)
        )
        believed = gap is not None and have.hash in {None, gap.hash}
        since = board.missed(ALL, upto) if board.head.epoch == epoch and board.covers(upto) else None
        if gap is None or not believed or since is None:
            return None
        return Missed({**gap.changed, **since.keys}, since.transitions)

    def _moved(self, portfolio: str) -> None:
        if (waiting := self._moves.pop(portfolio, None)) is not None:
            waiting.set()
        for listener in self.on_moved:
            listener(portfolio)


def _build(connection: Connection, portfolio: str) -> Board | None:
    """The board as it stands in the database; built in the reading thread, so that nobody waits for it."""
    found = boards.board(connection, portfolio)
    return None if found is None else Board(*found)
