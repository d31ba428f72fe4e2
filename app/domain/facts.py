"""Facts: what is known of each item, as the fold of the log.

A fact keeps, per field group, the value of the newest event by its order key `(time, sequence,
source, id)`, which is content only. So any permutation of a set of events gives the same facts.
Evidence is kept under the subject that was posted, registered or not: registering an item or
mapping a reference later makes what waited count, without anything being posted again.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from app.domain.policy import HOUSE_DEFAULT, Policy, Published
from app.domain.records import Record, Records
from app.domain.stamps import Stamp, Stamped
from app.domain.subject import Key

Measure = Literal["pct_complete", "ev", "cost_cumulative", "cost_increment", "eac"]


class Sample(NamedTuple):
    """One value of a measure as of a day. `ref` is empty, or names the event of an increment."""

    as_of: date
    ref: str
    value: Decimal
    unit: str
    """A currency code, or `%`."""
    stamp: Stamp


class Period(NamedTuple):
    end: date
    pv_cum: Decimal


@dataclass(frozen=True, slots=True)
class Baseline:
    """An approved plan to measure against."""

    version: int
    currency: str
    bac: Decimal
    contingency: Decimal | None
    start: date
    finish: date
    periods: tuple[Period, ...]
    reason: str | None
    approver: str | None
    stamp: Stamp


class Forecast(NamedTuple):
    """One forecast of a milestone, as reported."""

    stamp: Stamp
    date: date | None
    target: str | None


@dataclass(slots=True)
class Milestone:
    """A milestone: its attributes with their stamps, and every forecast that was reported, oldest first.

    Attributes: name, kind, critical, baseline (date), forecast (date, target), working (date, target,
    field), achieved (date). `derived` is room for what is worked out from it, until the fold changes it.
    """

    code: str
    attributes: dict[str, Stamped] = field(default_factory=dict)
    history: tuple[Forecast, ...] = ()
    derived: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def get(self, name: str) -> Any:
        """The newest value of an attribute, or None."""
        stamped = self.attributes.get(name)
        return stamped.value if stamped else None


@dataclass(frozen=True, slots=True)
class Report:
    """A declared status: the vendor's words by dimension, `overall` among them."""

    period: date
    words: dict[str, str]
    narrative: str | None
    dca: str | None
    """Delivery confidence, in the vendor's word: a prediction, where the others tell of today."""
    go_to_green: tuple[dict[str, str], ...]
    """What will be done about it: action, owner, due."""
    author: str | None
    stamp: Stamp


@dataclass(slots=True)
class Series:
    """The samples of one measure, in order of day."""

    keys: list[tuple[date, str]] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)

    def put(self, sample: Sample) -> bool:
        """Insert, or replace an older sample of the same day; False if what is there is newer."""
        key = (sample.as_of, sample.ref)
        place = bisect_left(self.keys, key)
        if place < len(self.keys) and self.keys[place] == key:
            if self.samples[place].stamp[:4] >= sample.stamp[:4]:
                return False
            self.samples[place] = sample
        else:
            self.keys.insert(place, key)
            self.samples.insert(place, sample)
        return True

    def at(self, as_of: date, ref: str = "") -> Sample:
        """The sample of this day and reference, which must exist."""
        return self.samples[self.keys.index((as_of, ref), bisect_left(self.keys, (as_of, ref)))]


@dataclass(slots=True)
class ItemFacts:
    """Everything known under one subject.

    Attributes: registered (the kind), name, short, parent, tier, stage, state, currency, calendar,
    cadence, roles, tolerances, touched.
    """

    subject: Key
    attributes: dict[str, Stamped] = field(default_factory=dict)
    baselines: dict[int, Baseline] = field(default_factory=dict)
    series: dict[str, Series] = field(default_factory=dict)
    milestones: dict[str, Milestone] = field(default_factory=dict)
    reports: dict[date, Report] = field(default_factory=dict)
    records: Records = field(default_factory=dict)
    heard: dict[str, datetime] = field(default_factory=dict)
    """Source → time of its newest event about this item."""
    waiting: list[int] = field(default_factory=list)
    """Numbers of the events under this subject while what it stands for is not registered."""
    derived: dict[str, Any] = field(default_factory=dict, compare=False)
    """Room for what is computed once from these facts. The fold drops `milestones`, `costs` and `records`
    when these change, and the warnings that rest on them."""

    @property
    def registered(self) -> bool:
        """Whether somebody registered an item under this subject."""
        return "registered" in self.attributes

    def get(self, name: str) -> Any:
        """The newest value of an attribute, or None."""
        stamped = self.attributes.get(name)
        return stamped.value if stamped else None

    def baseline(self) -> Baseline | None:
        """The current baseline: the one approved last."""
        found = list(self.baselines.values())
        return found[0] if len(found) == 1 else max(found, key=lambda b: b.stamp[:4], default=None)

    def report(self) -> Report | None:
        """The newest declared status."""
        reports = self.reports.values()
        return max(reports, key=lambda r: (r.period, r.stamp[:4])) if reports else None


