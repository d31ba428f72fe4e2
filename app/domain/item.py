"""Assess one project: evidence → readings → dimensions → colour, and when it may change by itself."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import zip_longest
from typing import Final

from app.domain.aspects import aspects_of
from app.domain.colours import AT_REST, Aspect, Verdict, age_limits, assess_colour
from app.domain.evidence import Evidence, gather
from app.domain.facts import ItemFacts
from app.domain.findings import Reading
from app.domain.kpis.cost import cpi_series
from app.domain.kpis.milestones import turning_days
from app.domain.kpis.schedule import spi_t_series
from app.domain.kpis.scope import turning_moments
from app.domain.kpis.trust import data_freshness, status_divergence
from app.domain.kpis.turning import next_turn
from app.domain.money import RateBook
from app.domain.outlook import Milestones, Outlook
from app.domain.policy import Policy
from app.domain.rag import Rag
from app.domain.thresholds import judge
from app.domain.tolerances import agreed

INSTANT: Final = timedelta(microseconds=1)
"""Ages count when they are exceeded, so a result changes the instant after the limit."""


@dataclass(slots=True)
class Assessment:
    """What one assessment of one project found."""

    evidence: Evidence
    aspects: tuple[Aspect, ...]
    """Every dimension that has a KPI in the policy."""
    freshness: Reading
    divergence: Reading
    verdict: Verdict
    due_at: datetime | None

    @property
    def rag(self) -> Rag:
        return self.verdict.rag

    def reading(self, kpi: str) -> Reading | None:
        """The reading of a KPI where it applies."""
        return self.evidence.once("readings", self._by_code).get(kpi)

    def _by_code(self) -> dict[str, Reading]:
        return {reading.kpi: reading for aspect in self.aspects for reading in aspect.readings}

    @property
    def silent(self) -> bool:
        """The item reported once, and its newest evidence of any kind is unknown by age."""
        return self.freshness.value is not None and self.freshness.rag is Rag.UNKNOWN


def assess_item(facts: ItemFacts, policy: Policy, rates: RateBook, now: datetime) -> Assessment:
    """The colour of a project at `now`, with every reading and finding that led to it."""
    evidence = gather(facts, policy, rates, now)
    aspects = aspects_of(evidence, policy)
    verdict = assess_colour(facts.get("state"), aspects, policy)
    freshness = data_freshness(evidence)
    divergence = status_divergence(facts, verdict.rag)
    _judge_trust(facts, freshness, divergence, policy)
    due_at = _due_at(evidence, aspects, policy)
    return Assessment(evidence, aspects, freshness, divergence, verdict, due_at)


def _judge_trust(facts: ItemFacts, freshness: Reading, divergence: Reading, policy: Policy) -> None:
    """Trust is judged like the rest; evidence beyond its second limit is unknown rather than red."""
    kpi, ages = policy.kpis.get(divergence.kpi), policy.ages
    if kpi is not None and kpi.enabled and divergence.value is not None:
        limits, divergence.own_limit = agreed(divergence.kpi, kpi, facts)
        divergence.rag, divergence.limit = judge(divergence.value, None, limits, policy.margin)
    if freshness.value is not None:
        freshness.rag = Rag.AMBER if freshness.value > ages.stale_after else Rag.GREEN
        freshness.limit = ages.stale_after
        if freshness.value > ages.unknown_after:
            freshness.rag, freshness.limit, freshness.reason = Rag.UNKNOWN, ages.unknown_after, "too_old"


def _due_at(evidence: Evidence, aspects: tuple[Aspect, ...], policy: Policy) -> datetime | None:
    """The earliest instant after `now` at which the result may change though nothing is reported."""
    if evidence.facts.get("state") in AT_REST:
        return None
    moments: list[datetime | None] = list(age_limits(evidence.ages.any, evidence.cadence, policy))
    moments += turning_moments(evidence.facts)
    for aspect in aspects:
        moments += (aspect.stale_at, aspect.unknown_at)
    coming = [moment + INSTANT for moment in moments if moment is not None and moment >= evidence.now]
    plan, milestones = evidence.plan, evidence.milestones
    turning = milestones.once(("turning", policy.milestone_days), lambda: _turning(milestones, policy))
    if turning is not None:
        coming.append(turning)
    days = [next_turn(evidence.dossier, evidence.today), None if plan is None else plan.baseline.start]
    coming += [datetime.combine(day, time(), UTC) for day in days if day is not None and day > evidence.today]
    return min(coming, default=None)


def _turning(milestones: Milestones, policy: Policy) -> datetime | None:
    """The next day on which any milestone turns."""
    ahead, today, first = policy.milestone_days, milestones.today, None
    for each in milestones.outlooks:
        for day in _turning_days(each, ahead):
            if day > today and (first is None or day < first):
                first = day
    return None if first is None else datetime.combine(first, time(), UTC)


def _turning_days(each: Outlook, ahead: int) -> list[date]:
    """The days on which a milestone enters or leaves a window, or is overdue. Kept with it."""
    held: tuple[int, list[date]] | None = each.known.get("turning")
    if held is None or held[0] != ahead:
        held = each.known["turning"] = (ahead, _days_of_turning(each, ahead))
    return held[1]


def _days_of_turning(each: Outlook, ahead: int) -> list[date]:
    agreed = each.expected if each.expected is not None else each.baseline
    if each.achieved is not None or agreed is None:
        return turning_days(each)
    return [*turning_days(each), agreed - timedelta(days=ahead)]


def spark_of(evidence: Evidence, count: int) -> list[float]:
    """The newest values of the headline index, to two places: CPI where cost is known, else SPI(t)."""
    values = cpi_series(evidence, count) or spi_t_series(evidence, count)
    before: list[tuple[Decimal, float]] = evidence.facts.derived.get("spark", [])
    drawn = [
        held if held is not None and held[0] is value else (value, float(round(value, 2)))
        for value, held in zip_longest(values, before[: len(values)])
    ]
    evidence.facts.derived["spark"] = drawn
    return [each for _, each in drawn]
