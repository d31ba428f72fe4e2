"""The plan on its working-day axis, and the reports of progress against it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from app.domain.calendar import ONE_DAY, WorkingCalendar
from app.domain.earned_value import PlannedValueCurve, planned_value_curve
from app.domain.facts import Baseline, ItemFacts, Sample, Series
from app.domain.findings import Input
from app.domain.money import RateBook

ZERO: Final = Decimal(0)
HUNDRED: Final = Decimal(100)
RECENT: Final = 14
"""Status points kept: twelve for the spark, the one before for its hysteresis, one to spare."""
MOST_POINTS: Final = 4 * RECENT
"""Of how many status points is kept what was worked out from them."""
NOTHING: Final = Series()
VERSUS_ORIGINAL: Final = "vs original baseline"
"""The input by which an indicator says what it would be had nothing been re-baselined."""


class Point(NamedTuple):
    """Earned value as of a day; `ev` None where there is no budget or rate to express it in."""

    as_of: date
    ev: Decimal | None
    pct: Decimal | None
    seq: int


@dataclass(slots=True)
class Plan:
    """The current baseline on the working-day axis of the item's calendar."""

    baseline: Baseline
    original: Baseline | None
    """The one approved first, where that is another."""
    calendar: WorkingCalendar
    before_start: int
    """Working days up to the day before the baseline starts: day 0 of the axis."""
    pd: int
    curve: PlannedValueCurve | None
    budget: Input
    duration: Input

    def day(self, on: date) -> int:
        """The working day of the plan that ends with `on`: 1 on the first, 0 or less before."""
        return self.calendar.ordinal(on) - self.before_start


class Progress(NamedTuple):
    """The newest reports of progress, one per day, and the status points that were made from them."""

    plan: Plan | None
    rates: RateBook
    samples: list[Sample]
    points: list[Point]
    """Oldest first; the same list while they are the same."""


def plan_of(facts: ItemFacts, calendar: WorkingCalendar) -> Plan | None:
    """The working-day axis of the current baseline, kept until there is another baseline or calendar."""
    baseline = facts.baseline()
    if baseline is None:
        return None
    original = _original(facts, baseline)
    held: Plan | None = facts.derived.get("plan")
    same = held is not None and held.baseline is baseline and held.original is original
    if held is not None and same and held.calendar is calendar:
        return held
    before_start = calendar.ordinal(baseline.start - ONE_DAY)
    pd = calendar.ordinal(baseline.finish) - before_start
    knots = [(calendar.ordinal(period.end) - before_start, period.pv_cum) for period in baseline.periods]
    plan = Plan(
        baseline,
        original,
        calendar,
        before_start,
        pd,
        planned_value_curve(knots, pd, baseline.bac),
        Input("BAC", baseline.bac, baseline.currency, baseline.stamp.time.date(), (baseline.stamp.seq,)),
        Input("PD", Decimal(pd), "working days"),
    )
    facts.derived["plan"] = plan
    return plan


def _original(facts: ItemFacts, current: Baseline) -> Baseline | None:
    if len(facts.baselines) == 1:
        return None
    first = min(facts.baselines.values(), key=lambda each: each.stamp[:4])
    return None if first is current else first


def in_currency(plan: Plan, sample: Sample, rates: RateBook) -> Decimal | None:
    """The amount in the currency of the plan; None without a rate."""
    currency = plan.baseline.currency
    if sample.unit == currency:
        return sample.value
    return rates.convert(sample.value, sample.unit, currency, sample.as_of)


def points_of(facts: ItemFacts, plan: Plan | None, rates: RateBook) -> list[Point]:
    """The newest reports of progress, one per day: a reported EV, else the percentage of the budget."""
    samples = _reports(facts, RECENT)[-RECENT:]
    held: Progress | None = facts.derived.get("progress")
    known: dict[int, Point] = {}
    if held is not None and held.plan is plan and held.rates is rates:
        if held.samples == samples:
            return held.points
        known = {id(sample): point for sample, point in zip(held.samples, held.points, strict=True)}
    points = [known.get(id(sample)) or _point(sample, plan, rates) for sample in samples]
    facts.derived["progress"] = Progress(plan, rates, samples, points)
    return points


def every_point(facts: ItemFacts, plan: Plan, rates: RateBook) -> list[Point]:
    """Every report of progress there ever was, one per day, oldest first."""
    return [_point(each, plan, rates) for each in _reports(facts, None)]


def _reports(facts: ItemFacts, newest: int | None) -> list[Sample]:
    """The newest so many samples of either measure, oldest first (None: all); of two of a day the last."""
    start = None if newest is None else -newest
    shares = facts.series.get("pct_complete", NOTHING).samples[start:]
    amounts = facts.series.get("ev", NOTHING).samples[start:]
    if not amounts:
        return shares
    samples = {each.as_of: each for each in shares}
    for sample in amounts:
        held = samples.get(sample.as_of)
        if held is None or held.stamp[:4] <= sample.stamp[:4]:
            samples[sample.as_of] = sample
    return [samples[day] for day in sorted(samples)]


def _point(sample: Sample, plan: Plan | None, rates: RateBook) -> Point:
    share = sample.unit == "%"
    pct = sample.value if share else None
    if plan is None:
        return Point(sample.as_of, None, pct, sample.stamp.seq)
    ev = plan.baseline.bac * sample.value / HUNDRED if share else in_currency(plan, sample, rates)
    return Point(sample.as_of, ev, pct, sample.stamp.seq)
