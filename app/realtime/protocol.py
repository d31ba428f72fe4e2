"""Protocol v1: every message between the server and a screen, as one discriminated union each way.

Exported into the OpenAPI document; the SPA's types are generated from it. See docs/protocol.md.
"""

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.domain.cards import Card

PROTOCOL: Final = 1


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Hello(_Message):
    """From the client: what it wants to see and what it has. A new hello replaces the subscription."""

    type: Literal["hello"] = "hello"
    protocol: int
    portfolio: str
    scope: str = "all"
    """`all`, `programme:ATLAS` or `item:project/APOLLO`."""
    epoch: str | None = None
    revision: int | None = None
    hash: str | None = None


class About(_Message):
    """What a wall is and does, for the inventory of screens."""

    scene: str = Field(max_length=40)
    build: str = Field(max_length=80)
    width: int = Field(ge=0, le=100_000)
    """CSS pixels, as the height; times `ratio` they are those of the device."""
    height: int = Field(ge=0, le=100_000)
    ratio: float = Field(ge=0, le=100)
    awake: Literal["held", "refused", "needs-https", "unsupported"]
    """Whether the browser keeps the device from going to sleep."""


class Ack(_Message):
    """From the client, every 5 s: the revision on screen and how long its rendering took."""

    type: Literal["ack"] = "ack"
    revision: int
    rendered_ms: float
    about: About | None = None


class Done(_Message):
    """From the client: it did what the command with this id says, or why it did not."""

    type: Literal["done"] = "done"
    id: str = Field(max_length=80)
    problem: str | None = Field(None, max_length=200)


class Resync(_Message):
    """Either way: start again from a snapshot. From a client: `gap` or `checksum`."""

    type: Literal["resync"] = "resync"
    reason: str


ClientMessage = Annotated[Hello | Ack | Done | Resync, Field(discriminator="type")]


class Welcome(_Message):
    type: Literal["welcome"] = "welcome"
    server_time: datetime
    server_version: str
    heartbeat_s: float
    epoch: str
    revision: int


class Entry(_Message):
    """A card of a snapshot; `rev` is the revision that last changed it."""

    key: str
    rev: int
    card: Card


class Change(_Message):
    """A card is now this document, or gone."""

    key: str
    rev: int
    card: Card | None


class Snapshot(_Message):
    """The whole map at a revision; large ones come in numbered parts, applied at once."""

    type: Literal["snapshot"] = "snapshot"
    epoch: str
    revision: int
    hash: str
    as_of: datetime | None
    committed_at: datetime | None
    part: int = 1
    parts: int = 1
    cards: tuple[Entry, ...]


class Transition(_Message):
    """A change of colour or of an alert, in order, never conflated while connected."""

    revision: int
    at: datetime
    item: str
    kind: Literal["rag", "alert_raised", "alert_cleared"]
    name: str
    """The item's short name, so that the newest-change line needs no look-up."""
    before: str | None = None
    after: str | None = None
    rule: str | None = None


class Patch(_Message):
    """Apply it iff `epoch` is yours and `prev` is your revision."""

    type: Literal["patch"] = "patch"
    epoch: str
    prev: int
    revision: int
    hash: str
    as_of: datetime
    committed_at: datetime
    changes: tuple[Change, ...]
    transitions: tuple[Transition, ...] = ()
    more_transitions: int = 0
    """How many transitions are not listed because there were too many at once."""


class Heartbeat(_Message):
    """Every 5 s, from the pipeline's watermark: this connection is complete through `revision`."""

    type: Literal["heartbeat"] = "heartbeat"
    revision: int
    head: int
    as_of: datetime | None
    lag_ms: int
    """How far assessing is behind recording; 0 when the board is current."""


class Checksum(_Message):
    """Every 60 s: the order-free sum of FNV-1a(`key@rev`) over the view, as two 32-bit halves."""

    type: Literal["checksum"] = "checksum"
    revision: int
    cards: int
    sum: tuple[int, int]
    """(high, low) of the 64-bit sum modulo 2**64."""


class Command(_Message):
    """For wall screens, from a lead; to be answered with `done`. `renew`: your setup changed, ask for it."""

    type: Literal["command"] = "command"
    id: str
    command: Literal[
        "identify", "show", "pin", "pause", "reload", "mute", "blank", "message", "takeover", "renew"
    ]
    argument: str | None = None


ServerMessage = Annotated[
    Welcome | Snapshot | Patch | Heartbeat | Checksum | Resync | Command,
    Field(discriminator="type"),
]


class CloseCode:
    """4000-4499: reconnect with jitter. 4500 and above: terminal, with a designed screen."""

    SLOW: Final = 4001
    GOING_AWAY: Final = 4002
    NOT_HEARD: Final = 4003
    """No hello in time, or a message that is not of the protocol."""
    BAD_PROTOCOL: Final = 4500
    UNAUTHENTICATED: Final = 4501
    FORBIDDEN: Final = 4503
    UNKNOWN_PORTFOLIO: Final = 4504
