"""Settling: what evidence would be once a record that stands in the way was answered.

Which records do is read from the indicator itself: those whose events its reading rests on.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple

from app.domain.dossier import Dossier
from app.domain.evidence import Evidence
from app.domain.findings import Reading
from app.domain.records import STATE, Record
from app.domain.stamps import Stamped

Answer = Literal["close", "treat", "meet", "show", "fill"]
MOST: Final = 20
"""More at once are no plan."""


class Settlement(NamedTuple):
    """How an indicator's records are answered: which kinds, and what is said of one then."""

    answer: Answer
    kinds: frozenset[str]
    said: Mapping[str, Any]


SETTLED: Final[dict[str, Settlement]] = {
    "RSK-2": Settlement("close", frozenset({"action", "risk"}), {STATE: "closed"}),
    "RSK-3": Settlement("close", frozenset({"issue"}), {STATE: "closed"}),
    "RSK-4": Settlement("treat", frozenset({"risk"}), {"owner": "somebody", "response": "something"}),
    "RES-1": Settlement("fill", frozenset({"allocation"}), {STATE: "confirmed", "pct": None}),
    "QUA-1": Settlement("meet", frozenset({"criterion"}), {"verdict": "conforms"}),
    "QUA-2": Settlement("show", frozenset({"criterion"}), {}),
}
"""The indicators of records that somebody can answer one by one."""


def answered(
    evidence: Evidence,
    reading: Reading,
    compute: Callable[[Evidence], Reading],
    enough: Callable[[Decimal | None], bool],
) -> Generator[None, None, tuple[str, ...]]:
    """The records, as `kind/reference`, that are enough when answered one by one; none: they are not.

    Gives way after every try.
    """
    settlement, done = SETTLED[reading.kpi], list[str]()
    while len(done) < MOST:
        found = None
        for record in _in_the_way(evidence, reading, settlement):
            would_be = _settled(evidence, record, settlement)
            read = compute(would_be)
            yield
            if (read.value, read.inputs) != (reading.value, reading.inputs):
                found = record
                break
        if found is None:
            return ()
        evidence, reading = would_be, read
        done.append(f"{found.kind}/{found.ref}")
        if not reading.applies or enough(reading.value):
            return tuple(done)
    return ()


def _in_the_way(evidence: Evidence, reading: Reading, settlement: Settlement) -> Iterator[Record]:
    """The records that the reading rests on, in its order."""
    of_event = {
        seq: record
        for kind in sorted(settlement.kinds)
        for record in evidence.dossier.of(kind)
        for seq in record.events
    }
    found = (of_event[seq] for each in reading.inputs for seq in each.events if seq in of_event)
    yield from {(record.kind, record.ref): record for record in found}.values()


def _settled(evidence: Evidence, record: Record, settlement: Settlement) -> Evidence:
    """The evidence once this record was answered."""
    dossier = evidence.dossier
    by_kind = dict(dossier.by_kind)
    if settlement.answer == "show":
        by_kind["evidence"] = [*dossier.of("evidence"), _evidence_of(record)]
    else:
        told = _as_said(record, settlement.said)
        by_kind[record.kind] = [told if each is record else each for each in dossier.of(record.kind)]
    made = Dossier(by_kind, dossier.newest, dossier.told, dossier.waiting, dossier.basis)
    return replace(evidence, dossier=made, known={})


def _as_said(record: Record, said: Mapping[str, Any]) -> Record:
    stamp = max(each.stamp for each in record.attributes.values())
    attributes = {name: each for name, each in record.attributes.items() if name not in said}
    attributes |= {name: Stamped(value, stamp) for name, value in said.items() if value is not None}
    return Record(record.kind, record.ref, attributes, record.events)


def _evidence_of(criterion: Record) -> Record:
    stamp = max(each.stamp for each in criterion.attributes.values())
    said = {"criterion_ref": criterion.ref, STATE: "valid"}
    attributes = {name: Stamped(value, stamp) for name, value in said.items()}
    return Record("evidence", criterion.ref, attributes, criterion.events)
