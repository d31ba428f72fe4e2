"""Records: what events tell of piece by piece: risks, issues, gates, deliverables, allocations, benefits.

A record belongs to an item, has a kind and a reference, and keeps per attribute what its newest event
said, as the JSON of that event. It counts from the event that opens it on; what is told of a record
that nobody opened, or that rests on one, waits.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeVar

from app.domain.stamps import Stamped
from app.domain.subject import Key, code_of, key, kind_of

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
    "check": ("criterion_ref", "criterion"),
    "criterion": ("owner_ref", "gate"),
    "evidence": ("criterion_ref", "criterion"),
}
"""Kind → the attribute that names what it rests on, and the kind of that; until it is known, nothing counts.

A criterion may be of something else than a gate. One of a deliverable rests on nothing: a deliverable is
known once it is submitted, and what it has to meet may be due before that.
"""
ITEM: Final = ("programme", "project")
ENTRY: Final[tuple[str, ...]] = (
    "action", "assumption", "change", "decision", "dependency",
    "idea", "issue", "lesson", "opportunity", "risk",
)  # fmt: skip
"""Kinds of entry of the register, each of which may have been another before."""
_CONVERTED: Final = {"converted_from": ENTRY}
NAMES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    **dict.fromkeys(ENTRY, _CONVERTED),
    "benefit": {"objective_ref": ("objective",)},
    "dependency": {**_CONVERTED, "from_item": ITEM, "to_item": ITEM},
    "evidence": {"superseded_by": ("evidence",)},
    "link": {"objective_ref": ("objective",)},
    "objective": {"parent": ("objective",)},
    "risk": {**_CONVERTED, "issue_ref": ("issue",)},
}
"""Kind → the attributes that name another thing, and of which kind; of several, the value says it: `risk/R`.

The record counts, and only what follows from the name waits until the thing is known: to hold a risk or a
dependency back would hide bad news. Not here is what this log never knows, people (they are of the portfolio
`pool`), owners, templates, change boards; nor a milestone of somebody else, who may plan it later.
"""
ELSEWHERE: Final = (*ITEM, "objective")
"""What of that is not among an item's own records: items, and the goals, which are the portfolio's."""


def missing(records: Records, record: Record) -> str | None:
    """The kind of record that this one waits for; None: it counts."""
    if not record.is_open_to_count:
        return record.kind
    if record.kind not in RESTS_ON:
        return None
    needed = _rests_on(record)
    return None if needed is None or is_known(records, *needed) else needed[0]


def resting_on(records: Records, kind: str, ref: str) -> Iterator[Record]:
    """The records that wait for this one to be opened, or would."""
    for record in records.values():
        if record.kind in RESTS_ON and _rests_on(record) == (kind, ref):
            yield record


def _rests_on(record: Record) -> tuple[str, str] | None:
    name, kind = RESTS_ON[record.kind]
    ref = record.get(name)
    return None if ref is None or record.get("owner_kind") not in (None, kind) else (kind, ref)


def is_known(records: Records, kind: str, ref: str) -> bool:
    """Whether one of these records is this one, and an event opened it."""
    found = records.get((kind, ref))
    return found is not None and found.is_open_to_count


def named(records: Records, kind: str, found: Iterable[Record]) -> Iterator[tuple[int, Key]]:
    """What these records of a kind name that is elsewhere or unknown, each with the event that says so."""
    for name, kinds in NAMES.get(kind, {}).items():
        for said in [each.attributes[name] for each in found if name in each.attributes]:
            thing = key(kinds[0], said.value) if len(kinds) == 1 else Key(said.value)
            of = kind_of(thing)
            if of in kinds and (of in ELSEWHERE or not is_known(records, of, code_of(thing))):
                yield said.stamp.seq, thing


def unknown_reason(kind: str) -> str:
    """Why an event waits that rests on something of this kind, or names it: `unknown_gate`."""
    return f"unknown_{kind}"
