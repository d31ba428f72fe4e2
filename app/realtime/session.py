"""What one connection is sent next. Decides; never sends, never waits, never looks at a clock.

A session is a position on a board. `next` is asked whenever the connection can take a frame: it
answers with the one frame that brings the client closest to the head, or with nothing. While a slow
connection cannot be asked, nothing piles up here: what it missed is joined when it is asked again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.realtime import frames
from app.realtime.board import Board, Missed
from app.realtime.protocol import Ack, CloseCode
from app.realtime.scopes import ALL, Scope

RESUME_KEYS: Final = 2_000
"""A client that missed more changed cards than this is sent a snapshot."""
HISTORY: Final = 10_000
"""Revisions of the change table that are looked through for a resume."""
SLOW_S: Final = 2.0
"""A connection that could not take a frame for so long has only itself to blame."""
SLOW_WINDOW_S: Final = 60.0
BEAT_S: Final = 3.0
"""An older proof that the pipeline is alive is none."""


@dataclass(frozen=True, slots=True)
class Close:
    """End the connection with this code."""

    code: int


@dataclass(frozen=True, slots=True)
class Have:
    """What a client says it has: it is believed only if all of it is so."""

    epoch: str | None
    revision: int | None
    hash: str | None = None


@dataclass(frozen=True, slots=True)
class Fresh:
    """Only a snapshot will do."""


@dataclass(frozen=True, slots=True)
class Resume:
    """The ring knows what was missed."""

    missed: Missed


@dataclass(frozen=True, slots=True)
class AskHistory:
    """The change table may know what was missed after one revision, up to another."""

    after: int
    upto: int


def plan(board: Board, scope: Scope, have: Have) -> Fresh | Resume | AskHistory:
    """How to bring a client to the head that has this. All or nothing: never a part of what it missed."""
    head = board.head
    if have.epoch != head.epoch or have.revision is None or not 0 <= have.revision <= head.revision:
        return Fresh()
    if not board.covers(have.revision):
        recent = head.revision - have.revision <= HISTORY
        return AskHistory(have.revision, head.revision) if recent and scope == ALL else Fresh()
    if have.hash is not None and have.hash != board.hash_at(have.revision):
        return Fresh()
    missed = board.missed(scope, have.revision)
    return Fresh() if missed is None or len(missed.keys) > RESUME_KEYS else Resume(missed)


class Session:
    """The state of one connection's subscription. Begins silent, until `begin`."""

    __slots__ = (
        "_at", "_beat", "_board", "_check", "_close", "_commands", "_epoch", "_queue", "_sent", "_slow",
        "rendered_ms", "revision_shown", "scope",
    )  # fmt: skip

    def __init__(self) -> None:
        self.scope = ALL
        self.revision_shown: int | None = None
        """What the client says is on its screen."""
        self.rendered_ms: float | None = None
        self._board: Board | None = None
        self._epoch = ""
        self._at = 0
        """Everything up to this revision was sent, or did not concern this view."""
        self._sent = 0
        """The last revision that the client was told: its own."""
        self._queue: list[str] = []
        self._commands: list[str] = []
        self._slow: tuple[float, ...] = ()
        self._beat: tuple[int, float] | None = None
        self._check = False
        self._close: Close | None = None

    @property
    def revision(self) -> int:
        """The connection is complete through this revision, once what `next` gave out has arrived."""
        return self._at

    def begin(self, board: Board, scope: Scope, have: Have, missed: Missed | None, welcome: str) -> None:
        """Subscribe, in place of any earlier subscription; `missed` None asks for a snapshot."""
        self._board, self.scope = board, scope
        self._queue.clear()
        self._queue.append(welcome)
        self._check = False
        self._epoch = board.head.epoch
        if missed is None or have.revision is None:
            self._from_snapshot(board)
            return
        self._at = self._sent = have.revision
        if have.revision == board.head.revision:
            return
        patch = board.patch_of(scope, have.revision, missed)
        if patch is None:
            self._from_snapshot(board)
            return
        self._queue.append(patch)
        self._at = self._sent = board.head.revision

    def hear(self, ack: Ack) -> None:
        """Note what the client shows."""
        self.revision_shown, self.rendered_ms = ack.revision, ack.rendered_ms

    def restart(self, reason: str) -> None:
        """Send the whole view again."""
        if self._board is not None:
            self._queue.clear()
            self._queue.append(frames.resync(reason).decode())
            self._from_snapshot(self._board)

    def beat(self, lag_ms: int, now: float) -> None:
        """The pipeline was alive at `now`: say so when everything else is said."""
        self._beat = (lag_ms, now)

    def check(self) -> None:
        """Send a checksum when everything else is said."""
        self._check = True

    def command(self, frame: str) -> None:
        """Send a command to the screen."""
        self._commands.append(frame)

    def close(self, code: int) -> None:
        """Nothing more is sent but the end."""
        self._close = self._close or Close(code)
        self._board = None
        self._queue.clear()

    def next(self, now: float, *, held_s: float = 0.0) -> str | Close | None:
        """The frame to send now; None: there is nothing to say.

        `held_s` is for how long the connection could not take a frame before it asked.
        """
        board = self._board
        if board is None:
            closing, self._close = self._close, None
            return closing
        if board.head.epoch != self._epoch:
            self.restart("epoch")
        if not self._queue and self._commands:
            return self._commands.pop(0)
        if not self._queue and self._at < board.head.revision:
            self._advance(board, now, held_s)
            if self._close is not None:
                return self.next(now)
        return self._queue.pop(0) if self._queue else self._quiet(board, now)

    def _advance(self, board: Board, now: float, held_s: float) -> None:
        missed = board.missed(self.scope, self._at) if board.covers(self._at) else None
        if missed is not None and self.scope != ALL and not (missed.keys or missed.transitions):
            self._at = board.head.revision
            return
        patch = None if missed is None else board.patch(self.scope, self._sent, self._at)
        if patch is not None:
            self._queue.append(patch)
            self._at = self._sent = board.head.revision
        elif self._too_slow(now, held_s):
            self.close(CloseCode.SLOW)
        else:
            self.restart("behind")

    def _too_slow(self, now: float, held_s: float) -> bool:
        if held_s < SLOW_S:
            return False
        recent = tuple(then for then in self._slow if now - then < SLOW_WINDOW_S)
        self._slow = (*recent, now)
        return len(recent) > 0

    def _quiet(self, board: Board, now: float) -> str | None:
        """The connection has everything: what is left to say is that this is so.

        A checksum is of a revision that the client knows it has; where the last ones did not concern its
        view, only the next heartbeat will say so.
        """
        if self._beat is not None:
            (lag_ms, at), self._beat = self._beat, None
            if now - at <= BEAT_S:
                self._sent = board.head.revision
                return board.heartbeat(lag_ms)
        if self._check and self._sent == board.head.revision:
            self._check = False
            return board.checksum(self.scope)
        return None

    def _from_snapshot(self, board: Board) -> None:
        parts: Sequence[str] = board.snapshot_parts(self.scope)
        self._queue.extend(parts)
        self._epoch = board.head.epoch
        self._at = self._sent = board.head.revision
