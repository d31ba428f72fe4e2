"""Mapping: somebody's record becomes events of ours, as a mapping document says. Pure.

JMESPath picks values out of the record; a small closed list of transforms does the rest. What earlier
records of the same thing said is at hand as `known` (see `remember`), so that a mapping can tell the
first time from a change. Ids are `{record id}/{n}`: mapping the same file again gives the same events.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.adapters.transforms import Record, Unmappable, checked, evaluate, pick

Event = dict[str, Any]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Value = Annotated[Any, AfterValidator(checked)]
"""As `transforms.evaluate` takes it."""
Expression = Annotated[str, AfterValidator(checked)]


class PortfolioOfMapping(_Part):
    """The portfolio that such records fill."""

    id: str
    name: str
    currency: str
    attribution: str
    """Whose data it is and under which licence, in the words that the licence asks for."""


class Change(_Part):
    """Something that may differ from one record of a thing to the next."""

    of: Expression
    """Whose: the same value is the same thing."""
    value: Value


class Rule(_Part):
    """One event that a record may become, and when it does."""

    when: Expression | None = None
    """Only where this is true."""
    once: Value | None = None
    """Only the first time that this value is seen."""
    on_change: Change | None = None
    """Only where this differs from the last record's (never the first time)."""
    type: str
    subject: Value
    data: Annotated[dict[str, Any], AfterValidator(checked)]


class Memory(_Part):
    """What later records of the same thing may ask for as `known.NAME`; the record itself does not see it."""

    of: Expression
    name: Expression
    value: Value
    when: Expression | None = None


class MappingDocument(_Part):
    """A mapping, as its YAML file says it."""

    name: str
    about: str
    detect: Expression
    """True for a record of this kind: how a file is recognised."""
    portfolio: PortfolioOfMapping
    id: Expression
    time: Expression
    source: Expression
    thing: Expression
    """Of what a record tells: `known` holds what was remembered of it."""
    sequence: Value | None = None
    remember: tuple[Memory, ...] = ()
    events: Annotated[tuple[Rule, ...], Field(min_length=1)]


@dataclass(slots=True)
class Mapper:
    """Maps records in order; what it remembers of earlier ones decides what later ones become."""

    document: MappingDocument
    portfolio: str
    _known: dict[str, Record] = field(default_factory=dict)
    _seen: set[tuple[int, str]] = field(default_factory=set)
    _last: dict[tuple[int, str], Any] = field(default_factory=dict)

    def events(self, record: Record) -> list[Event]:
        """What this record becomes. Raises Unmappable with the expression and the value that failed."""
        thing = str(pick(self.document.thing, record))
        view = {**record, "known": self._known.get(thing, {})}
        envelope = self._envelope(view)
        found = [
            {**envelope, "id": f"{envelope['id']}/{n}", **body}
            for n, body in enumerate(self._bodies(view), start=1)
        ]
        self._remember(view)
        return found

    def time(self, record: Record) -> datetime:
        """When what the record tells happened. Raises Unmappable."""
        text = _required(record, self.document.time)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise Unmappable(self.document.time, text) from error
        if moment.tzinfo is None:
            raise Unmappable(self.document.time, text)
        return moment

    def _bodies(self, view: Record) -> Iterator[Event]:
        for place, rule in enumerate(self.document.events):
            if self._applies(place, rule, view):
                data = _without_nulls(evaluate(rule.data, view))
                yield {"type": rule.type, "subject": evaluate(rule.subject, view), "data": data}

    def _applies(self, place: int, rule: Rule, view: Record) -> bool:
        if rule.when is not None and not _truth(pick(rule.when, view)):
            return False
        return self._is_first(place, rule, view) and self._differs(place, rule, view)

    def _is_first(self, place: int, rule: Rule, view: Record) -> bool:
        if rule.once is None:
            return True
        seen = (place, str(evaluate(rule.once, view)))
        fresh = seen not in self._seen
        self._seen.add(seen)
        return fresh

    def _differs(self, place: int, rule: Rule, view: Record) -> bool:
        if rule.on_change is None:
            return True
        key = (place, str(pick(rule.on_change.of, view)))
        value = evaluate(rule.on_change.value, view)
        before = self._last.get(key, value)
        self._last[key] = value
        return bool(before != value)

    def _envelope(self, view: Record) -> Event:
        document = self.document
        envelope: Event = {
            "specversion": "1.0",
            "id": _required(view, document.id),
            "source": _required(view, document.source),
            "time": _required(view, document.time),
            "portfolio": self.portfolio,
        }
        sequence = evaluate(document.sequence, view) if document.sequence is not None else None
        return envelope if sequence is None else {**envelope, "sequence": str(sequence)}

    def _remember(self, view: Record) -> None:
        for memory in self.document.remember:
            if memory.when is None or _truth(pick(memory.when, view)):
                known = self._known.setdefault(str(pick(memory.of, view)), {})
                known[str(pick(memory.name, view))] = evaluate(memory.value, view)


def _required(view: Record, expression: str) -> str:
    value = pick(expression, view)
    if not isinstance(value, str) or not value:
        raise Unmappable(expression, value)
    return value


def _truth(value: Any) -> bool:
    """JMESPath's own: null, false and empty things are not."""
    return value not in (None, False, "", [], {})


def _without_nulls(value: Any) -> Any:
    """Left out is how our events say that nothing is said."""
    if isinstance(value, dict):
        return {name: part for name, each in value.items() if (part := _without_nulls(each)) is not None}
    return value
