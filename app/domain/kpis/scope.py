"""Scope: how often what the project is measured against was changed."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from app.domain.evidence import Evidence
from app.domain.facts import Baseline, ItemFacts
from app.domain.findings import Input, Reading, unknown

YEAR: Final = timedelta(days=365)


def rebaselines(evidence: Evidence) -> Reading:
    """SCP-2: baselines approved in the last 12 months; the first of all is none.

    It applies once the plan has begun or progress was reported: that nothing was re-planned before is no
    good news.
    """
    plan = evidence.plan
    if plan is None:
        reading = unknown("SCP-2", "n", "no_baseline")
        reading.applies = False
        return reading
    after_the_first = _after_the_first(evidence.facts)
    recent = [each for each in after_the_first if evidence.now - each.stamp.time <= YEAR]
    newest = plan.baseline.stamp.time
    inputs = tuple(_as_input(each) for each in (plan.original or plan.baseline, *recent))
    reading = Reading("SCP-2", Decimal(len(recent)), "n", as_of=newest, inputs=inputs)
    reading.applies = bool(evidence.points) or evidence.begun
    return reading


def turning_moments(facts: ItemFacts) -> list[datetime]:
    """After which instants a re-baseline is no longer of the last 12 months."""
    return [each.stamp.time + YEAR for each in _after_the_first(facts)]


def _after_the_first(facts: ItemFacts) -> list[Baseline]:
    if len(facts.baselines) <= 1:
        return []
    return sorted(facts.baselines.values(), key=lambda each: each.stamp[:4])[1:]


def _as_input(baseline: Baseline) -> Input:
    return Input(
        f"baseline {baseline.version}",
        baseline.bac,
        baseline.currency,
        baseline.stamp.time,
        (baseline.stamp.seq,),
    )
