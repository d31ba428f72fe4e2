"""The live edge as one thing: what main.py wires, starts and stops."""

import asyncio

from fastapi import APIRouter
from starlette.routing import WebSocketRoute

from app.db import Database
from app.operations.doorbell import Doorbell
from app.operations.watermark import Watermarks
from app.realtime.admission import Doorkeeper, Inventory
from app.realtime.asking import asking_router
from app.realtime.commanding import Commanding
from app.realtime.feed import Feed
from app.realtime.hub import Hub
from app.realtime.polling import board_router
from app.realtime.protocol import CloseCode
from app.realtime.sockets import Greeting, Sockets

ALONE_POLL_S = 1.0
"""On SQLite there is one serving process: its doorbell tells of every revision, others change an epoch."""
SHARED_POLL_S = 0.25
"""On PostgreSQL other nodes assess too."""
COMMANDS_POLL_S = 1.0
"""A lead may have told a screen of this node on another one."""


class Live:
    """Boards to everyone who may look. `start` before the first request, `stop` after the last."""

    def __init__(  # noqa: PLR0913 - everything it needs, by name
        self,
        db: Database,
        doorbell: Doorbell,
        watermarks: Watermarks,
        doorkeeper: Doorkeeper,
        inventory: Inventory,
        greeting: Greeting,
    ) -> None:
        alone = db.url.get_backend_name() == "sqlite"
        self.feed = Feed(db, poll_s=ALONE_POLL_S if alone else SHARED_POLL_S)
        self.hub = Hub(self.feed, watermarks, heartbeat_s=greeting.heartbeat_s)
        self.sockets = Sockets(self.feed, self.hub, doorkeeper, inventory, greeting)
        self.commanding = Commanding(db, self.sockets, greeting.now, poll_s=COMMANDS_POLL_S)
        self.router = self._router(db)
        self.router.include_router(asking_router(self.commanding, inventory, greeting.now))
        """To be included under /api/v1."""
        doorbell.on_revised.append(self.feed.hint)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to follow the boards that are asked for."""
        forever = (
            self.feed.run(),
            self.hub.run(),
            self.hub.run_beats(),
            self.hub.run_lag(),
            self.sockets.run_rechecks(),
            self.commanding.run(),
        )
        self._tasks = [asyncio.create_task(each) for each in forever]

    async def stop(self) -> None:
        """Say goodbye to every screen and stop."""
        self.sockets.end_all(CloseCode.GOING_AWAY)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _router(self, db: Database) -> APIRouter:
        router = board_router(self.feed, self.hub, db)
        router.routes.append(WebSocketRoute("/portfolios/{portfolio}/live", self.sockets, name="live"))
        return router
