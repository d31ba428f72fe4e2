"""A screen without a websocket asks: it says what it shows and what it did, and hears what it is told.

The board itself comes by long-poll; this goes beside it, in the other direction.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from app.domain.screens import Report
from app.realtime.admission import Inventory
from app.realtime.commanding import Commanding
from app.realtime.protocol import Ack, Command, Done
from app.web.identity import Identity, viewer_of
from app.web.kinds import FORBIDDEN
from app.web.problems import Problem

MOST: Final = 20
"""Answers that a screen gives at once."""


class Said(BaseModel):
    """What a screen would say over a websocket."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ack: Ack
    done: Annotated[tuple[Done, ...], Field(max_length=MOST)] = ()
    """Its answers to what it was told before."""


class Told(BaseModel):
    """What it is told now, in order; to be answered the next time."""

    commands: list[Command]


def asking_router(commanding: Commanding, inventory: Inventory, now: Callable[[], datetime]) -> APIRouter:
    """The route of commands over HTTP."""
    router = APIRouter(tags=["board"])

    @router.post("/portfolios/{portfolio}/commands")
    async def ask(said: Said, caller: Annotated[Identity, Depends(viewer_of)]) -> Told:
        """For a screen that has no websocket: `ack` and `done` as there, answered with its commands."""
        if caller.screen is None:
            raise Problem(FORBIDDEN, "Only a screen is told something.")
        id_, ack = caller.screen.screen_id, said.ack
        about = ack.about.model_dump() if ack.about else None
        inventory.shown(id_, Report(ack.revision, ack.rendered_ms, about), now=now())
        for done in said.done:
            await commanding.done(id_, done)
        return Told(commands=await commanding.claim(id_))

    return router
