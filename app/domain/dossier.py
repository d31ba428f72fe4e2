"""The dossier of an item: its records by kind, how old they are, and what was worked out from them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from app.domain.facts import ItemFacts
from app.domain.findings import Reading, unknown
from app.domain.money import RateBook
from app.domain.once import Once
from app.domain.plan import Plan
from app.domain.rag import Dimension
from app.domain.records import ELSEWHERE, Record, missing, named, unknown_reason
from app.domain.subject import Key, kind_of

DIMENSION_OF: Final[dict[str, Dimension]] = {
    "change": Dimension.SCOPE,
    "dependency": Dimension.SCOPE,
    "risk": Dimension.RISK,
    "opportunity": Dimension.RISK,
    "issue": Dimension.RISK,
    "assumption": Dimension.RISK,
    "decision": Dimension.RISK,
    "action": Dimension.RISK,
    "allocation": Dimension.RESOURCE,
    "role": Dimension.RESOURCE,
    "deliverable": Dimension.QUALITY,
    "criterion": Dimension.QUALITY,
    "check": Dimension.QUALITY,
    "evidence": Dimension.QUALITY,
    "control": Dimension.QUALITY,
    "finding": Dimension.QUALITY,
    "gate": Dimension.QUALITY,
    "service": Dimension.QUALITY,
    "benefit": Dimension.BENEFIT,
    "link": Dimension.BENEFIT,
}
"""What the kinds of record are evidence of; of the others none is of an item's delivery."""
OPEN: Final = frozenset({"open", "at_risk"})
"""States of an entry of the register that somebody still has to do something about."""
ON_CARD: Final = ("risk", "issue", "action", "change", "dependency")


@dataclass(slots=True)
class Dossier(Once):
    """The records of one item that count, for a day, a plan and a book of rates.

    Nobody changes them; the fold makes it be made anew.
    """

    by_kind: dict[str, list[Record]]
    newest: dict[Dimension, datetime]
    """The newest word on any record, by what it is evidence of."""
    told: int
    """How many events told of any record, those that wait included."""
    waiting: list[tuple[int, str]]
    """Events of records that do not count, or that name one that is unknown, each with its reason."""
    basis: tuple[date, Plan | None, RateBook] | None = None
    known: dict[Any, Any] = field(default_factory=dict)
    named: list[tuple[int, Key]] = field(default_factory=list)
    """What those that count name elsewhere, and by which event."""

    def of(self, kind: str) -> list[Record]:
        """All of a kind, in order of reference."""
        return self.by_kind.get(kind, [])

    def open(self, kind: str) -> list[Record]:
        """Those that are not closed."""
        return self.once(("open", kind), lambda: [each for each in self.of(kind) if each.state in OPEN])

    def counts(self) -> dict[str, int]:
        """Open entries of the register by kind; a kind of which none is open is left out."""
        return self.once("counts", self._counts)

    def _counts(self) -> dict[str, int]:
        found = {kind: len(self.open(kind)) for kind in ON_CARD}
        return {kind: count for kind, count in found.items() if count}


def dossier_of(facts: ItemFacts, today: date, plan: Plan | None, rates: RateBook) -> Dossier:
    """The item's records for this day, plan and book of rates, kept until one of them changes."""
    dossier, basis = filed(facts), (today, plan, rates)
    held = dossier.basis
    if held is None or held[0] != today or held[1] is not plan or held[2] is not rates:
        dossier.basis = basis
        dossier.known.clear()
    return dossier


def filed(facts: ItemFacts) -> Dossier:
    """The item's records by kind, kept until one of them changes."""
    held: Dossier | None = facts.derived.get("records")
    if held is not None:
        return held
    records = facts.records
    made = Dossier({}, {}, sum(len(record.events) for record in records.values()), [])
    for place in sorted(records):
        record = records[place]
        lacking = missing(records, record)
        if lacking is not None:
            made.waiting += [(seq, unknown_reason(lacking)) for seq in record.events]
            continue
        made.by_kind.setdefault(record.kind, []).append(record)
    for kind, found in made.by_kind.items():
        for seq, thing in named(records, kind, found):
            if kind_of(thing) in ELSEWHERE:
                made.named.append((seq, thing))
            else:
                made.waiting.append((seq, unknown_reason(kind_of(thing))))
        dimension = DIMENSION_OF.get(kind)
        if dimension is not None:
            at = max(record.newest() for record in found)
            made.newest[dimension] = max(at, made.newest.get(dimension, at))
    facts.derived["records"] = made
    return made


def said_by(record: Record, *names: str) -> tuple[int, ...]:
    """The numbers of the events that said these attributes, each once."""
    found = (record.attributes[name].stamp.seq for name in names if name in record.attributes)
    return tuple(dict.fromkeys(found))


def first_after(days: Iterable[date], today: date) -> date | None:
    """The first of these days that is still to come."""
    return min((day for day in days if day > today), default=None)


def inapplicable(kpi: str, unit: str, reason: str) -> Reading:
    """A reading that there is nothing for: no such record was ever seen, or all of that is over."""
    reading = unknown(kpi, unit, reason)
    reading.applies = False
    return reading
