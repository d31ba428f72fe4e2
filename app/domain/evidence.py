"""What one item's facts say at a moment: status points, cost so far, milestones, and how old all that is.

Gathered once per assessment; every KPI reads from it. A function of facts, policy and `now` alone.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from app.domain.calendar import ONE_DAY, WorkingCalendar
from app.domain.earned_value import PlannedValueCurve, planned_value_curve
from app.domain.facts import Baseline, ItemFacts, Sample, Series
from app.domain.findings import Input
from app.domain.money import RateBook
from app.domain.outlook import Outlook, outlook
from app.domain.policy import Policy

ZERO: Final = Decimal(0)
HUNDRED: Final = Decimal(100)
RECENT: Final = 14
"""Status points kept: twelve for the spark, the one before for its hysteresis, one to spare."""
MOST_EVENTS: Final = 20
NOTHING: Final = Series()


class Point(NamedTuple):
    """Earned value as of a day; `ev` None where there is no budget or rate to express it in."""

    as_of: date
    ev: Decimal | None
    pct: Decimal | None
    seq: int


@dataclass(slots=True)
class CostLine:
    """Actual cost so far, cumulative, at the end of each day on which cost was booked."""

    days: list[date] = field(default_factory=list)
    totals: list[Decimal | None] = field(default_factory=list)
    """None from the first amount on that has no rate to the baseline's currency."""
    bookings: list[Sample] = field(default_factory=list)
    """What was booked on each of those days."""
    cumulative: list[bool] = field(default_factory=list)
    """Whether that was a total so far, which covers the increments up to its day."""
    shown: tuple[Input, ...] | None = None
    """As the inputs of readings."""
    falling: tuple[int, ...] = ()
    """Bookings whose cumulative amount lies below an earlier day's: not counted."""

    def at(self, day: date) -> int:
        """The place of the newest total on or before `day`; -1 when nothing was booked by then."""
        return bisect_right(self.days, day) - 1

    def events(self, place: int) -> tuple[int, ...]:
        """The bookings that make a total: the newest cumulative ones and at most 20 increments since."""
        latest: dict[str, int] = {}
        since: list[int] = []
        for booking, cumulative in zip(self.bookings[: place + 1], self.cumulative, strict=False):
            if cumulative:
                latest[booking.ref] = booking.stamp.seq
                since.clear()
            else:
                since.append(booking.stamp.seq)
        return (*latest.values(), *since[-MOST_EVENTS:])


@dataclass(slots=True)
class Plan:
    """The current baseline on the working-day axis of the item's calendar."""

    baseline: Baseline
    calendar: WorkingCalendar
    before_start: int
    """Working days up to the day before the baseline starts: day 0 of the axis."""
    pd: int
    curve: PlannedValueCurve | None

    def day(self, on: date) -> int:
        """The working day of the plan that ends with `on`: 1 on the first, 0 or less before."""
        return self.calendar.ordinal(on) - self.before_start


class Ages(NamedTuple):
    """The newest word of each kind; None where nothing was ever said."""

    schedule: datetime | None
    milestones: datetime | None
    cost: datetime | None
    any: datetime | None
    """Of any kind, a declared status and a sign of life included."""


@dataclass(slots=True)
class Evidence:
    """All of it for one item at `now`."""

    facts: ItemFacts
    now: datetime
    today: date
    cadence: timedelta
    plan: Plan | None
    points: list[Point]
    costs: CostLine
    outlooks: list[Outlook]
    eac: Sample | None
    eac_amount: Decimal | None
    """The reported estimate at completion in the baseline's currency."""
    before: list[Outlook] | None
    """The milestones as known one cadence before the newest word on any; once asked for."""
    completed_on: date | None
    """The first day of the run of reports that say all is earned: time stops there."""
    ages: Ages


def instant(day: date, stamped: datetime) -> datetime:
    """When evidence of a day counts from: its end, or the event's own time if that is earlier."""
    return min(datetime.combine(day, time(), UTC) + ONE_DAY, stamped)


def gather(facts: ItemFacts, policy: Policy, rates: RateBook, now: datetime) -> Evidence:
    """Look at one item's facts at `now`."""
    plan = _plan(facts, policy.working_calendar(facts.get("calendar")))
    today = now.date()
    points = _points(facts, plan, rates)
    eac = _last(facts, "eac")
    ages = newest(facts)
    cadence = facts.get("cadence")
    return Evidence(
        facts=facts,
        now=now,
        today=today,
        cadence=timedelta(days=policy.ages.cadence_days if cadence is None else cadence),
        plan=plan,
        points=points,
        costs=_cost_line(facts, plan, rates),
        outlooks=[outlook(milestone, today) for milestone in facts.milestones.values()],
        eac=eac,
        eac_amount=None if eac is None or plan is None else _in(plan, eac, rates),
        before=None,
        completed_on=_completed_on(facts, points, plan),
        ages=ages,
    )


