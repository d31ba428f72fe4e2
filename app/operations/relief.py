"""Relief: a second process that works rounds out while events come faster than one process assesses them.

It is a copy of this one, made by `fork` when it is needed, and so knows facts and board as they are at that
moment; from then on it takes in the same events. It has no database, no connections and no event loop: a
stretch of events lies in memory that both see, what they change in another piece, and a socket says when.
"""

import asyncio
import contextlib
import gc
import os
import pickle
import signal
import socket
import struct
import sys
import time
import warnings
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple, NoReturn, Self

from app.domain.facts import PortfolioFacts
from app.domain.standing import Board, Round
from app.operations.revising import finished, work_out
from app.store.log import Stretch

PROCESSORS: Final = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
"""Elsewhere the copy of a process that has threads may not go on, and so there is none to share with."""
LONGEST_S: Final = 120.0
"""An answer that takes longer is given up: a policy of 10,000 projects is judged in a quarter of that."""
BEHIND: Final = 10
"""How nice it is to others: where processors are short, recording goes first."""
_NAME: Final = Path("/proc/self/comm")
"""By which `top` and `ps` tell it from the first process."""
_NOTICE: Final = struct.Struct("!Q")
"""How many bytes there are."""


class ReliefLost(Exception):
    """The other process is gone; what it worked on is not known."""


class Worked(NamedTuple):
    """A round, and the processor time that it took, on both sides."""

    done: Round
    cpu_s: float


@dataclass(slots=True)
class Relief:
    """The other process, as this one sees it. It works on one round at a time."""

    on_duty: ClassVar[int] = 0

    pid: int
    channel: socket.socket
    question: int
    """The file in memory for what it is asked."""
    reply: int
    """The one for what it answers."""
    asked: Stretch | None = None
    """What it works on."""
    _answer: asyncio.Task[Worked] | None = None

    @classmethod
    def is_to_be_had(cls) -> bool:
        """Whether one more would have a processor of its own."""
        return cls.on_duty < PROCESSORS - 1

    @classmethod
    def fork(cls, facts: PortfolioFacts, board: Board) -> Self:
        """Make it; it goes on from these facts and this board, of which it has its own copy.

        Raises ReliefLost where there is no room for it.
        """
        with contextlib.ExitStack() as opened, warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # its other threads are not needed there
            try:
                here, there = map(opened.enter_context, socket.socketpair())
                question, reply = os.memfd_create("question"), os.memfd_create("reply")
                opened.callback(_close, here, question, reply)
                pid = os.fork()
            except OSError as error:
                raise ReliefLost(str(error)) from error
            if pid == 0:
                _live(there, question, reply, facts, board)
            opened.pop_all()
        there.close()
        here.setblocking(False)  # noqa: FBT003 - the socket's own
        cls.on_duty += 1
        return cls(pid, here, question, reply)

    def ask(self, stretch: Stretch, revision: int) -> None:
        """Have it work out what these events change: the revision of this number."""
        self.asked, self._answer = stretch, asyncio.create_task(self._round(stretch, revision))

    async def answer(self, board: Board) -> Worked:
        """What it was asked for, for a board as it is before that. Raises ReliefLost."""
        if self._answer is None:
            raise ReliefLost("it was not asked")
        try:
            async with asyncio.timeout(LONGEST_S):
                worked = await self._answer
        except TimeoutError as error:
            raise ReliefLost(f"no answer within {LONGEST_S:.0f} s") from error
        finally:
            self.asked = self._answer = None
        if worked.done.rates_mark == board.rates_mark:
            worked.done.rates = None  # the same book as before, and what rests on it is kept
        return worked

    async def _round(self, stretch: Stretch, revision: int) -> Worked:
        loop, began = asyncio.get_running_loop(), time.thread_time()
        try:
            notice = _put(self.question, (stretch, revision))
            asking = time.thread_time() - began
            await loop.sock_sendall(self.channel, notice)
            notice = await loop.sock_recv(self.channel, _NOTICE.size)
            began = time.thread_time()
            done, cpu_s = _got(self.reply, notice)
        except Exception as error:
            raise ReliefLost(repr(error)) from error
        return Worked(done, cpu_s + asking + time.thread_time() - began)

    async def dismiss(self) -> None:
        """End it, whatever it is at."""
        Relief.on_duty -= 1
        if self._answer is not None:
            self._answer.cancel()
            await asyncio.gather(self._answer, return_exceptions=True)
        _close(self.channel, self.question, self.reply)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            await asyncio.to_thread(os.waitpid, self.pid, 0)


def _live(channel: socket.socket, question: int, reply: int, facts: PortfolioFacts, board: Board) -> NoReturn:
    """All of the other process: until the channel is closed, as it is when the first one ends."""
    try:
        _let_go_of_all_but(channel.fileno(), question, reply)
        os.nice(BEHIND)
        with contextlib.suppress(OSError):
            _NAME.write_text("nerve-relief")
        gc.freeze()  # looking through what both have in common would make it two
        told = time.process_time()
        while len(notice := channel.recv(_NOTICE.size, socket.MSG_WAITALL)) == _NOTICE.size:
            stretch, revision = _got(question, notice)
            done, _ = finished(work_out(stretch, facts, board, revision))
            board.apply(done)
            facts.changed.clear()
            began, told = told, time.process_time()
            channel.sendall(_put(reply, Worked(done, told - began)))
    finally:
        os._exit(0)  # nothing that the first process would do at its end is to be done here


def _let_go_of_all_but(*files: int) -> None:
    """Of the files, sockets, locks and signals of the process that it was copied from."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nothing, standard)
    for before, after in pairwise([2, *sorted(files), os.sysconf("SC_OPEN_MAX")]):
        os.closerange(before + 1, after)


def _put(file: int, message: object) -> bytes:
    """Put it into memory; the notice that it is there."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    os.pwrite(file, body, 0)
    return _NOTICE.pack(len(body))


def _got(file: int, notice: bytes) -> Any:
    """What was put there by our own copy, or by the one that it was copied from."""
    (length,) = _NOTICE.unpack(notice)
    return pickle.loads(os.pread(file, length, 0))  # noqa: S301 - our own


def _close(channel: socket.socket, *files: int) -> None:
    channel.close()
    for file in files:
        os.close(file)
