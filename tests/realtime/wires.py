"""Sockets that are not: fast ones, slow ones, dead ones, and a clock that tests turn."""

import asyncio
from dataclasses import dataclass, field

from app.operations.watermark import Watermark
from app.realtime.board import Board
from app.realtime.connection import Connection
from app.realtime.hub import Hub
from app.realtime.session import Session
from tests.realtime.boards import Screen, subscribe


@dataclass
class Clock:
    """Monotonic seconds that pass when a test says so."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class FakeWire:
    """Takes frames while it is open; a frame sent to a closed one waits until it opens or is aborted."""

    screen: Screen = field(default_factory=Screen)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    aborted: bool = False
    moved: int = 0
    held: str = ""

    @classmethod
    def reading(cls) -> "FakeWire":
        wire = cls()
        wire.open.set()
        return wire

    async def send(self, text: str) -> None:
        self.held = text
        await self.open.wait()
        self.held = ""
        if self.aborted:
            raise ConnectionResetError
        self.screen.receive(text)

    async def close(self, code: int) -> None:
        await self.open.wait()
        self.screen.closed = code

    def abort(self) -> None:
        self.aborted = True
        self.open.set()

    def progress(self) -> int:
        return self.moved


class FakeWatermarks:
    """A pipeline that is as alive as a test wants it to be."""

    def __init__(self, clock: Clock) -> None:
        self.checked_at = clock.now
        self.lag_ms = 0

    def current(self, portfolio: str) -> Watermark | None:
        return Watermark(7, 7, self.lag_ms, self.checked_at) if portfolio == "demo" else None


def connect(hub: Hub, board: Board, wire: FakeWire, clock: Clock) -> Connection:
    """Subscribe a wire to the board."""
    connection = Connection(Session(), wire, clock)
    subscribe(connection.session, wire.screen, board)
    hub.join("demo", connection)
    return connection


async def breathe(turns: int = 10) -> None:
    """Let everything run that can."""
    for _ in range(turns):
        await asyncio.sleep(0)
