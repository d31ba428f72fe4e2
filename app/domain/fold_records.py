"""What an event tells of a record, into the facts; and the samples that some such events are as well."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from app.domain.events.benefits import BenefitMeasured
from app.domain.events.cdevents import SIGNALS
from app.domain.events.learning import StakeholderPulse
from app.domain.events.people import PersonRegistered
from app.domain.events.quality import CheckResult
from app.domain.events.records import RecordEvent
from app.domain.events.signals import Run
from app.domain.facts import ItemFacts, PortfolioFacts, Sample, Series, put_attribute
from app.domain.records import OPENED, STATE, Record, resting_on
from app.domain.stamps import Stamp
from app.domain.subject import kind_of

FAILED, PASSED = Decimal(0), Decimal(1)


def fold_record(facts: PortfolioFacts, item: ItemFacts, event: RecordEvent, stamp: Stamp) -> None:
    """Take in what an event tells of a record: attributes, state, and that it is there at all."""
    telling = event.telling
    place = (telling.kind, event.ref)
    record = item.records.setdefault(place, Record(*place))
    for name, value in event.said().items():
        put_attribute(record, name, value, stamp)
    if telling.state is not None:
        put_attribute(record, STATE, telling.state, stamp)
    if telling.opens:
        put_attribute(record, OPENED, True, stamp)  # noqa: FBT003 - a value, not a switch
        for other in resting_on(item.records, *place):
            facts.changed.add(("record", item.subject, other.kind, other.ref))
    record.heard(stamp.seq)
    record.derived.clear()
    item.derived.pop("records", None)
    item.derived.pop("record_warnings", None)
    facts.changed.add(("record", item.subject, *place))
    more = _MORE.get(type(event))
    if more is not None:
        more(facts, item, event, stamp)


def fold_pulse(facts: PortfolioFacts, item: ItemFacts, event: StakeholderPulse, stamp: Stamp) -> None:
    """A pulse is a sample, and no record: nobody asks whose it was."""
    _sample(facts, item, f"pulse/{event.data.dimension}", _value(event, Decimal(event.data.score), stamp))


def _ran(facts: PortfolioFacts, item: ItemFacts, event: Run, stamp: Stamp) -> None:
    """A build, a deployment: a sample, 1 where it failed; none where that is not known."""
    if event.failed is not None:
        _sample(facts, item, event.measure, _value(event, Decimal(event.failed), stamp))


def _checked(facts: PortfolioFacts, item: ItemFacts, event: CheckResult, stamp: Stamp) -> None:
    data = event.data
    passed = PASSED if data.verdict == "pass" else FAILED
    score = passed if data.score is None else data.score
    _sample(facts, item, f"check/{data.check}", _value(event, score, stamp))


def _measured(facts: PortfolioFacts, item: ItemFacts, event: BenefitMeasured, stamp: Stamp) -> None:
    data = event.data
    sample = Sample(data.as_of, "", data.actual, data.unit, stamp)
    _sample(facts, item, f"benefit/{data.ref}", sample)


def _known(_: PortfolioFacts, item: ItemFacts, event: PersonRegistered, stamp: Stamp) -> None:
    put_attribute(item, "registered", kind_of(event.subject), stamp)
    put_attribute(item, "name", event.data.name, stamp)


def _value(event: Any, value: Decimal, stamp: Stamp) -> Sample:
    return Sample(event.time.date(), f"{event.source}#{event.id}", value, "", stamp)


def _sample(facts: PortfolioFacts, item: ItemFacts, measure: str, sample: Sample) -> None:
    if item.series.setdefault(measure, Series()).put(sample):
        facts.changed.add(("sample", item.subject, measure, sample.as_of, sample.ref))


_MORE: Final[dict[type, Callable[[PortfolioFacts, ItemFacts, Any, Stamp], None]]] = {
    CheckResult: _checked,
    BenefitMeasured: _measured,
    PersonRegistered: _known,
}
"""Events that are more than what they tell of a record."""
RUNS: Final[dict[type, Callable[[PortfolioFacts, ItemFacts, Any, Stamp], None]]] = {
    kind: _ran for kind in SIGNALS.values() if issubclass(kind, Run)
}
"""Signals of builds, deployments and their like: samples, and no records."""
