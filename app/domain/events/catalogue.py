"""The catalogue of event types, and the canonical bytes by which two events are the same."""

from typing import Annotated, Any, Final, get_args

import orjson
from pydantic import Field, TypeAdapter

from app.domain.events.delivery import (
    BaselineApproved,
    CostBooked,
    EacReported,
    ForecastChanged,
    MilestoneAchieved,
    MilestonePlanned,
    ProgressReported,
    WorkingDateReported,
)
from app.domain.events.governance import PolicyPublished
from app.domain.events.items import (
    AliasAdded,
    ItemChanged,
    ItemClosed,
    ItemMoved,
    ItemRegistered,
    ItemStageChanged,
    ItemStateChanged,
    ItemTouched,
)
from app.domain.events.reporting import ClockReached, RateSet, SourceHeartbeat, StatusDeclared

AnyEvent = (
    ItemRegistered
    | ItemChanged
    | ItemMoved
    | ItemStateChanged
    | ItemStageChanged
    | ItemClosed
    | ItemTouched
    | AliasAdded
    | BaselineApproved
    | ProgressReported
    | CostBooked
    | EacReported
    | MilestonePlanned
    | ForecastChanged
    | MilestoneAchieved
    | WorkingDateReported
    | StatusDeclared
    | SourceHeartbeat
    | RateSet
    | PolicyPublished
    | ClockReached
)
Event = Annotated[AnyEvent, Field(discriminator="type")]

ONE: Final[TypeAdapter[AnyEvent]] = TypeAdapter(Event)
MANY: Final[TypeAdapter[list[AnyEvent]]] = TypeAdapter(list[Event])
_TRAVEL: Final = {"datacontenttype", "portfolio", "traceparent", "tracestate"}
TYPES: Final[dict[str, type[AnyEvent]]] = {
    get_args(kind.model_fields["type"].annotation)[0]: kind for kind in get_args(AnyEvent)
}


def canonical(event: AnyEvent) -> bytes:
    """The bytes that are stored and compared: sorted keys, no spaces, exact numbers as text, UTC.

    Defaults are left out, so that a field added later does not change what was accepted before.
    """
    return orjson.dumps(event.model_dump(mode="json", exclude_defaults=True), option=orjson.OPT_SORT_KEYS)


def same(stored: str | None, posted: str) -> bool:
    """Whether two canonical texts have the same content; what was erased equals nothing.

    How an event travelled is not its content: a retry has another trace, and may come in another mode.
    """
    if stored is None or stored == posted:
        return stored is not None
    here, there = (orjson.loads(text) for text in (stored, posted))
    return all(
        here.get(name) == there.get(name) for name in here.keys() | there.keys() if name not in _TRAVEL
    )


def parse(stored: str | bytes) -> AnyEvent:
    """An event from its canonical bytes."""
    return ONE.validate_json(stored)


def describe() -> list[dict[str, Any]]:
    """Name, title and JSON Schema of every type, for integrators."""
    return [
        {"type": name, "title": kind.title, "about": kind.__doc__, "schema": kind.model_json_schema()}
        for name, kind in sorted(TYPES.items())
    ]
