"""Records: what events tell of piece by piece: risks, issues, gates, deliverables, allocations, benefits.

A record belongs to an item, has a kind and a reference, and keeps per attribute what its newest event
said, as the JSON of that event. It counts from the event that opens it on; what is told of a record
that nobody opened, or that rests on one, waits.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeVar

from app.domain.stamps import Stamped

Found = TypeVar("Found")

OPENED: Final = "opened"
"""The attribute that an opening event leaves: when that was."""
STATE: Final = "state"


DUE: Final[dict[str, tuple[str, ...]]] = {
    "allocation": ("needed_by",),
    "benefit": ("by_date",),
    "dependency": ("needed_by",),
    "evidence": ("valid_until",),
    "gate": ("forecast", "date"),
    "objective": ("by_date",),
    "opportunity": ("response_due", "due"),
    "risk": ("response_due", "due"),
    "skill": ("valid_until",),
}
"""Kind → the attributes that say by when: the first one that is said counts. Of the others it is `due`."""


class Telling(NamedTuple):
    """What an event type does to the record that it tells of."""

    kind: str
    state: str | None = None
    """The state that it puts the record in; None: the state stays."""
    opens: bool = False


@dataclass(slots=True)
class Record:
    """One of them. Values are JSON: text, numbers as text, lists and objects of these."""

    kind: str
    ref: str
    attributes: dict[str, Stamped] = field(default_factory=dict)
    events: list[int] = field(default_factory=list)
    """The numbers of the events that told of it, lowest first: its history."""
    derived: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """Room for what is worked out from this record, until the fold changes it."""

    @property
    def is_open_to_count(self) -> bool:
        """Whether an event made it; else everything that was told of it waits."""
        return OPENED in self.attributes

    @property
    def state(self) -> str | None:
        found: str | None = self.get(STATE)
        return found

    @property
    def due(self) -> date | None:
        """By when it has to be answered, reached, renewed; None: nobody said."""
        days = (self.day(name) for name in DUE.get(self.kind, ("due",)))
        return next((day for day in days if day is not None), None)

    def get(self, name: str) -> Any:
        """The newest value of an attribute, or None."""
        stamped = self.attributes.get(name)
        return stamped.value if stamped else None

    def day(self, name: str) -> date | None:
        """The value as a day."""
        value = self.get(name)
        return None if value is None else date.fromisoformat(value)

    def moment(self, name: str) -> datetime | None:
        """When the event was that said the value."""
        stamped = self.attributes.get(name)
        found: datetime | None = stamped.stamp.time if stamped else None
        return found

    def number(self, name: str) -> Decimal | None:
        """The value as an exact number; of money, its amount."""
        value = self.get(name)
        if isinstance(value, Mapping):
            value = value.get("amount")
        return None if value is None else Decimal(value)

    def kept(self, name: str, basis: Any, work_out: Callable[[], Found]) -> Found:
        """What follows from this record and the basis alone: made once, until either changes."""
        held: tuple[Any, Found] | None = self.derived.get(name)
        if held is None or held[0] != basis:
            held = self.derived[name] = (basis, work_out())
        return held[1]

    def heard(self, seq: int) -> None:
        """An event told of it; twice is once."""
        place = bisect_left(self.events, seq)
        if place == len(self.events) or self.events[place] != seq:
            self.events.insert(place, seq)

    def newest(self) -> datetime:
        """When the newest of its events was."""
        found: datetime | None = self.derived.get("newest")
        if found is None:
            found = self.derived["newest"] = max(each.stamp.time for each in self.attributes.values())
        return found


Records = dict[tuple[str, str], Record]
"""(kind, reference) → record."""

RESTS_ON: Final[dict[str, tuple[str, str]]] = {
    "evidence": ("criterion_ref", "criterion"),
    "check": ("criterion_ref", "criterion"),
}
"""Kind → the attribute that names what it rests on, and the kind of that."""


def missing(records: Records, record: Record) -> str | None:
    """The kind of record that this one waits for; None: it counts."""
    if not record.is_open_to_count:
        return record.kind
    rests_on = RESTS_ON.get(record.kind)
    if rests_on is None:
        return None
    name, kind = rests_on
    ref = record.get(name)
    found = None if ref is None else records.get((kind, ref))
    return None if ref is None or (found is not None and found.is_open_to_count) else kind


def resting_on(records: Records, kind: str, ref: str) -> Iterator[Record]:
    """The records that wait for this one to be opened, or would."""
    for record in records.values():
        name, needed = RESTS_ON.get(record.kind, ("", ""))
        if needed == kind and record.get(name) == ref:
            yield record


def unknown_reason(kind: str) -> str:
    """Why an event waits that rests on a record of this kind: `unknown_gate`."""
    return f"unknown_{kind}"


def waiting(records: Records) -> list[tuple[int, str]]:
    """Events of records that do not count, each with its reason, such as `unknown_gate`."""
    return [
        (seq, unknown_reason(kind))
        for record in records.values()
        if (kind := missing(records, record)) is not None
        for seq in record.events
    ]
