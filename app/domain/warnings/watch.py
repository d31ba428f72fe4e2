"""What a rule sees and what it says: a watch over one assessed item, and an early warning."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple

from app.domain.alerts import WORSE_FIRST, Severity
from app.domain.calendar import ONE_DAY
from app.domain.evidence import Evidence
from app.domain.facts import ItemFacts, Report
from app.domain.findings import Input, Reading
from app.domain.item import INSTANT, Assessment
from app.domain.once import Found, Once
from app.domain.policy import Direction, Policy
from app.domain.records import Record

Kind = Literal["reactive", "proactive"]
"""This happened; or: this did not happen in time."""
Basis = Literal["assessment", "work", "milestones", "records"]
Limits = Mapping[str, Decimal]
MOST_INPUTS: Final = 20


@dataclass(slots=True)
class EarlyWarning:
    """One rule that fires for an item. `rule` and `kind` are given by the table of rules.

    Where it fires for several things (milestones, risks) it is about the worst, `count` says how many
    there are, and `inputs` name them. What it foretells is told when it is read (app/domain/prediction).
    """

    severity: Severity
    observed: Decimal | date | str | None
    limit: Decimal | date | str | None
    unit: str = ""
    reason: str | None = None
    """Which of the rule's conditions holds, where it has several."""
    subject: str | None = None
    """The milestone, or `kind/reference` of the record, that it is about."""
    since: datetime | None = None
    """Since when the condition holds, where the evidence tells."""
    horizon: date | None = None
    """The day that it concerns."""
    inputs: tuple[Input, ...] = ()
    count: int = 1
    rule: str = ""
    kind: Kind = "reactive"

    @property
    def events(self) -> tuple[int, ...]:
        """The events behind it, oldest number first."""
        return tuple(sorted({seq for each in self.inputs for seq in each.events}))


@dataclass(slots=True)
class Kept(Once):
    """What was worked out from one part of an item's evidence, until that changes."""

    mark: tuple[Any, ...]
    """What else it was worked out from."""
    known: dict[Any, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Watch:
    """An assessed item at its moment. Rules ask it what time it is, and so it knows when to look again.

    A rule may compare with `now` only by `reached`, `begun` and `past`. While they give the same answers,
    so does the rule; they change at the earliest moment that was asked for and lies ahead. It counts in days,
    and so says the same all day.
    """

    assessment: Assessment
    policy: Policy
    kept: Kept
    since: datetime | None = None
    """Since when it has its colour; None: not known."""
    coming: datetime | None = None
    coming_day: date | None = None

    @property
    def evidence(self) -> Evidence:
        return self.assessment.evidence

    @property
    def facts(self) -> ItemFacts:
        return self.assessment.evidence.facts

    @property
    def now(self) -> datetime:
        return self.assessment.evidence.now

    @property
    def today(self) -> date:
        return self.assessment.evidence.today

    @property
    def report(self) -> Report | None:
        """The newest declared status."""
        reports = self.facts.reports
        return reports[max(reports)] if reports else None

    def reached(self, moment: datetime) -> bool:
        """Whether this instant has come."""
        if moment <= self.assessment.evidence.now:
            return True
        if self.coming is None or moment < self.coming:
            self.coming = moment
        return False

    def begun(self, day: date) -> bool:
        """Whether it is this day or later."""
        if day <= self.assessment.evidence.today:
            return True
        if self.coming_day is None or day < self.coming_day:
            self.coming_day = day
        return False

    def past(self, day: date) -> bool:
        """Whether this day is over."""
        return self.begun(day + ONE_DAY)

    def older(self, moment: datetime, age: timedelta) -> bool:
        """Whether this moment lies further back than `age`."""
        return self.reached(moment + age + INSTANT)

    def due_at(self) -> datetime | None:
        """The earliest instant at which an answer that was given changes."""
        if self.coming_day is None:
            return self.coming
        day = datetime.combine(self.coming_day, time(), UTC)
        return day if self.coming is None else min(self.coming, day)

    def once(self, name: Any, work_out: Callable[[], Found]) -> Found:
        """What follows from what the rule rests on, whatever the time: worked out once."""
        return self.kept.once(name, work_out)

    def records(self, *kinds: str) -> list[Record]:
        """The records of these kinds that count."""
        return [record for kind in kinds for record in self.evidence.dossier.of(kind)]

    def reading(self, kpi: str) -> Reading | None:
        """The reading of a KPI where it has a value."""
        found = self.assessment.reading(kpi)
        return None if found is None or found.value is None else found


class Rule(NamedTuple):
    """An early-warning rule; its numbers are the policy's."""

    look: Callable[[Watch, Limits], EarlyWarning | None]
    name: str
    kind: Kind
    direction: Direction | None
    """Which way is better for what is observed; None where that is no number."""
    rests_on: Basis = "assessment"
    """On work and its cost, on milestones, or on records, and the item's attributes alone: the answer is kept
    until one of them changes, or the day, or the time has come."""


def worst(found: Sequence[EarlyWarning]) -> EarlyWarning | None:
    """One warning of several: about the worst, of these the one that concerns the earliest day."""
    if len(found) <= 1:
        return found[0] if found else None
    chosen = min(found, key=lambda each: (WORSE_FIRST.index(each.severity), each.horizon or date.max))
    others = [each for each in found if each is not chosen]
    inputs = [*chosen.inputs, *(given for each in others for given in each.inputs)]
    return replace(chosen, inputs=tuple(inputs[:MOST_INPUTS]), count=len(found))


def told_by(record: Record, name: str | None = None) -> Input:
    """A record as the input of a warning: one of its attributes, or its state."""
    value = record.state if name is None else record.get(name)
    shown = value if isinstance(value, str) or value is None else str(value)
    return Input(f"{record.kind}/{record.ref}", shown, name or "state", record.newest(), tuple(record.events))
