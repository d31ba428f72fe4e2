"""One connection's sending half: stepped send with skip-and-conflate.

A send is stepped once by hand. Nearly always it is done by then, at the cost of a call. If it has to
wait, it goes on as a task; the connection is skipped meanwhile and asks its session for one merged
frame when it can take one again. So nobody waits for a slow socket, and it holds one frame at most.
"""

import asyncio
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any, Final, Protocol

from starlette.websockets import WebSocketDisconnect

from app.realtime.protocol import CloseCode
from app.realtime.session import Close, Session

STUCK_S: Final = 5.0
"""A send that has moved no byte for so long is given up."""
GONE: Final = (OSError, RuntimeError, WebSocketDisconnect)
"""What sending raises when nobody is there any more."""
LAST_WORDS_S: Final = 2.0
"""How long a connection that is being ended may take to hear why."""


class Wire(Protocol):
    """What a connection needs of a socket."""

    def send(self, text: str) -> Coroutine[Any, Any, None]:
        """Send a frame; waits while the socket takes no more. Raises one of GONE."""
        ...

    def close(self, code: int) -> Awaitable[None]:
        """Say goodbye with this code."""
        ...

    def abort(self) -> None:
        """Free the socket at once, whatever is under way."""
        ...

    def progress(self) -> object:
        """A value that changes while a waiting send gets anywhere."""
        ...


class Connection:
    """A session and the wire that it speaks through."""

    __slots__ = ("_clock", "_held_since", "_moved_at", "_progress", "_task", "_wire", "gone", "session")

    def __init__(self, session: Session, wire: Wire, clock: Callable[[], float]) -> None:
        self.session, self._wire, self._clock = session, wire, clock
        self.gone = False
        self._task: asyncio.Task[None] | None = None
        self._held_since = self._moved_at = 0.0
        self._progress: object = None

    @property
    def waiting(self) -> bool:
        """Is a send under way that could not be finished at once?"""
        return self._task is not None

    def pump(self) -> None:
        """Send what there is to say, as far as the socket takes it without waiting. Never raises."""
        if self._task is not None or self.gone:
            return
        while (said := self.session.next(self._clock())) is not None:
            step = self._end(said.code) if isinstance(said, Close) else self._wire.send(said)
            try:
                waits_for = step.send(None)
            except StopIteration:
                continue
            except GONE:
                self.gone = True
                return
            self._held_since = self._moved_at = self._clock()
            self._progress = self._wire.progress()
            self._task = asyncio.create_task(self._go_on(_rest_of(step, waits_for)))
            return

    def end(self, code: int) -> None:
        """Send nothing more but the close code, and free the socket soon even if it does not take that."""
        self.session.close(code)
        self.pump()
        asyncio.get_running_loop().call_later(LAST_WORDS_S, self._abort_if_waiting)

    def watch(self) -> None:
        """Give up a send that moves nothing; asked about once a second."""
        if self._task is None:
            return
        now, progress = self._clock(), self._wire.progress()
        if progress != self._progress:
            self._progress, self._moved_at = progress, now
        elif now - self._moved_at >= STUCK_S:
            self._abort()

    async def stop(self) -> None:
        """Let go of the socket; what is on its way out may take a moment to say goodbye."""
        self.session.close(CloseCode.GOING_AWAY)
        if self._task is not None:
            task = self._task
            await asyncio.wait({task}, timeout=LAST_WORDS_S)
            task.cancel()
        self.gone = True

    async def _go_on(self, sending: Awaitable[None]) -> None:
        try:
            await sending
            while not self.gone:
                now = self._clock()
                said = self.session.next(now, held_s=now - self._held_since)
                if said is None:
                    break
                await (self._end(said.code) if isinstance(said, Close) else self._wire.send(said))
        except GONE:
            self.gone = True
        finally:
            self._task = None

    async def _end(self, code: int) -> None:
        self.gone = True
        await self._wire.close(code)

    def _abort_if_waiting(self) -> None:
        if self._task is not None:
            self._abort()

    def _abort(self) -> None:
        self.gone = True
        self._wire.abort()


async def _rest_of(step: Coroutine[Any, Any, None], waits_for: Any) -> None:
    await _resume(step, waits_for)


@types.coroutine
def _resume(step: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    """Go on with a coroutine that was stepped once and waits for a future."""
    while True:
        try:
            try:
                yield waits_for
            except BaseException as error:  # noqa: BLE001 - a cancellation belongs to the coroutine
                waits_for = step.throw(error)
            else:
                waits_for = step.send(None)
        except StopIteration:
            return
