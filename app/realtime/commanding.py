"""Commands on their last way: from the rows that leads wrote to the sockets of this node, and back.

The rows are the truth, waking only makes it quick: a lead may have asked another node.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

from app.db import Database, DatabaseUnavailable
from app.operations import commanding
from app.realtime.protocol import Command, Done
from app.realtime.sockets import Sockets
from app.store.screen_acts import Act

EDITED: Final = "edit"
"""The one act that is delivered and is no command of a lead: the screen asks what it is now."""


class Commanding:
    """Delivers to the screens of this node what they are told."""

    def __init__(self, db: Database, sockets: Sockets, now: Callable[[], datetime], *, poll_s: float) -> None:
        self._db, self._sockets, self._now, self._poll_s = db, sockets, now, poll_s
        self._wake = asyncio.Event()
        sockets.on_done = self.done

    def wake(self) -> None:
        """Something was written for a screen."""
        self._wake.set()

    async def run(self) -> None:
        """Deliver, for ever: at once when woken, and whatever else is there now and then."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll_s):
                    await self._wake.wait()
            self._wake.clear()
            with suppress(DatabaseUnavailable):
                await self._deliver()

    async def claim(self, screen_id: str) -> list[Command]:
        """What a screen that has no websocket and asks is told now."""
        return [_command(act) for act in await commanding.claim(self._db, {screen_id}, now=self._now())]

    async def _deliver(self) -> None:
        here = self._sockets.screens()
        for act in await commanding.claim(self._db, here, now=self._now()) if here else ():
            self._sockets.command(act.screen_id, _command(act))

    async def done(self, screen_id: str, done: Done) -> None:
        """The screen did it, or says why not."""
        await commanding.done(self._db, screen_id, done.id, done.problem, now=self._now())


def _command(act: Act) -> Command:
    command = "renew" if act.act == EDITED else act.act
    return Command.model_validate({"id": act.act_id, "command": command, "argument": act.argument})