@dataclass(slots=True)
class SourceFacts:
    """One integration: when it was last heard, in portfolio time."""

    name: str
    last_at: datetime
    expected_every_s: int | None = None
    stamp: Stamp | None = None


class Rate(NamedTuple):
    base: str
    quote: str
    as_of: date
    rate: Decimal
    stamp: Stamp


@dataclass(slots=True)
class PortfolioFacts:
    """The facts of one portfolio, and which of them changed since they were last saved."""

    clock: Literal["live", "replay"] = "live"
    now: datetime | None = None
    """Portfolio time."""
    items: dict[Key, ItemFacts] = field(default_factory=dict)
    aliases: dict[Key, Stamped] = field(default_factory=dict)
    """Posted subject → the item it stands for."""
    references: dict[Key, set[Key]] = field(default_factory=dict)
    """Item → the other subjects that stand for it."""
    sources: dict[str, SourceFacts] = field(default_factory=dict)
    rates: dict[tuple[str, str, date], Rate] = field(default_factory=dict)
    policies: list[Published] = field(default_factory=lambda: [Published(HOUSE_DEFAULT)])
    """Every version that was ever in force, oldest first."""
    changed: set[tuple[Any, ...]] = field(default_factory=set, compare=False)
    """What to save: ("item", subject), ("sample", subject, measure, as_of, ref), ("source", name), …"""
    derived: dict[str, Any] = field(default_factory=dict, compare=False)
    """Room for what is computed from the facts of all items and kept between two rounds."""

    @property
    def policy(self) -> Policy:
        """The rules in force."""
        return self.policies[-1].policy

    def item(self, subject: Key) -> ItemFacts:
        """The facts under this subject; empty ones if nothing was posted yet."""
        found = self.items.get(subject)
        if found is None:
            found = self.items[subject] = ItemFacts(subject)
        return found

    def resolve(self, subject: Key) -> Key:
        """The item that this subject stands for; itself if it is no alias."""
        alias = self.aliases.get(subject)
        return alias.value if alias else subject

    def whole(self, subject: Key) -> ItemFacts:
        """The item's facts together with those posted under its other references."""
        others = self.references.get(subject)
        return (
            merged(self.item(subject), [self.item(o) for o in sorted(others)])
            if others
            else self.item(subject)
        )

    def registered(self) -> Iterator[ItemFacts]:
        """All registered items."""
        return (facts for facts in self.items.values() if facts.registered)


def merged(item: ItemFacts, others: list[ItemFacts]) -> ItemFacts:
    """One item's facts from several subjects, the newest of each field group."""
    whole = ItemFacts(item.subject, derived={k: v for k, v in item.derived.items() if k == "shared"})
    for part in (item, *others):
        _merge(whole, part)
    return whole


def _merge(whole: ItemFacts, part: ItemFacts) -> None:
    for name, stamped in part.attributes.items():
        _newest(whole.attributes, name, stamped)
    for version, baseline in part.baselines.items():
        held = whole.baselines.get(version)
        if held is None or held.stamp[:4] < baseline.stamp[:4]:
            whole.baselines[version] = baseline
    for measure, series in part.series.items():
        target = whole.series.setdefault(measure, Series())
        for sample in series.samples:
            target.put(sample)
    for milestone in part.milestones.values():
        _merge_milestone(whole.milestones, milestone)
    for period, report in part.reports.items():
        if period not in whole.reports or whole.reports[period].stamp[:4] < report.stamp[:4]:
            whole.reports[period] = report
    _merge_records(whole.records, part.records)
    for source, at in part.heard.items():
        whole.heard[source] = max(at, whole.heard.get(source, at))


def _merge_milestone(into: dict[str, Milestone], milestone: Milestone) -> None:
    found = into.setdefault(milestone.code, Milestone(milestone.code))
    for name, stamped in milestone.attributes.items():
        _newest(found.attributes, name, stamped)
    found.history = tuple(sorted({*found.history, *milestone.history}, key=lambda f: f.stamp[:4]))


def _merge_records(into: Records, records: Records) -> None:
    for place, record in records.items():
        found = into.setdefault(place, Record(*place))
        for name, stamped in record.attributes.items():
            _newest(found.attributes, name, stamped)
        for seq in record.events:
            found.heard(seq)


def _newest(attributes: dict[str, Stamped], name: str, stamped: Stamped) -> bool:
    held = attributes.get(name)
    if held is not None and held.stamp[:4] >= stamped.stamp[:4]:
        return False
    attributes[name] = stamped
    return True


def put_attribute(facts: ItemFacts | Milestone | Record, name: str, value: Any, stamp: Stamp) -> bool:
    """Keep the value if its event is newer than the one that is held."""
    return _newest(facts.attributes, name, Stamped(value, stamp))


def add_forecast(milestone: Milestone, forecast: Forecast) -> None:
    """Keep every forecast that was ever reported, oldest first."""
    history, order = milestone.history, forecast.stamp[:4]
    place = bisect_left(history, order, key=lambda f: f.stamp[:4])
    if place == len(history) or history[place].stamp[:4] != order:
        milestone.history = (*history[:place], forecast, *history[place:])
