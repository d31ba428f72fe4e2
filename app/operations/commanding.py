"""What a lead tells a screen: written down, delivered by the node with its socket, answered by the screen.

A command is a row first. So it reaches a screen on another node, and who told whom what is kept.
"""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from sqlalchemy.engine import Connection

from app.db import Database
from app.domain.access import Person
from app.domain.screens import ScreenCommand, Standing, after
from app.operations.screens import found, note
from app.store import screen_acts, screens
from app.store.screen_acts import Act

PATIENCE_S: Final = 3.0
"""A screen that is there answers within this."""
LOOKS_EVERY_S: Final = 0.1


class Told(NamedTuple):
    """What became of a command, and when the screen was last heard of."""

    act: Act
    last_seen_at: datetime | None


async def command(  # noqa: PLR0913 - who tells whom what, when
    db: Database,
    screen_id: str,
    what: ScreenCommand,
    argument: str | None,
    lead: Person,
    *,
    deliver: Callable[[], None],
    now: datetime,
    patience_s: float = PATIENCE_S,
) -> Told:
    """Tell a screen, and wait a moment for its answer. Raises UnknownScreen, WrongArgument.

    `deliver` is called once the command is stored.
    """
    ask = partial(_ask, screen_id=screen_id, what=what, argument=argument, lead=lead, now=now)
    act, last_seen_at = await db.write(ask)
    deliver()
    try:
        async with asyncio.timeout(patience_s):
            while act.done_at is None:
                await asyncio.sleep(LOOKS_EVERY_S)
                act = await db.read(partial(_find, act=act))
    except TimeoutError:
        pass
    return Told(act, last_seen_at)


async def claim(db: Database, screens_here: Collection[str], *, now: datetime) -> list[Act]:
    """What this node is to deliver to its screens now, in order."""
    if not await db.read(partial(screen_acts.waiting, screens=screens_here, now=now)):
        return []
    return await db.write(partial(_claim, screens_here=screens_here, now=now))


async def done(db: Database, screen_id: str, act_id: str, problem: str | None, *, now: datetime) -> None:
    """The screen did it, or says why not."""
    finish = partial(screen_acts.finish, act_id=act_id, screen_id=screen_id, problem=problem, now=now)
    await db.write(finish)


def _ask(  # noqa: PLR0913 - as above
    connection: Connection,
    screen_id: str,
    what: ScreenCommand,
    argument: str | None,
    lead: Person,
    now: datetime,
) -> tuple[Act, datetime | None]:
    row = found(connection, screen_id)
    before = Standing.stored(row.screen.standing)
    standing = after(before, what, argument)
    if standing != before:
        screens.set_standing(connection, screen_id, standing.as_dict())
    act = note(connection, screen_id, what, lead, argument=argument, deliver=True, now=now)
    return act, row.life.last_seen_at


def _find(connection: Connection, act: Act) -> Act:
    return screen_acts.find(connection, act.act_id) or act


def _claim(connection: Connection, screens_here: Collection[str], now: datetime) -> list[Act]:
    waiting = screen_acts.waiting(connection, screens_here, now=now)
    return [act for act in waiting if screen_acts.claim(connection, act.act_id, now=now)]