def newest(facts: ItemFacts) -> Ages:
    """How recent the evidence of each kind is."""
    milestones = _milestones_at(facts)
    schedule = _latest(milestones, _told(facts, "ev"), _told(facts, "pct_complete"))
    cost = _latest(_told(facts, "eac"), _told(facts, "cost_cumulative"), _told(facts, "cost_increment"))
    report = facts.report()
    reported = None if report is None else instant(report.period, report.stamp.time)
    return Ages(schedule, milestones, cost, _latest(schedule, cost, facts.get("touched"), reported))


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _last(facts: ItemFacts, measure: str) -> Sample | None:
    series = facts.series.get(measure)
    return series.samples[-1] if series is not None and series.samples else None


def _told(facts: ItemFacts, measure: str) -> datetime | None:
    sample = _last(facts, measure)
    return None if sample is None else instant(sample.as_of, sample.stamp.time)


def _milestones_at(facts: ItemFacts) -> datetime | None:
    """The newest word on any milestone."""
    return max(
        (said.stamp.time for each in facts.milestones.values() for said in each.attributes.values()),
        default=None,
    )


def _plan(facts: ItemFacts, calendar: WorkingCalendar) -> Plan | None:
    """The working-day axis of the current baseline, kept until there is another baseline or calendar."""
    baseline = facts.baseline()
    if baseline is None:
        return None
    held: Plan | None = facts.derived.get("plan")
    if held is not None and held.baseline is baseline and held.calendar is calendar:
        return held
    before_start = calendar.ordinal(baseline.start - ONE_DAY)
    pd = calendar.ordinal(baseline.finish) - before_start
    knots = [(calendar.ordinal(period.end) - before_start, period.pv_cum) for period in baseline.periods]
    plan = Plan(baseline, calendar, before_start, pd, planned_value_curve(knots, pd, baseline.bac))
    facts.derived["plan"] = plan
    return plan


def _in(plan: Plan, sample: Sample, rates: RateBook) -> Decimal | None:
    currency = plan.baseline.currency
    if sample.unit == currency:
        return sample.value
    return rates.convert(sample.value, sample.unit, currency, sample.as_of)


def _points(facts: ItemFacts, plan: Plan | None, rates: RateBook) -> list[Point]:
    """The newest reports of progress, one per day: a reported EV, else the percentage of the budget."""
    samples = {sample.as_of: sample for sample in facts.series.get("pct_complete", NOTHING).samples[-RECENT:]}
    for sample in facts.series.get("ev", NOTHING).samples[-RECENT:]:
        held = samples.get(sample.as_of)
        if held is None or held.stamp[:4] <= sample.stamp[:4]:
            samples[sample.as_of] = sample
    return [_point(samples[day], plan, rates) for day in sorted(samples)[-RECENT:]]


def _point(sample: Sample, plan: Plan | None, rates: RateBook) -> Point:
    share = sample.unit == "%"
    pct = sample.value if share else None
    if plan is None:
        return Point(sample.as_of, None, pct, sample.stamp.seq)
    ev = plan.baseline.bac * sample.value / HUNDRED if share else _in(plan, sample, rates)
    return Point(sample.as_of, ev, pct, sample.stamp.seq)


def _completed_on(facts: ItemFacts, points: Sequence[Point], plan: Plan | None) -> date | None:
    """Since which report all is earned; None while it is not."""
    if plan is None or not points or points[-1].ev is None or points[-1].ev < plan.baseline.bac:
        return None
    first = points[-1].as_of
    for point in reversed(points):
        if point.ev is None or point.ev < plan.baseline.bac:
            return first
        first = point.as_of
    for sample in reversed(facts.series.get("pct_complete", NOTHING).samples):
        if sample.as_of < first:
            if sample.value < HUNDRED:
                break
            first = sample.as_of
    return first


def _cost_line(facts: ItemFacts, plan: Plan | None, rates: RateBook) -> CostLine:
    """Add up what was booked; a cumulative amount covers the increments up to its day."""
    line = CostLine()
    cumulative = facts.series.get("cost_cumulative", NOTHING).samples
    increments = facts.series.get("cost_increment", NOTHING).samples
    if not cumulative and not increments:
        return line
    booked = [(s.as_of, 1, s) for s in cumulative]
    if increments:
        booked += [(s.as_of, 0, s) for s in increments]
        booked.sort(key=lambda each: each[:2])
    _add_up(line, booked, plan, rates)
    return line


def _add_up(
    line: CostLine, booked: list[tuple[date, int, Sample]], plan: Plan | None, rates: RateBook
) -> None:
    latest: dict[str, Decimal] = {}
    totals = since = ZERO
    rated = True
    falling: list[int] = []
    for day, is_total, sample in booked:
        amount = sample.value if plan is None else _in(plan, sample, rates)
        if amount is None:
            rated = False
        elif is_total:
            held = latest.get(sample.ref, ZERO)
            if amount < held:
                falling.append(sample.stamp.seq)
                continue
            latest[sample.ref] = amount
            totals, since = totals + amount - held, ZERO
        else:
            since += amount
        line.days.append(day)
        line.totals.append(totals + since if rated else None)
        line.bookings.append(sample)
        line.cumulative.append(bool(is_total))
    line.falling = tuple(falling)
