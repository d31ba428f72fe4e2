"""The live edge behind a real uvicorn, with a real database and doors that tests open and shut."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import orjson
import uvicorn
from fastapi import FastAPI
from starlette.requests import HTTPConnection
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from app.db import Database, open_database
from app.domain.access import Screen as PairedScreen
from app.domain.screens import Report
from app.operations.doorbell import Doorbell
from app.operations.watermark import Watermark
from app.realtime.live import Live
from app.realtime.serving import MESSAGE, ScreenProtocol, tune_listening_socket
from app.realtime.sockets import Greeting
from app.web import problems
from app.web.identity import Identity
from tests.realtime.assessor import commit, open_portfolio
from tests.realtime.boards import Changes, Screen


class Doors:
    """Every wall whose token is known may look at `demo`; a token may be taken back."""

    def __init__(self) -> None:
        self.walls = {"lobby": "demo", "kitchen": "elsewhere"}
        self.sightings: list[tuple[str, Report | None]] = []
        self.public_url = None

    async def identify(self, connection: HTTPConnection) -> Identity | None:
        name = connection.cookies.get("nerve_screen", "")
        portfolio = self.walls.get(name)
        return None if portfolio is None else Identity(screen=PairedScreen(name, name, None, portfolio, {}))

    def still_valid(self, identity: Identity) -> bool:
        return identity.screen is not None and identity.screen.screen_id in self.walls

    def shown(self, screen_id: str, report: Report | None, *, now: datetime) -> None:
        assert now.tzinfo is not None
        self.sightings.append((screen_id, report))


class AlivePipeline:
    def current(self, portfolio: str) -> Watermark | None:
        return Watermark(1, 1, 0, time.monotonic()) if portfolio == "demo" else None


class Edge:
    """A running server."""

    def __init__(self, db: Database, port: int, live: Live, doors: Doors, doorbell: Doorbell) -> None:
        self.db, self.port, self.live, self.doors, self._doorbell = db, port, live, doors, doorbell
        self.server: uvicorn.Server

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def board_url(self) -> str:
        return f"http://{self.address}/api/v1/portfolios/demo/board"

    async def revise(self, changed: Changes, *items: str) -> None:
        self._doorbell.revised(await commit(self.db, changed, *items))

    @contextlib.asynccontextmanager
    async def socket(
        self, wall: str = "lobby", portfolio: str = "demo", **headers: str
    ) -> AsyncIterator[ClientConnection]:
        url = f"ws://{self.address}/api/v1/portfolios/{portfolio}/live"
        sent = {"Cookie": f"nerve_screen={wall}", **headers}
        async with connect(url, additional_headers=sent, compression=None, proxy=None) as opened:
            yield opened


async def hello(opened: ClientConnection, screen: Screen, **other: Any) -> None:
    """Subscribe with what the screen has."""
    said = {
        "type": "hello",
        "protocol": 1,
        "portfolio": "demo",
        "epoch": screen.epoch,
        "revision": screen.revision,
        "hash": screen.hash,
        **other,
    }
    await opened.send(orjson.dumps(said).decode())


async def listen(opened: ClientConnection, screen: Screen, until: str, count: int = 1) -> None:
    """Read until so many frames of this type have come."""
    async with asyncio.timeout(10):
        while screen.kinds.count(until) < count:
            screen.receive(await opened.recv())


async def ending(opened: ClientConnection) -> int | None:
    """Read until the server ends the connection; its close code."""
    async with asyncio.timeout(15):
        with contextlib.suppress(ConnectionClosed):
            while True:
                await opened.recv()
    return opened.close_code


@contextlib.asynccontextmanager
async def an_edge(url: str) -> AsyncIterator[Edge]:
    """A live edge on a free port, its portfolio `demo` empty."""
    db = open_database(url)
    await open_portfolio(db)
    doors, doorbell, app = Doors(), Doorbell(), FastAPI()
    live = Live(db, doorbell, AlivePipeline(), doors, doors, Greeting("test", 5.0, lambda: datetime.now(UTC)))
    app.state.access = doors
    problems.install(app)
    app.include_router(live.router, prefix="/api/v1")
    listening = socket.create_server(("127.0.0.1", 0))
    tune_listening_socket(listening)
    config = uvicorn.Config(
        app,
        ws=ScreenProtocol,
        ws_per_message_deflate=False,
        ws_max_size=MESSAGE,
        lifespan="off",
        log_level="warning",
        timeout_graceful_shutdown=2,
    )
    edge = Edge(db, listening.getsockname()[1], live, doors, doorbell)
    edge.server = uvicorn.Server(config)
    await live.start()
    serving = asyncio.create_task(edge.server.serve(sockets=[listening]))
    while not edge.server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield edge
    finally:
        edge.server.should_exit = True
        await serving
        await live.stop()
        await db.close()
