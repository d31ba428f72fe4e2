"""What one item's facts say at a moment: status points, cost so far, milestones, and how old all that is.

Gathered once per assessment; every KPI reads from it. A function of facts, policy and `now` alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from app.domain.calendar import ONE_DAY
from app.domain.costs import CostLine, cost_line
from app.domain.dossier import Dossier, dossier_of, filed
from app.domain.facts import ItemFacts, Sample
from app.domain.findings import Input
from app.domain.money import RateBook
from app.domain.once import Once
from app.domain.outlook import Milestones, Outlook, milestones_at, milestones_of
from app.domain.plan import HUNDRED, NOTHING, Plan, Point, in_currency, plan_of, points_of
from app.domain.policy import Policy
from app.domain.rag import Dimension


class Ages(NamedTuple):
    """The newest word of each kind; None where nothing was ever said."""

    schedule: datetime | None
    milestones: datetime | None
    cost: datetime | None
    scope: datetime | None
    """The newest baseline, or word of any kind: while anybody speaks of a project it is known that nothing
    was re-planned, and a plan that holds does not age."""
    any: datetime | None
    """Of any kind, a declared status and a sign of life included."""
    deployments: datetime | None
    records: Mapping[Dimension, datetime]
    """On any record, by what it is evidence of."""


@dataclass(slots=True)
class Evidence(Once):
    """All of it for one item at `now`."""

    facts: ItemFacts
    now: datetime
    today: date
    cadence: timedelta
    plan: Plan | None
    points: list[Point]
    costs: CostLine
    milestones: Milestones
    dossier: Dossier
    rates: RateBook
    eac: Sample | None
    eac_amount: Decimal | None
    """The reported estimate at completion in the baseline's currency."""
    completed_on: date | None
    """The first day of the run of reports that say all is earned: time stops there."""
    ages: Ages
    known: dict[Any, Any] = field(default_factory=dict)

    def earned_value(self, plan: Plan, point: Point) -> Input:
        """What is earned at the newest status point, as the input of readings."""
        return self.once(
            "EV", lambda: Input("EV", point.ev, plan.baseline.currency, point.as_of, (point.seq,))
        )

    @property
    def begun(self) -> bool:
        """Whether the day has come on which the plan starts."""
        return self.plan is not None and self.plan.baseline.start <= self.today

    @property
    def outlooks(self) -> list[Outlook]:
        """Every milestone as of today."""
        return self.milestones.outlooks


def instant(day: date, stamped: datetime) -> datetime:
    """When evidence of a day counts from: its end, or the event's own time if that is earlier."""
    return min(datetime.combine(day, time(), UTC) + ONE_DAY, stamped)


def gather(facts: ItemFacts, policy: Policy, rates: RateBook, now: datetime) -> Evidence:
    """Look at one item's facts at `now`."""
    plan = plan_of(facts, policy.working_calendar(facts.get("calendar")))
    today = now.date()
    points = points_of(facts, plan, rates)
    eac = _last(facts, "eac")
    said = facts.get("cadence")
    cadence = timedelta(days=policy.ages.cadence_days if said is None else said)
    milestones = milestones_of(facts, today, cadence)
    return Evidence(
        facts=facts,
        now=now,
        today=today,
        cadence=cadence,
        plan=plan,
        points=points,
        costs=cost_line(facts, plan, rates),
        milestones=milestones,
        dossier=dossier_of(facts, today, plan, rates),
        rates=rates,
        eac=eac,
        eac_amount=None if eac is None or plan is None else in_currency(plan, eac, rates),
        completed_on=_completed_on(facts, points, plan),
        ages=_ages(facts, milestones.newest_at),
    )


def newest(facts: ItemFacts) -> datetime | None:
    """How recent the newest evidence of any kind is."""
    return _ages(facts, milestones_at(facts)).any


def _ages(facts: ItemFacts, milestones: datetime | None) -> Ages:
    schedule = _latest(milestones, _told(facts, "ev"), _told(facts, "pct_complete"))
    cost = _latest(_told(facts, "eac"), _told(facts, "cost_cumulative"), _told(facts, "cost_increment"))
    report = facts.report()
    reported = None if report is None else instant(report.period, report.stamp.time)
    deployments, records = _told(facts, "deployments"), filed(facts).newest
    anything = _latest(schedule, cost, deployments, facts.get("touched"), reported, *records.values())
    baseline = facts.baseline()
    scope = None if baseline is None else _latest(baseline.stamp.time, anything)
    return Ages(schedule, milestones, cost, scope, anything, deployments, records)


def _latest(*moments: datetime | None) -> datetime | None:
    found = None
    for moment in moments:
        if moment is not None and (found is None or moment > found):
            found = moment
    return found


def _last(facts: ItemFacts, measure: str) -> Sample | None:
    series = facts.series.get(measure)
    return series.samples[-1] if series is not None and series.samples else None


def _told(facts: ItemFacts, measure: str) -> datetime | None:
    """When the newest sample counts from; kept with the facts while it is the newest."""
    sample = _last(facts, measure)
    if sample is None:
        return None
    told: dict[str, tuple[Sample, datetime]] = facts.derived.setdefault("told", {})
    held = told.get(measure)
    if held is None or held[0] is not sample:
        held = told[measure] = (sample, instant(sample.as_of, sample.stamp.time))
    return held[1]


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
