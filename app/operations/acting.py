"""Acting: what a person does here becomes an event of the log, with the person as its source.

The event is validated and recorded as an integration's is. Its identity is that of the act: asking
again with the same id is the same act, whenever that is.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from app.db import Database
from app.domain.access import DomainError, Person
from app.domain.events.catalogue import AnyEvent, canonical
from app.domain.events.reading import Flaw, Unreadable, read_binary
from app.domain.subject import PEOPLE
from app.operations.assessors import Assessors
from app.operations.posting import FARTHEST_AHEAD
from app.operations.recording import Recorder
from app.store import log
from app.store.log import Incoming, Receipt


class Act(NamedTuple):
    """What somebody does: the event's type, what it is about, and its data as JSON."""

    id: str
    portfolio: str
    type: str
    subject: str
    data: bytes
    time: datetime | None = None
    """When it happened; None: now."""


class Done(NamedTuple):
    """Where the event stands, and the revision that it is in; None: it is not on the board yet."""

    seq: int
    duplicate: bool
    revision: int | None


class ActReused(DomainError):
    """The id of this act was used for another one."""

    def __init__(self, seq: int) -> None:
        super().__init__(seq)
        self.seq = seq


class Desk(NamedTuple):
    """What it takes to act."""

    db: Database
    recorder: Recorder
    assessors: Assessors


def source_of(person: Person) -> str:
    """The source and the connection of what a person does: `user/ID`."""
    return f"{PEOPLE}{person.user_id}"


async def act(desk: Desk, person: Person, doing: Act, *, now: datetime, within_s: float) -> Done:
    """Record an act, and wait so long at most until it is assessed.

    Raises Unreadable with pointers from the event's root (`/data/…`), ActReused, UnknownPortfolio,
    RecorderBusy, Unrecordable, DatabaseUnavailable.
    """
    event = _event(person, doing, now)
    incoming = Incoming(source_of(person), event, canonical(event).decode())
    [receipt] = await desk.recorder.record(doing.portfolio, [incoming])
    if receipt.conflict and (doing.time is not None or not await _is_the_same(desk.db, receipt, event)):
        raise ActReused(receipt.seq)
    revision = await desk.assessors.reached(doing.portfolio, receipt.seq, within_s)
    return Done(receipt.seq, receipt.duplicate or receipt.conflict, revision)


def _event(person: Person, doing: Act, now: datetime) -> AnyEvent:
    attributes: Mapping[str, str] = {
        "specversion": "1.0",
        "id": doing.id,
        "source": source_of(person),
        "type": doing.type,
        "subject": doing.subject,
        "time": (now if doing.time is None else doing.time).isoformat(),
    }
    event = read_binary(attributes, doing.data)
    if event.time - now > FARTHEST_AHEAD:
        raise Unreadable(Flaw("in_future", "/time", "The event lies more than 24 hours in the future."))
    return event


async def _is_the_same(db: Database, receipt: Receipt, event: AnyEvent) -> bool:
    """Whether what was recorded first differs in its time only: whoever acts does not say the time."""
    entry = await db.read(lambda c: log.entry(c, receipt.portfolio, receipt.seq))
    if entry is None or entry.canonical is None:
        return False
    first, again = orjson.loads(entry.canonical), orjson.loads(canonical(event))
    return _timeless(first) == _timeless(again)


def _timeless(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name != "time"}
